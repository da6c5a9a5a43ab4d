"""Files: uploaded first, then named by id in forms, comments and attachments.

Content is kept once by its hash. What a file is, is sniffed, not believed. A file that no record
names yet belongs to whoever uploaded it; afterwards whoever may see the place it stands in.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import filetype

from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.model import Access
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.forms.model import FileFact
from luongviec.services.files.store import TooLarge
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import access_record, may
from luongviec.services.showing import Showing
from luongviec.services.views import FileView, PersonView
from luongviec.store import sharing as rows
from luongviec.store.models import Attachment, File

LONGEST_NAME = 200
UNKNOWN_TYPE = "application/octet-stream"
HISTORY = "history"
ONLY_LOOKED_AT = Text(
    "Tệp này chỉ được xem trong trang, không được tải về.",
    "This file is only looked at in the page; it may not be taken away.",
)
#: Types of text files that have no signature: believed by their name's ending once they read as text.
_TEXT_TYPES = {"text/plain", "text/csv", "application/json", "text/markdown"}
#: Office files are zip archives; the ending says which, and only among these.
_ZIPPED_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_OFFICE_TYPES = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file to be sent: always as a download, with a safe name."""

    file: FileView
    sha256: str
    content: Iterator[bytes]
    record_id: int | None = None  # the record through which it is seen
    may_keep: bool = True  # the person may take it away, not only look at it


def upload(platform: Platform, actor: Actor, name: str, content: BinaryIO) -> FileView:
    """Keep a file. The field's own limits are checked when a form names it.

    Raises:
        InvalidInput: empty, without a name, or over the installation's upload limit (field `file`).
    """
    name = clean_name(name)
    if not name:
        raise _invalid(Text("Tệp cần có tên.", "The file needs a name."))
    try:
        kept = platform.files.put(content, limit_bytes=platform.settings.upload_mb * 1024 * 1024)
    except TooLarge:
        limit = platform.settings.upload_mb
        raise _invalid(
            Text(f"Tệp “{name}” vượt quá {limit} MB.", f"The file “{name}” is over {limit} MB.")
        ) from None
    if not kept.size_bytes:
        raise _invalid(Text(f"Tệp “{name}” trống.", f"The file “{name}” is empty."))
    with platform.transaction() as work:
        file = File(
            content_hash=kept.sha256, size_bytes=kept.size_bytes, media_type=media_type(kept.head, name),
            name=name, uploaded_by_id=actor.user_id, uploaded_at=work.now,
        )  # fmt: skip
        work.session.add(file)
        work.session.flush()
        return file_view(work, file)


def open_file(
    platform: Platform, actor: Actor, file_id: int, *, to_look: bool = False, note_opening: bool = True
) -> OpenedFile:
    """Give a file that the actor may see, and remember it where the module keeps receipts.

    Args:
        to_look: for a page that shows it; what is sent as it is needs the right to take it away.
        note_opening: remember that the person opened it, where the module keeps receipts.

    Raises:
        NotFound: no such file, or not in any place that the actor may see.
        Refused: he may look at it, not take it away.
    """
    with platform.reading() as work:
        file = rows.files_by_id(work.session, (file_id,)).get(file_id)
        if file is None:
            raise NotFound()
        place, may_keep = _place_of(work, actor, file)
        if not (may_keep or to_look):
            raise Refused(ONLY_LOOKED_AT)
        view = file_view(work, file)
        noted = place is not None and actor.user_id is not None and _keeps_receipts(work, place)
        content = platform.files.read(file.content_hash)
        record_id = None if place is None else place.record_id
        opened = OpenedFile(view, file.content_hash, content, record_id, may_keep)
        where = None if place is None or not noted else (place.record_id, place.field or "")
    if note_opening and where is not None and actor.user_id is not None:
        with platform.transaction() as work:
            rows.add_receipt(work.session, where[0], actor.user_id, work.now, field=where[1], file_id=file_id)
    return opened


def check_own_uploads(work: Work, actor: Actor, file_ids: Iterable[int], *, name: str = "files") -> None:
    """Refuse ids that are no fresh uploads of the actor: nobody attaches what he was not given."""
    wanted = list(file_ids)
    found = rows.files_by_id(work.session, wanted)
    for file_id in wanted:
        file = found.get(file_id)
        if file is None or file.state != rows.UPLOADED or file.uploaded_by_id != actor.user_id:
            fault = Text("Không có tệp này. Hãy tải tệp lên lại.", "There is no such file. Upload it again.")
            raise InvalidInput({name: (fault,)})


def file_finder(work: Work, actor: Actor, record_id: int | None) -> Callable[[int], FileFact | None]:
    """Give what forms ask about files: facts of those that the actor may use in this record.

    These are his own fresh uploads, and files that the record holds already.
    """
    held: set[int] | None = None

    def find(file_id: int) -> FileFact | None:
        nonlocal held
        file = work.session.get(File, file_id)
        if file is None:
            return None
        if file.state != rows.UPLOADED or file.uploaded_by_id != actor.user_id:
            if held is None:
                found = () if record_id is None else rows.attachments_of(work.session, record_id)
                held = {place.file_id for place, _ in found}
            if file_id not in held:
                return None
        return FileFact(file.id, file.name, file.size_bytes, file.media_type)

    return find


def file_view(work: Work, file: File, opened_by_count: int | None = None) -> FileView:
    """Give a file as pages show it."""
    person = None if file.uploaded_by_id is None else work.world.person(file.uploaded_by_id)
    by = None if person is None else PersonView(person.id, person.name, active=person.active)
    return FileView(
        file.id, file.name, file.size_bytes, file.media_type, file.uploaded_at, by, opened_by_count
    )


def media_type(head: bytes, name: str) -> str:
    """Say what a file is by its first bytes; the name's ending only tells kin of one family apart."""
    ending = "." + name.rpartition(".")[2].lower() if "." in name else ""
    if head.startswith(_OLD_OFFICE):
        return _OLD_OFFICE_TYPES.get(ending, UNKNOWN_TYPE)
    found = filetype.guess(head)
    if found is not None:
        sniffed = str(found.mime)
        return _ZIPPED_TYPES.get(ending, sniffed) if sniffed == "application/zip" else sniffed
    if _reads_as_text(head):
        guessed = mimetypes.guess_type(name)[0]
        return guessed if guessed in _TEXT_TYPES else "text/plain"
    return UNKNOWN_TYPE


def clean_name(name: str) -> str:
    """Give a file's name without folders, control signs and endless length, its ending kept."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # Signs of direction could make "…gpj.exe" read as "…exe.jpg".
    name = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    name = " ".join(name.split()).strip(". ")
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending


def safe_name(name: str) -> str:
    """Give a name in plain letters for clients that read no other."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^A-Za-z0-9._ ()-]", "_", plain).strip() or "file"


def _place_of(work: Work, actor: Actor, file: File) -> tuple[Attachment | None, bool]:
    """Give a place where the actor may see a file, and whether he may take it away.

    A place that lets him take it goes before others; an own upload that stands nowhere has no place.
    """
    if file.state == rows.UPLOADED:
        if file.uploaded_by_id != actor.user_id:
            raise NotFound()
        return None, True
    showing, to_look = Showing(work, actor), None
    for place, record in _visible_places(work, actor, file):
        if showing.may_keep_files(record):
            return place, True
        to_look = to_look or place
    if to_look is None:
        raise NotFound()
    return to_look, False


def _visible_places(work: Work, actor: Actor, file: File) -> Iterator[tuple[Attachment, RecordState]]:
    for place in rows.places_of_file(work.session, file.id):
        try:
            record = access_record(work, actor, place.record_id)
        except NotFound:
            continue
        if rows.is_plain(place):
            if place.removed_at is None or may(work, actor, HISTORY, record):
                yield place, record
        elif place.field is None:
            if place.removed_at is None:  # else the comment is gone
                yield place, record
        elif _sees_field(work, actor, record, place):
            yield place, record


def _sees_field(work: Work, actor: Actor, record: RecordState, place: Attachment) -> bool:
    """Whether the actor sees a file of a field; a former version only who may read the history."""
    field = place.field or ""
    if place.removed_at is not None:
        if not may(work, actor, HISTORY, record):
            return False
    elif file_ids_of(record.values.get(field)).isdisjoint({place.file_id}):
        return False
    return field_access(work.world, actor, record).get(field, Access.HIDDEN) is not Access.HIDDEN


def file_ids_of(value: object) -> frozenset[int]:
    """Give the ids in a value of a files field."""
    if isinstance(value, tuple):
        return frozenset(part for part in value if isinstance(part, int))
    return frozenset((value,)) if isinstance(value, int) else frozenset()


def _keeps_receipts(work: Work, place: Attachment) -> bool:
    record = work.world.record(place.record_id)
    return record is not None and (place.field in work.world.in_force(record).module.receipts.fields)


def _reads_as_text(head: bytes) -> bool:
    try:
        text = head[: len(head) - 3 if len(head) >= 8192 else len(head)].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and b"\x00" not in head
    return "\x00" not in text


def _invalid(text: Text) -> InvalidInput:
    return InvalidInput({"file": (text,)})
