"""Reading what happened to a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from luongviec.engine.plan import Change
from luongviec.store.database import AnySession
from luongviec.store.history_codec import decode_change
from luongviec.store.models import HistoryEntry, HistoryRow
from sqlalchemy import select


def entries_of(
    session: AnySession, record_id: int, limit: int, before_id: int | None = None
) -> Sequence[HistoryEntry]:
    """Give entries of a record, newest first."""
    query = select(HistoryEntry).where(HistoryEntry.record_id == record_id)
    if before_id is not None:
        query = query.where(HistoryEntry.id < before_id)
    return session.scalars(query.order_by(HistoryEntry.id.desc()).limit(limit)).all()


def changes_of(session: AnySession, entry_ids: Iterable[int]) -> Mapping[int, Sequence[Change]]:
    """Give the changes of entries in their order."""
    wanted = list(entry_ids)
    found: dict[int, list[Change]] = defaultdict(list)
    if wanted:
        rows = session.execute(
            select(HistoryRow.entry_id, HistoryRow.kind, HistoryRow.data)
            .where(HistoryRow.entry_id.in_(wanted))
            .order_by(HistoryRow.entry_id, HistoryRow.position)
        )
        for entry_id, kind, data in rows:
            found[entry_id].append(decode_change(kind, data))
    return found


def undone_entries(session: AnySession, entry_ids: Iterable[int]) -> frozenset[int]:
    """Give those of the entries that were taken back."""
    rows = session.scalars(select(HistoryEntry.undoes_id).where(HistoryEntry.undoes_id.in_(list(entry_ids))))
    return frozenset(entry_id for entry_id in rows if entry_id is not None)


def moves_of(session: AnySession, record_id: int) -> Sequence[HistoryEntry]:
    """Give the entries that moved a record, oldest first."""
    return session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.record_id == record_id, HistoryEntry.moved_to.is_not(None))
        .order_by(HistoryEntry.id)
    ).all()


def entry_by_id(session: AnySession, entry_id: int) -> HistoryEntry | None:
    """Give one entry."""
    return session.get(HistoryEntry, entry_id)


def actions_caused_by(session: AnySession, entry_id: int) -> Sequence[HistoryEntry]:
    """Give an entry and those that it led to, oldest first, however deep."""
    found: list[HistoryEntry] = []
    waiting = [entry_id]
    first = session.get(HistoryEntry, entry_id)
    if first is not None:
        found.append(first)
    while waiting:
        following = session.scalars(
            select(HistoryEntry).where(HistoryEntry.caused_by_id.in_(waiting)).order_by(HistoryEntry.id)
        ).all()
        found.extend(following)
        waiting = [entry.id for entry in following]
    return found
