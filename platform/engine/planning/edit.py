"""Editing a record: the fields and roles that somebody changed on its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.effects.people_effects import replace_holders
from luongviec.engine.errors import InvalidInput
from luongviec.engine.expressions.scope import holders_in
from luongviec.engine.model import Access, Field, Role
from luongviec.engine.planning.editing import edit_inputs
from luongviec.engine.planning.inputs import (
    TEXT_READ_ONLY,
    TEXT_REQUIRED,
    TEXT_UNKNOWN,
    Errors,
    problem_with_choice,
)
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.values import field_value, is_empty
from luongviec.engine.text import Text
from luongviec.engine.world import RecordState, Value

EDIT = "edit"

_EDITABLE = frozenset({Access.EDIT, Access.REQUIRED})


def apply_edit(run: Run) -> None:
    """Take over what was typed: values first, then people and units.

    Raises:
        InvalidInput: a name that cannot be edited here, or a value that may not stand.
    """
    typed = _typed_values(run)
    after = replace(run.record, values={**run.record.values, **typed})
    access = field_access(run.before, run.actor, run.record_before, action=EDIT, after=after)
    errors: Errors = {}
    values: dict[str, Value] = {}
    roles: list[Role] = []
    asked = {one.name: one for one in edit_inputs(run.module)}
    for name, given in run.input.items():
        field, role = run.module.fields.get(name), run.module.roles.get(name)
        if field is not None and name in asked and name in typed and access.get(name) in _EDITABLE:
            values[name] = typed[name]
            _check_choice(run, field, typed[name], errors)
        elif role is not None and name in asked:
            roles.append(role)
        elif not _is_unseen(field, access) and _changes(run, field, role, given):
            errors[run.path + name] = (TEXT_READ_ONLY if field or role else TEXT_UNKNOWN,)
    _check_required(run, after, access, errors)
    if errors:
        raise InvalidInput(errors, run.input)
    run.edited += run.session.set_values(run.entry, run.record_id, values)
    for role in roles:
        _replace_role(run, role)


def _typed_values(run: Run) -> dict[str, Value]:
    fields = run.module.fields
    return {
        name: field_value(given, fields[name])
        for name, given in run.input.items()
        if name in fields and fields[name].computed is None
    }


def _is_unseen(field: Field | None, access: Mapping[str, Access]) -> bool:
    """Whether the field's own condition took it out of sight: what the form still sent is dropped."""
    return field is not None and field.shown_when is not None and access.get(field.code) is Access.HIDDEN


def _changes(run: Run, field: Field | None, role: Role | None, given: object) -> bool:
    """Whether something that cannot be edited would change; a form may send back what it showed."""
    if field is not None:
        return field_value(given, field) != run.record.values.get(field.code)
    return role is None or holders_in(given, role.of) != run.record.holders(role.code)


def _check_choice(run: Run, field: Field, value: Value, errors: Errors) -> None:
    if not is_empty(value) and value != run.record.values.get(field.code):
        problem = problem_with_choice(run, field, value)
        if problem is not None:
            errors[run.path + field.code] = (problem,)


def _check_required(run: Run, after: RecordState, access: Mapping[str, Access], errors: Errors) -> None:
    """Check what may not be left empty: what was typed, and what the change makes necessary."""
    earlier = field_access(run.before, run.actor, run.record_before, action=EDIT)
    for name, word in access.items():
        demanded = name in run.input or earlier.get(name) is not Access.REQUIRED
        if word is Access.REQUIRED and demanded and is_empty(after.values.get(name)):
            errors.setdefault(run.path + name, (TEXT_REQUIRED,))


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
