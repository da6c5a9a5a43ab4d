"""What the engine reads about the running world, and nothing of how it is stored.

`World` is the one door through which pure rules ask about records, people and units. The store
implements it with set-based, batched queries; tests implement it in memory
(`luongviec.engine.memory`). The planner lays a `Draft` over a world so that later effects of a plan
read what earlier ones would leave. All times are aware and UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from luongviec.engine.model import Calendar, InForce, Workspace

#: What a field holds: text, number, boolean, date, datetime, duration, option code, id of a person,
#: unit, record or file; a tuple of these where the field is `many` or of type files; None if empty.
Value = str | int | float | bool | date | datetime | timedelta | None | tuple["Value", ...]


class HolderKind(StrEnum):
    """A participant role is held by people or by units (`of: user | unit`)."""

    USER = "user"
    UNIT = "unit"


@dataclass(frozen=True, slots=True, order=True)
class Holder:
    """One person or unit, as holder of a participant role."""

    kind: HolderKind
    id: int


@dataclass(frozen=True, slots=True)
class Participation:
    """That somebody holds, or once held, a role in a record; ended ones are kept."""

    role: str
    holder: Holder
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """One link of a role's chain of handlers, so that a refusal returns to the giver."""

    role: str
    giver: int
    receiver: int
    by: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's yes or no to an action that demands several voices."""

    action: str
    person: int
    cast_for: int
    yes: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordState:
    """A record as the engine sees it. Ids below zero belong to records that a plan would make.

    `module_revision` and `group_revision` are the pinned revisions (0: whatever is newest, as in
    tests without a database). `number` fields live in `values` like any other.
    """

    id: int
    module: str
    status_group: str
    status: str
    status_since: datetime
    created_at: datetime
    updated_at: datetime
    created_by: int | None = None
    version: int = 1
    title: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    participations: tuple[Participation, ...] = ()
    hand_overs: tuple[HandOver, ...] = ()
    voices: tuple[Voice, ...] = ()
    owner_id: int | None = None
    owner_relation: str | None = None
    position: int | None = None
    deleted_at: datetime | None = None
    module_revision: int = 0
    group_revision: int = 0

    def holders(self, role: str) -> tuple[Holder, ...]:
        """Give those who hold a role now, longest first."""
        return tuple(p.holder for p in self.participations if p.role == role and p.until is None)


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `sort_key` orders by Vietnamese collation."""

    id: int
    user_name: str
    name: str
    active: bool = True
    language: str = "vi"
    email: str | None = None
    phone: str | None = None
    sort_key: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the one unit tree; `path` holds the ids from the root to itself."""

    id: int
    name: str
    kind: str | None
    parent_id: int | None
    path: tuple[int, ...]
    code: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Holding:
    """That a person fills a slot of a side in a unit, and since when."""

    user_id: int
    unit_id: int
    side: str
    slot: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, perhaps on behalf of another, or the system (`user_id` None)."""

    user_id: int | None
    acting_for: int | None = None

    @property
    def is_system(self) -> bool:
        """Whether timers or reactions act, and no person."""
        return self.user_id is None

    @property
    def readings(self) -> tuple[Actor, ...]:
        """Give as whom conditions are asked, all of which must hold: as he acts, then as the person on
        whose behalf, so that nobody does for another what the other may not do himself."""
        return (self,) if self.acting_for is None else (self, Actor(self.acting_for))

    @property
    def principal(self) -> int | None:
        """Give whose act it is: on whose behalf, else his own."""
        return self.user_id if self.acting_for is None else self.acting_for


SYSTEM = Actor(None)


class World(Protocol):
    """Everything the engine may ask. Sequences come in a stable order; deleted records stay out of
    `children`, `linked` and `referring`, but `record` gives them (history shows them)."""

    @property
    def now(self) -> datetime:
        """The moment of this decision or plan; it does not move while one is made."""

    @property
    def workspace(self) -> Workspace:
        """The newest published definitions."""

    def in_force(self, record: RecordState) -> InForce:
        """The definitions that count for a record: its pinned module and status group, and the live
        matrix and notification set of its home unit."""

    def group_for(self, module: str, home_unit: int | None) -> str:
        """The status group that a home unit uses for new records of a module."""

    def record(self, record_id: int) -> RecordState | None: ...

    def children(self, owner_id: int, relation: str) -> Sequence[int]:
        """Owned records by position, then id."""

    def deleted_children(self, owner_id: int) -> Sequence[int]:
        """Owned records that are deleted, by id, whatever the relation: restoring asks for them."""

    def linked(self, record_id: int, module: str, relation: str, *, forward: bool) -> Sequence[int]:
        """Records joined by relation `module.relation` (`links`), from its near or its far end."""

    def referring(self, record_id: int, module: str, field: str) -> Sequence[int]:
        """Records of `module` whose record field `field` holds this record."""

    def person(self, user_id: int) -> Person | None: ...

    def unit(self, unit_id: int) -> Unit | None: ...

    def units_below(self, unit_id: int, *, deep: bool) -> Sequence[int]:
        """Direct children, or (`deep`) every unit of the branch including itself."""

    def units_with_side(self, side: str) -> Sequence[int]:
        """Active units that carry a side."""

    def holders_of(self, unit_id: int, side: str) -> Sequence[Holding]:
        """Who fills which slot of a side in this very unit."""

    def holdings(self, user_id: int) -> Sequence[Holding]:
        """All slots that a person fills."""

    def slot_holders(self, side: str, slot: str) -> Sequence[int]:
        """People who fill a slot in any unit."""

    def managers(self, user_id: int) -> Sequence[int]:
        """Direct managers (U-22)."""

    def groups(self, user_id: int) -> frozenset[str]:
        """User groups that a person belongs to."""

    def group_members(self, group: str) -> Sequence[int]: ...

    def functions(self, user_id: int) -> frozenset[str]:
        """Function permissions given to the person or through groups and slots (E-15: they add)."""

    def authority_ids(self, user_id: int, *, given: bool = False) -> Sequence[int]:
        """Records that let somebody act for another (`stands_in`), in a status in which they count,
        whose deputy this person is (`given`: who is stood in for); by id, whatever their dates."""

    def everyone(self) -> Sequence[int]:
        """All active accounts; large: prefer asking whether one person is active."""

    def parameter(self, code: str, unit_id: int | None) -> Value:
        """A parameter's value: nearest unit up the tree, then the installation, then its default."""

    def calendar(self, unit_id: int | None) -> Calendar:
        """The working calendar of a unit: the nearest one up the tree."""

    def visits_of(self, record_id: int) -> Sequence[tuple[str, datetime]]:
        """The statuses that a record entered and when, in order; undone moves are left out."""

    def acted_for(self, record_id: int, user_id: int) -> Sequence[int]:
        """In whose place a person has ever acted on a record, each once."""

    def deputies_on(self, record_id: int) -> frozenset[int]:
        """Who has ever acted on a record in somebody's place."""

    def entered(self, record_id: int, status: str) -> datetime | None:
        """When a record last entered a status."""

    def time_in(self, record_id: int, status: str) -> timedelta:
        """How long a record has been in a status altogether."""

    def opened(self, record_id: int, user_id: int, field: str | None = None) -> bool:
        """Whether a person has opened the record, or a file of one of its fields."""

    def clashing(
        self, record: RecordState, field: str, start: Value, end: Value, start_field: str, end_field: str
    ) -> int:
        """Count other open records of the module with the same value of a field or holder of a role
        whose time overlaps [start, end)."""
