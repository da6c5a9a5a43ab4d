"""Search over everything that a person may see, marks and case ignored."""

from __future__ import annotations

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import SearchPage


def search(platform: Platform, actor: Actor, q: str, *, module: str = "", limit: int = 20) -> SearchPage:
    """Give the newest records with all the words of `q`, of one module or of all."""
    raise NotImplementedError
