"""Lists as calendars: the records of a list by the day on which they begin, month by month (M-83).

A list that names a `date` (and perhaps an `until`) can be drawn so. Only one span of time is read, so
the cost does not grow with the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from luongviec.engine.errors import NotFound
from luongviec.engine.expressions.setform import (
    Comparison,
    Condition,
    IsNone,
    Not,
    Operand,
    OperandKind,
    Or,
    Value,
)
from luongviec.engine.model import FieldType, List, Module, PeriodLength
from luongviec.engine.related import zone_of
from luongviec.engine.world import Actor
from luongviec.services.lists.calendar_days import (
    CalendarDay,
    CalendarEntry,
    Hours,
    Lane,
    clashing_ids,
    group_of,
    hours_of,
    lanes_of,
)
from luongviec.services.lists.reading import Asked, ListRequest
from luongviec.services.lists.rows import rows_of
from luongviec.services.periods import period_start
from luongviec.services.platform import Platform
from luongviec.services.showing import Showing
from luongviec.services.views import Row
from luongviec.store.lists.reading import select_page

#: More entries than this in one span are not drawn; the page says that there are more.
MOST_ENTRIES = 400
#: Lanes that are drawn though nothing stands in them.
MOST_LANES = 12


class Span(StrEnum):
    """How much time is drawn at once."""

    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """One span of time, week by week from Monday, with the days where the ones beside it begin."""

    span: Span
    day: date
    weeks: tuple[tuple[CalendarDay, ...], ...]
    previous: date
    next: date
    truncated: bool = False
    days: tuple[CalendarDay, ...] = field(default=())
    hours: Hours | None = None  # of a week or a day of moments
    lanes: tuple[Lane, ...] = ()  # of a day of a list that is grouped: side by side


def list_calendar(
    platform: Platform, actor: Actor, request: ListRequest, span: Span, day: date | None = None
) -> CalendarPage:
    """Draw a list as a calendar.

    Args:
        request: the list with its filters; page and sort do not matter.
        day: any day of the span; None: today.

    Raises:
        NotFound: no such list, or it names no date.
        InvalidInput: as `list_records`.
    """
    with platform.reading() as work:
        asked = Asked.of(work, actor, request)
        if asked.listed is None or asked.listed.date is None:
            raise NotFound()
        zone = zone_of(work.workspace)
        today = work.now.astimezone(zone).date()
        shown = day or today
        first, last = _ends(span, shown)
        selection = asked.selection(more=_within(asked.module, asked.listed, first, last, zone))
        ids = select_page(work.world, actor.user_id, selection, sort=asked.listed.date, size=MOST_ENTRIES)
        showing = Showing(work, actor)
        group = asked.listed.group_by
        columns = asked.columns if group is None else tuple(dict.fromkeys((*asked.columns, group)))
        rows = rows_of(showing, ids.ids, columns, asked.listed)
        clashing = clashing_ids(showing, asked.listed, rows)
        timed = asked.module.fields[asked.listed.date].type == FieldType.DATETIME
        told = group if span is Span.DAY or not _is_one_chosen(asked, group) else None
        days = tuple(
            CalendarDay(
                day=one,
                entries=tuple(_entries(rows, one, zone, clashing, told, timed=timed)),
                in_span=_is_of(span, one, shown),
                is_today=one == today,
            )
            for one in _days(first, last)
        )
        lanes = _lanes(asked, days[0], group) if span is Span.DAY and timed else ()
    weeks = tuple(days[start : start + 7] for start in range(0, len(days), 7))
    before, after = _beside(span, shown)
    columns_of_hours = [lane.day for lane in lanes] or days
    hours = hours_of(columns_of_hours, zone) if timed and span is not Span.MONTH else None
    return CalendarPage(span, shown, weeks, before, after, ids.next_cursor is not None, days, hours, lanes)


def _is_one_chosen(asked: Asked, group: str | None) -> bool:
    """Whether a calendar is narrowed to one of its groups: one room alone need not be named at each entry."""
    return group is not None and len(asked.request.filters.get(group, ())) == 1


def _lanes(asked: Asked, day: CalendarDay, group: str | None) -> tuple[Lane, ...]:
    """Part a day by its groups, used or not: rooms that are free are looked for too."""
    if group is None:
        return ()
    is_narrowed = group in asked.request.filters
    return lanes_of(day, () if is_narrowed else asked.narrowing.records_offered(group)[:MOST_LANES])


def _ends(span: Span, day: date) -> tuple[date, date]:
    """Give the first day of a span and the day after its last; months are filled up to whole weeks."""
    if span is Span.DAY:
        return day, day + timedelta(days=1)
    monday = period_start(day, PeriodLength.WEEK)
    if span is Span.WEEK:
        return monday, monday + timedelta(days=7)
    first = day.replace(day=1)
    last = _next_month(first) - timedelta(days=1)
    start = period_start(first, PeriodLength.WEEK)
    return start, period_start(last, PeriodLength.WEEK) + timedelta(days=7)


def _beside(span: Span, day: date) -> tuple[date, date]:
    if span is Span.MONTH:
        first = day.replace(day=1)
        return (first - timedelta(days=1)).replace(day=1), _next_month(first)
    step = timedelta(days=7 if span is Span.WEEK else 1)
    return day - step, day + step


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _is_of(span: Span, one: date, shown: date) -> bool:
    return span is not Span.MONTH or (one.year, one.month) == (shown.year, shown.month)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days))


def _within(module: Module, listed: List, first: date, last: date, zone: tzinfo) -> tuple[Condition, ...]:
    """Give the condition that a record touches a span: it begins before the end and ends after the start."""
    start = Operand(OperandKind.FIELD, listed.date or "")
    conditions: list[Condition] = [Comparison(start, "<", _bound(module, listed.date or "", last, zone))]
    begins = Comparison(start, ">=", _bound(module, listed.date or "", first, zone))
    if listed.until is None:
        return (*conditions, begins)
    end = Operand(OperandKind.FIELD, listed.until)
    ends = Comparison(end, ">=", _bound(module, listed.until, first, zone))
    conditions.append(Or((begins, Not(Or((IsNone(end), Not(ends)))))))
    return tuple(conditions)


def _bound(module: Module, code: str, day: date, zone: tzinfo) -> Value:
    if module.fields[code].type == FieldType.DATE:
        return Value(day)
    return Value(datetime.combine(day, time(), zone))


def _entries(
    rows: Sequence[Row],
    day: date,
    zone: tzinfo,
    clashing: frozenset[int],
    group: str | None,
    *,
    timed: bool,
) -> Iterable[CalendarEntry]:
    for row in rows:
        starts = None if row.starts_at is None else row.starts_at.astimezone(zone)
        if starts is None:
            continue
        ends = starts if row.ends_at is None else max(starts, row.ends_at.astimezone(zone))
        last = ends.date() if ends == starts else (ends - timedelta(microseconds=1)).date()
        if starts.date() <= day <= last:
            yield CalendarEntry(
                row,
                starts if timed and starts.date() == day else None,
                ends if timed and row.ends_at is not None and last == day else None,
                goes_on=starts.date() < day,
                clashes=row.record.id in clashing,
                group=group_of(row, group),
            )
