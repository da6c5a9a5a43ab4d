"""The period before the one that a reader chose, so that two can be compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from luongviec.engine.model import DimensionKind, FieldType, PeriodLength, ReportFilterKind
from luongviec.engine.related import zone_of
from luongviec.forms.reading import Clock, Unreadable, read_one
from luongviec.services.lists.named_periods import NAMED_PERIODS
from luongviec.services.lists.narrowing import FROM, IN, UNTIL
from luongviec.services.periods import next_start, period_start
from luongviec.services.reports.asked import AskedReport
from luongviec.services.reports.requests import ReportRequest

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FormerPeriod:
    """The days of the period before, and the request that asks for it."""

    first: date
    last: date
    request: ReportRequest

    @property
    def words(self) -> str:
        """Write its days."""
        return f"{self.first:%d/%m/%Y} – {self.last:%d/%m/%Y}"


def former_period(asked: AskedReport) -> FormerPeriod | None:
    """Give the period before; None where none is chosen, or where the rows are periods themselves."""
    if any(dimension.kind is DimensionKind.PERIOD for dimension in asked.report.rows):
        return None
    for one in asked.report.filters:
        days = _chosen_days(asked, one.name) if one.kind is ReportFilterKind.PERIOD else None
        if days is not None:
            first, last = before(*days)
            ends = {one.name + FROM: (f"{first:%d/%m/%Y}",), one.name + UNTIL: (f"{last:%d/%m/%Y}",)}
            others = {name: values for name, values in asked.request.filters.items() if name != one.name + IN}
            return FormerPeriod(first, last, replace(asked.request, filters={**others, **ends}))
    return None


def before(first: date, last: date) -> tuple[date, date]:
    """Give the week, month, quarter or year before a whole one; before other spans as many days."""
    for length in (PeriodLength.WEEK, PeriodLength.MONTH, PeriodLength.QUARTER, PeriodLength.YEAR):
        if period_start(first, length) == first and next_start(first, length) - ONE_DAY == last:
            return period_start(first - ONE_DAY, length), first - ONE_DAY
    return first - (last - first) - ONE_DAY, first - ONE_DAY


def _chosen_days(asked: AskedReport, name: str) -> tuple[date, date] | None:
    chosen = asked.request.filters
    today = asked.work.now.astimezone(zone_of(asked.work.workspace)).date()
    named = [code for code in chosen.get(name + IN, ()) if code in NAMED_PERIODS]
    if len(named) == 1:
        return NAMED_PERIODS[named[0]].days(today)
    ends = [_day(asked, name, "".join(chosen.get(name + end, ()))) for end in (FROM, UNTIL)]
    if ends[0] is None or ends[1] is None or ends[0] > ends[1]:
        return None
    return ends[0], ends[1]


def _day(asked: AskedReport, name: str, typed: str) -> date | None:
    field = replace(asked.module.fields[name], type=FieldType.DATE)
    try:
        value = read_one(field, typed, Clock(asked.work.now)) if typed.strip() else None
    except Unreadable:
        return None
    return value if isinstance(value, date) else None
