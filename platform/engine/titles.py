"""The title of a record, by its module's template."""

from __future__ import annotations

from luongviec.engine.scope import scope_for
from luongviec.engine.world import RecordState, World

MAX_TITLE = 500


def title_of(world: World, record: RecordState) -> str:
    """Render a record's title on one line, cut where it grows out of bounds."""
    template = world.in_force(record).module.title
    title = " ".join(template.render(scope_for(world, record)).split())
    return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1] + "…"
