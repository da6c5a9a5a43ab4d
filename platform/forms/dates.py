"""Read days and moments as people in an office type them.

`27/11`, `27/11/2026 14:30`, `14h30 27/11`, `+5`, `+2 tuần`, `thứ 6`, `hôm nay`, `tomorrow` and ISO are
all understood. A day without a year is the nearest sensible one: this year, or the next when this
year's is more than half a year gone. A weekday is the next one after today. Pure: today and the zone
are arguments.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

#: A moment typed without its time means the close of the working day.
CLOSE_OF_DAY = time(17, 0)

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
LONGEST_TEXT = 60

_NAMED_DAYS = {
    "hôm nay": 0, "nay": 0, "today": 0,
    "ngày mai": 1, "mai": 1, "tomorrow": 1,
    "ngày kia": 2, "mốt": 2,
    "hôm qua": -1, "yesterday": -1,
}  # fmt: skip

_WEEKDAYS = {
    "thứ 2": 0, "thứ hai": 0, "t2": 0, "monday": 0, "mon": 0,
    "thứ 3": 1, "thứ ba": 1, "t3": 1, "tuesday": 1, "tue": 1,
    "thứ 4": 2, "thứ tư": 2, "t4": 2, "wednesday": 2, "wed": 2,
    "thứ 5": 3, "thứ năm": 3, "t5": 3, "thursday": 3, "thu": 3,
    "thứ 6": 4, "thứ sáu": 4, "t6": 4, "friday": 4, "fri": 4,
    "thứ 7": 5, "thứ bảy": 5, "t7": 5, "saturday": 5, "sat": 5,
    "chủ nhật": 6, "cn": 6, "sunday": 6, "sun": 6,
}  # fmt: skip

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})(?:[/.\-](\d{4}|\d{2}))?", re.ASCII)
_LATER = re.compile(r"([+-])\s?(\d{1,4})\s?(ngày|tuần|days?|weeks?|d|w)?")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2})(?::(\d{2}))?|\s?(?:h|giờ|g)\s?(\d{2})?)")


def read_day(text: str, today: date) -> date | None:
    """Give the day that a text means, `None` if it means none."""
    text = _tidy(text)
    if text in _NAMED_DAYS:
        return _moved(today, _NAMED_DAYS[text])
    if text in _WEEKDAYS:
        return _moved(today, (_WEEKDAYS[text] - today.weekday() - 1) % 7 + 1)
    if match := _LATER.fullmatch(text):
        sign, amount, unit = match.groups()
        days = int(amount) * (7 if unit and unit[0] in "tw" else 1)
        return _moved(today, -days if sign == "-" else days)
    if match := _ISO_DAY.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY.fullmatch(text):
        if match[3] is None:
            return _nearest(int(match[1]), int(match[2]), today)
        year = int(match[3]) if len(match[3]) == 4 else 2000 + int(match[3])
        return _day(year, int(match[2]), int(match[1]))
    return None


def read_moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Give the moment in UTC that a text means in a zone, `None` if it means none.

    A text without a day means today, one without a time the close of the working day.
    """
    stripped = text.strip()
    if len(stripped) > LONGEST_TEXT:
        return None
    if "T" in stripped and (exact := _iso_moment(stripped, zone)) is not None:
        return exact
    tidy = _tidy(stripped)
    today = now.astimezone(zone).date()
    if (day := read_day(tidy, today)) is not None:
        return _at(day, CLOSE_OF_DAY, zone)
    if (clock := _read_clock(tidy)) is not None:
        return _at(today, clock, zone)
    for day_text, clock_text in _splits(tidy):
        day, clock = read_day(day_text, today), _read_clock(clock_text)
        if day is not None and clock is not None:
            return _at(day, clock, zone)
    return None


def _tidy(text: str) -> str:
    words = text.strip().lower().replace(",", " ").replace(" lúc ", " ").replace(" at ", " ").split()
    return " ".join(words) if len(text) <= LONGEST_TEXT else ""


def _splits(text: str) -> list[tuple[str, str]]:
    """Cut at every space: day first, then time, and the other way round."""
    words = text.split(" ")
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return halves + [(second, first) for first, second in halves]


def _read_clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2] or match[4] or 0), int(match[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second)


def _iso_moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        found = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _day(year: int, month: int, day: int) -> date | None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(day: int, month: int, today: date) -> date | None:
    this_year = _day(today.year, month, day)
    if this_year is not None and (today - this_year).days <= 183:
        return this_year
    return _day(today.year + 1, month, day) or this_year


def _moved(today: date, days: int) -> date | None:
    moved = today + timedelta(days=days)
    return moved if EARLIEST_YEAR <= moved.year <= LATEST_YEAR else None
