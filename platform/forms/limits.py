"""Check typed values against what a field allows: length, least and most, pattern, files.

Every check gives texts that say what to do, or nothing. Limits may be expressions; those that
cannot be evaluated just now do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo

from luongviec.engine.expressions.comparison import compare
from luongviec.engine.model import Field, FieldType, Module
from luongviec.engine.text import Text
from luongviec.engine.values import (
    display_date,
    display_duration,
    display_moment,
    display_number,
    display_size,
)
from luongviec.engine.world import Value
from luongviec.forms import messages
from luongviec.forms.conditions import limit
from luongviec.forms.model import FileFact
from luongviec.forms.patterns import LONGEST_MATCHED, safe_pattern
from luongviec.forms.reading import Clock, longest

Scope = Mapping[str, object]
#: Gives the facts of an uploaded file that the actor may use, nothing for another.
FindFile = Callable[[int], FileFact | None]

MEGABYTE = 1024 * 1024
MOST_CHOSEN = 2_000


def value_errors(field: Field, value: Value, scope: Scope, clock: Clock) -> tuple[Text, ...]:
    """Check one or several values of a field against its limits."""
    values = value if isinstance(value, tuple) else (value,)
    if len(values) > MOST_CHOSEN:
        return (messages.TOO_MANY.filled({"most": MOST_CHOSEN}),)
    found = [error for one in values if one is not None for error in _one_value(field, one, scope, clock)]
    return tuple(dict.fromkeys(found))


def _one_value(field: Field, value: Value, scope: Scope, clock: Clock) -> Iterator[Text]:
    if isinstance(value, str):
        yield from _text_errors(field, value)
    yield from _bound_errors(field, value, scope, clock)


def _text_errors(field: Field, text: str) -> Iterator[Text]:
    if field.type not in (FieldType.TEXT, FieldType.MULTILINE):
        return
    most = longest(field)
    if len(text) > most:
        yield messages.TOO_LONG.filled({"length": len(text), "most": most})
    elif field.pattern is not None:
        if len(text) > LONGEST_MATCHED:
            yield messages.PATTERN_TOO_LONG.filled({"most": LONGEST_MATCHED})
            return
        pattern = safe_pattern(field.pattern)
        if pattern is not None and not pattern.fullmatch(text):
            yield messages.NOT_LIKE_PATTERN.filled({"pattern": field.pattern})


def _bound_errors(field: Field, value: Value, scope: Scope, clock: Clock) -> Iterator[Text]:
    times = isinstance(value, date)
    least, most = limit(field.min, scope), limit(field.max, scope)
    if _beyond(least, ">", value, clock.zone):
        below = messages.BEFORE_FIRST if times else messages.BELOW_LEAST
        yield _both(below, "least", least, clock)
    if _beyond(most, "<", value, clock.zone):
        above = messages.AFTER_LAST if times else messages.ABOVE_MOST
        yield _both(above, "most", most, clock)


def _beyond(bound: object, operator: str, value: Value, zone: tzinfo) -> bool:
    try:
        return bound is not None and compare(operator, bound, value, zone)
    except TypeError:  # a limit of another kind than the value: the author's mistake, not the person's
        return False


def _both(message: Text, name: str, bound: object, clock: Clock) -> Text:
    return Text(
        message.vi.format_map({name: limit_text(bound, clock, "vi")}),
        (message.en or message.vi).format_map({name: limit_text(bound, clock, "en")}),
    )


def limit_text(bound: object, clock: Clock, language: str) -> str:
    """Write a limit as a person reads it."""
    if isinstance(bound, datetime):
        return display_moment(bound, clock.zone)
    if isinstance(bound, date):
        return display_date(bound)
    if isinstance(bound, timedelta):
        return display_duration(bound, language)
    if isinstance(bound, int | float):
        return display_number(bound, language)
    return str(bound)


def megabytes(field: Field, scope: Scope) -> tuple[float | None, float | None]:
    """Give a files field's greatest size of one file and of all, in MB."""
    return _number(limit(field.max_size, scope)), _number(limit(field.max_total, scope))


def attachment_errors(fact: FileFact, most_mb: float | None) -> tuple[Text, ...]:
    """Check one file that is put under a record, beside its fields."""
    return tuple(_size_errors([fact], most_mb, None))


def attachment_megabytes(module: Module, scope: Scope) -> float | None:
    """Give the greatest size of one attachment of a module's records, in MB, where the module sets one."""
    return _number(limit(module.attachment_limit, scope))


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def file_errors(
    field: Field, ids: tuple[int, ...], scope: Scope, find_file: FindFile | None
) -> tuple[Text, ...]:
    """Check uploaded files by size, kind and total."""
    if find_file is None:
        return ()
    facts = [find_file(file_id) for file_id in ids]
    if any(fact is None for fact in facts):
        return (messages.NO_SUCH_FILE,)
    each, total = megabytes(field, scope)
    known = [fact for fact in facts if fact is not None]
    return (*_size_errors(known, each, total), *_kind_errors(known, field.accept))


def _size_errors(facts: list[FileFact], each: float | None, total: float | None) -> Iterator[Text]:
    for fact in facts:
        if each is not None and fact.size_bytes > each * MEGABYTE:
            yield _sized(messages.FILE_TOO_BIG, fact.size_bytes, each, fact.name)
    size = sum(fact.size_bytes for fact in facts)
    if total is not None and size > total * MEGABYTE:
        yield _sized(messages.FILES_TOO_BIG, size, total)


def _sized(message: Text, size: int, most: float, name: str = "") -> Text:
    most_bytes = round(most * MEGABYTE)
    return Text(
        message.vi.format_map({"name": name, "size": display_size(size), "most": display_size(most_bytes)}),
        (message.en or "").format_map(
            {"name": name, "size": display_size(size, "en"), "most": display_size(most_bytes, "en")}
        ),
    )


def _kind_errors(facts: list[FileFact], accept: tuple[str, ...]) -> Iterator[Text]:
    if not accept:
        return
    for fact in facts:
        if not any(_fits(fact, kind.lower()) for kind in accept):
            yield messages.FILE_KIND.filled({"name": fact.name, "kinds": ", ".join(accept)})


def _fits(fact: FileFact, kind: str) -> bool:
    """Whether a file is of a kind: `.pdf`, `pdf`, `image/*` or `application/pdf`."""
    if "/" in kind:
        media = fact.media_type.lower()
        return media == kind or (kind.endswith("/*") and media.startswith(kind[:-1]))
    return fact.name.lower().endswith("." + kind.lstrip("."))
