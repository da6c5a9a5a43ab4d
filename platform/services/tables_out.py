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
    last = head
    for row in table.rows:
        sheet.append(
            [_cell(sheet, column.kind, value, zone) for column, value in zip(table.columns, row, strict=True)]
        )
        last += 1
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(max(1, len(table.columns)))}{last}"


def _cell(sheet: Any, kind: CellKind, value: object, zone: tzinfo) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _text_cell(sheet, value)
    shown: Any = value
    if isinstance(value, datetime):
        shown, kind = value.astimezone(zone).replace(tzinfo=None), CellKind.MOMENT
    elif isinstance(value, date):
        kind = CellKind.DAY
    elif not isinstance(value, (int, float)):
        return _text_cell(sheet, str(value))
    cell = WriteOnlyCell(sheet, value=shown)
    if kind in _FORMATS:
        cell.number_format = _FORMATS[kind]
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    plain = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
    cell = WriteOnlyCell(sheet, value=plain)
    if plain.startswith(FORMULA_SIGNS):
        cell.data_type = "s"  # a text, whatever it looks like; the mark keeps it so when it is edited
        cell.quotePrefix = True
    return cell


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
