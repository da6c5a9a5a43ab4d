"""How far a record has come over time, beside the straight way to its due moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.model import Access, Relation
from luongviec.engine.related import related_ids
from luongviec.engine.world import RecordState
from luongviec.services.record_page.trees import visible_records
from luongviec.services.showing import Showing

MOST_POINTS = 100


@dataclass(frozen=True, slots=True)
class ProgressPoint:
    """How far it had come at a moment, in percent."""

    at: datetime
    percent: float


@dataclass(frozen=True, slots=True)
class ProgressView:
    """The way so far (`points`, oldest first) and the plan: even, from the beginning until `until`."""

    begun: datetime
    until: datetime | None
    now: datetime
    points: tuple[ProgressPoint, ...]
    late: bool

    @property
    def percent(self) -> float:
        """How far it has come."""
        return self.points[-1].percent if self.points else 0.0


def progress_of(
    showing: Showing, record: RecordState, relation: Relation, value: str, until: str
) -> ProgressView | None:
    """Give the progress that the records of a relation tell of; None where none does.

    Args:
        showing: the viewer's.
        record: the record.
        relation: through which the reports hang on it.
        value: the field of a report that holds the percentage.
        until: the field of the record that says when it should be done.
    """
    ids = related_ids(showing.world, record, relation.code)[-MOST_POINTS:]
    points = []
    for one in sorted(visible_records(showing, ids, MOST_POINTS), key=lambda found: found.created_at):
        percent = one.values.get(value)
        seen = showing.access(one).get(value, Access.HIDDEN) is not Access.HIDDEN
        if seen and isinstance(percent, int | float) and not isinstance(percent, bool):
            points.append(ProgressPoint(one.created_at, min(100.0, max(0.0, float(percent)))))
    if not points:
        return None
    due = record.values.get(until) if until else None
    hidden = showing.access(record).get(until, Access.HIDDEN) is Access.HIDDEN
    planned = due if isinstance(due, datetime) and not hidden else None
    closed = showing.closed_at(record)
    end = closed or showing.work.now
    late = planned is not None and end > planned and points[-1].percent < 100
    return ProgressView(record.created_at, planned, end, tuple(points), late)
