"""Parameters: what administrators set, for the installation and, where that is meant, for a unit (C-30).

A unit that sets nothing has what the nearest unit above set, else the installation, else the default of
the definition. Values are checked by type, range and choice (C-80); saving is one step that says what
changes (W-37) and is refused where somebody else changed the same parameter meanwhile.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from luongviec.engine.compiling.shared import parameter_fault
from luongviec.engine.errors import Conflict, InvalidInput, NotFound
from luongviec.engine.model import Parameter
from luongviec.engine.text import Text
from luongviec.engine.values import display_number
from luongviec.engine.world import Actor, Value
from luongviec.services.journal.writing import Subject, note_change, organisation_changed
from luongviec.services.parameters.platform import PLATFORM_PARAMETERS, PREFIX, SETTING_KIND
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import check_function, has_function, reach
from luongviec.services.showing import Showing
from luongviec.services.views import UnitView
from luongviec.store import parameter_rows

ADMINISTERS = "admin.parameters"
ADMINISTERS_UNITS = "admin.units"
LONGEST_TEXT = 500

DEFAULT = Text("mặc định", "default")
INSTALLATION = Text("toàn hệ thống", "the whole installation")
PLATFORM_SECTION = Text("Tài khoản và đăng nhập", "Accounts and signing in")
OTHERS_SECTION = Text("Chung", "General")
NOT_A_NUMBER = Text("Hãy nhập một số, ví dụ 12 hoặc 2,5.", "Type a number, such as 12 or 2.5.")


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """A parameter at one place. `own` is what was set just here; `otherwise` counts without it."""

    subject: str  # the code, for the platform's own with its prefix
    parameter: Parameter
    own: Value
    otherwise: Value
    otherwise_from: Text

    @property
    def value(self) -> Value:
        """What counts here."""
        return self.otherwise if self.own is None else self.own

    @property
    def otherwise_words(self) -> Text:
        """What counts without a value of its own, in words."""
        return value_words(self.parameter, self.otherwise)


@dataclass(frozen=True, slots=True)
class ParameterSection:
    code: str
    name: Text
    lines: tuple[ParameterLine, ...]


@dataclass(frozen=True, slots=True)
class ParameterPage:
    """Everything that somebody may set in one place; `unit` None: the installation."""

    unit: UnitView | None
    sections: tuple[ParameterSection, ...]
    may_choose_unit: bool

    @property
    def lines(self) -> Iterator[ParameterLine]:
        """Every line of every section."""
        for section in self.sections:
            yield from section.lines


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form sent: texts by subject, those to be reset, and what the form had shown as own values."""

    values: Mapping[str, str]
    reset: Collection[str] = frozenset()
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """One line of the summary: what counted and what will."""

    subject: str
    label: Text
    before: Text
    after: Text
    value: Value  # its own from now on; None: reset


def parameter_page(platform: Platform, actor: Actor, unit_id: int | None = None) -> ParameterPage:
    """Give the parameters that the actor may set for the installation or for a unit.

    Raises:
        NotFound: no such unit, or none of the actor's.
        Refused: the actor may set none at all.
    """
    with platform.reading() as work:
        return _page(work, actor, unit_id)


def plan_changes(
    platform: Platform, actor: Actor, typed: Typed, unit_id: int | None = None
) -> tuple[ParameterChange, ...]:
    """Say what saving would change, without changing it.

    Raises:
        InvalidInput: a value has the wrong type or lies outside its limits, at `value.SUBJECT`.
        Conflict: somebody else set one of those that would change.
    """
    with platform.reading() as work:
        return _changes(work, actor, typed, unit_id)


def change_parameters(
    platform: Platform, actor: Actor, typed: Typed, unit_id: int | None = None
) -> tuple[ParameterChange, ...]:
    """Set and reset parameters, all or none; the journal tells each with before and after.

    Raises: as `plan_changes`.
    """
    with platform.transaction() as work:
        changes = _changes(work, actor, typed, unit_id)
        place = "" if unit_id is None else f" · {work.world.organisation.units[unit_id].name}"
        for change in changes:
            own = work.world.organisation.choices(SETTING_KIND, change.subject).get(unit_id)
            parameter_rows.keep(work.session, SETTING_KIND, change.subject, unit_id, change.value)
            note_change(
                work, actor, "parameter.changed",
                Subject("parameter", _subject_id(change.subject, unit_id), f"{change.label.vi}{place}"),
                before={"value": own}, after={"value": change.value},
            )  # fmt: skip
        if changes:
            organisation_changed(work)
        return changes


def value_words(parameter: Parameter, value: Value) -> Text:
    """Write a value for people."""
    if isinstance(value, bool):
        return Text("Bật", "On") if value else Text("Tắt", "Off")
    if value in parameter.option_labels:
        return parameter.option_labels[str(value)]
    if isinstance(value, int | float):
        unit = parameter.unit or Text("", "")
        return Text(
            f"{display_number(value, 'vi')} {unit.vi}".strip(),
            f"{display_number(value, 'en')} {unit.in_language('en')}".strip(),
        )
    return Text("–") if value is None or value == "" else Text(str(value))


def value_text(value: Value) -> str:
    """Write a value as a form's field holds it; nothing: empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return str(value)


# --- What there is ------------------------------------------------------------------------------------


def _page(work: Work, actor: Actor, unit_id: int | None) -> ParameterPage:
    unit = None if unit_id is None else work.world.organisation.units.get(unit_id)
    if unit_id is not None and unit is None:
        raise NotFound()
    of_units = reach(work, actor, ADMINISTERS_UNITS)
    sections = _sections(work, actor, unit_id)
    if not sections and unit_id is not None:
        raise NotFound()
    if not sections and of_units is not None and not of_units:
        check_function(work, actor, ADMINISTERS)
    view = None if unit_id is None else Showing(work, actor).unit(unit_id)
    return ParameterPage(view, sections, any(one.scope == "unit" for one in _all(work).values()))


def _sections(work: Work, actor: Actor, unit_id: int | None) -> tuple[ParameterSection, ...]:
    lines: dict[str, list[ParameterLine]] = {}
    for subject, parameter in _all(work).items():
        if _may_set(work, actor, subject, parameter, unit_id):
            key = "platform" if subject.startswith(PREFIX) else parameter.module or ""
            lines.setdefault(key, []).append(_line(work, subject, parameter, unit_id))
    return tuple(
        ParameterSection(key or "others", _section_name(work, key), tuple(found))
        for key, found in lines.items()
    )


def _section_name(work: Work, key: str) -> Text:
    if key == "platform":
        return PLATFORM_SECTION
    return work.workspace.modules[key].name if key in work.workspace.modules else OTHERS_SECTION


def _all(work: Work) -> Mapping[str, Parameter]:
    own = {PREFIX + code: parameter for code, parameter in PLATFORM_PARAMETERS.items()}
    return {**work.workspace.parameters, **own}


def _may_set(work: Work, actor: Actor, subject: str, parameter: Parameter, unit_id: int | None) -> bool:
    if unit_id is not None and parameter.scope != "unit":
        return False
    if has_function(work, actor, ADMINISTERS):
        return True
    if parameter.module is not None and has_function(work, actor, f"{parameter.module}.admin"):
        return True
    of_units = reach(work, actor, ADMINISTERS_UNITS)
    return unit_id is not None and of_units is not None and unit_id in of_units


def _line(work: Work, subject: str, parameter: Parameter, unit_id: int | None) -> ParameterLine:
    organisation = work.world.organisation
    chosen = organisation.choices(SETTING_KIND, subject)
    own = _fitting(parameter, chosen.get(unit_id))
    above = [] if unit_id is None else [*reversed(organisation.path(unit_id)[:-1]), None]
    for place in above:
        value = _fitting(parameter, chosen.get(place))
        if value is not None:
            source = INSTALLATION if place is None else Text(organisation.units[place].name)
            return ParameterLine(subject, parameter, own, value, source)
    return ParameterLine(subject, parameter, own, parameter.default, DEFAULT)


def _fitting(parameter: Parameter, value: Value) -> Value:
    """Give a set value; one that its definition no longer allows counts as not set."""
    return None if value is None or parameter_fault(parameter, value) is not None else value


# --- What changes -------------------------------------------------------------------------------------


def _changes(work: Work, actor: Actor, typed: Typed, unit_id: int | None) -> tuple[ParameterChange, ...]:
    page = _page(work, actor, unit_id)
    errors: dict[str, tuple[Text, ...]] = {}
    changes = []
    for line in page.lines:
        if line.subject not in typed.values and line.subject not in typed.reset:
            continue
        wanted, fault = _wanted(line, typed)
        if fault is not None:
            errors[f"value.{line.subject}"] = (fault,)
        elif wanted != line.own or type(wanted) is not type(line.own):
            changes.append(_change(line, wanted))
    if errors:
        raise InvalidInput(errors)
    for change in changes:
        _check_unchanged(work, page, change.subject, typed, unit_id)
    return tuple(changes)


def _wanted(line: ParameterLine, typed: Typed) -> tuple[Value, Text | None]:
    """Give the own value that is wanted (None: none), or why it cannot be."""
    if line.subject in typed.reset:
        return None, None
    value, fault = _read(line.parameter, typed.values.get(line.subject, ""))
    if fault is not None:
        return None, fault
    wrong = parameter_fault(line.parameter, value)
    if wrong is not None:
        return None, _limits(line.parameter)
    if line.own is None and value == line.otherwise:
        return None, None
    return value, None


def _read(parameter: Parameter, text: str) -> tuple[Value, Text | None]:
    written = text.strip()
    if parameter.type == "boolean":
        return written == "true", None
    if parameter.type != "number":
        return written[:LONGEST_TEXT], None
    try:
        number = float(written.replace(" ", "").replace(",", "."))
    except ValueError:
        return None, NOT_A_NUMBER
    if not math.isfinite(number):
        return None, NOT_A_NUMBER
    return int(number) if number.is_integer() else number, None


def _limits(parameter: Parameter) -> Text:
    """Say what may be typed."""
    if parameter.type == "choice":
        return Text("Hãy chọn một trong các lựa chọn.", "Choose one of the options.")
    least, most = parameter.min, parameter.max
    if least is not None and most is not None:
        return Text(f"Hãy nhập từ {least:g} đến {most:g}.", f"Type {least:g} to {most:g}.")
    if least is not None:
        return Text(f"Hãy nhập ít nhất {least:g}.", f"Type at least {least:g}.")
    return Text(f"Hãy nhập nhiều nhất {most:g}.", f"Type at most {most:g}.")


def _change(line: ParameterLine, wanted: Value) -> ParameterChange:
    after = line.otherwise if wanted is None else wanted
    words = value_words(line.parameter, after)
    if wanted is None:
        source = line.otherwise_from
        words = Text(
            f"{words.vi} (theo {source.vi})", f"{words.in_language('en')} (from {source.in_language('en')})"
        )
    return ParameterChange(
        line.subject, line.parameter.label, value_words(line.parameter, line.value), words, wanted
    )


def _check_unchanged(
    work: Work, page: ParameterPage, subject: str, typed: Typed, unit_id: int | None
) -> None:
    line = next(one for one in page.lines if one.subject == subject)
    shown = typed.shown.get(subject)
    if shown is None or shown == value_text(line.own):
        return
    entry = parameter_rows.newest_entry(work.session, "parameter", _subject_id(subject, unit_id))
    who = work.world.organisation.people.get(entry.actor_id or 0) if entry else None
    name, now = who.name if who else "–", value_words(line.parameter, line.value)
    label, english = line.parameter.label.vi, line.parameter.label.in_language("en")
    raise Conflict(
        Text(
            f"{name} vừa đặt “{label}” thành “{now.vi}”. Hãy xem lại rồi lưu.",
            f"{name} has just set “{english}” to “{now.in_language('en')}”. Look and save again.",
        )
    )


def _subject_id(subject: str, unit_id: int | None) -> str:
    return subject if unit_id is None else f"{subject}@{unit_id}"
