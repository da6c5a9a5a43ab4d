"""Rows of one-time secrets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

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
