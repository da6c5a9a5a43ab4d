"""Plans written by the store: the same as in memory, derived tables as if rebuilt, history for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from luongviec.engine.memory import MemoryWorld
from luongviec.engine.planning import plan as changes
from luongviec.engine.planning.plan import Entry, Plan
from luongviec.engine.world import Actor, HandOver, Holder, HolderKind, RecordState, Voice
from luongviec.store import models
from luongviec.store.applying.changes import apply_plan
from luongviec.store.applying.derived import differing, rebuild
from luongviec.store.database import writing
from luongviec.store.history import load_history, load_plan
from luongviec.store.lists.reading import Selection, select_page
from luongviec.store.world import StoreWorld
from tests.databases import Database, Databases
from tests.engine.random_workspaces import STATUSES, worlds
from tests.engine.worlds import CATEGORIES, matrix, module, statuses, workspace_of
from tests.store.loading import load_world, world_at

RANDOM = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
DERIVED = (models.AccessRow, models.FieldValue, models.SearchEntry)


# --- Random plans -------------------------------------------------------------------------------------


def random_change(draw: st.DrawFn, world: MemoryWorld, record: RecordState) -> changes.Change:
    """Give one change of a record that makes sense in its world."""
    roles = world.workspace.modules[record.module].roles
    held = [p for p in record.participations if p.until is None]
    cases = sorted(i for i, one in world.records.items() if one.module == "case" and i != record.id)
    pairs = [pair for pair in world.links["case", "following"] if record.id in pair]
    kinds = ["add", "move", "set", "delete" if record.deleted_at is None else "restore", "place", "hand_over"]
    kinds += ["end"] * 2 * bool(held) + ["unlink"] * 2 * bool(pairs)
    kinds += ["link"] * bool(cases and record.module == "case")
    match draw(st.sampled_from(kinds)):
        case "add":
            role = roles[draw(st.sampled_from(sorted(roles)))]
            among = sorted(world.people if role.of is HolderKind.USER else world.units)
            holder = Holder(role.of, draw(st.sampled_from(among)))
            if holder in record.holders(role.code):
                return changes.Reposition(record.id, record.position, 7)
            return changes.AddParticipant(record.id, role.code, holder)
        case "end":
            one = draw(st.sampled_from(held))
            return changes.EndParticipant(record.id, one.role, one.holder, one.since)
        case "move":
            return changes.MoveStatus(record.id, record.status, draw(st.sampled_from(STATUSES)))
        case "set":
            after = {
                "name": draw(st.sampled_from(["bốn", "năm"])),
                "amount": draw(st.none() | st.integers(0, 9)),
            }
            return changes.SetValues(record.id, {code: record.values.get(code) for code in after}, after)
        case "link":
            return changes.AddLink("case", "following", record.id, draw(st.sampled_from(cases)))
        case "unlink":
            return changes.RemoveLink("case", "following", *draw(st.sampled_from(pairs)))
        case "delete":
            return changes.DeleteRecord(record.id)
        case "restore":
            return changes.RestoreRecord(record.id)
        case "hand_over":
            person = min(world.people)
            link = HandOver("worker", person, person, person, world.now)
            return changes.PushHandOver(record.id, link)
        case _:
            return changes.Reposition(record.id, record.position, draw(st.integers(0, 9)))


def random_plan(draw: st.DrawFn, world: MemoryWorld) -> Plan:
    """Give a plan of one change, or one that makes a child of a record."""
    record = world.records[draw(st.sampled_from(sorted(world.records)))]
    person = min(world.people)
    if record.module == "case" and draw(st.integers(0, 3)) == 0:
        made: tuple[changes.Change, ...] = (
            changes.CreateRecord(-1, "remark", "remark", "drafted", record.id, "remarks", 1),
            changes.SetValues(-1, {}, {"name": "mới", "amount": 2}),
            changes.AddParticipant(-1, "creator", Holder(HolderKind.USER, person)),
            changes.Occur(-1, "created"),
        )
        entry = Entry(-1, "create", Actor(person), world.now, changes=(0, 1, 2))
        return Plan(made, (entry,), {})
    change = random_change(draw, world, record)
    if getattr(change, "before", 0) == getattr(change, "after", 1) and isinstance(change, changes.MoveStatus):
        change = changes.Reposition(record.id, record.position, 3)
    entry = Entry(record.id, "edit", Actor(person), world.now, changes=(0,))
    plan = Plan((change,), (entry,), {})
    return Plan((change,), (entry,), {i: world.records[i].version for i in plan.touched})


# --- Comparing -----------------------------------------------------------------------------------------


def essence(record: RecordState) -> Mapping[str, object]:
    """Give what must be equal in memory and in the database."""
    return {
        "module": record.module,
        "status": (record.status_group, record.status, record.status_since),
        "owner": (record.owner_id, record.owner_relation, record.position),
        "made": (record.created_by, record.created_at, record.deleted_at),
        "version": record.version,
        "title": record.title,
        "values": {code: value for code, value in record.values.items() if value is not None},
        "people": sorted(((p.role, p.holder, p.since, p.until) for p in record.participations), key=str),
        "chain": record.hand_overs,
    }


def derived_rows(world: StoreWorld) -> dict[str, list[object]]:
    """Give all rows of the derived tables."""
    return {
        model.__tablename__: sorted(map(tuple, world.session.execute(select(model.__table__))), key=str)
        for model in DERIVED
    }


def check_plans(database: Database, memory: MemoryWorld, draw: st.DrawFn) -> None:
    """Apply random plans to both worlds and compare after each."""
    world = load_world(database.session(), memory)
    for _ in range(draw(st.integers(1, 5))):
        memory.pass_time(timedelta(hours=1))
        plan = random_plan(draw, memory)
        with writing(world.session):
            world = world_at(world, memory.now)
            applied = apply_plan(world, plan)
            after = {i: world.record(i) for i in memory.records}
        assert applied.ids == memory.apply(plan).ids
        fresh = world_at(world, memory.now)
        for record_id, state in memory.records.items():
            found = fresh.record(record_id)
            assert found is not None
            assert essence(found) == essence(state)
            if after.get(record_id) is not None:
                assert essence(after[record_id]) == essence(state)  # type: ignore[arg-type]
        incremental = derived_rows(fresh)
        with writing(world.session):
            rebuild(world_at(world, memory.now), memory.records)
        assert derived_rows(fresh) == incremental


@RANDOM
@given(memory=worlds(), data=st.data())
def test_plans_leave_what_they_leave_in_memory_on_sqlite(
    databases: Databases, memory: MemoryWorld, data: st.DataObject
) -> None:
    check_plans(databases.get("sqlite"), memory, data.draw)


@pytest.mark.postgresql
@RANDOM
@given(memory=worlds(), data=st.data())
def test_plans_leave_what_they_leave_in_memory_on_postgresql(
    databases: Databases, memory: MemoryWorld, data: st.DataObject
) -> None:
    check_plans(databases.get("postgresql"), memory, data.draw)


# --- History ---------------------------------------------------------------------------------------------


def test_history_gives_back_every_kind_of_change(database: Database, small: MemoryWorld) -> None:
    world = load_world(database.session(), small)
    now, one = small.now, Holder(HolderKind.USER, 1)
    given_changes = (
        changes.SetValues(1, {"due_at": None}, {"due_at": now, "amount": 2.5}),
        changes.MoveStatus(1, "open", "done"),
        changes.AddParticipant(1, "helper", one),
        changes.PushHandOver(1, HandOver("helper", 1, 2, 1, now)),
        changes.GiveVoice(1, Voice("agree", 1, 1, True, now)),
        changes.AddLink("case", "following", 1, 2),
        changes.Occur(1, "entered.done", (1, 2), {"at": now}, "vì thế", source_id=2),
        changes.TimerDue(1, "late", now + timedelta(days=1)),
    )
    entry = Entry(
        1, "finish", Actor(1), now, reason="xong", status_before="open", status_after="done",
        changes=tuple(range(8)),
    )  # fmt: skip
    with writing(world.session):
        applied = apply_plan(world, Plan(given_changes, (entry,), {1: 1, 2: 1}, now + timedelta(minutes=5)))
    stored = load_history(world.session, 1)[0]
    assert stored.changes == given_changes[:6]
    assert (stored.action, stored.actor, stored.reason, stored.moved_to) == (
        "finish",
        Actor(1),
        "xong",
        "done",
    )
    whole = load_plan(world.session, applied.entries[0])
    assert whole is not None
    assert whole.changes == given_changes[:6]
    assert whole.undo_until == now + timedelta(minutes=5)
    occurrence = world.session.scalars(select(models.Occurrence)).one()
    assert (occurrence.event, occurrence.people, occurrence.source_id) == ("entered.done", [1, 2], 2)
    assert occurrence.due_at == now + timedelta(minutes=5)
    timer = world.session.scalars(select(models.TimerRow)).one()
    assert (timer.record_id, timer.timer, timer.at) == (1, "late", now + timedelta(days=1))
    assert world_at(world, now).entered(1, "done") == now


def test_taking_a_chain_apart_reaches_those_who_looked_along_it(database: Database) -> None:
    """The derived roles of the first case follow two links: it is none of those that the plan names."""
    memory = MemoryWorld(
        workspace_of(
            CATEGORIES,
            module(
                roles={"creator": {"label": "Người tạo"}},
                relations={"following": {"links": "case", "inverse": "preceding", "label": "Sau"}},
                derived_roles={
                    "next": {"via": "following", "roles": ["creator"], "depth": 2, "label": "của việc sau"}
                },
            ),
            statuses(),
            matrix(participants={"*": {"next.creator": ["view"]}}),
        )
    )
    for name in ("An", "Bình", "Chi"):
        person = memory.add_person(name)
        memory.add_record("case", values={"name": name}, roles={"creator": person})
    memory.link("case", "following", 1, 2)
    memory.link("case", "following", 2, 3)
    world = load_world(database.session(), memory)
    assert select_page(world, 3, Selection("case")).ids == (2, 1)
    with writing(world.session):
        fresh = world_at(world, memory.now)
        entry = Entry(2, "unlink", Actor(1), memory.now, changes=(0,))
        apply_plan(fresh, Plan((changes.RemoveLink("case", "following", 2, 3),), (entry,), {2: 1, 3: 1}))
    fresh = world_at(world, memory.now)
    assert select_page(fresh, 3, Selection("case")).ids == ()
    assert differing(fresh, memory.records) == ()
