"""What is still to be done after a commit: occurrences to tell of, messages to send, timers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from luongviec.store.column_types import BigId, Json, Moment
from luongviec.store.database import Base


class Occurrence(Base):
    """The outbox: an event that happened, written with the change, told of after the commit.

    Of a record, or (none) a notice whose message was written with it.
    `due_at` is when to tell (later than `at` while an action may still be undone, and after a
    failure); `done_at` when every message it calls for exists.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        Index("ix_occurrence_due", "due_at", "id", sqlite_where=text("done_at IS NULL"),
              postgresql_where=text("done_at IS NULL")),
        Index("ix_occurrence_record", "record_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("history_entry.id"), index=True)
    event: Mapped[str] = mapped_column(String(130))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    people: Mapped[Any] = mapped_column(Json)
    data: Mapped[Any] = mapped_column(Json)
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class Notification(Base):
    """One message to one person on one channel about one occurrence: there is never a second.

    In the application it is delivered by standing here; on other channels `state` goes from
    pending (or gathered, for the one mail a day) to sent, failed or dropped. `link`: the page of ours
    that a notice without a record leads to; `file_id`: a file that a mail takes along, if it is still
    there: an upload of the person's, or what goes to an `address` (without a person, with the name of
    whom it reaches). `calendar`: the entry that a mail brings.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "user_id", "channel"),
        Index("ix_notification_address", "occurrence_id", "address", unique=True,
              sqlite_where=text("address <> ''"), postgresql_where=text("address <> ''")),
        Index("ix_notification_user", "user_id", "channel", "id"),
        Index("ix_notification_unread", "user_id", "channel",
              sqlite_where=text("read_at IS NULL"), postgresql_where=text("read_at IS NULL")),
        Index("ix_notification_due", "due_at", "id", sqlite_where=text("state = 'pending'"),
              postgresql_where=text("state = 'pending'")),
        Index("ix_notification_gathered", "due_at", "user_id", sqlite_where=text("state = 'gathered'"),
              postgresql_where=text("state = 'gathered'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    address: Mapped[str] = mapped_column(String(320), default="", server_default="")
    name: Mapped[str] = mapped_column(String(300), default="", server_default="")
    channel: Mapped[str] = mapped_column(String(30))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    recipient: Mapped[str] = mapped_column(String(63), default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    file_id: Mapped[int | None] = mapped_column(BigId)
    calendar: Mapped[Any] = mapped_column(Json, nullable=True)
    at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class TimerRow(Base):
    """An armed timer of a record; firing or disarming takes the row away."""

    __tablename__ = "timer"
    __table_args__ = (UniqueConstraint("record_id", "timer"), Index("ix_timer_due", "due_at", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    timer: Mapped[str] = mapped_column(String(63))
    at: Mapped[datetime] = mapped_column(Moment)
    occurrence: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime] = mapped_column(Moment)  # later than `at` after a failure
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
