"""How a plan changes the world in memory: every kind of change, and nothing else.

The store does the same in one transaction; a test compares the two. Ids below zero become real ones
in the order in which the plan makes the records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from luongviec.engine.errors import Conflict
from luongviec.engine.planning import plan as changes
from luongviec.engine.planning.numbering import number_text
from luongviec.engine.planning.titles import title_of, titles_following
from luongviec.engine.planning.visits import without_last
from luongviec.engine.world import Participation, RecordState

if TYPE_CHECKING:
    from luongviec.engine.memory import MemoryWorld


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a plan: the real id of every record that it made."""

    ids: Mapping[int, int]
    entries: tuple[changes.Entry, ...]
    occurrences: tuple[changes.Occur, ...]

    def id(self, planned: int) -> int:
        """Give the real id for an id that a plan uses."""
        return self.ids.get(planned, planned)


def apply_plan(world: MemoryWorld, plan: changes.Plan) -> Applied:
    """Apply all changes of a plan, or none.

    Raises:
        Conflict: a record is newer than the version that the plan was made from.
    """
    for record_id, version in plan.versions.items():
        current = world.record(record_id)
        if current is None or current.version != version:
            raise Conflict(record_id=record_id)
    ids: dict[int, int] = {}
    for change in plan.changes:
        _apply_change(world, change, ids, plan)
    for record_id in (*ids.values(), *plan.versions):
        state = world.records[record_id]
        state = replace(state, version=plan.versions.get(record_id, 0) + 1, updated_at=world.now)
        world.put(state)
        world.put(replace(state, title=title_of(world, state)))
    for state in titles_following(world, (*ids.values(), *plan.versions)):
        world.put(state)
    entries = tuple(replace(e, record_id=ids.get(e.record_id, e.record_id)) for e in plan.entries)
    occurrences = tuple(
        replace(c, record_id=ids.get(c.record_id, c.record_id))
        for c in plan.changes
        if isinstance(c, changes.Occur)
    )
    world.entries += entries
    world.occurrences += occurrences
    return Applied(ids, entries, occurrences)


def _apply_change(
    world: MemoryWorld, change: changes.Change, ids: dict[int, int], plan: changes.Plan
) -> None:
    applier = _APPLIERS.get(type(change))
    if applier is not None:
        applier(_Hand(world, ids, plan), change)


@dataclass(frozen=True, slots=True)
class _Hand:
    """The world being changed, with the ids made so far."""

    world: MemoryWorld
    ids: dict[int, int]
    plan: changes.Plan

    def real(self, record_id: int) -> int:
        return self.ids.get(record_id, record_id)

    def state(self, record_id: int) -> RecordState:
        return self.world.records[self.real(record_id)]

    def value(self, value: object) -> object:
        """Replace ids of records yet to be made inside a value."""
        if isinstance(value, tuple):
            return tuple(self.value(part) for part in value)
        if isinstance(value, int) and not isinstance(value, bool) and value < 0:
            return self.ids.get(value, value)
        return value


def _create(hand: _Hand, change: changes.CreateRecord) -> None:
    world = hand.world
    record_id = max((*world.records, 0)) + 1
    hand.ids[change.record_id] = record_id
    actor = next((e.actor for e in hand.plan.entries if e.record_id == change.record_id), None)
    world.put(
        RecordState(
            id=record_id,
            module=change.module,
            status_group=change.status_group,
            status=change.status,
            status_since=world.now,
            created_at=world.now,
            updated_at=world.now,
            created_by=actor.user_id if actor else None,
            owner_id=None if change.owner_id is None else hand.real(change.owner_id),
            owner_relation=change.owner_relation,
            position=change.position,
        )
    )
    world.visits[record_id].append((change.status, world.now))


def _set_values(hand: _Hand, change: changes.SetValues) -> None:
    state = hand.state(change.record_id)
    after = {name: hand.value(value) for name, value in change.after.items()}
    hand.world.change(state.id, values={**state.values, **after})


def _move(hand: _Hand, change: changes.MoveStatus) -> None:
    state = hand.state(change.record_id)
    visits = hand.world.visits[state.id]
    if change.since is not None:
        hand.world.visits[state.id] = list(without_last(visits, change.before))
    else:
        visits.append((change.after, hand.world.now))
    hand.world.change(state.id, status=change.after, status_since=change.since or hand.world.now)


def _add(hand: _Hand, change: changes.AddParticipant) -> None:
    state = hand.state(change.record_id)
    joined = Participation(change.role, change.holder, hand.world.now)
    hand.world.change(state.id, participations=(*state.participations, joined))


def _end(hand: _Hand, change: changes.EndParticipant) -> None:
    state = hand.state(change.record_id)

    def ended(p: Participation, now: datetime) -> Participation:
        same = p.role == change.role and p.holder == change.holder and p.until is None
        return replace(p, until=now) if same else p

    hand.world.change(state.id, participations=tuple(ended(p, hand.world.now) for p in state.participations))


def _reopen(hand: _Hand, change: changes.ReopenParticipant) -> None:
    state = hand.state(change.record_id)

    def reopened(p: Participation) -> Participation:
        same = (p.role, p.holder, p.since) == (change.role, change.holder, change.since)
        return replace(p, until=None) if same else p

    hand.world.change(state.id, participations=tuple(map(reopened, state.participations)))


def _push(hand: _Hand, change: changes.PushHandOver) -> None:
    state = hand.state(change.record_id)
    hand.world.change(state.id, hand_overs=(*state.hand_overs, change.hand_over))


def _pop(hand: _Hand, change: changes.PopHandOver) -> None:
    state = hand.state(change.record_id)
    kept = list(state.hand_overs)
    for place in range(len(kept) - 1, -1, -1):
        if kept[place] == change.hand_over:
            del kept[place]
            break
    hand.world.change(state.id, hand_overs=tuple(kept))


def _link(hand: _Hand, change: changes.AddLink) -> None:
    pair = (hand.real(change.near_id), hand.real(change.far_id))
    pairs = hand.world.links[change.module, change.relation]
    if pair not in pairs:
        pairs.append(pair)


def _unlink(hand: _Hand, change: changes.RemoveLink) -> None:
    pair = (hand.real(change.near_id), hand.real(change.far_id))
    pairs = hand.world.links[change.module, change.relation]
    if pair in pairs:
        pairs.remove(pair)


def _delete(hand: _Hand, change: changes.DeleteRecord) -> None:
    hand.world.change(hand.real(change.record_id), deleted_at=hand.world.now)


def _restore(hand: _Hand, change: changes.RestoreRecord) -> None:
    hand.world.change(hand.real(change.record_id), deleted_at=None)


def _reposition(hand: _Hand, change: changes.Reposition) -> None:
    hand.world.change(hand.real(change.record_id), position=change.after)


def _number(hand: _Hand, change: changes.AssignNumber) -> None:
    world, state = hand.world, hand.state(change.record_id)
    world.counters[change.counter] += 1
    number = number_text(world, state, world.counters[change.counter], change.year)
    world.change(state.id, values={**state.values, change.field: number})


def _give_voice(hand: _Hand, change: changes.GiveVoice) -> None:
    state = hand.state(change.record_id)
    hand.world.change(state.id, voices=(*state.voices, change.voice))


def _clear_voices(hand: _Hand, change: changes.ClearVoices) -> None:
    state = hand.state(change.record_id)
    hand.world.change(state.id, voices=tuple(v for v in state.voices if v not in change.voices))


def _arm(hand: _Hand, change: changes.TimerDue) -> None:
    record_id = hand.real(change.record_id)
    hand.world.timers[record_id, change.timer] = replace(change, record_id=record_id)


def _disarm(hand: _Hand, change: changes.DisarmTimer) -> None:
    hand.world.timers.pop((hand.real(change.record_id), change.timer), None)


_Applier = Callable[[_Hand, changes.Change], None]

#: Attachments and frozen prints have bytes, which this world does not hold; events are told after.
_APPLIERS: Mapping[type, _Applier] = cast(
    "Mapping[type, _Applier]",
    {
        changes.CreateRecord: _create,
        changes.SetValues: _set_values,
        changes.MoveStatus: _move,
        changes.AddParticipant: _add,
        changes.EndParticipant: _end,
        changes.ReopenParticipant: _reopen,
        changes.PushHandOver: _push,
        changes.PopHandOver: _pop,
        changes.AddLink: _link,
        changes.RemoveLink: _unlink,
        changes.DeleteRecord: _delete,
        changes.RestoreRecord: _restore,
        changes.Reposition: _reposition,
        changes.AssignNumber: _number,
        changes.GiveVoice: _give_voice,
        changes.ClearVoices: _clear_voices,
        changes.TimerDue: _arm,
        changes.DisarmTimer: _disarm,
    },
)
