"""When a record moved, and who moved it; through whose hands it went: for its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from luongviec.engine.planning.plan import AddParticipant, AttachFiles, Change, EndParticipant, PopHandOver
from luongviec.store.applying.history_codec import decode_change
from luongviec.store.database import AnySession
from luongviec.store.models import HistoryEntry, HistoryRow


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


def files_of_moves(session: AnySession, record_id: int) -> frozenset[int]:
    """Give the attachments that came with moves, because a status asked for them."""
    found = session.execute(
        select(HistoryRow.kind, HistoryRow.data)
        .join(HistoryEntry, HistoryEntry.id == HistoryRow.entry_id)
        .where(HistoryEntry.record_id == record_id, HistoryRow.kind == AttachFiles.__name__)
    )
    changes = (decode_change(kind, data) for kind, data in found)
    return frozenset(one for change in changes if isinstance(change, AttachFiles) for one in change.files)


#: The changes that tell through whose hands a record went.
_HANDS = tuple(kind.__name__ for kind in (AddParticipant, EndParticipant, PopHandOver))


@dataclass(frozen=True, slots=True)
class HandsEntry:
    """One entry that changed who holds roles of a record, with those changes alone."""

    id: int
    at: datetime
    action: str
    actor_id: int | None
    reason: str | None
    changes: tuple[Change, ...]


def hands_of(session: AnySession, record_id: int, limit: int) -> tuple[HandsEntry, ...]:
    """Give the newest so many changes of who holds roles, by entry, oldest first."""
    found = session.execute(
        select(
            HistoryEntry.id,
            HistoryEntry.at,
            HistoryEntry.action,
            HistoryEntry.actor_id,
            HistoryEntry.reason,
            HistoryRow.kind,
            HistoryRow.data,
        )
        .join(HistoryRow, HistoryRow.entry_id == HistoryEntry.id)
        .where(
            HistoryEntry.record_id == record_id,
            HistoryEntry.undoes_id.is_(None),
            HistoryRow.kind.in_(_HANDS),
            still_counts(),
        )
        .order_by(HistoryEntry.id.desc(), HistoryRow.position.desc())
        .limit(limit)
    ).all()
    entries: dict[int, HandsEntry] = {}
    for row in reversed(found):
        known = entries.get(row.id)
        before = known.changes if known is not None else ()
        changes = (*before, decode_change(row.kind, row.data))
        entries[row.id] = HandsEntry(row.id, row.at, row.action, row.actor_id, row.reason, changes)
    return tuple(entries.values())
