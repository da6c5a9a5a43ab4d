"""The files of a record as one person may see them: those it holds, and those it held before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.model import Access
from luongviec.engine.text import Text
from luongviec.engine.world import RecordState
from luongviec.services.showing import Showing
from luongviec.services.views import FileView, PersonView
from luongviec.store import sharing as rows
from luongviec.store.models import Attachment, File
from luongviec.store.moves import files_of_moves

HISTORY = "history"
ATTACH = "attach"
ATTACHMENTS = Text("Tệp đính kèm", "Attachments")
MOST_FORMER = 50


@dataclass(frozen=True, slots=True)
class FormerFile:
    """A file that was taken out of a field or off the record; who reads the history may still read it."""

    file: FileView
    field: Text  # or what attachments are called
    removed_at: datetime
    removed_by: PersonView | None
    attached: bool = False  # to the record itself: taken off, not replaced


def visible_files(
    showing: Showing, record: RecordState, places: Sequence[tuple[Attachment, File]]
) -> Iterator[tuple[Attachment, File]]:
    """Give the files of a record that the viewer may see, each once: in fields, attached, on comments."""
    access, seen = showing.access(record), set[int]()
    for place, file in places:
        hidden = place.field is not None and access.get(place.field, Access.HIDDEN) is Access.HIDDEN
        if not hidden and file.id not in seen:
            seen.add(file.id)
            yield place, file


def former_files(
    showing: Showing, record: RecordState, places: Sequence[tuple[Attachment, File]]
) -> tuple[FormerFile, ...]:
    """Give the files that were taken out of a record's fields or off it, the last one first.

    Nobody sees them who may not read the record's history, nor those of a field that is hidden from him.
    """
    if not showing.case(record).has_permission(HISTORY):
        return ()
    access, fields = showing.access(record), showing.module(record).fields
    held = {file.id for _, file in places}
    found = []
    for place, file in rows.former_files_of(showing.work.session, record.id, MOST_FORMER):
        code = place.field or ""
        hidden = access.get(code, Access.HIDDEN) is Access.HIDDEN
        known = place.field is None or (code in fields and not hidden)
        if known and file.id not in held and place.removed_at is not None:
            label = ATTACHMENTS if place.field is None else fields[code].label
            by = showing.person(place.removed_by_id)
            view, plain = showing.file_view(file), place.field is None
            found.append(FormerFile(view, label, place.removed_at, by, attached=plain))
    return tuple(found)


def removable_files(
    showing: Showing, record: RecordState, places: Sequence[tuple[Attachment, File]]
) -> frozenset[int]:
    """Give the plain attachments that the viewer added and may take off again.

    A file that came with a move stays: the status asked for it.
    """
    viewer = showing.actor.user_id
    own = frozenset(file.id for place, file in places if rows.is_plain(place) and place.added_by_id == viewer)
    if viewer is None or not own or not showing.case(record).has_permission(ATTACH):
        return frozenset()
    return own - files_of_moves(showing.work.session, record.id)
