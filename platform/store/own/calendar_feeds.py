"""Rows of calendar feeds: whose calendar stands behind which private address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from luongviec.store.database import AnySession
from luongviec.store.models import CalendarFeed


def put_feed(session: AnySession, user_id: int, token_hash: str, now: datetime) -> None:
    """Give a person a feed, in place of the one there was."""
    drop_feed(session, user_id)
    session.add(CalendarFeed(user_id=user_id, token_hash=token_hash, created_at=now))
    session.flush()


def drop_feed(session: AnySession, user_id: int) -> None:
    """End a person's feed."""
    session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == user_id))


def feed_of(session: AnySession, user_id: int) -> CalendarFeed | None:
    """Give a person's feed."""
    return session.get(CalendarFeed, user_id)


def feed_by_hash(session: AnySession, token_hash: str) -> CalendarFeed | None:
    """Give the feed of an address."""
    return session.scalar(select(CalendarFeed).where(CalendarFeed.token_hash == token_hash))


def touch_feed(session: AnySession, user_id: int, now: datetime) -> None:
    """Remember that a feed was read."""
    session.execute(update(CalendarFeed).where(CalendarFeed.user_id == user_id).values(last_used_at=now))
