"""What the engine itself checks of what was typed: required, known, chosen from the candidates.

Types and limits of values are the forms' matter (`forms.validation`); what depends on the record,
the people and the target status is checked here, for every way in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.errors import InvalidInput
from luongviec.engine.expressions.scope import holders_in
from luongviec.engine.model import Access, Action, EffectKind, Field, FieldType, Input, InputKind
from luongviec.engine.planning.moves import FILES, REASON, missing_for
from luongviec.engine.planning.people import is_candidate
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.values import field_value, is_empty
from luongviec.engine.text import Text
from luongviec.engine.world import Holder, HolderKind, RecordState

Errors = dict[str, tuple[Text, ...]]

TEXT_REQUIRED = Text("Hãy nhập mục này.", "This is required.")
TEXT_UNKNOWN = Text("Không có mục này.", "There is no such input.")
TEXT_READ_ONLY = Text("Bạn không sửa được mục này ở bước này.", "You may not change this at this step.")
TEXT_NOT_THERE = Text("Không tìm thấy, hoặc bạn không được xem.", "Not found, or not yours to see.")


def check_input(run: Run, action: Action, *, strict: bool) -> None:
    """Check what an action was given before any of its effects runs.

    Args:
        run: the action's run.
        action: the action.
        strict: refuse names that the action does not ask for.

    Raises:
        InvalidInput: all that is missing or wrong, by input.
    """
    errors: Errors = _closed_fields(run, action)
    for asked in action.input:
        if run.creating and asked.kind is not InputKind.OWN:
            continue  # fields and roles were checked when they were filled
        message = _problem_of(run, asked)
        if message is not None:
            errors.setdefault(run.path + asked.name, (message,))
    for status in _targets(run, action):
        group = run.session.draft.in_force(run.record).group
        if status in group.statuses:
            for path, messages in missing_for(run, group.statuses[status]).items():
                errors.setdefault(path, messages)
    if strict:
        known = {asked.name for asked in action.input} | {REASON, FILES}
        errors.update({run.path + name: (TEXT_UNKNOWN,) for name in run.input if name not in known})
    if errors:
        raise InvalidInput(errors, run.input)


def with_current(record: RecordState, action: Action, typed: Mapping[str, object]) -> Mapping[str, object]:
    """Give the input as the form would: fields and roles that were not typed keep what they hold."""
    current: dict[str, object] = {}
    for asked in action.input:
        if asked.name in typed:
            continue
        if asked.kind is InputKind.FIELD and asked.field is not None:
            current[asked.name] = record.values.get(asked.field.code)
        elif asked.kind is InputKind.ROLE and asked.role is not None:
            current[asked.name] = record.holders(asked.role)
    return {**current, **typed}


def _closed_fields(run: Run, action: Action) -> Errors:
    """Say which of the record's fields the action may not change through its form."""
    asked = [one for one in action.input if one.kind is InputKind.FIELD and one.field is not None]
    if not asked or run.creating or run.trusted:
        return {}
    access = field_access(run.before, run.actor, run.record_before, action=action.code)
    errors: Errors = {}
    for one in asked:
        assert one.field is not None  # noqa: S101 - chosen above
        changed = field_value(run.input.get(one.name), one.field) != run.record.values.get(one.field.code)
        if changed and access.get(one.field.code) in (Access.HIDDEN, Access.READ):
            errors[run.path + one.name] = (TEXT_READ_ONLY,)
    return errors


def _targets(run: Run, action: Action) -> Iterable[str]:
    """Give the statuses that the action will move to, as far as its conditions tell already."""
    return tuple(
        effect.status
        for effect in action.effects
        if effect.kind == EffectKind.MOVE and effect.status and run.holds(effect.condition)
    )


def _problem_of(run: Run, asked: Input) -> Text | None:
    value = run.input.get(asked.name)
    if is_empty(value):
        return TEXT_REQUIRED if is_required(run, asked) else None
    if asked.kind is InputKind.ROLE or asked.field is None:
        return None  # roles are checked when they are filled
    return problem_with_choice(run, asked.field, value)


def is_required(run: Run, asked: Input) -> bool:
    """Whether an input may not be left empty."""
    if asked.required:
        return True
    if asked.kind is InputKind.ROLE:
        return asked.role is not None and run.role(asked.role).needs > 0
    field = asked.field
    if field is None or is_hidden(run, field):
        return False
    return field.required or (field.required_when is not None and run.holds(field.required_when))


def is_hidden(run: Run, field: Field) -> bool:
    """Whether a field's own condition takes it off the form."""
    return field.shown_when is not None and not run.holds(field.shown_when)


def problem_with_choice(run: Run, field: Field, value: object) -> Text | None:
    """Say what is wrong with the people, units or records that a field was given, if anything."""
    values = value if isinstance(value, tuple | list) else (value,)
    if field.type in (FieldType.USER, FieldType.UNIT):
        kind = HolderKind.USER if field.type == FieldType.USER else HolderKind.UNIT
        return _problem_with_holders(run, field, holders_in(values, kind))
    if field.type == FieldType.RECORD:
        return _problem_with_records(run, field, values)
    return None


def _problem_with_holders(run: Run, field: Field, holders: Iterable[Holder]) -> Text | None:
    world = run.session.draft
    for holder in holders:
        known = world.person(holder.id) if holder.kind is HolderKind.USER else world.unit(holder.id)
        if known is None:
            return TEXT_NOT_THERE
        refused = not run.trusted and not is_candidate(run, field.candidates, holder, run.record)
        if refused or not known.active:
            return Text(
                f"Không chọn được {known.name}: hãy chọn trong danh sách được gợi ý.",
                f"{known.name} cannot be chosen: choose from those offered.",
            )
    return None


def _problem_with_records(run: Run, field: Field, values: Iterable[object]) -> Text | None:
    world = run.session.draft
    for value in values:
        if isinstance(value, Mapping):
            continue  # made in place, by its own rules
        state = world.record(value) if isinstance(value, int) else None
        if state is None or state.deleted_at is not None or state.module != field.record_of:
            return TEXT_NOT_THERE
        if not run.trusted and state.id > 0 and not decide(world, run.actor, "view", state).allowed:
            return TEXT_NOT_THERE
    return None
