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
from openpyxl.utils import get_column_letter

from luongviec.services.files.sheet_rows import (
    DAY_FORMAT,
    FORMULA_SIGNS,
    MOMENT_FORMAT,
    RowWriter,
    add_sheet,
)

LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


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
    CellKind.DAY: DAY_FORMAT,
    CellKind.MOMENT: MOMENT_FORMAT,
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
        _write_sheet(add_sheet(book, _sheet_name(table.title, names)), table, zone)
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
    rows = RowWriter(sheet, zone)
    for note in table.notes:
        rows.write([note])
    if table.notes:
        rows.write([])
    rows.write_heading([column.label for column in table.columns])
    formats = [_FORMATS.get(column.kind) for column in table.columns]
    for row in table.rows:
        rows.write(row, formats)
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(max(1, len(table.columns)))}{rows.last}"


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
