"""Rows of set parameters, and who touched them last."""

from __future__ import annotations

from sqlalchemy import delete, select

from luongviec.engine.world import Value
from luongviec.store.database import AnySession
from luongviec.store.models import AuditEntry, Setting


def keep(session: AnySession, kind: str, subject: str, unit_id: int | None, value: Value) -> None:
    """Keep what a unit (None: the installation) sets; value None: it sets nothing any more."""
    session.execute(
        delete(Setting).where(Setting.unit_id == unit_id, Setting.kind == kind, Setting.subject == subject)
    )
    if value is not None:
        session.add(Setting(unit_id=unit_id, kind=kind, subject=subject, value=value))
    session.flush()


def newest_entry(session: AnySession, subject_kind: str, subject_id: str) -> AuditEntry | None:
    """Give the journal's newest line about a subject."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
