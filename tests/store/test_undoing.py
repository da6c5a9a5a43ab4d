"""What was undone was never entered: visits as the store reads them from history."""

from __future__ import annotations

from datetime import timedelta

from luongviec.engine.memory import MemoryWorld
from luongviec.engine.planning.plan import Entry, MoveStatus, Plan
from luongviec.engine.planning.planner import plan_undo
from luongviec.engine.planning.undo import Done
from luongviec.engine.world import Actor
from luongviec.store.applying.changes import apply_plan
from luongviec.store.database import writing
from luongviec.store.history import load_history
from luongviec.store.moves import moves_of
from tests.databases import Database
from tests.store.loading import load_world, world_at


def test_an_undone_visit_does_not_count(database: Database, small: MemoryWorld) -> None:
    world = load_world(database.session(), small)
    began = small.now
    again = Entry(1, "again", Actor(1), began, status_before="open", status_after="open", changes=(0,))
    with writing(world.session):
        apply_plan(world, Plan((MoveStatus(1, "open", "open"),), (again,), {1: 1}))
    finished = small.now + timedelta(minutes=5)
    actor, until = Actor(1), finished + timedelta(minutes=5)
    entry = Entry(1, "finish", actor, finished, status_before="open", status_after="done", changes=(0,))
    done = Plan((MoveStatus(1, "open", "done"),), (entry,), {1: 2}, until)
    with writing(world.session):
        applied = apply_plan(world_at(world, finished), done)
    assert world_at(world, finished).entered(1, "done") == finished
    undone_at = finished + timedelta(minutes=2)
    later = world_at(world, undone_at)
    with writing(world.session):
        taken_back = plan_undo(later, actor, Done(1, actor, done.changes, {1: 3}, until))
        apply_plan(later, taken_back, undoes=applied.entries[0])
    fresh = world_at(world, undone_at + timedelta(minutes=1))
    assert fresh.entered(1, "done") is None
    assert fresh.time_in(1, "done") == timedelta()
    record = fresh.record(1)
    assert record is not None
    assert (record.status, record.status_since) == ("open", began)
    assert [one.moved_to for one in moves_of(world.session, 1)] == ["open"]
    assert [one.action for one in load_history(world.session, 1)] == ["undo", "finish", "again"]
