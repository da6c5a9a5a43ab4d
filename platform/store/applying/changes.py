"""Applying a plan: all its changes in the caller's transaction, or none.

The order is always the same: new records get their ids, counters their numbers; every change is
folded into the states of its records; the records themselves are written, guarded by the versions
that the plan was made from; then what hangs on them (people, links, files, timers), history and
outbox; last the derived tables, also of other records whose derived roles look at a touched one.
Nothing is sent here: that is for after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from luongviec.engine.errors import Conflict
from luongviec.engine.model import FieldType
from luongviec.engine.planning import plan as changes
from luongviec.engine.planning.numbering import number_text
from luongviec.engine.planning.plan import Plan
from luongviec.engine.planning.titles import title_of
from luongviec.engine.related import home_unit
from luongviec.engine.values import to_json
from luongviec.engine.world import Participation, RecordState
from luongviec.store.applying import derived, rows
from luongviec.store.applying.dependents import dependents_of
from luongviec.store.applying.titles import refresh_titles
from luongviec.store.folding import sort_key
from luongviec.store.lists.search import searchable_fields
from luongviec.store.models import Counter, HistoryEntry, RecordData
from luongviec.store.statements import (
    INSERT_RECORD,
    KEY,
    UPDATE_DATA,
    UPDATE_NEW_RECORDS,
    UPDATE_RECORD,
    VERSION_BEFORE,
    inserting,
    run,
)
from luongviec.store.world import StoreWorld


@dataclass(frozen=True, slots=True)
class AppliedPlan:
    """What became of a plan.

    `ids`: planned id (below zero) → real id. `entries`: the ids of the history entries, in the
    plan's order. `occurrences`: ids in the outbox, to be told of after the commit.
    """

    ids: Mapping[int, int]
    entries: tuple[int, ...]
    occurrences: tuple[int, ...]

    def id(self, planned: int) -> int:
        """Give the real id for an id that the plan uses."""
        return self.ids.get(planned, planned)


@dataclass(slots=True)
class Hand:
    """A plan at work: the real ids and the states so far."""

    world: StoreWorld
    plan: Plan
    ids: dict[int, int] = field(default_factory=dict)
    states: dict[int, RecordState] = field(default_factory=dict)
    people_changed: set[int] = field(default_factory=set)
    values_changed: set[int] = field(default_factory=set)
    titles_changed: set[int] = field(default_factory=set)
    refers: set[int] = field(default_factory=set)  # records in which a reference was set, and to which

    @property
    def now(self) -> datetime:
        """The moment of the whole plan."""
        return self.world.now

    def real(self, record_id: int) -> int:
        """Give the real id for an id that the plan uses."""
        return self.ids.get(record_id, record_id)

    def state(self, record_id: int) -> RecordState:
        """Give a record as the changes so far leave it."""
        real = self.real(record_id)
        found = self.states.get(real) or self.world.record(real)
        if found is None:
            raise Conflict(record_id=real)
        return found

    def change(self, record_id: int, **differences: Any) -> RecordState:
        """Fold differences into a record's state."""
        changed = replace(self.state(record_id), **differences)
        self.states[changed.id] = changed
        self.world.remember(changed)
        return changed

    def value(self, value: Any) -> Any:
        """Replace ids of records yet to be made inside a value."""
        if isinstance(value, tuple):
            return tuple(self.value(part) for part in value)
        if isinstance(value, int) and not isinstance(value, bool) and value < 0:
            return self.ids.get(value, value)
        return value


def apply_plan(world: StoreWorld, plan: Plan, *, undoes: int | None = None) -> AppliedPlan:
    """Write a plan in the transaction of `world.session` (opened by `database.writing`).

    Args:
        world: the world that the plan was made in; afterwards it shows the new state.
        plan: what to do.
        undoes: the history entry that this plan takes back.

    Raises:
        Conflict: a record is newer than the version that the plan was made from; its parameters say
            `record_id` and `entries`, the ids of the history entries made since. Roll back then.
    """
    world.session.flush()  # below, rows are written past the ORM
    hand = Hand(world, plan)
    neighbours = _neighbours(hand)
    try:
        _make_records(hand)
        for change in plan.changes:
            _FOLD.get(type(change), _nothing)(hand, change)
        _finish_states(hand)
        _write_records(hand)
    except OperationalError as error:
        if "deadlock detected" in str(error):
            raise Conflict from error
        raise
    rows.write_rows(hand)
    entries = rows.write_history(hand, undoes)
    occurrences = rows.write_occurrences(hand, entries)
    _refresh_derived(hand, neighbours)
    refresh_titles(world, hand.states)
    return AppliedPlan(hand.ids, entries, occurrences)


# --- New records ------------------------------------------------------------------------------------


def _make_records(hand: Hand) -> None:
    for change in hand.plan.changes:
        if isinstance(change, changes.CreateRecord):
            _make_record(hand, change)


def _make_record(hand: Hand, change: changes.CreateRecord) -> None:
    world = hand.world
    revisions = world.published.revisions
    pinned = (
        revisions.get(("module", change.module), 0),
        revisions.get(("status_group", change.status_group), 0),
    )
    status_id = world.codes.status_id((change.module, change.status_group, change.status, *pinned))
    actor = next((e.actor for e in hand.plan.entries if e.record_id == change.record_id), None)
    owner_id = None if change.owner_id is None else hand.real(change.owner_id)
    created_by = actor.user_id if actor else None
    row = {
        "module_id": world.codes.modules[change.module], "record_status_id": status_id,
        "status_since": hand.now, "created_at": hand.now, "updated_at": hand.now,
        "created_by_id": created_by, "owner_id": owner_id, "owner_relation": change.owner_relation,
        "position": change.position,
    }  # fmt: skip
    record_id = int(run(world.session, INSERT_RECORD, row).scalar_one())
    hand.ids[change.record_id] = record_id
    state = RecordState(
        id=record_id,
        module=change.module,
        status_group=change.status_group,
        status=change.status,
        status_since=hand.now,
        created_at=hand.now,
        updated_at=hand.now,
        created_by=created_by,
        owner_id=owner_id,
        owner_relation=change.owner_relation,
        position=change.position,
        module_revision=pinned[0],
        group_revision=pinned[1],
    )
    hand.states[record_id] = state
    hand.people_changed.add(record_id)
    hand.values_changed.add(record_id)
    world.made(state)


# --- Folding changes into states -----------------------------------------------------------------------


def _nothing(hand: Hand, change: changes.Change) -> None:
    """Changes that leave the record itself as it is."""


def _set_values(hand: Hand, change: changes.SetValues) -> None:
    state = hand.state(change.record_id)
    after = {name: hand.value(value) for name, value in change.after.items()}
    hand.change(state.id, values={**state.values, **after})
    hand.values_changed.add(state.id)
    fields = hand.world.in_force(state).module.fields
    for name, value in after.items():
        if name in fields and fields[name].type == FieldType.RECORD:
            hand.people_changed.add(state.id)
            hand.refers.add(state.id)
            parts = value if isinstance(value, tuple) else (value,)
            hand.refers.update(part for part in parts if isinstance(part, int))


def _move(hand: Hand, change: changes.MoveStatus) -> None:
    hand.change(change.record_id, status=change.after, status_since=change.since or hand.now)


def _add(hand: Hand, change: changes.AddParticipant) -> None:
    state = hand.state(change.record_id)
    joined = Participation(change.role, change.holder, hand.now)
    hand.change(state.id, participations=(*state.participations, joined))
    hand.people_changed.add(state.id)


def _end(hand: Hand, change: changes.EndParticipant) -> None:
    state = hand.state(change.record_id)

    def ended(p: Participation) -> Participation:
        same = p.role == change.role and p.holder == change.holder and p.until is None
        return replace(p, until=hand.now) if same else p

    hand.change(state.id, participations=tuple(ended(p) for p in state.participations))
    hand.people_changed.add(state.id)


def _reopen(hand: Hand, change: changes.ReopenParticipant) -> None:
    state = hand.state(change.record_id)

    def reopened(p: Participation) -> Participation:
        same = p.role == change.role and p.holder == change.holder and p.since == change.since
        return replace(p, until=None) if same else p

    hand.change(state.id, participations=tuple(reopened(p) for p in state.participations))
    hand.people_changed.add(state.id)


def _push(hand: Hand, change: changes.PushHandOver) -> None:
    state = hand.state(change.record_id)
    hand.change(state.id, hand_overs=(*state.hand_overs, change.hand_over))


def _pop(hand: Hand, change: changes.PopHandOver) -> None:
    state = hand.state(change.record_id)
    kept = list(state.hand_overs)
    for place in range(len(kept) - 1, -1, -1):
        if kept[place] == change.hand_over:
            del kept[place]
            break
    hand.change(state.id, hand_overs=tuple(kept))


def _delete(hand: Hand, change: changes.DeleteRecord) -> None:
    state = hand.change(change.record_id, deleted_at=hand.now)
    hand.people_changed.add(state.id)


def _restore(hand: Hand, change: changes.RestoreRecord) -> None:
    state = hand.change(change.record_id, deleted_at=None)
    hand.people_changed.add(state.id)


def _reposition(hand: Hand, change: changes.Reposition) -> None:
    hand.change(change.record_id, position=change.after)


def _number(hand: Hand, change: changes.AssignNumber) -> None:
    state = hand.state(change.record_id)
    counter = next_number(hand.world, change.counter, change.year)
    number = number_text(hand.world, state, counter, change.year)
    hand.change(state.id, values={**state.values, change.field: number})
    hand.values_changed.add(state.id)


def next_number(world: StoreWorld, counter: str, year: int) -> int:
    """Take the next number of a counter; others wait for our commit, so none is lost or doubled."""
    dialect = world.session.get_bind().dialect.name
    insert_ = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert_(Counter).values(name=counter, year=year, value=1)
    statement = statement.on_conflict_do_update(
        index_elements=["name", "year"], set_={"value": Counter.value + 1}
    )
    return int(world.session.execute(statement.returning(Counter.value)).scalar_one())


def _give_voice(hand: Hand, change: changes.GiveVoice) -> None:
    state = hand.state(change.record_id)
    hand.change(state.id, voices=(*state.voices, change.voice))


def _clear_voices(hand: Hand, change: changes.ClearVoices) -> None:
    state = hand.state(change.record_id)
    hand.change(state.id, voices=tuple(v for v in state.voices if v not in change.voices))


def _relation(hand: Hand, change: changes.AddLink | changes.RemoveLink) -> None:
    hand.people_changed |= {hand.real(change.near_id), hand.real(change.far_id)}


_FOLD: Mapping[type, Any] = {
    changes.SetValues: _set_values,
    changes.MoveStatus: _move,
    changes.AddParticipant: _add,
    changes.EndParticipant: _end,
    changes.ReopenParticipant: _reopen,
    changes.PushHandOver: _push,
    changes.PopHandOver: _pop,
    changes.AddLink: _relation,
    changes.RemoveLink: _relation,
    changes.DeleteRecord: _delete,
    changes.RestoreRecord: _restore,
    changes.Reposition: _reposition,
    changes.AssignNumber: _number,
    changes.GiveVoice: _give_voice,
    changes.ClearVoices: _clear_voices,
}


# --- Writing the records ----------------------------------------------------------------------------------


def _finish_states(hand: Hand) -> None:
    """Give every record of the plan its new version, title and moment of change."""
    made = set(hand.ids.values())
    for record_id in [*made, *hand.plan.versions]:
        state = hand.state(record_id)
        version = state.version if record_id in made else hand.plan.versions[record_id] + 1
        state = hand.change(record_id, version=version, updated_at=hand.now)
        title = title_of(hand.world, state)
        if title != state.title:
            hand.change(record_id, title=title)
            hand.titles_changed.add(record_id)


def _write_records(hand: Hand) -> None:
    """Write the rows; existing ones in the order of their ids, so that two plans cannot wait in a ring."""
    world, made = hand.world, set(hand.ids.values())
    for record_id in sorted(hand.plan.versions):
        row = _record_row(hand, hand.states[record_id])
        row |= {VERSION_BEFORE: hand.plan.versions[record_id]}
        if run(world.session, UPDATE_RECORD, row).rowcount != 1:
            raise conflict(world, record_id, hand.plan.versions[record_id])
    if made:
        run(world.session, UPDATE_NEW_RECORDS, [_record_row(hand, hand.states[i]) for i in sorted(made)])
        data = [{"record_id": i, "values": stored_values(hand, i)} for i in sorted(made)]
        run(world.session, inserting(RecordData), data)
    changed = sorted(hand.values_changed - made)
    if changed:
        run(world.session, UPDATE_DATA, [{KEY: i, "values": stored_values(hand, i)} for i in changed])


def _record_row(hand: Hand, state: RecordState) -> dict[str, Any]:
    status = hand.world.codes.statuses[derived.status_id_of(hand.world, state)]
    return {
        KEY: state.id,
        "record_status_id": status.id,
        "version": state.version,
        "title": state.title,
        "title_sort": sort_key(state.title),
        "status_since": state.status_since,
        "updated_at": state.updated_at,
        "position": state.position,
        "deleted_at": state.deleted_at,
        "is_open": not status.final,
        "sort_key": derived.sort_key_of(hand.world, state),
        "home_unit_id": home_unit(hand.world, state),
    }


def stored_values(hand: Hand, record_id: int) -> dict[str, Any]:
    """Give a record's values as they are stored; empty ones are left out."""
    state = hand.states[record_id]
    fields = hand.world.in_force(state).module.fields
    return {
        code: to_json(fields[code], value)
        for code, value in state.values.items()
        if code in fields and value not in (None, ())
    }


def conflict(world: StoreWorld, record_id: int, version: int) -> Conflict:
    """Say that a record is newer than `version`, and through which history entries."""
    since = world.session.execute(
        select(HistoryEntry.id)
        .where(HistoryEntry.record_id == record_id, HistoryEntry.record_version > version)
        .order_by(HistoryEntry.id)
    ).scalars()
    return Conflict(record_id=record_id, version=version, entries=tuple(since))


# --- Derived tables ---------------------------------------------------------------------------------


def _neighbours(hand: Hand) -> set[int]:
    """Give the records that looked at a touched one before a plan that takes apart what is joined."""
    parted = set()
    for change in hand.plan.changes:
        if isinstance(change, changes.RemoveLink):
            parted |= {change.near_id, change.far_id}
        elif isinstance(change, changes.DeleteRecord) or (
            isinstance(change, changes.SetValues) and _sets_reference(hand, change)
        ):
            parted.add(change.record_id)
    return dependents_of(hand.world, sorted(record_id for record_id in parted if record_id > 0))


def _sets_reference(hand: Hand, change: changes.SetValues) -> bool:
    if change.record_id < 0:
        return False
    fields = hand.world.in_force(hand.state(change.record_id)).module.fields
    return any(name in fields and fields[name].type == FieldType.RECORD for name in change.after)


def _refresh_derived(hand: Hand, neighbours: set[int]) -> None:
    world = hand.world
    made = set(hand.ids.values())
    _forget_what_changed(hand)
    derived.refresh_field_values(world, _states(hand, made), new=True)
    derived.refresh_field_values(world, _states(hand, _index_changed(hand) - made))
    if hand.people_changed:
        neighbours = neighbours | dependents_of(world, sorted(hand.people_changed - _standing_alone(hand)))
    else:
        neighbours = set()
    rebuilt = hand.people_changed | neighbours
    derived.refresh_access(world, _states(hand, made), new=True)
    derived.refresh_access(world, _states(hand, rebuilt - made))
    rest = set(hand.states) - rebuilt
    derived.refresh_standing(world, _states(hand, rest))
    derived.refresh_search(world, _states(hand, rest & (hand.titles_changed | _words_changed(hand))))


def _forget_what_changed(hand: Hand) -> None:
    """Let the world read again what it knew before the plan and is no longer so."""
    world = hand.world
    for change in hand.plan.changes:
        if isinstance(change, changes.AddLink | changes.RemoveLink):
            world.forget_relations((hand.real(change.near_id), hand.real(change.far_id)))
        elif isinstance(change, changes.DeleteRecord | changes.RestoreRecord):
            world.forget_relations()
            world.forget_references()
        elif isinstance(change, changes.Reposition):
            world.forget_relations((hand.state(change.record_id).owner_id or 0,))
        elif isinstance(change, changes.MoveStatus):
            world.forget_visits(hand.real(change.record_id))
    if hand.refers:
        world.forget_references()


def _standing_alone(hand: Hand) -> set[int]:
    """Give the new records that nothing leads to or from: no other record looks at them yet."""
    joined: set[int] = set()
    for change in hand.plan.changes:
        if isinstance(change, changes.AddLink):
            joined |= {hand.real(change.near_id), hand.real(change.far_id)}
    owners = {state.owner_id for state in hand.states.values()}
    return {
        record_id
        for record_id in hand.ids.values()
        if record_id not in joined
        and record_id not in owners
        and record_id not in hand.refers
        and hand.states[record_id].owner_id is None
    }


def _words_changed(hand: Hand) -> set[int]:
    """Give the records of which a field was set that words find."""
    found = set()
    for change in hand.plan.changes:
        if isinstance(change, changes.SetValues):
            state = hand.state(change.record_id)
            searched = searchable_fields(hand.world.workspace, hand.world.in_force(state).module)
            if not set(searched).isdisjoint(change.after):
                found.add(state.id)
        elif isinstance(change, changes.AssignNumber):
            found.add(hand.real(change.record_id))
    return found


def _index_changed(hand: Hand) -> set[int]:
    """Give the records of which an indexed field was set."""
    found = set()
    for change in hand.plan.changes:
        if isinstance(change, changes.SetValues):
            state = hand.state(change.record_id)
            indexed = derived.indexed_fields(hand.world.in_force(state).module)
            if not set(indexed).isdisjoint(change.after):
                found.add(state.id)
        elif isinstance(change, changes.AssignNumber):
            found.add(hand.real(change.record_id))
    return found


def _states(hand: Hand, record_ids: Iterable[int]) -> Sequence[RecordState]:
    wanted = sorted(record_ids)
    hand.world.preload(record_id for record_id in wanted if record_id not in hand.states)
    return [state for record_id in wanted if (state := hand.world.record(record_id)) is not None]
