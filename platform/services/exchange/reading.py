"""Reading a workbook into rows: sheets and columns are found by their titles, whatever their order."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from luongviec.engine.text import Text
from luongviec.services.exchange.cells import Level, Problem, RawBook, RawCell, RawRow, RawSheet
from luongviec.services.exchange.sheets import Column, Sheet, same_heading, same_title
from luongviec.services.files.opening import Limits, UnusableFile, check_workbook

#: So often is told how many rows are read.
TELL_EVERY = 500
#: No spreadsheet has more rows.
LAST_ROW = 1_048_576
#: Types of cells whose value a spreadsheet computes.
FORMULA_OR_ERROR = ("f", "e")

Tell = Callable[[int, int], None]


def read_workbook(
    content: BinaryIO, sheets: Sequence[Sheet], limits: Limits, tell: Tell = lambda done, total: None
) -> RawBook:
    """Give what a workbook holds.

    Args:
        tell: hears how many rows are read so far, and of how many by what the file says; may raise to stop.

    Raises:
        UnusableFile: it cannot be read at all, or is too large.
    """
    check_workbook(content, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl leaves out
            book = load_workbook(content, read_only=True, data_only=False, keep_links=False)
            try:
                return _read(book, sheets, limits, tell)
            finally:
                book.close()
    except (
        InvalidFileException, ParseError, zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError,
        AttributeError, OverflowError,
    ) as error:  # fmt: skip
        # openpyxl meets a damaged file with whatever its parsing trips over.
        raise UnusableFile(
            Text(
                "Tệp bị hỏng nên không đọc được. Hãy mở bằng Excel, lưu lại rồi gửi.",
                "The file is damaged. Open it with Excel, save it and send it again.",
            )
        ) from error


def _read(book: Any, sheets: Sequence[Sheet], limits: Limits, tell: Tell) -> RawBook:
    raw, rows_so_far = RawBook(), 0
    total = sum(min(tab.max_row or 0, limits.rows) for tab in book.worksheets)
    for tab in book.worksheets:
        sheet = next((one for one in sheets if same_title(tab.title, one)), None)
        if sheet is None:
            continue
        if sheet.code in raw.sheets:
            raw.problems.append(_sheet_problem(sheet, _twice(tab.title), _KEEP_ONE))
            continue
        tab.reset_dimensions()  # what a file says of its size need not be so
        head = next(tab.iter_rows(max_row=1, max_col=limits.columns), ())
        found = raw.sheets[sheet.code] = _head(sheet, head, raw.problems)
        if _is_readable(sheet, raw.problems):
            rows_so_far += _read_rows(tab, found, limits, _after(tell, rows_so_far, total))
            if rows_so_far > limits.rows:
                raise UnusableFile(_too_many(limits.rows))
    if not raw.sheets:
        titles = ", ".join(f"“{sheet.title.vi}”" for sheet in sheets)
        raise UnusableFile(
            Text(
                f"Tệp không có trang tính nào tên {titles}. Hãy dùng tệp mẫu.",
                f"The workbook has none of the sheets {titles}. Use the template.",
            )
        )
    return raw


def _after(tell: Tell, before: int, total: int) -> Callable[[int], None]:
    return lambda rows: tell(before + rows, max(total, before + rows + 1))


def _is_readable(sheet: Sheet, problems: Sequence[Problem]) -> bool:
    return not any(one.sheet is sheet.code and one.level is Level.ERROR for one in problems)


def _read_rows(tab: Any, found: RawSheet, limits: Limits, tell: Callable[[int], None]) -> int:
    places = [(column_index_from_string(letter) - 1, name) for name, letter in found.letters.items()]
    examples = _examples(found.sheet)
    width = 1 + max(index for index, _ in places)
    for number, cells in enumerate(tab.iter_rows(min_row=2, max_col=width), start=2):
        row = _row(number, cells, places)
        if row is not None and _written(row) not in examples:
            found.rows.append(row)
        if number % TELL_EVERY == 0:
            tell(len(found.rows))
        if len(found.rows) > limits.rows or number > LAST_ROW:
            break
    return len(found.rows)


def _head(sheet: Sheet, cells: Sequence[Any], problems: list[Problem]) -> RawSheet:
    letters: dict[str, str] = {}
    for index, cell in enumerate(cells):
        written = "" if cell.value is None else str(cell.value)
        if not written.strip():
            continue
        column = next((one for one in sheet.columns if same_heading(written, one)), None)
        letter = get_column_letter(index + 1)
        if column is None:
            text = Text(f"Không có cột “{written[:60]}”.", f"There is no column “{written[:60]}”.")
            remedy = Text("Cột này được bỏ qua.", "The column is left out.")
            problems.append(Problem(sheet.code, 1, "", text, remedy, Level.WARNING, letter))
        elif column.name in letters:
            problems.append(Problem(sheet.code, 1, column.name, _twice(written), _KEEP_ONE, letter=letter))
        else:
            letters[column.name] = letter
    for column in sheet.columns:
        if column.required and column.name not in letters:
            heading = column.heading("vi")
            problems.append(
                _sheet_problem(
                    sheet,
                    Text(f"Thiếu cột “{heading}”.", f"The column “{column.heading('en')}” is missing."),
                    Text("Hãy thêm cột này ở dòng đầu.", "Add it to the first row."),
                )
            )
    return RawSheet(sheet, letters)


def _row(number: int, cells: Sequence[Any], places: Sequence[tuple[int, str]]) -> RawRow | None:
    """Give the known cells of a row; None where all of them are empty."""
    values: dict[str, RawCell] = {}
    formulas: list[str] = []
    for index, name in places:
        if index >= len(cells):
            continue
        cell = cells[index]
        value = cell.value
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if cell.data_type in FORMULA_OR_ERROR:
            formulas.append(name)
            value = str(value)
        values[name] = value
    return RawRow(number, values, frozenset(formulas)) if values else None


def _examples(sheet: Sheet) -> tuple[dict[str, str], ...]:
    """Give the template's example row as it is read back, in each language: it is not data."""
    return tuple(
        {
            column.name: shown_example(column, language)
            for column in sheet.columns
            if shown_example(column, language)
        }
        for language in ("vi", "en")
    )


def shown_example(column: Column, language: str) -> str:
    """Give what the example row shows in a column."""
    choice = next((one for one in column.choices if one.code == column.example), None)
    return column.example if choice is None else choice.shown(language)


def _written(row: RawRow) -> dict[str, str]:
    return {name: str(value) for name, value in row.cells.items()}


_KEEP_ONE = Text("Hãy giữ một và bỏ cái kia.", "Keep one and take the other away.")


def _twice(title: str) -> Text:
    return Text(f"“{title[:60]}” có hai lần.", f"“{title[:60]}” is there twice.")


def _sheet_problem(sheet: Sheet, text: Text, remedy: Text) -> Problem:
    return Problem(sheet.code, 0, "", text, remedy)


def _too_many(rows: int) -> Text:
    return Text(
        f"Tệp có hơn {rows} dòng. Hãy chia thành nhiều tệp.",
        f"The file has more than {rows} rows. Split it into several.",
    )
