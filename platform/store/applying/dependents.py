"""Which other records' access rows look at a record: the derived roles, read backwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, literal_column, select, union_all

from luongviec.engine.model import Module, RelationKind, Workspace
from luongviec.store.database import table_of
from luongviec.store.models import FieldValue, Link, Record
from luongviec.store.statements import IDS, ids_parameter, run
from luongviec.store.states import in_parts
from luongviec.store.world import StoreWorld


@dataclass(frozen=True, slots=True)
class Step:
    """One way on which a derived role of `module` goes from a record to those it looks at."""

    module: str
    via: str
    depth: int


def steps_of(workspace: Workspace) -> tuple[Step, ...]:
    """Give every way of every derived role, each once with its greatest depth."""
    found: dict[tuple[str, str], int] = {}
    for module in workspace.modules.values():
        for derived in module.derived_roles.values():
            key = (module.code, derived.via)
            found[key] = max(found.get(key, 0), derived.depth)
    return tuple(Step(module, via, depth) for (module, via), depth in found.items())


def dependents_of(world: StoreWorld, record_ids: Iterable[int]) -> set[int]:
    """Give the records whose derived roles look at one of these, themselves left out."""
    sources = set(record_ids)
    modules = {state.module for i in sources if (state := world.record(i)) is not None}
    steps = [
        step
        for step in steps_of(world.workspace)
        if _may_reach(world.workspace.modules[step.module], step.via, modules, step.depth)
    ]
    found: set[int] = set()
    nearest = _follow(world, steps, sources)
    for step in steps:
        seen = set(nearest[step])
        frontier = seen
        for _ in range(step.depth - 1):
            frontier = _follow(world, [step], frontier)[step] - seen if frontier else set()
            seen |= frontier
        found |= seen
    return found - sources


def _follow(world: StoreWorld, steps: Sequence[Step], record_ids: Iterable[int]) -> dict[Step, set[int]]:
    """Go one step back from records, on several ways by one statement."""
    found: dict[Step, set[int]] = {step: set() for step in steps}
    if not steps:
        return found
    query = _query(tuple(_look(world, step) for step in steps))
    for part in in_parts(record_ids):
        for record_id, place in run(world.session, query, {IDS: part}):
            found[steps[place]].add(int(record_id))
    return found


def _may_reach(module: Module, via: str, modules: set[str], depth: int) -> bool:
    """Whether a step may lead to records of these modules; owners of owners are simply tried."""
    if via == "owner":
        return depth > 1 or not modules.isdisjoint(module.owners)
    if via in module.relations:
        return module.relations[via].target in modules
    return via in module.fields and module.fields[via].record_of in modules


class LookKind(Enum):
    """Where it stands that one record looks at another."""

    OWNER = 1  # it is owned by it
    OWNED = 2  # it owns it
    VALUE = 3  # its value refers to it
    REFERRED = 4  # the other's value refers to it
    LINK = 5


@dataclass(frozen=True, slots=True)
class Look:
    """A step as the tables have it; equal ones are asked by the same statement."""

    kind: LookKind
    field_id: int | None = None
    module: str = ""
    relation: str = ""
    forward: bool = True


def _look(world: StoreWorld, step: Step) -> Look:
    """Say where it stands that a record of a module looks at others along a way."""
    module, via = world.workspace.modules[step.module], step.via
    relation = module.relations.get(via)
    if via == "owner" or (
        relation is not None and relation.kind is RelationKind.OWNS and not relation.forward
    ):
        return Look(LookKind.OWNER)
    if relation is None:
        return Look(LookKind.VALUE, world.codes.fields.get((module.code, via)))
    if relation.kind is RelationKind.OWNS:
        return Look(LookKind.OWNED, relation=via)
    if relation.kind is RelationKind.LINKS:
        code = relation.home_code or relation.code
        return Look(LookKind.LINK, module=relation.home_module, relation=code, forward=relation.forward)
    return Look(LookKind.REFERRED, world.codes.fields.get((relation.target, relation.field or "")))


@lru_cache(maxsize=512)
def _query(looks: tuple[Look, ...]) -> CompoundSelect[Any]:
    """Give the query for the records that look at some, each with the place of its look."""
    return union_all(
        *(_looking(look).add_columns(literal_column(str(place))) for place, look in enumerate(looks))
    )


_record, _value, _link = table_of(Record), table_of(FieldValue), table_of(Link)


def _looking(look: Look) -> Select[Any]:
    """Give the query for the records from which one step leads to one of `IDS`."""
    ids = ids_parameter()
    match look.kind:
        case LookKind.OWNER:
            return select(_record.c.id).where(_record.c.owner_id.in_(ids))
        case LookKind.OWNED:
            return select(_record.c.owner_id).where(
                _record.c.id.in_(ids),
                _record.c.owner_relation == look.relation,
                _record.c.owner_id.is_not(None),
            )
        case LookKind.VALUE:
            return select(_value.c.record_id).where(
                _value.c.field_id == look.field_id, _value.c.value_number.in_(ids)
            )
        case LookKind.REFERRED:
            return select(_value.c.value_number).where(
                _value.c.field_id == look.field_id, _value.c.record_id.in_(ids)
            )
        case LookKind.LINK:
            here, there = _link.c.near_id, _link.c.far_id
            if not look.forward:
                here, there = there, here
            return select(here).where(
                _link.c.module == look.module, _link.c.relation == look.relation, there.in_(ids)
            )
