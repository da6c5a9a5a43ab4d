"""Published definitions, and the small numbers that stand for their codes in large tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from luongviec.store.column_types import BigId, Moment, OrderedJson
from luongviec.store.database import Base


class Definition(Base):
    """One definition by kind and code; its contents are its revisions."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    code: Mapped[str] = mapped_column(String(63))


class Publication(Base):
    """One act of publishing: all its revisions count from the same moment. `id` is the generation."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(Text, default="")


class PublicationMove(Base):
    """What a publication still has to do to the records of a module, some at a time.

    `stage`: `move` them to the new revisions, then `settle` what follows from their definitions, then
    `done`. `cursor` is the last record of the stage that was looked at, so that whoever goes on after
    a killed process begins there.
    """

    __tablename__ = "publication_move"
    __table_args__ = (Index("ix_publication_move_stage", "publication_id", "stage", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    module: Mapped[str] = mapped_column(String(63))
    scope: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    settles: Mapped[bool] = mapped_column(default=True)
    rebuilds: Mapped[bool] = mapped_column(default=False)
    cursor: Mapped[int] = mapped_column(BigId, default=0)
    total: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    settled: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class Revision(Base):
    """One published, immutable version of a definition. `removed`: it counts no more from here on."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("definition_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    data: Mapped[Any] = mapped_column(OrderedJson)
    file: Mapped[str] = mapped_column(String(300), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(Text, default="")
    scope: Mapped[str] = mapped_column(String(20), default="new")  # open | all | new
    removed: Mapped[bool] = mapped_column(default=False)


class Generation(Base):
    """What tells processes that shared data has changed: `definitions` and `organisation`.

    `token` is random, so that a number taken again after a rollback is not mistaken for the first.
    """

    __tablename__ = "generation"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    token: Mapped[int] = mapped_column(BigInteger, default=0)


class ModuleCode(Base):
    """A module's number. `sort_field` is the field whose value stands in `record.sort_key`."""

    __tablename__ = "module_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(63), unique=True)
    sort_field: Mapped[str | None] = mapped_column(String(63))


class RecordStatus(Base):
    """One status under one pinned pair of revisions (0: not pinned).

    A record names only this row, and through it its module, revisions, status group and status. So
    a permission matrix becomes, for one viewer, a mask for each of these few rows.
    """

    __tablename__ = "record_status"
    __table_args__ = (
        UniqueConstraint("module_id", "status_group", "status", "module_revision", "group_revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module_code.id"))
    status_group: Mapped[str] = mapped_column(String(63))
    status: Mapped[str] = mapped_column(String(63))
    module_revision: Mapped[int] = mapped_column(default=0)
    group_revision: Mapped[int] = mapped_column(default=0)
    final: Mapped[bool]


class FieldCode(Base):
    """A number for a field whose values are indexed."""

    __tablename__ = "field_code"
    __table_args__ = (UniqueConstraint("module_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module_code.id"))
    code: Mapped[str] = mapped_column(String(63))


class RoleBit(Base):
    """Which bit of an access row's flags stands for a role of a module.

    `code` is a role or a derived one (`PREFIX.role`). A role of units takes a second bit, `within`,
    set for the unit itself and for every unit above it; the first is set for the unit itself only.
    """

    __tablename__ = "role_bit"
    __table_args__ = (UniqueConstraint("module_id", "code", "within"), UniqueConstraint("module_id", "bit"))

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module_code.id"))
    code: Mapped[str] = mapped_column(String(130))
    within: Mapped[bool] = mapped_column(default=False)
    bit: Mapped[int]
