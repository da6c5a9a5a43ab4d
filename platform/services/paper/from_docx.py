"""A document of an office program as blocks of a paper: its words and tables, to be read in the page.

Pictures, fields and looks are left out: whoever needs them downloads the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as UnpackingError  # noqa: N812 (an exception)

from docx import Document
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from luongviec.services.files.opening import MOST_PARTS, unpacks_as_said
from luongviec.services.paper.model import Align, Block, CellBlock, Paragraph, Run, Table

MOST_UNPACKED = 64 * 1024 * 1024
MOST_BLOCKS = 3_000
MOST_ROWS = 500
CENTRE, RIGHT = 1, 2


def document_blocks(content: bytes) -> tuple[Block, ...] | None:
    """Give the words of a document; None where it cannot be read or would be too large unpacked."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            if not is_bounded(parts):
                return None
        document = Document(BytesIO(content))
        return tuple(_blocks(document))
    except (
        BadZipFile, UnpackingError, KeyError, ValueError, OSError, SyntaxError, AttributeError, IndexError,
        RuntimeError,
    ):  # fmt: skip
        return None


def is_bounded(parts: ZipFile) -> bool:
    """Whether an archive is small enough to be unpacked in memory, and says the truth about it.

    Raises:
        BadZipFile, RuntimeError, zlib.error: it cannot be unpacked.
    """
    said = parts.infolist()
    is_small = len(said) <= MOST_PARTS and sum(part.file_size for part in said) <= MOST_UNPACKED
    return is_small and unpacks_as_said(parts)


def _blocks(place: Any) -> Iterator[Block]:
    for count, part in enumerate(place.iter_inner_content()):
        if count >= MOST_BLOCKS:
            return
        if isinstance(part, WordTable):
            yield from _table(part)
        elif part.text.strip():
            yield _paragraph(part)


def _paragraph(part: WordParagraph) -> Paragraph:
    style = (part.style.name or "") if part.style is not None else ""
    level = int(style[-1]) if style.startswith("Heading ") and style[-1] in "123" else 0
    runs = tuple(
        Run(run.text, bool(run.bold), bool(run.italic), bool(run.underline)) for run in part.runs if run.text
    )
    align = {CENTRE: Align.CENTRE, RIGHT: Align.END}.get(part.alignment or 0, Align.START)
    if style.startswith("List") and runs:
        runs = (Run("• "), *runs)
    return Paragraph(runs or (Run(part.text),), 1 if style == "Title" else level, align)


def _table(part: WordTable) -> Iterator[Table]:
    rows = tuple(tuple(_cells(row)) for row in part.rows[:MOST_ROWS])
    rows = tuple(row for row in rows if row)
    ruled = part.style is not None and "Grid" in (part.style.name or "")
    if rows:
        yield Table(rows, plain=not ruled)


def _cells(row: Any) -> Iterator[CellBlock]:
    """Give the cells of a row; one that reaches over several columns comes once, with its span."""
    cells = list(row.cells)
    at = 0
    while at < len(cells):
        span = 1
        while at + span < len(cells) and cells[at + span]._tc is cells[at]._tc:
            span += 1
        yield CellBlock(tuple(_blocks(cells[at])), span=span)
        at += span
