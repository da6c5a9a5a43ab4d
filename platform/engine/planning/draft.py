"""A world with changes laid over it that nobody has written yet.

The planner works on a `Draft`: what an effect changes, later effects, rules and reactions read at
once. Below lies any other world (the store's, one in memory, another draft); it is never touched.
A `snapshot` keeps what was, so that every expression of an action can read the record as it was
before the action. New records carry ids -1, -2, …
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from luongviec.engine.model import Calendar, InForce, Workspace
from luongviec.engine.planning.visits import Visit, last_entered, spent_in, without_last
from luongviec.engine.world import Holding, Person, RecordState, Unit, Value, World

#: A pair of joined records under the relation that declares them: (module, relation, near, far).
Pair = tuple[str, str, int, int]


def _order(record: RecordState) -> tuple[bool, int, bool, int]:
    """By position, those without one last, then by id, new ones last in order of making."""
    return (record.position is None, record.position or 0, record.id < 0, abs(record.id))


class Draft:
    """Copy-on-write records over another world; implements `World`."""

    def __init__(self, base: World) -> None:
        self.base = base
        self._records: dict[int, RecordState] = {}
        self._joined: dict[Pair, bool] = {}
        self._visits: dict[int, tuple[Visit, ...]] = {}
        self._next_id = -1

    # --- Changing ---------------------------------------------------------------------------------

    def new_id(self) -> int:
        """Give the id of the next record to make."""
        record_id, self._next_id = self._next_id, self._next_id - 1
        return record_id

    def put(self, record: RecordState) -> None:
        """Lay a record's new state over the old one."""
        self._records[record.id] = record

    def change(self, record_id: int, **differences: object) -> RecordState:
        """Lay differences over a record and give its new state."""
        record = self.record(record_id)
        if record is None:
            raise LookupError(f"no record {record_id}")
        changed = replace(record, **differences)  # type: ignore[arg-type]
        self.put(changed)
        return changed

    def enter(self, record_id: int, status: str) -> RecordState:
        """Move a record to a status, or note its first one, at this moment."""
        record = self.change(record_id, status=status, status_since=self.now)
        self._visits[record_id] = (*self.visits_of(record_id), (status, self.now))
        return record

    def go_back(self, record_id: int, status: str) -> RecordState:
        """Take back a record's last move: it is in the earlier status as if it had never left it."""
        state = self.record(record_id)
        visits = without_last(self.visits_of(record_id), "" if state is None else state.status)
        self._visits[record_id] = visits
        since = visits[-1][1] if visits and visits[-1][0] == status else self.now
        return self.change(record_id, status=status, status_since=since)

    def put_title(self, record_id: int, title: str) -> None:
        """Give a changed record its title anew."""
        if record_id in self._records:
            self._records[record_id] = replace(self._records[record_id], title=title)

    def join(self, pair: Pair) -> None:
        """Join two records by a relation."""
        self._joined[pair] = True

    def part(self, pair: Pair) -> None:
        """Take two records apart."""
        self._joined[pair] = False

    def snapshot(self) -> Draft:
        """Keep what the draft says now; later changes do not reach it."""
        kept = Draft(self.base)
        kept.restore(self)
        return kept

    def restore(self, kept: Draft) -> None:
        """Go back to what a snapshot kept. Ids that were given stay given."""
        self._records = dict(kept._records)
        self._joined = dict(kept._joined)
        self._visits = dict(kept._visits)
        self._next_id = min(self._next_id, kept._next_id)

    @property
    def changed(self) -> tuple[int, ...]:
        """The records that differ from the base, in order of first change."""
        return tuple(self._records)

    # --- Records ----------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.base.now

    @property
    def workspace(self) -> Workspace:
        return self.base.workspace

    def in_force(self, record: RecordState) -> InForce:
        return self.base.in_force(record)

    def group_for(self, module: str, home_unit: int | None) -> str:
        return self.base.group_for(module, home_unit)

    def record(self, record_id: int) -> RecordState | None:
        own = self._records.get(record_id)
        return own if own is not None else self.base.record(record_id)

    def children(self, owner_id: int, relation: str) -> Sequence[int]:
        base_ids = self.base.children(owner_id, relation) if owner_id > 0 else ()
        mine = [
            record
            for record in self._records.values()
            if record.owner_id == owner_id and record.owner_relation == relation
        ]
        if not mine:
            return base_ids
        own_ids = {record.id for record in mine}
        states = [state for i in base_ids if i not in own_ids and (state := self.base.record(i))]
        states.extend(record for record in mine if record.deleted_at is None)
        return tuple(record.id for record in sorted(states, key=_order))

    def deleted_children(self, owner_id: int) -> Sequence[int]:
        base_ids = self.base.deleted_children(owner_id) if owner_id > 0 else ()
        deleted = {i for i in base_ids if i not in self._records}
        deleted.update(
            record.id
            for record in self._records.values()
            if record.owner_id == owner_id and record.deleted_at is not None
        )
        return tuple(sorted(deleted))

    def linked(self, record_id: int, module: str, relation: str, *, forward: bool) -> Sequence[int]:
        base_ids = self.base.linked(record_id, module, relation, forward=forward) if record_id > 0 else ()
        ids = dict.fromkeys(base_ids)
        for (pair_module, pair_relation, near, far), joined in self._joined.items():
            here, there = (near, far) if forward else (far, near)
            if (pair_module, pair_relation, here) == (module, relation, record_id):
                if joined:
                    ids[there] = None
                else:
                    ids.pop(there, None)
        return tuple(i for i in ids if self._lives(i))

    def referring(self, record_id: int, module: str, field: str) -> Sequence[int]:
        base_ids = self.base.referring(record_id, module, field) if record_id > 0 else ()
        ids = [i for i in base_ids if i not in self._records]
        for record in self._records.values():
            value = record.values.get(field)
            held = value if isinstance(value, tuple) else (value,)
            if record.module == module and record.deleted_at is None and record_id in held:
                ids.append(record.id)
        return tuple(sorted(ids, key=lambda i: (i < 0, abs(i))))

    def _lives(self, record_id: int) -> bool:
        own = self._records.get(record_id)
        return own is None or own.deleted_at is None

    def acted_for(self, record_id: int, user_id: int) -> Sequence[int]:
        return () if record_id < 0 else self.base.acted_for(record_id, user_id)

    def deputies_on(self, record_id: int) -> frozenset[int]:
        return frozenset() if record_id < 0 else self.base.deputies_on(record_id)

    def visits_of(self, record_id: int) -> Sequence[Visit]:
        own = self._visits.get(record_id)
        if own is not None or record_id < 0:
            return own or ()
        return self.base.visits_of(record_id)

    def entered(self, record_id: int, status: str) -> datetime | None:
        return last_entered(self.visits_of(record_id), status)

    def time_in(self, record_id: int, status: str) -> timedelta:
        return spent_in(self.visits_of(record_id), status, self.now)

    def opened(self, record_id: int, user_id: int, field: str | None = None) -> bool:
        return record_id > 0 and self.base.opened(record_id, user_id, field)

    def clashing(
        self, record: RecordState, field: str, start: Value, end: Value, start_field: str, end_field: str
    ) -> int:
        return self.base.clashing(record, field, start, end, start_field, end_field)

    # --- People, units and settings are never part of a plan ----------------------------------------

    def person(self, user_id: int) -> Person | None:
        return self.base.person(user_id)

    def unit(self, unit_id: int) -> Unit | None:
        return self.base.unit(unit_id)

    def units_below(self, unit_id: int, *, deep: bool) -> Sequence[int]:
        return self.base.units_below(unit_id, deep=deep)

    def units_with_side(self, side: str) -> Sequence[int]:
        return self.base.units_with_side(side)

    def holders_of(self, unit_id: int, side: str) -> Sequence[Holding]:
        return self.base.holders_of(unit_id, side)

    def holdings(self, user_id: int) -> Sequence[Holding]:
        return self.base.holdings(user_id)

    def slot_holders(self, side: str, slot: str) -> Sequence[int]:
        return self.base.slot_holders(side, slot)

    def managers(self, user_id: int) -> Sequence[int]:
        return self.base.managers(user_id)

    def groups(self, user_id: int) -> frozenset[str]:
        return self.base.groups(user_id)

    def group_members(self, group: str) -> Sequence[int]:
        return self.base.group_members(group)

    def authority_ids(self, user_id: int, *, given: bool = False) -> Sequence[int]:
        return self.base.authority_ids(user_id, given=given)

    def functions(self, user_id: int) -> frozenset[str]:
        return self.base.functions(user_id)

    def everyone(self) -> Sequence[int]:
        return self.base.everyone()

    def parameter(self, code: str, unit_id: int | None) -> Value:
        return self.base.parameter(code, unit_id)

    def calendar(self, unit_id: int | None) -> Calendar:
        return self.base.calendar(unit_id)


def empty_record(
    record_id: int, module: str, group: str, status: str, now: datetime, values: Mapping[str, Value]
) -> RecordState:
    """Give the state of a record at the moment it is made."""
    return RecordState(
        id=record_id,
        module=module,
        status_group=group,
        status=status,
        status_since=now,
        created_at=now,
        updated_at=now,
        values=values,
    )
