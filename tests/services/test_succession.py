"""Open records pass to successors: through the planner's promises, in parts, told once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.plan import SUCCESSION
from luongviec.engine.world import SYSTEM, Actor, Holder, HolderKind
from luongviec.services import long_jobs, succession, succession_work, units, users
from luongviec.services.history import history
from luongviec.services.job_kinds import JOB_KINDS
from luongviec.services.long_jobs import JobView
from luongviec.services.notifications import list_notifications
from luongviec.services.succession import Succession, hand_over, preview
from luongviec.services.users import NewUser
from luongviec.store import models
from luongviec.store.derived import differing
from tests.services.house import House

USER, UNIT = HolderKind.USER, HolderKind.UNIT
WHY = "Chuyển công tác"


@pytest.fixture
def newcomer(house: House) -> int:
    """Somebody new in the works office, ready to take over."""
    code = f"new{len(house.users)}"
    house.users[code] = users.create_user(house.platform, SYSTEM, NewUser(code, "Trịnh Văn Mới"))
    units.fill_slot(
        house.platform, SYSTEM, house.units["works"], "executing", "follower", (house.users[code],)
    )
    return house.users[code]


def holders(house: House, record_id: int) -> dict[str, list[int]]:
    """Give who holds the roles of a record now."""
    with house.platform.reading() as work:
        record = work.world.record(record_id)
        assert record is not None
        assert differing(work.world, [record_id]) == ()
        return {
            one.role: [h.id for h in record.holders(one.role)]
            for one in record.participations
            if one.until is None
        }


def done(house: House, who: str, job_id: int) -> JobView:
    """Let a worker do a job and give how it ended."""
    long_jobs.run_job(house.platform, JOB_KINDS, job_id)
    return long_jobs.view_job(house.platform, JOB_KINDS, house.actor(who), job_id)


def give(house: House, old: int, new: int, **words: object) -> JobView:
    job_id = hand_over(house.platform, house.actor("admin"), Succession(USER, {old: new}, WHY, **words))  # type: ignore[arg-type]
    return done(house, "admin", job_id)


@pytest.mark.requirement("U-32", "W-46")
def test_all_open_records_of_a_person_pass_to_the_successor(house: House, newcomer: int) -> None:
    contact = house.users["contact"]
    mine, over = house.task("Vá ổ gà"), house.completed_task("Đã xong rồi")
    house.act("chair", over, "approve_result")
    seen = preview(house.platform, house.actor("admin"), Holder(USER, contact))
    by_label = {one.label.vi: one.records for one in seen.places if one.module == "task"}
    assert by_label["Người thực hiện"] >= 1
    before = holders(house, over)

    job = give(house, contact, newcomer)

    assert job.state == "done", job.error
    assert job.result is not None
    assert job.result.problems == ()
    assert holders(house, mine)["assignee"] == [newcomer]
    assert holders(house, over) == before  # closed: who did it stays
    assert preview(house.platform, house.actor("admin"), Holder(USER, contact)).records == 0
    entry = history(house.platform, house.actor("planner"), mine)[0]
    assert (entry.actor.name, entry.reason) == ("Quản trị", WHY)  # type: ignore[union-attr]
    assert entry.action.vi == "Bàn giao cho người hoặc đơn vị kế nhiệm"
    assert {change.before.value[0].name for change in entry.changes if change.before} == {  # type: ignore[index, union-attr]
        "Nguyễn Thị Thu Hà"
    }
