"""Sheets of figures and slides as blocks of a paper: their words, to be read in the page.

As with documents (`from_docx`), pictures, charts and looks are left out. Figures stand as the program that
wrote the file last computed them; nothing is computed here.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring
from zipfile import BadZipFile, ZipFile
from zlib import error as UnpackingError  # noqa: N812 (an exception)

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from luongviec.services.files.opening import Limits, UnusableFile, check_workbook
from luongviec.services.paper.from_docx import MOST_BLOCKS, MOST_ROWS, is_bounded
from luongviec.services.paper.model import Block, CellBlock, Paragraph, Run, Table

LARGEST_MEGABYTES = 32
MOST_SHEETS = 20
MOST_COLUMNS = 40
MOST_CELLS = 40_000  # after as many no further sheet is begun
MOST_SLIDES = 300

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDES = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PRESENTATION = "ppt/presentation.xml"
_PLACES = "ppt/_rels/presentation.xml.rels"

#: What files that are damaged, or only called so, raise while they are read.
_UNREADABLE = (
    UnusableFile, BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, OSError,
    AttributeError, IndexError, RuntimeError, UnpackingError,
)  # fmt: skip


def workbook_blocks(content: bytes) -> tuple[Block, ...] | None:
    """Give the sheets of a workbook as tables; None where it cannot be read or is built to do harm."""
    try:
        check_workbook(BytesIO(content), Limits(megabytes=LARGEST_MEGABYTES))
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        return tuple(_sheets(book.worksheets[:MOST_SHEETS]))
    except _UNREADABLE:
        return None


def slide_blocks(content: bytes) -> tuple[Block, ...] | None:
    """Give the words of slides, each under its number; None as with `workbook_blocks`."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            if not is_bounded(parts):
                return None
            names = list(_slide_names(parts))[:MOST_SLIDES]
            blocks = (
                block
                for number, name in enumerate(names, 1)
                for block in _slide(number, _parsed(parts, name))
            )
            return tuple(islice(blocks, MOST_BLOCKS))
    except _UNREADABLE:
        return None


def _parsed(parts: ZipFile, name: str) -> Element:
    """Parse a part; slides never declare entities, so one that does is refused.

    Of the encodings that the parser knows only those with zero bytes could hide a declaration.
    """
    content = parts.read(name)
    if b"<!DOCTYPE" in content or b"\0" in content:
        raise ValueError(name)
    return fromstring(content)  # noqa: S314 - declarations are refused above, sizes before


def _sheets(sheets: Iterable[Any]) -> Iterator[Block]:
    """Give the sheets that are not hidden, until they are more than a page bears."""
    left = MOST_CELLS
    for sheet in sheets:
        if sheet.sheet_state != "visible" or left <= 0:
            continue
        rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
        for block in _sheet(sheet.title, rows):
            left -= sum(len(row) for row in block.rows) if isinstance(block, Table) else 0
            yield block


def _sheet(title: str, rows: Iterable[tuple[object, ...]]) -> Iterator[Block]:
    """Give a sheet under its name, without the empty rows and columns at its ends."""
    lines = [[_words(value) for value in row] for row in rows]
    while lines and not any(lines[-1]):
        lines.pop()
    width = max((place for line in lines for place, words in enumerate(line, 1) if words), default=0)
    yield Paragraph((Run(title, bold=True),), level=2)
    if width:
        yield Table(tuple(tuple(_cell(words) for words in _filled(line, width)) for line in lines))


def _filled(line: list[str], width: int) -> list[str]:
    return (line + [""] * width)[:width]


def _cell(words: str) -> CellBlock:
    return CellBlock((Paragraph((Run(words),)),))


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:.12g}".replace(".", ",")
    return str(value)


def _slide_names(parts: ZipFile) -> Iterator[str]:
    """Give the files of the slides in the order in which they are shown."""
    places = {
        str(one.get("Id")): posixpath.normpath(posixpath.join("ppt", str(one.get("Target"))))
        for one in _parsed(parts, _PLACES)
    }
    for one in _parsed(parts, _PRESENTATION).iter(f"{_SLIDES}sldId"):
        yield places[str(one.get(f"{_OFFICE}id"))].lstrip("/")


def _slide(number: int, slide: Element) -> Iterator[Block]:
    lines = (_line(one) for one in slide.iter(f"{_DRAWING}p"))
    said = [line for line in lines if line]
    yield Paragraph((Run(f"{number}. {said[0] if said else '…'}"),), level=2)
    for line in said[1:]:
        yield Paragraph((Run(line),))


def _line(paragraph: Element) -> str:
    # What is said stands in the runs of a paragraph; a paragraph within another is a line of its own.
    return "".join(run.text or "" for run in paragraph.iterfind(f"*/{_DRAWING}t")).strip()
