"""A whole record on paper: what its page shows to one person, in the order of its blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from luongviec.engine.text import Text
from luongviec.engine.values import display_date, display_moment, display_number, display_size
from luongviec.services.lists.plain_values import plain_value
from luongviec.services.paper.model import (
    Block,
    CellBlock,
    Draft,
    Items,
    Paragraph,
    QrCode,
    Run,
    Table,
    cell_of,
)
from luongviec.services.views import (
    BlockView,
    Cell,
    CommentView,
    FileView,
    HistoryView,
    RecordPage,
    RelatedView,
    RoleView,
    Step,
    TreeNode,
)

STATUS, NUMBER = Text("Trạng thái", "Status"), Text("Số", "Number")
NAME, SIZE, ADDED = Text("Tên", "Name"), Text("Dung lượng", "Size"), Text("Thêm lúc", "Added")
WHEN, WHO = Text("Lúc", "When"), Text("Ai", "Who")
WHAT, DETAIL = Text("Việc", "What"), Text("Chi tiết", "Details")
SYSTEM_NAME, EMPTY = Text("Hệ thống", "The system"), Text("trống", "empty")
IN_PLACE, STEP, BY = Text("thay", "for"), Text("Bước", "Step"), Text("Người thực hiện", "By")
FIRST_ONLY = Text("Chỉ in {count} dòng đầu.", "Only the first {count} lines are printed.")
THROUGH = Text("đã qua", "by way of")


@dataclass(frozen=True, slots=True)
class Wording:
    """The language and the zone that a sheet is written in."""

    language: str
    zone: ZoneInfo

    def text(self, text: Text) -> str:
        """Give a text."""
        return text.in_language(self.language)

    def moment(self, at: datetime | None) -> str:
        """Write a moment."""
        return "" if at is None else display_moment(at, self.zone)

    def value(self, cell: Cell | None) -> str:
        """Write a cell as words."""
        plain = plain_value(cell, self.language)
        match plain:
            case None:
                return ""
            case datetime():
                return self.moment(plain)
            case date():
                return display_date(plain)
            case int() | float():
                unit = f" {cell.unit.in_language(self.language)}" if cell is not None and cell.unit else ""
                return display_number(plain, self.language) + unit
            case _:
                return str(plain)


def part_key(block: BlockView) -> str:
    """Give what names a block among the parts that may be chosen."""
    relation = block.settings.get("relation")
    return f"{block.kind}.{relation}" if isinstance(relation, str) else block.kind


def printable_parts(page: RecordPage) -> tuple[BlockView, ...]:
    """Give the blocks of a page that would print something."""
    return tuple(block for block in page.blocks if block.kind in _PARTS and _is_full(block.content))


def sheet_blocks(
    page: RecordPage, parts: Iterable[BlockView], wording: Wording, *, site: str, address: str
) -> tuple[Block, ...]:
    """Give the blocks of the paper: a head with the QR code of the record, then the parts."""
    draft = Draft([_head(page, wording, site, address)])
    for block in parts:
        before = len(draft.blocks)
        _PARTS[block.kind](block.content, draft, wording)
        if len(draft.blocks) > before:
            draft.blocks.insert(before, Paragraph((Run(wording.text(block.label)),), level=2))
    return tuple(draft.blocks)


def _head(page: RecordPage, wording: Wording, site: str, address: str) -> Table:
    facts = [f"{wording.text(STATUS)}: {wording.text(page.record.status.name)}"]
    if page.number:
        facts.insert(0, f"{wording.text(NUMBER)}: {page.number}")
    if page.due_at is not None:
        due = f" ({wording.text(page.due.label)})" if page.due is not None else ""
        facts.append(f"{wording.moment(page.due_at)}{due}")
    words = (
        Paragraph((Run(f"{site} · {wording.text(page.module_name)}", quiet=True),), small=True),
        Paragraph((Run(page.record.title),), level=1),
        Paragraph((Run(" · ".join(facts)),)),
    )
    return Table(((CellBlock(words), CellBlock((QrCode(address),))),), plain=True, shares=(0.82, 0.18))


def _is_full(content: object) -> bool:
    if isinstance(content, RelatedView):
        return bool(content.rows)
    if isinstance(content, TreeNode):
        return bool(content.children) or not content.is_this
    return bool(content)


# --- The parts --------------------------------------------------------------------------------------


def _steps(content: object, draft: Draft, wording: Wording) -> None:
    steps = [one for one in _each(content) if isinstance(one, Step) and one.state != "ahead"]
    rows = [[wording.text(STEP), wording.text(WHEN), wording.text(BY)]]
    rows += [
        [wording.text(one.status.name), wording.moment(one.entered_at), one.by.name if one.by else ""]
        for one in steps
    ]
    if steps:
        draft.table(rows, shares=(0.4, 0.25, 0.35))


def _cells(content: object, draft: Draft, wording: Wording) -> None:
    cells = [one for one in _each(content) if isinstance(one, Cell)]
    facts = [(_label(one, wording), wording.value(one)) for one in cells]
    draft.facts([(name, value) for name, value in facts if value])


def _label(cell: Cell, wording: Wording) -> str:
    label = cell.heading or cell.label
    return cell.code if label is None else wording.text(label)


def _people(content: object, draft: Draft, wording: Wording) -> None:
    facts = []
    for role in _each(content):
        if isinstance(role, RoleView):
            holders = [
                *(f"{one.name} ({one.post})" if one.post else one.name for one in role.people),
                *(one.name for one in role.units),
            ]
            hands = " → ".join(one.name for one in role.chain)
            words = "\n".join(holders) + (f"\n{wording.text(THROUGH)} {hands}" if hands else "")
            facts.append((wording.text(role.label), words))
    draft.facts(facts)


def _files(content: object, draft: Draft, wording: Wording) -> None:
    rows = [[wording.text(NAME), wording.text(SIZE), wording.text(ADDED), wording.text(WHO)]]
    for one in _each(content):
        if isinstance(one, FileView):
            by = one.added_by.name if one.added_by else ""
            rows.append(
                [one.name, display_size(one.size_bytes, wording.language), wording.moment(one.added_at), by]
            )
    draft.table(rows, shares=(0.45, 0.13, 0.18, 0.24))


def _comments(content: object, draft: Draft, wording: Wording) -> None:
    for one in _each(content):
        if isinstance(one, CommentView):
            place = f" ({wording.text(IN_PLACE)} {one.on_behalf_of.name})" if one.on_behalf_of else ""
            who = Run(f"{one.author.name}{place}", bold=True)
            draft.blocks.append(Paragraph((who, Run(f" · {wording.moment(one.at)}", quiet=True))))
            draft.text(one.text)
            if one.files:
                draft.text(", ".join(file.name for file in one.files), small=True, quiet=True)


def _related(content: object, draft: Draft, wording: Wording) -> None:
    if not isinstance(content, RelatedView) or not content.rows:
        return
    titled = any(cell.value == row.record.title for row in content.rows[:1] for cell in row.cells)
    columns = [column for column in content.columns if column.code not in ("status", "title", "owner")]
    heads = [] if titled else [wording.text(NAME)]
    rows = [[*heads, *(wording.text(column.label) for column in columns), wording.text(STATUS)]]
    for row in content.rows:
        cells = {cell.code: cell for cell in row.cells}
        rows.append(
            [
                *([] if titled else [row.record.title]),
                *(wording.value(cells.get(column.code)) for column in columns),
                wording.text(row.record.status.name),
            ]
        )
    draft.table(rows)
    if content.more:
        draft.text(wording.text(FIRST_ONLY).format(count=len(content.rows)), small=True, quiet=True)


def _tree(content: object, draft: Draft, wording: Wording) -> None:
    if isinstance(content, TreeNode):
        draft.blocks.append(Items((_node(content, wording),)))


def _node(node: TreeNode, wording: Wording) -> tuple[Block, ...]:
    facts = [value for cell in node.cells if cell.kind not in ("status", "title", "multiline")
             if (value := wording.value(cell)) and value != node.record.title]  # fmt: skip
    words = " · ".join((wording.text(node.record.status.name), *facts))
    line = Paragraph((Run(node.record.title, bold=node.is_this), Run(f" · {words}", quiet=True)))
    below = tuple(_node(child, wording) for child in node.children)
    return (line, Items(below)) if below else (line,)


def _timeline(content: object, draft: Draft, wording: Wording) -> None:
    if isinstance(content, RelatedView):
        _related(content, draft, wording)
        return
    entries = [one for one in _each(content) if isinstance(one, HistoryView)]
    heads = (WHEN, WHO, WHAT, DETAIL)
    rows: list[tuple[CellBlock, ...]] = [tuple(cell_of(wording.text(head), head=True) for head in heads)]
    for one in entries:
        actor = one.actor.name if one.actor else wording.text(SYSTEM_NAME)
        if one.on_behalf_of:
            actor += f" ({wording.text(IN_PLACE)} {one.on_behalf_of.name})"
        detail = "\n".join(_details(one, wording))
        words = (wording.moment(one.at), actor, wording.text(one.action), detail)
        rows.append(tuple(cell_of(word) for word in words))
    if entries:
        draft.blocks.append(Table(tuple(rows), head=1, shares=(0.16, 0.22, 0.2, 0.42)))


def _details(entry: HistoryView, wording: Wording) -> Iterable[str]:
    before, after = entry.status_before, entry.status_after
    if after is not None and (before is None or before.code != after.code):
        came = f"{wording.text(before.name)} → " if before is not None else ""
        yield came + wording.text(after.name)
    if entry.reason:
        yield entry.reason
    for change in entry.changes:
        old, new = wording.value(change.before), wording.value(change.after)
        words = f"{old} → {new or wording.text(EMPTY)}" if old else new
        yield f"{wording.text(change.label)}: {words}"


def _each(content: object) -> Sequence[object]:
    return content if isinstance(content, tuple) else ()


_PARTS: dict[str, Callable[[object, Draft, Wording], None]] = {
    "stepper": _steps, "record": _cells, "inline": _cells, "people": _people, "files": _files,
    "comments": _comments,
    "list": _related, "queue": _related, "roll": _related, "agenda": _related, "tree": _tree,
    "timeline": _timeline,
}  # fmt: skip
