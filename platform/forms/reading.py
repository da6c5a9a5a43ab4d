"""Read what a person typed, or a program sent, into typed values.

One reader for each field type takes both the strings of an HTML form and the values of JSON. A text
that means nothing raises `Unreadable` with what to do; limits and options are checked afterwards by
`validation`. Text is cleaned on the way in: composed (NFC), without control characters, one kind of
line end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation

from luongviec.engine.model import Field, FieldType
from luongviec.engine.text import Text
from luongviec.engine.values import (
    DISPLAY_ZONE,
    NotOfType,
    display_date,
    display_moment,
    duration_text,
    parse_duration,
    plain_number,
    type_from_json,
)
from luongviec.engine.world import Value
from luongviec.forms import messages
from luongviec.forms.dates import EARLIEST_YEAR, LATEST_YEAR, LONGEST_TEXT, read_day, read_moment

#: Greatest number that JSON, browsers and databases all hold exactly.
GREATEST_NUMBER = 2**53 - 1
GREATEST_ID = 2**63 - 1
LONGEST_LINE, LONGEST_MULTILINE = 1_000, 50_000
#: Of a text that is far too long, this much comes back to the person who typed it.
LONGEST_ECHO = 100_000


class Unreadable(ValueError):
    """What was typed means nothing for this type; `message` says what to do."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.en or message.vi)


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment and zone in which `+5` or `thứ 6` is meant."""

    now: datetime
    zone: tzinfo = DISPLAY_ZONE

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def read_one(field: Field, raw: object, clock: Clock) -> Value:
    """Read one value of a field (of a `many` field: one of them); blank text is `None`.

    Raises:
        Unreadable: with what to do.
    """
    if raw is None:
        return None
    if isinstance(raw, str) and not raw.strip() and field.type != FieldType.BOOLEAN:
        return None
    reader = _READERS.get(field.type)
    if reader is None:
        return _read_plugin_value(field, raw)
    return reader(field, raw, clock)


def clean_line(text: str) -> str:
    """Compose, drop what cannot be seen, make one line of it."""
    return " ".join(_clean(text).split())


def clean_text(text: str) -> str:
    """Compose, drop control characters but line ends and tabs, and trailing space."""
    lines = _clean(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


#: Line ends and tabs stay; other control characters, lone surrogates and marks that turn the
#: direction of writing (used to disguise names) go.
_UNWANTED = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def longest(field: Field) -> int:
    """Give the greatest number of characters that a text field takes."""
    if field.length is not None:
        return field.length
    return LONGEST_MULTILINE if field.type == FieldType.MULTILINE else LONGEST_LINE


def _read_text(field: Field, raw: object, clock: Clock) -> Value:
    if not isinstance(raw, str):
        raise Unreadable(messages.NOT_TEXT)
    most = longest(field)
    if len(raw) > 4 * most + 1_000:  # far too long: refuse before any work is done on it
        raise Unreadable(messages.TOO_LONG.filled({"length": len(raw), "most": most}))
    text = clean_text(raw) if field.type == FieldType.MULTILINE else clean_line(raw)
    return text or None


_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+", re.ASCII)
_NUMBER = re.compile(r"-?(\d{1,20})?(\.\d{1,40})?", re.ASCII)


def _read_number(field: Field, raw: object, clock: Clock) -> Value:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Unreadable(messages.NOT_NUMBER)
    number = _number_of_text(raw) if isinstance(raw, str) else raw
    if number != number:  # noqa: PLR0124  not a number is the one value that differs from itself
        raise Unreadable(messages.NOT_NUMBER)
    if not -GREATEST_NUMBER <= number <= GREATEST_NUMBER:
        raise Unreadable(messages.NUMBER_TOO_BIG)
    return number


def _number_of_text(raw: str) -> int | float:
    """Read `1,8`, `1.8`, `2.316` (two thousand), `1.234.567,5` and `1,234,567.5`.

    The last of two different signs is the decimal one; a point before just three digits groups, as
    the display writes it.
    """
    text = "".join(raw.split()).replace("\u2212", "-").removesuffix("%")
    if len(text) > 60:
        raise Unreadable(messages.NUMBER_TOO_BIG)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if "," in digits and "." in digits:
        decimal, group = (",", ".") if digits.rfind(",") > digits.rfind(".") else (".", ",")
        digits = digits.replace(group, "").replace(decimal, ".")
    elif digits.count(",") > 1:
        digits = digits.replace(",", "")
    elif "," in digits:
        digits = digits.replace(",", ".")
    elif _GROUPED.fullmatch(digits):
        digits = digits.replace(".", "")
    if not digits.strip(".") or not _NUMBER.fullmatch(digits):
        raise Unreadable(messages.NOT_NUMBER)
    try:
        exact = Decimal(sign + digits)
    except InvalidOperation:
        raise Unreadable(messages.NOT_NUMBER) from None
    return int(exact) if exact == exact.to_integral_value() else float(exact)


_YES = frozenset({"1", "true", "on", "yes", "có"})
_NO = frozenset({"", "0", "false", "off", "no", "không"})


def _read_boolean(field: Field, raw: object, clock: Clock) -> Value:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        word = unicodedata.normalize("NFC", raw.strip().lower())
        if word in _YES:
            return True
        if word in _NO:
            return False
    raise Unreadable(messages.NOT_BOOLEAN)


def _read_date(field: Field, raw: object, clock: Clock) -> Value:
    if isinstance(raw, str) and len(raw) <= LONGEST_TEXT:
        day = read_day(unicodedata.normalize("NFC", raw), clock.today)
        if day is not None:
            return day
    raise Unreadable(messages.NOT_DATE)


def _read_datetime(field: Field, raw: object, clock: Clock) -> Value:
    if isinstance(raw, str) and len(raw) <= LONGEST_TEXT:
        moment = read_moment(unicodedata.normalize("NFC", raw), clock.now, clock.zone)
        if moment is not None and EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            return moment
    raise Unreadable(messages.NOT_DATETIME)


_SECONDS = {
    "tuần": 604_800, "week": 604_800, "w": 604_800,
    "ngày": 86_400, "day": 86_400, "d": 86_400,
    "giờ": 3_600, "hour": 3_600, "h": 3_600,
    "phút": 60, "minute": 60, "min": 60, "m": 60, "p": 60,
    "giây": 1, "second": 1, "s": 1,
}  # fmt: skip
_AMOUNT = re.compile(r"(\d{1,6})\s*([^\W\d_]+)")
_HOURS_MINUTES = re.compile(r"(\d{1,4})(?:h|:)(\d{2})", re.ASCII)


def _read_duration(field: Field, raw: object, clock: Clock) -> Value:
    if isinstance(raw, str) and len(raw) <= LONGEST_TEXT:
        found = _duration_of_text(field, unicodedata.normalize("NFC", raw.strip()))
        if found is not None:
            return found
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= 10**6 and field.unit:
        found = _duration_of_text(field, str(raw))
        if found is not None:
            return found
    raise Unreadable(messages.NOT_DURATION)


def _duration_of_text(field: Field, text: str) -> timedelta | None:
    if (exact := parse_duration(text.upper())) is not None:
        return exact
    lower = text.lower()
    if match := _HOURS_MINUTES.fullmatch(lower):
        return timedelta(hours=int(match[1]), minutes=int(match[2]))
    if lower.isascii() and lower.isdigit() and field.unit:
        lower = f"{lower} {field.unit.vi.lower()}"
    if _AMOUNT.sub("", lower).strip(" ,") or not _AMOUNT.search(lower):
        return None
    total = 0
    for amount, word in _AMOUNT.findall(lower):
        seconds = _SECONDS.get(word) or _SECONDS.get(word.removesuffix("s"))
        if seconds is None:
            return None
        total += int(amount) * seconds
    return timedelta(seconds=total)


def _read_choice(field: Field, raw: object, clock: Clock) -> Value:
    if isinstance(raw, str) and (option := field.option(raw.strip())) is not None:
        return option.code
    raise Unreadable(messages.NOT_OPTION)


def _read_id(field: Field, raw: object, clock: Clock) -> Value:
    if isinstance(raw, str):
        text = raw.strip()
        if text.isascii() and text.isdigit() and len(text) <= 19:
            raw = int(text)
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= GREATEST_ID:
        return raw
    raise Unreadable(messages.NO_SUCH_FILE if field.type == FieldType.FILES else messages.NOT_CHOSEN)


def _read_plugin_value(field: Field, raw: object) -> Value:
    if isinstance(raw, str):
        raw = clean_text(raw[: LONGEST_MULTILINE + 1])
        if len(raw) > LONGEST_MULTILINE:
            raise Unreadable(messages.TOO_LONG.filled({"length": len(raw), "most": LONGEST_MULTILINE}))
    try:
        return type_from_json(field.type, raw)
    except NotOfType:
        raise Unreadable(messages.WRONG_SHAPE) from None


_READERS: Mapping[str, Callable[[Field, object, Clock], Value]] = {
    FieldType.TEXT: _read_text,
    FieldType.MULTILINE: _read_text,
    FieldType.NUMBER: _read_number,
    FieldType.BOOLEAN: _read_boolean,
    FieldType.DATE: _read_date,
    FieldType.DATETIME: _read_datetime,
    FieldType.DURATION: _read_duration,
    FieldType.CHOICE: _read_choice,
    FieldType.USER: _read_id,
    FieldType.UNIT: _read_id,
    FieldType.RECORD: _read_id,
    FieldType.FILES: _read_id,
}


def echo(raw: object) -> object:
    """Give back what was typed, cut where it is far too long to send back."""
    if isinstance(raw, str):
        return raw[:LONGEST_ECHO]
    if isinstance(raw, Mapping):
        return {str(key)[:200]: echo(value) for key, value in list(raw.items())[:500]}
    if isinstance(raw, list | tuple):
        return [echo(item) for item in raw[:500]]
    return raw


def control_text(field: Field, value: Value, clock: Clock) -> str:
    """Write a value for its control, moments to the minute."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, datetime):
        return display_moment(value, clock.zone)
    if isinstance(value, date):
        return display_date(value)
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, int | float) and field.type == FieldType.NUMBER:
        return plain_number(value)
    return str(value)
