"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Double, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

#: SQLite only takes INTEGER PRIMARY KEY for the row id itself.
BigId = BigInteger().with_variant(Integer(), "sqlite")

#: Binary JSON where the database has it.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

#: JSON that keeps the order of its keys: in definitions the order means something.
OrderedJson = JSON(none_as_null=True)

#: Numbers that lists sort and filter by; moments are whole microseconds and stay exact.
SortNumber: Double[float] = Double()


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite keeps no zone, so it is taken off and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None]:
        """Give what reads a stored moment: a page reads thousands, so it is one function and not three."""
        stored = self.impl_instance.result_processor(dialect, coltype)
        if stored is None:
            return lambda value: None if value is None else _in_utc(value)
        return lambda value: None if value is None else _in_utc(stored(value))


def _in_utc(found: datetime) -> datetime:
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
