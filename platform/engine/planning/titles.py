"""The title of a record, by its module's template, and the titles that follow another record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.planning.draft import Draft
from luongviec.engine.planning.readers import readers_of, titles_read
from luongviec.engine.world import RecordState, World

MAX_TITLE = 500
#: So many titles follow another record at once; those beyond follow with their own next change.
MAX_FOLLOWING = 200


def title_of(world: World, record: RecordState) -> str:
    """Render a record's title on one line, cut where it grows out of bounds."""
    template = world.in_force(record).module.title
    title = " ".join(template.render(scope_for(world, record)).split())
    return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1] + "…"


def titles_following(world: World, record_ids: Iterable[int]) -> tuple[RecordState, ...]:
    """Give the records whose titles read these and are no longer right, with their new titles.

    A title may follow a title that follows; together they are `MAX_FOLLOWING` at most.
    """
    draft = Draft(world)
    changed: list[RecordState] = []
    waiting = list(dict.fromkeys(record_ids))
    seen = set(waiting)
    most = len(seen) + MAX_FOLLOWING
    while waiting:
        record = draft.record(waiting.pop())
        readers = () if record is None else readers_of(draft, world, record, titles_read)
        for reader in (draft.record(one) for one in readers if one not in seen):
            if reader is None or len(seen) >= most:
                continue
            seen.add(reader.id)
            title = title_of(draft, reader)
            if title != reader.title:
                changed.append(replace(reader, title=title))
                draft.put(changed[-1])
                waiting.append(reader.id)
    return tuple(changed)
