"""Why somebody may or may not do something: the proof of the very decision, in words."""

from __future__ import annotations

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import Explanation


def explain(
    platform: Platform, actor: Actor, record_id: int, *, action: str | None = None, user_id: int | None = None
) -> tuple[Explanation, ...]:
    """Explain one action, or every action and permission of the module.

    Args:
        user_id: for somebody else; needs the function `admin.definitions` or `MODULE.admin`.
    """
    raise NotImplementedError
