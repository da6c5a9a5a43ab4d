"""Reading history: entries with their changes, as the engine knows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from luongviec.engine.planning.plan import Change
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.store.applying.history_codec import decode_change, decode_texts
from luongviec.store.database import AnySession
from luongviec.store.models import HistoryEntry, HistoryRow


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One line of a record's history; `changes` in the order in which they were made.

    `undone_by`: the entry that took it back, if one did.
    """

    id: int
    record_id: int
    record_version: int
    action: str
    actor: Actor
    at: datetime
    reason: str | None
    status_before: str | None
    status_after: str | None
    moved_to: str | None
    caused_by_id: int | None
    undoes_id: int | None
    undone_by: int | None
    undo_until: datetime | None
    module_revision: int
    group_revision: int
    generation: int
    confirmed: tuple[Text, ...]
    notes: tuple[Text, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A whole applied plan, as `planning.plan_undo` wants it (`undo.Done`)."""

    record_id: int
    actor: Actor
    changes: tuple[Change, ...]
    versions: Mapping[int, int]
    undo_until: datetime | None
    undone: bool


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """Which entries are asked for; what is None or empty narrows nothing.

    `moved`: only moves between statuses. `changes`: kinds of `engine.planning.plan` of which one must
    be among the entry's. `actions`: the codes of what was done. `user_id`: who did it, or for whom.
    """

    moved: bool = False
    changes: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Give the conditions on entries."""
        found: list[ColumnElement[bool]] = []
        if self.moved:
            found.append(HistoryEntry.moved_to.is_not(None))
        if self.changes:
            rows = select(HistoryRow.id).where(
                HistoryRow.entry_id == HistoryEntry.id, HistoryRow.kind.in_(self.changes)
            )
            found.append(rows.exists())
        if self.actions:
            found.append(HistoryEntry.action.in_(self.actions))
        if self.user_id is not None:
            found.append(
                or_(HistoryEntry.actor_id == self.user_id, HistoryEntry.acting_for_id == self.user_id)
            )
        if self.since is not None:
            found.append(HistoryEntry.at >= self.since)
        if self.until is not None:
            found.append(HistoryEntry.at < self.until)
        return found


EVERYTHING = HistoryQuestion()


def load_history(
    session: AnySession,
    record_id: int,
    *,
    limit: int = 50,
    before_id: int | None = None,
    question: HistoryQuestion = EVERYTHING,
) -> tuple[StoredEntry, ...]:
    """Give entries of a record, newest first; three statements."""
    query = select(HistoryEntry).where(HistoryEntry.record_id == record_id, *question.conditions())
    if before_id is not None:
        query = query.where(HistoryEntry.id < before_id)
    return _stored(session, session.scalars(query.order_by(HistoryEntry.id.desc()).limit(limit)).all())


def actors_of(session: AnySession, record_id: int, limit: int) -> tuple[int, ...]:
    """Give who has done something to a record, by id."""
    found = session.scalars(
        select(HistoryEntry.actor_id)
        .where(HistoryEntry.record_id == record_id, HistoryEntry.actor_id.is_not(None))
        .distinct()
        .order_by(HistoryEntry.actor_id)
        .limit(limit)
    )
    return tuple(one for one in found if one is not None)


def stamp_of(session: AnySession, record_id: int) -> int:
    """Give the newest entry of a record: another number says that something happened."""
    return session.scalar(select(func.max(HistoryEntry.id)).where(HistoryEntry.record_id == record_id)) or 0


def load_plan(session: AnySession, entry_id: int) -> StoredPlan | None:
    """Give the whole plan that an entry was part of."""
    entry = session.get(HistoryEntry, entry_id)
    if entry is None:
        return None
    first_id = entry.together_with_id or entry.id
    entries = session.scalars(
        select(HistoryEntry)
        .where(or_(HistoryEntry.id == first_id, HistoryEntry.together_with_id == first_id))
        .order_by(HistoryEntry.id)
    ).all()
    rows = session.execute(
        select(HistoryRow.position, HistoryRow.kind, HistoryRow.data)
        .where(HistoryRow.entry_id.in_([one.id for one in entries]))
        .order_by(HistoryRow.position)
    )
    first = entries[0]
    undone = session.scalar(select(HistoryEntry.id).where(HistoryEntry.undoes_id == first_id).limit(1))
    return StoredPlan(
        first.record_id,
        Actor(first.actor_id, first.acting_for_id),
        tuple(decode_change(row.kind, row.data) for row in rows),
        {one.record_id: one.record_version for one in entries},
        first.undo_until,
        undone is not None,
    )


def _stored(session: AnySession, entries: Sequence[HistoryEntry]) -> tuple[StoredEntry, ...]:
    ids = [entry.id for entry in entries]
    changes: dict[int, list[Change]] = defaultdict(list)
    rows = session.execute(
        select(HistoryRow.entry_id, HistoryRow.kind, HistoryRow.data)
        .where(HistoryRow.entry_id.in_(ids))
        .order_by(HistoryRow.entry_id, HistoryRow.position)
    )
    for row in rows:
        changes[row.entry_id].append(decode_change(row.kind, row.data))
    undone: dict[int, int] = {
        undoes: undoing
        for undoes, undoing in session.execute(
            select(HistoryEntry.undoes_id, HistoryEntry.id).where(HistoryEntry.undoes_id.in_(ids))
        )
        if undoes is not None
    }
    return tuple(_entry(entry, tuple(changes[entry.id]), undone.get(entry.id)) for entry in entries)


def _entry(entry: HistoryEntry, changes: tuple[Change, ...], undone_by: int | None) -> StoredEntry:
    said = entry.confirmed or {}
    return StoredEntry(
        entry.id,
        entry.record_id,
        entry.record_version,
        entry.action,
        Actor(entry.actor_id, entry.acting_for_id),
        entry.at,
        entry.reason,
        entry.status_before,
        entry.status_after,
        entry.moved_to,
        entry.caused_by_id,
        entry.undoes_id,
        undone_by,
        entry.undo_until,
        entry.module_revision,
        entry.group_revision,
        entry.generation,
        decode_texts(said.get("confirmed")),
        decode_texts(said.get("notes")),
        changes,
    )
