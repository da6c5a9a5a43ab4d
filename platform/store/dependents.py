"""Which other records' access rows look at a record: the derived roles, read backwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from luongviec.engine.model import Module, RelationKind, Workspace
from luongviec.store.models import FieldValue, Link, Record
from luongviec.store.states import in_parts
from luongviec.store.world import StoreWorld
from sqlalchemy import Select, select


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
    found: set[int] = set()
    modules = {state.module for i in sources if (state := world.record(i)) is not None}
    for step in steps_of(world.workspace):
        module = world.workspace.modules[step.module]
        frontier = sources if _may_reach(module, step.via, modules) else set()
        seen: set[int] = set()
        for _ in range(step.depth):
            following: set[int] = set()
            for part in in_parts(frontier):
                query = looking_at(world, module, step.via, part)
                if query is not None:
                    following.update(world.session.execute(query).scalars())
            frontier = following - seen
            seen |= frontier
            if not frontier:
                break
        found |= seen
    return found - sources


def _may_reach(module: Module, via: str, modules: set[str]) -> bool:
    if via == "owner":
        return not modules.isdisjoint(module.owners)
    if via in module.relations:
        return module.relations[via].target in modules
    return via in module.fields and module.fields[via].record_of in modules


def looking_at(
    world: StoreWorld, module: Module, via: str, record_ids: Sequence[int]
) -> Select[tuple[int]] | None:
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
        )  # type: ignore[return-value]
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
    )  # type: ignore[return-value]
