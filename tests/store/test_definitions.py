"""Publishing definitions and taking them up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from luongviec.engine.planning import plan as changes
from luongviec.engine.planning.plan import Entry, Plan
from luongviec.engine.sources.reading import Definition
from luongviec.engine.world import Actor, Holder, HolderKind
from luongviec.store import models
from luongviec.store.applying.changes import apply_plan
from luongviec.store.database import writing
from luongviec.store.definitions.revisions import (
    make_workspaces,
    publish_revisions,
    published_definitions,
    revisions_of,
    status_counts,
)
from luongviec.store.definitions.routes import NEW_RECORDS
from luongviec.store.world import StoreWorld
from tests.databases import Database
from tests.engine.worlds import CATEGORIES, desk, matrix, module, statuses

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def definitions(*, name: str = "Việc", final: tuple[str, ...] = ("done",)) -> tuple[Definition, ...]:
    return (
        CATEGORIES,
        desk(),
        module(name=name),
        statuses(final=final),
        matrix(participants={"*": {"creator": ["view"]}}),
    )


def publish(session: Session, *of: Definition, **words: str) -> object:
    with writing(session):
        return publish_revisions(session, of, at=NOW, **words)


def make_case(session: Session, world: StoreWorld) -> int:
    made = (
        changes.CreateRecord(-1, "case", "case", "open"),
        changes.AddParticipant(-1, "creator", Holder(HolderKind.USER, 1)),
    )
    with writing(session):
        if session.get(models.User, 1) is None:
            session.add(
                models.User(id=1, user_name="an", name="An", name_sort="", name_folded="", created_at=NOW)
            )
            session.flush()
        return apply_plan(world, Plan(made, (Entry(-1, "create", Actor(1), NOW, changes=(0, 1)),), {})).id(-1)


def test_what_has_not_changed_makes_no_revision(database: Database) -> None:
    session = database.session()
    first = publish(session, *definitions())
    assert first is not None
    assert publish(session, *definitions()) is None
    second = publish(session, *definitions(name="Vụ việc"))
    assert second is not None
    assert second.published == (("module", "case"),)  # type: ignore[attr-defined]
    assert [one.number for one in revisions_of(session, kind="module", code="case")] == [2, 1]


def test_another_process_takes_a_revision_up_with_its_next_transaction(database: Database) -> None:
    session, other = database.session(), database.session()
    publish(session, *definitions())
    workspaces = make_workspaces()
    before = StoreWorld(other, workspaces, NOW).workspace
    assert StoreWorld(other, workspaces, NOW).workspace is before
    publish(session, *definitions(name="Vụ việc"))
    other.rollback()
    assert StoreWorld(other, workspaces, NOW).workspace.modules["case"].name.vi == "Vụ việc"


def test_order_and_text_of_a_definition_survive(database: Database) -> None:
    session = database.session()
    publish(session, *definitions())
    world = StoreWorld(session, make_workspaces(), NOW)
    assert list(world.workspace.status_groups["case"].statuses) == ["open", "done"]
    texts = {(one.kind, one.code): one.text for one in published_definitions(session)}
    assert texts == {(one.kind, one.code): one.text for one in definitions()}


def test_records_follow_a_publication_unless_it_is_for_new_ones(database: Database) -> None:
    session, workspaces = database.session(), make_workspaces()
    publish(session, *definitions())
    record_id = make_case(session, StoreWorld(session, workspaces, NOW))
    publish(session, *definitions(name="Vụ việc"))
    world = StoreWorld(session, workspaces, NOW)
    record = world.record(record_id)
    assert record is not None
    assert world.in_force(record).module.name.vi == "Vụ việc"
    publish(session, *definitions(name="Hồ sơ"), scope=NEW_RECORDS)
    world = StoreWorld(session, workspaces, NOW)
    assert world.in_force(world.record(record_id)).module.name.vi == "Vụ việc"  # type: ignore[arg-type]
    newer = make_case(session, world)
    assert world.in_force(world.record(newer)).module.name.vi == "Hồ sơ"  # type: ignore[arg-type]
    assert status_counts(session, "case") == {("case", "open"): 2}


def test_a_status_that_becomes_final_closes_its_records(database: Database) -> None:
    session, workspaces = database.session(), make_workspaces()
    publish(session, *definitions())
    record_id = make_case(session, StoreWorld(session, workspaces, NOW))
    publish(session, *definitions(final=("open", "done")))
    assert not session.scalar(select(models.Record.is_open).where(models.Record.id == record_id))
    assert not any(session.scalars(select(models.AccessRow.is_open)))


def test_a_publication_that_is_rolled_back_leaves_no_trace(database: Database) -> None:
    session, workspaces = database.session(), make_workspaces()
    publish(session, *definitions())

    def publish_and_fail() -> None:
        with writing(session):
            publish_revisions(session, definitions(name="Vụ việc"), at=NOW)
            assert StoreWorld(session, workspaces, NOW).workspace.modules["case"].name.vi == "Vụ việc"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        publish_and_fail()
    assert StoreWorld(session, workspaces, NOW).workspace.modules["case"].name.vi == "Việc"
    publish(session, *definitions(name="Hồ sơ"))
    assert StoreWorld(session, workspaces, NOW).workspace.modules["case"].name.vi == "Hồ sơ"


def test_a_removed_definition_counts_no_more(database: Database) -> None:
    session = database.session()
    publish(session, *definitions())
    publish(session, removed=(("side", "desk"),))
    assert "desk" not in StoreWorld(session, make_workspaces(), NOW).workspace.sides
