"""What happened, for ever: entries and their rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from luongviec.store.column_types import BigId, Json, Moment
from luongviec.store.database import Base


class HistoryEntry(Base):
    """One action on one record: who, on whose behalf, when, why, under which definitions.

    `moved_to` is set when the action moved the record, also when it made it or re-entered a status.
    `record_version` is the version that the record had afterwards. Entries of one plan name the first of
    them as `together_with_id`; `position` of their rows is the change's place in the whole plan.
    """

    __tablename__ = "history_entry"
    __table_args__ = (
        Index("ix_history_entry_record", "record_id", "id"),
        Index("ix_history_entry_moved", "record_id", "moved_to", "at",
              sqlite_where=text("moved_to IS NOT NULL"), postgresql_where=text("moved_to IS NOT NULL")),
        Index("ix_history_entry_actor", "actor_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    record_version: Mapped[int]
    action: Mapped[str] = mapped_column(String(130))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Text)
    status_before: Mapped[str | None] = mapped_column(String(63))
    status_after: Mapped[str | None] = mapped_column(String(63))
    moved_to: Mapped[str | None] = mapped_column(String(63))
    caused_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("history_entry.id"))
    together_with_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("history_entry.id"), index=True)
    undoes_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("history_entry.id"), index=True)
    undo_until: Mapped[datetime | None] = mapped_column(Moment)
    module_revision: Mapped[int] = mapped_column(default=0)
    group_revision: Mapped[int] = mapped_column(default=0)
    generation: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[Any] = mapped_column(Json, nullable=True)


class HistoryRow(Base):
    """One change of an entry: `kind` names the class of `engine.planning.plan`, `data` holds its parts."""

    __tablename__ = "history_row"
    __table_args__ = (Index("ix_history_row_entry", "entry_id", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("history_entry.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    data: Mapped[Any] = mapped_column(Json)
