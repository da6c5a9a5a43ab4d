"""Which statuses a record entered and when, in order; what was taken back is not among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

Visit = tuple[str, datetime]


def last_entered(visits: Sequence[Visit], status: str) -> datetime | None:
    """Give when a status was last entered."""
    return max((at for code, at in visits if code == status), default=None)


def spent_in(visits: Sequence[Visit], status: str, now: datetime) -> timedelta:
    """Give how long a record has been in a status altogether."""
    ends = [at for _, at in visits[1:]] + [now]
    spans = (end - at for (code, at), end in zip(visits, ends, strict=False) if code == status)
    return sum(spans, timedelta())


def without_last(visits: Sequence[Visit], left: str) -> tuple[Visit, ...]:
    """Take back the visit to the status that is left, if it is the last one."""
    return tuple(visits[:-1] if visits and visits[-1][0] == left else visits)
