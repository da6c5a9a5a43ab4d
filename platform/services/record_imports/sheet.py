"""The sheet of a module's records: one column for each control of its create form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from luongviec.engine.model import FieldType
from luongviec.engine.text import Text
from luongviec.forms.form import Control
from luongviec.forms.opening import OpenForm
from luongviec.services.exchange.sheets import YES_NO, Cell, Choice, Column, Sheet, SheetCode

#: Who and what a cell names by name: found as the form's own picker would find it.
NAMED = frozenset({FieldType.USER, FieldType.UNIT, FieldType.RECORD})
SEVERAL = Text("Nhiều giá trị cách nhau bằng dấu chấm phẩy.", "Several are parted by semicolons.")
BY_NAME = Text(
    "Ghi tên; trùng tên thì thêm tên đăng nhập hoặc mã đơn vị trong ngoặc vuông.",
    "The name; where names are alike, the user name or the unit's code in square brackets.",
)
INSTRUCTIONS = (
    Text("Mỗi dòng tạo một hồ sơ mới, như khi điền biểu mẫu. Không sửa hồ sơ đang có.",
         "Each row makes a new record, as the form would. Nothing that is there is changed."),
    Text("Ô trống lấy giá trị mặc định của biểu mẫu. Cột không dùng thì bỏ đi cũng được.",
         "An empty cell takes what the form begins with. Columns that you do not need may be taken away."),
    Text("Dòng ví dụ in nghiêng được bỏ qua nếu giữ nguyên. Không dùng công thức.",
         "The example row in italics is left out if it stays as it is. No formulas."),
)  # fmt: skip
_EXAMPLES = {
    FieldType.DATE: "31/12/2026", FieldType.DATETIME: "31/12/2026 17:00", FieldType.NUMBER: "1",
    FieldType.DURATION: "2 ngày",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where the value of a column goes in the form: beside the rows, or in the one row of a record."""

    column: str
    control: Control
    rows: str | None = None

    @property
    def path(self) -> str:
        """The dotted name of the control in the form."""
        return self.column if self.rows is None else f"{self.rows}.0.{self.column}"


def places_of(form: OpenForm) -> tuple[Place, ...]:
    """Give the columns of a create form in order; files and further blocks have none."""
    spread = form.desk.module.actions["create"].spread
    rows = None if spread is None else spread.removeprefix("input.")
    return tuple(_places(form.form.controls, rows))


def _places(controls: Sequence[Control], rows: str | None) -> Iterator[Place]:
    for control in controls:
        if control.name == rows:
            for column in control.columns:
                if not column.common and not column.is_rows and column.field.type != FieldType.FILES:
                    yield Place(column.name, column, control.name)
        elif not control.is_rows and control.field.type != FieldType.FILES:
            yield Place(control.name, control)


def sheet_of(form: OpenForm) -> Sheet:
    """Give the sheet that the create form of a module makes."""
    module = form.desk.module
    about = Text("Mỗi dòng tạo một hồ sơ.", "Each row makes one record.")
    columns = tuple(_column(place) for place in places_of(form))
    return Sheet(SheetCode.RECORDS, module.name, about, columns)


def _column(place: Place) -> Column:
    field = place.control.field
    needed = place.control.required
    parts = [Text("Bắt buộc.", "Needed.") if needed else Text("Không bắt buộc.", "May stay empty.")]
    parts += [field.note] if field.note else []
    parts += [BY_NAME] if field.type in NAMED else []
    parts += [SEVERAL] if field.many else []
    about = Text(" ".join(one.vi for one in parts), " ".join(one.in_language("en") for one in parts))
    cell = Cell.TEXT
    choices: tuple[Choice, ...] = ()
    if field.type == FieldType.BOOLEAN:
        cell, choices = Cell.YES_NO, YES_NO
    elif field.type == FieldType.CHOICE and not field.many:
        cell, choices = Cell.CHOICE, tuple(Choice(one.code, one.label) for one in field.options)
    example = choices[0].code if choices else _EXAMPLES.get(FieldType(field.type), "")
    # Two controls may have one label; the code beside it tells them apart.
    return Column(
        place.column, field.label, about, cell, longest=5_000, width=30, choices=choices, code=place.column,
        example=example or ("…" if needed else ""),
    )  # fmt: skip
