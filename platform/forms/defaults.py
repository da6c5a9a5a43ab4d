"""What a form holds when it is opened: prefilled by a relation, else by default.

A role that must be filled, or that gives the record its home, and for which there is only one
candidate, has it already.
"""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.expressions.scope import holders_in, scope_for
from luongviec.engine.model import (
    InputKind,
    People,
    PeopleKind,
    Relation,
    RelationKind,
    Role,
    UnitSet,
    UnitSetKind,
)
from luongviec.engine.people import members, units_in
from luongviec.engine.planning.values import field_value
from luongviec.engine.world import RecordState
from luongviec.forms.conditions import Desk, current_value, empty_value
from luongviec.forms.form import Control


def default_value(desk: Desk, control: Control) -> object:
    """Give what a control holds when the form is opened."""
    if control.name in desk.prefill:
        return _fitted(desk.prefill[control.name], control)
    try:
        if control.kind is InputKind.ROLE and control.role is not None:
            return _default_holders(desk, control.role)
        if control.field.default is not None:
            return _fitted(control.field.default.evaluate(_scope(desk)), control)
    except LuongViecError:  # a default that cannot be evaluated leaves the control empty
        pass
    return empty_value(control)


def begun_value(desk: Desk, control: Control) -> object:
    """Give what a control of an action on a record holds when the form is opened: what stands there now,
    else what the action begins with."""
    held = current_value(desk, control)
    if held is not None or control.begins is None:
        return held
    try:
        return _fitted(control.begins.evaluate(_scope(desk)), control)
    except LuongViecError:
        return held


def _scope(desk: Desk) -> Mapping[str, object]:
    state = desk.state
    owner = None if state.owner_id is None else desk.world.record(state.owner_id)
    return scope_for(desk.world, state, actor=desk.actor, owner=owner)


def _fitted(value: object, control: Control) -> object:
    """Give a value as the control holds it, empty if it does not fit."""
    try:
        if control.kind is InputKind.ROLE and control.role is not None:
            return tuple(holder.id for holder in holders_in(value, control.role.of))
        if control.is_rows:
            return ()
        return field_value(value, control.field)
    except LuongViecError:
        return empty_value(control)


def _default_holders(desk: Desk, role: Role) -> tuple[int, ...]:
    state, world = desk.state, desk.world
    found: tuple[int, ...] = ()
    if isinstance(role.default, People):
        found = members(world, role.default, record=state, actor=desk.actor)
    elif isinstance(role.default, UnitSet):
        found = units_in(world, role.default, record=state, actor=desk.actor)
    elif isinstance(role.default, Expression):
        value = role.default.evaluate(_scope(desk))
        found = tuple(holder.id for holder in holders_in(value, role.of))
    elif role.needs > 0 or role.code == desk.module.home:
        found = _only_candidate(desk, role)
    return found if role.many else found[:1]


def _only_candidate(desk: Desk, role: Role) -> tuple[int, ...]:
    """Give the one who alone may be chosen for a role that must be filled; nobody where there are more."""
    candidates = role.candidates
    found: tuple[int, ...] = ()
    if isinstance(candidates, UnitSet) and candidates.kind is not UnitSetKind.SIDE:
        found = units_in(desk.world, candidates, record=desk.state, actor=desk.actor)
    elif isinstance(candidates, People) and not any(form.kind in _LARGE for form in candidates.any):
        found = members(desk.world, candidates, record=desk.state, actor=desk.actor)
    return found if len(found) == 1 else ()


#: Forms that may name very many people: they are not counted out to find the only one.
_LARGE = frozenset({PeopleKind.EVERYONE, PeopleKind.GROUP, PeopleKind.SIDE})


def prefill_through(desk: Desk, relation: Relation, source: RecordState) -> Mapping[str, object]:
    """Give what a relation puts into the form of the record that is made through it."""
    if relation.kind is RelationKind.REFERRED_BY and relation.field is not None:
        return {relation.field: source.id}
    scope = scope_for(desk.world, source, actor=desk.actor)
    found: dict[str, object] = {}
    for name, expression in relation.prefill.items():
        try:
            found[name] = expression.evaluate(scope)
        except LuongViecError:  # what cannot be evaluated is not prefilled
            continue
    return found
