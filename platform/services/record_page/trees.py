"""The tree of records that own one another through one relation, and what it comes to (T-121).

To any depth, read a level at a time; what is too deep or too wide for a page says that there is more.
Nothing counts in it that the viewer may not see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from luongviec.engine.model import Relation
from luongviec.engine.related import related_ids
from luongviec.engine.world import RecordState
from luongviec.services.record_page.course import RollUp
from luongviec.services.showing import Showing
from luongviec.services.views import Cell, StatusView, TreeNode

MOST_NODES = 200
DEEPEST = 24


def visible_records(showing: Showing, ids: Sequence[int], limit: int) -> list[RecordState]:
    """Give the records among the first so many that the viewer may see."""
    first = ids[:limit]
    showing.world.preload(first)
    records = (showing.world.record(record_id) for record_id in first)
    return [r for r in records if r is not None and r.deleted_at is None and showing.may_view(r)]


def top_of(showing: Showing, record: RecordState, relation: Relation) -> RecordState:
    """Give the highest record above one, through one relation, that the viewer sees the way up to."""
    for _ in range(DEEPEST):
        owner = None if record.owner_id is None else showing.world.record(record.owner_id)
        if owner is None or record.owner_relation != relation.code or owner.module != relation.target:
            break
        if owner.deleted_at is not None or not showing.may_view(owner):
            break
        record = owner
    return record


class TreeBuilder:
    """Builds a bounded tree, one level's children at a time."""

    def __init__(self, showing: Showing, relation: Relation, this: int, columns: Sequence[str]) -> None:
        self._showing = showing
        self._relation = relation
        self._this = this
        self._columns = columns
        self._below: dict[int, list[RecordState]] = {}
        self._cut: set[int] = set()

    def build(self, top: RecordState) -> TreeNode:
        """Give the tree below a record."""
        level, count, everything = [top], 1, [top]
        for _ in range(DEEPEST):
            below: list[RecordState] = []
            for record in level:
                ids = related_ids(self._showing.world, record, self._relation.code)
                room = max(0, MOST_NODES - count)
                if len(ids) > room:
                    self._cut.add(record.id)
                children = visible_records(self._showing, ids, room)
                self._below[record.id] = children
                count += len(children)
                below += children
            everything += below
            level = below
            if not level:
                break
        else:
            self._cut.update(record.id for record in level)
        self._showing.preload(everything, self._columns)
        return self._node(top)

    def roll_up(self, record_id: int) -> RollUp:
        """Give what the visible records below one come to."""
        statuses: dict[str, tuple[StatusView, int]] = {}
        total = closed = late = 0
        for record in self._all_below(record_id):
            view = self._showing.status(record)
            statuses[view.code] = (view, statuses.get(view.code, (view, 0))[1] + 1)
            total += 1
            closed += view.final
            late += not view.final and self._showing.due(record)[2]
        return RollUp(total, closed, late, self._percent(record_id), tuple(statuses.values()))

    def _all_below(self, record_id: int) -> Iterator[RecordState]:
        for child in self._below.get(record_id, ()):
            yield child
            yield from self._all_below(child.id)

    def _percent(self, record_id: int) -> int | None:
        """Give the mean progress of the children; None where their module has no percentage to see."""
        found = []
        for child in self._below.get(record_id, ()):
            status = self._showing.world.in_force(child).group.statuses[child.status]
            if status.is_final and status.side_path:
                continue  # given up: it is no part of the work
            known = next((cell for cell in self._cells(child) if cell.is_percent), None)
            if known is None:
                return None
            found.append(100.0 if status.is_final else _number(known.value))
        return round(sum(found) / len(found)) if found else None

    def _node(self, record: RecordState) -> TreeNode:
        children = tuple(self._node(child) for child in self._below.get(record.id, ()))
        return TreeNode(
            self._showing.record_link(record),
            self._cells(record),
            children,
            record.id == self._this,
            total=sum(1 + child.total for child in children),
            closed=sum(child.record.status.final + child.closed for child in children),
            more=record.id in self._cut,
        )

    def _cells(self, record: RecordState) -> tuple[Cell, ...]:
        return tuple(cell for code in self._columns if (cell := self._showing.cell(record, code)))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
