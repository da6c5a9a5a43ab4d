"""Bringing a database to the schema of the models: `luongviec db upgrade`.

Migrations live in `store/migrations/versions`; each runs on SQLite and on PostgreSQL. Several
processes that start at once take turns.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

import luongviec.store.models  # noqa: F401 - makes the metadata complete
from luongviec.store.database import WRITES, Base

_LOCK = 4_711_001  # any fixed number: the advisory lock that migrating processes take


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """Give the revision that this code needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations")
    return head


def current_revision(engine: Engine) -> str | None:
    """Give the revision that a database has, None if it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def needs_upgrade(engine: Engine) -> bool:
    """Whether the database is older than this code."""
    return current_revision(engine) != newest_revision()


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring a database up to date, all or nothing.

    Returns:
        The revision before (None: it was empty) and the one now.
    """
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(_config(connection), "head")
        return before, newest_revision()


def differences(engine: Engine) -> list[object]:
    """Compare a database with the models; nothing where they agree."""
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, parents: (
                kind != "table" or not name.startswith("search_index")
            ),
        }
        migration = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(migration, Base.metadata))
