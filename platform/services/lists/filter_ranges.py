"""The ends of ranges: what was typed as from and until, and periods that move with the day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from luongviec.engine.errors import InvalidInput
from luongviec.engine.expressions.setform import And, Comparison, Condition, Operand, OperandKind, Value
from luongviec.engine.model import Field, FieldType
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.forms.reading import Clock, Unreadable, read_one
from luongviec.services.lists.named_periods import NAMED_PERIODS
from luongviec.store.world import StoreWorld

MOMENTS = frozenset({FieldType.DATE, FieldType.DATETIME})
NO_SUCH_VALUE = Text("Bộ lọc này không có giá trị “{value}”.", "This filter has no value “{value}”.")


def bound(world: StoreWorld, path: str, field: Field, typed: str, *, until: bool) -> Condition:
    """Give one end of a range; a day stands for all its hours.

    Raises:
        InvalidInput: what was typed is no such value.
    """
    operand = Operand(OperandKind.FIELD, field.code)
    try:
        if field.type == FieldType.DATETIME and not _names_a_time(typed):
            plain = Field(field.code, FieldType.DATE, field.label)
            day = read_one(plain, typed, Clock(world.now))
            if not isinstance(day, date):
                raise unknown(path, typed)
            start = datetime.combine(day, time(), zone_of(world.workspace))
            if until:
                return Comparison(operand, "<", Value(start + timedelta(days=1)))
            return Comparison(operand, ">=", Value(start))
        value = read_one(field, typed, Clock(world.now))
    except Unreadable as error:
        raise InvalidInput({path: (error.message,)}) from error
    return Comparison(operand, "<=" if until else ">=", Value(value))


def period(world: StoreWorld, path: str, field: Field, code: str) -> Condition:
    """Give both ends of a period that moves with the day.

    Raises:
        InvalidInput: there is no such period.
    """
    if code not in NAMED_PERIODS or field.type not in MOMENTS:
        raise unknown(path, code)
    today = world.now.astimezone(zone_of(world.workspace)).date()
    first, last = (day.isoformat() for day in NAMED_PERIODS[code].days(today))
    return And((bound(world, path, field, first, until=False), bound(world, path, field, last, until=True)))


def unknown(path: str, value: str) -> InvalidInput:
    """Say that a filter has no such value."""
    return InvalidInput({path: (NO_SUCH_VALUE.filled({"value": value[:60]}),)})


def _names_a_time(typed: str) -> bool:
    return ":" in typed or "T" in typed
