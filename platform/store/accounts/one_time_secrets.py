"""Rows of one-time secrets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from luongviec.store.database import AnySession
from luongviec.store.models import OneTimeSecret, User

AT_ONCE = 500


def end_secrets(
    session: AnySession, user_ids: Sequence[int], at: datetime, *, purpose: str | None = None
) -> None:
    """Use up the secrets of people: all, or those for one purpose."""
    for start in range(0, len(user_ids), AT_ONCE):
        query = update(OneTimeSecret).where(
            OneTimeSecret.user_id.in_(user_ids[start : start + AT_ONCE]), OneTimeSecret.used_at.is_(None)
        )
        if purpose is not None:
            query = query.where(OneTimeSecret.purpose == purpose)
        session.execute(query.values(used_at=at, due_at=None))


def secret_by_hashes(session: AnySession, hashes: Sequence[str]) -> tuple[OneTimeSecret, User] | None:
    """Give a secret with its person by one of the hashes, used and expired ones too."""
    row = session.execute(
        select(OneTimeSecret, User)
        .join(User, User.id == OneTimeSecret.user_id)
        .where(OneTimeSecret.token_hash.in_(hashes))
    ).first()
    return None if row is None else (row[0], row[1])


def newest_secret(session: AnySession, user_id: int, channel: str) -> OneTimeSecret | None:
    """Give the last secret that went to a person on a channel, locked against another try."""
    return session.scalar(
        select(OneTimeSecret)
        .where(OneTimeSecret.user_id == user_id, OneTimeSecret.channel == channel)
        .order_by(OneTimeSecret.id.desc())
        .limit(1)
        .with_for_update()
    )


def issued_since(session: AnySession, user_id: int, purpose: str, since: datetime) -> int:
    """Count the secrets that were made for a person and a purpose."""
    query = select(func.count()).where(
        OneTimeSecret.user_id == user_id, OneTimeSecret.purpose == purpose, OneTimeSecret.created_at > since
    )
    return int(session.scalar(query) or 0)


def due_secrets(session: AnySession, now: datetime, limit: int) -> Sequence[int]:
    """Give the secrets that are to be sent by now."""
    return session.scalars(
        select(OneTimeSecret.id)
        .where(OneTimeSecret.due_at <= now)
        .order_by(OneTimeSecret.due_at)
        .limit(limit)
    ).all()
