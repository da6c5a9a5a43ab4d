"""Rows of what is still to be done: occurrences to tell of, messages to send, timers to fire.

Claiming is part of reading here: an occurrence or a timer is locked for the transaction that works
on it, a message is leased, because sending happens outside any transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from luongviec.store.database import AnySession
from luongviec.store.models import HistoryEntry, Notification, Occurrence, TimerRow

PENDING, GATHERED, SENT, FAILED, DROPPED = "pending", "gathered", "sent", "failed", "dropped"


def due_occurrences(session: AnySession, now: datetime, limit: int) -> Sequence[int]:
    """Give the entries whose occurrences wait to be told of, the longest waiting first."""
    return list(
        dict.fromkeys(
            session.scalars(
                select(Occurrence.entry_id)
                .where(
                    Occurrence.done_at.is_(None), Occurrence.due_at <= now, Occurrence.entry_id.is_not(None)
                )
                .order_by(Occurrence.due_at, Occurrence.id)
                .limit(limit)
            )
        )
    )


def claim_occurrences(session: AnySession, entry_id: int, now: datetime) -> Sequence[Occurrence]:
    """Lock and give what waits to be told of one entry; what somebody else holds is left to him."""
    return session.scalars(
        select(Occurrence)
        .where(Occurrence.entry_id == entry_id, Occurrence.done_at.is_(None), Occurrence.due_at <= now)
        .order_by(Occurrence.id)
        .with_for_update(skip_locked=True)
    ).all()


def is_undone(session: AnySession, entry_id: int) -> bool:
    """Whether a history entry was taken back."""
    return session.scalar(select(HistoryEntry.id).where(HistoryEntry.undoes_id == entry_id)) is not None


def add_notifications(session: AnySession, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Write messages; one that stands already (occurrence, person, channel) is left as it is.

    Returns:
        Ids of those that are new and still to be sent.
    """
    if not rows:
        return ()
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    fresh = session.execute(
        dialect.insert(Notification).on_conflict_do_nothing().returning(Notification.id, Notification.state),
        list(rows),
    )
    return [notification_id for notification_id, state in fresh if state == PENDING]


def add_told_occurrence(
    session: AnySession,
    record_id: int | None,
    event: str,
    actor_id: int | None,
    people: Sequence[int],
    reason: str | None,
    at: datetime,
) -> int:
    """Write an occurrence of which the messages are written with it: nobody tells of it again."""
    occurrence = Occurrence(
        record_id=record_id, event=event, actor_id=actor_id, people=list(people), data={}, reason=reason,
        at=at, due_at=at, done_at=at,
    )  # fmt: skip
    session.add(occurrence)
    session.flush()
    return occurrence.id


def due_notifications(session: AnySession, now: datetime, limit: int) -> Sequence[int]:
    """Give messages that wait to be sent, the longest waiting first."""
    return session.scalars(
        select(Notification.id)
        .where(Notification.state == PENDING, Notification.due_at <= now)
        .order_by(Notification.due_at, Notification.id)
        .limit(limit)
    ).all()


def lease_notification(session: AnySession, notification_id: int, now: datetime, until: datetime) -> bool:
    """Take a waiting message for a while; False where somebody else has it or it is done."""
    taken = session.execute(
        update(Notification)
        .where(Notification.id == notification_id, Notification.state == PENDING, Notification.due_at <= now)
        .values(due_at=until, attempts=Notification.attempts + 1)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def due_digests(session: AnySession, now: datetime, limit: int) -> Sequence[int]:
    """Give the people whose gathered messages have come to their hour."""
    return session.scalars(
        select(Notification.user_id)
        .where(Notification.state == GATHERED, Notification.due_at <= now)
        .group_by(Notification.user_id)
        .order_by(func.min(Notification.due_at), Notification.user_id)
        .limit(limit)
    ).all()


def lease_gathered(
    session: AnySession, user_id: int, now: datetime, until: datetime
) -> Sequence[Notification]:
    """Take a person's gathered messages for a while, oldest first; none where somebody else has them."""
    due = (Notification.user_id == user_id, Notification.state == GATHERED, Notification.due_at <= now)
    ids = session.scalars(
        select(Notification.id).where(*due).order_by(Notification.id).with_for_update(skip_locked=True)
    ).all()
    if not ids:
        return ()
    session.execute(
        update(Notification)
        .where(*due)
        .values(due_at=until, attempts=Notification.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    taken = (Notification.user_id == user_id, Notification.state == GATHERED, Notification.due_at == until)
    query = select(Notification).where(*taken).order_by(Notification.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def read_in_app(session: AnySession, user_id: int, occurrence_ids: Sequence[int]) -> frozenset[int]:
    """Give of these occurrences those whose news a person has read in the application."""
    return frozenset(
        session.scalars(
            select(Notification.occurrence_id).where(
                Notification.user_id == user_id, Notification.occurrence_id.in_(occurrence_ids),
                Notification.read_at.is_not(None),
            )
        )
    )  # fmt: skip


def due_timers(session: AnySession, now: datetime, limit: int) -> Sequence[int]:
    """Give the timers whose moment has come, the longest waiting first."""
    return session.scalars(
        select(TimerRow.id).where(TimerRow.due_at <= now).order_by(TimerRow.due_at, TimerRow.id).limit(limit)
    ).all()


def claim_timer(session: AnySession, timer_id: int, now: datetime) -> TimerRow | None:
    """Lock and give a timer whose moment has come; None where it is gone or somebody holds it."""
    return session.scalar(
        select(TimerRow)
        .where(TimerRow.id == timer_id, TimerRow.due_at <= now)
        .with_for_update(skip_locked=True)
    )


def waiting_counts(session: AnySession, now: datetime) -> Mapping[str, int]:
    """Count what is overdue, for `doctor` and the health page."""
    occurrences = session.scalar(
        select(func.count())
        .select_from(Occurrence)
        .where(Occurrence.done_at.is_(None), Occurrence.due_at <= now)
    )
    messages = session.scalar(
        select(func.count())
        .select_from(Notification)
        .where(Notification.state == PENDING, Notification.due_at <= now)
    )
    timers = session.scalar(select(func.count()).select_from(TimerRow).where(TimerRow.due_at <= now))
    return {"occurrences": occurrences or 0, "messages": messages or 0, "timers": timers or 0}


def notifications_of(
    session: AnySession, user_id: int, channel: str, *, unread_only: bool, before_id: int | None, limit: int
) -> Sequence[Notification]:
    """Give a person's messages on a channel, newest first."""
    query = select(Notification).where(Notification.user_id == user_id, Notification.channel == channel)
    if unread_only:
        query = query.where(Notification.read_at.is_(None))
    if before_id is not None:
        query = query.where(Notification.id < before_id)
    return session.scalars(query.order_by(Notification.id.desc()).limit(limit)).all()


def unread_notices(session: AnySession, user_id: int, channel: str, link: str) -> Sequence[int]:
    """Give the unread messages of a person that lead to a page."""
    return session.scalars(
        select(Notification.id).where(
            Notification.user_id == user_id, Notification.channel == channel,
            Notification.read_at.is_(None), Notification.link == link,
        )
    ).all()  # fmt: skip


def actors_of(session: AnySession, occurrence_ids: Sequence[int]) -> Mapping[int, int | None]:
    """Give who acted in occurrences."""
    rows = session.execute(
        select(Occurrence.id, Occurrence.actor_id).where(Occurrence.id.in_(occurrence_ids))
    )
    return {occurrence_id: actor_id for occurrence_id, actor_id in rows}  # noqa: C416 - rows, not tuples


def count_unread(session: AnySession, user_id: int, channel: str) -> int:
    """Count a person's unread messages on a channel."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Notification)
            .where(
                Notification.user_id == user_id,
                Notification.channel == channel,
                Notification.read_at.is_(None),
            )
        )
        or 0
    )  # fmt: skip


def mark_read(
    session: AnySession, user_id: int, channel: str, ids: Sequence[int] | None, at: datetime
) -> int:
    """Mark a person's messages as read (None: all), and count those that were not."""
    query = update(Notification).where(
        Notification.user_id == user_id, Notification.channel == channel, Notification.read_at.is_(None)
    )
    if ids is not None:
        query = query.where(Notification.id.in_(ids))
    return int(session.execute(query.values(read_at=at)).rowcount)  # type: ignore[attr-defined]


def settle(session: AnySession, before: datetime, now: datetime) -> None:
    """Call occurrences before a moment told, and take away timers that are due."""
    session.execute(
        update(Occurrence).where(Occurrence.done_at.is_(None), Occurrence.at < before).values(done_at=now)
    )
    session.execute(delete(TimerRow).where(TimerRow.due_at <= now))


def drop_pending(session: AnySession) -> int:
    """Drop the messages that wait to be sent, and count them."""
    waiting = Notification.state.in_((PENDING, GATHERED))
    found = session.execute(update(Notification).where(waiting).values(state=DROPPED))
    return int(found.rowcount)  # type: ignore[attr-defined]
