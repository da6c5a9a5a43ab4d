"""What stands on the lines of a block beside their cells: clocks, and records inside them (M-33, M-86)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from luongviec.engine.model import Access, Block, Module
from luongviec.engine.related import related_ids
from luongviec.engine.world import RecordState
from luongviec.services.record_page.trees import visible_records
from luongviec.services.showing import Showing
from luongviec.services.views import RelatedView, Row, StatusView

MOST_INSIDE = 100
MOST_COUNTED = 2_000


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock on the current line: when it began to run, and how long it is meant to."""

    since: datetime
    length: timedelta | None = None

    @property
    def until(self) -> datetime | None:
        """When the time is over."""
        return None if self.length is None else self.since + self.length


def clocks_of(showing: Showing, block: Block, lines: RelatedView) -> Mapping[int, Clock]:
    """Give the clocks of the lines in the block's current status, by record; none where a field is hidden."""
    current, timer = block.settings.get("current"), block.settings.get("timer")
    if not isinstance(timer, str):
        return {}
    found = {}
    for row in lines.rows:
        record = showing.world.record(row.record.id)
        if record is None or record.status != current:
            continue
        since = open_value(showing, record, timer)
        if isinstance(since, datetime):
            length = open_value(showing, record, str(block.settings.get("duration", "")))
            found[record.id] = Clock(since, length_of(length))
    return found


def inside_rows(
    showing: Showing,
    record: RecordState,
    module: Module,
    block: Block,
    make_row: Callable[[RecordState], Row],
) -> Mapping[int, Sequence[Row]]:
    """Give what the relations under `inside` hold, by the line that one of their fields points to."""
    named, relation = block.names("inside"), module.relations.get(block.relation or "")
    if not named or relation is None:
        return {}
    found: dict[int, list[Row]] = {}
    for code in named:
        inner = module.relations.get(code)
        if inner is None:
            continue
        target = showing.world.workspace.modules[inner.target]
        pointing = [name for name, one in target.fields.items() if one.record_of == relation.target]
        for one in visible_records(showing, related_ids(showing.world, record, inner.code), MOST_INSIDE):
            line = next((value for name in pointing if (value := open_value(showing, one, name))), None)
            if isinstance(line, int):
                found.setdefault(line, []).append(make_row(one))
    return found


def counts_of(
    showing: Showing, record: RecordState, block: Block, lines: RelatedView
) -> Sequence[tuple[StatusView, int]]:
    """Give how many lines stand in each status, of all that the viewer may see, not of the first alone."""
    seen = [row.record.status for row in lines.rows]
    if lines.more:
        ids = related_ids(showing.world, record, block.relation or "")
        seen = [showing.status(one) for one in visible_records(showing, ids, MOST_COUNTED)]
    views = {view.code: view for view in seen}
    return tuple((view, sum(1 for one in seen if one.code == code)) for code, view in views.items())


def open_value(showing: Showing, record: RecordState, field: str) -> object:
    """Give what a field holds, None where it is hidden from the viewer."""
    if showing.access(record).get(field, Access.HIDDEN) is Access.HIDDEN:
        return None
    return record.values.get(field)


def length_of(value: object) -> timedelta | None:
    """Give a length; a bare number counts minutes."""
    if isinstance(value, timedelta):
        return value
    return timedelta(minutes=float(value)) if isinstance(value, int | float) and value > 0 else None
