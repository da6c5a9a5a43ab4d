"""Keys of requests that must be done once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from luongviec.store.database import AnySession
from luongviec.store.models import IdempotencyKey


def key_of(session: AnySession, user_id: int, key: str) -> IdempotencyKey | None:
    """Give what a person's key stands for."""
    return session.scalar(
        select(IdempotencyKey).where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key)
    )


def forget_keys(session: AnySession, before: datetime) -> None:
    """Forget keys that are older than anybody would try again."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.at < before))
