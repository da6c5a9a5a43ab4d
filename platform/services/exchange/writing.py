"""Writing workbooks and CSV: templates, exports, and an import's own file with its problems marked.

Nothing that is written can be taken for a formula: text is text by its type, and a text that begins
like one is marked as quoted (workbook) or gets an apostrophe (CSV).
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from luongviec.engine.text import Text
from luongviec.services.exchange.cells import Level, Problem, RawBook, RawCell
from luongviec.services.exchange.exporting import Written
from luongviec.services.exchange.reading import shown_example
from luongviec.services.exchange.sheets import Cell, Choice, Column, Sheet, SheetCode
from luongviec.services.files.tables import FORMULA_SIGNS, OutColumn, OutTable, csv_lines

HELP = Text("Hướng dẫn", "Instructions")
LISTS = Text("Danh mục", "Lists")
PROBLEMS = Text("Vấn đề", "Problems")
VALIDATED_ROWS = 20_000
_HEAD_FILL = PatternFill("solid", start_color="FFE8EEFB")
_ERROR_FILL = PatternFill("solid", start_color="FFFBD5D5")
_WARNING_FILL = PatternFill("solid", start_color="FFFDF0C8")


def write_template(
    sheets: Sequence[Sheet], language: str, instructions: Sequence[Text] | None = None
) -> bytes:
    """Give an empty workbook: what to write, the lists to choose from, an example row in each sheet.

    Args:
        instructions: what stands on the first sheet, if it is not about the organisation.
    """
    return _Book(sheets, language, INSTRUCTIONS if instructions is None else instructions).saved()


def write_export(parts: Iterable[tuple[Sheet, Sequence[Written]]], language: str) -> bytes:
    """Give a workbook of the same form with rows in it."""
    found = list(parts)
    book = _Book([sheet for sheet, _ in found], language)
    for sheet, rows in found:
        for row in rows:
            book.add(sheet, row)
    return book.saved()


def write_csv(sheet: Sheet, rows: Iterable[Written], language: str) -> bytes:
    """Give one sheet as CSV that spreadsheets read: UTF-8 with a mark, no cell a formula."""
    columns = [OutColumn(column.heading(language)) for column in sheet.columns]
    cells = ([shown(row.get(column.name), language) for column in sheet.columns] for row in rows)
    return "".join(csv_lines(OutTable("", columns, cells), UTC)).encode()


def write_marked(raw: RawBook, problems: Sequence[Problem], language: str) -> bytes:
    """Give the rows of a file again, cells with problems coloured and explained, and a list of all."""
    book = Workbook(write_only=True)
    listed = book.create_sheet(PROBLEMS.in_language(language))
    listed.freeze_panes = "A2"
    for letter, width in zip("ABCDEF", (18, 8, 8, 12, 60, 60), strict=True):
        listed.column_dimensions[letter].width = width
    heads = [
        Text("Trang tính", "Sheet"), Text("Dòng", "Row"), Text("Cột", "Column"), Text("Mức", "Level"),
        Text("Vấn đề", "Problem"), Text("Cách sửa", "What to do"),
    ]  # fmt: skip
    listed.append([_head(listed, one.in_language(language)) for one in heads])
    titles = {code: sheet.sheet.title.in_language(language) for code, sheet in raw.sheets.items()}
    marked: dict[tuple[SheetCode, int], dict[str, list[Problem]]] = defaultdict(lambda: defaultdict(list))
    for one in problems:
        level = LEVELS[one.level].in_language(language)
        cells = (
            titles.get(one.sheet, "") if one.sheet else "", one.row or "", one.letter, level,
            one.text.in_language(language), one.remedy.in_language(language),
        )  # fmt: skip
        listed.append([_cell(listed, cell) for cell in cells])
        if one.sheet is not None and one.row:
            marked[one.sheet, one.row][one.column].append(one)
    for code, found in raw.sheets.items():
        tab = book.create_sheet(titles[code])
        tab.freeze_panes = "A2"
        columns = [column for column in found.sheet.columns if column.name in found.letters]
        tab.append([_head(tab, column.heading(language)) for column in columns])
        for row in found.rows:
            here = marked.get((code, row.number), {})
            told = [list(here.get(column.name, ())) for column in columns]
            for name, others in here.items():  # of the row as a whole, or of a column that is not there
                if told and name not in found.letters:
                    told[0] += others
            tab.append(
                [
                    _marked(tab, row.cells.get(column.name), own, language)
                    for column, own in zip(columns, told, strict=True)
                ]
            )
    return _saved(book)


LEVELS = {Level.ERROR: Text("Lỗi", "Error"), Level.WARNING: Text("Cảnh báo", "Warning")}


def shown(value: str | int | Choice | None, language: str) -> str | int:
    """Give what stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, Choice):
        return value.label.in_language(language) if value.code in ("yes", "no") else value.shown(language)
    return value


class _Book:
    """A workbook in the making; its sheets are written row by row."""

    def __init__(self, sheets: Sequence[Sheet], language: str, instructions: Sequence[Text] = ()) -> None:
        """`instructions`: then it is a template, with help and an example row."""
        self.language = language
        self._book = Workbook(write_only=True)
        self._book.add_named_style(NamedStyle("as text", number_format="@"))
        self._tabs: dict[SheetCode, Any] = {}
        if instructions:
            self._write_help(sheets, instructions)
        lists = _Lists(sheets, language)
        for sheet in sheets:
            tab = self._tabs[sheet.code] = self._book.create_sheet(sheet.title.in_language(language))
            tab.freeze_panes = "A2"
            for index, column in enumerate(sheet.columns, start=1):
                width = tab.column_dimensions[get_column_letter(index)]
                width.width = column.width
            tab.append([_head(tab, column.heading(language), column, language) for column in sheet.columns])
            if instructions:
                tab.append([self._example(tab, column) for column in sheet.columns])
            lists.validate(tab, sheet)
        lists.write(self._book)

    def add(self, sheet: Sheet, row: Written) -> None:
        """Write one row."""
        tab = self._tabs[sheet.code]
        tab.append([_cell(tab, shown(row.get(column.name), self.language)) for column in sheet.columns])

    def saved(self) -> bytes:
        """Give the file."""
        return _saved(self._book)

    def _example(self, tab: Any, column: Column) -> Any:
        cell = _cell(tab, shown_example(column, self.language))
        if cell is not None:
            cell.font = Font(italic=True, color="FF6B7280")
        return cell

    def _write_help(self, sheets: Sequence[Sheet], instructions: Sequence[Text]) -> None:
        tab = self._book.create_sheet(HELP.in_language(self.language))
        for letter, width in zip("ABC", (26, 34, 90), strict=True):
            tab.column_dimensions[letter].width = width
        for text in instructions:
            line = _cell(tab, text.in_language(self.language))
            tab.append([line])
        for sheet in sheets:
            tab.append([])
            title = _cell(tab, sheet.title.in_language(self.language))
            title.font = Font(bold=True, size=13)
            tab.append([title, None, _cell(tab, sheet.about.in_language(self.language))])
            for column in sheet.columns:
                about = _cell(tab, column.about.in_language(self.language))
                about.alignment = Alignment(wrap_text=True, vertical="top")
                tab.append([None, _cell(tab, column.heading(self.language)), about])


INSTRUCTIONS = (
    Text("Nhập tạo mới và cập nhật; không xóa gì. Ô trống giữ nguyên dữ liệu đang có.",
         "An import makes and updates; it deletes nothing. Empty cells leave what is there."),
    Text("Đơn vị được nhận ra theo mã; người theo tên đăng nhập hoặc số định danh.",
         "Units are recognised by their codes; people by user name or identity number."),
    Text("Dòng ví dụ in nghiêng được bỏ qua khi nhập nếu giữ nguyên. Có thể bỏ trang tính"
         " hoặc cột không dùng.",
         "The example row in italics is left out if it stays as it is. Sheets and columns that you do not"
         " need may be taken away."),
    Text("Không dùng công thức. Cột chữ và số được định dạng văn bản để giữ số 0 ở đầu.",
         "No formulas. Codes and numbers are formatted as text so that leading zeros stay."),
)  # fmt: skip


class _Lists:
    """The lists behind drop-downs: on a sheet of their own, because a cell's rule holds 255 letters."""

    def __init__(self, sheets: Sequence[Sheet], language: str) -> None:
        self._language = language
        self._columns: dict[tuple[str, ...], str] = {}
        for sheet in sheets:
            for column in sheet.columns:
                if column.choices:
                    self._columns.setdefault(self._shown(column), get_column_letter(len(self._columns) + 1))

    def validate(self, tab: Any, sheet: Sheet) -> None:
        """Give the columns of a sheet their drop-down lists and rules."""
        for index, column in enumerate(sheet.columns, start=1):
            rule = self._rule(column)
            if rule is not None:
                letter = get_column_letter(index)
                rule.add(f"{letter}2:{letter}{VALIDATED_ROWS}")
                tab.data_validations.append(rule)

    def write(self, book: Workbook) -> None:
        """Write the sheet of lists."""
        if not self._columns:
            return
        tab = book.create_sheet(LISTS.in_language(self._language))
        tab.sheet_state = "hidden"
        lists = list(self._columns)
        for index in range(max(len(one) for one in lists)):
            tab.append([_cell(tab, one[index] if index < len(one) else "") for one in lists])

    def _shown(self, column: Column) -> tuple[str, ...]:
        return tuple(str(shown(choice, self._language)) for choice in column.choices)

    def _rule(self, column: Column) -> DataValidation | None:
        if column.choices:
            listed = self._shown(column)
            letter, title = self._columns[listed], quote_sheetname(LISTS.in_language(self._language))
            rule = DataValidation(
                type="list", formula1=f"{title}!${letter}$1:${letter}${len(listed)}", allow_blank=True
            )
        elif column.cell is Cell.WHOLE:
            rule = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="1", allow_blank=True)
        else:
            return None
        rule.showErrorMessage = True
        rule.error = column.about.in_language(self._language)[:250]
        return rule


def _head(tab: Any, text: str, column: Column | None = None, language: str = "vi") -> Any:
    cell = _cell(tab, text)
    cell.font, cell.fill = Font(bold=True), _HEAD_FILL
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if column is not None:
        cell.comment = _comment(column.about.in_language(language))
    return cell


def _cell(tab: Any, value: str | int) -> Any:
    """Give a cell whose text is nothing but text; None for an empty one."""
    if value == "":
        return None
    cell: Any = WriteOnlyCell(tab, value=value if isinstance(value, int) else "")
    if isinstance(value, str):
        cell.style = "as text" if "as text" in tab.parent.named_styles else "Normal"
        cell._value, cell.data_type = value, "s"  # set past openpyxl, which takes “=…” for a formula
        if value.startswith(FORMULA_SIGNS):
            cell.quotePrefix = True
    return cell


def _marked(tab: Any, value: RawCell, problems: Sequence[Problem], language: str) -> Any:
    plain = (
        value
        if isinstance(value, int) and not isinstance(value, bool)
        else ""
        if value is None
        else str(value)
    )
    cell = _cell(tab, plain)
    if problems:
        cell = cell or WriteOnlyCell(tab, value=None)
        is_error = any(one.level is Level.ERROR for one in problems)
        cell.fill = _ERROR_FILL if is_error else _WARNING_FILL
        cell.comment = _comment(
            "\n".join(
                f"{one.text.in_language(language)} {one.remedy.in_language(language)}" for one in problems
            )
        )
    return cell


def _comment(text: str) -> Comment:
    return Comment(text, "Luồng Việc", height=90, width=320)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
