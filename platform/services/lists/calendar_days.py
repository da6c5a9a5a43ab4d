"""The days of a calendar: what stands on them, hour by hour, and what clashes (M-83, M-89).

A list says by `clash` what no two of its records may share at the same time: a room, a person, or the
viewer's own time. Only what he sees is compared, so a mark never tells of a record that he may not see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from luongviec.engine.model import Access, List
from luongviec.engine.text import Text
from luongviec.engine.world import RecordState
from luongviec.services.showing import Showing
from luongviec.services.views import FilterOption, PersonView, RecordLink, Row, UnitView

#: The hours that a day shows where nothing is earlier or later.
FIRST_HOUR, LAST_HOUR = 7, 17
VIEWER = "actor"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One record on one day. `starts` and `ends` are moments on that day, None where it goes on or has
    days only."""

    row: Row
    starts: datetime | None
    ends: datetime | None
    goes_on: bool = False  # began on a day before
    clashes: bool = False  # shares with another what no two may have at the same time
    group: FilterOption | None = None  # what the list is grouped by: the room, say


@dataclass(frozen=True, slots=True)
class CalendarDay:
    day: date
    entries: tuple[CalendarEntry, ...] = ()
    in_span: bool = True  # a day of the weeks around a month is not
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """What stands on a day for one of the things by which a list is grouped, or for none of them."""

    group: FilterOption | None
    day: CalendarDay


@dataclass(frozen=True, slots=True)
class HourCell:
    """One hour of one day: what begins in it; `taken`: something else goes on through it."""

    entries: tuple[CalendarEntry, ...] = ()
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Hour:
    at: time
    cells: tuple[HourCell, ...]  # one for each day


@dataclass(frozen=True, slots=True)
class Hours:
    """Days side by side, hour by hour. `whole`: for each day, what does not begin at an hour of it."""

    whole: tuple[tuple[CalendarEntry, ...], ...]
    hours: tuple[Hour, ...]


def group_of(row: Row, code: str | None) -> FilterOption | None:
    """Say what a row belongs to in a list that is grouped by a column."""
    cell = next((cell for cell in row.cells if cell.code == code), None)
    if cell is None:
        return None
    first = next(iter(cell.value), None) if isinstance(cell.value, tuple) else cell.value
    if isinstance(first, RecordLink):
        return FilterOption(str(first.id), Text(first.title))
    if isinstance(first, PersonView | UnitView):
        return FilterOption(str(first.id), Text(first.name))
    return None if cell.label is None else FilterOption(str(first), cell.label)


def lanes_of(day: CalendarDay, always: Sequence[FilterOption]) -> tuple[Lane, ...]:
    """Part a day by what its entries belong to.

    Args:
        always: what has a lane even where nothing stands in it: one looks for what is free.
    """
    groups = {one.value: one for one in always}
    grouped: dict[str, list[CalendarEntry]] = {one: [] for one in groups}
    nameless = [entry for entry in day.entries if entry.group is None]
    for entry in day.entries:
        if entry.group is not None:
            groups.setdefault(entry.group.value, entry.group)
            grouped.setdefault(entry.group.value, []).append(entry)
    lanes = [Lane(groups[one], replace(day, entries=tuple(entries))) for one, entries in grouped.items()]
    return (*lanes, *((Lane(None, replace(day, entries=tuple(nameless))),) if nameless else ()))


def hours_of(days: Sequence[CalendarDay], zone: tzinfo) -> Hours:
    """Lay days out by the hours in which their entries begin; none is left out, however early or late."""
    timed = [entry for day in days for entry in day.entries if entry.starts is not None]
    first = min([FIRST_HOUR, *(entry.starts.hour for entry in timed if entry.starts is not None)])
    ends = [entry.ends - timedelta(minutes=1) for entry in timed if entry.ends is not None]
    begun = [entry.starts for entry in timed if entry.starts is not None]
    last = max([LAST_HOUR, *(moment.hour for moment in (*begun, *ends))])
    return Hours(
        tuple(tuple(entry for entry in day.entries if entry.starts is None) for day in days),
        tuple(
            Hour(time(hour), tuple(_cell(day, hour, zone) for day in days)) for hour in range(first, last + 1)
        ),
    )


def _cell(day: CalendarDay, hour: int, zone: tzinfo) -> HourCell:
    begins = datetime.combine(day.day, time(hour), zone)
    return HourCell(
        tuple(one for one in day.entries if one.starts is not None and one.starts.hour == hour),
        any(_goes_through(one, begins) for one in day.entries),
    )


def _goes_through(entry: CalendarEntry, begins: datetime) -> bool:
    """Whether something that began before an hour is not over when it begins."""
    if entry.starts is None or entry.starts >= begins:
        return False
    ends = entry.row.ends_at
    return ends is not None and ends > begins


# --- Clashes --------------------------------------------------------------------------------------------


def clashing_ids(showing: Showing, listed: List, rows: Sequence[Row]) -> frozenset[int]:
    """Give the records that share with another one what the list says no two may have at once.

    What stands beside the way (put off, called off) takes no time; what has no end takes none either.
    """
    if listed.clash is None:
        return frozenset()
    sharing: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        record = showing.world.record(row.record.id)
        if record is None or row.starts_at is None or row.ends_at is None:
            continue
        if not showing.world.in_force(record).group.statuses[record.status].side_path:
            for key in _keys(showing, listed.clash, record):
                sharing[key].append(row)
    return frozenset(one for group in sharing.values() for one in _overlapping(group))


def _keys(showing: Showing, name: str, record: RecordState) -> Iterator[Hashable]:
    """Give what a record takes for its time, as far as the viewer sees it."""
    if name == VIEWER:
        yield VIEWER
        return
    if showing.access(record).get(name, Access.READ) is Access.HIDDEN:
        return
    if name in showing.world.in_force(record).module.roles:
        yield from ((holder.kind, holder.id) for holder in record.holders(name))
        return
    value = record.values.get(name)
    for one in value if isinstance(value, tuple) else (value,):
        if one is not None and isinstance(one, Hashable):
            yield one


def _overlapping(rows: Sequence[Row]) -> Iterator[int]:
    """Give the ids of rows that overlap: each is compared with what of those before it lasts longest."""
    timed = [(row.starts_at, row.ends_at, row.record.id) for row in rows]
    spans = sorted((start, end, one) for start, end, one in timed if start is not None and end is not None)
    longest: tuple[datetime, int] | None = None
    for start, end, one in spans:
        if longest is not None and start < longest[0]:
            yield from (longest[1], one)
        if longest is None or end > longest[0]:
            longest = (end, one)
