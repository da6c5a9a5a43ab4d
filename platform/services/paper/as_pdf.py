"""A paper as a PDF, with the fonts in it, the number of each page and what stands at its foot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, A5, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, ListFlowable, ListItem, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as PdfParagraph
from reportlab.platypus import Table as PdfTable

from luongviec.engine.text import Text
from luongviec.services.paper.model import (
    Align,
    Block,
    CellBlock,
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

MEDIA_TYPE = "application/pdf"
FONTS = Path(__file__).parent / "fonts"
FAMILY = "Tinos"
INK, QUIET, LINE = HexColor("#000000"), HexColor("#586479"), HexColor("#8490a5")
SIZES = {Size.A4: A4, Size.A4_LANDSCAPE: landscape(A4), Size.A5: A5}
#: Size of text in points, by face; small text is two points less.
TEXT_SIZE = {Face.LETTER: 13.0, Face.SHEET: 11.0}
HEADING_SIZES = {Face.LETTER: (16.0, 14.0, 13.5), Face.SHEET: (16.0, 13.0, 11.5)}
MARGINS = {Face.LETTER: (20, 15, 20, 30), Face.SHEET: (18, 15, 18, 15)}  # top, right, bottom, left in mm
LEADING = 1.36
CELL_PAD = 3.0
ALIGNMENTS: dict[Align, Literal[0, 1, 2]] = {Align.START: 0, Align.CENTRE: 1, Align.END: 2}
PAGE = Text("Trang {page}/{pages}", "Page {page} of {pages}")
LONGEST_WORD = 60  # characters that a column makes room for


def paper_pdf(paper: Paper) -> bytes:
    """Give a paper as a PDF; what does not fit on a page goes on on the next."""
    _register_fonts()
    top, right, bottom, left = (side * mm for side in MARGINS[paper.face])
    size = SIZES[paper.size]
    file = BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=size, topMargin=top, rightMargin=right, bottomMargin=bottom, leftMargin=left,
        title=paper.title, author=paper.author, lang=paper.language, initialFontName=FAMILY,
    )  # fmt: skip
    width = size[0] - left - right - 2 * CELL_PAD
    flow = _Setter(paper).flow(paper.blocks, width)
    document.build(flow or [Spacer(1, 1)], canvasmaker=_numbering(paper, left, right))
    return file.getvalue()


class _Setter:
    """Sets blocks into what reportlab lets flow over pages."""

    def __init__(self, paper: Paper) -> None:
        self._text = TEXT_SIZE[paper.face]
        self._headings = HEADING_SIZES[paper.face]

    def flow(self, blocks: Iterable[Block], width: float) -> list[Flowable]:
        found: list[Flowable] = []
        for block in blocks:
            found += self._block(block, width)
        return found

    def _block(self, block: Block, width: float) -> list[Flowable]:
        match block:
            case Paragraph():
                words = _markup(block.runs)
                return [PdfParagraph(f"<b>{words}</b>" if block.level else words, self._style(block))]
            case Items():
                return [self._items(block, width)]
            case Table():
                return [self._table(block, width), Spacer(1, 6)]
            case Gap():
                return [Spacer(1, block.mm * mm)]
            case QrCode():
                return [self._qr(block)]

    def _style(self, paragraph: Paragraph) -> ParagraphStyle:
        size = self._headings[paragraph.level - 1] if paragraph.level else self._text
        size = size - 2 if paragraph.small else size
        return ParagraphStyle(
            "text", fontName=FAMILY, fontSize=size, leading=size * LEADING, textColor=INK,
            alignment=ALIGNMENTS[paragraph.align], spaceBefore=10 if paragraph.level else 2, spaceAfter=3,
            keepWithNext=1 if paragraph.level else 0, splitLongWords=1,
        )  # fmt: skip

    def _items(self, block: Items, width: float) -> Flowable:
        inside: list[Any] = [ListItem(self.flow(item, width - 18) or [Spacer(1, 1)]) for item in block.items]
        return ListFlowable(
            inside, bulletType="1" if block.ordered else "bullet", bulletFontName=FAMILY,
            bulletFontSize=self._text, leftIndent=18, bulletFormat="%s." if block.ordered else None,
            start=None if block.ordered else "•",
        )  # fmt: skip

    def _table(self, table: Table, width: float) -> Flowable:
        count = max(sum(cell.span for cell in row) for row in table.rows)
        widths = self._widths(table, count, width)
        rows: list[list[Any]] = []
        style: list[tuple[Any, ...]] = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), CELL_PAD), ("RIGHTPADDING", (0, 0), (-1, -1), CELL_PAD),
            ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]  # fmt: skip
        if not table.plain:
            style.append(("GRID", (0, 0), (-1, -1), 0.5, LINE))
        for at, row in enumerate(table.rows):
            line: list[Any] = []
            for cell in row:
                start, end = len(line), len(line) + cell.span
                line += [
                    self.flow(cell.blocks, sum(widths[start:end]) - 2 * CELL_PAD),
                    *[""] * (cell.span - 1),
                ]
                if cell.span > 1:
                    style.append(("SPAN", (start, at), (end - 1, at)))
            rows.append(line + [""] * (count - len(line)))
        made = PdfTable(
            rows, colWidths=widths, repeatRows=table.head, splitByRow=1, splitInRow=1, style=style
        )
        return KeepTogether([made]) if table.plain and len(rows) < 6 else made

    def _widths(self, table: Table, count: int, width: float) -> list[float]:
        """Share the width: by the table's own word, else by what the cells need, as pages do."""
        if len(table.shares) == count:
            return [share * width for share in table.shares]
        least, most = [1.0] * count, [1.0] * count
        for row in table.rows:
            column = 0
            for cell in row:
                narrow, wide = self._needs(cell)
                for place in range(column, min(column + cell.span, count)):
                    least[place] = max(least[place], narrow / cell.span)
                    most[place] = max(most[place], wide / cell.span)
                column += cell.span
        room = width - sum(least)
        if room <= 0:
            return [width * one / sum(least) for one in least]
        wishes = [wide - narrow for narrow, wide in zip(least, most, strict=True)]
        total = sum(wishes)
        if total <= room:
            spare = (room - total) / sum(most)
            return [wide * (1 + spare) for wide in most]
        return [narrow + room * wish / total for narrow, wish in zip(least, wishes, strict=True)]

    def _needs(self, cell: CellBlock) -> tuple[float, float]:
        """Give the width of a cell's longest word and of its longest line."""
        narrow = wide = 2 * CELL_PAD + 6
        for block in cell.blocks:
            if isinstance(block, QrCode):
                narrow = wide = max(narrow, block.mm * mm + 2 * CELL_PAD)
            if not isinstance(block, Paragraph):
                wide = max(wide, 200.0)
                continue
            size = self._style(block).fontSize
            bold = any(run.bold for run in block.runs)
            for line in block.text.split("\n"):
                whole = _width(line, size, bold)
                wide = max(wide, whole)
                words = (_width(word[:LONGEST_WORD], size, bold) for word in line.split())
                narrow = max(narrow, whole if block.whole else max(words, default=0.0))
        return narrow, wide

    def _qr(self, block: QrCode) -> Flowable:
        side = block.mm * mm
        drawing = Drawing(side, side)
        drawing.hAlign = "RIGHT"
        drawing.add(QrCodeWidget(block.address, barLevel="M", barWidth=side, barHeight=side, barBorder=1))
        return drawing


def _markup(runs: Iterable[Run]) -> str:
    """Write runs in the mark-up of reportlab's paragraphs; every text is escaped."""
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    text = escape(_printable(run.text)).replace("\n", "<br/>")
    for tag, counts in (("u", run.underline), ("i", run.italic), ("b", run.bold)):
        if counts:
            text = f"<{tag}>{text}</{tag}>"
    return f'<font color="#586479">{text}</font>' if run.quiet else text


def _printable(text: str) -> str:
    """Leave out what no font draws and no reader reads: control signs."""
    return "".join(sign for sign in text if sign == "\n" or sign.isprintable() or sign == "\t")


def _width(text: str, size: float, bold: bool) -> float:
    return pdfmetrics.stringWidth(text, f"{FAMILY}-Bold" if bold else FAMILY, size) + 2 * CELL_PAD + 1


def _numbering(paper: Paper, left: float, right: float) -> Callable[..., Canvas]:
    """Give a canvas that writes the foot of every page once it knows how many there are."""

    class Numbering(Canvas):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 (reportlab's name)
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for number, state in enumerate(self._pages, start=1):
                self.__dict__.update(state)
                _foot(self, paper, number, len(self._pages), left, right)
                super().showPage()
            super().save()

    return Numbering


def _foot(canvas: Canvas, paper: Paper, number: int, count: int, left: float, right: float) -> None:
    width = SIZES[paper.size][0]
    pages = PAGE.in_language(paper.language).format(page=number, pages=count)
    canvas.setFont(FAMILY, 9)
    canvas.setFillColor(QUIET)
    canvas.drawRightString(width - right, 10 * mm, pages)
    room = width - left - right - _width(pages, 9, False) - 4 * mm
    canvas.drawString(left, 10 * mm, _fitting(paper.footer, room))


def _fitting(text: str, room: float) -> str:
    if _width(text, 9, False) <= room:
        return text
    while text and _width(text + "…", 9, False) > room:
        text = text[:-1]
    return text + "…"


@cache
def _register_fonts() -> None:
    names: Sequence[tuple[str, str]] = (
        (FAMILY, "tinos-400"), (f"{FAMILY}-Bold", "tinos-700"), (f"{FAMILY}-Italic", "tinos-400-italic"),
        (f"{FAMILY}-BoldItalic", "tinos-700-italic"),
    )  # fmt: skip
    for name, file in names:
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{file}.ttf")))
    pdfmetrics.registerFontFamily(
        FAMILY, normal=FAMILY, bold=f"{FAMILY}-Bold", italic=f"{FAMILY}-Italic",
        boldItalic=f"{FAMILY}-BoldItalic",
    )  # fmt: skip
