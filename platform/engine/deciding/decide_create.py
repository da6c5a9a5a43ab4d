"""May this actor make a record, here or through an owner?

A module without owner grants `create` in the matrix row `new`, to slots of units that the actor may
stand for, to groups or to everyone. A child is made through its owner by `add_RELATION`, which stands
in the owner's matrix, so that the owner's phase decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from luongviec.engine.deciding.conditions import (
    guard_step,
    refusing_rule_step,
    rules_concerning,
    waits_for_input,
)
from luongviec.engine.deciding.decide import INACTIVE_STEP, Case, first_of
from luongviec.engine.deciding.decisions import (
    Decision,
    HeldRole,
    ProofKind,
    ProofStep,
    RefusedBy,
    Remedy,
    Via,
)
from luongviec.engine.deciding.personal import note_person
from luongviec.engine.deciding.standing import SYSTEM_STEP, Standing, roles_step
from luongviec.engine.deciding.tables import Table, table_for
from luongviec.engine.expressions.scope import Scope, scope_for
from luongviec.engine.model import NEW, ColumnKind, Module, RelationKind
from luongviec.engine.world import Actor, Holder, HolderKind, Holding, Participation, RecordState

if TYPE_CHECKING:
    from luongviec.engine.expressions.compiled import Expression
    from luongviec.engine.world import World

CREATE = "create"
#: Units chosen for a record that is being made: by unit role, or all together.
Chosen = Mapping[str, Collection[int]] | Collection[int] | None
#: Functions that speak of the record, which does not exist yet.
_OF_RECORD = frozenset(
    {
        "holds", "people", "people_above", "chain", "opened", "opened_file", "entered", "time_in", "clashes",
        "count", "sum", "latest",
    }
)  # fmt: skip


def decide_create(
    world: World,
    actor: Actor,
    module: str,
    *,
    owner: RecordState | None = None,
    relation: str | None = None,
    home_units: Chosen = None,
    input: Mapping[str, object] | None = None,  # noqa: A002 - the word of the language
    standing: Standing | None = None,
) -> Decision:
    """Decide whether an actor may make a record of a module.

    Args:
        world: where it happens.
        actor: who; for the system permissions are skipped.
        module: what is to be made.
        owner: the record from which it is made, if any.
        relation: the owner's relation; found by the module where one alone leads there.
        home_units: the units chosen for the new record, by unit role (or, where the roles do not
            matter, all together); None while nothing is chosen yet, then one unit for which the
            actor may create is enough.
        input: what the form was given.
        standing: the actor's standing in this world.
    """
    standing = standing or Standing(world, actor)
    made = world.workspace.modules[module]
    own = _decide_alone(standing, made, owner, relation, home_units, input)
    if own.allowed:
        return own
    others = (_decide_alone(one, made, owner, relation, home_units, input) for one in standing.others)
    return first_of(own, others)


def _decide_alone(
    standing: Standing,
    made: Module,
    owner: RecordState | None,
    relation: str | None,
    home_units: Chosen,
    input: Mapping[str, object] | None,  # noqa: A002
) -> Decision:
    found: _Found
    if standing.actor.is_system:
        found = [SYSTEM_STEP], None, (HeldRole("system", Via.SYSTEM),), None
    elif not standing.active:
        found = [INACTIVE_STEP], RefusedBy.INACTIVE, (), None
    elif owner is not None:
        found = _through_owner(standing, made, owner, relation, home_units)
    else:
        found = _by_row_new(standing, made, home_units)
    steps, refused_by, roles, remedy = found
    text = None
    if refused_by is None:
        refused_by = _conditions(standing, made, owner, input, steps)
        if refused_by is not None:
            text = steps[-1].text
            remedy = Remedy(texts=(text,) if text else ())
    allowed = refused_by is None
    facts = {"action": CREATE, "module": made.code}
    return Decision(
        allowed,
        CREATE,
        ProofStep(ProofKind.DECISION, allowed, facts, children=(*standing.steps, *steps)),
        refused_by,
        text or next((step.text for step in reversed(steps) if not step.holds), None),
        roles,
        None if allowed else remedy,
        standing.acting_for,
    )


_Found = tuple[list[ProofStep], RefusedBy | None, tuple[HeldRole, ...], Remedy | None]


# --- Through an owner -------------------------------------------------------------------------------


def relation_to(owner_module: Module, module: str) -> str | None:
    """Give the one relation of an owner through which records of a module are made."""
    codes = [
        relation.code
        for relation in owner_module.relations.values()
        if relation.target == module and relation.forward and relation.kind is RelationKind.OWNS
    ]
    return codes[0] if len(codes) == 1 else None


def _through_owner(
    standing: Standing,
    made: Module,
    owner: RecordState,
    relation: str | None,
    home_units: Chosen,
) -> _Found:
    owner_module = standing.world.in_force(owner).module
    code = relation or relation_to(owner_module, made.code)
    decision = Case(standing, owner).decide_alone(f"add_{code}")
    steps = list(decision.proof.children[len(standing.steps) :])
    if not decision.allowed:
        return steps, decision.refused_by, decision.roles, decision.remedy
    found = owner_module.relations.get(code or "")
    if found is not None and found.kind is RelationKind.LINKS:
        # Linked records live on their own: making one needs the right to make one anywhere.
        more, refused_by, roles, remedy = _by_row_new(standing, made, home_units)
        return steps + more, refused_by, decision.roles + roles, remedy
    return steps, None, decision.roles, None


# --- By the row `new` -------------------------------------------------------------------------------


def _by_row_new(standing: Standing, made: Module, home_units: Chosen) -> _Found:
    note_person()  # groups and slots are asked without a record
    if made.owners and not made.owner_optional:
        step = ProofStep(ProofKind.OWNER_NEEDED, False, {"module": made.code, "owners": made.owners})
        return [step], RefusedBy.PERMISSION, (), None
    if not _lets_make(standing, made):
        return [roles_step(())], RefusedBy.PERMISSION, (), None
    best: _Found | None = None
    for table in _tables_of_new(standing, made, home_units):
        roles = tuple(_roles_for_new(standing, table, home_units))
        mask = table.mask(role.column for role in roles)
        cell = table.cell_step(NEW, CREATE, mask)
        steps = [roles_step(roles), cell]
        if cell.holds:
            return steps, None, roles, None
        if best is None:
            columns = table.codes(table.granting(NEW, CREATE))
            best = (steps, RefusedBy.PERMISSION, roles, Remedy(columns=columns) if columns else None)
    return best or ([], RefusedBy.PERMISSION, (), None)


def _lets_make(standing: Standing, made: Module) -> bool:
    """Whether the standing speaks of new records at all: an authority may reach other modules only."""
    authority = standing.authority
    if authority is None:
        return not standing.is_empty
    return authority.lets(CREATE) and authority.covers_module(standing.world.workspace, made.code)


def _tables_of_new(standing: Standing, made: Module, home_units: Chosen) -> Iterator[Table]:
    """Give the tables that could count: those of the chosen units, or of all where the actor stands."""
    world = standing.world
    units: list[int | None] = [None]
    if home_units is not None:
        units = [*_chosen_for(home_units, made.home or "")] or [None]
    elif made.home is not None:
        units += dict.fromkeys(holding.unit_id for holding in standing.holdings)
    seen: set[int] = set()
    for unit_id in units:
        table = table_for(world.in_force(probe(world, made, unit_id)))
        if id(table) not in seen:
            seen.add(id(table))
            yield table


def probe(world: World, module: Module, home: int | None) -> RecordState:
    """Give a record of a module as it would begin in a home unit, to find what is in force for it."""
    group = world.group_for(module.code, home)
    named = home is not None and module.home is not None
    participations = (
        (Participation(module.home or "", Holder(HolderKind.UNIT, home or 0), world.now),) if named else ()
    )
    return RecordState(
        id=0,
        module=module.code,
        status_group=group,
        status=world.workspace.status_groups[group].initial.code,
        status_since=world.now,
        created_at=world.now,
        updated_at=world.now,
        participations=participations,
    )


def _roles_for_new(standing: Standing, table: Table, home_units: Chosen) -> Iterator[HeldRole]:
    """Give the columns of the row `new` that the actor holds without a record."""
    for code in table.matrix.cells.get(NEW, {}):
        column = table.columns[code]
        if column.kind is ColumnKind.EVERYONE:
            yield HeldRole(code, Via.EVERYONE, on_behalf_of=standing.acting_for)
        elif column.kind is ColumnKind.GROUP:
            if column.name in standing.groups:
                yield HeldRole(code, Via.GROUP)
        elif column.kind is ColumnKind.SLOT:
            units = None if home_units is None else _chosen_for(home_units, column.role or "")
            holding = _holding_for(standing, table, column.role or "", column.slot or "", units)
            if holding is not None:
                via = Via.SLOT if units is None or holding.unit_id in units else Via.BRANCH
                yield HeldRole(
                    code, via, holding.since, holding.unit_id, holding.slot, on_behalf_of=standing.acting_for
                )


def _chosen_for(chosen: Mapping[str, Collection[int]] | Collection[int], role: str) -> Collection[int]:
    return chosen.get(role, ()) if isinstance(chosen, Mapping) else chosen


def _holding_for(
    standing: Standing, table: Table, role: str, slot: str, units: Collection[int] | None
) -> Holding | None:
    unit_role = table.unit_roles.get(role)
    if unit_role is None:
        return None
    for holding in standing.holdings:
        if holding.side != unit_role.side or holding.slot != slot:
            continue
        if units is None or holding.unit_id in units:
            return holding
        if slot in unit_role.branch and any(
            unit is not None and holding.unit_id in unit.path for unit in map(standing.world.unit, units)
        ):
            return holding
    return None


# --- Guard and rules --------------------------------------------------------------------------------


def _conditions(
    standing: Standing,
    made: Module,
    owner: RecordState | None,
    input: Mapping[str, object] | None,  # noqa: A002
    steps: list[ProofStep],
) -> RefusedBy | None:
    action = made.actions.get(CREATE)
    # What lets somebody stand in is given in one's own name.
    readings = standing.actor.readings if made.stands_in is None else (Actor(standing.actor.user_id),)
    for actor in readings:
        scope = scope_for(standing.world, None, actor=actor, owner=owner, input=input, action=action)
        if action is not None and action.when is not None and not _waits(action.when, input):
            steps.append(guard_step(action, scope))
            if not steps[-1].holds:
                return RefusedBy.GUARD
        refused_by = _rules(made, scope, input, steps)
        if refused_by is not None:
            return refused_by
    return None


def _rules(
    made: Module,
    scope: Scope,
    input: Mapping[str, object] | None,  # noqa: A002
    steps: list[ProofStep],
) -> RefusedBy | None:
    for rule in rules_concerning(made, CREATE, ()):
        if _waits(rule.when, input):
            continue
        step = refusing_rule_step(rule, scope)
        if step is not None:
            steps.append(step)
            if not step.holds:
                return RefusedBy.RULE
    return None


def _waits(expression: Expression, input: Mapping[str, object] | None) -> bool:  # noqa: A002
    """Whether an expression speaks of the record to be made, which the planner alone knows."""
    if waits_for_input(expression, given=input is not None) or "record" in expression.names:
        return True
    return any(call.function in _OF_RECORD and "of" not in call.keywords for call in expression.calls)
