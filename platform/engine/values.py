"""The one codec between the values of fields and JSON, and how a value reads to a person.

Storage, HTTP API, history and forms all speak through `to_json` and `from_json`, so that a date is
written one way everywhere: dates `2026-11-27`, moments in UTC `2026-11-27T07:30:00Z`, durations in
ISO 8601 `P2DT3H`, several values as lists, people, units, records and files as their ids. Display is
for people: `27/11/2026 14:30` in the zone of the installation, `2.316` and `1,8` in Vietnamese.

Everything here is pure; reading what a person typed is `luongviec.forms.reading`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from luongviec.engine.model import Field, FieldType
from luongviec.engine.world import Value

#: What `json.dumps` takes and `json.loads` gives.
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

DISPLAY_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

ID_TYPES = frozenset({FieldType.USER, FieldType.UNIT, FieldType.RECORD, FieldType.FILES})


class NotOfType(ValueError):
    """JSON that is not a value of the type it should be; `expected` is the type's name."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        super().__init__(f"not a value of type {expected}")


def to_json(field: Field, value: Value) -> Json:
    """Write a field's value as JSON; an empty one is `None`, an empty `many` an empty list."""
    return type_to_json(field.type, value, many=holds_many(field))


def from_json(field: Field, data: object) -> Value:
    """Read a field's value from JSON.

    Raises:
        NotOfType: the JSON is of another shape.
    """
    return type_from_json(field.type, data, many=holds_many(field))


def holds_many(field: Field) -> bool:
    """Whether a field's value is a tuple: where it takes several, and for files always."""
    return field.many or field.type == FieldType.FILES


def type_to_json(type_code: str, value: Value, *, many: bool = False) -> Json:
    """Write a value of a type, for data that no field declares (events, parameters)."""
    if many or isinstance(value, tuple):
        return [_write(type_code, item) for item in as_tuple(value)]
    return _write(type_code, value)


def type_from_json(type_code: str, data: object, *, many: bool = False) -> Value:
    """Read a value of a type; the counterpart of `type_to_json`.

    Raises:
        NotOfType: the JSON is of another shape.
    """
    if many:
        items = [] if data is None else data
        if not isinstance(items, list | tuple):
            raise NotOfType("list")
        return tuple(_read(type_code, item) for item in items)
    return _read(type_code, data)


def as_tuple(value: Value) -> tuple[Value, ...]:
    """Give one or several values as a tuple; nothing is the empty one."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


# --- JSON ----------------------------------------------------------------------------------------


def _write(type_code: str, value: Value) -> Json:
    if value is None:
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_text(value)
    return [_write(type_code, item) for item in value]


def _read(type_code: str, data: object) -> Value:
    if data is None:
        return None
    reader = _READERS.get(type_code, _read_plain)
    return reader(data)


def _read_text(data: object) -> Value:
    if not isinstance(data, str):
        raise NotOfType("text")
    return data


def _read_number(data: object) -> Value:
    if isinstance(data, bool) or not isinstance(data, int | float):
        raise NotOfType("number")
    if isinstance(data, float) and not math.isfinite(data):
        raise NotOfType("number")
    return data


def _read_boolean(data: object) -> Value:
    if not isinstance(data, bool):
        raise NotOfType("boolean")
    return data


def _read_id(data: object) -> Value:
    if isinstance(data, bool) or not isinstance(data, int):
        raise NotOfType("id")
    return data


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def _read_date(data: object) -> Value:
    if isinstance(data, str) and _DATE.fullmatch(data):
        try:
            return date.fromisoformat(data)
        except ValueError:
            pass
    raise NotOfType("date")


def _read_moment(data: object) -> Value:
    if isinstance(data, str) and _MOMENT.fullmatch(data):
        try:
            return datetime.fromisoformat(data).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise NotOfType("datetime")


def _read_duration(data: object) -> Value:
    if isinstance(data, str):
        found = parse_duration(data)
        if found is not None:
            return found
    raise NotOfType("duration")


def _read_plain(data: object) -> Value:
    """Types of plugins keep whatever JSON says: text, number, boolean or a list of these."""
    if isinstance(data, str | int | float | bool):
        return data
    if isinstance(data, list):
        return tuple(_read_plain(item) for item in data)
    raise NotOfType("text")


_READERS: Mapping[str, Callable[[object], Value]] = {
    FieldType.TEXT: _read_text,
    FieldType.MULTILINE: _read_text,
    FieldType.CHOICE: _read_text,
    FieldType.NUMBER: _read_number,
    FieldType.BOOLEAN: _read_boolean,
    FieldType.DATE: _read_date,
    FieldType.DATETIME: _read_moment,
    FieldType.DURATION: _read_duration,
    FieldType.USER: _read_id,
    FieldType.UNIT: _read_id,
    FieldType.RECORD: _read_id,
    FieldType.FILES: _read_id,
}


def moment_text(moment: datetime) -> str:
    """Write an aware moment as ISO 8601 in UTC with `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def duration_text(duration: timedelta) -> str:
    """Write a duration as ISO 8601 (`P2DT3H30M`), the shortest form."""
    if duration < timedelta():
        return "-" + duration_text(-duration)
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f"{duration.microseconds:06d}".rstrip("0")
    second_text = f"{seconds}.{fraction}" if fraction else f"{seconds}"
    day_part = f"{duration.days}D" if duration.days else ""
    time_part = (
        (f"{hours}H" if hours else "")
        + (f"{minutes}M" if minutes else "")
        + (f"{second_text}S" if second_text != "0" else "")
    )
    if not day_part and not time_part:
        return "PT0S"
    return "P" + day_part + (f"T{time_part}" if time_part else "")


_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?"
    r"(?:(?P<seconds>\d{1,9})(?:\.(?P<fraction>\d{1,6}))?S)?)?",
    re.ASCII,
)


def parse_duration(text: str) -> timedelta | None:
    """Read an ISO 8601 duration without years and months; `None` if it is none."""
    match = _DURATION.fullmatch(text)
    if match is None or text.lstrip("-") == "P":
        return None
    part = {name: int(found) if found else 0 for name, found in match.groupdict().items() if name != "sign"}
    fraction = match["fraction"]
    try:
        duration = timedelta(
            weeks=part["weeks"],
            days=part["days"],
            hours=part["hours"],
            minutes=part["minutes"],
            seconds=part["seconds"],
            microseconds=int(fraction.ljust(6, "0")) if fraction else 0,
        )
    except OverflowError:
        return None
    return -duration if match["sign"] else duration


# --- Display ---------------------------------------------------------------------------------------


def display_date(day: date) -> str:
    """Write a day as `27/11/2026`."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def display_moment(moment: datetime, zone: tzinfo = DISPLAY_ZONE) -> str:
    """Write an aware moment as `27/11/2026 14:30`, 24 hours, in a zone."""
    local = moment.astimezone(zone)
    return f"{display_date(local)} {local.hour:02d}:{local.minute:02d}"


def display_number(number: int | float, language: str = "vi") -> str:
    """Write a number with groups: `2.316` and `1,8` in Vietnamese, `2,316` and `1.8` in English."""
    return _grouped(number, group=True, language=language)


def plain_number(number: int | float, language: str = "vi") -> str:
    """Write a number as a person would type it: no groups, the language's decimal sign."""
    return _grouped(number, group=False, language=language)


def _grouped(number: int | float, *, group: bool, language: str) -> str:
    exact = Decimal(str(number)) if math.isfinite(number) else Decimal(0)
    text = f"{exact:,f}" if group else f"{exact:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    return text if language == "en" else text.translate({ord(","): ".", ord("."): ","})


_DURATION_WORDS = {"vi": ("ngày", "giờ", "phút", "giây"), "en": ("d", "h", "min", "s")}


def display_duration(duration: timedelta, language: str = "vi") -> str:
    """Write a duration in words: `2 ngày 3 giờ`, `2 d 3 h`."""
    words = _DURATION_WORDS["en" if language == "en" else "vi"]
    sign, duration = ("-", -duration) if duration < timedelta() else ("", duration)
    hours, rest = divmod(duration.seconds, 3600)
    amounts = (duration.days, hours, rest // 60, rest % 60)
    parts = [f"{amount} {word}" for amount, word in zip(amounts, words, strict=True) if amount]
    return sign + " ".join(parts) if parts else f"0 {words[2]}"


def display_size(size_bytes: int, language: str = "vi") -> str:
    """Write a size of a file: `640 B`, `12 KB`, `1,8 MB`."""
    if size_bytes < 1024:
        return f"{size_bytes} B"
    if size_bytes < 1024 * 1024:
        return f"{display_number(round(size_bytes / 1024), language)} KB"
    return f"{display_number(round(size_bytes / 1024 / 1024, 1), language)} MB"


def display_value(field: Field, value: Value, language: str = "vi", zone: tzinfo = DISPLAY_ZONE) -> str:
    """Write a value as a person reads it; ids stay ids, their names are the caller's to know."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(display_value(field, item, language, zone) for item in value)
    if isinstance(value, bool):
        return ("Yes" if value else "No") if language == "en" else ("Có" if value else "Không")
    if isinstance(value, int | float):
        return str(value) if field.type in ID_TYPES else display_number(value, language)
    if isinstance(value, datetime):
        return display_moment(value, zone)
    if isinstance(value, date):
        return display_date(value)
    if isinstance(value, timedelta):
        return display_duration(value, language)
    option = field.option(value)
    return option.label.in_language(language) if option else value
