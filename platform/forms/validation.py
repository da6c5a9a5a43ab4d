"""Read what a form brought back into typed values, or say at each field what to mend.

One way for pages and API: `raw` holds strings of an HTML form or values of JSON, nested as the form
is (rows as lists, a record made in place under `new`). Conditions are judged here by the same rules
as in the browser; what the browser showed is never trusted. All errors are collected, keyed by dotted
path (`recipients.0.due_at`), and what was typed comes back with them. Nothing raises but `InvalidInput`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from luongviec.engine.errors import InvalidInput
from luongviec.engine.model import FieldType
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.values import as_tuple
from luongviec.engine.world import Value
from luongviec.forms import messages
from luongviec.forms.choosing import choice_errors
from luongviec.forms.conditions import (
    Desk,
    blank_desk,
    current_value,
    empty_value,
    manners,
    shown_values,
)
from luongviec.forms.defaults import begun_value, default_value
from luongviec.forms.form import NEW, Control, Form
from luongviec.forms.limits import FindFile, file_errors, value_errors
from luongviec.forms.reading import Clock, Unreadable, control_text, echo, read_one
from luongviec.forms.schema import shape_errors

Errors = dict[str, list[Text]]
#: `input` of a plan: values, tuples of ids for roles, tuples of rows, values of a record made in place.
Input = Mapping[str, object]

Raw = Mapping[object, object]

MOST_ROWS = 500
#: Where the chosen record stands beside `new`, in a control that can also make one.
CHOSEN = "id"


@dataclass(slots=True)
class _Reader:
    """One reading of one form: where it happens, how strictly, and what went wrong so far."""

    clock: Clock
    whole: bool
    find_file: FindFile | None
    errors: Errors = field(default_factory=dict)

    def wrong(self, path: str, *texts: Text) -> None:
        if texts:
            known = self.errors.setdefault(path, [])
            known.extend(text for text in texts if text not in known)


def read_input(
    desk: Desk, form: Form, raw: object, *, whole: bool = False, find_file: FindFile | None = None
) -> Input:
    """Read what came back for a form.

    Args:
        desk: where it is filled in (see `compiling.desk_for_*`).
        form: what was asked.
        raw: what came back; a mapping, anything else is refused.
        whole: an HTML form came back, in which an empty control may send nothing; else what is not
            named keeps its value, or gets its default.
        find_file: gives the facts of uploaded files that the actor may use; without it sizes and kinds
            of files are not checked.

    Returns:
        What `planning` takes as input.

    Raises:
        InvalidInput: with every error, and what was typed.
    """
    clock = Clock(desk.world.now, zone_of(desk.world.workspace))
    reader = _Reader(clock, whole, find_file)
    if not isinstance(raw, Mapping):
        raise InvalidInput({"": (messages.NOT_OBJECT,)})
    values = _read_controls(reader, desk, form.controls, raw, "", partial=form.partial)
    if not reader.errors:
        for path, text in shape_errors(form, values):
            reader.wrong(path, text)
    if reader.errors:
        typed = echo(raw)
        raise InvalidInput(
            {path: tuple(texts) for path, texts in reader.errors.items()},
            typed if isinstance(typed, Mapping) else {},
        )
    return values


def _read_controls(
    reader: _Reader, desk: Desk, controls: Sequence[Control], raw: Raw, prefix: str, *, partial: bool
) -> dict[str, object]:
    """Read one group of controls: the form, a row, or a record made in place."""
    for name in raw:
        if all(control.name != name for control in controls):
            reader.wrong(prefix + str(name)[:100], messages.UNKNOWN.filled({"name": str(name)[:100]}))
    values, unreadable = _typed_values(reader, desk, controls, raw, prefix, partial=partial)
    found = manners(desk, controls, values)
    hidden = {name for name, manner in found.items() if not manner.shown}
    for path in [path for path in reader.errors if _first(path, prefix) in hidden]:
        del reader.errors[path]
    sheet = Sheet(desk, controls, shown_values(controls, values, hidden), reader)
    taken: dict[str, object] = {}
    for control in controls:
        name, path = control.name, prefix + control.name
        if name in hidden or name in unreadable:
            continue
        if found[name].locked:
            if name in raw and sheet.values[name] != current_value(desk, control):
                reader.wrong(path, messages.LOCKED)
        elif reader.whole or name in raw or not partial:
            sheet.check(control, path, required=found[name].required)
            taken[name] = sheet.values[name]
    return taken


def _typed_values(
    reader: _Reader, desk: Desk, controls: Sequence[Control], raw: Raw, prefix: str, *, partial: bool
) -> tuple[dict[str, object], set[str]]:
    """Give every control's typed value, and the names of those that could not be read.

    Rows come last: their candidates depend on what stands above them.
    """
    values: dict[str, object] = {}
    unreadable: set[str] = set()
    here = desk
    for control in sorted(controls, key=lambda one: one.is_rows):
        if control.is_rows or (control.role is not None and control.name not in raw):
            here = desk.filled(controls, values)
        before = len(reader.errors)
        values[control.name] = _typed_value(reader, here, control, raw, prefix, partial=partial)
        if len(reader.errors) > before:
            unreadable.add(control.name)
    return values, unreadable


def _first(path: str, prefix: str) -> str | None:
    """Give the control below a prefix that an error's path belongs to."""
    return path[len(prefix) :].split(".", maxsplit=1)[0] if path.startswith(prefix) else None


def _typed_value(
    reader: _Reader, desk: Desk, control: Control, raw: Raw, prefix: str, *, partial: bool
) -> object:
    """Give one control's typed value; what is not named keeps its value or gets its default."""
    if control.name in raw:
        return _read_any(reader, desk, control, raw[control.name], prefix + control.name)
    if control.locked or partial or not reader.whole:
        if partial or not desk.is_new:
            return begun_value(desk, control)
        return default_value(desk, control)
    return _read_any(reader, desk, control, None, prefix + control.name)


def _read_any(reader: _Reader, desk: Desk, control: Control, given: object, path: str) -> object:
    if control.is_rows:
        return tuple(_read_rows(reader, desk, control, given, path))
    if control.inline and isinstance(given, Mapping):
        return _read_in_place(reader, desk, control, given, path)
    if control.holds_many:
        return _read_many(reader, control, given, path)
    return _read_value(reader, desk, control, _only(reader, given, path), path)


def _only(reader: _Reader, given: object, path: str) -> object:
    """Give the one thing of a list: pages send an empty text before a choice, so that none is also said."""
    if not isinstance(given, list | tuple):
        return given
    items = [one for one in given if not is_blank(one)]
    if len(items) > 1:
        reader.wrong(path, messages.ONLY_ONE)
    return items[0] if items else ("" if given else None)


def _read_value(reader: _Reader, desk: Desk, control: Control, given: object, path: str) -> Value:
    """Read one value; a text that was not touched keeps a value that is finer than what is shown."""
    current: Value = current_value(desk, control)  # type: ignore[assignment]
    untouched = isinstance(given, str) and current is not None and not isinstance(current, tuple)
    if untouched and given == control_text(control.field, current, reader.clock):
        return current
    if control.field.type == FieldType.BOOLEAN and given is None and reader.whole:
        return False
    try:
        return read_one(control.field, given, reader.clock)
    except Unreadable as error:
        reader.wrong(path, error.message)
        return None


def _read_many(reader: _Reader, control: Control, given: object, path: str) -> object:
    items = given if isinstance(given, list | tuple) else () if given in (None, "") else (given,)
    found: dict[Value, None] = {}
    for item in items[: MOST_ROWS * 10]:
        try:
            one = read_one(control.field, item, reader.clock)
        except Unreadable as error:
            reader.wrong(path, error.message)
            continue
        if one is not None:
            found[one] = None
    values = tuple(found)
    if not control.field.many and len(values) > 1:
        reader.wrong(path, messages.ONLY_ONE)
    return values


def _read_rows(reader: _Reader, desk: Desk, control: Control, given: object, path: str) -> Iterator[object]:
    if given in (None, ""):
        return
    if not isinstance(given, list | tuple):
        reader.wrong(path, messages.NOT_ROWS)
        return
    if len(given) > MOST_ROWS:
        reader.wrong(path, messages.TOO_MANY.filled({"most": MOST_ROWS}))
        return
    for index, row in enumerate(given):
        if reader.whole and is_blank(row):
            continue
        if not isinstance(row, Mapping):
            reader.wrong(f"{path}.{index}", messages.NOT_ROW)
            continue
        row_desk = _row_desk(desk, control)
        yield _read_controls(reader, row_desk, control.columns, row, f"{path}.{index}.", partial=False)


def _row_desk(desk: Desk, control: Control) -> Desk:
    """Give the desk of one row: of the module that it makes, or the form's own record."""
    made = control.field.rows_form
    if made is None:
        return replace(desk, in_row=True)
    return blank_desk(desk.world, desk.actor, desk.world.workspace.modules[made[0]])


def _read_in_place(reader: _Reader, desk: Desk, control: Control, given: Raw, path: str) -> object:
    """Read a record made in place, `{"new": {…}}`; a page also sends the one chosen, `{"id": …}`."""
    inner = given.get(NEW)
    for name in given:
        if name not in (NEW, CHOSEN):
            reader.wrong(f"{path}.{str(name)[:100]}", messages.UNKNOWN.filled({"name": str(name)[:100]}))
    made_at = _inline_desk(desk, control)
    if inner is None or (CHOSEN in given and is_untouched(made_at, control.inline, inner, reader.clock)):
        return _read_value(reader, desk, control, _only(reader, given.get(CHOSEN), path), path)
    if not isinstance(inner, Mapping):
        reader.wrong(path, messages.NOT_OBJECT)
        return None
    return _read_controls(reader, made_at, control.inline, inner, f"{path}.{NEW}.", partial=False)


def _inline_desk(desk: Desk, control: Control) -> Desk:
    target = desk.world.workspace.modules[control.field.record_of or ""]
    return blank_desk(desk.world, desk.actor, target)


def typed_sheet(
    desk: Desk, controls: Sequence[Control], raw: Mapping[str, object] | None, clock: Clock, *, partial: bool
) -> Sheet:
    """Give what a group of controls holds when it is shown: as typed where that can be read, else as it
    stands or by default. What cannot be read counts as empty; its text is shown all the same."""
    reader = _Reader(clock, whole=raw is not None, find_file=None)
    known: Raw = (
        {control.name: raw[control.name] for control in controls if control.name in raw} if raw else {}
    )
    values, _ = _typed_values(reader, desk, controls, known, "", partial=partial)
    return Sheet(desk, controls, values, reader)


def is_untouched(desk: Desk, controls: Sequence[Control], raw: object, clock: Clock) -> bool:
    """Whether a record made in place still is as the page offered it: blank but for its defaults."""
    if not isinstance(raw, Mapping):
        return raw is None
    typed = typed_sheet(desk, controls, raw, clock, partial=False).values
    fresh = typed_sheet(desk, controls, None, clock, partial=False).values
    return all(
        is_blank(raw.get(control.name)) or typed[control.name] == fresh[control.name] for control in controls
    )


def is_blank(raw: object) -> bool:
    """Whether a row or group of an HTML form was left untouched: nothing in it but blanks."""
    if isinstance(raw, Mapping):
        return all(is_blank(value) for value in raw.values())
    if isinstance(raw, list | tuple):
        return all(is_blank(value) for value in raw)
    return raw is None or (isinstance(raw, str) and not raw.strip())


@dataclass(slots=True)
class Sheet:
    """A group of controls with what is filled in, when all of it has been read."""

    desk: Desk
    controls: Sequence[Control]
    values: Mapping[str, object]
    reader: _Reader
    _scope: Mapping[str, object] | None = None

    @property
    def scope(self) -> Mapping[str, object]:
        if self._scope is None:
            self._scope = self.desk.scope(self.controls, self.values)
        return self._scope

    def row_desk(self, control: Control) -> Desk:
        """Give the desk of one row: of the module that it makes, or the form's own record so far."""
        desk = self.desk.filled(self.controls, self.values)
        beside = {one.name for one in self.controls}
        prefill = {name: value for name, value in desk.prefill.items() if name not in beside}
        return _row_desk(replace(desk, prefill=prefill), control)

    def inline_desk(self, control: Control) -> Desk:
        """Give the desk of a record that is made in place."""
        return _inline_desk(self.desk, control)

    def check(self, control: Control, path: str, *, required: bool) -> None:
        """Check one typed value: required, limits, files, and whether it may be chosen."""
        value, reader = self.values[control.name], self.reader
        if value is None or value == empty_value(control):
            if required:
                reader.wrong(path, required_text(control))
            return
        if control.is_rows or isinstance(value, Mapping):
            return
        typed: Value = value  # type: ignore[assignment]
        if isinstance(typed, tuple) and len(typed) < control.least:
            reader.wrong(path, messages.AT_LEAST.filled({"least": control.least}))
        reader.wrong(path, *value_errors(control.field, typed, self.scope, reader.clock))
        if value == current_value(self.desk, control):
            return  # those who were chosen once stay, also where they could not be chosen now
        if control.field.type == FieldType.FILES:
            ids = tuple(one for one in as_tuple(typed) if isinstance(one, int))
            reader.wrong(path, *file_errors(control.field, ids, self.scope, reader.find_file))
        reader.wrong(path, *choice_errors(self.desk, control, typed, self.controls, self.values))


def required_text(control: Control) -> Text:
    """Give what to say where a required control is empty."""
    if control.is_rows:
        return messages.REQUIRED_ROWS
    if control.field.type == FieldType.FILES:
        return messages.REQUIRED_FILES
    if control.least > 1:
        return messages.AT_LEAST.filled({"least": control.least})
    chosen = (FieldType.CHOICE, FieldType.USER, FieldType.UNIT, FieldType.RECORD)
    return messages.REQUIRED_CHOICE if control.field.type in chosen else messages.REQUIRED
