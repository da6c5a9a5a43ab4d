"""Rows of what people chose for themselves, by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from luongviec.store.database import AnySession
from luongviec.store.models import Preference


def preference(session: AnySession, user_id: int, name: str) -> Any:
    """Give what a person chose, None where he chose nothing."""
    row = session.get(Preference, (user_id, name))
    return None if row is None else row.value


def put_preference(session: AnySession, user_id: int, name: str, value: Any) -> None:
    """Keep a choice in place of the one before; None: forget it."""
    row = session.get(Preference, (user_id, name))
    if value is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(Preference(user_id=user_id, name=name, value=value))
    else:
        row.value = value
    session.flush()


def preferences_of(session: AnySession, user_ids: Collection[int], name: str) -> Mapping[int, Any]:
    """Give what several people chose under one name; who chose nothing is missing."""
    if not user_ids:
        return {}
    rows = session.scalars(
        select(Preference).where(Preference.user_id.in_(sorted(user_ids)), Preference.name == name)
    )
    return {row.user_id: row.value for row in rows}
