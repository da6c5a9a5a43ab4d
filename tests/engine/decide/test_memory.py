"""The world in memory: what it answers, and that every kind of change changes what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from luongviec.engine.errors import Conflict
from luongviec.engine.memory import BEGINNING, MemoryWorld, overlaps
from luongviec.engine.planning import plan as changes
from luongviec.engine.world import Actor, HandOver, Holder, HolderKind, Voice
from tests.engine.worlds import (
    CATEGORIES,
    Office,
    definition,
    desk,
    matrix,
    module,
    office,
    statuses,
    workspace_of,
)


@pytest.fixture
def place() -> Office:
    """An office of numbered cases with parts and links."""
    return office(
        workspace_of(
            CATEGORIES,
            desk(head={"may": ["case.report"]}, clerk={}),
            definition(
                "user_groups", "user_groups", {"admins": {"name": "Quản trị", "may": ["admin.users"]}}
            ),
            module(
                owner={"module": "case", "optional": True},
                fields={
                    "name": {"type": "text", "label": "Tên"},
                    "number": {"type": "text", "label": "Số"},
                    "near": {"type": "record", "of": "case", "label": "Gần"},
                },
                number={"field": "number", "pattern": "{{ counter | pad(3) }}/{{ year }}", "at": "create"},
                roles={
                    "worker": {"label": "Làm"},
                    "place": {"of": "unit", "side": "desk", "label": "Đơn vị"},
                },
                relations={
                    "parts": {"owns": "case", "inverse": "whole", "tree": True, "label": "Phần"},
                    "next": {"links": "case", "inverse": "last", "label": "Sau"},
                },
            ),
            statuses(),
            matrix(),
        )
    )


def planned(*made: changes.Change, **versions: int) -> changes.Plan:
    """A plan of changes; versions by record id as `r1=1`."""
    entry = changes.Entry(-1, "create", Actor(1), BEGINNING)
    return changes.Plan(tuple(made), (entry,), {int(key[1:]): value for key, value in versions.items()})


def test_a_plan_makes_records_in_order_and_names_their_ids(place: Office) -> None:
    worker = Holder(HolderKind.USER, place.an)
    applied = place.world.apply(
        planned(
            changes.CreateRecord(-1, "case", "case", "open"),
            changes.SetValues(-1, {}, {"name": "Mẹ"}),
            changes.AddParticipant(-1, "worker", worker),
            changes.AssignNumber(-1, "number", "case:number", 2026),
            changes.CreateRecord(-2, "case", "case", "open", owner_id=-1, owner_relation="parts"),
            changes.SetValues(-2, {}, {"name": "Con", "near": -1}),
            changes.AddLink("case", "next", -1, -2),
            changes.Occur(-2, "created"),
        )
    )
    mother, child = applied.id(-1), applied.id(-2)
    first, second = place.record(mother), place.record(child)
    assert (first.title, first.version, first.created_by) == ("Mẹ", 1, 1)
    assert first.values["number"] == "001/2026"
    assert first.holders("worker") == (worker,)
    assert second.values["near"] == mother
    assert list(place.world.children(mother, "parts")) == [child]
    assert list(place.world.linked(mother, "case", "next", forward=True)) == [child]
    assert list(place.world.linked(child, "case", "next", forward=False)) == [mother]
    assert list(place.world.referring(mother, "case", "near")) == [child]
    assert [one.record_id for one in applied.occurrences] == [child]


def test_changes_to_a_record_and_back(place: Office) -> None:
    world = place.world
    one = world.add_record("case", roles={"worker": place.an}, values={"name": "a"})
    holder, since = Holder(HolderKind.USER, place.an), place.record(one).created_at
    voice = Voice("agree", place.an, place.an, True, since)
    link = HandOver("worker", place.an, place.binh, place.an, since)
    world.pass_time(timedelta(hours=1))
    world.apply(
        planned(
            changes.MoveStatus(one, "open", "done"),
            changes.EndParticipant(one, "worker", holder, since),
            changes.GiveVoice(one, voice),
            changes.PushHandOver(one, link),
            changes.Reposition(one, None, 3),
            changes.TimerDue(one, "late", since),
            changes.DeleteRecord(one),
            **{f"r{one}": 1},
        )
    )
    state = place.record(one)
    assert (state.status, state.version, state.position, state.status_since) == ("done", 2, 3, world.now)
    assert state.holders("worker") == ()
    assert (state.voices, state.hand_overs) == ((voice,), (link,))
    assert world.entered(one, "done") == world.now
    assert (one, "late") in world.timers
    assert state.deleted_at == world.now
    world.apply(
        planned(
            changes.RestoreRecord(one),
            changes.ReopenParticipant(one, "worker", holder, since),
            changes.ClearVoices(one, (voice,)),
            changes.PopHandOver(one, link),
            changes.DisarmTimer(one, "late"),
            **{f"r{one}": 2},
        )
    )
    state = place.record(one)
    assert state.holders("worker") == (holder,)
    assert (state.voices, state.hand_overs, state.deleted_at, world.timers) == ((), (), None, {})


@pytest.mark.requirement("T-136")
def test_a_stale_plan_changes_nothing(place: Office) -> None:
    one = place.world.add_record("case", values={"name": "a"})
    place.world.change(one, version=2)
    before = dict(place.world.records)
    with pytest.raises(Conflict):
        place.world.apply(planned(changes.SetValues(one, {}, {"name": "b"}), **{f"r{one}": 1}))
    assert place.world.records == before


def test_deleted_records_leave_relations(place: Office) -> None:
    world = place.world
    owner = world.add_record("case")
    first = world.add_record("case", owner=owner, relation="parts", position=2)
    second = world.add_record("case", owner=owner, relation="parts", position=1)
    assert list(world.children(owner, "parts")) == [second, first]
    world.change(second, deleted_at=world.now)
    assert list(world.children(owner, "parts")) == [first]
    assert list(world.deleted_children(owner)) == [second]


def test_functions_add_up(place: Office) -> None:
    world = place.world
    world.personal_functions[place.an].add("admin.mail")
    world.group_people["admins"].add(place.an)
    world.fill_slot(place.department, "desk", "head", place.an)
    assert world.functions(place.an) == {"admin.mail", "admin.users", "case.report"}
    assert world.functions(place.dung) == frozenset()


def test_parameters_and_calendars_come_from_the_nearest_unit(place: Office) -> None:
    world = place.world
    world.set_parameter("limit", 1)
    world.set_parameter("limit", 2, unit=place.department)
    assert [world.parameter("limit", unit) for unit in (place.division, place.other_department, None)] == [
        2,
        1,
        1,
    ]
    assert world.calendar(place.division).code == "office_hours"


def test_units_carry_sides_and_have_branches(place: Office) -> None:
    world = place.world
    assert set(world.units_below(place.department, deep=True)) == {place.department, place.division}
    assert list(world.units_below(place.department, deep=False)) == [place.division]
    assert set(world.units_with_side("desk")) == set(world.units)


def test_a_copy_is_apart(place: Office) -> None:
    one = place.world.add_record("case", values={"name": "a"})
    other: MemoryWorld = place.world.copied()
    other.change(one, status="done")
    other.add_record("case", owner=one, relation="parts")
    assert place.record(one).status == "open"
    assert list(place.world.children(one, "parts")) == []


def test_spans_that_touch() -> None:
    day = datetime(2026, 3, 2, tzinfo=UTC)
    later = day + timedelta(days=1)
    assert not overlaps(day, later, later, later + timedelta(days=1))
    assert overlaps(day.date(), later.date(), later.date(), later.date())
    assert not overlaps(day, None, day, later)
