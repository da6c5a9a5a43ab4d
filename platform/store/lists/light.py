"""The tables of lists as light aliases, with only the columns that lists use.

A list names the same tables many times in one statement; an alias of a mapped class costs
milliseconds each time, these cost microseconds.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, String, column, table
from sqlalchemy.sql.selectable import TableClause

from luongviec.store.column_types import Moment, SortNumber

_ACCESS = table(
    "access",
    column("principal", Integer),
    column("module_id", Integer),
    column("record_id", BigInteger),
    column("flags", BigInteger),
    column("record_status_id", Integer),
    column("is_open", Boolean),
    column("sort_key", SortNumber),
)
_RECORD = table(
    "record",
    column("id", BigInteger),
    column("module_id", Integer),
    column("record_status_id", Integer),
    column("is_open", Boolean),
    column("sort_key", SortNumber),
    column("owner_id", BigInteger),
    column("owner_relation", String),
    column("deleted_at", Moment),
    column("created_at", Moment),
    column("status_since", Moment),
    column("title", String),
    column("title_sort", String),
    column("position", Integer),
)
_FIELD_VALUE = table(
    "field_value",
    column("record_id", BigInteger),
    column("field_id", Integer),
    column("value_text", String),
    column("value_number", SortNumber),
)
_PARTICIPATION = table(
    "participation",
    column("record_id", BigInteger),
    column("role", String),
    column("user_id", Integer),
    column("unit_id", Integer),
    column("until", Moment),
)
_RECORD_TAG = table("record_tag", column("tag_id", Integer), column("record_id", BigInteger))


class Light:
    """One use of a table in a statement: `light.COLUMN`, and `light.table` to select from."""

    __slots__ = ("columns", "table")

    def __init__(self, source: TableClause) -> None:
        self.table = source.alias()
        self.columns = self.table.c

    def __getattr__(self, name: str) -> Any:
        return self.columns[name]


def access_row() -> Light:
    """Give a new use of `access`."""
    return Light(_ACCESS)


def record_row() -> Light:
    """Give a new use of `record`."""
    return Light(_RECORD)


def field_value_row() -> Light:
    """Give a new use of `field_value`."""
    return Light(_FIELD_VALUE)


def participation_row() -> Light:
    """Give a new use of `participation`."""
    return Light(_PARTICIPATION)


def record_tag_row() -> Light:
    """Give a new use of `record_tag`."""
    return Light(_RECORD_TAG)
