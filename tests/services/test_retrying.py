"""Two who add to one record at the same instant both succeed."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from luongviec.engine.errors import Conflict
from luongviec.engine.planning.planner import plan_create
from luongviec.services.platform import Platform, Work
from luongviec.services.record_page.reading import record_data
from luongviec.services.records.applying import apply, result_of
from luongviec.services.records.once import RETRIES, once
from luongviec.services.views import ActionResult
from tests.services.house import House

TOGETHER = 2


@pytest.mark.requirement("T-136")
def test_two_entries_at_one_instant_both_count(house: House) -> None:
    task = house.task()
    house.act("contact", task, "accept")
    actor, planned = house.actor("contact"), threading.Barrier(TOGETHER)
    attempts: list[int] = []
    raised: list[BaseException] = []

    def press(percent: int) -> None:
        tried: list[int] = []

        def do(work: Work) -> ActionResult:
            typed = {"text": f"Đạt {percent}", "percent": percent}
            plan = plan_create(work.world, actor, "progress_entry", typed, owner_id=task, relation="progress")
            tried.append(percent)
            if len(tried) == 1 and house.engine.dialect.name == "postgresql":
                planned.wait(30)  # both have read the same task; SQLite lets one write after the other
            return result_of(plan, apply(work, plan), module="progress_entry")

        try:
            once(replace(house.platform), actor, None, ("progress", percent), do)
        except BaseException as error:
            raised.append(error)
        attempts.append(len(tried))

    threads = [threading.Thread(target=press, args=(percent,)) for percent in (30, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []
    assert record_data(house.platform, actor, task).values["percent"] in (30, 60)
    if house.engine.dialect.name == "postgresql":
        assert sorted(attempts) == [1, 2]


def test_it_ends(house: House) -> None:
    tries: list[Platform] = []

    def do(work: Work) -> ActionResult:
        tries.append(work.platform)
        raise Conflict

    with pytest.raises(Conflict):
        once(house.platform, house.actor("chair"), None, (), do)
    assert len(tries) == RETRIES + 1
    with pytest.raises(Conflict), house.platform.transaction():
        once(house.platform, house.actor("chair"), None, (), do)
    assert len(tries) == RETRIES + 2
