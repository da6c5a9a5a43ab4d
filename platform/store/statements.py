"""Statements that run many times a second, made once and run past the ORM.

Building a statement and compiling its key costs several times what the database needs to answer it.
What every action reads and writes is therefore built at import, with named parameters, and executed
on the transaction's connection. `IDS` stands for a list of any length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    CursorResult,
    Executable,
    Insert,
    Update,
    and_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal_column,
    null,
    select,
    union_all,
    update,
)

from luongviec.store.column_types import BigId, Moment
from luongviec.store.database import AnySession, Base, table_of
from luongviec.store.models import (
    FieldValue,
    HandOverRow,
    HistoryEntry,
    Link,
    Occurrence,
    ParticipationRow,
    Record,
    RecordData,
    VoiceRow,
)

#: The name of the parameter that holds a list of ids.
IDS = "ids"

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def run(
    session: AnySession, statement: Executable, parameters: Parameters | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Execute a statement on tables in the session's transaction; mapped objects are not looked at."""
    return session.connection().execute(statement, parameters)


def _kind(number: int) -> Any:
    return literal_column(str(number))


def ids_parameter() -> Any:
    """Give the place in a statement where a list of ids goes."""
    return bindparam(IDS, expanding=True, type_=BigId)


@lru_cache
def inserting(model: type[Base]) -> Insert:
    """Give the statement that puts rows into a model's table; what it numbers is not read back."""
    return insert(table_of(model)).inline()


def insert_plain(
    session: AnySession, model: type[Base], names: Sequence[str], rows: Sequence[tuple[float | None, ...]]
) -> None:
    """Put rows of bare numbers into a model's table: nothing is converted on the way to the database.

    For the one table whose rows an action may write by the ten thousand.
    """
    if not rows:
        return
    connection = session.connection()
    marker = "?" if connection.dialect.name == "sqlite" else "%s"
    columns, places = ", ".join(names), ", ".join([marker] * len(names))
    table = table_of(model).name
    connection.exec_driver_sql(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(rows))  # noqa: S608  (names of columns)


_record, _data = table_of(Record), table_of(RecordData)
_participation, _hand_over, _voice = map(table_of, (ParticipationRow, HandOverRow, VoiceRow))
_value = table_of(FieldValue)
_link, _entry = table_of(Link), table_of(HistoryEntry)

RECORDS = (
    select(_record, _data.c["values"])
    .join_from(_record, _data, _data.c.record_id == _record.c.id)
    .where(_record.c.id.in_(ids_parameter()))
)

#: Who is concerned by records: `kind` says of which of the three tables a row is.
PARTICIPATION, HAND_OVER, VOICE = 1, 2, 3
PEOPLE = union_all(
    select(
        _kind(PARTICIPATION).label("kind"), _participation.c.record_id, _participation.c.id,
        _participation.c.role.label("code"), _participation.c.user_id.label("first"),
        _participation.c.unit_id.label("second"), cast(null(), BigId).label("third"),
        _participation.c.since.label("at"), _participation.c.until, cast(null(), Boolean).label("yes"),
    ).where(_participation.c.record_id.in_(ids_parameter())),
    select(
        _kind(HAND_OVER), _hand_over.c.record_id, _hand_over.c.id, _hand_over.c.role, _hand_over.c.giver_id,
        _hand_over.c.receiver_id, _hand_over.c.by_id, _hand_over.c.at, cast(null(), Moment),
        cast(null(), Boolean),
    ).where(_hand_over.c.record_id.in_(ids_parameter())),
    select(
        _kind(VOICE), _voice.c.record_id, _voice.c.id, _voice.c.action, _voice.c.person_id,
        _voice.c.cast_for_id, cast(null(), BigId), _voice.c.at, cast(null(), Moment), _voice.c.yes,
    ).where(_voice.c.record_id.in_(ids_parameter())),
)  # fmt: skip

#: What hangs on records: owned ones, deleted ones too, and linked ones seen from either end.
OWNED, LINKED_FORWARD, LINKED_BACK = 1, 2, 3
_far, _near = _record.alias("far"), _record.alias("near")
RELATED = union_all(
    select(
        _kind(OWNED).label("kind"), _record.c.owner_id.label("own"), _record.c.id.label("other"),
        cast(null(), _link.c.module.type).label("module"), _record.c.owner_relation.label("relation"),
        _record.c.position, _record.c.deleted_at,
    ).where(_record.c.owner_id.in_(ids_parameter())),
    select(
        _kind(LINKED_FORWARD), _link.c.near_id, _link.c.far_id, _link.c.module, _link.c.relation,
        cast(null(), _record.c.position.type), cast(null(), Moment),
    )
    .join(_far, _far.c.id == _link.c.far_id)
    .where(_link.c.near_id.in_(ids_parameter()), _far.c.deleted_at.is_(None)),
    select(
        _kind(LINKED_BACK), _link.c.far_id, _link.c.near_id, _link.c.module, _link.c.relation,
        cast(null(), _record.c.position.type), cast(null(), Moment),
    )
    .join(_near, _near.c.id == _link.c.near_id)
    .where(_link.c.far_id.in_(ids_parameter()), _near.c.deleted_at.is_(None)),
)  # fmt: skip

#: Which records have a field that refers to some.
FIELD = "field_id"
REFERRING = (
    select(_value.c.value_number, _value.c.record_id)
    .join(_record, and_(_record.c.id == _value.c.record_id, _record.c.deleted_at.is_(None)))
    .where(_value.c.field_id == bindparam(FIELD), _value.c.value_number.in_(ids_parameter()))
    .order_by(_value.c.record_id)
)

#: Which statuses records have entered, and when; nothing of plans that were taken back.
_undoing = _entry.alias("undoing")
_plan_id = func.coalesce(_entry.c.together_with_id, _entry.c.id)
VISITS = (
    select(_entry.c.record_id, _entry.c.moved_to, _entry.c.at)
    .where(_entry.c.record_id.in_(ids_parameter()), _entry.c.moved_to.is_not(None))
    .where(~exists().where(_undoing.c.undoes_id == _plan_id))
    .order_by(_entry.c.id)
)

#: Who ever acted on records in whose place.
ACTED_FOR = (
    select(_entry.c.record_id, _entry.c.actor_id, _entry.c.acting_for_id)
    .where(_entry.c.record_id.in_(ids_parameter()), _entry.c.acting_for_id.is_not(None))
    .order_by(_entry.c.acting_for_id)
)

#: The columns of a record that an action may change.
CHANGING = (
    "record_status_id", "version", "title", "title_sort", "status_since", "updated_at", "position",
    "deleted_at", "is_open", "sort_key", "home_unit_id",
)  # fmt: skip
INSERT_RECORD = insert(_record).returning(_record.c.id)
INSERT_ENTRY = insert(_entry).returning(_entry.c.id)
INSERT_OCCURRENCES = insert(table_of(Occurrence)).returning(table_of(Occurrence).c.id)
KEY, VERSION_BEFORE = "key_", "version_before"

_changed = update(_record).values({name: bindparam(name) for name in CHANGING})
UPDATE_NEW_RECORDS: Update = _changed.where(_record.c.id == bindparam(KEY))
UPDATE_RECORD: Update = UPDATE_NEW_RECORDS.where(_record.c.version == bindparam(VERSION_BEFORE))
UPDATE_DATA: Update = (
    update(_data).where(_data.c.record_id == bindparam(KEY)).values({"values": bindparam("values")})
)
