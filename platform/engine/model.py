"""The compiled definitions: immutable, hashable by identity, shared by every record and thread.

Four things are kept apart: a *definition* is what an author writes (`sources.Definition`), its
*compiled model* stands here, its *revision* is what the store published, the *record* is what runs
(`world.RecordState`). Nothing here reads files, checks or decides: `compiler` builds these classes,
`checker` judges them, `decide` and `planning` use them. Words and defaults are those of
`docs/language.md`; the attribute names are the words of the language wherever Python allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from luongviec.engine.expressions import Expression, Template
from luongviec.engine.text import Text
from luongviec.engine.world import HolderKind, Value


class Tone(StrEnum):
    """Named colours of statuses and options; free colours are not offered (see docs)."""

    GREY = "grey"
    BLUE = "blue"
    LIGHT_BLUE = "light_blue"
    TEAL = "teal"
    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    VIOLET = "violet"


class ActionTone(StrEnum):
    """What kind of step an action is (W-36)."""

    PLAIN = "plain"
    HANDLE = "handle"
    APPROVE = "approve"
    REFUSE = "refuse"


class Shown(StrEnum):
    """Where an action is offered."""

    BUTTON = "button"
    MENU = "menu"
    ROW = "row"
    NEVER = "never"


class Level(StrEnum):
    """What happens when a rule does not hold; `allow` lets pass in silence."""

    REFUSE = "refuse"
    REASON = "reason"
    CONFIRM = "confirm"
    WARN = "warn"
    ALLOW = "allow"


class Access(StrEnum):
    """Access to a field, widest last."""

    HIDDEN = "hidden"
    READ = "read"
    EDIT = "edit"
    REQUIRED = "required"


class FieldType(StrEnum):
    """The closed set of field types; plugins register more by their own name."""

    TEXT = "text"
    MULTILINE = "multiline"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    CHOICE = "choice"
    USER = "user"
    UNIT = "unit"
    RECORD = "record"
    FILES = "files"
    ROWS = "rows"  # only in inputs of actions


# --- People -------------------------------------------------------------------------------------


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


Candidates = People | UnitSet | ListSource


# --- Fields, roles, relations ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice."""

    code: str
    label: Text
    tone: Tone | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a module, or an input of an action (then `code` is the input's `name`)."""

    code: str
    type: str  # a FieldType or a plugin's type
    label: Text
    note: Text | None = None
    many: bool = False
    required: bool = False
    default: Expression | None = None
    computed: Expression | None = None
    min: Expression | None = None
    max: Expression | None = None
    length: int | None = None  # greatest number of characters (`max` of text fields)
    pattern: str | None = None
    accept: tuple[str, ...] = ()
    max_size: Expression | None = None  # MB
    max_total: Expression | None = None  # MB
    candidates: Candidates | None = None  # the word `from`
    shown_when: Expression | None = None
    required_when: Expression | None = None
    locked_when: Expression | None = None
    index: bool = False
    search: bool = False
    unit: str | None = None
    options: tuple[Option, ...] = ()
    record_of: str | None = None  # the word `of`
    inline: bool = False
    columns: tuple[Input, ...] = ()  # type rows
    rows_form: tuple[str, str] | None = None  # type rows, `form: MODULE.create`

    def option(self, code: object) -> Option | None:
        """Give an option by its code."""
        return next((option for option in self.options if option.code == code), None)


class InputKind(StrEnum):
    """An action asks for a value of its own, or for a field or role of the record."""

    OWN = "own"
    FIELD = "field"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that an action's form asks. `name` is what `input.NAME` reads."""

    name: str
    kind: InputKind
    field: Field | None = None  # OWN: the definition; FIELD: the module's field
    role: str | None = None
    required: bool = False


class ClashAnswer(StrEnum):
    """What happens when one person would hold two roles that exclude each other."""

    REFUSE = "refuse"
    GIVE_WAY = "give_way"


@dataclass(frozen=True, slots=True)
class Role:
    """What a person or unit is to a record."""

    code: str
    label: Text
    of: HolderKind = HolderKind.USER
    side: str | None = None
    speaks: tuple[str, ...] = ()
    many: bool = True
    needs: int = 0
    fill: str = "pick"  # pick | actor | none
    default: People | UnitSet | Expression | None = None
    candidates: Candidates | None = None
    excludes: tuple[str, ...] = ()
    on_clash: ClashAnswer = ClashAnswer.REFUSE
    keeps: str | None = None
    sees_from_joined: bool = False
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class DerivedRole:
    """Roles held in related records: columns `PREFIX.role`."""

    prefix: str
    via: str  # a relation, or "owner"
    roles: tuple[str, ...]  # role, or UNITROLE.SLOT
    depth: int
    label: Text


class RelationKind(StrEnum):
    """How two records are joined."""

    OWNS = "owns"
    LINKS = "links"
    REFERRED_BY = "referred_by"


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation as one of its two ends sees it.

    `owns`: children of `target`. `links`: `forward` tells the declaring end from the inverse one;
    `home_module`/`home_code` name the declaring relation, under which the store keeps the pairs.
    `referred_by`: `field` of `target` points here.
    """

    code: str
    kind: RelationKind
    target: str
    label: Text
    inverse: str | None = None
    forward: bool = True
    home_module: str = ""
    home_code: str = ""
    field: str | None = None
    one: bool = False
    ordered: bool = False
    tree: bool = False
    adds: bool = False
    limit: int | None = None
    on_delete: str = "refuse"  # refuse | with
    prefill: Mapping[str, Expression] = field(default_factory=dict)


# --- Actions --------------------------------------------------------------------------------------


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
    `made_as` (the word `as`), `values`, `roles`, `copy`, `as_system` · link, unlink: `relation`,
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
    """An action may be reached by a signed link (or QR) bound to record and action."""

    qr: bool
    valid: Expression
    rotate: Expression | None = None


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
    by_link: ByLink | None = None
    undo_minutes: int = 0
    bulk: bool = True
    note: Text | None = None

    @property
    def moves(self) -> tuple[str, ...]:
        """The statuses that its effects may move the record to."""
        return tuple(e.status for e in self.effects if e.kind == EffectKind.MOVE and e.status)


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


@dataclass(frozen=True, slots=True)
class StandsIn:
    """A module whose records let a deputy act for a person."""

    during: tuple[str, ...]  # the word `while`
    person: str
    deputy: str
    where: str
    roles: tuple[str, ...] = ()
    may: tuple[str, ...] | None = None
    since: Expression | None = None  # the word `from`
    until: Expression | None = None
    person_keeps: tuple[str, ...] | None = None
    depth: Expression | None = None


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


# --- What people see ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BucketPart:
    code: str
    label: Text
    when: Expression


@dataclass(frozen=True, slots=True)
class Bucket:
    """Parts of a field's range; the first that matches counts."""

    code: str
    over: str
    parts: tuple[BucketPart, ...]


@dataclass(frozen=True, slots=True)
class MenuPlace:
    section: str
    order: int = 0
    shown: bool = True


@dataclass(frozen=True, slots=True)
class SortKey:
    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """A list: it never grants, it narrows what the actor may see."""

    code: str
    label: Text
    mine: tuple[Column, ...] = ()
    where: Expression | None = None
    columns: tuple[str, ...] = ()
    sort: tuple[SortKey, ...] = ()
    group_by: str | None = None
    split: str | None = None
    views: tuple[str, ...] = ("table",)  # the word `as`
    date: str | None = None
    until: str | None = None
    menu: MenuPlace | None = None
    count: bool = False


@dataclass(frozen=True, slots=True)
class FormSection:
    label: Text | None
    fields: tuple[str, ...]
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a record page; which attributes count depends on `kind`."""

    kind: str
    relation: str | None = None
    show_when: Expression | None = None
    live: bool = False
    live_when: Expression | None = None
    settings: Mapping[str, object] = field(default_factory=dict)  # current, next, timer, mark, inside, …


@dataclass(frozen=True, slots=True)
class Module:
    """A record type. `actions` holds the built-in `create` and `edit` too, extended or not."""

    code: str
    name: Text
    icon: str
    title: Template
    owners: tuple[str, ...]
    owner_optional: bool
    home: str | None
    status_groups: tuple[str, ...]
    has: frozenset[str]
    fields: Mapping[str, Field]
    roles: Mapping[str, Role]
    derived_roles: Mapping[str, DerivedRole]
    relations: Mapping[str, Relation]  # inverse ends included
    actions: Mapping[str, Action]
    rules: tuple[Rule, ...]
    reactions: tuple[Reaction, ...]
    timers: Mapping[str, Timer]
    events: Mapping[str, Event]
    numbering: Numbering | None
    receipts: Receipts
    stands_in: StandsIn | None
    buckets: Mapping[str, Bucket]
    lists: Mapping[str, List]
    form: tuple[FormSection, ...]
    page: tuple[Block, ...]
    migrate: Mapping[str, object]
    note: Text | None = None
    shipped: bool = False

    @property
    def permissions(self) -> frozenset[str]:
        """Every permission that a matrix of the module may name."""
        return (
            BUILT_IN_PERMISSIONS
            | {action.permission for action in self.actions.values()}
            | {f"add_{r.code}" for r in self.relations.values() if r.kind == RelationKind.OWNS or r.adds}
            | {f"link_{r.code}" for r in self.relations.values() if r.kind == RelationKind.LINKS}
        )


BUILT_IN_PERMISSIONS = frozenset(
    {
        "view", "create", "edit", "delete", "restore", "comment", "attach", "tag", "change_status",
        "history", "receipts", "print", "reorder",
    }
)


# --- Status groups, matrices, messages --------------------------------------------------------------


class Final(StrEnum):
    NO = "no"
    FINAL = "final"
    REOPENABLE = "reopenable"


@dataclass(frozen=True, slots=True)
class Status:
    code: str
    name: Text
    category: str
    tone: Tone
    initial: bool = False
    final: Final = Final.NO
    requires: frozenset[str] = frozenset()  # of: reason, attachment
    side_path: bool = False
    note: Text | None = None

    @property
    def is_final(self) -> bool:
        """Reopenable counts as final everywhere but in the check for exits."""
        return self.final is not Final.NO


@dataclass(frozen=True, slots=True)
class StatusGroup:
    """A named set of statuses (in order) and who may move from which to which."""

    code: str
    module: str
    name: Text
    statuses: Mapping[str, Status]
    transitions: Mapping[str, Mapping[str, tuple[str, ...]]]  # from → column code → to
    columns: Mapping[str, Column]
    note: Text | None = None
    shipped: bool = False

    @property
    def initial(self) -> Status:
        """The one initial status."""
        return next(status for status in self.statuses.values() if status.initial)


EVERY_STATUS = "*"
NEW = "new"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who may do what in which status: cells only add.

    `cells` maps status (or `"*"`, or `"new"`) → column code → permissions, all three tabs together;
    `tabs` says on which tab (`participants`, `units`, `groups`) a column stands.
    """

    code: str
    status_group: str
    cells: Mapping[str, Mapping[str, frozenset[str]]]
    fields: Mapping[str, Mapping[str, Mapping[str, Access]]]  # status → column → field
    columns: Mapping[str, Column]
    tabs: Mapping[str, str]
    note: Text | None = None
    shipped: bool = False

    def columns_with(self, permission: str, status: str) -> tuple[str, ...]:
        """Give the columns that hold a permission in a status, its own row and `"*"`."""
        own, every = self.cells.get(status, {}), self.cells.get(EVERY_STATUS, {})
        return tuple(
            code
            for code in self.columns
            if permission in own.get(code, ()) or permission in every.get(code, ())
        )


@dataclass(frozen=True, slots=True)
class Recipient:
    code: str
    label: Text
    people: People


@dataclass(frozen=True, slots=True)
class MessageCell:
    """Which channels tell a recipient of an event."""

    recipient: str
    app: bool = False
    email: bool = False
    sms: bool = False
    tell_actor: bool = False
    digest: bool = False
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class MessageText:
    """The texts of one event: each channel's template by language (`vi`, `en`)."""

    subject: Mapping[str, Template]
    text: Mapping[str, Template]
    email: Mapping[str, Template]
    sms: Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class NotificationSet:
    code: str
    module: str
    name: Text
    recipients: Mapping[str, Recipient]
    events: Mapping[str, tuple[MessageCell, ...]]  # in file order
    templates: Mapping[str, MessageText]
    templates_for: Mapping[tuple[str, str], MessageText]  # (event, recipient) → own text
    note: Text | None = None
    shipped: bool = False


# --- Shared kinds -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that a unit fills with people; `branch` holders hold it for all units below too."""

    code: str
    label: Text
    abilities: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    candidates: People | None = None
    branch: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    code: str
    name: Text
    slots: Mapping[str, Slot]
    abilities: Mapping[str, Text]
    kinds: frozenset[str] = frozenset()  # kinds of unit nodes that may carry it; empty: all
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    code: str
    name: Text
    tone: Tone


@dataclass(frozen=True, slots=True)
class Parameter:
    code: str
    type: str
    default: Value
    label: Text
    scope: str = "installation"  # installation | unit
    min: float | None = None
    max: float | None = None
    options: tuple[str, ...] = ()
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time: weekday (0 Monday) → spans; holidays; days that are worked all the same."""

    code: str
    name: Text
    timezone: str
    week: Mapping[int, tuple[tuple[time, time], ...]]
    holidays: Mapping[date, Text]
    working: frozenset[date]


@dataclass(frozen=True, slots=True)
class UserGroup:
    code: str
    name: Text
    may: frozenset[str]
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Preset:
    """Cards and menus of the home page for whom the people form fits; it gives no right."""

    code: str
    name: Text
    people: People  # the word `for`
    cards: tuple[Mapping[str, object], ...]
    menus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    code: str
    module: str
    name: Text
    rows: tuple[Mapping[str, object], ...]
    measures: tuple[Mapping[str, object], ...]
    filters: tuple[Mapping[str, object], ...]
    columns: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Print:
    code: str
    module: str
    name: Text
    paper: str
    body: Template
    statuses: tuple[str, ...] = ()  # the word `when`; empty: all


@dataclass(frozen=True, slots=True)
class AssistantEntry:
    code: str
    questions: Mapping[str, tuple[str, ...]]
    answer: Mapping[str, tuple[str, ...]]
    link: str | None = None
    needs: str | None = None


@dataclass(frozen=True, slots=True)
class Assistant:
    code: str
    area: str
    entries: Mapping[str, AssistantEntry]


@dataclass(frozen=True, slots=True, eq=False)
class Workspace:
    """All compiled definitions at one moment. Compare and cache by `digest`."""

    digest: str
    modules: Mapping[str, Module]
    status_groups: Mapping[str, StatusGroup]
    matrices: Mapping[str, Matrix]  # by code
    notification_sets: Mapping[str, NotificationSet]  # by code
    sides: Mapping[str, Side]
    categories: Mapping[str, Category]
    parameters: Mapping[str, Parameter]
    calendars: Mapping[str, Calendar]  # the first is the installation's
    user_groups: Mapping[str, UserGroup]
    terms: Mapping[str, Text]
    presets: Mapping[str, Preset]
    reports: Mapping[str, Report]
    prints: Mapping[str, Print]
    assistants: Mapping[str, Assistant]

    def matrix_of(self, group: str) -> Matrix:
        """The matrix of a status group (the first; a unit's own is chosen by the world)."""
        return next(matrix for matrix in self.matrices.values() if matrix.status_group == group)

    def notification_set_of(self, module: str) -> NotificationSet | None:
        """The installation's notification set of a module: the first in order."""
        return next((s for s in self.notification_sets.values() if s.module == module), None)

    def functions(self) -> frozenset[str]:
        """The registry of function permissions: the fixed ones and four for each module."""
        return FUNCTIONS | {
            f"{module}.{word}" for module in self.modules for word in ("open", "admin", "report", "export")
        }


FUNCTIONS = frozenset(
    {
        "admin.users", "admin.groups", "admin.units", "admin.definitions", "admin.parameters",
        "admin.mail", "admin.audit", "admin.system",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """The definitions that count for one record at one moment."""

    workspace: Workspace
    module: Module
    group: StatusGroup
    matrix: Matrix
    notification_set: NotificationSet | None
