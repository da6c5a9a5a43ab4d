"""Reports that are sent by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from luongviec.store.column_types import Json, Moment
from luongviec.store.database import Base


class ReportSchedule(Base):
    """That a person wants a report as a file, again and again; `asked` is what its address says.

    `every` is day, week or month, `on_day` the weekday (1 is Monday) or the day of the month, `minute`
    counts from midnight. `stop_code` ends it from a mail, without signing in.
    """

    __tablename__ = "report_schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    report: Mapped[str] = mapped_column(String(63))
    asked: Mapped[Any] = mapped_column(Json)
    kind: Mapped[str] = mapped_column(String(10))
    every: Mapped[str] = mapped_column(String(10))
    on_day: Mapped[int] = mapped_column(default=1)
    minute: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(Moment, index=True)
    last_at: Mapped[datetime | None] = mapped_column(Moment)
    last_fault: Mapped[str | None] = mapped_column(Text)
    stop_code: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
