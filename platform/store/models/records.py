"""Running records: what is true of them. What is derived for lists stands in `access`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from luongviec.store.column_types import BigId, Json, Moment, SortNumber
from luongviec.store.database import Base

#: The sort key of a record that has no value there: after every other.
NO_SORT_KEY = 1e18


class Record(Base):
    """One record. `is_open`, `sort_key`, `home_unit_id`, `title_sort` follow from the rest."""

    __tablename__ = "record"
    __table_args__ = (
        Index("ix_record_module_newest", "module_id", "id", sqlite_where=text("deleted_at IS NULL"),
              postgresql_where=text("deleted_at IS NULL")),
        Index("ix_record_module_sort", "module_id", "sort_key", "id", "record_status_id",
              sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL")),
        Index("ix_record_status", "record_status_id", "id"),
        Index("ix_record_owner", "owner_id", "owner_relation", "position",
              sqlite_where=text("owner_id IS NOT NULL"), postgresql_where=text("owner_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module_code.id"))
    record_status_id: Mapped[int] = mapped_column(ForeignKey("record_status.id"))
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(Text, default="")
    title_sort: Mapped[str] = mapped_column(String(520), default="")
    status_since: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    owner_relation: Mapped[str | None] = mapped_column(String(63))
    position: Mapped[int | None]
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    is_open: Mapped[bool] = mapped_column(default=True)
    sort_key: Mapped[float] = mapped_column(SortNumber, default=NO_SORT_KEY)
    home_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class RecordData(Base):
    """The wide part of a record, kept apart so that lists read narrow rows."""

    __tablename__ = "record_data"

    record_id: Mapped[int] = mapped_column(BigId, ForeignKey("record.id"), primary_key=True)
    values: Mapped[Any] = mapped_column(Json)


class ParticipationRow(Base):
    """That a person or a unit holds, or once held, a role in a record."""

    __tablename__ = "participation"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (unit_id IS NULL)", name="one_holder"),
        Index("ix_participation_record", "record_id", "role"),
        Index("uq_participation_user", "record_id", "role", "user_id", unique=True,
              sqlite_where=text("until IS NULL AND user_id IS NOT NULL"),
              postgresql_where=text("until IS NULL AND user_id IS NOT NULL")),
        Index("uq_participation_unit", "record_id", "role", "unit_id", unique=True,
              sqlite_where=text("until IS NULL AND unit_id IS NOT NULL"),
              postgresql_where=text("until IS NULL AND unit_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    role: Mapped[str] = mapped_column(String(63))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)


class HandOverRow(Base):
    """A link of a role's chain of handlers. Handing back takes it off; history keeps both."""

    __tablename__ = "hand_over"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), index=True)
    role: Mapped[str] = mapped_column(String(63))
    giver_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class VoiceRow(Base):
    """A yes or no that counts in the record's present status."""

    __tablename__ = "voice"
    __table_args__ = (UniqueConstraint("record_id", "action", "cast_for_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    action: Mapped[str] = mapped_column(String(63))
    person_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    cast_for_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    yes: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)


class Link(Base):
    """Two records joined by the relation that `module` declares; `near` is the declaring end."""

    __tablename__ = "record_link"
    __table_args__ = (
        UniqueConstraint("near_id", "module", "relation", "far_id"),
        Index("ix_record_link_far", "far_id", "module", "relation"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    module: Mapped[str] = mapped_column(String(63))
    relation: Mapped[str] = mapped_column(String(63))
    near_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    far_id: Mapped[int] = mapped_column(ForeignKey("record.id"))


class Counter(Base):
    """The last number that a counter gave in a year (0: counted through)."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(default=0)
