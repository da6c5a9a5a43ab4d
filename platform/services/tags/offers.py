"""Which tags a person is offered: those for everybody, and those of the units that he works in or below."""

from __future__ import annotations

from luongviec.services.views import TagView
from luongviec.store import tags as rows
from luongviec.store.world import StoreWorld

#: What a module says in `has` when its records carry tags.
FEATURE = "tags"
ADMINISTERS = "admin.tags"
MOST_TAGS = 500


def offered_tags(world: StoreWorld, user_id: int | None) -> tuple[TagView, ...]:
    """Give the tags that a person may put on records and narrow by, by name; the system has all."""
    found = rows.all_tags(world.session, MOST_TAGS)
    if user_id is not None and any(tag.unit_id is not None for tag in found):
        held = {holding.unit_id for holding in world.holdings(user_id)}
        near = {above for unit_id in held for above in world.organisation.path(unit_id)}
        reached = world.function_units(user_id, ADMINISTERS)
        if reached is not None:
            near |= reached
            found = [tag for tag in found if tag.unit_id is None or tag.unit_id in near]
    return tuple(TagView(tag.id, tag.name, tag.tone) for tag in found)
