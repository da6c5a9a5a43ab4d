"""Keeping the derived tables true: access rows, indexed values, search entries.

`access_flags` says what one record's access rows must be, and it is the only place that does: after a
plan the touched records are refreshed, `rebuild` does the same for as many as it is given. It asks
the engine itself about derived roles, so a row can never mean something else than `decide` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from luongviec.engine.model import FieldType, Module
from luongviec.engine.people import derived_records
from luongviec.engine.world import HolderKind, RecordState
from luongviec.store.database import table_of
from luongviec.store.definitions.codes import derived_code, derived_role_codes
from luongviec.store.lists.index_values import index_number, value_columns
from luongviec.store.lists.search import SearchText, search_text, write_search
from luongviec.store.models import AccessRow, FieldValue, Record
from luongviec.store.models.records import NO_SORT_KEY
from luongviec.store.statements import IDS, KEY, ids_parameter, insert_plain, inserting, run
from luongviec.store.states import in_parts
from luongviec.store.world import StoreWorld

_ACCESS_COLUMNS = (
    "principal", "flags", "record_id", "module_id", "record_status_id", "is_open", "sort_key",
)  # fmt: skip
_access, _values = table_of(AccessRow), table_of(FieldValue)
_DELETE_ACCESS = delete(_access).where(_access.c.record_id.in_(ids_parameter()))
_DELETE_VALUES = delete(_values).where(_values.c.record_id.in_(ids_parameter()))
_UPDATE_STANDING = (
    update(_access)
    .where(_access.c.record_id == bindparam(KEY))
    .values({name: bindparam(name) for name in ("record_status_id", "is_open", "sort_key")})
)


def access_flags(world: StoreWorld, record: RecordState) -> Mapping[int, int]:
    """Give principal → flags of a record: nothing for a deleted one."""
    if record.deleted_at is not None:
        return {}
    flags: dict[int, int] = defaultdict(int)
    module = world.in_force(record).module
    for role in module.roles:
        _add_holders(world, flags, record.module, role, record, role)
    for prefix, derived in module.derived_roles.items():
        for related in derived_records(world, record, prefix):
            for role in derived_role_codes(derived):
                if role in world.in_force(related).module.roles:
                    code = derived_code(prefix, role, related.module)
                    _add_holders(world, flags, record.module, code, related, role)
    return flags


def _add_holders(
    world: StoreWorld, flags: dict[int, int], module: str, code: str, record: RecordState, role: str
) -> None:
    own, within = world.codes.bit(module, code), world.codes.bit(module, code, within=True)
    for holder in record.holders(role):
        if holder.kind is HolderKind.USER:
            flags[holder.id] |= own
            continue
        flags[-holder.id] |= own
        for unit_id in world.organisation.path(holder.id):
            flags[-unit_id] |= within


def sort_key_of(world: StoreWorld, record: RecordState) -> float:
    """Give the number by which a record's lists are ordered."""
    field = world.codes.sort_fields.get(record.module)
    number = None if field is None else index_number(record.values.get(field))
    return NO_SORT_KEY if number is None else number


def field_value_rows(world: StoreWorld, record: RecordState) -> list[dict[str, Any]]:
    """Give the indexed values of a record: fields with `index`, and references to other records."""
    rows = []
    for code in indexed_fields(world.in_force(record).module):
        field_id = world.codes.fields.get((record.module, code))
        value = record.values.get(code)
        if field_id is None or value is None:
            continue
        for position, part in enumerate(value if isinstance(value, tuple) else (value,)):
            text, number = value_columns(part)
            rows.append(
                {
                    "record_id": record.id, "field_id": field_id, "position": position,
                    "value_text": text, "value_number": number,
                }
            )  # fmt: skip
    return rows


def indexed_fields(module: Module) -> tuple[str, ...]:
    """Give the fields whose values stand in `field_value`."""
    return tuple(f.code for f in module.fields.values() if f.index or f.type == FieldType.RECORD)


def refresh_access(world: StoreWorld, records: Sequence[RecordState], *, new: bool = False) -> None:
    """Write the access rows and search entries of records anew; five statements or so."""
    if not records:
        return
    rows: list[tuple[float, ...]] = []
    texts: list[SearchText] = []
    gone: list[int] = []
    for record in records:
        flags = access_flags(world, record)
        status = world.codes.statuses[status_id_of(world, record)]
        common = (record.id, status.module_id, status.id, not status.final, sort_key_of(world, record))
        rows += [(principal, found, *common) for principal, found in flags.items()]
        if record.deleted_at is None:
            texts.append(search_text(world.workspace, world.in_force(record).module, record, flags))
        else:
            gone.append(record.id)
    session = world.session
    for part in in_parts(record.id for record in records if not new):
        run(session, _DELETE_ACCESS, {IDS: part})
    rows.sort()  # by principal, as the indexes are: each page of them is written once
    insert_plain(session, AccessRow, _ACCESS_COLUMNS, rows)
    write_search(session, texts, gone, new=new)


def refresh_search(world: StoreWorld, records: Sequence[RecordState]) -> None:
    """Write the search entries of records whose words, but not people, have changed."""
    wanted = [
        search_text(world.workspace, world.in_force(record).module, record, access_flags(world, record))
        for record in records
        if record.deleted_at is None
    ]
    write_search(world.session, wanted)


def refresh_standing(world: StoreWorld, records: Sequence[RecordState]) -> None:
    """Copy status and sort key into the access rows of records whose people have not changed."""
    for record in records:
        status = world.codes.statuses[status_id_of(world, record)]
        row: dict[str, Any] = {"record_status_id": status.id, "is_open": not status.final}
        row |= {KEY: record.id, "sort_key": sort_key_of(world, record)}
        run(world.session, _UPDATE_STANDING, row)


def refresh_field_values(world: StoreWorld, records: Sequence[RecordState], *, new: bool = False) -> None:
    """Write the indexed values of records anew."""
    if not new:
        for part in in_parts(record.id for record in records):
            run(world.session, _DELETE_VALUES, {IDS: part})
    rows = [row for record in records for row in field_value_rows(world, record)]
    if rows:
        run(world.session, inserting(FieldValue), rows)


def status_id_of(world: StoreWorld, record: RecordState) -> int:
    """Give the number of a record's status under its pinned revisions."""
    return world.codes.status_id(
        (record.module, record.status_group, record.status, record.module_revision, record.group_revision)
    )


def rebuild(world: StoreWorld, record_ids: Iterable[int]) -> int:
    """Rebuild everything derived of these records, in the caller's transaction; gives how many.

    For jobs after a unit moved, after a field became indexed, or when a check found a difference.
    """
    count = 0
    for part in in_parts(record_ids):
        world.forget()
        world.preload(part)
        records = [state for record_id in part if (state := world.record(record_id)) is not None]
        refresh_access(world, records)
        refresh_field_values(world, records)
        world.session.execute(
            update(Record),
            [{"id": record.id, "sort_key": sort_key_of(world, record)} for record in records],
        )
        count += len(records)
    return count


def differing(world: StoreWorld, record_ids: Iterable[int]) -> tuple[int, ...]:
    """Give those of the records whose access rows are not what they must be: a check for jobs."""
    found: list[int] = []
    for part in in_parts(record_ids):
        world.preload(part)
        rows = world.session.execute(
            select(
                AccessRow.record_id, AccessRow.principal, AccessRow.flags, AccessRow.record_status_id
            ).where(AccessRow.record_id.in_(part))
        )
        stored: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        for record_id, principal, flags, status_id in rows:
            stored[record_id][principal] = (flags, status_id)
        for record_id in part:
            state = world.record(record_id)
            if state is None:
                continue
            status_id = status_id_of(world, state)
            wanted = {
                principal: (flags, status_id) for principal, flags in access_flags(world, state).items()
            }
            if wanted != stored[record_id]:
                found.append(record_id)
    return tuple(found)
