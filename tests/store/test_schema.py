"""Migrations and models agree, and the schema keeps what must be kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from luongviec.engine.memory import MemoryWorld
from luongviec.store import models
from luongviec.store.applying.changes import apply_plan
from luongviec.store.database import writing
from luongviec.store.migrating import current_revision, differences, needs_upgrade, newest_revision, upgrade
from tests.databases import Database
from tests.store.loading import load_world
from tests.store.test_concurrency import move_plan

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_the_migrations_give_exactly_the_schema_of_the_models(database: Database) -> None:
    assert differences(database.engine) == []


def test_upgrading_twice_is_upgrading_once(database: Database) -> None:
    assert current_revision(database.engine) == newest_revision()
    assert not needs_upgrade(database.engine)
    assert upgrade(database.engine) == (newest_revision(), newest_revision())


def test_foreign_keys_hold(database: Database) -> None:
    session = database.session()
    with pytest.raises(IntegrityError), writing(session):
        session.add(models.UnitSide(unit_id=4711, side="desk"))


@pytest.mark.parametrize("model", [models.HistoryEntry, models.HistoryRow])
def test_history_is_only_ever_added_to(database: Database, small: MemoryWorld, model: type) -> None:
    world = load_world(database.session(), small)
    with writing(world.session):
        apply_plan(world, move_plan(world))
    before = world.session.execute(select(model.__table__)).all()
    column = model.__table__.c.record_version if model is models.HistoryEntry else model.__table__.c.position
    for statement in (delete(model), update(model).values({column.name: 9})):
        with pytest.raises(DBAPIError, match="append-only"), writing(world.session):
            world.session.execute(statement)
    assert world.session.execute(select(model.__table__)).all() == before


def test_moments_come_back_in_utc(database: Database) -> None:
    session = database.session()
    with writing(session):
        session.add(models.Publication(at=NOW))
    assert session.scalars(select(models.Publication.at)).one() == NOW
    assert session.scalars(select(models.Publication.at)).one().tzinfo is UTC
    with pytest.raises(Exception, match="time zone"), writing(session):
        session.add(models.Publication(at=datetime(2026, 3, 2)))  # noqa: DTZ001 - that is the point


def test_sqlite_runs_with_our_settings(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        found = [
            connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 1, 30000]
