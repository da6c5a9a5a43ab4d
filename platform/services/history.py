"""A record's history, as far as this person may read it: who, when, what, why, for whom."""

from __future__ import annotations

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import HistoryView


def history(
    platform: Platform, actor: Actor, record_id: int, *, limit: int = 50, before_id: int | None = None
) -> tuple[HistoryView, ...]:
    """Give entries, newest first; changes of fields hidden from the person are left out."""
    raise NotImplementedError
