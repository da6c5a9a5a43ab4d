"""Lists: what the gate lets through, narrowed by the list, its split, filters and search words.

A page costs a bounded number of statements: ids of the page, counts, the records in one batch, what
their cells and row actions read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.expressions.setform import Condition
from luongviec.engine.model import FieldType, List, Module, RelationKind
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.lists.narrowing import IS_OPEN, Narrowing
from luongviec.services.lists.rows import Drawing, drawn_rows
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import access_record
from luongviec.services.rights.module_access import check_opens, exports
from luongviec.services.showing import (
    CREATED_COLUMN,
    HOME_COLUMN,
    MAKER_COLUMN,
    OWNER_COLUMN,
    SINCE_COLUMN,
    STATUS_COLUMN,
    TAGS_COLUMN,
    TITLE_COLUMN,
    UPDATED_COLUMN,
    Showing,
    column_kind,
    column_label,
)
from luongviec.services.tags.offers import FEATURE
from luongviec.services.views import CandidatePage, Column, FilterOption, ListPage, Row
from luongviec.services.wording import column_text
from luongviec.store.lists.orders import TITLE
from luongviec.store.lists.reading import (
    COUNT_CAP,
    IdPage,
    Selection,
    count_selections,
    select_page,
    sortable,
)

PAGE_SIZE = 20
LARGEST_PAGE = 100
LONGEST_QUESTION = 200
EVERYTHING = Text("Tất cả", "All")
ALL_RECORDS = Text("Tất cả hồ sơ", "All records")
FEW_COLUMNS = 3
TABLE, TREE = "table", "tree"
#: The ways to show a list that go row by row; the others read what they show by themselves.
VIEWS_OF_ROWS = frozenset({TABLE, TREE})
#: In an address: what is one's own, not on behalf of others.
ME = "me"
MY_OWN = Text("Của tôi", "My own")
NOT_STOOD_IN_FOR = Text("Bạn không làm thay người này.", "You do not stand in for this person.")


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What the address of a list says. Unknown filters and values are `InvalidInput`, never ignored.

    `list` empty: everything of the module that the person may see. `filters`: filter name → values,
    ranges as `name__from`, `name__until`. `cursor` continues after a page, else `page` counts from 1.
    `columns` empty: those of the list. `behalf`: `me` for what is the person's own, else the id of whom
    he stands in for; empty for both together. `menus`: rows carry all that may be done, as pages need.
    """

    module: str
    list: str = ""
    split: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    q: str = ""
    sort: str = ""
    page: int = 1
    page_size: int = PAGE_SIZE
    cursor: str = ""
    view: str = ""
    columns: tuple[str, ...] = ()
    behalf: str = ""
    menus: bool = False


def list_records(platform: Platform, actor: Actor, request: ListRequest) -> ListPage:
    """Give one page of a list, with the row actions and filters that belong to it.

    Raises:
        NotFound: there is no such module or list.
        InvalidInput: a filter, value or split that the list does not have.
    """
    with platform.reading() as work:
        return page_of(work, Showing(work, actor), request)


def filter_names(platform: Platform, actor: Actor, request: ListRequest, name: str, q: str) -> CandidatePage:
    """Give the people or units that a filter may be set to and whose names hold what was typed.

    Raises:
        NotFound: there is no such module or list.
        InvalidInput: the list has no such filter.
    """
    with platform.reading() as work:
        return Asked.of(work, actor, request).narrowing.candidates(name, q[:LONGEST_QUESTION])


def count_records(platform: Platform, actor: Actor, request: ListRequest) -> int:
    """Count what the request would list, at most `COUNT_CAP` + 1."""
    with platform.reading() as work:
        asked = Asked.of(work, actor, request)
        return count_selections(work.world, actor.user_id, (asked.selection(),))[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, found to be one that can be answered."""

    request: ListRequest
    module: Module
    listed: List | None
    narrowing: Narrowing
    behalf: int | None = None

    @classmethod
    def of(cls, work: Work, actor: Actor, request: ListRequest, *, picking: bool = False) -> Asked:
        """Find the module and list of a request; `picking`: for a field's candidates, not for a screen."""
        module = work.workspace.modules.get(request.module)
        listed = None if module is None else module.lists.get(request.list)
        if module is None or (request.list and listed is None):
            raise NotFound()
        if not picking:
            check_opens(work, actor, module)
        behalf = _behalf(work, actor, request.behalf)
        return cls(request, module, listed, Narrowing(work.world, actor, module, listed), behalf)

    def selection(self, *, split: str | None = None, more: tuple[Condition, ...] = ()) -> Selection:
        """Give what is selected; `split` instead of the one that was chosen."""
        narrowing = self.narrowing
        return Selection(
            module=self.module.code,
            mine=self.listed.mine if self.listed is not None else (),
            conditions=(
                *narrowing.own(),
                *narrowing.split(self.request.split if split is None else split),
                *narrowing.filters(self.request.filters),
                *more,
            ),
            words=self.request.q[:LONGEST_QUESTION].strip(),
            behalf=self.behalf,
        )

    @property
    def tree(self) -> str | None:
        """The relation by which the module's records own each other, if it is a tree."""
        relations = self.module.relations.values()
        own = (one for one in relations if one.tree and one.target == self.module.code)
        return next((one.code for one in own if one.kind is RelationKind.OWNS), None)

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the columns to show: those asked for, else the list's, else the first fields."""
        known = set(available_columns(self.module))
        own = self.listed.columns if self.listed is not None and self.listed.columns else None
        own = own or next((one.columns for one in self.module.lists.values() if one.columns), None)
        own = own or (TITLE_COLUMN, *_plain_fields(self.module)[:FEW_COLUMNS], STATUS_COLUMN)
        wanted = tuple(code for code in self.request.columns if code in known)
        return (own[0], *(code for code in wanted if code != own[0])) if wanted else own


def page_of(work: Work, showing: Showing, request: ListRequest, *, open_only: bool = False) -> ListPage:
    """Give one page of a list inside a work that is under way; rows only where its view shows them."""
    asked = Asked.of(work, showing.actor, request)
    more: tuple[Condition, ...] = (IS_OPEN,) if open_only else ()
    viewer, view = showing.actor.user_id, _view(asked)
    sort = _sort(work, asked, viewer)
    size = max(1, min(request.page_size, LARGEST_PAGE))
    selection = replace(asked.selection(more=more), tops=asked.tree if view == TREE else None)
    ids, rows = IdPage((), None, None), tuple[Row, ...]()
    if view in VIEWS_OF_ROWS:
        ids = select_page(
            work.world, viewer, selection, sort=_stored_sort(asked, sort), size=size,
            page=max(1, request.page), cursor=request.cursor,
        )  # fmt: skip
        drawing = Drawing(asked.columns, asked.listed, asked.tree, menus=request.menus)
        rows = drawn_rows(showing, ids.ids, drawing)
    parts = asked.narrowing.split_options()
    selections = [selection]
    if parts:
        selections.append(asked.selection(split="", more=more))
        selections += [asked.selection(split=part.value, more=more) for part in parts]
    total, *counts = count_selections(work.world, viewer, selections)
    return ListPage(
        module=asked.module.code,
        list=request.list,
        label=asked.listed.label if asked.listed is not None else asked.module.name,
        columns=_columns(work, asked.module, viewer, asked.columns),
        rows=rows,
        total=min(total, COUNT_CAP),
        total_capped=total > COUNT_CAP,
        split=_split(parts, counts),
        split_chosen=request.split,
        filters=asked.narrowing.offered(request.filters),
        sort=sort,
        q=request.q,
        page=max(1, request.page),
        page_size=size,
        next_cursor=ids.next_cursor,
        previous_cursor=ids.previous_cursor,
        views=asked.listed.views if asked.listed is not None else (TABLE,),
        view=view,
        may_create=decide_create(
            work.world, showing.actor, asked.module.code, standing=showing.standing
        ).allowed,
        empty_reason=_empty_reason(work, asked) if not total else None,
        behalf=_behalf_options(showing),
        behalf_chosen=request.behalf,
        available=_columns(
            work, asked.module, viewer, (*asked.columns[:1], *available_columns(asked.module))
        ),
        may_export=exports(work, showing.actor, asked.module),
    )


def list_children(
    platform: Platform, actor: Actor, request: ListRequest, record_id: int
) -> tuple[tuple[Column, ...], tuple[Row, ...], bool]:
    """Give the records below one of a tree as the list shows them: columns, rows, whether there are more.

    All that the viewer may see, whatever the list is narrowed by: they are looked at for the record above.

    Raises:
        NotFound: no such record or list, or not the actor's to see; or the module's records form no tree.
    """
    with platform.reading() as work:
        asked, viewer = Asked.of(work, actor, request), actor.user_id
        record = access_record(work, actor, record_id)
        if asked.tree is None or record.module != asked.module.code:
            raise NotFound()
        selection = Selection(asked.module.code, owner_id=record_id, relation=asked.tree)
        sort = stored_sort(work, asked, viewer)
        ids = select_page(work.world, viewer, selection, sort=sort, size=LARGEST_PAGE)
        drawing = Drawing(asked.columns, asked.listed, asked.tree, menus=request.menus, nested=True)
        rows = drawn_rows(Showing(work, actor), ids.ids, drawing)
        return _columns(work, asked.module, viewer, asked.columns), rows, ids.next_cursor is not None


# --- On behalf of whom ------------------------------------------------------------------------------


def _behalf(work: Work, actor: Actor, wanted: str) -> int | None:
    """Read as whom a list is asked.

    Raises:
        InvalidInput: the person stands in for nobody of that id.
    """
    if not wanted or actor.user_id is None:
        return None
    if wanted == ME:
        return actor.user_id
    people = {str(authority.person): authority.person for authority in work.world.authorities(actor.user_id)}
    if wanted not in people:
        raise InvalidInput({"for": (NOT_STOOD_IN_FOR,)})
    return people[wanted]


def _behalf_options(showing: Showing) -> tuple[FilterOption, ...]:
    """Offer both together, one's own, and each person whom the viewer stands in for."""
    user_id = showing.actor.user_id
    people = dict.fromkeys(one.person for one in showing.world.authorities(user_id)) if user_id else {}
    if not people:
        return ()
    views = (view for one in people if (view := showing.person(one)) is not None)
    return (
        FilterOption("", EVERYTHING),
        FilterOption(ME, MY_OWN),
        *(FilterOption(str(view.id), Text(f"Thay {view.name}", f"For {view.name}")) for view in views),
    )


def available_columns(module: Module) -> tuple[str, ...]:
    """Give every column that may be chosen: plain fields, roles, status, tags, moments."""
    tags = (TAGS_COLUMN,) if FEATURE in module.has else ()
    owner = (OWNER_COLUMN,) if module.owners else ()
    home = (HOME_COLUMN,) if module.home is None and module.owners else ()
    moments = (SINCE_COLUMN, CREATED_COLUMN, MAKER_COLUMN, UPDATED_COLUMN)
    return (*_plain_fields(module), *module.roles, STATUS_COLUMN, *tags, *owner, *home, *moments)


def _plain_fields(module: Module) -> tuple[str, ...]:
    named = [code for section in module.form for code in section.fields if code in module.fields]
    ordered = dict.fromkeys((*named, *module.fields))
    return tuple(code for code in ordered if module.fields[code].type != FieldType.MULTILINE)


def _columns(work: Work, module: Module, viewer: int | None, codes: Sequence[str]) -> tuple[Column, ...]:
    sorts = set(sortable(work.world, viewer, module.code))
    first = codes[0] if codes else ""
    return tuple(
        Column(code, column_label(module, code), column_kind(module, code), code in sorts or code == first)
        for code in codes
    )


def _sort(work: Work, asked: Asked, viewer: int | None) -> str:
    """Give the sort that counts: the one asked for if it can be, else the list's own."""
    wanted = asked.request.sort
    known = {*sortable(work.world, viewer, asked.module.code), *asked.columns[:1]}
    if wanted.removeprefix("-") in known:
        return wanted
    own = asked.listed.sort if asked.listed is not None else ()
    if own and own[0].field in known:
        return f"-{own[0].field}" if own[0].descending else own[0].field
    return f"-{CREATED_COLUMN}"


def stored_sort(work: Work, asked: Asked, viewer: int | None) -> str:
    """Give the sort that counts for a request, as the store calls it."""
    return _stored_sort(asked, _sort(work, asked, viewer))


def _stored_sort(asked: Asked, sort: str) -> str:
    """The first column stands for the title, by which every list may be sorted."""
    name, sign = sort.removeprefix("-"), "-" if sort.startswith("-") else ""
    known = asked.module.fields.get(name)
    is_title = name == TITLE_COLUMN or (name == asked.columns[0] and not (known is not None and known.index))
    return sign + (TITLE if is_title else name)


def _split(parts: Sequence[FilterOption], counts: Sequence[int]) -> tuple[FilterOption, ...]:
    if not parts:
        return ()
    everything, *numbers = counts
    options = [
        FilterOption(part.value, part.label, count, part.tone)
        for part, count in zip(parts, numbers, strict=True)
    ]
    return (FilterOption("", EVERYTHING, everything), *options)


def _view(asked: Asked) -> str:
    views = asked.listed.views if asked.listed is not None else (TABLE,)
    return asked.request.view if asked.request.view in views else (views[0] if views else TABLE)


def _empty_reason(work: Work, asked: Asked) -> Text | None:
    """Say what the list is made of, so that an empty one is understood."""
    if asked.listed is None or not asked.listed.mine:
        return None
    roles = [column_text(work.workspace, asked.module, column.code) for column in asked.listed.mine]
    vi = " hoặc ".join(dict.fromkeys(role.vi for role in roles))
    en = " or ".join(dict.fromkeys(role.in_language("en") for role in roles))
    if asked.listed.where is not None:
        return Text(
            f"Danh sách gồm các hồ sơ đang ở bước này mà bạn giữ vai trò {vi}. Hiện chưa có hồ sơ nào.",
            f"The list holds records at this stage in which you hold the role {en}. There is none just now.",
        )
    return Text(
        f"Chưa có hồ sơ nào mà bạn giữ vai trò {vi}.",
        f"There is no record yet in which you hold the role {en}.",
    )
