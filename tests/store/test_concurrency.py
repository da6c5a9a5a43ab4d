"""Two at once: one wins and the other is told, numbers are given once, writers do not trip readers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from luongviec.engine.errors import Conflict
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.planning import plan as changes
from luongviec.engine.planning.plan import Entry, Plan
from luongviec.engine.world import Actor
from luongviec.store import models
from luongviec.store.applying.changes import apply_plan, next_number
from luongviec.store.database import Busy, writing
from luongviec.store.world import StoreWorld
from tests.databases import Database
from tests.store.loading import load_world

THREADS = 4


def run_together(*works: Callable[[], None]) -> list[BaseException]:
    """Run in threads that start at the same moment; give what they raised."""
    barrier = threading.Barrier(len(works))
    raised: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            barrier.wait(30)
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def move_plan(world: StoreWorld | MemoryWorld) -> Plan:
    entry = Entry(1, "finish", Actor(1), world.now, status_before="open", status_after="done", changes=(0,))
    return Plan((changes.MoveStatus(1, "open", "done"),), (entry,), {1: 1})


@pytest.mark.requirement("T-136")
def test_of_two_at_once_one_wins_and_the_other_learns_what_changed(
    database: Database, small: MemoryWorld
) -> None:
    world = load_world(database.session(), small)

    def finish() -> None:
        with Session(database.engine) as session, writing(session):
            mine = StoreWorld(session, world.workspaces, small.now)
            apply_plan(mine, move_plan(mine))

    raised = run_together(*[finish] * THREADS)
    assert [type(error) for error in raised] == [Conflict] * (THREADS - 1)
    world.session.rollback()  # to see what the others wrote
    entries = world.session.scalars(select(models.HistoryEntry.id)).all()
    assert len(entries) == 1
    assert {error.parameters["entries"] for error in raised} == {tuple(entries)}  # type: ignore[attr-defined]
    assert world.session.scalar(select(func.count()).select_from(models.HistoryRow)) == 1
    world.forget()
    assert world.record(1).version == 2  # type: ignore[union-attr]


def test_a_plan_from_an_old_version_changes_nothing(database: Database, small: MemoryWorld) -> None:
    world = load_world(database.session(), small)
    with writing(world.session):
        apply_plan(world, move_plan(world))
    with pytest.raises(Conflict), writing(world.session):
        apply_plan(StoreWorld(world.session, world.workspaces, small.now), move_plan(world))
    assert world.session.scalar(select(func.count()).select_from(models.HistoryEntry)) == 1


@pytest.mark.requirement("T-22", "M-06")
def test_every_number_is_given_once(database: Database, small: MemoryWorld) -> None:
    world = load_world(database.session(), small)
    taken: list[int] = []

    def take() -> None:
        for _ in range(5):
            with Session(database.engine) as session, writing(session):
                number = next_number(StoreWorld(session, world.workspaces, small.now), "case:number", 2026)
            taken.append(number)

    assert run_together(*[take] * THREADS) == []
    assert sorted(taken) == list(range(1, 5 * THREADS + 1))


def test_reading_first_and_writing_then_never_finds_the_database_locked(
    sqlite_database: Database, small: MemoryWorld
) -> None:
    world = load_world(sqlite_database.session(), small)

    def rename() -> None:
        for _ in range(5):
            with Session(sqlite_database.engine) as session, writing(session):
                user = session.get_one(models.User, 1)
                user.post += "x"

    assert run_together(*[rename] * THREADS) == []
    world.session.rollback()  # to see what the others wrote
    assert world.session.get_one(models.User, 1).post == "x" * 5 * THREADS


def test_what_was_changed_outside_of_writing_is_refused(database: Database, small: MemoryWorld) -> None:
    session = load_world(database.session(), small).session
    session.get_one(models.User, 1).name = "khác"  # type: ignore[union-attr]
    with pytest.raises(RuntimeError, match="outside"), writing(session):
        pass


def test_a_database_that_cannot_be_written_now_says_so(sqlite_database: Database) -> None:
    holder = sqlite_database.session()
    with sqlite_database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        connection.commit()
        with Session(bind=connection) as waiting:
            with writing(holder), pytest.raises(Busy), writing(waiting):
                raise AssertionError("nobody writes beside the holder")
            with writing(waiting):
                waiting.add(models.Publication(at=datetime(2026, 11, 26, tzinfo=UTC)))
    holder.rollback()
    assert holder.scalar(select(func.count()).select_from(models.Publication)) == 1
