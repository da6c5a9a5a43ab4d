"""What services give to pages, API and command line: plain data, already decided and filtered.

Nothing in here that the viewer may not see. Texts stay `Text` until the edge chooses a language;
moments stay aware UTC. Templates receive these and nothing of the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from luongviec.engine.text import Text
from luongviec.engine.world import Value

if TYPE_CHECKING:
    from luongviec.services.record_page.course import Course
    from luongviec.services.record_page.stage import HeadFact

NO_TEXT = Text("", "")


@dataclass(frozen=True, slots=True)
class PersonView:
    id: int
    name: str
    post: str = ""  # where the person works, for pickers and lists
    active: bool = True


@dataclass(frozen=True, slots=True)
class UnitView:
    id: int
    name: str
    place: str = ""  # the units above, for pickers


@dataclass(frozen=True, slots=True)
class FileView:
    id: int
    name: str
    size_bytes: int
    media_type: str
    added_at: datetime
    added_by: PersonView | None
    opened_by_count: int | None = None  # None: the viewer may not see receipts
    label: Text | None = None  # the field that holds it, where it stands among files of others
    removable: bool = False  # the viewer attached it and may take it off
    may_keep: bool = True  # the viewer may take it away, not only look at it


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag on a record."""

    id: int
    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class RecordTags:
    """The tags of one record, and those that the viewer may put on it; none where he may not."""

    tags: tuple[TagView, ...] = ()
    offered: tuple[TagView, ...] = ()
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class StatusView:
    code: str
    name: Text
    tone: str
    category: str
    final: bool


@dataclass(frozen=True, slots=True)
class BucketView:
    code: str
    label: Text
    tone: str | None = None
    hours: bool = False  # the hour matters beside the day


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A record as it stands in a list, a field or a tree."""

    id: int
    module: str
    title: str
    status: StatusView
    number: str | None = None  # the document number, shown under the title


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as shown: `kind` is the field type, or role, status, title, bucket, tags.

    `value` is one value or a tuple of PersonView, UnitView, FileView, RecordLink, TagView, or plain values;
    choices carry `label` and `tone`. `due` is the part of the bucket that runs over this moment;
    `heading` says what the value is where no column does (record block).
    """

    code: str
    kind: str
    value: object
    label: Text | None = None
    tone: str | None = None
    icon: str | None = None
    unit: Text | None = None
    due: BucketView | None = None
    heading: Text | None = None

    @property
    def is_percent(self) -> bool:
        """Whether it is a number out of a hundred, which pages draw."""
        return self.unit is not None and self.unit.vi == "%"


@dataclass(frozen=True, slots=True)
class ActionOffer:
    """An action that the actor's roles allow; disabled with the reason when a guard says no."""

    code: str
    label: Text
    tone: str
    icon: str | None
    shown: str  # button | menu | row
    enabled: bool
    reason: Text | None = None
    confirm: Text | None = None
    asks: bool = False  # has a form to fill in (inputs, reason, files)
    moves_to: str | None = None
    kind: str = "action"  # action | move (bare) | add (relation) | comment …
    relation: str | None = None
    on_behalf_of: PersonView | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One record in a list."""

    record: RecordLink
    cells: tuple[Cell, ...]
    offers: tuple[ActionOffer, ...] = ()
    due: BucketView | None = None
    version: int = 1
    on_behalf_of: PersonView | None = None
    starts_at: datetime | None = None  # the list's `date` and `until`, for calendars
    ends_at: datetime | None = None
    made_at: datetime | None = None  # for timelines: when and by whom
    made_by: PersonView | None = None
    below: tuple[int, int] | None = None  # of a tree's records below it: how many are finished, and all
    belongs_to: RecordLink | None = None  # what it stands below, where that is not in the list


@dataclass(frozen=True, slots=True)
class Column:
    code: str
    label: Text
    kind: str
    sortable: bool


@dataclass(frozen=True, slots=True)
class FilterOption:
    value: str
    label: Text
    count: int | None = None
    tone: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter that a list offers. `kind`: choice, people, unit, period, number, text, bucket, status."""

    name: str
    label: Text
    kind: str
    options: tuple[FilterOption, ...] = ()
    chosen: tuple[str, ...] = ()
    chosen_label: Text = NO_TEXT
    below: bool = False  # units: those below the chosen ones count too
    ends: tuple[str, ...] = ()  # period, number: what was typed as from and until


@dataclass(frozen=True, slots=True)
class ListPage:
    module: str
    list: str
    label: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: int
    total_capped: bool  # the count stopped at its cap: "1.000+"
    split: tuple[FilterOption, ...]  # chips or sub-menus, "all" first
    split_chosen: str
    filters: tuple[Filter, ...]
    sort: str  # "due_at" or "-due_at"
    q: str
    page: int
    page_size: int
    next_cursor: str | None
    previous_cursor: str | None
    views: tuple[str, ...]
    view: str
    may_create: bool
    empty_reason: Text | None = None
    behalf: tuple[FilterOption, ...] = ()  # mine and on whose behalf, where the viewer stands in for anybody
    behalf_chosen: str = ""
    available: tuple[Column, ...] = ()  # every column that may be chosen, in order
    may_export: bool = True  # as a file


@dataclass(frozen=True, slots=True)
class Step:
    """One status on the stepper; `entered_at` and `by` where it was visited, `awaited`: who will have it."""

    status: StatusView
    state: str  # done | current | ahead
    entered_at: datetime | None = None
    by: PersonView | None = None
    spent: timedelta | None = None
    awaited: tuple[PersonView, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleView:
    code: str
    label: Text
    people: tuple[PersonView, ...] = ()
    units: tuple[UnitView, ...] = ()
    chain: tuple[PersonView, ...] = ()  # handed over from … to …


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A record in its tree; `total` and `closed` count what is below it, `more`: not all is shown."""

    record: RecordLink
    cells: tuple[Cell, ...]
    children: tuple[TreeNode, ...] = ()
    is_this: bool = False
    total: int = 0
    closed: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class RelatedView:
    """The records of one relation, as a list block shows them.

    `link`: the viewer may join others, and take these apart; `sorts`: he may put them in order.
    """

    code: str
    label: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    more: bool
    add: ActionOffer | None = None
    link: ActionOffer | None = None
    sorts: bool = False
    calendar: tuple[str, str, str] | None = None  # module, list and field of the calendar that shows them


@dataclass(frozen=True, slots=True)
class CommentView:
    id: int
    author: PersonView
    on_behalf_of: PersonView | None
    text: str
    at: datetime
    files: tuple[FileView, ...] = ()
    mentions: tuple[PersonView, ...] = ()
    edited_at: datetime | None = None
    is_deleted: bool = False  # its place alone is left
    may_change: bool = False  # the viewer wrote it, and may still edit or delete it


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One line of a history entry: what, from, to, in words."""

    label: Text
    before: Cell | None
    after: Cell | None


@dataclass(frozen=True, slots=True)
class HistoryView:
    id: int
    at: datetime
    actor: PersonView | None  # None: the system
    on_behalf_of: PersonView | None
    action: Text
    reason: str | None
    status_before: StatusView | None
    status_after: StatusView | None
    changes: tuple[ChangeView, ...]
    definition_revision: str
    may_undo: bool = False
    notes: tuple[Text, ...] = ()  # what was asked and gone on with, what was adjusted


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block of the record page. `content` is, by kind:

    stepper → tuple[Step, …] · record → tuple[Cell, …] · tree → TreeNode · list, queue, roll,
    agenda → RelatedView · timeline → tuple[HistoryView, …] or RelatedView · people →
    tuple[RoleView, …] · files → tuple[FileView, …] · comments → tuple[CommentView, …]
    """

    kind: str
    label: Text
    content: object
    settings: Mapping[str, object] = field(default_factory=dict)
    live: bool = False
    place: int | None = None  # in the module's page, by which it is found again; None: not to be found


@dataclass(frozen=True, slots=True)
class RecordPage:
    record: RecordLink
    module_name: Text
    number: str | None
    version: int
    due: BucketView | None
    due_at: datetime | None
    is_late: bool
    my_roles: tuple[Text, ...]
    offers: tuple[ActionOffer, ...]
    blocks: tuple[BlockView, ...]
    may_comment: bool
    may_attach: bool
    attach_limit_mb: float
    owner: RecordLink | None = None
    on_behalf_of: tuple[PersonView, ...] = ()  # who in whose place alone the viewer sees it
    course: Course | None = None
    stamp: int = 0  # another one says that something happened since
    tags: RecordTags = RecordTags()
    codes: tuple[LinkedAction, ...] = ()  # actions whose code the viewer may show
    head: tuple[HeadFact, ...] = ()  # told under the title
    is_staged: bool = False  # laid out for those who take part
    status_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkedAction:
    """An action that is reached through a code on a screen or on paper."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class ExplanationStep:
    """One line of a proof, in words: a role held and through what, a cell, a guard, a rule."""

    holds: bool
    text: Text
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why somebody may or may not do something, and the smallest change that would allow it."""

    person: PersonView
    action: str
    label: Text
    allowed: bool
    steps: tuple[ExplanationStep, ...]
    remedy: Text | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """That a person opened something; both moments are the same when it was once."""

    person: PersonView
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """Who has opened one thing: a file, or (without one) the record itself; and who of its people has not."""

    file: FileView | None
    opened: tuple[Opening, ...]
    waiting: tuple[PersonView, ...]


@dataclass(frozen=True, slots=True)
class MenuItem:
    module: str
    list: str
    label: Text
    icon: str
    count: int | None
    urgent: bool = False  # red: needs action
    split: str = ""  # the part of the list's split that is opened first
    parts: tuple[FilterOption, ...] = ()  # of its split, “all” first, not counted


@dataclass(frozen=True, slots=True)
class MenuSection:
    code: str
    label: Text
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class CreateOffer:
    module: str
    label: Text
    icon: str


class AppKind(StrEnum):
    """What an app of the administration is about."""

    PEOPLE = "people"
    MODULE = "module"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class WorkApp:
    """A module one works in every day, with the list that it opens at."""

    label: Text
    icon: str
    item: MenuItem


@dataclass(frozen=True, slots=True)
class AdminApp:
    """An app of the administration: `code` is the module's, or the key of the page it opens at."""

    kind: AppKind
    label: Text
    icon: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Launcher:
    """The apps that a person may open (A-13, A-25)."""

    work: tuple[WorkApp, ...] = ()
    administration: tuple[AdminApp, ...] = ()


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page's frame needs: a bounded number of queries, counted by a test."""

    person: PersonView
    units: tuple[UnitView, ...]
    menu: tuple[MenuSection, ...]
    create: tuple[CreateOffer, ...]
    unread: int
    functions: frozenset[str]
    apps: Launcher = Launcher()
    has_reports: bool = False


@dataclass(frozen=True, slots=True)
class BucketCount:
    bucket: BucketView
    tone: str
    count: int
    note: Text | None = None  # its limits, in words


@dataclass(frozen=True, slots=True)
class HomeCard:
    """`kind`: buckets → tuple[BucketCount, …] · list → ListPage (first rows) · counter → int ·
    calendar → tuple[Row, …] · chart → None: the report `filter` is drawn when the page stands.
    `chosen`: the person put it there."""

    kind: str
    title: Text
    module: str
    list: str
    content: object
    filter: str = ""  # buckets: the filter of the list that a part chooses; chart: the report
    chosen: bool = False
    split: str = ""  # the part of the list that holds what is counted here


@dataclass(frozen=True, slots=True)
class NotificationView:
    id: int
    record: RecordLink | None
    subject: str
    text: str
    at: datetime
    read: bool
    actor: PersonView | None = None  # whose act it tells of; None: the system's
    link: str = ""  # the page of ours that a notice without a record leads to


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible choice in a picker; an unusable one says why (W-44)."""

    value: str
    label: str
    detail: str = ""
    usable: bool = True
    reason: Text | None = None
    note: Text | None = None  # what to know before one chooses it; `warns`: it may be the wrong choice
    warns: bool = False


@dataclass(frozen=True, slots=True)
class CandidateGroup:
    """People or units that a picker offers at once: those who may be chosen, and how many may not.

    A group of one's own, or (`of_unit`) the people of a unit.
    """

    name: str
    members: tuple[Candidate, ...]
    left_out: int = 0
    of_unit: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a rule asks before going on (see `NeedsAnswer`)."""

    level: str  # confirm | reason | warn
    text: Text
    marks: str | None = None


@dataclass(frozen=True, slots=True)
class ActionResult:
    record_id: int
    made: tuple[int, ...]  # records that the action made, in order
    entry_id: int | None
    undo_until: datetime | None
    warnings: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()  # what was dropped or adjusted, e.g. a role that gave way
    comment_id: int | None = None  # of a comment
    made_alone: tuple[int, ...] = ()  # those of them that no record owns


JsonValue = Value | Mapping[str, object] | tuple[object, ...]


@dataclass(frozen=True, slots=True)
class RecordData:
    """A record as data, for the API: values by field, holders by role, what may be done now."""

    record: RecordLink
    version: int
    created_at: datetime
    updated_at: datetime
    status_since: datetime
    values: Mapping[str, Value]
    roles: Mapping[str, tuple[PersonView | UnitView, ...]]
    owner: RecordLink | None
    actions: tuple[ActionOffer, ...]
    transitions: tuple[ActionOffer, ...]
    on_behalf_of: tuple[PersonView, ...] = ()  # who in whose place alone the caller sees it


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Found records, newest first; `total` stops at its cap."""

    q: str
    rows: tuple[Row, ...]
    total: int
    total_capped: bool
    modules: tuple[FilterOption, ...] = ()  # how many in each module


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """Possible choices; `reason` says why there are none (W-44)."""

    candidates: tuple[Candidate, ...]
    more: bool = False
    reason: Text | None = None
    groups: tuple[CandidateGroup, ...] = ()
    askable: bool = False  # somebody can be asked to mend that there is none
    of_units: bool = False
