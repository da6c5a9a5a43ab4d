"""What the database says of itself."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from luongviec.store.database import AnySession


def database_now(session: AnySession) -> datetime:
    """Give the database's own clock; SQLite has none but ours."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC)
