"""What is read from a file before anybody knows what it means: cells, rows, problems with their place."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from luongviec.engine.text import LANGUAGES, Text
from luongviec.services.exchange.sheets import Cell, Column, Sheet, SheetCode, chosen
from luongviec.services.files.tables import FORMULA_SIGNS

RawCell = str | int | float | bool | datetime | date | time | None


class Level(StrEnum):
    """How grave a problem is: only errors stop an import."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a place of the file: `row` 0 is the sheet as a whole, `column` "" the row."""

    sheet: SheetCode | None
    row: int
    column: str
    text: Text
    remedy: Text
    level: Level = Level.ERROR
    letter: str = ""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its number in the file, and its cells by our names of the columns."""

    number: int
    cells: Mapping[str, RawCell]
    formulas: frozenset[str] = frozenset()


@dataclass(slots=True)
class RawSheet:
    """The rows of one sheet; `letters` says where each column stands."""

    sheet: Sheet
    letters: dict[str, str]
    rows: list[RawRow] = field(default_factory=list)


@dataclass(slots=True)
class RawBook:
    """What a file holds. `whole` keeps nothing: problems are marked on a second reading."""

    sheets: dict[SheetCode, RawSheet] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Problems:
    """Collects what is wrong. What looks like a formula is a problem only where it is news."""

    letters: Mapping[SheetCode, Mapping[str, str]]
    found: list[Problem] = field(default_factory=list)
    suspicious: set[tuple[SheetCode, int, str]] = field(default_factory=set)
    broken: set[tuple[SheetCode, int, str]] = field(default_factory=set)

    def error(self, sheet: SheetCode, row: int, column: str, text: Text, remedy: Text) -> None:
        """Note what stops the import."""
        self.broken.add((sheet, row, column))
        self.found.append(Problem(sheet, row, column, text, remedy, Level.ERROR, self._letter(sheet, column)))

    def warn(self, sheet: SheetCode, row: int, column: str, text: Text, remedy: Text) -> None:
        """Note what should be looked at."""
        self.found.append(
            Problem(sheet, row, column, text, remedy, Level.WARNING, self._letter(sheet, column))
        )

    def is_broken_at(self, sheet: SheetCode, row: int, column: str) -> bool:
        """Whether a cell has an error already."""
        return (sheet, row, column) in self.broken

    def news(self, sheet: SheetCode, row: int, column: str) -> None:
        """Say that a cell is new to the database: then it may not look like a formula."""
        if (sheet, row, column) in self.suspicious:
            self.suspicious.discard((sheet, row, column))
            self.error(sheet, row, column, *looks_like_formula())

    def _letter(self, sheet: SheetCode, column: str) -> str:
        return self.letters.get(sheet, {}).get(column, "")


class RowReader:
    """Gives the cells of one row as values, and notes those that are none."""

    def __init__(self, sheet: Sheet, row: RawRow, problems: Problems) -> None:
        self.sheet = sheet
        self.row = row
        self.number = row.number
        self._problems = problems
        self._columns = {column.name: column for column in sheet.columns}

    def error(self, column: str, text: Text, remedy: Text) -> None:
        """Note an error at a cell of the row."""
        self._problems.error(self.sheet.code, self.number, column, text, remedy)

    def text(self, name: str) -> str:
        """Give a text without blanks around, "" where the cell is empty."""
        column, raw = self._columns[name], self.row.cells.get(name)
        if raw is None:
            return ""
        if isinstance(raw, (datetime, date, time, bool)):
            self.error(name, *_wrong_kind())
            return ""
        written = plain_number(raw) if isinstance(raw, (int, float)) else normal(raw)
        if len(written) > column.longest:
            self.error(
                name,
                Text(f"Dài quá {column.longest} ký tự.", f"Longer than {column.longest} characters."),
                Text("Hãy viết ngắn lại.", "Write less."),
            )
            return ""
        if name in self.row.formulas or looks_executable(written, column):
            if name in self.row.formulas:
                self.error(name, *looks_like_formula())
                return ""
            self._problems.suspicious.add((self.sheet.code, self.number, name))
        if not all(sign.isprintable() for sign in written):
            self.error(
                name,
                Text("Có ký tự không hiển thị được.", "It has signs that cannot be shown."),
                Text("Hãy gõ lại ô này.", "Type this cell again."),
            )
            return ""
        return written

    def code(self, name: str) -> str:
        """Give a key: one that nobody bears is unknown, whatever it looks like."""
        written = self.text(name)
        self._problems.suspicious.discard((self.sheet.code, self.number, name))
        return written

    def choice(self, name: str) -> str | None:
        """Give a code of the column's list; None where the cell is empty or names nothing."""
        written = self.text(name)
        if not written:
            return None
        column = self._columns[name]
        code = chosen(written, column.choices)
        if code is None:
            vi, en = ("; ".join(one.shown(lang) for one in column.choices[:12]) for lang in LANGUAGES)
            more = "…" if len(column.choices) > 12 else "."
            self.error(
                name,
                Text(f"Không có lựa chọn “{written[:60]}”.", f"There is no choice “{written[:60]}”."),
                Text(f"Hãy chọn trong danh sách: {vi}{more}", f"Choose from the list: {en}{more}"),
            )
        return code

    def yes_no(self, name: str) -> bool | None:
        """Give yes or no; None where the cell is empty."""
        raw = self.row.cells.get(name)
        if isinstance(raw, bool) and name not in self.row.formulas:
            return raw
        code = self.choice(name)
        return None if code is None else code == "yes"

    def whole(self, name: str) -> int | None:
        """Give a number from 1; None where the cell is empty."""
        written = self.text(name)
        if not written:
            return None
        if not (written.isascii() and written.isdigit()) or not 1 <= int(written) <= 1_000_000:
            self.error(
                name,
                Text("Cần một số nguyên từ 1.", "A whole number from 1 is needed."),
                Text("Hãy sửa thành số hoặc để trống.", "Write a number, or leave it empty."),
            )
            return None
        return int(written)


def normal(text: str) -> str:
    """Give a text in one form: composed letters, single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def plain_number(raw: int | float) -> str:
    """Write a number as a person would: a whole one without a fraction."""
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15 else str(raw)


def looks_executable(written: str, column: Column) -> bool:
    """Whether a spreadsheet could take a text for a formula; phone numbers may begin with a plus."""
    if column.cell is Cell.PHONE and written.startswith("+") and not any(sign.isalpha() for sign in written):
        return False
    return written.startswith(FORMULA_SIGNS)


def looks_like_formula() -> tuple[Text, Text]:
    """Say that a cell holds a formula, and what to do."""
    return (
        Text("Ô là công thức hoặc bắt đầu bằng = + - @.", "The cell is a formula or begins with = + - @."),
        Text("Hãy dán lại dạng giá trị, bỏ ký tự đầu.", "Paste it as a value and take the first sign away."),
    )


def _wrong_kind() -> tuple[Text, Text]:
    return (
        Text(
            "Ô là ngày giờ hoặc đúng/sai, không phải chữ.", "The cell is a date or a truth value, not a text."
        ),
        Text("Hãy định dạng ô là văn bản rồi gõ lại.", "Format the cell as text and type it again."),
    )
