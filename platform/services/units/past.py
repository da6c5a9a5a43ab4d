"""What was of a unit, for its page: former names, the change it went in, changes still to come (O-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.text import Text
from luongviec.services.platform import Work
from luongviec.services.unit_changes.plans import change_from_json
from luongviec.services.unit_changes.views import ended_by, sentence_of
from luongviec.store.organisation import unit_changes as rows


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change with a link to its page."""

    id: int
    sentence: Text
    at: datetime


@dataclass(frozen=True, slots=True)
class UnitPast:
    """Former names, the newest first, each with its end; `ended` is how a unit went."""

    names: tuple[tuple[str, datetime], ...]
    ended: PastChange | None
    coming: PastChange | None


def past_of(work: Work, unit_id: int, *, active: bool) -> UnitPast:
    """Give what was of a unit that the actor may see, and what is planned."""
    names = work.world.organisation.former_names.get(unit_id, ())
    ended = None if active else ended_by(work, unit_id)
    planned = rows.planned_with(work.session, (unit_id,))
    coming = None
    if planned is not None:
        change = change_from_json(planned.kind, planned.plan["change"])
        coming = PastChange(planned.id, sentence_of(work, change), planned.effective_at)
    return UnitPast(
        tuple((name, until) for until, name in reversed(names)),
        None if ended is None else PastChange(*ended),
        coming,
    )
