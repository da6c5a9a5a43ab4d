"""Cells and totals as plain words, where a page has room for a few only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

from luongviec.engine.model import PeriodLength
from luongviec.engine.text import Text
from luongviec.services.lists.calendars import CalendarPage, Span
from luongviec.services.lists.reading import COUNT_CAP
from luongviec.services.periods import period_text
from luongviec.services.views import Cell, FileView, PersonView, RecordLink, Row, StatusView, UnitView
from luongviec.web.formatting import duration, long_day, number, plain_moment
from luongviec.web.language import in_language

LONG_KINDS = frozenset({"title", "status", "multiline", "files", "datetime", "date"})


class Counted(Protocol):
    """What has a total that may stop at its cap."""

    @property
    def total(self) -> int: ...

    @property
    def total_capped(self) -> bool: ...


class Titled(Protocol):
    """What has a record and cells: a row of a list, a node of a tree."""

    @property
    def record(self) -> RecordLink: ...

    @property
    def cells(self) -> tuple[Cell, ...]: ...


def total_words(counted: Counted) -> str:
    """Write a total: `32`, or `1.000+` where counting stopped."""
    return f"{number(counted.total)}+" if counted.total_capped else number(counted.total)


def count_words(count: int) -> str:
    """Write a count: `32`, or `1.000+` where counting stopped."""
    return f"{number(COUNT_CAP)}+" if count > COUNT_CAP else number(count)


def cell_words(cell: Cell) -> str:
    """Write a cell's value as plain words."""
    if cell.label is not None and cell.kind == "choice":
        return in_language(cell.label)
    values = cell.value if isinstance(cell.value, tuple) else (cell.value,)
    words = [word for word in (value_words(value) for value in values) if word]
    if len(words) > 2:
        words = [*words[:2], f"+{len(words) - 2}"]
    text = ", ".join(words)
    return f"{text} {in_language(cell.unit)}" if cell.unit and text else text


def value_words(value: object) -> str:
    """Write one value as plain words; nothing for what has none."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, PersonView | UnitView | FileView):
        return value.name
    if isinstance(value, RecordLink):
        return value.title
    if isinstance(value, StatusView):
        return in_language(value.name)
    if isinstance(value, Text):
        return in_language(value)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, timedelta):
        return duration(value)
    if isinstance(value, datetime | date):
        return plain_moment(value)
    return str(value)


def row_words(row: Row) -> str:
    """Write what a calendar line says under the title: places and people, no times."""
    return " · ".join(
        _distinct(cell_words(cell) for cell in beside_title(row) if cell.kind not in LONG_KINDS)
    )


def beside_title(row: Titled) -> list[Cell]:
    """Give the cells that say something besides title and status; empty ones are left out."""
    return [
        cell
        for cell in row.cells
        if cell.kind not in ("title", "status")
        and cell.value is not None
        and cell.value not in ("", ())
        and not repeats_title(cell, row.record.title)
    ]


def repeats_title(cell: Cell, title: str) -> bool:
    """Say whether a text is the title again, a part of it, or what the title cuts short."""
    if not isinstance(cell.value, str) or cell.kind not in ("text", "multiline", "title"):
        return False
    return cell.value in title or _uncut(cell.value).startswith(_uncut(title))


def long_title(row: Titled) -> str:
    """Give a row's title, in full where it is the beginning of a longer text of the row."""
    for cell in row.cells:
        if isinstance(cell.value, str) and cell.kind == "multiline" and repeats_title(cell, row.record.title):
            return max(cell.value, row.record.title, key=len)
    return row.record.title


def _uncut(text: str) -> str:
    return " ".join(text.split()).rstrip("…. ")


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))[:2]


def status_counts(rows: Iterable[Row]) -> list[tuple[StatusView, int]]:
    """Count rows by status, in the order in which statuses first occur."""
    counts: dict[str, tuple[StatusView, int]] = {}
    for row in rows:
        view, count = counts.get(row.record.status.code, (row.record.status, 0))
        counts[view.code] = (view, count + 1)
    return list(counts.values())


def calendar_title(calendar: CalendarPage) -> str:
    """Name the span that a calendar draws."""
    if calendar.span is Span.MONTH:
        return in_language(period_text(calendar.day.replace(day=1), PeriodLength.MONTH))
    if calendar.span is Span.WEEK:
        return in_language(period_text(calendar.days[0].day, PeriodLength.WEEK))
    return long_day(calendar.day)


def without_number(title: str, place: int) -> str:
    """Give a title without the place in a list that it begins with, for where the place is told apart."""
    return title.removeprefix(f"{place}. ")
