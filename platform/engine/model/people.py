"""People, columns and units as definitions name them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from luongviec.engine.expressions.compiled import Expression


class ColumnKind(StrEnum):
    """What a column of a matrix or transition table stands for."""

    ROLE = "role"  # assignee
    DERIVED = "derived"  # child.assignee
    SLOT = "slot"  # executing.head
    DERIVED_SLOT = "derived_slot"  # task.executing.head
    GROUP = "group"  # group:system_admin
    EVERYONE = "everyone"
    OWNER_PERMISSION = "owner_permission"  # owner:view
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its code, taken apart.

    `prefix` for derived ones, `role` for participant and unit roles, `slot` for slots, `name` for
    the group or the owner's permission.
    """

    code: str
    kind: ColumnKind
    role: str | None = None
    slot: str | None = None
    prefix: str | None = None
    name: str | None = None


class PeopleKind(StrEnum):
    """The forms of the people notation, see `docs/language.md`, People."""

    ROLE = "role"  # assignee
    DERIVED = "derived"  # child.assignee
    SLOT = "slot"  # executing.head; slot None: any
    DERIVED_SLOT = "derived_slot"  # task.executing.head
    ABILITY = "ability"  # executing:receive
    ACTOR = "actor"
    ACTING_FOR = "acting_for"
    EVENT_PEOPLE = "event_people"
    PERSON = "person"
    ROW = "row"  # the row that `for_each` or `spread` stands at
    FIELD = "field"  # record.FIELD
    INPUT = "input"  # input.NAME
    ROW_VALUE = "row_value"  # row.NAME
    MANAGER = "manager"  # manager of X
    GROUP = "group"
    SIDE = "side"  # side:executing.head in any unit
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class PeopleForm:
    """One form of the people notation. `above` steps to the unit above (`executing^.head`)."""

    kind: PeopleKind
    source: str
    role: str | None = None
    prefix: str | None = None
    slot: str | None = None
    ability: str | None = None
    name: str | None = None
    side: str | None = None
    above: bool = False
    of: PeopleForm | None = None


@dataclass(frozen=True, slots=True)
class People:
    """A union of forms, less others, kept where an expression over `person` holds."""

    any: tuple[PeopleForm, ...]
    excepts: tuple[PeopleForm, ...] = ()
    where: Expression | None = None


class UnitSetKind(StrEnum):
    """Where candidates of a unit field or role come from."""

    BELOW = "below"  # direct children of the unit in a role
    WITHIN = "within"  # the branch of the unit in a role, itself included
    MINE = "mine"  # units in which the actor fills a slot with an ability
    SIDE = "side"  # units that carry a side


@dataclass(frozen=True, slots=True)
class UnitSet:
    """A set of units: `name` is the role, the ability or the side."""

    kind: UnitSetKind
    name: str


@dataclass(frozen=True, slots=True)
class ListSource:
    """Candidates of a record field that come from a list of the target module."""

    module: str
    list: str


@dataclass(frozen=True, slots=True)
class RelationSource:
    """Candidates of a record field that the owner of the record has in a relation: `owner.RELATION`."""

    relation: str


Candidates = People | UnitSet | ListSource | RelationSource
