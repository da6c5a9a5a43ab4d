"""Rows of a workbook's sheet, written as finished elements; openpyxl makes everything around them.

openpyxl makes an object of every cell, checks it and writes it piece by piece, which is most of the time
that a long list takes. Here a row is one element, and what is written in it is escaped by the same library
for XML. Only `WriteOnlyWorksheet._write_rows` is replaced: what readers find is held by tests.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.xml.functions import XML_NS, Element, SubElement

#: What spreadsheets take for the beginning of a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
DAY_FORMAT = "dd/mm/yyyy"
MOMENT_FORMAT = "dd/mm/yyyy hh:mm"
_HEAD = PatternFill("solid", fgColor="E8EFFC")
_NOT_IN_XML = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ud800-\udfff\ufffe\uffff]")


class RowSheet(WriteOnlyWorksheet):
    """A sheet that takes each row as a finished element."""

    def _write_rows(self) -> Generator[None, Sequence[Any], None]:
        stream = self._writer.xf.send(True)
        with stream.element("sheetData"):
            try:
                while True:
                    stream.write(*(yield))
            except GeneratorExit:  # the sheet is closed: so ends what openpyxl sends rows to
                pass
        self._writer.xf.send(None)


def add_sheet(book: Workbook, title: str) -> Any:
    """Add a sheet to a workbook that is only written."""
    sheet = RowSheet(book, title)
    book._add_sheet(sheet)
    return sheet


class RowWriter:
    """Writes the rows of one sheet, one below the other."""

    def __init__(self, sheet: Any, zone: tzinfo) -> None:
        """Begin above the first row.

        Args:
            sheet: made by `add_sheet`.
            zone: in which moments are written; a spreadsheet knows none.
        """
        self.last = 0
        self._sheet = sheet
        self._zone = zone
        self._letters: list[str] = []
        self._text = self._style(quotePrefix=True)  # it stays a text when it is edited
        self._head = self._style(
            font=Font(bold=True), fill=_HEAD, alignment=Alignment(wrap_text=True, vertical="top")
        )
        self._day, self._moment = self._format(DAY_FORMAT), self._format(MOMENT_FORMAT)
        self._formats: dict[str, str] = {}

    def write_heading(self, labels: Sequence[str]) -> None:
        """Write the labels of the columns."""
        row = self._begin(len(labels))
        for place, label in enumerate(labels):
            self._add_text(row, place, label, self._head)
        self._sheet.append([row])

    def write(self, values: Sequence[object], formats: Sequence[str | None] = ()) -> None:
        """Write a row.

        Args:
            values: texts stay texts, whatever they look like; what is neither text, number nor time is
                written as its text.
            formats: for each column how its numbers look, None for as they are.
        """
        row = self._begin(len(values))
        for place, value in enumerate(values):
            if value is None or value == "":
                continue
            if isinstance(value, datetime):
                at = value.astimezone(self._zone).replace(tzinfo=None)
                self._add_number(row, place, to_excel(at), self._moment)
            elif isinstance(value, date):
                self._add_number(row, place, to_excel(value), self._day)
            elif isinstance(value, int | float):
                form = formats[place] if place < len(formats) else None
                self._add_number(row, place, value, None if form is None else self._known_format(form))
            else:
                text = value if isinstance(value, str) else str(value)
                self._add_text(row, place, text, self._text if text.startswith(FORMULA_SIGNS) else None)
        self._sheet.append([row])

    def _begin(self, columns: int) -> Any:
        self.last += 1
        while len(self._letters) < columns:
            self._letters.append(get_column_letter(len(self._letters) + 1))
        return Element("row", {"r": str(self.last)})

    def _add_text(self, row: Any, place: int, text: str, style: str | None) -> None:
        plain = _NOT_IN_XML.sub("", text)[:LONGEST_CELL]
        cell = self._add_cell(row, place, "inlineStr", style)
        kept = {f"{{{XML_NS}}}space": "preserve"} if plain != plain.strip() else {}
        SubElement(SubElement(cell, "is"), "t", kept).text = plain

    def _add_number(self, row: Any, place: int, number: float, style: str | None) -> None:
        is_logical = isinstance(number, bool)
        cell = self._add_cell(row, place, "b" if is_logical else "n", style)
        SubElement(cell, "v").text = str(int(number)) if is_logical else repr(number)

    def _add_cell(self, row: Any, place: int, kind: str, style: str | None) -> Any:
        described = {"r": f"{self._letters[place]}{self.last}", "t": kind}
        if style is not None:
            described["s"] = style
        return SubElement(row, "c", described)

    def _known_format(self, form: str) -> str:
        found = self._formats.get(form)
        if found is None:
            found = self._formats[form] = self._format(form)
        return found

    def _format(self, form: str) -> str:
        return self._style(number_format=form)

    def _style(self, **looks: object) -> str:
        """Give the number under which the workbook keeps a look."""
        cell = WriteOnlyCell(self._sheet)
        for name, value in looks.items():
            setattr(cell, name, value)
        return str(cell.style_id)
