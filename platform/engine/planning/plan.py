"""A plan: everything that one action would change, as data.

`planning.plan_*` returns it; the store applies it in one transaction; the dry run and the simulator
show it; tests apply it to the world in memory. The same plan serves all of them. Ids below zero are
records that the plan makes; the one who applies it maps them to real ids, in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HandOver, Holder, Value, Voice

#: `Entry.action` of what no action of the module did: a reaction, a timer (`timer:CODE`), an undo,
#: a publication that moved the record to other revisions, others who took the places of some who go.
REACTION = "reaction"
TIMER = "timer:"
UNDO = "undo"
MIGRATED = "migrated"
SUCCESSION = "succession"


@dataclass(frozen=True, slots=True)
class CreateRecord:
    """Makes a record in its initial status; fields and people follow as changes of their own."""

    record_id: int  # below zero
    module: str
    status_group: str
    status: str
    owner_id: int | None = None
    owner_relation: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class SetValues:
    """Replaces values of fields (`set`, `append`, edit, computed fields)."""

    record_id: int
    before: Mapping[str, Value]
    after: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class MoveStatus:
    """Moves a record; with `since` a move is taken back, and the status goes on since that moment."""

    record_id: int
    before: str
    after: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Migrate:
    """Moves a record to other revisions of its definitions; `fields` and `roles` got other names."""

    record_id: int
    module_before: int
    module_after: int
    group_before: int
    group_after: int
    fields: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddParticipant:
    record_id: int
    role: str
    holder: Holder


@dataclass(frozen=True, slots=True)
class EndParticipant:
    """Ends a participation; its row is kept with its end time."""

    record_id: int
    role: str
    holder: Holder
    since: datetime


@dataclass(frozen=True, slots=True)
class ReopenParticipant:
    """Takes back the end of a participation (undo): the row that began at `since` runs on."""

    record_id: int
    role: str
    holder: Holder
    since: datetime


@dataclass(frozen=True, slots=True)
class PushHandOver:
    record_id: int
    hand_over: HandOver


@dataclass(frozen=True, slots=True)
class PopHandOver:
    record_id: int
    hand_over: HandOver


@dataclass(frozen=True, slots=True)
class AddLink:
    """Joins two records by the relation that `module` declares as `relation`."""

    module: str
    relation: str
    near_id: int
    far_id: int


@dataclass(frozen=True, slots=True)
class RemoveLink:
    module: str
    relation: str
    near_id: int
    far_id: int


@dataclass(frozen=True, slots=True)
class DeleteRecord:
    """Soft: out of every exit but history."""

    record_id: int


@dataclass(frozen=True, slots=True)
class RestoreRecord:
    record_id: int


@dataclass(frozen=True, slots=True)
class Reposition:
    record_id: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class AssignNumber:
    """Takes the next number of a counter and writes it by the module's pattern.

    `counter` names it wholly (module, unit, year as the definition says); the store counts,
    `numbering.number_text` renders.
    """

    record_id: int
    field: str
    counter: str
    year: int


@dataclass(frozen=True, slots=True)
class GiveVoice:
    record_id: int
    voice: Voice


@dataclass(frozen=True, slots=True)
class ClearVoices:
    """Takes these voices out: the record left the status, or somebody withdrew his own."""

    record_id: int
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class CopyFiles:
    """Gives a new record the attachments of another; bytes are shared."""

    from_id: int
    to_id: int


@dataclass(frozen=True, slots=True)
class AttachFiles:
    """Adds files that a step asked for to the record's attachments (no field takes them)."""

    record_id: int
    files: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RenderPrint:
    """Freezes a print of the state after the plan into a files field."""

    record_id: int
    print: str
    into: str


@dataclass(frozen=True, slots=True)
class Occur:
    """An event happened; messages hear it. Reactions to it are already part of the plan.

    `source_id` is the owned record that an owner's event (`REL.EVENT`) tells of.
    """

    record_id: int
    event: str
    people: tuple[int, ...] = ()
    data: Mapping[str, Value] = field(default_factory=dict)
    reason: str | None = None
    source_id: int | None = None


@dataclass(frozen=True, slots=True)
class TimerDue:
    """Arms a timer (or re-arms it at another time)."""

    record_id: int
    timer: str
    at: datetime
    occurrence: int = 1


@dataclass(frozen=True, slots=True)
class DisarmTimer:
    record_id: int
    timer: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One action's one line in a record's history; the changes are its rows.

    `caused_by` is the index (in `Plan.entries`) of the entry of the action that led here.
    """

    record_id: int
    action: str
    actor: Actor
    at: datetime
    reason: str | None = None
    status_before: str | None = None
    status_after: str | None = None
    caused_by: int | None = None
    changes: tuple[int, ...] = ()  # indexes into Plan.changes
    confirmed: tuple[Text, ...] = ()  # what the person was asked and went on with
    notes: tuple[Text, ...] = ()  # what the engine did by itself (a role that gave way)


Change = (
    CreateRecord | SetValues | MoveStatus | Migrate | AddParticipant | EndParticipant | ReopenParticipant
    | PushHandOver | PopHandOver | AddLink | RemoveLink | DeleteRecord | RestoreRecord | Reposition
    | AssignNumber | GiveVoice | ClearVoices | CopyFiles | AttachFiles | RenderPrint | Occur | TimerDue
    | DisarmTimer
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must answer before a plan is made: `kind` is `confirm`, `warn` or `reason`.

    `code` is stable, so that an answer can name it; `marks` is the field it concerns.
    """

    code: str
    kind: str
    text: Text
    marks: str | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person answered: everything (`True`), or the codes of the questions confirmed."""

    confirmed: bool | frozenset[str] = False
    reason: str | None = None

    def confirms(self, question: Question) -> bool:
        """Whether the person went on in spite of a question."""
        return self.confirmed is True or (
            isinstance(self.confirmed, frozenset) and question.code in self.confirmed
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen, in order. `versions`: record id → the version it was planned from; if one
    is newer when the plan is applied, nothing is applied and the caller gets `Conflict`. Exactly
    these records (and the new ones) get a new version. Titles are not part of a plan: whoever
    applies it renders `titles.title_of` afterwards, when numbers are known, and
    `titles.titles_following`, which need no new version."""

    changes: tuple[Change, ...]
    entries: tuple[Entry, ...]
    versions: Mapping[int, int]
    undo_until: datetime | None = None

    @property
    def touched(self) -> tuple[int, ...]:
        """Every record that a change concerns, in order of first mention."""
        seen: dict[int, None] = {}
        for change in self.changes:
            for name in ("record_id", "to_id", "near_id", "far_id"):
                record_id = getattr(change, name, None)
                if record_id is not None:
                    seen[record_id] = None
        return tuple(seen)
