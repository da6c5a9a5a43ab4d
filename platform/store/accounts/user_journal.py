"""What the audit journal holds about one account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from luongviec.store.database import AnySession
from luongviec.store.models import AuditEntry, User


def entries_about(session: AnySession, user_id: int, limit: int) -> Sequence[tuple[AuditEntry, str]]:
    """Give the newest entries about an account, each with the name of who made it ("": the system)."""
    query = (
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.subject_kind == "user", AuditEntry.subject_id == str(user_id))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [(entry, name or "") for entry, name in session.execute(query)]


def last_change(session: AnySession, user_id: int) -> tuple[str, datetime | None]:
    """Give who changed an account last, and when."""
    for entry, name in entries_about(session, user_id, 1):
        return name, entry.at
    return "", None
