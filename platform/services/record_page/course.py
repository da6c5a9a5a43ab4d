"""What a record's page tells about the course of its work: whose turn it is, voices, hands, roll-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from luongviec.engine.text import Text
from luongviec.services.views import PersonView, StatusView, UnitView


@dataclass(frozen=True, slots=True)
class Handler:
    """A person who can carry the work on, and those who stand in for him just now."""

    person: PersonView
    deputies: tuple[PersonView, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnPart:
    """One role whose turn it is: its people, or the units whose people it is."""

    label: Text
    people: tuple[Handler, ...] = ()
    units: tuple[UnitView, ...] = ()


@dataclass(frozen=True, slots=True)
class NextStatus:
    """A status that the work goes to next, and who brings it there."""

    status: StatusView
    by: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnView:
    """Who has the record now, since when, and what comes next. Nobody has what is finished."""

    parts: tuple[TurnPart, ...]
    since: datetime
    following: tuple[NextStatus, ...]


@dataclass(frozen=True, slots=True)
class StatusTime:
    """How long a record has been in a status altogether, and how often."""

    status: StatusView
    spent: timedelta
    visits: int
    current: bool = False


@dataclass(frozen=True, slots=True)
class SpokenVoice:
    """One voice; `by` is who gave it in the person's place, where it was not himself."""

    person: PersonView
    yes: bool
    at: datetime
    by: PersonView | None = None


@dataclass(frozen=True, slots=True)
class VoiceSheet:
    """Who has spoken to an action that several must agree to, and who is missing.

    `missing` stands in the order in which they speak where `ordered`; the first is next.
    """

    label: Text
    needed: int
    total: int
    ordered: bool
    spoken: tuple[SpokenVoice, ...]
    missing: tuple[PersonView, ...]

    @property
    def agreed(self) -> int:
        """How many have said yes."""
        return sum(voice.yes for voice in self.spoken)


@dataclass(frozen=True, slots=True)
class Handling:
    """One step of a record through hands: from whom (nobody had it: None), to whom, with what note.

    `by` is who did it, where it was neither of them.
    """

    at: datetime
    role: Text
    giver: PersonView | None
    receiver: PersonView
    action: Text
    returned: bool = False
    by: PersonView | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RollUp:
    """What the records below one come to, as far as the viewer sees them."""

    total: int
    closed: int
    late: int
    percent: int | None
    statuses: tuple[tuple[StatusView, int], ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a record's work, as far as the viewer may know it."""

    turn: TurnView | None
    times: tuple[StatusTime, ...] = ()
    voices: tuple[VoiceSheet, ...] = ()
    handling: tuple[Handling, ...] = ()
