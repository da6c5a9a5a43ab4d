"""Timers: armed and disarmed by what a plan leaves, fired once, late or again and again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from luongviec.engine.planning.plan import DisarmTimer, Plan, TimerDue
from luongviec.engine.planning.planner import plan_timer
from luongviec.engine.planning.timers import due_timers
from tests.engine.planning.cases import NUMBER, Cases, cases, definitions

WHEN = {"type": "datetime", "label": "Lúc"}
DAY = timedelta(days=1)


@pytest.fixture
def desk() -> Cases:
    return cases(
        *definitions("child", owner="case"),
        fields={"due": WHEN, "size": NUMBER},
        relations={"children": {"owns": "child", "inverse": "parent", "label": "Con", "on_delete": "with"}},
        timers={
            "begin": {"at": "record.due", "unless": "status.code != 'open'", "do": [{"move": "going"}]},
            "nag": {
                "at": "record.due + days(1)",
                "every": "days(2)",
                "times": 3,
                "unless": "status.final",
                "do": [{"set": {"size": "record.size + 1"}}],
            },
            "lonely": {
                "at": "record.due",
                "unless": "count('children') > 0",
                "do": [{"set": {"name": "'một mình'"}}],
            },
        },
    )


def _armed(plan: Plan) -> dict[str, datetime | None]:
    found: dict[str, datetime | None] = {}
    for change in plan.changes:
        if isinstance(change, TimerDue):
            found[change.timer] = change.at
        elif isinstance(change, DisarmTimer):
            found[change.timer] = None
    return found


def _made(desk: Cases, days: int = 3) -> int:
    due = desk.world.now + days * DAY
    return desk.create({"name": "x", "due": due, "size": 0}).id(-1)


def test_a_new_record_arms_its_timers(desk: Cases) -> None:
    due = desk.world.now + 3 * DAY
    case = _made(desk)
    assert {code: one.at for (_, code), one in desk.world.timers.items()} == {
        "begin": due,
        "nag": due + DAY,
        "lonely": due,
    }
    assert desk.record(case).status == "open"


@pytest.mark.requirement("T-123", "T-137")
def test_another_time_arms_anew_and_no_time_disarms(desk: Cases) -> None:
    case = _made(desk)
    later = desk.world.now + 9 * DAY
    assert _armed(desk.plan(case, "edit", {"due": later})) == {
        "begin": later,
        "nag": later + DAY,
        "lonely": later,
    }
    assert _armed(desk.plan(case, "edit", {"due": None})) == {"begin": None, "nag": None, "lonely": None}


def test_what_does_not_touch_the_time_arms_nothing(desk: Cases) -> None:
    case = _made(desk)
    assert _armed(desk.plan(case, "edit", {"size": 4})) == {}


def test_unless_disarms_and_arms_again(desk: Cases) -> None:
    case = _made(desk)
    applied = desk.create({"name": "con"}, module="child", owner_id=case)
    assert (case, "lonely") not in desk.world.timers
    assert desk.record(case).version == 1  # the owner itself has not changed
    desk.act(applied.id(-1), "delete")
    assert (case, "lonely") in desk.world.timers


def test_a_deleted_record_is_left_alone(desk: Cases) -> None:
    case = _made(desk)
    assert _armed(desk.plan(case, "delete")) == {"begin": None, "nag": None, "lonely": None}


def test_a_timer_acts_as_the_system_when_it_is_due(desk: Cases) -> None:
    case = _made(desk)
    assert plan_timer(desk.world, case, "begin") is None
    desk.world.pass_time(4 * DAY)
    plan = plan_timer(desk.world, case, "begin")
    assert plan is not None
    assert (plan.entries[0].action, plan.entries[0].actor.is_system) == ("timer:begin", True)
    desk.world.apply(plan)
    assert desk.record(case).status == "going"
    assert plan_timer(desk.world, case, "begin") is None


def test_a_timer_comes_again_as_often_as_it_says(desk: Cases) -> None:
    case = _made(desk)
    first = desk.world.now + 4 * DAY
    desk.world.at(first)
    for occurrence, again in ((1, first + 2 * DAY), (2, first + 4 * DAY), (3, None)):
        plan = plan_timer(desk.world, case, "nag", occurrence=occurrence)
        assert plan is not None
        assert _armed(plan).get("nag") == again
        desk.world.apply(plan)
        desk.world.at(again or desk.world.now)
    assert desk.value(case, "size") == 3
    assert plan_timer(desk.world, case, "nag", occurrence=4) is None


def test_a_later_occurrence_waits_for_its_own_moment(desk: Cases) -> None:
    case = _made(desk)
    desk.world.pass_time(4 * DAY)
    assert plan_timer(desk.world, case, "nag", occurrence=2) is None


def test_a_day_is_due_where_the_installation_stands() -> None:
    desk = cases(
        fields={"day": {"type": "date", "label": "Ngày"}},
        timers={"dawn": {"at": "record.day", "do": [{"set": {"name": "'sáng'"}}]}},
    )
    case = desk.add(values={"day": desk.world.now.date()})
    (timer,) = due_timers(desk.world, desk.record(case)).values()
    assert timer.at.utcoffset() is not None
