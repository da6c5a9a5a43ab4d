"""The blocks of a record page: each kind's content, read at once and bounded.

Which blocks a page has, and in which order, stands in the module; nothing here knows a module. A
block whose `show_when` does not hold, or that would tell of nothing the viewer may see, is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from luongviec.engine.errors import LuongViecError, NotFound
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.lazily import cached_property
from luongviec.engine.model import (
    Access,
    Block,
    FieldType,
    Module,
    Relation,
    RelationKind,
    Status,
    StatusGroup,
)
from luongviec.engine.related import OWNER, related_ids
from luongviec.engine.text import Text
from luongviec.engine.world import RecordState
from luongviec.services.record_page.course import RollUp
from luongviec.services.record_page.held_files import former_files, removable_files, visible_files
from luongviec.services.record_page.lines import clocks_of, counts_of, inside_rows
from luongviec.services.record_page.progress import progress_of
from luongviec.services.record_page.rows import marked_row, related_row
from luongviec.services.record_page.stage import hours_of, own_line, presence_of, readings_of
from luongviec.services.record_page.trees import TreeBuilder, top_of, visible_records
from luongviec.services.record_page.turns import awaited_in, times_of
from luongviec.services.records.history import history_of
from luongviec.services.records.talking import comments_of
from luongviec.services.showing import Showing, column_kind, column_label
from luongviec.services.views import (
    ActionOffer,
    BlockView,
    Cell,
    Column,
    RelatedView,
    Row,
    Step,
)
from luongviec.store import sharing as rows
from luongviec.store.models import Attachment, File
from luongviec.store.moves import moves_of

MOST_RELATED = 50  # rows of one relation on a page
MOST_NARROWED = 500  # rows of one relation among which a block looks for some statuses
MOST_COMMENTS = 100
HISTORY_ENTRIES = 30
FEW_COLUMNS = 4

PARTIAL = frozenset({"chart", "current", "own"})  # kinds that do not show all lines of their relation

LABELS: Mapping[str, Text] = {
    "stepper": Text("Tiến trình", "Progress"),
    "record": Text("Thông tin", "Details"),
    "people": Text("Người tham gia", "People"),
    "files": Text("Tệp", "Files"),
    "comments": Text("Trao đổi", "Discussion"),
    "timeline": Text("Lịch sử", "History"),
}


@dataclass
class PageReader:
    """What the blocks of one page share."""

    showing: Showing
    record: RecordState
    offers: tuple[ActionOffer, ...]
    is_live: bool = False  # fetched anew while people look on
    roll_ups: dict[str, RollUp] = field(default_factory=dict)  # by relation, of the trees drawn

    @cached_property
    def files(self) -> Sequence[tuple[Attachment, File]]:
        """The files of the record with their places."""
        return rows.attachments_of(self.showing.work.session, self.record.id)

    @property
    def module(self) -> Module:
        """The module that the record runs under."""
        return self.showing.module(self.record)

    def may(self, permission: str) -> bool:
        """Whether the viewer has a permission on the record, as far as the matrix says."""
        return self.showing.case(self.record).has_permission(permission)

    def may_now(self, code: str) -> bool:
        """Whether something is offered, and open."""
        offer = self.offer(code)
        return offer is not None and offer.enabled

    def offer(self, code: str) -> ActionOffer | None:
        """Give a button by its code."""
        return next((offer for offer in self.offers if offer.code == code), None)


def block_views(page: PageReader) -> tuple[BlockView, ...]:
    """Give the blocks of a record's page, in the order of its module."""
    blocks = enumerate(page.module.page)
    return tuple(view for place, block in blocks for view in _block(page, block, place))


def live_blocks(page: PageReader) -> tuple[BlockView, ...]:
    """Give the blocks that are live just now."""
    blocks = ((place, one) for place, one in enumerate(page.module.page) if one.live)
    return tuple(view for place, block in blocks for view in _block(page, block, place) if view.live)


def one_block(page: PageReader, place: int) -> tuple[BlockView, ...]:
    """Give the block at a place of the module, if it has something to show."""
    if not 0 <= place < len(page.module.page):
        return ()
    return tuple(view for view in _block(page, page.module.page[place], place) if view.place == place)


def _block(page: PageReader, block: Block, place: int) -> Iterator[BlockView]:
    make = _CONTENTS.get(block.kind)
    if make is None or not _holds(page, block.show_when):
        return
    content = make(page, block)
    if content is None:
        return
    live = block.live and _holds(page, block.live_when)
    settings = {"relation": block.relation, **block.settings} if block.relation else dict(block.settings)
    if block.kind == "tree" and block.relation in page.roll_ups:
        settings["roll_up"] = page.roll_ups[block.relation]
    if block.kind == "files":
        settings["former"] = former_files(page.showing, page.record, page.files)
    if isinstance(content, RelatedView):
        settings |= _beside_lines(page, block, content)
    yield BlockView(block.kind, _label(page, block), content, settings, live, place)
    if block.kind == "record":
        yield from _entered_in_place(page)


def _beside_lines(page: PageReader, block: Block, content: RelatedView) -> dict[str, object]:
    """Give what a block of lines shows beside them."""
    showing, record = page.showing, page.record
    if block.kind == "roll":
        counts = counts_of(showing, record, block, content)
        return {"counts": counts, "presence": presence_of(showing, record, block, counts)}
    if block.kind not in ("agenda", "current", "queue"):
        return {}
    inside = inside_rows(showing, record, page.module, block, lambda one: related_row(showing, one, ()))
    return {
        "clocks": clocks_of(showing, block, content),
        "hours": hours_of(showing, record, block, content),
        "inside_rows": inside,
        "readings": readings_of(showing, record, block, inside),
    }


def _holds(page: PageReader, condition: Expression | None) -> bool:
    """Whether a block's condition holds; one that cannot be evaluated does not."""
    if condition is None:
        return True
    try:
        return condition.holds(page.showing.scope(page.record))
    except LuongViecError:
        return False


def _label(page: PageReader, block: Block) -> Text:
    own = block.settings.get("label")
    if isinstance(own, Text):
        return own
    if block.relation is not None and block.relation in page.module.relations:
        return page.module.relations[block.relation].label
    return LABELS.get(block.kind, Text(block.kind, block.kind))


# --- The record itself ----------------------------------------------------------------------------


def _stepper(page: PageReader, block: Block) -> object:
    showing, record = page.showing, page.record
    group = showing.world.in_force(record).group
    visits = {}
    for entry in moves_of(showing.work.session, record.id):
        visits[entry.moved_to] = entry
    spent = {one.status.code: one.spent for one in times_of(showing, record)}
    steps, passed = [], True
    for status in _path_of(group, record.status, visits):
        visit = visits.get(status.code)
        current = status.code == record.status
        passed = passed and not current
        state = "current" if current else "done" if visit is not None and passed else "ahead"
        seen = visit if state != "ahead" else None
        steps.append(
            Step(
                showing.status_view(status),
                state,
                seen.at if seen is not None else None,
                showing.person(seen.actor_id) if seen is not None else None,
                spent.get(status.code) if seen is not None else None,
                awaited_in(showing, record, status) if state == "ahead" and not status.is_final else (),
            )
        )
    return tuple(steps)


def _path_of(group: StatusGroup, now: str, visits: Collection[str]) -> list[Status]:
    """Give the main path; where the record has left it, its status stands after what was reached last.

    Side statuses of the past are the history's to tell: among the steps they would seem to lie ahead.
    """
    path = [status for status in group.statuses.values() if not status.side_path]
    if now in group.statuses and group.statuses[now].side_path:
        reached = [place for place, status in enumerate(path) if status.code in visits]
        path.insert(max(reached, default=-1) + 1, group.statuses[now])
    return path


def _record(page: PageReader, block: Block) -> object:
    """Give the fields that hold something, in the order of the form; files have a block of their own."""
    page.showing.preload((page.record,), page.module.fields)
    cells = []
    for code in _fields_in_order(page.module):
        field, value = page.module.fields[code], page.record.values.get(code)
        if field.type == FieldType.FILES or value in (None, ()) or (value is False and field.computed):
            continue  # what is reckoned and does not hold has nothing to tell
        cell = _named_cell(page.showing, page.record, code)
        if cell is not None:
            cells.append(cell)
    return tuple(cells)


def _entered_in_place(page: PageReader) -> Iterator[BlockView]:
    """Give what stands in records that are entered in place with this one, and shared by others (T-138)."""
    showing, access = page.showing, page.showing.access(page.record)
    for code, one in page.module.fields.items():
        value = page.record.values.get(code)
        if not one.inline or not isinstance(value, int) or access.get(code, Access.HIDDEN) is Access.HIDDEN:
            continue
        link = showing.visible_link(value)
        source = None if link is None else showing.world.record(value)
        if link is None or source is None:
            continue
        codes = _fields_in_order(showing.module(source))
        showing.preload((source,), codes)
        cells = (_named_cell(showing, source, field) for field in codes)
        told = tuple(cell for cell in cells if cell is not None and cell.value not in (None, (), ""))
        yield BlockView("inline", one.label, told, {"record": link, "field": code}, place=None)


def _named_cell(showing: Showing, record: RecordState, code: str) -> Cell | None:
    """Give a cell with its heading, for where no column says what it is."""
    cell = showing.cell(record, code)
    if cell is None:
        return None
    heading = showing.module(record).fields[code].label
    return replace(cell, heading=heading, label=cell.label or heading)


def _fields_in_order(module: Module) -> tuple[str, ...]:
    named = [code for section in module.form for code in section.fields if code in module.fields]
    return tuple(dict.fromkeys((*named, *module.fields)))


def _people(page: PageReader, block: Block) -> object:
    roles = [page.showing.role(page.record, role) for role in page.module.roles.values()]
    return tuple(role for role in roles if role.people or role.units)


def _files(page: PageReader, block: Block) -> object:
    openings = (
        rows.openings_by_file(page.showing.work.session, page.record.id) if page.may("receipts") else None
    )
    kept = frozenset(page.module.receipts.fields)
    removable = removable_files(page.showing, page.record, page.files)
    found = []
    for place, file in visible_files(page.showing, page.record, page.files):
        if place.comment_id is not None:
            continue
        counted = openings is not None and place.field in kept
        view = page.showing.file_view(
            file, openings.get(file.id, 0) if counted and openings is not None else None
        )
        field = page.module.fields.get(place.field or "")
        label = None if field is None else field.label
        found.append(replace(view, label=label, removable=field is None and file.id in removable))
    return page.showing.as_kept(page.record, found)


def _comments(page: PageReader, block: Block) -> object:
    if "comments" not in page.module.has:
        return None
    return comments_of(page.showing, page.record, page.files, MOST_COMMENTS)


# --- Related records --------------------------------------------------------------------------------


def _related(page: PageReader, block: Block) -> object:
    return None if block.relation is None else _relation_view(page, block.relation, block)


def _own(page: PageReader, block: Block) -> object:
    """Give the viewer's own line of a relation; nothing where he has none."""
    line = own_line(page.showing, page.record, block)
    if line is None or block.relation is None:
        return None
    module = page.showing.module(line)
    codes = (code for code in _columns_of(block, module) if code in module.fields)
    named = (_named_cell(page.showing, line, code) for code in codes)
    told = tuple(cell for cell in named if cell is not None and cell.value is not None)
    row = replace(related_row(page.showing, line, ()), cells=told)
    return RelatedView(block.relation, page.module.relations[block.relation].label, (), (row,), False)


def relation_block(page: PageReader, relation: str) -> RelatedView:
    """Give one relation's records, with the block's own settings.

    Raises:
        NotFound: the module has no such relation.
    """
    if relation not in page.module.relations:
        raise NotFound()
    drawn = (b for b in page.module.page if b.relation == relation and b.kind not in PARTIAL)
    block = next((one for one in drawn if "only" not in one.settings), Block("list", relation))
    return _relation_view(page, relation, block)


def _relation_view(page: PageReader, code: str, block: Block) -> RelatedView:
    relation = page.module.relations[code]
    target = page.showing.world.workspace.modules[relation.target]
    tells = block.kind == "timeline"  # everything that was told, the newest of it
    columns = _fields_in_order(target) if tells else _columns_of(block, target)
    if relation.kind is RelationKind.REFERRED_BY:  # each line would say this record again
        columns = tuple(code for code in columns if code != relation.field)
    ids = related_ids(page.showing.world, page.record, code)
    shown = ids[-MOST_RELATED:] if tells else ids
    only = block.settings.get("only")
    if isinstance(only, list | tuple):
        among = visible_records(page.showing, shown, MOST_NARROWED)
        visible = [one for one in among if one.status in only][:MOST_RELATED]
    else:
        visible = visible_records(page.showing, shown, MOST_RELATED)
    if page.is_live and block.kind == "roll":  # long text stands on the line's own page and in prints
        long = {field.code for field in target.fields.values() if field.type == FieldType.MULTILINE}
        columns = tuple(code for code in columns if code not in long)
    page.showing.preload(visible, columns)
    return RelatedView(
        code=code,
        label=relation.label,
        columns=tuple(
            Column(name, column_label(target, name), column_kind(target, name), sortable=False)
            for name in columns
        ),
        rows=tuple(_lines_of(page, block, columns, visible)),
        more=len(ids) > MOST_RELATED,
        add=page.offer(f"add_{code}"),
        link=page.offer(f"link_{code}"),
        sorts=relation.ordered and len(visible) > 1 and page.may_now("reorder"),
        calendar=_calendar_of(relation, target),
    )


def _calendar_of(relation: Relation, target: Module) -> tuple[str, str, str] | None:
    """Give the calendar that groups the records pointing here by the field that points: a room's, say."""
    field = relation.field if relation.kind is RelationKind.REFERRED_BY else None
    drawn = (one for one in target.lists.values() if one.date is not None and one.group_by == field)
    listed = None if field is None else next(drawn, None)
    return None if listed is None or field is None else (target.code, listed.code, field)


def _lines_of(page: PageReader, block: Block, columns: Sequence[str], lines: list[RecordState]) -> list[Row]:
    """Give lines as rows; those of a roll are only marked there, where one's own stands in a block `own`."""
    page_blocks = page.module.page
    has_own = any(one.kind == "own" and one.relation == block.relation for one in page_blocks)
    if block.kind != "roll" or not has_own:
        return [related_row(page.showing, one, columns) for one in lines]
    return [marked_row(page.showing, one, columns, block.names("mark")) for one in lines]


def _columns_of(block: Block, target: Module) -> tuple[str, ...]:
    """Give the columns that the block names, else those of the module's first list, else first fields."""
    named = block.settings.get("columns")
    if isinstance(named, list | tuple) and named:
        return tuple(str(code) for code in named)
    listed = next((one.columns for one in target.lists.values() if one.columns), None)
    if listed:
        return tuple(code for code in listed if code != OWNER)  # it is the page's own record
    simple = [code for code in _fields_in_order(target) if target.fields[code].type != FieldType.FILES]
    return tuple(simple[:FEW_COLUMNS])


def _chart(page: PageReader, block: Block) -> object:
    """Give how far a record has come, where the reports on it say so."""
    relation = page.module.relations.get(block.relation or "")
    value, until = block.settings.get("value"), block.settings.get("until")
    if relation is None or not isinstance(value, str):
        return None
    return progress_of(page.showing, page.record, relation, value, until if isinstance(until, str) else "")


def _tree(page: PageReader, block: Block) -> object:
    """Give the whole tree that the record stands in, as far as the viewer may see it."""
    relation = page.module.relations.get(block.relation or "")
    if relation is None or relation.kind is not RelationKind.OWNS:
        return None
    top = top_of(page.showing, page.record, relation)
    nodes = TreeBuilder(page.showing, relation, page.record.id, _columns_of(block, page.module))
    tree = nodes.build(top)
    add = page.offer(f"add_{relation.code}")
    if not tree.children and tree.is_this and add is None:
        return None
    page.roll_ups[relation.code] = nodes.roll_up(page.record.id)
    return tree


def _timeline(page: PageReader, block: Block) -> object:
    if block.relation is not None:
        return _relation_view(page, block.relation, block)
    if not page.may("history"):
        return None
    return history_of(page.showing, page.record, limit=HISTORY_ENTRIES)


_CONTENTS: Mapping[str, Callable[[PageReader, Block], object]] = {
    "stepper": _stepper,
    "record": _record,
    "people": _people,
    "files": _files,
    "comments": _comments,
    "tree": _tree,
    "chart": _chart,
    "list": _related,
    "queue": _related,
    "own": _own,
    "current": _related,
    "roll": _related,
    "agenda": _related,
    "timeline": _timeline,
}
#: Blocks of lines: what stands in them is decided by what the viewer may do, not by who he is.
SHARED_KINDS = frozenset(kind for kind, make in _CONTENTS.items() if make is _related)
