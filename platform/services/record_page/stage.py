"""What a page tells those who take part: facts under the title, the plan's hours, who is there, who has read.

Read off the words `head`, `from`, `here`, `needed`, `own` and `read_by` of the module (M-23, M-33, M-48).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from luongviec.engine.deciding.decide import VIEW
from luongviec.engine.errors import LuongViecError
from luongviec.engine.model import Block, FieldType, Module
from luongviec.engine.people import members, people_of
from luongviec.engine.related import OWNER, related_ids
from luongviec.engine.world import HolderKind, RecordState
from luongviec.services.record_page.lines import MOST_COUNTED, length_of, open_value
from luongviec.services.records.receipts import RECEIPTS
from luongviec.services.showing import Showing
from luongviec.services.views import Cell, FileView, RelatedView, Row, StatusView
from luongviec.store import sharing as rows


@dataclass(frozen=True, slots=True)
class HeadFact:
    """One fact under the title; `until` makes a period of a moment."""

    cell: Cell
    codes: tuple[str, ...]  # of what it tells
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """How many lines of a roll count, of how many, and how many are needed."""

    here: int
    total: int
    needed: int | None = None

    @property
    def suffices(self) -> bool:
        """Whether enough are there."""
        return self.needed is None or self.here >= self.needed


@dataclass(frozen=True, slots=True)
class Reading:
    """How many of those expected to read something have opened it."""

    opened: int
    expected: int


def head_of(showing: Showing, record: RecordState) -> tuple[HeadFact, ...]:
    """Give the facts under the title that hold something; a moment after a moment ends it."""
    module = showing.module(record)
    showing.preload((record,), module.head)
    facts: list[HeadFact] = []
    for code in module.head:
        cell = showing.cell(record, code)
        if cell is None or cell.value in (None, "", ()):
            continue
        before = facts[-1] if facts else None
        if (
            before is not None
            and before.until is None
            and isinstance(before.cell.value, datetime)
            and isinstance(cell.value, datetime)
        ):
            facts[-1] = HeadFact(before.cell, (*before.codes, code), cell.value)
            continue
        label = module.fields[code].label if code in module.fields else module.roles[code].label
        facts.append(HeadFact(_counted(showing, record, replace(cell, heading=label)), (code,)))
    return tuple(facts)


def _counted(showing: Showing, record: RecordState, cell: Cell) -> Cell:
    """Give files with how many have opened them, for those who may know."""
    module = showing.module(record)
    kept = cell.code in module.receipts.fields and showing.case(record).has_permission(RECEIPTS)
    if cell.kind != FieldType.FILES or not kept or not isinstance(cell.value, tuple):
        return cell
    counts = rows.openings_by_file(showing.work.session, record.id)
    files = (one for one in cell.value if isinstance(one, FileView))
    return replace(cell, value=tuple(replace(one, opened_by_count=counts.get(one.id, 0)) for one in files))


def hours_of(
    showing: Showing, record: RecordState, block: Block, lines: RelatedView
) -> Mapping[int, datetime]:
    """Give when each line is planned to begin: one after the other, from a moment of the record."""
    start = open_value(showing, record, str(block.settings.get("from", "")))
    if not isinstance(start, datetime):
        return {}
    found, duration = {}, str(block.settings.get("duration", ""))
    for row in lines.rows:
        line = showing.world.record(row.record.id)
        found[row.record.id] = start
        length = None if line is None else length_of(open_value(showing, line, duration))
        start += length or timedelta()
    return found


def presence_of(
    showing: Showing, record: RecordState, block: Block, counts: Sequence[tuple[StatusView, int]]
) -> Presence | None:
    """Give how many of a roll are there; None where the block does not say what counts.

    None too for who does not see the whole roll: of a part of it the figure would be wrong.
    """
    here, total = block.names("here"), sum(count for _, count in counts)
    if not here or total < len(related_ids(showing.world, record, block.relation or "")):
        return None
    percent = open_value(showing, record, str(block.settings.get("needed", "")))
    needed = math.ceil(total * float(percent) / 100) if isinstance(percent, int | float) else None
    return Presence(sum(count for view, count in counts if view.code in here), total, needed)


def own_line(showing: Showing, record: RecordState, block: Block) -> RecordState | None:
    """Give the line that is the viewer's own, by the roles that the block names."""
    roles = block.names("own")
    if not roles:
        return None
    ids = related_ids(showing.world, record, block.relation or "")[:MOST_COUNTED]
    showing.world.preload(ids)
    lines = (showing.world.record(one) for one in ids)
    mine = (line for line in lines if line is not None and _is_own(showing, line, roles))
    return next((line for line in mine if line.deleted_at is None and showing.may_view(line)), None)


def _is_own(showing: Showing, line: RecordState, roles: Sequence[str]) -> bool:
    """Whether the viewer himself holds one of the roles on a line."""
    holders = (holder for role in roles for holder in line.holders(role))
    return any(one.kind is HolderKind.USER and one.id == showing.actor.user_id for one in holders)


def readings_of(
    showing: Showing, record: RecordState, block: Block, inside: Mapping[int, Sequence[Row]]
) -> Mapping[int, Reading]:
    """Give how many have opened what is inside the lines, for those who may read receipts (M-23, M-48).

    Expected is who holds one of the named roles and may open it as the matrix stands; who got in
    otherwise is not counted.
    """
    wanted = block.names("read_by")
    known = (showing.world.record(row.record.id) for group in inside.values() for row in group)
    kept = [
        one
        for one in known
        if one is not None
        and showing.module(one).receipts.record
        and showing.case(one).has_permission(RECEIPTS)
    ]
    if not wanted or not kept:
        return {}
    known_people: dict[tuple[str, str], Collection[int]] = {}  # sixty papers are read by the same people
    expected = {one.id: _expected(showing, one, wanted, known_people) for one in kept}
    everyone = sorted(set().union(*expected.values()))
    opened = rows.readers_by_record(showing.work.session, tuple(expected), everyone)
    return {
        one: Reading(min(opened.get(one, 0), len(people)), len(people))
        for one, people in expected.items()
        if people
    }


def _expected(
    showing: Showing,
    record: RecordState,
    wanted: Collection[str],
    known_people: dict[tuple[str, str], Collection[int]],
) -> frozenset[int]:
    """Give who is to read a record that hangs on another: holders of the wanted roles who may see it.

    Args:
        showing: the viewer's.
        record: what is to be read.
        wanted: roles whose holders are expected to.
        known_people: who holds a role of the owner, by module and column; filled in.
    """
    module, table = showing.module(record), showing.case(record).held.table
    found: set[int] = set()
    for code in table.codes(table.granting(record.status, VIEW)):
        role = code.rsplit(".", 1)[-1]
        if role in wanted and code in module.roles:
            found.update(_people(showing, module, code, record))
        elif role in wanted and role in owner_roles(module, code):
            if (module.code, code) not in known_people:
                known_people[module.code, code] = frozenset(_people(showing, module, code, record))
            found.update(known_people[module.code, code])
    return frozenset(found)


def owner_roles(module: Module, code: str) -> tuple[str, ...]:
    """Give the roles that a column derives from the owner, where it does."""
    derived = module.derived_roles.get(code.split(".", 1)[0])
    return () if derived is None or derived.via != OWNER or "." not in code else derived.roles


def _people(showing: Showing, module: Module, code: str, record: RecordState) -> Sequence[int]:
    try:
        return members(showing.world, people_of(module, code), record=record)
    except LuongViecError:  # a condition that does not hold for this record names nobody
        return ()


def is_staged(showing: Showing, record: RecordState) -> bool:
    """Whether the page is laid out for those who take part just now."""
    condition = showing.module(record).stage_when
    if condition is None:
        return False
    try:
        return condition.holds(showing.scope(record))
    except LuongViecError:
        return False
