"""Pure reckoning with time: durations, starts and ends of periods, working days.

Dates are days of the installation's time zone; datetimes are aware and leave here in UTC. Nothing
given (`None`) gives nothing.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from luongviec.engine.model import Calendar

DEFAULT_TIMEZONE: tzinfo = ZoneInfo("Asia/Ho_Chi_Minh")
#: No period, and no number of days or voices, is reckoned beyond this.
MAX_DAYS = 40_000

Number = int | float


def duration(minutes: Number | None) -> timedelta | None:
    """Give a duration of a number of minutes, within a hundred years."""
    if minutes is None:
        return None
    if abs(minutes) > MAX_DAYS * 24 * 60:
        raise ValueError("a duration beyond a hundred years")
    return timedelta(minutes=minutes)


def days(n: Number | None) -> timedelta | None:
    """Give a duration of `n` days."""
    return None if n is None else duration(n * 24 * 60)


def hours(n: Number | None) -> timedelta | None:
    """Give a duration of `n` hours."""
    return None if n is None else duration(n * 60)


def minutes(n: Number | None) -> timedelta | None:
    """Give a duration of `n` minutes."""
    return duration(n)


def as_datetime(moment: date | datetime, timezone: tzinfo = DEFAULT_TIMEZONE) -> datetime:
    """Give the aware datetime of a moment; a day stands for its first instant."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), timezone).astimezone(UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone).astimezone(UTC)


def as_date(moment: date | datetime, timezone: tzinfo = DEFAULT_TIMEZONE) -> date:
    """Give the day that a moment falls on in a time zone."""
    if isinstance(moment, datetime):
        return as_datetime(moment, timezone).astimezone(timezone).date()
    if not isinstance(moment, date):
        raise TypeError("this is no date")
    return moment


def start_of(
    moment: date | datetime | None, unit: str, timezone: tzinfo = DEFAULT_TIMEZONE
) -> datetime | None:
    """Give the first instant of the hour, day, week (Monday), month, quarter or year of a moment."""
    if moment is None:
        return None
    if unit == "hour":
        local = as_datetime(moment, timezone).astimezone(timezone)
        return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    return as_datetime(_first_day(as_date(moment, timezone), unit), timezone)


def end_of(moment: date | datetime | None, unit: str, timezone: tzinfo = DEFAULT_TIMEZONE) -> datetime | None:
    """Give the last instant (one microsecond before the next begins) of a moment's period."""
    if moment is None:
        return None
    start = start_of(moment, unit, timezone)
    if start is None:  # pragma: no cover - only for the type checker
        return None
    if unit == "hour":
        return start + timedelta(hours=1) - timedelta(microseconds=1)
    first = start.astimezone(timezone).date()
    return as_datetime(_next_first_day(first, unit), timezone) - timedelta(microseconds=1)


def _first_day(day: date, unit: str) -> date:
    match unit:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            raise ValueError(f"no unit of time '{unit}'")


def _next_first_day(first: date, unit: str) -> date:
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[unit]
    return first + timedelta(days=1) if unit == "day" else _first_day(first + timedelta(days=longest), unit)


#: How far apart the moments of a series may lie: days, or months.
_STEPS: Mapping[str, tuple[int, int]] = {
    "day": (1, 0), "week": (7, 0), "fortnight": (14, 0), "month": (0, 1), "quarter": (0, 3), "year": (0, 12),
}  # fmt: skip
MAX_SERIES = 100


def series(
    start: datetime | None, every: object, times: Number | None, timezone: tzinfo = DEFAULT_TIMEZONE
) -> tuple[datetime, ...] | None:
    """Give so many moments, each a day, week, fortnight, month, quarter or year after the one before.

    They keep the time of day; a month that has no such day takes its last one.

    Raises:
        ValueError: `every` is none of these, or there would be more than a hundred.
    """
    if start is None or every is None or times is None:
        return None
    if str(every) not in _STEPS:
        raise ValueError(f"no step '{every}'")
    if not 0 <= times <= MAX_SERIES:
        raise ValueError("too many moments")
    days_apart, months_apart = _STEPS[str(every)]
    local = as_datetime(start, timezone).astimezone(timezone).replace(tzinfo=None)
    return tuple(
        (_months_on(local, months_apart * n) + timedelta(days=days_apart * n))
        .replace(tzinfo=timezone)
        .astimezone(UTC)
        for n in range(int(times))
    )


def _months_on(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.month - 1 + months, 12)
    first = moment.replace(year=moment.year + year, month=month + 1, day=1)
    return first.replace(day=min(moment.day, monthrange(first.year, first.month)[1]))


def is_workday(day: date, calendar: Calendar | None) -> bool:
    """Whether a day is worked: a named working day, or a weekday with hours that is no holiday."""
    if calendar is None:
        return day.weekday() < 5
    if day in calendar.working:
        return True
    return day not in calendar.holidays and bool(calendar.week.get(day.weekday()))


def _days_on(day: date, step: int) -> Iterator[date]:
    for _ in range(MAX_DAYS):
        day += timedelta(days=step)
        yield day
    raise ValueError("no working day within a hundred years")


def add_workdays(
    moment: date | datetime | None,
    n: Number | None,
    calendar: Calendar | None = None,
    timezone: tzinfo = DEFAULT_TIMEZONE,
) -> date | datetime | None:
    """Give the moment `n` working days later (earlier if below zero), at the same time of day."""
    if moment is None or n is None:
        return None
    left, step = abs(int(n)), 1 if n >= 0 else -1
    if left > MAX_DAYS:
        raise ValueError("too many working days")
    start = day = as_date(moment, timezone)
    walk = _days_on(day, step)
    while left:
        day = next(walk)
        left -= is_workday(day, calendar)
    if not isinstance(moment, datetime):
        return day
    local = as_datetime(moment, timezone).astimezone(timezone)
    return (local.replace(tzinfo=None) + (day - start)).replace(tzinfo=timezone).astimezone(UTC)


def workdays_between(
    a: date | datetime | None,
    b: date | datetime | None,
    calendar: Calendar | None = None,
    timezone: tzinfo = DEFAULT_TIMEZONE,
) -> int | None:
    """Count the working days from one day to another, both included; 0 if they stand reversed."""
    if a is None or b is None:
        return None
    first, last = as_date(a, timezone), as_date(b, timezone)
    if (last - first).days > MAX_DAYS:
        raise ValueError("too many days")
    return sum(
        is_workday(first + timedelta(days=n), calendar) for n in range(max(0, (last - first).days + 1))
    )


def outcome(rule: object, yes_voices: int | None, no_voices: int | None, total: int | None) -> str | None:
    """Say whether a vote is `met`, `lost` or still `open` under `any`, `all`, `majority` or a number."""
    if rule is None or yes_voices is None or no_voices is None or total is None:
        return None
    needed = voices_needed(rule, total)
    if yes_voices >= needed:
        return "met"
    return "lost" if total - no_voices < needed else "open"


def voices_needed(rule: object, total: int) -> int:
    """Give how many of `total` voices a rule asks for: `any`, `all`, `majority` or a number."""
    if rule == "any":
        return 1
    if rule == "all":
        return max(1, total)
    if rule == "majority":
        return total // 2 + 1
    number = int(str(rule))
    if number < 1:
        raise ValueError("a number of voices below one")
    return number
