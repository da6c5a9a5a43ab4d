"""Taking an action back: by whom, how long, and not over somebody else's work."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from luongviec.engine.errors import Conflict, NotFound, Refused
from luongviec.engine.planning.plan import Plan
from luongviec.engine.planning.planner import plan_undo
from luongviec.engine.planning.undo import Done
from luongviec.engine.world import SYSTEM, Actor
from tests.engine.planning.cases import NUMBER, Cases, cases


@pytest.fixture
def desk() -> Cases:
    return cases(
        fields={"size": NUMBER},
        roles={"doer": {"label": "Làm", "keeps": "past"}, "past": {"label": "Đã làm", "fill": "none"}},
        actions={
            "go": {
                "effects": [
                    {"set": {"size": 3}},
                    {"move": "going"},
                    {"remove": {"role": "doer", "who": "doer"}},
                ],
                "undo": 10,
            },
            "stay": {"effects": [{"set": {"size": 4}}]},
        },
        timers={
            "later": {
                "at": "entered('going') + days(1)",
                "unless": "status.code != 'going'",
                "do": [{"set": {"size": 9}}],
            }
        },
    )


def _done(plan: Plan) -> Done:
    return Done(
        plan.entries[0].record_id,
        plan.entries[0].actor,
        plan.changes,
        {record_id: version + 1 for record_id, version in plan.versions.items()},
        plan.undo_until,
    )


@pytest.fixture
def gone(desk: Cases) -> tuple[int, Done]:
    case = desk.add(values={"size": 1}, roles={"doer": desk.office.binh})
    plan = desk.plan(case, "go")
    desk.world.apply(plan)
    return case, _done(plan)


@pytest.mark.requirement("W-26")
def test_everything_is_as_it_was(desk: Cases, gone: tuple[int, Done]) -> None:
    case, done = gone
    desk.world.apply(plan_undo(desk.world, Actor(desk.office.an), done))
    record = desk.record(case)
    assert (record.status, record.values["size"]) == ("open", 1)
    assert (desk.holders(case, "doer"), desk.holders(case, "past")) == ([desk.office.binh], [])
    assert [one.action for one in desk.entries(case)] == ["go", "undo"]
    assert desk.world.timers == {}


def test_it_tells_nobody(desk: Cases, gone: tuple[int, Done]) -> None:
    events = len(desk.world.occurrences)
    desk.world.apply(plan_undo(desk.world, Actor(desk.office.an), gone[1]))
    assert len(desk.world.occurrences) == events


def test_only_who_did_it(desk: Cases, gone: tuple[int, Done]) -> None:
    for actor in (Actor(desk.office.binh), SYSTEM):
        with pytest.raises(Refused):
            plan_undo(desk.world, actor, gone[1])


def test_only_for_a_while(desk: Cases, gone: tuple[int, Done]) -> None:
    desk.world.pass_time(timedelta(minutes=10))
    plan_undo(desk.world, Actor(desk.office.an), gone[1])
    desk.world.pass_time(timedelta(seconds=1))
    with pytest.raises(Refused):
        plan_undo(desk.world, Actor(desk.office.an), gone[1])


def test_not_what_cannot_be_taken_back(desk: Cases) -> None:
    case = desk.add()
    plan = desk.plan(case, "stay")
    desk.world.apply(plan)
    with pytest.raises(Refused):
        plan_undo(desk.world, Actor(desk.office.an), _done(plan))


@pytest.mark.requirement("T-136")
def test_not_over_somebody_elses_change(desk: Cases, gone: tuple[int, Done]) -> None:
    case, done = gone
    desk.act(case, "stay", who=desk.office.binh)
    with pytest.raises(Conflict):
        plan_undo(desk.world, Actor(desk.office.an), done)
    with pytest.raises(NotFound):
        plan_undo(desk.world, Actor(desk.office.an), replace(done, versions={999: 1}))


@pytest.mark.requirement("T-136")
def test_two_people_at_once_the_second_is_told(desk: Cases) -> None:
    case = desk.add(values={"size": 1})
    first, second = desk.plan(case, "go"), desk.plan(case, "stay", who=desk.office.binh)
    desk.world.apply(first)
    with pytest.raises(Conflict):
        desk.world.apply(second)
    assert desk.value(case, "size") == 3


def test_what_was_undone_was_never_entered() -> None:
    desk = cases(
        fields={"went": {"type": "datetime", "label": "Lúc đi", "computed": "entered('going')"}},
        actions={"go": {"effects": [{"move": "going"}], "undo": 10}},
    )
    world, case = desk.world, desk.add()
    since = desk.record(case).status_since
    world.pass_time(timedelta(minutes=5))
    plan = desk.plan(case, "go")
    world.apply(plan)
    assert desk.value(case, "went") == world.now
    world.pass_time(timedelta(minutes=5))
    desk.undo(plan)
    assert (desk.record(case).status, desk.record(case).status_since) == ("open", since)
    assert desk.value(case, "went") is None
    assert world.entered(case, "going") is None
    assert world.time_in(case, "going") == timedelta()
    assert world.time_in(case, "open") == world.now - since


def test_an_earlier_visit_still_counts() -> None:
    desk = cases(
        actions={"go": {"effects": [{"move": "going"}], "undo": 10}, "back": {"effects": [{"move": "open"}]}}
    )
    world, case = desk.world, desk.add()
    desk.act(case, "go")
    first = world.now
    for action in ("back", "go"):
        world.pass_time(timedelta(minutes=5))
        plan = desk.plan(case, action)
        world.apply(plan)
    desk.undo(plan)
    assert world.entered(case, "going") == first
    assert world.time_in(case, "going") == timedelta(minutes=5)
