"""Rows of reports that are sent by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from luongviec.store.database import AnySession
from luongviec.store.models import ReportSchedule


def schedules_of(session: AnySession, user_id: int) -> Sequence[ReportSchedule]:
    """Give a person's schedules, oldest first."""
    query = select(ReportSchedule).where(ReportSchedule.user_id == user_id)
    return session.scalars(query.order_by(ReportSchedule.id)).all()


def count_schedules(session: AnySession, user_id: int) -> int:
    """Count a person's schedules."""
    query = select(func.count()).select_from(ReportSchedule).where(ReportSchedule.user_id == user_id)
    return session.scalar(query) or 0


def schedule_by_id(session: AnySession, schedule_id: int) -> ReportSchedule | None:
    """Give a schedule."""
    return session.get(ReportSchedule, schedule_id)


def schedule_by_code(session: AnySession, stop_code: str) -> ReportSchedule | None:
    """Give the schedule that a code ends."""
    return session.scalar(select(ReportSchedule).where(ReportSchedule.stop_code == stop_code))


def due_schedules(session: AnySession, now: datetime, limit: int) -> Sequence[int]:
    """Give the schedules whose moment has come, the longest waiting first."""
    query = select(ReportSchedule.id).where(ReportSchedule.next_at <= now)
    return session.scalars(query.order_by(ReportSchedule.next_at, ReportSchedule.id).limit(limit)).all()


def claim_schedule(session: AnySession, schedule_id: int, now: datetime) -> ReportSchedule | None:
    """Lock and give a schedule whose moment has come; None where it is gone or somebody holds it."""
    return session.scalar(
        select(ReportSchedule)
        .where(ReportSchedule.id == schedule_id, ReportSchedule.next_at <= now)
        .with_for_update(skip_locked=True)
    )
