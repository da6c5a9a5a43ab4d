"""The world as one person may see it: what a print, or any text written for that person, reads.

Records that he may not view are not there, fields and roles hidden from him are empty. Relations,
`count()` and the rest follow, because all of them ask this world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.model import Access
from luongviec.engine.planning.draft import Draft
from luongviec.engine.world import Actor, RecordState, World

_VIEW = "view"


class Sight(Draft):
    """A world narrowed to what an actor may see. The system sees all."""

    def __init__(self, base: World, actor: Actor) -> None:
        super().__init__(base)
        self.actor = actor
        self._seen: dict[int, RecordState | None] = {}

    def record(self, record_id: int) -> RecordState | None:
        if record_id not in self._seen:
            state = self.base.record(record_id)
            self._seen[record_id] = None if state is None else as_seen(self.base, self.actor, state)
        return self._seen[record_id]

    def children(self, owner_id: int, relation: str) -> Sequence[int]:
        return self._visible(self.base.children(owner_id, relation))

    def linked(self, record_id: int, module: str, relation: str, *, forward: bool) -> Sequence[int]:
        return self._visible(self.base.linked(record_id, module, relation, forward=forward))

    def referring(self, record_id: int, module: str, field: str) -> Sequence[int]:
        return self._visible(self.base.referring(record_id, module, field))

    def _visible(self, ids: Sequence[int]) -> Sequence[int]:
        return tuple(one for one in ids if self.record(one) is not None)


def as_seen(world: World, actor: Actor, record: RecordState) -> RecordState | None:
    """Give a record without what is hidden from an actor; None if he may not view it."""
    if actor.is_system:
        return record
    if not decide(world, actor, _VIEW, record).allowed:
        return None
    hidden = {name for name, word in field_access(world, actor, record).items() if word is Access.HIDDEN}
    if not hidden:
        return record
    return replace(
        record,
        values={name: value for name, value in record.values.items() if name not in hidden},
        participations=tuple(one for one in record.participations if one.role not in hidden),
    )
