"""Ways from one record to others: relations by name, owners, the home unit, the time zone.

Every part of the engine that follows a relation (derived roles, expressions, effects, blocks) does
it here, so that a relation's near end, its inverse, an owner and a record field mean one thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from luongviec.engine.model import FieldType, Module, Relation, RelationKind, Workspace
from luongviec.engine.moments import DEFAULT_TIMEZONE
from luongviec.engine.world import HolderKind, RecordState

if TYPE_CHECKING:
    from luongviec.engine.world import World

OWNER = "owner"

#: How far a chain of owners is followed; deeper trees count as ending there.
MAX_OWNERS = 100


def related_ids(world: World, record: RecordState, code: str) -> Sequence[int]:
    """Give the records that a relation, a record field or `owner` leads to, deleted ones left out.

    Args:
        world: where the records live.
        record: the record to start from.
        code: a relation of its module, a field of type record, or `owner`.

    Returns:
        Ids in the relation's order; nothing for a name that leads nowhere.
    """
    if code == OWNER:
        return _living(world, (record.owner_id,))
    module = world.in_force(record).module
    relation = module.relations.get(code)
    if relation is not None:
        return _through_relation(world, record, relation)
    field = module.fields.get(code)
    if field is not None and field.type == FieldType.RECORD:
        value = record.values.get(code)
        return _living(world, value if isinstance(value, tuple) else (value,))
    return ()


def _through_relation(world: World, record: RecordState, relation: Relation) -> Sequence[int]:
    if relation.kind is RelationKind.REFERRED_BY:
        return world.referring(record.id, relation.target, relation.field or "")
    if relation.kind is RelationKind.LINKS:
        return world.linked(
            record.id, relation.home_module, relation.home_code or relation.code, forward=relation.forward
        )
    if relation.forward:
        return world.children(record.id, relation.code)
    if record.owner_relation is None or record.owner_relation == relation.home_code:
        return _living(world, (record.owner_id,))
    return ()


def _living(world: World, ids: Sequence[object]) -> Sequence[int]:
    living = []
    for record_id in ids:
        if isinstance(record_id, int):
            state = world.record(record_id)
            if state is not None and state.deleted_at is None:
                living.append(record_id)
    return tuple(living)


def is_one(module: Module, code: str) -> bool:
    """Whether a relation, field or `owner` leads to at most one record."""
    if code == OWNER:
        return True
    relation = module.relations.get(code)
    if relation is not None:
        return relation.one or (relation.kind is RelationKind.OWNS and not relation.forward)
    field = module.fields.get(code)
    return field is not None and not field.many


def owner_of(world: World, record: RecordState) -> RecordState | None:
    """Give the record's owner, also a deleted one."""
    return None if record.owner_id is None else world.record(record.owner_id)


def home_unit(world: World, record: RecordState) -> int | None:
    """Give the unit whose choices (group, matrix, messages, parameters, calendar) count for a record.

    It is the unit in the role that the module calls `home`, else the owner's home.
    """
    current: RecordState | None = record
    for _ in range(MAX_OWNERS):
        if current is None:
            return None
        module = world.workspace.modules.get(current.module)
        if module is not None and module.home is not None:
            for holder in current.holders(module.home):
                if holder.kind is HolderKind.UNIT:
                    return holder.id
        current = owner_of(world, current)
    return None


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_of(workspace: Workspace) -> tzinfo:
    """Give the installation's time zone: that of the first calendar."""
    for calendar in workspace.calendars.values():
        return _zone(calendar.timezone)
    return DEFAULT_TIMEZONE
