"""A database of any size for measuring: units, people and records, loaded in bulk.

The shape is that of a provincial government: 700 units in four levels, 10,000 people, records of the
module with the richest permissions among the shipped ones. One unit's branch holds 15.5 % of all
records; its head is the *leader* whom lists are measured with. One person works on 3 % of them all.
Rows go straight into the tables; access rows are written set-based, as for direct roles they can be,
and compared with the store's own on a sample.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Index, text
from sqlalchemy.orm import Session

from luongviec.engine.compiler import compile_workspace
from luongviec.engine.model import Field, FieldType, Module, Workspace
from luongviec.engine.sources.reading import load_sources
from luongviec.engine.values import moment_text
from luongviec.engine.world import HolderKind
from luongviec.store.applying.derived import access_flags
from luongviec.store.database import Base, writing
from luongviec.store.definitions.codes import StatusCode
from luongviec.store.definitions.workspaces import ORGANISATION, FixedWorkspaces, touch_generation
from luongviec.store.folding import fold, sort_key
from luongviec.store.lists.index_values import index_number
from luongviec.store.lists.search import principal_tokens, search_text
from luongviec.store.world import StoreWorld

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
UNITS, PEOPLE = 700, 10_000
LEADER_SHARE, HEAVY_SHARE = 0.155, 0.03
OPEN_SHARE = 0.256
LEADER, HEAVY = 1, 2
AT_ONCE = 20_000

WORDS = [
    "báo",
    "cáo",
    "kế",
    "hoạch",
    "giải",
    "phóng",
    "mặt",
    "bằng",
    "tái",
    "định",
    "cư",
    "đường",
    "ven",
    "biển",
    "rà",
    "soát",
    "thủ",
    "tục",
    "hành",
    "chính",
    "chuyển",
    "đổi",
    "số",
    "quyết",
    "toán",
    "ngân",
    "sách",
    "phòng",
    "chống",
    "thiên",
    "tai",
    "hội",
    "nghị",
    "sơ",
    "kết",
    "kiểm",
    "tra",
    "xây",
    "dựng",
    "nông",
    "thôn",
    "mới",
    "tiếp",
    "công",
    "dân",
    "đấu",
    "giá",
    "đất",
    "quy",
    "hoạch",
    "cấp",
    "nước",
    "sinh",
    "hoạt",
    "trường",
    "học",
    "bệnh",
    "viện",
    "cụm",
    "công",
    "nghiệp",
]


@dataclass(slots=True)
class Office:
    """What queries need to know of the data."""

    workspace: Workspace
    workspaces: FixedWorkspaces
    module: Module
    unit_role: str
    user_roles: list[str]
    seconds: dict[str, float] = field(default_factory=dict)


def bench_workspace() -> Workspace:
    """Give the shipped definitions."""
    workspace = compile_workspace(load_sources(ROOT / "definitions").definitions).require_workspace()
    assert workspace.sides["executing"].slots["head"].branch, "the leader is meant to see a whole branch"
    return workspace


def load(engine: Engine, count: int, *, seed: int = 1) -> Office:
    """Fill an empty, migrated database with `count` records."""
    workspace = bench_workspace()
    module = workspace.modules["task"]
    users = [code for code, role in module.roles.items() if role.of is HolderKind.USER]
    office = Office(workspace, FixedWorkspaces(workspace), module, "executing", users)
    with Session(engine) as session, writing(session):
        office.workspaces.register(session)
    loader = Loader(engine, office, count, random.Random(seed))
    for step in (
        loader.organisation,
        loader.records,
        loader.indexes,
        loader.access,
        loader.search,
        loader.finish,
    ):
        begun = time.perf_counter()
        step()
        office.seconds[step.__name__] = time.perf_counter() - begun
    loader.check()
    return office


@dataclass(slots=True)
class Drawn:
    """One record as chance made it."""

    id: int
    status: StatusCode
    unit: int
    assigning: int
    worker: int
    follower: int
    created: datetime
    due: datetime
    name: str
    option: str


def indexed_choice(module: Module) -> Field:
    """Give the first indexed choice of a module."""
    return next(f for f in module.fields.values() if f.type == FieldType.CHOICE and f.index)


class Draw:
    """Draws records; the same ones however often it is begun anew."""

    def __init__(self, world: StoreWorld, module: Module, count: int) -> None:
        statuses = world.codes.statuses_of[module.code]
        self.chance = random.Random(7)
        self.count = count
        self.open = [status for status in statuses if not status.final]
        self.final = [status for status in statuses if status.final]
        self.options = [option.code for option in indexed_choice(module).options]

    def record(self, record_id: int) -> Drawn:
        """Draw the next record."""
        drawn = [self.chance.random() for _ in range(10)]
        is_open = drawn[0] < OPEN_SHARE
        among = self.open if is_open else self.final
        if drawn[2] < LEADER_SHARE:
            unit = 2 if drawn[3] < 0.03 else 22 + int(drawn[3] * 29.9)
        else:
            unit = 52 + int(drawn[3] * (UNITS - 52))
        words = (WORDS[int(drawn[6] * 1e9 + k * k * drawn[7] * 1e6) % len(WORDS)] for k in range(9))
        return Drawn(
            record_id,
            among[int(drawn[1] * len(among))],
            unit,
            1 + int(drawn[9] * 20),
            HEAVY if drawn[4] < HEAVY_SHARE else 2000 + int(drawn[4] * 7999),
            2000 + int(drawn[9] * 7999),
            NOW - timedelta(minutes=(self.count - record_id) % 1_500_000),
            NOW + timedelta(minutes=int((drawn[5] - (0.25 if is_open else 0.98)) * 60_000)),
            f"{' '.join(words)} số {record_id % 9973}",
            self.options[int(drawn[8] * len(self.options))],
        )


class Loader:
    """Writes everything, without secondary indexes and foreign keys in the way."""

    def __init__(self, engine: Engine, office: Office, count: int, chance: random.Random) -> None:
        self.engine = engine
        self.office = office
        self.count = count
        self.chance = chance
        self.is_sqlite = engine.dialect.name == "sqlite"
        with Session(engine) as session:
            self.world = StoreWorld(session, office.workspaces, NOW)
        self.paths: dict[int, list[int]] = {}
        self.dropped: list[Index] = []

    # --- Writing ------------------------------------------------------------------------------------

    def write(self, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows by the database's quickest way."""
        names = [name.strip() for name in columns.split(",")]
        quoted = ", ".join(f'"{name}"' for name in names)
        raw = self.engine.raw_connection()
        try:
            cursor = raw.cursor()
            if self.is_sqlite:
                cursor.execute("PRAGMA foreign_keys = OFF")
                cursor.execute("BEGIN IMMEDIATE")
                marks = ", ".join("?" * len(names))
                cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", rows)
            else:
                cursor.execute("SET LOCAL session_replication_role = replica")
                with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            if self.is_sqlite:
                cursor.execute("COMMIT")
                cursor.execute("PRAGMA foreign_keys = ON")
            else:
                raw.commit()
        finally:
            raw.close()

    def moment(self, value: datetime) -> Any:
        """Write a moment as the column type does."""
        return value.replace(tzinfo=None).isoformat(" ", "microseconds") if self.is_sqlite else value

    # --- The organisation -----------------------------------------------------------------------------

    def organisation(self) -> None:
        """700 units in four levels; the second unit heads a branch of 31."""
        parents: dict[int, int | None] = {1: None}
        for unit in range(2, UNITS + 1):
            if unit <= 21:
                parents[unit] = 1
            elif unit <= 51:
                parents[unit] = 2  # the leader's branch: unit 2 and thirty below
            else:
                upper = range(3, 22) if unit <= 120 else range(52, 121)
                parents[unit] = self.chance.choice(upper)
        for unit, parent in parents.items():
            self.paths[unit] = [*(self.paths[parent] if parent else []), unit]
        self.write(
            "unit",
            "id, parent_id, path, name, name_sort, name_folded, kind, code, position, active",
            (self._unit_row(unit, parent) for unit, parent in parents.items()),
        )
        self.write("unit_closure", "unit_id, ancestor_id", ((u, a) for u in parents for a in self.paths[u]))
        self.write(
            "unit_side", "unit_id, side", ((u, s) for u in parents for s in ("assigning", "executing"))
        )
        now = self.moment(NOW)
        self.write(
            "user_account",
            "id, user_name, name, name_sort, name_folded, post, must_change_password, language, theme,"
            " active, created_at",
            (
                (i, f"u{i}", f"Người {i}", f"{i:05d}", f"nguoi {i}", "", False, "vi", "system", True, now)
                for i in range(1, PEOPLE + 1)
            ),
        )  # fmt: skip
        holdings = [(LEADER, 2, "executing", "head", now)]
        for unit in parents:
            if unit != 2:
                holdings.append((3 + unit, unit, "executing", "head", now))
            holdings.append((1000 + unit, unit, "assigning", "head", now))
        for person in range(2000, PEOPLE):
            holdings.append((person, 3 + person % (UNITS - 3), "executing", "officer", now))
        self.write("unit_holding", "user_id, unit_id, side, slot, since", holdings)
        with Session(self.engine) as session, writing(session):
            touch_generation(session, ORGANISATION)

    def _unit_row(self, unit: int, parent: int | None) -> tuple[Any, ...]:
        name, path = f"Đơn vị {unit}", "/" + "/".join(map(str, self.paths[unit])) + "/"
        return (unit, parent, path, name, sort_key(name), fold(name), None, f"U{unit}", unit, True)

    # --- Records -------------------------------------------------------------------------------------------

    def records(self) -> None:
        """Records, their values, people, indexed values and words; secondary indexes come afterwards."""
        self._drop_indexes()
        draw = Draw(self.world, self.office.module, self.count)
        for first in range(1, self.count + 1, AT_ONCE):
            part = [draw.record(i) for i in range(first, min(first + AT_ONCE, self.count + 1))]
            for table, columns, make in self._written():
                self.write(table, columns, (row for one in part for row in make(one)))

    def _written(self) -> list[tuple[str, str, Callable[[Drawn], list[tuple[Any, ...]]]]]:
        """Give the tables that a record is written to, with their columns and what makes the rows."""
        record = (
            "id, module_id, record_status_id, version, title, title_sort, status_since, created_at,"
            " updated_at, created_by_id, is_open, sort_key, home_unit_id"
        )
        return [
            ("record", record, self._record_row),
            ("record_data", "record_id, values", self._data_row),
            ("participation", "record_id, role, user_id, unit_id, since", self._people_rows),
            ("field_value", "record_id, field_id, position, value_text, value_number", self._field_rows),
            ("search_entry", "record_id, body, principals", self._search_row),
        ]

    def _record_row(self, one: Drawn) -> list[tuple[Any, ...]]:
        now = self.moment(one.created)
        creator = 1000 + one.unit
        return [
            (
                one.id, one.status.module_id, one.status.id, 1, one.name, sort_key(one.name), now, now, now,
                creator, not one.status.final, index_number(one.due), one.unit,
            )
        ]  # fmt: skip

    def _data_row(self, one: Drawn) -> list[tuple[Any, ...]]:
        values = {"name": one.name, self.choice.code: one.option, self.sort_field: moment_text(one.due)}
        return [(one.id, json.dumps(values, ensure_ascii=False))]

    def _people_rows(self, one: Drawn) -> list[tuple[Any, ...]]:
        now, creator = self.moment(one.created), 1000 + one.unit
        return [
            (one.id, "creator", creator, None, now), (one.id, "assigner", creator, None, now),
            (one.id, "assignee", one.worker, None, now), (one.id, "follower", one.follower, None, now),
            (one.id, "assigning", None, one.assigning, now), (one.id, "executing", None, one.unit, now),
        ]  # fmt: skip

    def _field_rows(self, one: Drawn) -> list[tuple[Any, ...]]:
        numbers = self.world.codes.fields
        module = self.office.module.code
        return [
            (one.id, numbers[module, self.choice.code], 0, one.option, None),
            (one.id, numbers[module, self.sort_field], 0, None, index_number(one.due)),
        ]

    def _search_row(self, one: Drawn) -> list[tuple[Any, ...]]:
        units = {unit for start in (one.unit, one.assigning) for unit in self.paths[start]}
        people = {1000 + one.unit, one.worker, one.follower}
        return [(one.id, fold(one.name), principal_tokens([*people, *(-unit for unit in units)]))]

    @property
    def choice(self) -> Field:
        """The indexed choice of the module."""
        return indexed_choice(self.office.module)

    @property
    def sort_field(self) -> str:
        """The field that access rows carry."""
        return self.world.codes.sort_fields[self.office.module.code] or ""

    def _drop_indexes(self) -> None:
        with self.engine.begin() as connection:
            for table in ("record", "participation", "field_value", "access"):
                for index in Base.metadata.tables[table].indexes:
                    index.drop(connection)
                    self.dropped.append(index)

    def indexes(self) -> None:
        """Build the secondary indexes again, those of access rows only after these are written."""
        self._build([index for index in self.dropped if index.table.name != "access"])

    def _build(self, indexes: list[Index]) -> None:
        with self.engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
            for index in indexes:
                index.create(connection)

    # --- Derived -------------------------------------------------------------------------------------

    def access(self) -> None:
        """Write the access rows of direct roles in one statement."""
        bits = self.world.codes
        module = self.office.module
        parts = []
        for role in module.roles.values():
            own, within = bits.bit(module.code, role.code), bits.bit(module.code, role.code, within=True)
            of = f"FROM participation p WHERE p.role = '{role.code}'"
            if role.of is HolderKind.USER:
                parts.append(f"SELECT p.record_id, p.user_id AS principal, {own} AS bit {of}")
                continue
            parts.append(f"SELECT p.record_id, -p.unit_id AS principal, {own} AS bit {of}")
            parts.append(
                f"SELECT p.record_id, -c.ancestor_id, {within} FROM participation p"
                f" JOIN unit_closure c ON c.unit_id = p.unit_id WHERE p.role = '{role.code}'"
            )
        statement = (
            "INSERT INTO access (principal, module_id, record_id, flags, record_status_id, is_open, sort_key)"
            " SELECT x.principal, r.module_id, r.id, CAST(sum(DISTINCT x.bit) AS BIGINT),"
            " r.record_status_id, r.is_open, r.sort_key"
            f" FROM ({' UNION ALL '.join(parts)}) x JOIN record r ON r.id = x.record_id"
            " GROUP BY x.principal, r.module_id, r.id, r.record_status_id, r.is_open, r.sort_key"
            " ORDER BY x.principal, r.module_id, r.id"
        )
        with self.engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SET LOCAL work_mem = '1GB'"))
            connection.execute(text(statement))
        self._build([index for index in self.dropped if index.table.name == "access"])

    def search(self) -> None:
        """Fill the full-text index from the search entries."""
        with self.engine.begin() as connection:
            if self.is_sqlite:
                connection.execute(
                    text(
                        "INSERT INTO search_index (rowid, body, principals)"
                        " SELECT record_id, body, principals FROM search_entry"
                    )
                )
                return
            connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
            connection.execute(text("DROP INDEX ix_search_index_document"))
            connection.execute(
                text(
                    "INSERT INTO search_index (record_id, document)"
                    " SELECT record_id,"
                    " to_tsvector('simple', body) || strip(to_tsvector('simple', principals))"
                    " FROM search_entry"
                )
            )
            connection.execute(
                text(
                    "CREATE INDEX ix_search_index_document ON search_index USING gin (document)"
                    " WITH (fastupdate = off)"
                )
            )

    def finish(self) -> None:
        """Tell the planners what is there."""
        if self.is_sqlite:
            with self.engine.begin() as connection:
                connection.execute(text("ANALYZE"))
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            for table in ("record", "participation"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))

    def check(self) -> None:
        """The bulk statement must give what the store gives, on a sample."""
        with Session(self.engine) as session:
            world = StoreWorld(session, self.office.workspaces, NOW)
            for record_id in random.Random(5).sample(range(1, self.count + 1), 50):
                record = world.record(record_id)
                assert record is not None
                found = text("SELECT principal, flags FROM access WHERE record_id = :r")
                rows = session.execute(found, {"r": record_id})
                wanted = access_flags(world, record)
                assert dict(map(tuple, rows)) == dict(wanted), record_id
                module = world.in_force(record).module
                entry = search_text(self.office.workspace, module, record, wanted)
                words = session.execute(
                    text("SELECT body, principals FROM search_entry WHERE record_id = :r"), {"r": record_id}
                ).one()
                assert tuple(words) == (entry.body, entry.principals), record_id
