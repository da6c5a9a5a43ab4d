"""The database handle: Flask-SQLAlchemy's models and engines, the settings of each database, and writing.

Nothing connects at import. Flask-SQLAlchemy builds the engines (`open_database`); sessions belong to
the running platform, because pages, jobs and commands open them in the same way.

SQLite needs care: a transaction that reads first and then writes fails at once when somebody else
wrote between, whatever the busy timeout. So every transaction that will write begins through
`writing(session)`, which takes the write lock first (BEGIN IMMEDIATE).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, Table, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session

from luongviec.engine.errors import Unavailable
from luongviec.engine.text import Text
from luongviec.store.folding import fold

BUSY_TIMEOUT_SECONDS = 30
#: Execution option of a connection whose transactions will write.
WRITES = "luongviec_writes"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Busy(Unavailable):
    """The database could not be written just now; nothing was changed."""

    code = "busy"
    template = Text(
        "Hệ thống đang ghi một thay đổi lớn. Chưa có gì được lưu; hãy thử lại sau ít phút.",
        "The system is writing a large change and cannot take another. Nothing was saved; try again shortly.",
    )


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)

#: What functions of the store take: a session, or Flask-SQLAlchemy's scoped one.
AnySession = Session | scoped_session[Any]


def table_of(model: type[Base]) -> Table:
    """Give the table beneath a mapped class: rows go in as they are, many by one statement."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not one table")
    return table


def database_url(url: str) -> str:
    """Name the driver that we use: `postgres://` and `postgresql://` mean psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_options(url: str) -> dict[str, Any]:
    """Give the options of `create_engine` for a database."""
    if database_url(url).startswith("sqlite"):
        # isolation_level None: the driver begins nothing by itself, `_begin` below does.
        return {"connect_args": {"timeout": BUSY_TIMEOUT_SECONDS, "isolation_level": None}}
    return {
        "pool_pre_ping": True,
        # Small indexed queries: compiling them, or starting workers for them, costs more than it gives.
        "connect_args": {
            # Prepared statements end in one plan for everybody; a leader needs another than a clerk.
            "prepare_threshold": None,
            "options": "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
            " -c timezone=UTC",
        },
    }


def open_database(url: str) -> Engine:
    """Give an engine of Flask-SQLAlchemy with our settings; it connects when first used."""
    application = Flask(__name__, instance_path=str(Path.cwd()))  # a relative file means: from here
    application.config["SQLALCHEMY_DATABASE_URI"] = database_url(url)
    application.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(application)
    with application.app_context():
        return _prepare(db.engine)


def _prepare(engine: Engine) -> Engine:
    """Put our settings on every connection of an engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
    connection.create_function("fold", 1, _folded, deterministic=True)


def _folded(text: str | None) -> str | None:
    """Fold within SQL, for filters that compare texts without marks."""
    return None if text is None else fold(text)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(session: AnySession) -> Iterator[AnySession]:
    """Hold one write transaction: committed at the end, rolled back when an error leaves the block.

    What was read before belongs to an earlier moment: that transaction is ended first, so read what
    you decide upon inside the block.

    Raises:
        Busy: the database did not let us begin, for instance while a long change is written.
        RuntimeError: the session already holds changes that were not written in such a block.
    """
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside writing()")
    session.rollback()
    try:
        session.connection(execution_options={WRITES: True})
    except OperationalError as error:
        session.rollback()
        raise Busy from error
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
