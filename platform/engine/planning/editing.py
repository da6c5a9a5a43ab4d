"""What `edit` may change: the fields and roles that its `input` names, else all that a person fills.

Without an `input`, a role that some action hands over, hands back or replaces is left out: it has a
way of its own, with rules, a chain of handlers and events, and an edit would go past them.
"""

from __future__ import annotations

from luongviec.engine.model import EffectKind, Input, InputKind, Module

_CREATE, _EDIT = "create", "edit"
_OWN_WAY = frozenset({EffectKind.HAND_OVER, EffectKind.HAND_BACK, EffectKind.REPLACE})


def edit_inputs(module: Module) -> tuple[Input, ...]:
    """Give the fields and roles that `edit` asks for, in order."""
    named = module.actions[_EDIT].input
    if named:
        return named
    own_way = roles_with_actions(module)
    return tuple(
        one for one in filled_inputs(module) if one.kind is not InputKind.ROLE or one.role not in own_way
    )


def filled_inputs(module: Module) -> tuple[Input, ...]:
    """Give every field and role that a person fills in, where an action lists none of its own."""
    numbered = module.numbering.field if module.numbering else None
    fields = [
        Input(field.code, InputKind.FIELD, field=field)
        for field in module.fields.values()
        if field.computed is None and field.code != numbered
    ]
    roles = [
        Input(role.code, InputKind.ROLE, role=role.code)
        for role in module.roles.values()
        if role.fill == "pick"
    ]
    return (*fields, *roles)


def roles_with_actions(module: Module) -> frozenset[str]:
    """Give the roles that some action hands over, hands back or replaces."""
    return frozenset(
        effect.role
        for action in module.actions.values()
        if action.code not in (_CREATE, _EDIT)
        for effect in action.effects
        if effect.kind in _OWN_WAY and effect.role is not None
    )
