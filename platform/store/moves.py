"""When a record moved, and who moved it: for the stepper of its page."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from luongviec.store.database import AnySession
from luongviec.store.models import HistoryEntry


def still_counts() -> ColumnElement[bool]:
    """Give the condition that nobody took back the plan of a history entry."""
    undoing = aliased(HistoryEntry)
    first_id = func.coalesce(HistoryEntry.together_with_id, HistoryEntry.id)
    return ~select(undoing.id).where(undoing.undoes_id == first_id).exists()


def moves_of(session: AnySession, record_id: int) -> Sequence[HistoryEntry]:
    """Give the entries that moved a record, its making included, oldest first."""
    return session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.record_id == record_id, HistoryEntry.moved_to.is_not(None), still_counts())
        .order_by(HistoryEntry.id)
    ).all()
