"""Moving a record to a newer revision of its module and status group.

A revision says under `migrate` what becomes of the words that go away: a status, field or role gets
another name, a field may be dropped or computed from what it held. A step leads from one revision to
the next; steps follow one another, so that a record left behind for long arrives in one go. A line
counts only while its old word is really gone (or a field's type is another), so lines that stay in
a file are never done twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from luongviec.engine.expressions.compiled import Context, parse_expression
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.model import Field, Module, StatusGroup
from luongviec.engine.planning.plan import Change, EndParticipant, Migrate, MoveStatus, SetValues
from luongviec.engine.planning.values import field_value
from luongviec.engine.values import NotOfType, from_json, holds_many, to_json
from luongviec.engine.world import Participation, RecordState, Value, World


@dataclass(frozen=True, slots=True)
class FieldTarget:
    """What becomes of a field: another name, perhaps another value; `to` None drops it."""

    to: str | None
    value: object = None  # an expression as it stands in the file; None keeps what the field held


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pair of revisions with the definitions that they hold."""

    module_revision: int
    group_revision: int
    module: Module
    group: StatusGroup


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of the words of one pair of revisions in the next one.

    `statuses` names only those that change; `lost` are those that have nowhere to go.
    """

    after: Pinned
    statuses: Mapping[str, str] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    fields: Mapping[str, FieldTarget] = field(default_factory=dict)
    retyped: Mapping[str, tuple[Field, Field]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_light(self) -> bool:
        """Whether records move by their revisions alone: none of their values or people change."""
        return not (self.fields or self.retyped or self.roles)


@dataclass(frozen=True, slots=True)
class Migration:
    """A record as it stands under its new revisions, and the changes that led there."""

    record: RecordState
    changes: tuple[Change, ...]


def mapping_of(migrate: Mapping[str, object], word: str) -> Mapping[str, object]:
    """Give the lines of one word of `migrate`."""
    found = migrate.get(word)
    return found if isinstance(found, Mapping) else {}


def step_between(before: Pinned, after: Pinned) -> Step:
    """Compare two pairs of revisions that follow one another."""
    lines = {**mapping_of(after.module.migrate, "statuses"), **mapping_of(after.group.migrate, "statuses")}
    gone = [code for code in before.group.statuses if code not in after.group.statuses]
    statuses = {code: str(lines[code]) for code in gone if str(lines.get(code)) in after.group.statuses}
    old, new = before.module.fields, after.module.fields
    named = mapping_of(after.module.migrate, "fields")
    fields = {
        code: _target(named.get(code))
        for code in old
        if code not in new or (code in named and _other(old, new, code))
    }
    retyped = {
        code: (old[code], new[code])
        for code in old
        if code in new and code not in fields and _other(old, new, code)
    }
    roles = {
        code: str(to)
        for code, to in mapping_of(after.module.migrate, "roles").items()
        if code in before.module.roles and code not in after.module.roles
    }
    return Step(after, statuses, frozenset(gone) - set(statuses), fields, retyped, roles)


def _other(old: Mapping[str, Field], new: Mapping[str, Field], code: str) -> bool:
    return (old[code].type, holds_many(old[code])) != (new[code].type, holds_many(new[code]))


def _target(line: object) -> FieldTarget:
    if isinstance(line, Mapping):
        return FieldTarget(str(line["to"]), line.get("value"))
    return FieldTarget(None if line is None else str(line))


def status_after(steps: Sequence[Step], status: str) -> str | None:
    """Give the status that a record in `status` stands in afterwards; None where it cannot go along."""
    for step in steps:
        if status in step.lost:
            return None
        status = step.statuses.get(status, status)
        if status not in step.after.group.statuses:
            return None
    return status


def migrate(world: World, record: RecordState, steps: Sequence[Step]) -> Migration:
    """Give a record as it stands after all steps. Computed fields are left to `recomputed`.

    Raises:
        LookupError: its status has nowhere to go; `status_after` says so beforehand.
        LuongViecError: an expression of `migrate` cannot be evaluated.
    """
    state = record
    ended: list[EndParticipant] = []
    fields: dict[str, str] = {}
    roles: dict[str, str] = {}
    for step in steps:
        status = status_after((step,), state.status)
        if status is None:
            raise LookupError(f"status {state.status} has nowhere to go")
        values = _values_after(world, state, step)
        state, given_up = _with_roles(state, step.roles)
        ended += given_up
        _follow(fields, {old: new.to for old, new in step.fields.items()})
        _follow(roles, step.roles)
        state = replace(
            state,
            status=status,
            values=values,
            module_revision=step.after.module_revision,
            group_revision=step.after.group_revision,
        )
    if state.status != record.status:
        state = replace(state, status_since=world.now, voices=())
    return Migration(state, _changes(record, state, ended, fields, roles))


def recomputed(world: World, record: RecordState) -> RecordState:
    """Give a record with its computed fields as its definitions compute them now."""
    for computed in world.in_force(record).module.fields.values():
        if computed.computed is not None:
            value = field_value(computed.computed.evaluate(scope_for(world, record)), computed)
            if value != record.values.get(computed.code):
                record = replace(record, values={**record.values, computed.code: value})
    return record


def value_changes(before: RecordState, after: RecordState) -> tuple[SetValues, ...]:
    """Give the change of values between two states of a record, if there is one."""
    codes = [
        code
        for code in (*before.values, *(code for code in after.values if code not in before.values))
        if _differs(before.values.get(code), after.values.get(code))
    ]
    if not codes:
        return ()
    return (
        SetValues(
            after.id,
            {code: before.values.get(code) for code in codes},
            {code: after.values.get(code) for code in codes},
        ),
    )


def _differs(before: Value, after: Value) -> bool:
    empty = (None, ())
    return before != after and not (before in empty and after in empty)


def _values_after(world: World, record: RecordState, step: Step) -> dict[str, Value]:
    after = step.after.module.fields
    values = {code: value for code, value in record.values.items() if code not in step.fields}
    for code, (old, new) in step.retyped.items():
        if code in values:
            values[code] = _carried(old, new, values[code])
    for code, target in step.fields.items():
        if target.to is None or record.values.get(code) in (None, ()):
            continue
        if target.value is not None:
            expression = parse_expression(target.value, Context.FIELD_COMPUTED)  # type: ignore[arg-type]
            values[target.to] = field_value(expression.evaluate(scope_for(world, record)), after[target.to])
        else:
            old = world.in_force(record).module.fields[code]
            values[target.to] = _carried(old, after[target.to], record.values[code])
    return {code: value for code, value in values.items() if code in after}


def _carried(old: Field, new: Field, value: Value) -> Value:
    """Read a value as a field of another type holds it; nothing where it does not fit."""
    if (old.type, holds_many(old)) == (new.type, holds_many(new)) or value is None:
        return value
    data = to_json(old, value)
    if holds_many(new) and not isinstance(data, list):
        data = [data]
    elif not holds_many(new) and isinstance(data, list):
        data = data[0] if len(data) == 1 else None
    try:
        return from_json(new, data)
    except NotOfType:
        return None


def _with_roles(
    record: RecordState, names: Mapping[str, str]
) -> tuple[RecordState, tuple[EndParticipant, ...]]:
    """Give the people their new roles; who holds the new one already gives the old one up."""
    if not names:
        return record, ()
    given_up: list[EndParticipant] = []
    held = {(p.role, p.holder) for p in record.participations if p.until is None}
    kept: list[Participation] = []
    for one in record.participations:
        to = names.get(one.role)
        if to is not None and one.until is None:
            if (to, one.holder) in held:
                given_up.append(EndParticipant(record.id, one.role, one.holder, one.since))
                continue
            held.add((to, one.holder))
        kept.append(one if to is None else replace(one, role=to))
    hand_overs = tuple(
        replace(link, role=names[link.role]) if link.role in names else link for link in record.hand_overs
    )
    return replace(record, participations=tuple(kept), hand_overs=hand_overs), tuple(given_up)


def _follow(names: dict[str, str], step: Mapping[str, str | None]) -> None:
    """Lay the new names of a step over those so far, so that first names lead to last ones."""
    known = dict(names)
    for old, new in step.items():
        first = next((name for name, last in known.items() if last == old), old)
        names.pop(first, None)
        if new is not None and new != first:
            names[first] = new


def _changes(
    before: RecordState,
    after: RecordState,
    ended: Sequence[EndParticipant],
    fields: Mapping[str, str],
    roles: Mapping[str, str],
) -> tuple[Change, ...]:
    moved = Migrate(
        after.id, before.module_revision, after.module_revision, before.group_revision,
        after.group_revision, dict(fields), dict(roles),
    )  # fmt: skip
    status = (MoveStatus(after.id, before.status, after.status),) if before.status != after.status else ()
    return (*ended, moved, *value_changes(before, after), *status)
