"""The home page: cards of the first preset that fits the person, or sensible ones from the lists."""

from __future__ import annotations

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import HomeCard


def home(platform: Platform, actor: Actor) -> tuple[HomeCard, ...]:
    """Give the cards, in order."""
    raise NotImplementedError
