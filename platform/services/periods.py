"""Days, weeks, months, quarters and years: where they begin and what they are called."""

from __future__ import annotations

from datetime import date, timedelta

from luongviec.engine.model import PeriodLength
from luongviec.engine.text import Text

_LENGTHS = tuple(PeriodLength)
_ROMAN = ("I", "II", "III", "IV")


def period_start(day: date, by: PeriodLength) -> date:
    """Give the first day of the period that a day lies in; weeks begin on Monday."""
    match by:
        case PeriodLength.DAY:
            return day
        case PeriodLength.WEEK:
            return day - timedelta(days=day.weekday())
        case PeriodLength.MONTH:
            return day.replace(day=1)
        case PeriodLength.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case PeriodLength.YEAR:
            return day.replace(month=1, day=1)


def next_start(start: date, by: PeriodLength) -> date:
    """Give the first day of the period after the one that begins here."""
    match by:
        case PeriodLength.DAY:
            return start + timedelta(days=1)
        case PeriodLength.WEEK:
            return start + timedelta(days=7)
        case PeriodLength.MONTH:
            return _months_later(start, 1)
        case PeriodLength.QUARTER:
            return _months_later(start, 3)
        case PeriodLength.YEAR:
            return _months_later(start, 12)


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    return start.replace(year=start.year + years, month=month + 1)


def starts_between(first: date, last: date, by: PeriodLength, most: int = 1_000) -> tuple[date, ...]:
    """Give the first days of all periods from one day to another, both included; at most so many."""
    found, start = [], period_start(first, by)
    while start <= last and len(found) < most:
        found.append(start)
        start = next_start(start, by)
    return tuple(found)


def coarser(by: PeriodLength) -> PeriodLength | None:
    """Give the next longer kind of period."""
    place = _LENGTHS.index(by) + 1
    return _LENGTHS[place] if place < len(_LENGTHS) else None


def period_text(start: date, by: PeriodLength) -> Text:
    """Say a period by its first day."""
    match by:
        case PeriodLength.DAY:
            return Text(f"{start:%d/%m/%Y}")
        case PeriodLength.WEEK:
            year, week, _ = start.isocalendar()
            last = start + timedelta(days=6)
            days = f"{start:%d/%m}–{last:%d/%m}"
            return Text(f"Tuần {week}/{year} ({days})", f"Week {week}/{year} ({days})")
        case PeriodLength.MONTH:
            return Text(f"Tháng {start.month}/{start.year}", f"{start:%m/%Y}")
        case PeriodLength.QUARTER:
            number = (start.month - 1) // 3
            return Text(f"Quý {_ROMAN[number]}/{start.year}", f"Q{number + 1} {start.year}")
        case PeriodLength.YEAR:
            return Text(f"Năm {start.year}", f"{start.year}")


LENGTH_NAMES = {
    PeriodLength.DAY: Text("Ngày", "Day"),
    PeriodLength.WEEK: Text("Tuần", "Week"),
    PeriodLength.MONTH: Text("Tháng", "Month"),
    PeriodLength.QUARTER: Text("Quý", "Quarter"),
    PeriodLength.YEAR: Text("Năm", "Year"),
}


def period_short(start: date, by: PeriodLength) -> str:
    """Say a period in few signs, alike in every language."""
    match by:
        case PeriodLength.DAY | PeriodLength.WEEK:
            return f"{start:%d/%m}"
        case PeriodLength.MONTH:
            return f"{start.month}/{start:%y}"
        case PeriodLength.QUARTER:
            return f"{_ROMAN[(start.month - 1) // 3]}/{start:%y}"
        case PeriodLength.YEAR:
            return f"{start.year}"
