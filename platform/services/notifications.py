"""A person's in-app notifications."""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import NotificationView


def list_notifications(
    platform: Platform,
    actor: Actor,
    *,
    unread_only: bool = False,
    limit: int = 30,
    before_id: int | None = None,
) -> tuple[NotificationView, ...]:
    """Give them newest first; of a record that the person may no longer see only the text remains."""
    raise NotImplementedError


def unread_count(platform: Platform, actor: Actor) -> int:
    """Count the unread ones."""
    raise NotImplementedError


def mark_read(platform: Platform, actor: Actor, ids: Sequence[int] | None = None) -> int:
    """Mark these (None: all) as read and give how many changed."""
    raise NotImplementedError
