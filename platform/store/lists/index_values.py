"""How a value stands in the indexes: as a short text or as a number that keeps its order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from luongviec.engine.world import Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ZERO = date(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)

#: Longer texts are compared by their beginning only.
TEXT_LENGTH = 500


def index_number(value: object) -> float | None:
    """Give the number by which a value is sorted and compared, None where it has none.

    Moments and durations count microseconds, days count days since 1970; ids and booleans are
    themselves.
    """
    if isinstance(value, bool | int | float):
        return float(value)
    if isinstance(value, datetime):
        return float((value - _EPOCH) // _MICROSECOND)
    if isinstance(value, date):
        return float((value - _DAY_ZERO).days)
    if isinstance(value, timedelta):
        return float(value // _MICROSECOND)
    return None


def value_columns(value: Value) -> tuple[str | None, float | None]:
    """Give `value_text` and `value_number` of a single value."""
    if isinstance(value, str):
        return value[:TEXT_LENGTH], None
    return None, index_number(value)
