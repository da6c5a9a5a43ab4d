"""A record's history, as far as this person may read it: who, when, what, why, for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from luongviec.engine.model import Access, FieldType, Module
from luongviec.engine.planning import plan
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind, RecordState, Value
from luongviec.services.platform import Platform
from luongviec.services.record_page.held_files import ATTACHMENTS
from luongviec.services.records.access import access_record, check_may
from luongviec.services.showing import Showing
from luongviec.services.views import Cell, ChangeView, HistoryView, StatusView
from luongviec.services.wording import RELATION_VERBS, relation_verb
from luongviec.store.history import EVERYTHING, HistoryQuestion, StoredEntry, load_history

LARGEST_PAGE = 200
OPINION = Text("Ý kiến", "Voice")
BUILT_IN_ACTIONS: Mapping[str, Text] = {
    "create": Text("Tạo", "Create"),
    "edit": Text("Sửa", "Edit"),
    "delete": Text("Xóa", "Delete"),
    "restore": Text("Khôi phục", "Restore"),
    "change_status": Text("Chuyển trạng thái", "Change status"),
    "undo": Text("Hoàn tác", "Undo"),
    "commented": Text("Trao đổi", "Comment"),
    "mentioned": Text("Nhắc đến", "Mention"),
    "attached": Text("Đính kèm tệp", "Attach files"),
    "detached": Text("Gỡ tệp đính kèm", "Take files off"),
    "tagged": Text("Gắn thẻ", "Tags"),
    "migrated": Text("Chuyển sang phiên bản định nghĩa mới", "Moved to a new revision of the definition"),
    "succession": Text("Bàn giao cho người hoặc đơn vị kế nhiệm", "Handed over to a successor"),
}


def history(
    platform: Platform, actor: Actor, record_id: int, *, limit: int = 50, before_id: int | None = None
) -> tuple[HistoryView, ...]:
    """Give entries, newest first; changes of fields hidden from the person are left out.

    Raises:
        NotFound: no such record, or not this person's to see.
        Refused: the person may see the record but not its history.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id, deleted=True)
        check_may(work, actor, "history", record)
        return history_of(Showing(work, actor), record, limit=limit, before_id=before_id)


def history_of(
    showing: Showing,
    record: RecordState,
    *,
    limit: int = 50,
    before_id: int | None = None,
    question: HistoryQuestion = EVERYTHING,
) -> tuple[HistoryView, ...]:
    """Give entries of a record that the viewer may read the history of: four statements at most."""
    entries = load_history(
        showing.work.session,
        record.id,
        limit=max(1, min(limit, LARGEST_PAGE)),
        before_id=before_id,
        question=question,
    )
    own = {entry.id: [c for c in entry.changes if _concerns(c, record.id)] for entry in entries}
    _preload(showing, record, [change for found in own.values() for change in found])
    return tuple(_entry_view(showing, record, entry, own[entry.id]) for entry in entries)


def _may_undo(showing: Showing, record: RecordState, entry: StoredEntry) -> bool:
    return (
        entry.undo_until is not None
        and entry.undone_by is None
        and entry.undo_until > showing.work.now
        and entry.actor.user_id == showing.actor.user_id
        and entry.record_version == record.version
    )


def _entry_view(
    showing: Showing, record: RecordState, entry: StoredEntry, changes: Sequence[plan.Change]
) -> HistoryView:
    return HistoryView(
        id=entry.id,
        at=entry.at,
        actor=showing.person(entry.actor.user_id),
        on_behalf_of=showing.person(entry.actor.acting_for),
        action=action_label(showing.module(record), entry.action),
        reason=entry.reason,
        status_before=_status(showing, record, entry.status_before),
        status_after=_status(showing, record, entry.status_after),
        changes=_joined(
            view for change in changes for view in _change_views(showing, record, change, entry.at)
        ),
        definition_revision=str(entry.generation),
        may_undo=_may_undo(showing, record, entry),
        notes=(*entry.confirmed, *entry.notes),
    )


def action_label(module: Module, action: str) -> Text:
    """Give the words for what was done, also for actions that no longer exist."""
    if action in module.actions:
        return module.actions[action].label
    if action.startswith(plan.TIMER):
        return Text("Hẹn giờ", "Timer")
    word, _, relation = action.partition("_")
    if relation in module.relations and word in RELATION_VERBS:
        return relation_verb(module.relations[relation], word)
    return BUILT_IN_ACTIONS.get(action, Text(action, action))


def _status(showing: Showing, record: RecordState, code: str | None) -> StatusView | None:
    if code is None:
        return None
    status = showing.world.in_force(record).group.statuses.get(code)
    if status is None:  # of a revision that no longer counts
        return StatusView(code, Text(code, code), "grey", "", final=False)
    return showing.status_view(status)


def _concerns(change: plan.Change, record_id: int) -> bool:
    names = ("record_id", "to_id", "near_id", "far_id")
    return any(getattr(change, name, None) == record_id for name in names)


def _preload(showing: Showing, record: RecordState, changes: Iterable[plan.Change]) -> None:
    """Read at once the records that links and record fields name."""
    fields = showing.module(record).fields
    wanted: set[int] = set()
    for change in changes:
        if isinstance(change, plan.AddLink | plan.RemoveLink):
            wanted.update((change.near_id, change.far_id))
        elif isinstance(change, plan.SetValues):
            for code in change.after:
                if code in fields and fields[code].type == FieldType.RECORD:
                    wanted.update(_ids(change.before.get(code)))
                    wanted.update(_ids(change.after[code]))
    showing.world.preload(sorted(wanted))


def _ids(value: Value) -> Iterator[int]:
    for part in value if isinstance(value, tuple) else (value,):
        if isinstance(part, int) and not isinstance(part, bool):
            yield part


def _change_views(
    showing: Showing, record: RecordState, change: plan.Change, at: datetime
) -> Iterator[ChangeView]:
    """Give what a change shows; units are named as they were then (O-14)."""
    module = showing.module(record)
    if isinstance(change, plan.SetValues):
        yield from _value_changes(showing, record, change, at)
    elif isinstance(change, plan.AddParticipant | plan.ReopenParticipant) and change.role in module.roles:
        label = module.roles[change.role].label
        yield ChangeView(label, None, _holder_cell(showing, change.role, change.holder, at))
    elif isinstance(change, plan.EndParticipant) and change.role in module.roles:
        label = module.roles[change.role].label
        yield ChangeView(label, _holder_cell(showing, change.role, change.holder, at), None)
    elif isinstance(change, plan.AddLink | plan.RemoveLink):
        yield from _link_change(showing, record, change)
    elif isinstance(change, plan.AttachFiles):
        files = tuple(view for file_id in change.files if (view := showing.file(file_id)))
        yield ChangeView(ATTACHMENTS, None, Cell("files", FieldType.FILES.value, files))
    elif isinstance(change, plan.GiveVoice):
        words = Text("Đồng ý", "Yes") if change.voice.yes else Text("Không đồng ý", "No")
        yield ChangeView(OPINION, None, Cell("voice", FieldType.CHOICE.value, change.voice.yes, label=words))


def _joined(changes: Iterable[ChangeView]) -> tuple[ChangeView, ...]:
    """Tell in one line that a role went from one to another, where one left it and one took it."""
    found: list[ChangeView] = []
    for change in changes:
        place = next((at for at, known in enumerate(found) if _completes(known, change)), None)
        if place is None:
            found.append(change)
        else:
            known = found[place]
            found[place] = ChangeView(
                change.label, known.before or change.before, known.after or change.after
            )
    return tuple(found)


def _completes(known: ChangeView, change: ChangeView) -> bool:
    cells = [cell for view in (known, change) for cell in (view.before, view.after) if cell is not None]
    return (
        known.label == change.label
        and (known.before is None) != (known.after is None)
        and (known.before is None) == (change.after is None)
        and (known.after is None) == (change.before is None)
        and all(cell.kind == "role" for cell in cells)
    )


def _value_changes(
    showing: Showing, record: RecordState, change: plan.SetValues, at: datetime
) -> Iterator[ChangeView]:
    fields, access = showing.module(record).fields, showing.access(record)
    for code, after in change.after.items():
        field = fields.get(code)
        before = change.before.get(code)
        if field is None or _same(before, after) or access.get(code, Access.HIDDEN) is Access.HIDDEN:
            continue
        yield ChangeView(
            field.label,
            None if before in _NOTHING else showing.value_cell(field, before, at),
            None if after in _NOTHING else showing.value_cell(field, after, at),
        )


_NOTHING: tuple[Value, ...] = (None, ())


def _same(before: Value, after: Value) -> bool:
    return before == after or (before in _NOTHING and after in _NOTHING)


def _holder_cell(showing: Showing, role: str, holder: Holder, at: datetime) -> Cell:
    if holder.kind is HolderKind.UNIT:
        return Cell(role, "role", (showing.unit(holder.id, at),))
    return Cell(role, "role", (showing.person(holder.id),))


def _link_change(
    showing: Showing, record: RecordState, change: plan.AddLink | plan.RemoveLink
) -> Iterator[ChangeView]:
    forward = change.near_id == record.id
    other = showing.visible_link(change.far_id if forward else change.near_id)
    if other is None:
        return
    for relation in showing.module(record).relations.values():
        home = (relation.home_module, relation.home_code or relation.code)
        if home == (change.module, change.relation) and relation.forward is forward:
            cell = Cell(relation.code, FieldType.RECORD.value, other)
            added = isinstance(change, plan.AddLink)
            yield ChangeView(relation.label, None if added else cell, cell if added else None)
            return
