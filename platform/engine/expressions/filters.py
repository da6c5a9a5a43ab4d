"""The filters of expressions and templates, and how values print: in Vietnamese style, in local time.

Every filter takes nothing (`None`) without complaint. Sizes are bounded, since templates are written
by administrators and rendered for everybody.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

from luongviec.engine.expressions.comparison import MAX_TEXT, Readable
from luongviec.engine.moments import DEFAULT_TIMEZONE, as_date, as_datetime
from luongviec.engine.text import Text

MAX_PAD = 50
_BOOLEANS = {"vi": ("Không", "Có"), "en": ("No", "Yes")}


def shown(value: object, language: str = "vi", timezone: tzinfo = DEFAULT_TIMEZONE) -> str:
    """Give what a template prints for a value."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return _BOOLEANS.get(language, _BOOLEANS["en"])[value]
        case int() | float():
            return number(value, language=language)
        case datetime():
            return date_and_time(value, timezone)
        case date():
            return day(value, timezone)
        case timedelta():
            return _length_of_time(value, language)
        case Text():
            return value.in_language(language)
        case tuple() | list():
            return ", ".join(shown(item, language, timezone) for item in value)
        case Readable():
            return str(value)
        case _:
            raise TypeError("this cannot be printed")


def day(value: object, timezone: tzinfo = DEFAULT_TIMEZONE) -> str:
    """Give dd/mm/yyyy, in local time."""
    if value is None:
        return ""
    if not isinstance(value, date):
        raise TypeError("'date' needs a date")
    return as_date(value, timezone).strftime("%d/%m/%Y")


def date_and_time(value: object, timezone: tzinfo = DEFAULT_TIMEZONE) -> str:
    """Give dd/mm/yyyy HH:MM in local time; a day alone has no time."""
    if value is None:
        return ""
    if not isinstance(value, datetime):
        return day(value, timezone)
    return as_datetime(value, timezone).astimezone(timezone).strftime("%d/%m/%Y %H:%M")


def _length_of_time(value: timedelta, language: str) -> str:
    words = {"vi": ("ngày", "giờ", "phút"), "en": ("d", "h", "min")}["en" if language == "en" else "vi"]
    total = int(abs(value.total_seconds()) // 60)
    amounts = (total // 1440, total % 1440 // 60, total % 60)
    parts = [f"{amount} {word}" for amount, word in zip(amounts, words, strict=True) if amount]
    return ("-" if value < timedelta() else "") + (" ".join(parts) or f"0 {words[2]}")


def number(value: object, places: object = None, *, language: str = "vi") -> str:
    """Give a number with grouped thousands: 1.234.567,5 in Vietnamese, 1,234,567.5 in English."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("'number' needs a number")
    if isinstance(places, int | float) and not isinstance(places, bool):
        text = f"{value:,.{max(0, min(int(places), 10))}f}"
    elif float(value).is_integer():
        text = f"{int(value):,}"
    else:
        text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def pad(value: object, width: object) -> str:
    """Give a number or text with zeros before it up to a width."""
    if value is None:
        return ""
    if isinstance(width, bool) or not isinstance(width, int | float):
        raise TypeError("'pad' needs a width")
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.zfill(max(0, min(int(width), MAX_PAD)))


def plain(text: str) -> str:
    """Give Vietnamese text without marks, for SMS."""
    text = text.replace("đ", "d").replace("Đ", "D")
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def truncate(text: str, length: object) -> str:
    """Give at most `length` characters, ending in … where something was cut off."""
    if isinstance(length, bool) or not isinstance(length, int | float):
        raise TypeError("'truncate' needs a length")
    most = max(1, int(length))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def size(value: object) -> int:
    """Give the number of items or characters; nothing has none."""
    if value is None:
        return 0
    if isinstance(value, str | tuple | list | Mapping):
        return len(value)
    raise TypeError("'length' needs a text or a list")


def bounded(text: str) -> str:
    """Refuse a text that is longer than any message may be."""
    if len(text) > MAX_TEXT:
        raise ValueError("a text out of bounds")
    return text
