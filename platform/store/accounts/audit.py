"""Reading the journal of changes: newest first, by a cursor, searched without marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from luongviec.store.database import AnySession
from luongviec.store.folding import fold
from luongviec.store.models import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What narrows the journal; empty and None: nothing. `until` itself is not included."""

    q: str = ""
    actor_id: int | None = None
    subject_kind: str = ""
    subject_id: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


def audit_entries(
    session: AnySession, search: AuditSearch, *, before: int | None, limit: int
) -> Sequence[AuditEntry]:
    """Give entries, newest first, that are older than the entry `before`."""
    conditions = _conditions(search)
    if before is not None:
        conditions.append(AuditEntry.id < before)
    query = select(AuditEntry).where(*conditions).order_by(AuditEntry.id.desc()).limit(limit)
    return session.scalars(query).all()


def _conditions(search: AuditSearch) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        AuditEntry.words.contains(word, autoescape=True) for word in fold(search.q).split()
    ]
    if search.actor_id is not None:
        found.append(AuditEntry.actor_id == search.actor_id)
    for column, value in (
        (AuditEntry.subject_kind, search.subject_kind),
        (AuditEntry.subject_id, search.subject_id),
        (AuditEntry.action, search.action),
    ):
        if value:
            found.append(column == value)
    if search.since is not None:
        found.append(AuditEntry.at >= search.since)
    if search.until is not None:
        found.append(AuditEntry.at < search.until)
    return found
