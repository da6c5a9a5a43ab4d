"""Sides, calendars and the collections: categories, parameters, user groups, kinds of unit, terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from luongviec.engine.compiling.modules import read_head
from luongviec.engine.compiling.parts import Part, Work
from luongviec.engine.model import (
    FUNCTIONS,
    Calendar,
    Category,
    Parameter,
    Side,
    Slot,
    Tone,
    UnitKind,
    UserGroup,
)
from luongviec.engine.text import Text
from luongviec.engine.world import Value

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MODULE_FUNCTIONS = ("open", "admin", "report", "export")


def compile_side(work: Work) -> Side:
    """Compile a side."""
    top = work.top
    read_head(top, "side")
    abilities = {code: part.label() for code, part in top.parts("abilities", "ability").items()}
    shipped = top.flag("shipped")
    slots = {}
    for code, part in top.parts("slots", "slot").items():
        carried = part.names("abilities")
        for index, ability in enumerate(carried):
            part.require("ability", ability, work.names.abilities, "abilities", index)
        slots[code] = Slot(
            code=code,
            label=part.label(),
            abilities=frozenset(carried),
            may=frozenset(_functions(part)),
            candidates=part.people("from", work.names.people(None)),
            branch=part.string("scope") == "branch",
            note=part.text("note"),
            shown=part.flag("shown", default=True),
            shipped=part.flag("shipped", default=shipped),
        )
    kinds = top.names("kinds")
    for index, kind in enumerate(kinds):
        top.require("unit_kinds", kind, work.names.known("unit_kinds"), "kinds", index)
    return Side(
        code=work.definition.code,
        name=top.label("name"),
        slots=MappingProxyType(slots),
        abilities=MappingProxyType(abilities),
        kinds=frozenset(kinds),
        belonging=top.flag("belonging"),
        note=top.text("note"),
        shipped=shipped,
    )


def _functions(part: Part) -> tuple[str, ...]:
    """Read function permissions; those of modules exist with their module, sound or not."""
    names = part.work.names
    found = part.names("may")
    known = FUNCTIONS | {f"{module}.{word}" for module in names.modules for word in _MODULE_FUNCTIONS}
    for index, function in enumerate(found):
        steps: tuple[str | int, ...] = ("may",) if isinstance(part.data["may"], str) else ("may", index)
        part.require("function", function, known, *steps)
    return found


def compile_categories(work: Work) -> Mapping[str, Category]:
    """Compile categories."""
    top = work.top
    _read_collection_head(top)
    return {
        code: Category(code, part.label("name"), Tone(part.string("tone") or "grey"), part.text("note"))
        for code, part in top.parts("categories", "category").items()
    }


def compile_user_groups(work: Work) -> Mapping[str, UserGroup]:
    """Compile user groups."""
    top = work.top
    _read_collection_head(top)
    return {
        code: UserGroup(
            code, part.label("name"), frozenset(_functions(part)), part.flag("shipped"), part.text("note")
        )
        for code, part in top.parts("user_groups", "user_group").items()
    }


def compile_unit_kinds(work: Work) -> Mapping[str, UnitKind]:
    """Compile kinds of unit."""
    top = work.top
    _read_collection_head(top)
    return {
        code: UnitKind(code, part.label("name"), part.flag("heading"), part.text("note"))
        for code, part in top.parts("unit_kinds", "unit_kind").items()
    }


def compile_terms(work: Work) -> Mapping[str, Text]:
    """Compile terms."""
    top = work.top
    _read_collection_head(top)
    terms = top.at("terms", top.mapping("terms"), "terms")
    return {code: terms.text(code) or Text(code) for code in terms.data}


def _read_collection_head(top: Part) -> None:
    for word in ("format", "note", "shipped"):
        top.raw(word)


def compile_parameters(work: Work) -> Mapping[str, Parameter]:
    """Compile parameters; a default outside its own limits is a problem."""
    top = work.top
    _read_collection_head(top)
    return {code: _parameter(part, code) for code, part in top.parts("parameters", "parameter").items()}


def _parameter(part: Part, code: str) -> Parameter:
    least, most = part.raw("min"), part.raw("max")
    options = part.at("parameter_options", part.mapping("options"), "options")
    module = part.string("module")
    if module is not None:
        part.require("module", module, part.work.names.known("module"), "module")
    parameter = Parameter(
        code=code,
        type=part.string("type") or "text",
        default=part.raw("default"),  # type: ignore[arg-type]
        label=part.label(),
        scope=part.string("scope") or "installation",
        min=least if isinstance(least, int | float) else None,
        max=most if isinstance(most, int | float) else None,
        options=tuple(options.data),
        option_labels={option: options.label(option) for option in options.data},
        unit=part.text("unit"),
        note=part.text("note"),
        module=module,
    )
    wrong = parameter_fault(parameter, parameter.default)
    if wrong is not None:
        part.report("E112", "default", value=True, name="default", detail=wrong)
    return parameter


def parameter_fault(parameter: Parameter, value: Value) -> Text | None:
    """Say why a parameter cannot have a value; None where it can (C-80)."""
    if parameter.type == "boolean":
        return None if isinstance(value, bool) else Text("phải là true hoặc false", "must be true or false")
    if parameter.type == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Text("phải là số", "must be a number")
        if parameter.min is not None and value < parameter.min:
            return Text(f"ít nhất là {parameter.min:g}", f"must be at least {parameter.min:g}")
        if parameter.max is not None and value > parameter.max:
            return Text(f"nhiều nhất là {parameter.max:g}", f"must be at most {parameter.max:g}")
        return None
    if not isinstance(value, str):
        return Text("phải là chữ", "must be a text")
    if parameter.type == "choice" and value not in parameter.options:
        listed = ", ".join(parameter.options)
        return Text(f"phải là một trong: {listed}", f"must be one of: {listed}")
    return None


# --- Calendar -----------------------------------------------------------------------------------------


def compile_calendar(work: Work) -> Calendar:
    """Compile working time."""
    top = work.top
    read_head(top, "calendar")
    top.raw("note"), top.raw("shipped")
    timezone = top.string("timezone") or ""
    try:
        ZoneInfo(timezone)
    except (ValueError, OSError, KeyError):
        top.report(
            "E112",
            "timezone",
            value=True,
            name="timezone",
            detail=Text(f"không có múi giờ “{timezone}”", f"there is no time zone '{timezone}'"),
        )
    week_part = top.part("week") or top.at("week", {}, "week")
    week = {number: _spans(week_part, word) for number, word in enumerate(_DAYS) if week_part.has(word)}
    holidays = {}
    for part in top.items("holidays", "holiday"):
        day = _day(part, part.string("day"), "day")
        name = part.label("name")
        if day is not None:
            holidays[day] = name
    working = [_day(top, day, "working", index) for index, day in enumerate(top.names("working"))]
    return Calendar(
        code=work.definition.code,
        name=top.label("name"),
        timezone=timezone,
        week=MappingProxyType(week),
        holidays=MappingProxyType(holidays),
        working=frozenset(day for day in working if day is not None),
    )


def _spans(part: Part, word: str) -> tuple[tuple[time, time], ...]:
    spans: list[tuple[time, time]] = []
    value = part.raw(word)
    for index, span in enumerate(value if isinstance(value, tuple) else ()):
        start, end = (time.fromisoformat(str(one)) for one in span)
        if start >= end or (spans and start < spans[-1][1]):
            part.report(
                "E112", word, index, name=word, detail=Text("phải tăng dần", "must go forward in time")
            )
        spans.append((start, end))
    return tuple(spans)


def _day(part: Part, value: str | None, *steps: str | int) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        part.report(
            "E112",
            *steps,
            value=True,
            name=steps[0],
            detail=Text(f"không có ngày {value}", f"there is no day {value}"),
        )
        return None
