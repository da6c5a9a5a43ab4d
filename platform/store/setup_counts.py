"""Counts for the first page of the settings area."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from luongviec.store.database import AnySession
from luongviec.store.models import SignInAttempt, UnitChange
from luongviec.store.organisation import unit_changes


def changes_of_units(session: AnySession) -> tuple[int, int]:
    """Count the changes of units that are planned, and those that could not be carried out."""
    states = (unit_changes.PLANNED, unit_changes.FAILED)
    rows = session.execute(
        select(UnitChange.state, func.count()).where(UnitChange.state.in_(states)).group_by(UnitChange.state)
    )
    counts = {state: int(count) for state, count in rows}
    return counts.get(unit_changes.PLANNED, 0), counts.get(unit_changes.FAILED, 0)


def failed_sign_ins(session: AnySession, kind: str, since: datetime) -> int:
    """Count the failed attempts of a kind since a moment."""
    return (
        session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(SignInAttempt.at >= since, SignInAttempt.kind == kind, SignInAttempt.succeeded.is_(False))
        )
        or 0
    )
