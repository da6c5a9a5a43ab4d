"""The workbench of one plan: a draft, the changes made so far, and the history entries they belong to.

Every change goes through a method here, so that draft, change list and versions never part. Nothing
here asks whether somebody may do it, and nothing tells anybody: actions, effects and reactions do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from luongviec.engine.errors import NotFound
from luongviec.engine.planning.draft import Draft, empty_record
from luongviec.engine.planning.plan import (
    AddLink,
    AddParticipant,
    Answers,
    Change,
    ClearVoices,
    CreateRecord,
    DeleteRecord,
    EndParticipant,
    Entry,
    GiveVoice,
    MoveStatus,
    PopHandOver,
    PushHandOver,
    Question,
    RemoveLink,
    Reposition,
    RestoreRecord,
    SetValues,
)
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HandOver, Holder, Participation, RecordState, Value, Voice, World

if TYPE_CHECKING:
    from luongviec.engine.effects.registry import EffectRegistry


@dataclass(slots=True)
class EntryDraft:
    """A history entry while its action is being planned."""

    record_id: int
    action: str
    actor: Actor
    reason: str | None = None
    status_before: str | None = None
    caused_by: int | None = None
    changes: list[int] = field(default_factory=list)
    confirmed: list[Text] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RuleMessage:
    """A rule that refuses, with the field it concerns."""

    text: Text
    marks: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Savepoint:
    """What a session held at a moment, to go back to it."""

    draft: Draft
    changes: int
    entries: int
    entry_changes: tuple[int, ...]
    questions: Mapping[str, Question]
    refusals: int


class Session:
    """Collects everything that one press of a button would change."""

    def __init__(self, world: World, actor: Actor, answers: Answers, effects: EffectRegistry) -> None:
        self.base = world
        self.draft = Draft(world)
        self.actor = actor
        self.answers = answers
        self.effects = effects
        self.changes: list[Change] = []
        self.entries: list[EntryDraft] = []
        self.questions: dict[str, Question] = {}
        self.refusals: list[RuleMessage] = []
        self.later: list[Callable[[], None]] = []

    # --- Reading ----------------------------------------------------------------------------------

    def record(self, record_id: int) -> RecordState:
        """Give a record as the draft has it.

        Raises:
            NotFound: there is none.
        """
        record = self.draft.record(record_id)
        if record is None:
            raise NotFound()
        return record

    def savepoint(self) -> Savepoint:
        """Remember this moment."""
        return Savepoint(
            self.draft.snapshot(),
            len(self.changes),
            len(self.entries),
            tuple(len(entry.changes) for entry in self.entries),
            dict(self.questions),
            len(self.refusals),
        )

    def go_back(self, savepoint: Savepoint) -> None:
        """Forget everything since a savepoint (a refused step that may be skipped)."""
        self.draft.restore(savepoint.draft)
        del self.changes[savepoint.changes :]
        del self.entries[savepoint.entries :]
        for entry, length in zip(self.entries, savepoint.entry_changes, strict=True):
            del entry.changes[length:]
        self.questions = dict(savepoint.questions)
        del self.refusals[savepoint.refusals :]

    # --- History ----------------------------------------------------------------------------------

    def begin(self, entry: EntryDraft) -> int:
        """Open a history entry and give its place."""
        self.entries.append(entry)
        return len(self.entries) - 1

    def log(self, entry: int | None, change: Change) -> None:
        """Note a change, as a row of an entry where it belongs to one."""
        if entry is not None:
            self.entries[entry].changes.append(len(self.changes))
        self.changes.append(change)

    def note(self, entry: int, text: Text) -> None:
        """Note what happened by itself."""
        self.entries[entry].notes.append(text)

    def finished_entries(self) -> tuple[Entry, ...]:
        """Give the history entries as data."""
        return tuple(
            Entry(
                record_id=entry.record_id,
                action=entry.action,
                actor=entry.actor,
                at=self.draft.now,
                reason=entry.reason,
                status_before=entry.status_before,
                status_after=self.record(entry.record_id).status,
                caused_by=entry.caused_by,
                changes=tuple(entry.changes),
                confirmed=tuple(entry.confirmed),
                notes=tuple(entry.notes),
            )
            for entry in self.entries
        )

    # --- Changing ---------------------------------------------------------------------------------

    def create(
        self,
        entry: EntryDraft,
        module: str,
        group: str,
        status: str,
        owner: tuple[int, str] | None,
        position: int | None,
    ) -> int:
        """Make a record in its initial status and give the place of its entry."""
        owner_id, relation = owner or (None, None)
        record_id = entry.record_id
        state = empty_record(record_id, module, group, status, self.draft.now, {})
        self.draft.put(
            replace(
                state,
                owner_id=owner_id,
                owner_relation=relation,
                position=position,
                created_by=entry.actor.user_id,
            )
        )
        self.draft.enter(record_id, status)
        place = self.begin(entry)
        self.log(place, CreateRecord(record_id, module, group, status, owner_id, relation, position))
        return place

    def set_values(self, entry: int | None, record_id: int, values: Mapping[str, Value]) -> tuple[str, ...]:
        """Replace values of fields and give the names of those that changed."""
        record = self.record(record_id)
        after = {name: value for name, value in values.items() if record.values.get(name) != value}
        if not after:
            return ()
        before = {name: record.values.get(name) for name in after}
        self.draft.change(record_id, values={**record.values, **after})
        self.log(entry, SetValues(record_id, before, after))
        return tuple(after)

    def move(self, entry: int, record_id: int, status: str) -> None:
        """Move to a status; voices given in the old one count no more."""
        record = self.record(record_id)
        if record.voices:  # before the move, so that taking back gives them again after it
            self.clear_voices(entry, record_id, record.voices)
        self.log(entry, MoveStatus(record_id, record.status, status))
        self.draft.enter(record_id, status)

    def move_back(self, entry: int, record_id: int, status: str) -> None:
        """Take back a move; the visit to the status that is left counts no more."""
        record = self.record(record_id)
        if record.voices:
            self.clear_voices(entry, record_id, record.voices)
        since = self.draft.go_back(record_id, status).status_since
        self.log(entry, MoveStatus(record_id, record.status, status, since))

    def add_participant(self, entry: int | None, record_id: int, role: str, holder: Holder) -> None:
        """Let somebody hold a role from now on."""
        record = self.record(record_id)
        joined = Participation(role, holder, self.draft.now)
        self.draft.change(record_id, participations=(*record.participations, joined))
        self.log(entry, AddParticipant(record_id, role, holder))

    def end_participant(self, entry: int, record_id: int, role: str, holder: Holder) -> None:
        """End somebody's hold of a role; the row is kept with its end."""
        record = self.record(record_id)
        kept: list[Participation] = []
        since = self.draft.now
        for one in record.participations:
            if (one.role, one.holder, one.until) == (role, holder, None):
                since = one.since
                kept.append(replace(one, until=self.draft.now))
            else:
                kept.append(one)
        self.draft.change(record_id, participations=tuple(kept))
        self.log(entry, EndParticipant(record_id, role, holder, since))

    def push_hand_over(self, entry: int, record_id: int, hand_over: HandOver) -> None:
        """Add a link to a role's chain of handlers."""
        self.draft.change(record_id, hand_overs=(*self.record(record_id).hand_overs, hand_over))
        self.log(entry, PushHandOver(record_id, hand_over))

    def pop_hand_over(self, entry: int, record_id: int, hand_over: HandOver) -> None:
        """Take the last such link off the chain."""
        chain = list(self.record(record_id).hand_overs)
        place = len(chain) - 1 - chain[::-1].index(hand_over)
        self.draft.change(record_id, hand_overs=tuple(chain[:place] + chain[place + 1 :]))
        self.log(entry, PopHandOver(record_id, hand_over))

    def link(self, entry: int, module: str, relation: str, near_id: int, far_id: int) -> None:
        """Join two records."""
        self.draft.join((module, relation, near_id, far_id))
        self.log(entry, AddLink(module, relation, near_id, far_id))

    def unlink(self, entry: int, module: str, relation: str, near_id: int, far_id: int) -> None:
        """Take two records apart."""
        self.draft.part((module, relation, near_id, far_id))
        self.log(entry, RemoveLink(module, relation, near_id, far_id))

    def delete(self, entry: int, record_id: int) -> None:
        """Take a record out of every exit but history."""
        self.draft.change(record_id, deleted_at=self.draft.now)
        self.log(entry, DeleteRecord(record_id))

    def restore(self, entry: int, record_id: int) -> None:
        """Bring a deleted record back."""
        self.draft.change(record_id, deleted_at=None)
        self.log(entry, RestoreRecord(record_id))

    def reposition(self, entry: int, record_id: int, position: int | None) -> None:
        """Put a record at a place among its siblings."""
        record = self.record(record_id)
        if record.position != position:
            self.draft.change(record_id, position=position)
            self.log(entry, Reposition(record_id, record.position, position))

    def give_voice(self, entry: int, record_id: int, voice: Voice) -> None:
        """Note a person's yes or no."""
        self.draft.change(record_id, voices=(*self.record(record_id).voices, voice))
        self.log(entry, GiveVoice(record_id, voice))

    def clear_voices(self, entry: int, record_id: int, voices: tuple[Voice, ...]) -> None:
        """Take voices out."""
        kept = tuple(voice for voice in self.record(record_id).voices if voice not in voices)
        self.draft.change(record_id, voices=kept)
        self.log(entry, ClearVoices(record_id, voices))
