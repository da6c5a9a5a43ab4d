"""What happened to a unit: its lines of the journal, newest first, and the names it bore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.model import Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform, Work
from luongviec.services.unit_choices import KIND_LABELS
from luongviec.services.unit_reach import reach_of
from luongviec.store import unit_rows
from luongviec.store.models import AuditEntry

PAGE = 30

ACTIONS: Mapping[str, Text] = {
    "unit.created": Text("Thêm đơn vị", "Unit added"),
    "unit.edited": Text("Sửa thông tin", "Information edited"),
    "unit.renamed": Text("Đổi tên", "Renamed"),
    "unit.moved": Text("Chuyển sang đơn vị cấp trên khác", "Moved below another unit"),
    "unit.placed": Text("Đổi thứ tự", "Placed elsewhere in the order"),
    "unit.switched": Text("Đổi tình trạng sử dụng", "Switched on or off"),
    "unit.deleted": Text("Xóa đơn vị", "Unit deleted"),
    "unit.slots": Text("Đổi người giữ vai trò", "People in its slots changed"),
    "unit.administrators": Text("Phân quyền thành viên", "Administrators of the branch changed"),
    "unit.tree_imported": Text("Nhập cả cây đơn vị", "Whole tree imported"),
    "unit.merged": Text("Sáp nhập vào đơn vị khác", "Merged into another unit"),
    "unit.split": Text("Chia, tách", "Split"),
    "unit.dissolved": Text("Giải thể", "Dissolved"),
    "unit.records_handed_over": Text("Bàn giao hồ sơ đang xử lý", "Open records handed over"),
}
FIELDS: Mapping[str, Text] = {
    "name": Text("Tên", "Name"),
    "code": Text("Mã", "Code"),
    "kind": Text("Loại", "Kind"),
    "parent": Text("Đơn vị cấp trên", "Unit above"),
    "sides": Text("Vai trò đơn vị", "Sides"),
    "active": Text("Đang dùng", "In use"),
    "place": Text("Thứ tự", "Place in the order"),
    "path": Text("Đường dẫn", "Path"),
    "people": Text("Người", "People"),
    "units": Text("Số đơn vị", "Number of units"),
    "into": Text("Thành", "Into"),
    "successor": Text("Bên kế nhiệm", "Successor"),
    "records": Text("Số hồ sơ", "Number of records"),
}
YES, NO = Text("Có", "Yes"), Text("Không", "No")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line of the journal. `changes`: what, before, after."""

    at: datetime
    who: str
    action: Text
    changes: tuple[tuple[Text, Text, Text], ...]
    note: str


@dataclass(frozen=True, slots=True)
class UnitHistory:
    """A page of what happened; `next_id` goes on from there. `names`: former ones with their ends."""

    lines: tuple[HistoryLine, ...]
    next_id: int | None
    names: tuple[tuple[str, datetime], ...]


def unit_history(platform: Platform, actor: Actor, unit_id: int, *, before: int | None = None) -> UnitHistory:
    """Give a page of what happened to a unit.

    Raises:
        NotFound: the unit is not the actor's to see.
    """
    with platform.reading() as work:
        reach_of(work, actor).unit(unit_id)
        entries = unit_rows.journal(work.session, unit_id, before=before, limit=PAGE + 1)
        shown = entries[:PAGE]
        return UnitHistory(
            tuple(_line(work, entry) for entry in shown),
            shown[-1].id if len(entries) > PAGE else None,
            tuple(unit_rows.former_names(work.session, unit_id)),
        )


def _line(work: Work, entry: AuditEntry) -> HistoryLine:
    person = work.world.person(entry.actor_id) if entry.actor_id is not None else None
    old, new = entry.before or {}, entry.after or {}
    changes = tuple(
        (_field(work.workspace, name), _value(work, name, old.get(name)), _value(work, name, new.get(name)))
        for name in dict.fromkeys((*old, *new))
    )
    action = ACTIONS.get(entry.action, Text(entry.action))
    return HistoryLine(entry.at, person.name if person is not None else "", action, changes, entry.note)


def _field(workspace: Workspace, name: str) -> Text:
    """Name what changed: a fixed word, a slot as `SIDE.SLOT`, a choice as `KIND SUBJECT`, a person."""
    if name in FIELDS:
        return FIELDS[name]
    side, _, slot = name.partition(".")
    known = workspace.sides.get(side)
    if known is not None and slot in known.slots:
        label = known.slots[slot].label
        return Text(
            f"{known.name.vi}: {label.vi}", f"{known.name.in_language('en')}: {label.in_language('en')}"
        )
    kind, _, subject = name.partition(" ")
    if kind in KIND_LABELS:
        module = workspace.modules.get(subject)
        label = KIND_LABELS[kind]
        if module is None:
            return label
        return Text(
            f"{label.vi}: {module.name.vi}", f"{label.in_language('en')}: {module.name.in_language('en')}"
        )
    return Text(name)


def _value(work: Work, name: str, value: object) -> Text:
    workspace = work.workspace
    if value is None or value in ("", []):
        return Text("–")
    if isinstance(value, bool):
        return YES if value else NO
    if name == "kind" and value in workspace.unit_kinds:
        return workspace.unit_kinds[str(value)].name
    if name == "sides" and isinstance(value, list):
        names = [workspace.sides[one].name for one in value if one in workspace.sides]
        return Text(", ".join(one.vi for one in names), ", ".join(one.in_language("en") for one in names))
    if isinstance(value, Mapping):
        return Text("; ".join(f"{key}: {_plain(one)}" for key, one in value.items()))
    return Text(_plain(value))


def _plain(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
