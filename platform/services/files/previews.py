"""Looking into a file without keeping it: what can be shown, and the file before and after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from luongviec.engine.errors import NotFound
from luongviec.engine.prints import MEDIA_TYPE as PRINT_TYPE
from luongviec.engine.world import Actor
from luongviec.services.files.keeping import OpenedFile, open_file
from luongviec.services.files.pdf_pages import PdfFacts, draw_page, pdf_facts
from luongviec.services.files.pictures import SMALL, Picture, draw, is_picture
from luongviec.services.paper.as_docx import MEDIA_TYPE as DOCUMENT_TYPE
from luongviec.services.paper.from_docx import document_blocks
from luongviec.services.paper.from_office import slide_blocks, workbook_blocks
from luongviec.services.paper.model import Block, Paper
from luongviec.services.platform import Platform
from luongviec.services.record_page.held_files import visible_files
from luongviec.services.record_page.prints import kept_paper
from luongviec.services.records.access import access_record
from luongviec.services.showing import Showing
from luongviec.services.views import FileView, RecordLink
from luongviec.store import sharing as rows

MOST_TEXT = 200_000  # characters
LARGEST_READ = 32 * 1024 * 1024
PDF_TYPE = "application/pdf"
#: Files of office programs whose words can be shown, and what reads them.
READERS: Mapping[str, Callable[[bytes], tuple[Block, ...] | None]] = {
    DOCUMENT_TYPE: document_blocks,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": workbook_blocks,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": slide_blocks,
}


class PreviewKind(StrEnum):
    PDF = "pdf"
    PAGES = "pages"  # of a PDF, as pictures: for who may not take it away
    PICTURE = "picture"
    TEXT = "text"
    PAPER = "paper"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as its page shows it. `text` or `paper` hold what is in it, by `kind`."""

    file: FileView
    kind: PreviewKind
    record: RecordLink | None
    before: FileView | None
    after: FileView | None
    place: int  # among the files of the record, from 1
    count: int
    text: str = ""
    is_cut: bool = False
    paper: Paper | None = None
    pages: PdfFacts | None = None
    may_keep: bool = True


def preview(platform: Platform, actor: Actor, file_id: int) -> Preview:
    """Give a file to look at; that it was opened is remembered as with a download.

    Raises:
        NotFound: no such file, or not in any place that the actor may see.
    """
    opened = open_file(platform, actor, file_id, to_look=True)
    kind = kind_of(opened.file)
    text, paper, pages, is_cut = "", None, None, False
    if kind is PreviewKind.PDF and not opened.may_keep:
        pages = None if opened.file.size_bytes > LARGEST_READ else pdf_facts(platform.files, opened.sha256)
        kind = PreviewKind.NONE if pages is None else PreviewKind.PAGES
    elif kind is PreviewKind.TEXT:
        text, is_cut = _text(opened)
    elif kind is PreviewKind.PAPER:
        paper = _paper(opened)
        kind = PreviewKind.NONE if paper is None else kind
    record, files = _around(platform, actor, opened)
    at = next((place for place, file in enumerate(files) if file.id == file_id), None)
    return Preview(
        opened.file, kind, record,
        before=files[at - 1] if at else None,
        after=files[at + 1] if at is not None and at + 1 < len(files) else None,
        place=0 if at is None else at + 1, count=len(files), text=text, is_cut=is_cut, paper=paper,
        pages=pages, may_keep=opened.may_keep,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture drawn anew, of which file it is, and whether the person may take that away."""

    drawn: Picture
    sha256: str
    may_keep: bool


def picture(platform: Platform, actor: Actor, file_id: int, side: int) -> ShownPicture:
    """Give a picture drawn anew; across one that he may not take away stands the name of who looks at it.

    Raises:
        NotFound: no such picture, or not in any place that the actor may see.
    """
    opened = open_file(platform, actor, file_id, to_look=True, note_opening=False)
    if not is_picture(opened.file.media_type) or opened.file.size_bytes > LARGEST_READ:
        raise NotFound()
    is_marked = not opened.may_keep and side > SMALL  # beside a name nothing would be read of it
    mark = _mark(platform, actor) if is_marked else ""
    return ShownPicture(draw(b"".join(opened.content), side, mark), opened.sha256, opened.may_keep)


def page_picture(platform: Platform, actor: Actor, file_id: int, number: int) -> Picture:
    """Give a page of a PDF as a picture, with the name of who looks at it across.

    Raises:
        NotFound: no such page, or not in any place that the actor may see.
    """
    opened = open_file(platform, actor, file_id, to_look=True, note_opening=False)
    if opened.file.media_type != PDF_TYPE or opened.file.size_bytes > LARGEST_READ or number < 1:
        raise NotFound()
    return draw_page(platform.files, opened.sha256, number, _mark(platform, actor))


def _mark(platform: Platform, actor: Actor) -> str:
    """Say who looks, and when."""
    with platform.reading() as work:
        person = None if actor.user_id is None else work.world.person(actor.user_id)
        day = work.now.astimezone(ZoneInfo(platform.settings.timezone)).strftime("%d/%m/%Y")
    return f"{'' if person is None else person.name} · {day}"


def print_of(platform: Platform, actor: Actor, file_id: int) -> tuple[FileView, Paper]:
    """Give a kept print as a paper, to be written in another shape.

    Raises:
        NotFound: no such print, or not in any place that the actor may see.
    """
    opened = open_file(platform, actor, file_id)
    if opened.file.media_type != PRINT_TYPE:
        raise NotFound()
    paper = _paper(opened)
    if paper is None:
        raise NotFound()
    return opened.file, paper


def kind_of(file: FileView) -> PreviewKind:
    """Say how a file can be shown."""
    if file.media_type == PDF_TYPE:
        return PreviewKind.PDF
    if is_picture(file.media_type):
        return PreviewKind.PICTURE
    if file.media_type in (PRINT_TYPE, *READERS) and file.size_bytes <= LARGEST_READ:
        return PreviewKind.PAPER
    if file.media_type.startswith("text/") or file.media_type == "application/json":
        return PreviewKind.TEXT
    return PreviewKind.NONE


def _text(opened: OpenedFile) -> tuple[str, bool]:
    content, size = bytearray(), 4 * MOST_TEXT
    for chunk in opened.content:
        content += chunk
        if len(content) > size:
            break
    text = bytes(content[:size]).decode("utf-8-sig", errors="replace")
    return text[:MOST_TEXT], len(text) > MOST_TEXT or len(content) > size


def _paper(opened: OpenedFile) -> Paper | None:
    content = b"".join(opened.content)
    title = opened.file.name.rpartition(".")[0] or opened.file.name
    author = opened.file.added_by.name if opened.file.added_by else ""
    if opened.file.media_type == PRINT_TYPE:
        return kept_paper(content.decode(errors="replace"), title, author)
    blocks = READERS[opened.file.media_type](content)
    return None if blocks is None else Paper(title, blocks, author=author)


def _around(
    platform: Platform, actor: Actor, opened: OpenedFile
) -> tuple[RecordLink | None, tuple[FileView, ...]]:
    if opened.record_id is None:
        return None, ()
    with platform.reading() as work:
        record = access_record(work, actor, opened.record_id)
        showing = Showing(work, actor)
        places = rows.attachments_of(work.session, record.id)
        found = tuple(showing.file_view(file) for _, file in visible_files(showing, record, places))
        return showing.record_link(record), found
