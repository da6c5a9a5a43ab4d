"""Taking an action back: the inverse changes, newest first, while nothing came after.

What was told is not untold; outside channels wait as long as an action may be taken back. Numbers
stay given, files stay stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from luongviec.engine.effects.registry import EffectRegistry
from luongviec.engine.errors import Conflict, NotFound, Refused
from luongviec.engine.planning import plan as changes
from luongviec.engine.planning.finish import finish
from luongviec.engine.planning.plan import UNDO, Answers, Change, Plan
from luongviec.engine.planning.session import EntryDraft, Session
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Participation, RecordState, World

TEXT_TOO_LATE = Text("Đã quá thời gian hoàn tác.", "It is too late to take this back.")
TEXT_NOT_YOURS = Text("Chỉ người đã làm mới hoàn tác được.", "Only who did it can take it back.")


@dataclass(frozen=True, slots=True)
class Done:
    """An applied plan, as history has it: real ids everywhere.

    `versions`: record id → the version that it had right after.
    """

    record_id: int
    actor: Actor
    changes: tuple[Change, ...]
    versions: Mapping[int, int]
    undo_until: datetime | None


def plan_undo(world: World, actor: Actor, done: Done, *, reason: str | None = None) -> Plan:
    """Plan the inverse of an applied plan.

    Raises:
        Refused: too late, or somebody else did it.
        Conflict: one of its records has changed since.
    """
    if done.actor.user_id != actor.user_id or actor.user_id is None:
        raise Refused(TEXT_NOT_YOURS)
    if done.undo_until is None or world.now > done.undo_until:
        raise Refused(TEXT_TOO_LATE)
    for record_id, version in done.versions.items():
        record = world.record(record_id)
        if record is None:
            raise NotFound()
        if record.version != version:
            raise Conflict()
    actor = done.actor  # he takes it back on whose behalf he did it
    session = Session(world, actor, Answers(), EffectRegistry({}))
    entries = _Entries(session, actor, done.record_id, reason)
    for change in reversed(done.changes):
        _take_back(session, entries, change)
    return finish(session)


class _Entries:
    """One history entry for each record that is taken back; the first is the action's own."""

    def __init__(self, session: Session, actor: Actor, record_id: int, reason: str | None) -> None:
        self._session = session
        self._actor = actor
        self._reason = reason
        self._places: dict[int, int] = {}
        self.of(record_id)

    def of(self, record_id: int) -> int:
        """Give the entry of a record."""
        if record_id not in self._places:
            status = self._session.record(record_id).status
            first = next(iter(self._places.values()), None)
            self._places[record_id] = self._session.begin(
                EntryDraft(record_id, UNDO, self._actor, self._reason, status, caused_by=first)
            )
        return self._places[record_id]


def _take_back(session: Session, entries: _Entries, change: Change) -> None:
    inverse = _INVERSES.get(type(change))
    if inverse is not None:
        inverse(session, entries, change)


# --- One inverse for each kind of change --------------------------------------------------------------


def _create(session: Session, entries: _Entries, change: changes.CreateRecord) -> None:
    session.delete(entries.of(change.record_id), change.record_id)


def _set(session: Session, entries: _Entries, change: changes.SetValues) -> None:
    session.set_values(entries.of(change.record_id), change.record_id, change.before)


def _move(session: Session, entries: _Entries, change: changes.MoveStatus) -> None:
    session.move_back(entries.of(change.record_id), change.record_id, change.before)


def _add(session: Session, entries: _Entries, change: changes.AddParticipant) -> None:
    if change.holder in session.record(change.record_id).holders(change.role):
        entry = entries.of(change.record_id)
        session.end_participant(entry, change.record_id, change.role, change.holder)


def _end(session: Session, entries: _Entries, change: changes.EndParticipant) -> None:
    record = session.record(change.record_id)
    session.draft.change(record.id, participations=_reopened(record, change))
    reopened = changes.ReopenParticipant(record.id, change.role, change.holder, change.since)
    session.log(entries.of(record.id), reopened)


def _reopened(record: RecordState, change: changes.EndParticipant) -> tuple[Participation, ...]:
    wanted = (change.role, change.holder, change.since)
    return tuple(
        replace(one, until=None) if (one.role, one.holder, one.since) == wanted else one
        for one in record.participations
    )


def _push(session: Session, entries: _Entries, change: changes.PushHandOver) -> None:
    if change.hand_over in session.record(change.record_id).hand_overs:
        session.pop_hand_over(entries.of(change.record_id), change.record_id, change.hand_over)


def _pop(session: Session, entries: _Entries, change: changes.PopHandOver) -> None:
    session.push_hand_over(entries.of(change.record_id), change.record_id, change.hand_over)


def _link(session: Session, entries: _Entries, change: changes.AddLink) -> None:
    entry = entries.of(change.near_id)
    session.unlink(entry, change.module, change.relation, change.near_id, change.far_id)


def _unlink(session: Session, entries: _Entries, change: changes.RemoveLink) -> None:
    entry = entries.of(change.near_id)
    session.link(entry, change.module, change.relation, change.near_id, change.far_id)


def _delete(session: Session, entries: _Entries, change: changes.DeleteRecord) -> None:
    session.restore(entries.of(change.record_id), change.record_id)


def _restore(session: Session, entries: _Entries, change: changes.RestoreRecord) -> None:
    session.delete(entries.of(change.record_id), change.record_id)


def _reposition(session: Session, entries: _Entries, change: changes.Reposition) -> None:
    session.reposition(entries.of(change.record_id), change.record_id, change.before)


def _give_voice(session: Session, entries: _Entries, change: changes.GiveVoice) -> None:
    if change.voice in session.record(change.record_id).voices:
        session.clear_voices(entries.of(change.record_id), change.record_id, (change.voice,))


def _clear_voices(session: Session, entries: _Entries, change: changes.ClearVoices) -> None:
    for voice in change.voices:
        session.give_voice(entries.of(change.record_id), change.record_id, voice)


_Inverse = Callable[[Session, _Entries, Change], None]

#: Numbers, files and what was told stay; timers follow from what is restored.
_INVERSES: Mapping[type, _Inverse] = cast(
    "Mapping[type, _Inverse]",
    {
        changes.CreateRecord: _create,
        changes.SetValues: _set,
        changes.MoveStatus: _move,
        changes.AddParticipant: _add,
        changes.EndParticipant: _end,
        changes.PushHandOver: _push,
        changes.PopHandOver: _pop,
        changes.AddLink: _link,
        changes.RemoveLink: _unlink,
        changes.DeleteRecord: _delete,
        changes.RestoreRecord: _restore,
        changes.Reposition: _reposition,
        changes.GiveVoice: _give_voice,
        changes.ClearVoices: _clear_voices,
    },
)
