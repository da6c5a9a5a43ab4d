"""A complete world held in memory: for tests, the simulator and property tests.

`MemoryWorld` answers everything that `world.World` asks, and offers builders that read like the
sentence they stand for (`fill_slot(unit, "executing", "head", person)`). `apply` takes a plan
exactly as the store does; how each change is applied stands in `memory_apply`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from luongviec.engine import memory_apply
from luongviec.engine.model import Calendar, InForce, Workspace
from luongviec.engine.planning.plan import Entry, Occur, Plan, TimerDue
from luongviec.engine.planning.titles import title_of
from luongviec.engine.planning.visits import Visit, last_entered, spent_in
from luongviec.engine.text import Text
from luongviec.engine.world import (
    HandOver,
    Holder,
    HolderKind,
    Holding,
    Participation,
    Person,
    RecordState,
    Unit,
    Value,
)

#: The moment at which a world begins unless told otherwise: a Monday morning in Vietnam.
BEGINNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
#: Since when people fill their slots, unless told otherwise.
LONG_BEFORE = BEGINNING - timedelta(days=365)

#: Whom a builder may name as holder: an id, several, or holders ready made.
Named = int | Holder | Iterable[int | Holder]


class MemoryWorld:
    """The whole world in dictionaries. Not for many threads; copy with `copied` to try things out."""

    def __init__(self, workspace: Workspace, *, now: datetime = BEGINNING) -> None:
        self._workspace = workspace
        self._now = now
        self.records: dict[int, RecordState] = {}
        self.people: dict[int, Person] = {}
        self.units: dict[int, Unit] = {}
        self.unit_sides: dict[int, set[str]] = defaultdict(set)
        self.all_holdings: list[Holding] = []
        self.group_people: dict[str, set[int]] = defaultdict(set)
        self.manager_ids: dict[int, tuple[int, ...]] = {}
        self.personal_functions: dict[int, set[str]] = defaultdict(set)
        self.parameters: dict[tuple[str, int | None], Value] = {}
        self.unit_groups: dict[tuple[str, int], str] = {}
        self.unit_calendars: dict[int, str] = {}
        self.links: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self.visits: dict[int, list[Visit]] = defaultdict(list)
        self.receipts: set[tuple[int, int, str | None]] = set()
        self.counters: dict[str, int] = defaultdict(int)
        self.timers: dict[tuple[int, str], TimerDue] = {}
        self.entries: list[Entry] = []
        self.occurrences: list[Occur] = []
        self._children: dict[tuple[int, str], list[int]] = defaultdict(list)
        self._in_force: dict[tuple[str, str], InForce] = {}
        self._standing_in: set[int] = set()  # records of modules with `stands_in`

    # --- builders -----------------------------------------------------------------------------

    def add_unit(
        self,
        name: str,
        parent: int | None = None,
        *,
        kind: str | None = None,
        code: str = "",
        sides: Iterable[str] = (),
        active: bool = True,
    ) -> int:
        """Add a unit below another and give its id."""
        unit_id = len(self.units) + 1
        path = (*(self.units[parent].path if parent is not None else ()), unit_id)
        self.units[unit_id] = Unit(unit_id, name, kind, parent, path, code or f"U{unit_id}", active)
        self.unit_sides[unit_id].update(sides)
        return unit_id

    def add_person(
        self,
        name: str,
        *,
        user_name: str = "",
        groups: Iterable[str] = (),
        managers: Iterable[int] = (),
        functions: Iterable[str] = (),
        active: bool = True,
        language: str = "vi",
        email: str | None = None,
    ) -> int:
        """Add an account and give its id."""
        user_id = len(self.people) + 1
        self.people[user_id] = Person(
            user_id, user_name or f"user{user_id}", name, active, language, email, None, name.lower()
        )
        for group in groups:
            self.group_people[group].add(user_id)
        self.manager_ids[user_id] = tuple(managers)
        self.personal_functions[user_id].update(functions)
        return user_id

    def fill_slot(
        self, unit: int, side: str, slot: str, person: int, *, since: datetime = LONG_BEFORE
    ) -> None:
        """Put a person into a slot; the unit carries the side from then on."""
        self.unit_sides[unit].add(side)
        self.all_holdings.append(Holding(person, unit, side, slot, since))

    def add_record(
        self,
        module: str,
        *,
        status: str | None = None,
        values: Mapping[str, Value] | None = None,
        roles: Mapping[str, Named] | None = None,
        owner: int | None = None,
        relation: str | None = None,
        status_group: str | None = None,
        created_by: int | None = None,
        created_at: datetime | None = None,
        position: int | None = None,
    ) -> int:
        """Add a record in its initial (or the named) status and give its id."""
        record_id = max((*self.records, 0)) + 1
        since = created_at or self._now
        group = status_group or self._workspace.modules[module].status_groups[0]
        state = RecordState(
            id=record_id,
            module=module,
            status_group=group,
            status=status or self._workspace.status_groups[group].initial.code,
            status_since=since,
            created_at=since,
            updated_at=since,
            created_by=created_by,
            values=dict(values or {}),
            participations=self._participations(module, roles or {}, since),
            owner_id=owner,
            owner_relation=relation,
            position=position,
        )
        self.put(state)
        self.visits[record_id].append((state.status, since))
        self.put(replace(state, title=title_of(self, state)))
        return record_id

    def _participations(
        self, module: str, roles: Mapping[str, Named], since: datetime
    ) -> tuple[Participation, ...]:
        given = []
        for role, named in roles.items():
            kind = self._workspace.modules[module].roles[role].of
            several = (named,) if isinstance(named, int | Holder) else tuple(named)
            given += [
                Participation(role, one if isinstance(one, Holder) else Holder(kind, one), since)
                for one in several
            ]
        return tuple(given)

    def put(self, state: RecordState) -> None:
        """Store a record as it stands, in place of the one with its id."""
        known = self.records.get(state.id)
        if known is not None and known.owner_id is not None and known.owner_relation is not None:
            self._children[known.owner_id, known.owner_relation].remove(state.id)
        if state.owner_id is not None and state.owner_relation is not None:
            self._children[state.owner_id, state.owner_relation].append(state.id)
        self.records[state.id] = state
        if self._workspace.modules[state.module].stands_in is not None:
            self._standing_in.add(state.id)

    def change(self, record_id: int, **differences: object) -> None:
        """Replace attributes of a record, without history."""
        self.put(replace(self.records[record_id], **differences))  # type: ignore[arg-type]

    def hold(self, record_id: int, role: str, holder: int | Holder) -> None:
        """Give somebody a role in a record from now on."""
        state = self.records[record_id]
        added = self._participations(state.module, {role: holder}, self._now)
        self.change(record_id, participations=(*state.participations, *added))

    def link(self, module: str, relation: str, near: int, far: int) -> None:
        """Join two records by a `links` relation that `module` declares."""
        self.links[module, relation].append((near, far))

    def hand_over(self, record_id: int, role: str, giver: int, receiver: int) -> None:
        """Push a link onto a role's chain of handlers."""
        state = self.records[record_id]
        link = HandOver(role, giver, receiver, giver, self._now)
        self.change(record_id, hand_overs=(*state.hand_overs, link))

    def set_parameter(self, code: str, value: Value, *, unit: int | None = None) -> None:
        """Give a parameter its value for the installation or for a branch."""
        self.parameters[code, unit] = value

    def open(self, record_id: int, person: int, field: str | None = None) -> None:
        """Remember that a person has opened a record, or a file of a field."""
        self.receipts.add((record_id, person, field))

    def pass_time(self, passed: timedelta) -> None:
        """Let time go by."""
        self._now += passed

    def at(self, now: datetime) -> None:
        """Set the clock."""
        self._now = now

    def copied(self) -> MemoryWorld:
        """Give a world that may be changed without touching this one."""
        other = MemoryWorld(self._workspace, now=self._now)
        for name in ("records", "people", "units", "manager_ids", "parameters", "unit_groups", "timers"):
            getattr(other, name).update(getattr(self, name))
        for name in ("unit_calendars", "counters"):
            getattr(other, name).update(getattr(self, name))
        for name in ("unit_sides", "group_people", "personal_functions"):
            getattr(other, name).update({key: set(held) for key, held in getattr(self, name).items()})
        for name in ("links", "visits", "_children"):
            getattr(other, name).update({key: list(held) for key, held in getattr(self, name).items()})
        other._standing_in = set(self._standing_in)
        other.all_holdings = list(self.all_holdings)
        other.receipts = set(self.receipts)
        other.entries, other.occurrences = list(self.entries), list(self.occurrences)
        return other

    def apply(self, plan: Plan) -> memory_apply.Applied:
        """Apply a plan, all or nothing.

        Raises:
            Conflict: a record is newer than the version that the plan was made from.
        """
        return memory_apply.apply_plan(self, plan)

    # --- what the engine asks -------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self._now

    @property
    def workspace(self) -> Workspace:
        return self._workspace

    def in_force(self, record: RecordState) -> InForce:
        key = (record.module, record.status_group)
        found = self._in_force.get(key)
        if found is None:
            workspace = self._workspace
            found = self._in_force[key] = InForce(
                workspace,
                workspace.modules[record.module],
                workspace.status_groups[record.status_group],
                workspace.matrix_of(record.status_group),
                workspace.notification_set_of(record.module),
            )
        return found

    def group_for(self, module: str, home_unit: int | None) -> str:
        groups = self._workspace.modules[module].status_groups
        for unit_id in reversed(self._path(home_unit)):
            chosen = self.unit_groups.get((module, unit_id))
            if chosen in groups:
                return chosen
        return groups[0]

    def record(self, record_id: int) -> RecordState | None:
        return self.records.get(record_id)

    def _living(self, ids: Iterable[int]) -> tuple[int, ...]:
        return tuple(i for i in ids if i in self.records and self.records[i].deleted_at is None)

    def children(self, owner_id: int, relation: str) -> Sequence[int]:
        found = self._children.get((owner_id, relation))
        if not found:
            return ()
        return sorted(self._living(found), key=lambda i: (self.records[i].position or 0, i))

    def deleted_children(self, owner_id: int) -> Sequence[int]:
        return sorted(
            state.id
            for state in self.records.values()
            if state.owner_id == owner_id and state.deleted_at is not None
        )

    def linked(self, record_id: int, module: str, relation: str, *, forward: bool) -> Sequence[int]:
        pairs = self.links.get((module, relation))
        if not pairs:
            return ()
        near, far = (0, 1) if forward else (1, 0)
        return sorted(self._living(pair[far] for pair in pairs if pair[near] == record_id))

    def referring(self, record_id: int, module: str, field: str) -> Sequence[int]:
        def refers(state: RecordState) -> bool:
            value = state.values.get(field)
            return value == record_id or (isinstance(value, tuple) and record_id in value)

        return sorted(
            self._living(i for i, state in self.records.items() if state.module == module and refers(state))
        )

    def person(self, user_id: int) -> Person | None:
        return self.people.get(user_id)

    def unit(self, unit_id: int) -> Unit | None:
        return self.units.get(unit_id)

    def _path(self, unit_id: int | None) -> tuple[int, ...]:
        unit = None if unit_id is None else self.units.get(unit_id)
        return () if unit is None else unit.path

    def units_below(self, unit_id: int, *, deep: bool) -> Sequence[int]:
        if deep:
            return tuple(unit.id for unit in self.units.values() if unit_id in unit.path)
        return tuple(unit.id for unit in self.units.values() if unit.parent_id == unit_id)

    def units_with_side(self, side: str) -> Sequence[int]:
        return tuple(
            i for i, sides in sorted(self.unit_sides.items()) if side in sides and self.units[i].active
        )

    def holders_of(self, unit_id: int, side: str) -> Sequence[Holding]:
        return tuple(h for h in self.all_holdings if h.unit_id == unit_id and h.side == side)

    def holdings(self, user_id: int) -> Sequence[Holding]:
        return tuple(h for h in self.all_holdings if h.user_id == user_id)

    def slot_holders(self, side: str, slot: str) -> Sequence[int]:
        return tuple(dict.fromkeys(h.user_id for h in self.all_holdings if (h.side, h.slot) == (side, slot)))

    def managers(self, user_id: int) -> Sequence[int]:
        return self.manager_ids.get(user_id, ())

    def groups(self, user_id: int) -> frozenset[str]:
        return frozenset(group for group, people in self.group_people.items() if user_id in people)

    def group_members(self, group: str) -> Sequence[int]:
        return sorted(self.group_people.get(group, ()))

    def functions(self, user_id: int) -> frozenset[str]:
        given = set(self.personal_functions.get(user_id, ()))
        for code in self.groups(user_id):
            group = self._workspace.user_groups.get(code)
            given |= group.may if group else frozenset()
        for holding in self.holdings(user_id):
            side = self._workspace.sides.get(holding.side)
            slot = side.slots.get(holding.slot) if side else None
            given |= slot.may if slot else frozenset()
        return frozenset(given)

    def authority_ids(self, user_id: int, *, given: bool = False) -> Sequence[int]:
        return tuple(i for i in sorted(self._standing_in) if self._names(self.records[i], user_id, given))

    def _names(self, record: RecordState, user_id: int, given: bool) -> bool:
        stands = self._workspace.modules[record.module].stands_in
        if stands is None or record.deleted_at is not None or record.status not in stands.during:
            return False
        return Holder(HolderKind.USER, user_id) in record.holders(stands.person if given else stands.deputy)

    def everyone(self) -> Sequence[int]:
        return tuple(person.id for person in self.people.values() if person.active)

    def parameter(self, code: str, unit_id: int | None) -> Value:
        for place in (*reversed(self._path(unit_id)), None):
            if (code, place) in self.parameters:
                return self.parameters[code, place]
        parameter = self._workspace.parameters.get(code)
        return None if parameter is None else parameter.default

    def calendar(self, unit_id: int | None) -> Calendar:
        calendars = self._workspace.calendars
        for place in reversed(self._path(unit_id)):
            if place in self.unit_calendars:
                return calendars[self.unit_calendars[place]]
        return next(iter(calendars.values()), OFFICE_HOURS)

    def acted_for(self, record_id: int, user_id: int) -> Sequence[int]:
        actors = (entry.actor for entry in self.entries if entry.record_id == record_id)
        return sorted({one.acting_for for one in actors if one.user_id == user_id and one.acting_for})

    def deputies_on(self, record_id: int) -> frozenset[int]:
        actors = (entry.actor for entry in self.entries if entry.record_id == record_id)
        return frozenset(one.user_id for one in actors if one.user_id is not None and one.acting_for)

    def visits_of(self, record_id: int) -> Sequence[Visit]:
        return tuple(self.visits[record_id])

    def entered(self, record_id: int, status: str) -> datetime | None:
        return last_entered(self.visits[record_id], status)

    def time_in(self, record_id: int, status: str) -> timedelta:
        return spent_in(self.visits[record_id], status, self._now)

    def opened(self, record_id: int, user_id: int, field: str | None = None) -> bool:
        return (record_id, user_id, field) in self.receipts

    def clashing(
        self, record: RecordState, field: str, start: Value, end: Value, start_field: str, end_field: str
    ) -> int:
        def shares(other: RecordState) -> bool:
            if field in self._workspace.modules[record.module].roles:
                return not set(other.holders(field)).isdisjoint(record.holders(field))
            return record.values.get(field) is not None and other.values.get(field) == record.values[field]

        return sum(
            1
            for other in self.records.values()
            if other.id != record.id
            and other.module == record.module
            and other.deleted_at is None
            and not self.in_force(other).group.statuses[other.status].is_final
            and shares(other)
            and overlaps(start, end, other.values.get(start_field), other.values.get(end_field))
        )


#: Where no calendar is defined: office hours from Monday to Friday, in UTC.
OFFICE_HOURS = Calendar(
    "office_hours",
    Text("Giờ hành chính", "Office hours"),
    "UTC",
    {weekday: ((time(8), time(17)),) for weekday in range(5)},
    {},
    frozenset(),
)


def overlaps(start: Value, end: Value, other_start: Value, other_end: Value) -> bool:
    """Whether two spans share time: moments up to but without their end, whole days with it."""
    if not all(isinstance(value, date) for value in (start, end, other_start, other_end)):
        return False
    if isinstance(start, datetime):
        return start < other_end and other_start < end  # type: ignore[operator]
    return start <= other_end and other_start <= end  # type: ignore[operator]
