"""Editing a record: the fields and roles that somebody changed on its form."""

from __future__ import annotations

from luongviec.engine.effects.people_effects import replace_holders
from luongviec.engine.errors import InvalidInput
from luongviec.engine.fields import field_access
from luongviec.engine.model import Access, Field, Role
from luongviec.engine.planning_inputs import (
    TEXT_REQUIRED,
    TEXT_UNKNOWN,
    Errors,
    is_hidden,
    problem_with_choice,
)
from luongviec.engine.planning_run import Run
from luongviec.engine.planning_values import field_value, is_empty
from luongviec.engine.scope import holders_in
from luongviec.engine.text import Text
from luongviec.engine.world import Value

_EDITABLE = frozenset({Access.EDIT, Access.REQUIRED})

TEXT_READ_ONLY = Text("Bạn không sửa được mục này ở bước này.", "You may not change this at this step.")


def apply_edit(run: Run) -> None:
    """Take over what was typed: values first, then people and units.

    Raises:
        InvalidInput: a name that cannot be edited here, or a value that may not stand.
    """
    access = {} if run.actor.is_system else field_access(run.before, run.actor, run.record_before)
    errors: Errors = {}
    values: dict[str, Value] = {}
    roles: list[Role] = []
    for name, typed in run.input.items():
        field, role = run.module.fields.get(name), run.module.roles.get(name)
        if (field is None and role is None) or access.get(name) is Access.HIDDEN:
            errors[run.path + name] = (TEXT_UNKNOWN,)
        elif access.get(name, Access.EDIT) not in _EDITABLE or _is_made(field, role):
            if _changes(run, field, role, typed):
                errors[run.path + name] = (TEXT_READ_ONLY,)
        elif field is not None:
            values[name] = field_value(typed, field)
            _check_value(run, field, values[name], access.get(name), errors)
        elif role is not None:
            roles.append(role)
    if errors:
        raise InvalidInput(errors, run.input)
    run.edited += run.session.set_values(run.entry, run.record_id, values)
    for role in roles:
        _replace_role(run, role)


def _is_made(field: Field | None, role: Role | None) -> bool:
    """Whether the platform fills it and no form does."""
    return (field is not None and field.computed is not None) or (role is not None and role.fill != "pick")


def _changes(run: Run, field: Field | None, role: Role | None, typed: object) -> bool:
    if field is not None:
        return field_value(typed, field) != run.record.values.get(field.code)
    return role is not None and holders_in(typed, role.of) != run.record.holders(role.code)


def _check_value(run: Run, field: Field, value: Value, access: Access | None, errors: Errors) -> None:
    if is_empty(value):
        if (field.required or access is Access.REQUIRED) and not is_hidden(run, field):
            errors[run.path + field.code] = (TEXT_REQUIRED,)
        return
    if value != run.record.values.get(field.code):
        problem = problem_with_choice(run, field, value)
        if problem is not None:
            errors[run.path + field.code] = (problem,)


def _replace_role(run: Run, role: Role) -> None:
    holders = holders_in(run.input[role.code], role.of)
    if holders == run.record.holders(role.code):
        return
    if len(holders) < role.needs:
        raise InvalidInput({run.path + role.code: (text_needs(role),)}, run.input)
    replace_holders(run, role, holders, place=role.code)


def text_needs(role: Role) -> Text:
    """Say that a role must be filled."""
    if role.needs == 1:
        return Text(f"Hãy chọn “{role.label.vi}”.", f"Choose '{role.label.in_language('en')}'.")
    return Text(
        f"Hãy chọn ít nhất {role.needs} “{role.label.vi}”.",
        f"Choose at least {role.needs} '{role.label.in_language('en')}'.",
    )
