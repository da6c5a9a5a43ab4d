"""Actions, effects, rules, events, reactions, timers and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from luongviec.engine.expressions.compiled import Expression, Template
from luongviec.engine.model.fields import Input
from luongviec.engine.model.people import People
from luongviec.engine.model.words import ActionTone, Level, Shown
from luongviec.engine.text import Text


class EffectKind(StrEnum):
    """The closed vocabulary of effects; plugins register more by their own name."""

    SET = "set"
    APPEND = "append"
    MOVE = "move"
    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"
    HAND_OVER = "hand_over"
    HAND_BACK = "hand_back"
    CREATE = "create"
    LINK = "link"
    UNLINK = "unlink"
    ACT = "act"
    EMIT = "emit"
    RENDER = "render"
    DELETE = "delete"
    RESTORE = "restore"


#: Whom an effect or emission names: people, units of a role, or an expression that gives ids.
Who = People | Expression


@dataclass(frozen=True, slots=True)
class Effect:
    """One step of an action, reaction or timer; which attributes count depends on `kind`.

    set, append: `values` · move: `status` · add, remove, replace: `role`, `who` · hand_over:
    `role`, `who` (the word `to`) · hand_back: `role` · create: `relation` or `module`, `for_each`,
    `made_as` (the word `as`), `values`, `roles`, `copy`, `as_system`, `chained` · link, unlink: `relation`,
    `to` · act: `target`, `action`, `values` (the word `input`), `where`, `as_system`,
    `skip_refused` · emit: `event`, `people`, `values` (the word `data`) · render: `print`, `into`.
    """

    kind: str
    condition: Expression | None = None  # the word `if`
    values: Mapping[str, Expression] = field(default_factory=dict)
    status: str | None = None
    role: str | None = None
    who: Who | None = None
    relation: str | None = None
    module: str | None = None
    for_each: Who | None = None
    made_as: str | None = None
    chained: str | None = None
    roles: Mapping[str, Who] = field(default_factory=dict)
    copy: tuple[str, ...] = ()
    as_system: bool = False
    target: str | None = None  # relation | owner | owner.RELATION
    action: str | None = None
    where: Expression | None = None
    skip_refused: bool = False
    to: Expression | None = None
    event: str | None = None
    people: Who | None = None
    print: str | None = None
    into: str | None = None
    plugin_arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Voices:
    """Several people must speak before the effects of an action run."""

    of: People
    need: Expression  # gives any | all | majority | a number
    against: str | None = None
    one_no_ends: bool = True
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class ByLink:
    """An action may be reached by a signed link (or QR) bound to record and action; `only`: not otherwise.

    `rotate`: how often a screen shows another code; `paper`: how long a printed one holds, if not as `valid`.
    """

    qr: bool
    valid: Expression
    rotate: Expression | None = None
    only: bool = False
    paper: Expression | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A named operation on a record."""

    code: str
    label: Text
    permission: str
    icon: str | None = None
    tone: ActionTone = ActionTone.PLAIN
    shown: Shown = Shown.MENU
    when: Expression | None = None
    otherwise: Text | None = None
    input: tuple[Input, ...] = ()
    confirm: Text | None = None
    effects: tuple[Effect, ...] = ()
    voices: Voices | None = None
    spread: str | None = None
    repeats: Input | None = None  # `create`: what further records made with the same form are asked
    by_link: ByLink | None = None
    undo_minutes: int = 0
    bulk: bool = True
    note: Text | None = None

    @property
    def moves(self) -> tuple[str, ...]:
        """The statuses that its effects may move the record to."""
        return tuple(e.status for e in self.effects if e.kind == EffectKind.MOVE and e.status)

    @property
    def only_by_link(self) -> bool:
        """Whether nothing but its signed link leads there: pages offer it nowhere."""
        return self.by_link is not None and self.by_link.only


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold, whatever roles say. `actions` None means every one but `excepts`."""

    when: Expression
    otherwise: Text
    actions: tuple[str, ...] | None = None
    excepts: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    level: Level | Expression = Level.REFUSE
    marks: str | None = None

    def concerns(self, action: str) -> bool:
        """Whether the rule is asked for an action (never for `view`)."""
        if action == "view" or action in self.excepts:
            return False
        return self.actions is None or action in self.actions


@dataclass(frozen=True, slots=True)
class Event:
    """An event that `emit` may say, with the names and types of its data."""

    code: str
    label: Text
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reaction:
    """Effects that follow events in the same transaction, as the system."""

    upon: tuple[str, ...]
    effects: tuple[Effect, ...]
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """Effects at a time computed from the record."""

    code: str
    at: Expression
    effects: tuple[Effect, ...]
    unless: Expression | None = None
    every: Expression | None = None
    times: int | None = None


class StandsWhere(StrEnum):
    """How far a record of a module that stands in reaches: what its word `where` names."""

    EVERYWHERE = "everywhere"
    OWNER = "owner"  # the owner of the record, and what hangs on it
    RECORD = "record"  # the record in a field, and what hangs on it
    MODULES = "modules"  # the modules chosen in a field, and what hangs on their records; none: all
    BRANCH = "branch"  # what the person is through slots of the unit in a field, and below it


@dataclass(frozen=True, slots=True)
class StandsIn:
    """A module whose records let a deputy act for a person."""

    during: tuple[str, ...]  # the word `while`
    person: str
    deputy: str
    reaches: StandsWhere  # the word `where`
    field: str | None = None  # of `where`, where it names one
    abilities: str | None = None  # the field with the abilities that pass
    roles: tuple[str, ...] = ()
    may: tuple[str, ...] | None = None
    since: Expression | None = None  # the word `from`
    until: Expression | None = None
    person_keeps: tuple[str, ...] | None = None
    depth: Expression | None = None

    @property
    def is_general(self) -> bool:
        """Whether its records count beyond one record and one branch: absence, not a single errand."""
        return self.reaches in (StandsWhere.EVERYWHERE, StandsWhere.MODULES)


@dataclass(frozen=True, slots=True)
class Numbering:
    """A counter that fills a read-only text field."""

    field: str
    pattern: Template
    per: tuple[str, ...]  # of: unit, year
    at: str  # "create" or a status
    gapless: bool = False


@dataclass(frozen=True, slots=True)
class Receipts:
    """What the platform remembers of who opened a record and its files."""

    record: bool = False
    fields: tuple[str, ...] = ()
