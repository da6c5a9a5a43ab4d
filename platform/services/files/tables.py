"""Tables that leave the house as XLSX or CSV: real dates and numbers, and nothing that runs.

A text that a spreadsheet would take for a formula stays a text: in XLSX the cell says so, in CSV an
apostrophe stands before it. Rows are written as they come, so a large table needs little memory.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

#: What spreadsheets take for the beginning of a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
#: With what the words for failed calculations begin.
ERROR_SIGN = "#"
_ODD_SIGNS = (*FORMULA_SIGNS, ERROR_SIGN)
LONGEST_CELL = 32_767
LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_HEAD = PatternFill("solid", fgColor="E8EFFC")


class CellKind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"  # 0 to 1
    DAY = "day"
    MOMENT = "moment"


_FORMATS = {
    CellKind.NUMBER: "#,##0.##",
    CellKind.SHARE: "0.0%",
    CellKind.DAY: "dd/mm/yyyy",
    CellKind.MOMENT: "dd/mm/yyyy hh:mm",
}
_WIDTHS = {CellKind.TEXT: 28, CellKind.NUMBER: 14, CellKind.SHARE: 12, CellKind.DAY: 13, CellKind.MOMENT: 18}


@dataclass(frozen=True, slots=True)
class OutColumn:
    """One column: its heading, what it holds, how wide it is in characters."""

    label: str
    kind: CellKind = CellKind.TEXT
    width: int | None = None


@dataclass(frozen=True, slots=True)
class OutTable:
    """One table; `rows` may be a generator that is read once. `notes` stand above the heading."""

    title: str
    columns: Sequence[OutColumn]
    rows: Iterable[Sequence[object]]
    notes: Sequence[str] = ()


def write_xlsx(path: Path, tables: Iterable[OutTable], zone: tzinfo) -> None:
    """Write tables into one workbook, each on a sheet of its own, with a fixed heading and a filter.

    Args:
        zone: in which moments are written; a spreadsheet knows none.
    """
    book = Workbook(write_only=True)
    names: set[str] = set()
    for table in tables:
        sheet = book.create_sheet(_sheet_name(table.title, names))
        _write_sheet(sheet, table, zone)
    book.save(path)


def _sheet_name(title: str, names: set[str]) -> str:
    plain = " ".join(title.translate(_NOT_IN_SHEET_NAMES).split()).strip("'")[:LONGEST_SHEET_NAME] or "1"
    name, number = plain, 1
    while name.lower() in names:
        number += 1
        name = f"{plain[: LONGEST_SHEET_NAME - 4]} {number}"
    names.add(name.lower())
    return name


def _write_sheet(sheet: Any, table: OutTable, zone: tzinfo) -> None:
    head = len(table.notes) + (2 if table.notes else 1)
    for place, column in enumerate(table.columns, start=1):
        width = column.width or max(_WIDTHS[column.kind], min(len(column.label) + 3, 40))
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"B{head + 1}"
    for note in table.notes:
        sheet.append([_text_cell(sheet, note)])
    if table.notes:
        sheet.append([])
    headings = [_text_cell(sheet, column.label) for column in table.columns]
    for cell in headings:
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append(headings)
    last, cells = head, _Cells(sheet, zone)
    kinds = [column.kind for column in table.columns]
    for row in table.rows:
        sheet.append([cells.of(place, kinds[place], value) for place, value in enumerate(row)])
        last += 1
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(max(1, len(table.columns)))}{last}"


class _Cells:
    """Gives the cells of a sheet. A row is written as it comes, so one styled cell serves a whole column."""

    def __init__(self, sheet: Any, zone: tzinfo) -> None:
        self.sheet = sheet
        self.zone = zone
        self._styled: dict[tuple[int, CellKind], Any] = {}

    def of(self, place: int, kind: CellKind, value: object) -> Any:
        """Give what is to be appended for a value: a plain text as it is, else a cell."""
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return self._cell(place, CellKind.MOMENT, value.astimezone(self.zone).replace(tzinfo=None))
        if isinstance(value, date):
            return self._cell(place, CellKind.DAY, value)
        if isinstance(value, (int, float)):
            return self._cell(place, kind, value) if kind in _FORMATS else value
        text = value if isinstance(value, str) else str(value)
        return text if _is_harmless(text) else _text_cell(self.sheet, text)

    def _cell(self, place: int, kind: CellKind, value: object) -> Any:
        cell = self._styled.get((place, kind))
        if cell is None:
            cell = self._styled[place, kind] = WriteOnlyCell(self.sheet)
            cell.number_format = _FORMATS[kind]
        cell.value = value
        return cell


def _is_harmless(text: str) -> bool:
    """Whether a spreadsheet takes a text for nothing but itself."""
    is_odd = len(text) > LONGEST_CELL or text.startswith(_ODD_SIGNS)
    return not (is_odd or ILLEGAL_CHARACTERS_RE.search(text))


def _text_cell(sheet: Any, text: str) -> Any:
    plain = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
    cell = WriteOnlyCell(sheet, value=plain)
    cell.data_type = "s"  # a text, whatever it looks like
    if plain.startswith(FORMULA_SIGNS):
        cell.quotePrefix = True  # and it stays one when it is edited
    return cell


def write_csv(path: Path, table: OutTable, zone: tzinfo) -> None:
    """Write one table as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(table, zone))


def csv_lines(table: OutTable, zone: tzinfo) -> Iterator[str]:
    """Give a table as lines of CSV, the first with the mark by which spreadsheets read its letters."""
    yield "\ufeff" + _csv_line([column.label for column in table.columns], zone)
    for row in table.rows:
        yield _csv_line(row, zone)


def _csv_line(values: Sequence[object], zone: tzinfo) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerow([_csv_value(value, zone) for value in values])
    return text.getvalue()


def _csv_value(value: object, zone: tzinfo) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, (int, float)) else csv_text(str(value))


def csv_text(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
