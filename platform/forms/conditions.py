"""What is shown, demanded and locked in a form for what is filled in, and what limits then count.

The record of a condition is the record as it would stand with what is typed: `filled_state` lays the
typed values and people over it. A control that is not shown counts as empty for the others, so
conditions are judged until nothing changes; the browser does the same with the same trees.
A condition that cannot be evaluated (a date compared with a text) leaves the control as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from luongviec.engine.expressions.compiled import EvaluationError, Expression
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.model import Action, InputKind, Module
from luongviec.engine.planning.draft import Draft
from luongviec.engine.world import Actor, Holder, HolderKind, Participation, RecordState, World
from luongviec.forms.form import Control

#: Typed values by control: values, tuples of ids, rows, or the values of a record made in place.
Values = Mapping[str, object]

#: A chain of conditions longer than this does not settle; the checker refuses circles.
PASSES = 8

NEW_RECORD = -1


@dataclass(frozen=True, slots=True)
class Manner:
    """How a control stands just now."""

    shown: bool = True
    required: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a form is filled in: the world, who fills it, and the record it is about.

    `state` is the record as it stands, or a blank one that is being made. In a row of a form
    (`in_row`) something new is filled in, though the record that is acted on may exist.
    """

    world: World
    actor: Actor
    module: Module
    state: RecordState
    action: Action | None = None
    prefill: Mapping[str, object] = field(default_factory=dict)
    in_row: bool = False

    @property
    def is_new(self) -> bool:
        return self.state.id < 0 or self.in_row

    def scope(self, controls: Sequence[Control], values: Values) -> Mapping[str, object]:
        """Give the names that expressions read, with what is filled in laid over the record."""
        state = filled_state(self.state, controls, values)
        draft = Draft(self.world)
        draft.put(state)
        return scope_for(draft, state, actor=self.actor, input=values, action=self.action)

    def filled(self, controls: Sequence[Control], values: Values) -> Desk:
        """Give the desk of a row: its record has what the form already says."""
        return replace(self, state=filled_state(self.state, controls, values))


def blank_desk(
    world: World, actor: Actor, module: Module, *, owner_id: int | None = None, relation: str | None = None
) -> Desk:
    """Give the desk at which a record is made."""
    group = world.workspace.status_groups[world.group_for(module.code, None)]
    creator = () if actor.user_id is None else (Holder(HolderKind.USER, actor.user_id),)
    state = RecordState(
        id=NEW_RECORD,
        module=module.code,
        status_group=group.code,
        status=group.initial.code,
        status_since=world.now,
        created_at=world.now,
        updated_at=world.now,
        created_by=actor.user_id,
        participations=tuple(
            Participation(role.code, holder, world.now)
            for role in module.roles.values()
            if role.fill == "actor" and role.of is HolderKind.USER
            for holder in creator
        ),
        owner_id=owner_id,
        owner_relation=relation,
    )
    return Desk(world, actor, module, state, module.actions["create"])


def filled_state(state: RecordState, controls: Sequence[Control], values: Values) -> RecordState:
    """Lay typed values and people over a record."""
    fields = dict(state.values)
    people = list(state.participations)
    for control in controls:
        if control.name not in values:
            continue
        value = values[control.name]
        if control.kind is InputKind.FIELD and not isinstance(value, Mapping):
            fields[control.name] = value  # type: ignore[assignment]
        elif control.kind is InputKind.ROLE and control.role is not None:
            people = [one for one in people if one.role != control.name or one.until is not None]
            people += [
                Participation(control.name, Holder(control.role.of, one), state.updated_at)
                for one in value or ()  # type: ignore[attr-defined]
            ]
    return replace(state, values=fields, participations=tuple(people))


def current_value(desk: Desk, control: Control) -> object:
    """Give what the record holds now for a control."""
    if desk.in_row:
        return empty_value(control)
    if control.kind is InputKind.FIELD:
        return desk.state.values.get(control.name)
    if control.kind is InputKind.ROLE:
        return tuple(holder.id for holder in desk.state.holders(control.name))
    return None


def manners(desk: Desk, controls: Sequence[Control], values: Values) -> dict[str, Manner]:
    """Judge every control's conditions until they settle."""
    found = {control.name: Manner(True, control.required, control.locked) for control in controls}
    conditional = [control for control in controls if _conditions(control)]
    if not conditional:
        return found
    for _ in range(PASSES):
        hidden = {name for name, manner in found.items() if not manner.shown}
        scope = desk.scope(controls, shown_values(controls, values, hidden))
        before = dict(found)
        for control in conditional:
            found[control.name] = _manner(control, scope)
        if found == before:
            break
    return found


def shown_values(controls: Sequence[Control], values: Values, hidden: set[str]) -> Values:
    """Give the values with those of hidden controls empty."""
    empty = {control.name: empty_value(control) for control in controls if control.name in hidden}
    return {**values, **empty}


def empty_value(control: Control) -> object:
    """Give what a control holds when nothing is filled in."""
    return () if control.holds_many or control.is_rows else None


def _conditions(control: Control) -> bool:
    asked = control.field
    return any((asked.shown_when, asked.required_when, asked.locked_when))


def _manner(control: Control, scope: Mapping[str, object]) -> Manner:
    asked = control.field
    return Manner(
        shown=truth(asked.shown_when, scope, otherwise=True),
        required=control.required or truth(asked.required_when, scope, otherwise=False),
        locked=control.locked or truth(asked.locked_when, scope, otherwise=False),
    )


def truth(condition: Expression | None, scope: Mapping[str, object], *, otherwise: bool) -> bool:
    """Whether a condition holds; `otherwise` where there is none or it cannot be evaluated."""
    if condition is None:
        return otherwise
    try:
        return condition.holds(scope)
    except EvaluationError:
        return otherwise


def limit(expression: Expression | None, scope: Mapping[str, object]) -> object:
    """Give what a limit says now, nothing where it says nothing."""
    if expression is None:
        return None
    try:
        return expression.evaluate(scope)
    except EvaluationError:
        return None
