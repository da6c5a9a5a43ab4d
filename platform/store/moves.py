"""When a record moved, and who moved it: for the stepper of its page."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from luongviec.store.database import AnySession
from luongviec.store.models import HistoryEntry


def moves_of(session: AnySession, record_id: int) -> Sequence[HistoryEntry]:
    """Give the entries that moved a record, its making included, oldest first."""
    return session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.record_id == record_id, HistoryEntry.moved_to.is_not(None))
        .order_by(HistoryEntry.id)
    ).all()
