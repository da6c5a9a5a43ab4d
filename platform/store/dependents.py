"""Which other records' access rows look at a record: the derived roles, read backwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, literal, select, union_all

from luongviec.engine.model import Module, RelationKind, Workspace
from luongviec.store.models import FieldValue, Link, Record
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
    for part in in_parts(record_ids) if steps else ():
        queries = [
            looking_at(world, world.workspace.modules[step.module], step.via, part).add_columns(
                literal(place)
            )
            for place, step in enumerate(steps)
        ]
        for record_id, place in world.session.execute(union_all(*queries)):
            found[steps[place]].add(int(record_id))
    return found


def _may_reach(module: Module, via: str, modules: set[str], depth: int) -> bool:
    """Whether a step may lead to records of these modules; deeper ways are simply tried."""
    if depth > 1:
        return True
    if via == "owner":
        return not modules.isdisjoint(module.owners)
    if via in module.relations:
        return module.relations[via].target in modules
    return via in module.fields and module.fields[via].record_of in modules


def looking_at(world: StoreWorld, module: Module, via: str, record_ids: Sequence[int]) -> Select[Any]:
    """Give the query for the records from which one step along `via` leads to one of these."""
    relation = module.relations.get(via)
    if via == "owner" or (
        relation is not None and relation.kind is RelationKind.OWNS and not relation.forward
    ):
        return select(Record.id).where(Record.owner_id.in_(record_ids))
    if relation is None:
        field_id = world.codes.fields.get((module.code, via))
        return select(FieldValue.record_id).where(
            FieldValue.field_id == field_id, FieldValue.value_number.in_(record_ids)
        )
    if relation.kind is RelationKind.OWNS:
        return select(Record.owner_id).where(
            Record.id.in_(record_ids), Record.owner_relation == via, Record.owner_id.is_not(None)
        )
    if relation.kind is RelationKind.LINKS:
        here, there = (Link.near_id, Link.far_id) if relation.forward else (Link.far_id, Link.near_id)
        return select(here).where(
            Link.module == relation.home_module,
            Link.relation == (relation.home_code or relation.code),
            there.in_(record_ids),
        )
    field_id = world.codes.fields.get((relation.target, relation.field or ""))
    return select(FieldValue.value_number).where(
        FieldValue.field_id == field_id, FieldValue.record_id.in_(record_ids)
    )
