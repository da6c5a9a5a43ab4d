"""Which open records name a person or a unit: by role and by field, found through access rows.

Records by which people give their authority to others (`stands_in`) are left out: whoever comes after
somebody does not give his own authority to those whom the other chose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, select, text, union

from luongviec.engine.model import Module
from luongviec.engine.planning.succession import NAMING_FIELDS
from luongviec.engine.related import home_unit
from luongviec.engine.world import Holder, HolderKind
from luongviec.store.database import AnySession, table_of
from luongviec.store.models import AccessRow, ParticipationRow, Record, RecordData, RecordStatus
from luongviec.store.states import in_parts
from luongviec.store.world import StoreWorld

_access, _held, _record = table_of(AccessRow), table_of(ParticipationRow), table_of(Record)
_data, _status = table_of(RecordData), table_of(RecordStatus)


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """That open records of a module name somebody in a role or field, and how many do."""

    module: str
    place: str
    records: int


def open_places(world: StoreWorld, holder: Holder) -> tuple[OpenPlace, ...]:
    """Count the open records that name somebody, by module and place, in the order of the definitions."""
    roles = (
        select(_access.c.module_id, _held.c.role, func.count())
        .select_from(_access.join(_held, _held.c.record_id == _access.c.record_id))
        .where(*_open_to(world, holder), *_held_by(holder))
        .group_by(_access.c.module_id, _held.c.role)
    )
    names = world.codes.module_names
    found = {
        (names[module_id], role): int(count)
        for module_id, role, count in world.session.execute(roles)
        if module_id in names
    }
    for module, field in _fields_naming(world, holder.kind):
        count = world.session.scalar(
            select(func.count()).select_from(_naming(world, module, field, holder).subquery())
        )
        if count:
            found[module.code, field] = int(count)
    order = {code: place for place, code in enumerate(world.workspace.modules)}
    return tuple(
        OpenPlace(module, place, count)
        for (module, place), count in sorted(found.items(), key=lambda one: (order.get(one[0][0], 0), one[0]))
    )


def open_records(
    world: StoreWorld, holders: Sequence[Holder], places: Mapping[str, Collection[str]] | None = None
) -> tuple[int, ...]:
    """Give the ids of the open records that name one of these, in order.

    Args:
        places: module → the roles and fields that count; None: all.
    """
    found: set[int] = set()
    for holder in holders:
        for query in _queries(world, holder, places):
            found.update(world.session.scalars(query))
    return tuple(sorted(found))


def count_open_records(world: StoreWorld, holders: Sequence[Holder]) -> int:
    """Count the open records that name one of these, each once."""
    queries = [query for holder in holders for query in _queries(world, holder, None)]
    if not queries:
        return 0
    return world.session.scalar(select(func.count()).select_from(union(*queries).subquery())) or 0


def lock_open(session: AnySession, record_ids: Sequence[int]) -> tuple[int, ...]:
    """Lock those of the records that are still open, in order, so that no action comes between."""
    query = (
        select(_record.c.id)
        .where(_record.c.id.in_(record_ids), _record.c.is_open, _record.c.deleted_at.is_(None))
        .order_by(_record.c.id)
        .with_for_update()
    )
    return tuple(session.scalars(query))


def refresh_homes(world: StoreWorld, unit_ids: Sequence[int]) -> None:
    """Write the home unit anew of open records that have it from an owner that was handed over."""
    query = select(_record.c.id).where(
        _record.c.home_unit_id.in_(unit_ids), _record.c.is_open, _record.c.deleted_at.is_(None)
    )
    for part in in_parts(world.session.scalars(query).all()):
        world.forget()
        world.preload(part)
        for record_id in part:
            state = world.record(record_id)
            if state is not None:
                world.session.execute(
                    _record.update()
                    .where(_record.c.id == record_id)
                    .values(home_unit_id=home_unit(world, state))
                )


def _queries(
    world: StoreWorld, holder: Holder, places: Mapping[str, Collection[str]] | None
) -> Iterator[Select[tuple[int]]]:
    roles = (
        select(_access.c.record_id)
        .select_from(_access.join(_held, _held.c.record_id == _access.c.record_id))
        .where(*_open_to(world, holder), *_held_by(holder))
    )
    if places is None:
        yield roles
    else:
        for code, chosen in places.items():
            module_id = world.codes.modules.get(code)
            yield roles.where(_access.c.module_id == module_id, _held.c.role.in_(sorted(chosen)))
    for module, field in _fields_naming(world, holder.kind):
        if places is None or field in places.get(module.code, ()):
            yield _naming(world, module, field, holder)


def _open_to(world: StoreWorld, holder: Holder) -> tuple[ColumnElement[bool], ...]:
    principal = holder.id if holder.kind is HolderKind.USER else -holder.id
    stay = [
        world.codes.modules[module.code]
        for module in world.workspace.modules.values()
        if not _is_handed_over(module, holder.kind) and module.code in world.codes.modules
    ]
    return (_access.c.principal == principal, _access.c.is_open, _access.c.module_id.not_in(stay))


def _is_handed_over(module: Module, kind: HolderKind) -> bool:
    return kind is HolderKind.UNIT or module.stands_in is None


def _held_by(holder: Holder) -> tuple[ColumnElement[bool], ...]:
    column = _held.c.user_id if holder.kind is HolderKind.USER else _held.c.unit_id
    return (column == holder.id, _held.c.until.is_(None))


def _fields_naming(world: StoreWorld, kind: HolderKind) -> Iterator[tuple[Module, str]]:
    """Give the fields whose values name people, or units, of all modules."""
    for module in world.workspace.modules.values():
        for field in module.fields.values() if _is_handed_over(module, kind) else ():
            if field.type == NAMING_FIELDS[kind] and field.computed is None:
                yield module, field.code


def _naming(world: StoreWorld, module: Module, field: str, holder: Holder) -> Select[tuple[int]]:
    """Give the open records of a module whose field names somebody; a field may hold many."""
    if world.session.get_bind().dialect.name == "sqlite":
        words = 'EXISTS (SELECT 1 FROM json_each(record_data."values", :path) AS part WHERE part.value = :id)'
        named = text(words).bindparams(_own("path", f"$.{field}"), _own("id", holder.id))
    else:
        words = 'CAST(record_data."values" AS jsonb) -> :field @> CAST(:id AS jsonb)'
        named = text(words).bindparams(_own("field", field), _own("id", str(holder.id)))
    return (
        select(_record.c.id)
        .select_from(_record.join(_data, _data.c.record_id == _record.c.id))
        .where(
            _record.c.module_id == world.codes.modules[module.code],
            _record.c.is_open,
            _record.c.deleted_at.is_(None),
            named,
        )
    )


def _own(name: str, value: object) -> BindParameter[object]:
    """Give a parameter that may stand several times in one statement, with another value each time."""
    return bindparam(name, value, unique=True)
