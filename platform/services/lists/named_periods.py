"""Periods that move with the day: today, this week, last month … For filters that are kept and shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from luongviec.engine.model import PeriodLength
from luongviec.engine.text import Text
from luongviec.services.periods import next_start, period_start

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A period by its name; `days` gives its first and last day as of a day."""

    code: str
    label: Text
    days: Callable[[date], tuple[date, date]]


def _whole(by: PeriodLength, ahead: int = 0) -> Callable[[date], tuple[date, date]]:
    """Give the period of a length that today lies in, or one before (-1) or after (1) it."""

    def days(today: date) -> tuple[date, date]:
        start = period_start(today, by)
        if ahead < 0:
            start = period_start(start - ONE_DAY, by)
        elif ahead > 0:
            start = next_start(start, by)
        return start, next_start(start, by) - ONE_DAY

    return days


_PERIODS = (
    NamedPeriod("today", Text("Hôm nay", "Today"), _whole(PeriodLength.DAY)),
    NamedPeriod("this_week", Text("Tuần này", "This week"), _whole(PeriodLength.WEEK)),
    NamedPeriod("last_week", Text("Tuần trước", "Last week"), _whole(PeriodLength.WEEK, -1)),
    NamedPeriod("next_week", Text("Tuần sau", "Next week"), _whole(PeriodLength.WEEK, 1)),
    NamedPeriod("this_month", Text("Tháng này", "This month"), _whole(PeriodLength.MONTH)),
    NamedPeriod("last_month", Text("Tháng trước", "Last month"), _whole(PeriodLength.MONTH, -1)),
    NamedPeriod("this_quarter", Text("Quý này", "This quarter"), _whole(PeriodLength.QUARTER)),
    NamedPeriod("last_quarter", Text("Quý trước", "Last quarter"), _whole(PeriodLength.QUARTER, -1)),
    NamedPeriod("this_year", Text("Năm nay", "This year"), _whole(PeriodLength.YEAR)),
    NamedPeriod("last_year", Text("Năm trước", "Last year"), _whole(PeriodLength.YEAR, -1)),
)

NAMED_PERIODS: Mapping[str, NamedPeriod] = {period.code: period for period in _PERIODS}
