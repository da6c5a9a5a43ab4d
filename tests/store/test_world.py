"""The world over the database answers as the one in memory, in a bounded number of statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine, event, update

from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.offers import offers
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.planning import plan as changes
from luongviec.engine.planning.plan import Answers, Entry, Plan
from luongviec.engine.planning.planner import plan_action, plan_create
from luongviec.engine.world import Actor
from luongviec.store import models
from luongviec.store.applying.changes import apply_plan
from luongviec.store.applying.derived import differing, rebuild
from luongviec.store.database import writing
from luongviec.store.lists.reading import Selection, count_selections, select_page
from luongviec.store.organisation.unit_moves import MovesBelowItself, move_unit, records_of_units
from tests.databases import Database, Databases
from tests.engine.random_workspaces import worlds
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


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Gather the statements that run meanwhile."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def check_answers(database: Database, memory: MemoryWorld) -> None:
    """Ask both worlds everything that does not need a history."""
    world = load_world(database.session(), memory)
    for record_id in memory.records:
        for relation in ("parts", "remarks"):
            assert list(world.children(record_id, relation)) == list(memory.children(record_id, relation))
        for forward in (True, False):
            ours = world.linked(record_id, "case", "following", forward=forward)
            assert list(ours) == list(memory.linked(record_id, "case", "following", forward=forward))
    for unit in memory.units:
        assert world.unit(unit) == memory.unit(unit)
        assert sorted(world.units_below(unit, deep=True)) == sorted(memory.units_below(unit, deep=True))
        assert sorted(world.units_below(unit, deep=False)) == sorted(memory.units_below(unit, deep=False))
        assert set(world.holders_of(unit, "desk")) == set(memory.holders_of(unit, "desk"))
        assert world.group_for("case", unit) == memory.group_for("case", unit)
    for person in memory.people:
        assert set(world.holdings(person)) == set(memory.holdings(person))
        assert world.groups(person) == memory.groups(person)
        assert world.functions(person) == memory.functions(person)
        assert tuple(world.managers(person)) == tuple(memory.managers(person))
    assert world.everyone() == memory.everyone()
    assert list(world.units_with_side("desk")) == list(memory.units_with_side("desk"))


@RANDOM
@given(memory=worlds())
def test_both_worlds_answer_alike_on_sqlite(databases: Databases, memory: MemoryWorld) -> None:
    check_answers(databases.get("sqlite"), memory)


@pytest.mark.postgresql
@RANDOM
@given(memory=worlds())
def test_both_worlds_answer_alike_on_postgresql(databases: Databases, memory: MemoryWorld) -> None:
    check_answers(databases.get("postgresql"), memory)


# --- How many statements -------------------------------------------------------------------------------


def family(small: MemoryWorld, count: int) -> list[int]:
    """Add cases that all follow one another."""
    ids = [small.add_record("case", values={"name": f"Việc {n}"}, roles={"creator": 1}) for n in range(count)]
    for near, far in pairwise(ids):
        small.link("case", "following", near, far)
    return ids


@pytest.mark.parametrize("count", [5, 50])
def test_a_page_takes_the_same_few_statements_however_long(
    database: Database, small: MemoryWorld, count: int
) -> None:
    family(small, count)
    world = load_world(database.session(), small)
    with statements(database.engine) as seen:
        fresh = world_at(world, small.now)
        ids = select_page(fresh, 1, Selection("case"), size=50).ids
        count_selections(fresh, 1, [Selection("case")] * 5)
        fresh.preload(ids)
        standing = Standing(fresh, Actor(1))
        for record_id in ids:
            record = fresh.record(record_id)
            assert record is not None
            offers(fresh, Actor(1), record, standing=standing)
            fresh.linked(record_id, "case", "following", forward=True)
            fresh.children(record_id, "nothing")
    assert len(ids) >= count
    assert len(seen) <= 11, seen


@pytest.mark.parametrize("neighbours", [0, 30])
def test_an_action_takes_at_most_a_dozen_statements(
    database: Database, small: MemoryWorld, neighbours: int
) -> None:
    family(small, neighbours)
    world = load_world(database.session(), small)
    with statements(database.engine) as seen, writing(world.session):
        fresh = world_at(world, small.now)
        apply_plan(fresh, plan_action(fresh, Actor(1), max(small.records), "finish", {}))
    assert len(seen) <= 12, seen


def test_making_a_record_takes_a_bounded_number_of_statements(database: Database, small: MemoryWorld) -> None:
    world = load_world(database.session(), small)
    typed = {"name": "Mới", "place": [1], "helper": [2], "due_at": small.now, "kind": "big", "amount": 3}
    with statements(database.engine) as seen, writing(world.session):
        fresh = world_at(world, small.now)
        applied = apply_plan(
            fresh, plan_create(fresh, Actor(1), "case", typed, answers=Answers(confirmed=True))
        )
        made = fresh.record(applied.id(-1))
    assert len(seen) <= 24, seen
    assert made is not None
    assert made.values["number"] == "1/2026"
    assert made.title == "Mới"
    assert differing(world_at(world, small.now), [*small.records, made.id]) == ()


# --- Rebuilding and moving ---------------------------------------------------------------------------------


def test_a_moved_branch_is_seen_from_its_new_place(database: Database, small: MemoryWorld) -> None:
    other = small.add_unit("Sở Khác", sides=["desk"])
    below = small.add_unit("Tổ Hai", 1, sides=["desk"])
    record_id = small.add_record("case", values={"name": "Ở tổ"}, roles={"place": below})
    world = load_world(database.session(), small)
    with writing(world.session):
        branch = move_unit(world.session, 1, other)
        concerned = records_of_units(world.session, branch)
        fresh = world_at(world, small.now)
        assert set(differing(fresh, small.records)) == set(small.records) == set(concerned)
        rebuild(fresh, concerned)
    fresh = world_at(world, small.now)
    assert differing(fresh, small.records) == ()
    assert fresh.unit(below).path == (other, 1, below)  # type: ignore[union-attr]
    assert record_id in records_of_units(world.session, [other])
    with pytest.raises(MovesBelowItself), writing(world.session):
        move_unit(world.session, other, below)


def test_what_is_wrong_in_the_access_rows_is_found(database: Database, small: MemoryWorld) -> None:
    world = load_world(database.session(), small)
    with writing(world.session):
        world.session.execute(update(models.AccessRow).where(models.AccessRow.record_id == 2).values(flags=0))
    assert differing(world_at(world, small.now), small.records) == (2,)
    with writing(world.session):
        rebuild(world_at(world, small.now), [2])
    assert differing(world_at(world, small.now), small.records) == ()


def test_nobody_sees_a_deleted_record_and_everybody_again_a_restored_one(
    database: Database, small: MemoryWorld
) -> None:
    world = load_world(database.session(), small)
    for change, ids in ((changes.DeleteRecord(1), (2,)), (changes.RestoreRecord(1), (2, 1))):
        with writing(world.session):
            fresh = world_at(world, small.now)
            record = fresh.record(1)
            assert record is not None
            entry = Entry(1, "delete", Actor(1), small.now, changes=(0,))
            apply_plan(fresh, Plan((change,), (entry,), {1: record.version}))
        assert select_page(world_at(world, small.now), 1, Selection("case")).ids == ids
        assert decide(world_at(world, small.now), Actor(1), "view", record).allowed is (len(ids) == 1)
