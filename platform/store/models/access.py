"""Derived tables: who may come to which record, and what lists filter, sort and search by.

Nothing here is true by itself: `store.applying.derived` rebuilds every row from the records, in the same
transaction as the change.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from luongviec.store.column_types import BigId, SortNumber
from luongviec.store.database import Base


class AccessRow(Base):
    """What one principal is to one record.

    `principal` is a user's id, or below zero a unit's: the very unit of a unit role, and every unit
    above it. `flags` has a bit for each role (`RoleBit`). The rest is copied from the record, so
    that a page of a list, in order, is one walk along an index.
    """

    __tablename__ = "access"
    __table_args__ = (
        Index("ix_access_record", "record_id"),
        # `is_open` stands in the index though it is its condition: SQLite 3.40 would fetch it otherwise.
        Index("ix_access_open", "principal", "module_id", "sort_key", "record_id", "flags",
              "record_status_id", "is_open",
              sqlite_where=text("is_open = 1"), postgresql_where=text("is_open")),
        Index("ix_access_sort", "principal", "module_id", "sort_key", "record_id", "flags",
              "record_status_id"),
        {"sqlite_with_rowid": False},
    )  # fmt: skip

    principal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    module_id: Mapped[int] = mapped_column(
        ForeignKey("module_code.id"), primary_key=True, autoincrement=False
    )
    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    flags: Mapped[int] = mapped_column(BigInteger)
    record_status_id: Mapped[int]
    is_open: Mapped[bool]
    sort_key: Mapped[float] = mapped_column(SortNumber)


class FieldValue(Base):
    """An indexed value of a field, or a reference to another record; one row for each of many."""

    __tablename__ = "field_value"
    __table_args__ = (
        Index("ix_field_value_text", "field_id", "value_text", "record_id",
              sqlite_where=text("value_text IS NOT NULL"), postgresql_where=text("value_text IS NOT NULL")),
        Index("ix_field_value_number", "field_id", "value_number", "record_id",
              sqlite_where=text("value_number IS NOT NULL"),
              postgresql_where=text("value_number IS NOT NULL")),
        {"sqlite_with_rowid": False},
    )  # fmt: skip

    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    field_id: Mapped[int] = mapped_column(ForeignKey("field_code.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value_text: Mapped[str | None] = mapped_column(String(500))
    value_number: Mapped[float | None] = mapped_column(SortNumber)


class SearchEntry(Base):
    """What the full-text index holds of a record: its folded words and its principals as tokens."""

    __tablename__ = "search_entry"

    record_id: Mapped[int] = mapped_column(BigId, ForeignKey("record.id"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    principals: Mapped[str] = mapped_column(Text)
