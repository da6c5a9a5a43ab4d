"""The frame around every page: who, where, menu with counters, what may be created, unread count."""

from __future__ import annotations

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import Shell


def shell(platform: Platform, actor: Actor) -> Shell:
    """Give the frame's data in a bounded number of queries."""
    raise NotImplementedError
