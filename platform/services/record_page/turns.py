"""Whose turn a record is, since when, what comes next and by whom; how long each status took (T-12).

Everything is read off the status group and the matrix: those who may bring a record along its main
path have it. Persons in roles come before the people of units: what an officer has taken up does not
wait for his head. Statuses on the side (refused, cancelled) lead nowhere of themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from luongviec.engine.deciding.authorities import deputies_of
from luongviec.engine.deciding.tables import Table
from luongviec.engine.errors import LuongViecError
from luongviec.engine.model import Column, ColumnKind, Status, StatusGroup
from luongviec.engine.people import members, people_of
from luongviec.engine.text import Text
from luongviec.engine.world import HolderKind, RecordState
from luongviec.services.record_page.course import (
    Handler,
    NextStatus,
    StatusTime,
    TurnPart,
    TurnView,
    VoiceSheet,
)
from luongviec.services.showing import Showing
from luongviec.services.views import PersonView
from luongviec.services.wording import column_text

MOST_HANDLERS = 6  # people that are named for one role; the people block has all
MOST_DEPUTIES = 8  # people whose deputies are looked for
#: Columns whose people can be named; groups, everyone and the system are nobody's turn.
PERSONAL = frozenset({ColumnKind.ROLE, ColumnKind.SLOT, ColumnKind.DERIVED, ColumnKind.DERIVED_SLOT})


def turn_of(showing: Showing, record: RecordState, voices: Sequence[VoiceSheet] = ()) -> TurnView | None:
    """Give who has a record now; None where it is finished, deleted, or nobody can carry it on.

    Args:
        showing: the viewer's.
        record: the record.
        voices: what several people are asked for now: who has spoken no longer has it.
    """
    table = showing.case(record).held.table
    status = table.group.statuses[record.status]
    if status.is_final or record.deleted_at is not None:
        return None
    targets = _forward(table.group, status)
    columns = _columns(table, status, targets)
    parts = tuple(_parts(showing, record, columns))
    if not parts:
        return None
    missing = {person.id for sheet in voices for person in sheet.missing}
    if missing:
        parts = _waiting_for(parts, missing)
    return TurnView(
        parts, _since(record, columns), tuple(_following(showing, record, table, status, targets))
    )


def awaited_in(showing: Showing, record: RecordState, status: Status) -> tuple[PersonView, ...]:
    """Give the people who would have a record in a status ahead, as its roles are held now."""
    table = showing.case(record).held.table
    columns = _columns(table, status, _forward(table.group, status))
    found: dict[int, PersonView] = {}
    for column in columns:
        if column.kind is ColumnKind.ROLE:
            for person in _people_of(showing, record, column):
                found.setdefault(person.id, person)
    return tuple(found.values())[:MOST_HANDLERS]


def times_of(showing: Showing, record: RecordState) -> tuple[StatusTime, ...]:
    """Give how long a record has been in each status that it visited, in the order of first visits."""
    visits = showing.world.visits_of(record.id)
    group = showing.world.in_force(record).group
    ends = [at for _, at in visits[1:]] + [showing.work.now]
    spent: dict[str, timedelta] = {}
    count: dict[str, int] = {}
    last = len(visits) - 1
    for place, ((code, at), end) in enumerate(zip(visits, ends, strict=True)):
        closed = place == last and code in group.statuses and group.statuses[code].is_final
        spent[code] = spent.get(code, timedelta()) + (timedelta() if closed else end - at)
        count[code] = count.get(code, 0) + 1
    return tuple(
        StatusTime(showing.status_view(group.statuses[code]), whole, count[code], code == record.status)
        for code, whole in spent.items()
        if code in group.statuses
    )


def _forward(group: StatusGroup, status: Status) -> tuple[Status, ...]:
    """Give where the work goes on from a status: what lies ahead on the main path, else any of it."""
    order = list(group.statuses)
    named = {to for targets in group.transitions.get(status.code, {}).values() for to in targets}
    main = [group.statuses[code] for code in order if code in named and not group.statuses[code].side_path]
    ahead = [one for one in main if order.index(one.code) > order.index(status.code)]
    return tuple(main if status.side_path or not ahead else ahead)


def _columns(table: Table, status: Status, targets: Iterable[Status]) -> list[Column]:
    """Give the columns that may bring a record on, in the order of the table."""
    mask = 0
    for target in targets:
        mask |= table.moving(status.code, target.code)
    found = (table.columns[code] for code in table.codes(mask) if code in table.columns)
    return [column for column in found if column.kind in PERSONAL]


def _parts(showing: Showing, record: RecordState, columns: Sequence[Column]) -> Iterator[TurnPart]:
    """Give the roles whose turn it is: those that persons hold, else the units and their people."""
    own = [column for column in columns if column.kind is ColumnKind.ROLE]
    held = [(column, people) for column in own if (people := _people_of(showing, record, column))]
    if not held:
        others = [column for column in columns if column.kind is not ColumnKind.ROLE]
        held = [(column, people) for column in others if (people := _people_of(showing, record, column))]
    named: set[int] = set()
    for column, people in held:
        left = [person for person in people if person.id not in named]
        named.update(person.id for person in left)
        if left:
            label = column_text(showing.world.workspace, showing.module(record), column.code)
            handlers = (Handler(one, _deputies(showing, record, one, len(named))) for one in left)
            yield TurnPart(label, tuple(handlers), _units_of(showing, record, column))


def _people_of(showing: Showing, record: RecordState, column: Column) -> list[PersonView]:
    people = people_of(showing.module(record), column.code)
    try:
        ids = members(showing.world, people, record=record, actor=showing.actor)
    except LuongViecError:  # a condition that does not hold for this record names nobody
        return []
    found = (showing.person(user_id) for user_id in ids[:MOST_HANDLERS])
    return [person for person in found if person is not None]


def _units_of(showing: Showing, record: RecordState, column: Column) -> tuple:
    if column.kind is not ColumnKind.SLOT or column.role is None:
        return ()
    return tuple(showing.unit(h.id) for h in record.holders(column.role) if h.kind is HolderKind.UNIT)


def _deputies(
    showing: Showing, record: RecordState, person: PersonView, count: int
) -> tuple[PersonView, ...]:
    if count > MOST_DEPUTIES:
        return ()
    found = (showing.person(one) for one in deputies_of(showing.world, person.id, record))
    return tuple(one for one in found if one is not None)


def _waiting_for(parts: Iterable[TurnPart], missing: set[int]) -> tuple[TurnPart, ...]:
    """Leave those who have still to speak."""
    left = []
    for part in parts:
        people = tuple(one for one in part.people if one.person.id in missing)
        if people:
            left.append(TurnPart(part.label, people, part.units))
    return tuple(left) or tuple(parts)


def _since(record: RecordState, columns: Iterable[Column]) -> datetime:
    """Give since when the present people have it: the status, or their own coming if that was later."""
    roles = {column.role for column in columns if column.kind is ColumnKind.ROLE}
    joined = (one.since for one in record.participations if one.until is None and one.role in roles)
    return max((record.status_since, *joined))


def _following(
    showing: Showing, record: RecordState, table: Table, status: Status, targets: Iterable[Status]
) -> Iterator[NextStatus]:
    workspace, module = showing.world.workspace, showing.module(record)
    for target in targets:
        columns = _columns(table, status, (target,))
        roles: dict[Text, None] = {}
        for column in columns:
            if _people_of(showing, record, column):
                roles[column_text(workspace, module, column.code)] = None
        if roles:
            yield NextStatus(showing.status_view(target), tuple(roles))
