"""A paper as a document that people go on editing (Word, LibreOffice)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from luongviec.engine.text import Text
from luongviec.services.paper.model import (
    Align,
    Block,
    Face,
    Gap,
    Items,
    Paper,
    Paragraph,
    QrCode,
    Run,
    Size,
    Table,
)
from luongviec.services.paper.qr import png_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Times New Roman"
TEXT_SIZE = {Face.LETTER: 13.0, Face.SHEET: 11.0}
HEADING_SIZES = {Face.LETTER: (16.0, 14.0, 13.5), Face.SHEET: (16.0, 13.0, 11.5)}
MARGINS = {Face.LETTER: (20, 15, 20, 30), Face.SHEET: (18, 15, 18, 15)}
PAPER_MM = {Size.A4: (210, 297), Size.A4_LANDSCAPE: (297, 210), Size.A5: (148, 210)}
ALIGNMENTS = {
    Align.START: WD_ALIGN_PARAGRAPH.LEFT, Align.CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    Align.END: WD_ALIGN_PARAGRAPH.RIGHT,
}  # fmt: skip
QUIET = RGBColor(0x58, 0x64, 0x79)
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
PAGE = Text("Trang", "Page")


def paper_docx(paper: Paper, at: datetime) -> bytes:
    """Give a paper as a document; `at` is when it says that it was made."""
    document = Document()
    _set_up(document, paper, at)
    _Writer(paper).write(document, paper.blocks)
    _foot(document.sections[0], paper)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


class _Writer:
    """Writes blocks into a body or a cell."""

    def __init__(self, paper: Paper) -> None:
        self._text = TEXT_SIZE[paper.face]
        self._headings = HEADING_SIZES[paper.face]

    def write(self, place: Any, blocks: Iterable[Block], *, first: Any = None, list_style: str = "") -> None:
        """Write blocks; `first` is an empty paragraph that stands there already."""
        for block in blocks:
            match block:
                case Paragraph():
                    style = f"Heading {block.level}" if block.level else list_style
                    self._paragraph(_next(place, first, style), block)
                case Items():
                    for item in block.items:
                        style = "List Number" if block.ordered else "List Bullet"
                        self.write(place, item, first=None, list_style=style)
                case Table():
                    self._table(place, block)
                case Gap():
                    _next(place, first, "").paragraph_format.space_after = Mm(block.mm)
                case QrCode():
                    line = _next(place, first, "")
                    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                    line.add_run().add_picture(BytesIO(png_of(block.address)), width=Mm(block.mm))
            first, list_style = None, "List Continue" if list_style else ""

    def _paragraph(self, line: Any, block: Paragraph) -> None:
        line.alignment = ALIGNMENTS[block.align]
        line.paragraph_format.space_before = Pt(10 if block.level else 2)
        line.paragraph_format.space_after = Pt(3)
        size = self._headings[block.level - 1] if block.level else self._text
        for run in block.runs:
            self._run(line, run, size - 2 if block.small else size, bold=bool(block.level))

    def _run(self, line: Any, run: Run, size: float, *, bold: bool) -> None:
        made = line.add_run(_printable(run.text))  # a line break of the text becomes one of the document
        made.bold, made.italic, made.underline = run.bold or bold, run.italic, run.underline
        made.font.size, made.font.name = Pt(size), FONT
        made.font.color.rgb = QUIET if run.quiet else RGBColor(0, 0, 0)

    def _table(self, place: Any, table: Table) -> None:
        count = max(sum(cell.span for cell in row) for row in table.rows)
        made = place.add_table(rows=0, cols=count) if not _is_document(place) else place.add_table(0, count)
        if not table.plain:
            made.style = "Table Grid"
        for at, row in enumerate(table.rows):
            line = made.add_row()
            column = 0
            for cell in row:
                box = line.cells[column]
                if cell.span > 1:
                    box = box.merge(line.cells[min(column + cell.span, count) - 1])
                self.write(box, cell.blocks, first=box.paragraphs[0])
                column += cell.span
            if at < table.head:
                _repeat(line)
        if table.shares and len(table.shares) == count:
            _share(made, table.shares)


def _next(place: Any, first: Any, style: str) -> Any:
    if first is not None:
        if style:
            first.style = style
        return first
    return place.add_paragraph(style=style or None)


def _is_document(place: Any) -> bool:
    return hasattr(place, "sections")


def _share(table: Any, shares: tuple[float, ...]) -> None:
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        for cell in column.cells:
            cell.width = Mm(170 * share)


def _repeat(row: Any) -> None:
    """Let a row stand again at the top of every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _set_up(document: Any, paper: Paper, at: datetime) -> None:
    section = document.sections[0]
    width, height = PAPER_MM[paper.size]
    if width > height:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(width), Mm(height)
    top, right, bottom, left = MARGINS[paper.face]
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(TEXT_SIZE[paper.face])
    fonts = normal.element.get_or_add_rPr()
    fonts.rFonts.set(qn("w:eastAsia"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGES.get(paper.language, "vi-VN"))
    fonts.append(language)
    facts = document.core_properties
    facts.title, facts.author, facts.language = paper.title[:255], paper.author[:255], paper.language
    facts.created = facts.modified = at.replace(tzinfo=None)
    facts.comments = ""


def _foot(section: Any, paper: Paper) -> None:
    line = section.footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    words = f"{_printable(paper.footer)} · " if paper.footer else ""
    _foot_run(line, f"{words}{PAGE.in_language(paper.language)} ")
    _field(line, "PAGE")
    _foot_run(line, "/")
    _field(line, "NUMPAGES")


def _foot_run(line: Any, text: str) -> Any:
    run = line.add_run(text)
    run.font.size, run.font.name, run.font.color.rgb = Pt(9), FONT, QUIET
    return run


def _field(line: Any, code: str) -> None:
    """Add a field that the program fills in, such as the number of the page."""
    run = _foot_run(line, "")
    for kind, text in (("begin", None), (None, code), ("end", None)):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())
