"""The sets of the database and the one decision say the same, for every person and every record."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from luongviec.engine.deciding.decide import Case, decide
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.world import Actor
from luongviec.store.lists.access import visible_ids
from luongviec.store.lists.reading import Selection, select_page
from luongviec.store.world import StoreWorld
from tests.databases import Database, Databases
from tests.engine.random_workspaces import standing_worlds, worlds
from tests.store.loading import load_world

RANDOM = settings(
    max_examples=40,
    deadline=None,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # a failure is printed below, not shrunk for minutes
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)


def allowed(world: MemoryWorld | StoreWorld, memory: MemoryWorld, person: int, module: str) -> set[int]:
    """Ask `decide` about each record that is not deleted."""
    return {
        record.id
        for record in memory.records.values()
        if record.module == module
        and record.deleted_at is None
        and (state := world.record(record.id)) is not None
        and decide(world, Actor(person), "view", state).allowed
    }


def check_visibility(database: Database, memory: MemoryWorld) -> None:
    """Compare set and decisions for everybody and every module."""
    world = load_world(database.session(), memory)
    for person in memory.people:
        for module in memory.workspace.modules:
            expected = allowed(memory, memory, person, module)
            assert allowed(world, memory, person, module) == expected
            assert set(world.session.execute(visible_ids(world, person, module)).scalars()) == expected
            assert set(select_page(world, person, Selection(module), size=100).ids) == expected


def check_narrowed(database: Database, memory: MemoryWorld) -> None:
    """Compare what is seen in one's own right, and in place of each other person."""
    world = load_world(database.session(), memory)
    for person in memory.people:
        standing = Standing(memory, Actor(person))
        for module in memory.workspace.modules:
            seen: dict[int, set[int]] = {other: set() for other in memory.people}
            for record in memory.records.values():
                if record.module == module and record.deleted_at is None:
                    case = Case(standing, record)
                    for one in (case, *case.others):
                        if one.has_it_alone("view"):
                            seen[one.standing.user_id or 0].add(record.id)
            for behalf, expected in seen.items():
                page = select_page(world, person, Selection(module, behalf=behalf), size=100)
                assert set(page.ids) == expected


@pytest.mark.requirement("C-77", "T-135")
@RANDOM
@given(memory=worlds())
def test_the_set_is_what_decide_allows_on_sqlite(databases: Databases, memory: MemoryWorld) -> None:
    check_visibility(databases.get("sqlite"), memory)


@pytest.mark.postgresql
@pytest.mark.requirement("C-77", "T-135")
@RANDOM
@given(memory=worlds())
def test_the_set_is_what_decide_allows_on_postgresql(databases: Databases, memory: MemoryWorld) -> None:
    check_visibility(databases.get("postgresql"), memory)


@pytest.mark.requirement("C-77", "T-135")
@RANDOM
@given(memory=standing_worlds())
def test_whoever_stands_in_sees_what_decide_allows_on_sqlite(
    databases: Databases, memory: MemoryWorld
) -> None:
    check_visibility(databases.get("sqlite"), memory)
    check_narrowed(databases.get("sqlite"), memory)


@pytest.mark.postgresql
@pytest.mark.requirement("C-77", "T-135")
@RANDOM
@given(memory=standing_worlds())
def test_whoever_stands_in_sees_what_decide_allows_on_postgresql(
    databases: Databases, memory: MemoryWorld
) -> None:
    check_visibility(databases.get("postgresql"), memory)
    check_narrowed(databases.get("postgresql"), memory)
