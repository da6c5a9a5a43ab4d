"""The sheets of a workbook and their columns: the same for template, export and import.

Sides, slots and kinds of unit come from the published definitions, so a module that brings a side
brings its column. Titles are matched without marks and case, in Vietnamese or English; what stands in
square brackets is the code, which counts before the title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from luongviec.engine.model import Side, Workspace
from luongviec.engine.text import LANGUAGES, Text
from luongviec.store.folding import fold


class SheetCode(StrEnum):
    """The sheets, in the order in which they stand and count."""

    UNITS = "units"
    PEOPLE = "people"
    POSTS = "posts"
    ROLES = "roles"
    RECORDS = "records"  # of a module, in a workbook of its own


class Cell(StrEnum):
    """How the cells of a column are written and read."""

    TEXT = "text"
    PHONE = "phone"  # text that may begin with a plus
    WHOLE = "whole"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a column with a drop-down list."""

    code: str
    label: Text

    def shown(self, language: str) -> str:
        """Give what stands in the cell: the label, and the code that counts."""
        return f"{self.label.in_language(language)} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is ours; `example` is what the template's first row shows."""

    name: str
    title: Text
    about: Text
    cell: Cell = Cell.TEXT
    required: bool = False  # the sheet cannot be read without it
    longest: int = 200
    width: int = 24
    choices: tuple[Choice, ...] = ()
    code: str = ""  # stands in square brackets in the heading
    example: str = ""

    def heading(self, language: str) -> str:
        """Give what stands in the first row."""
        title = self.title.in_language(language)
        return f"{title} [{self.code}]" if self.code else title


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet."""

    code: SheetCode
    title: Text
    about: Text
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Give a column by our name of it."""
        return next(one for one in self.columns if one.name == name)


YES = Choice("yes", Text("Có", "Yes"))
NO = Choice("no", Text("Không", "No"))
YES_NO = (YES, NO)
LANGUAGE_CHOICES = (
    Choice("vi", Text("Tiếng Việt", "Vietnamese")),
    Choice("en", Text("Tiếng Anh", "English")),
)
assert tuple(one.code for one in LANGUAGE_CHOICES) == LANGUAGES  # noqa: S101 (a slip of ours, not of a user)

SIDE = "side:"  # begins our name of the column of a side


def sheets_of(workspace: Workspace) -> tuple[Sheet, ...]:
    """Give the sheets that the published definitions make."""
    return (_units(workspace), _people(), _posts(workspace), _roles(workspace))


def same_heading(written: str, column: Column) -> bool:
    """Whether a cell of the first row names a column."""
    code = bracketed(written)
    if code:
        return code == column.code
    titles = {fold(column.title.in_language(language)) for language in LANGUAGES}
    return fold(written) in titles


def same_title(written: str, sheet: Sheet) -> bool:
    """Whether a tab names a sheet."""
    return fold(written) in {sheet.code.value, *(fold(sheet.title.in_language(one)) for one in LANGUAGES)}


def bracketed(written: str) -> str:
    """Give the code at the end of a text in square brackets, or nothing."""
    text = written.strip()
    return text[text.rindex("[") + 1 : -1].strip() if text.endswith("]") and "[" in text else ""


def chosen(written: str, choices: Sequence[Choice]) -> str | None:
    """Give the code that a cell names: by the code, alone or in brackets, else by the label."""
    text = written.strip()
    code = bracketed(text) or text
    if any(one.code == code for one in choices):
        return code
    wanted = fold(text)
    found = {
        one.code for one in choices if wanted in {fold(one.label.in_language(lang)) for lang in LANGUAGES}
    }
    return found.pop() if len(found) == 1 else None


def slot_choices(sides: Sequence[Side]) -> tuple[Choice, ...]:
    """Give the slots of sides as choices with the code `side.slot`."""
    return tuple(
        Choice(
            f"{side.code}.{slot.code}",
            Text(
                f"{side.name.vi} – {slot.label.vi}",
                f"{side.name.in_language('en')} – {slot.label.in_language('en')}",
            ),
        )
        for side in sides
        for slot in side.slots.values()
    )


def _units(workspace: Workspace) -> Sheet:
    kinds = tuple(Choice(kind.code, kind.name) for kind in workspace.unit_kinds.values())
    plain = next((kind.code for kind in workspace.unit_kinds.values() if not kind.heading), "")
    columns = (
        Column("code", Text("Mã đơn vị", "Unit code"),
               Text("Mã duy nhất; dùng để nhận ra đơn vị đã có. Không đổi được bằng nhập.",
                    "Unique; by it a known unit is recognised. An import cannot change it."),
               required=True, longest=50, width=16, example="SKHCN"),
        Column("parent", Text("Mã đơn vị cấp trên", "Code of the unit above"),
               Text("Có trong tệp hoặc đã có trong hệ thống. Đơn vị mới để trống thì đứng trên cùng.",
                    "In this file or in the system already. A new unit without one stands at the top."),
               longest=50, width=20, example="UBND"),
        Column("name", Text("Tên đơn vị", "Unit name"),
               Text("Bắt buộc với đơn vị mới.", "Needed for a new unit."),
               longest=300, width=44, example="Sở Khoa học và Công nghệ"),
        Column("kind", Text("Loại đơn vị",
                            "Kind of unit"), Text("Chọn trong danh sách.", "Choose from the list."),
               Cell.CHOICE, width=30, choices=kinds, example=plain),
        Column("order", Text("Thứ tự", "Order"),
               Text("Số thứ tự trong đơn vị cấp trên, từ 1. Đơn vị mới để trống thì đứng sau cùng, "
                    "theo thứ tự dòng.",
                    "Place below the unit above, from 1. New units without one come last, as the "
                    "rows stand."),
               Cell.WHOLE, width=9, example="1"),
        *(_side_column(side) for side in workspace.sides.values()),
        Column("active", Text("Đang dùng", "In use"),
               Text("Có hoặc Không. Đơn vị mới để trống là Có.", "Yes or no. A new unit is in use."),
               Cell.YES_NO, width=12, choices=YES_NO, example=YES.code),
    )  # fmt: skip
    about = Text("Mỗi dòng một đơn vị.", "One row for each unit.")
    return Sheet(SheetCode.UNITS, Text("Đơn vị", "Units"), about, columns)


def _side_column(side: Side) -> Column:
    about = Text(
        f"Có: đơn vị mang vai trò “{side.name.vi}”.",
        f"Yes: the unit carries the side “{side.name.in_language('en')}”.",
    )
    example = YES.code if side.belonging else ""
    return Column(
        f"{SIDE}{side.code}", side.name, about, Cell.YES_NO, width=18, choices=YES_NO, code=side.code,
        example=example,
    )  # fmt: skip


def _people() -> Sheet:
    columns = (
        Column("user_name", Text("Tên đăng nhập", "User name"),
               Text("Dùng để nhận ra tài khoản đã có. Tài khoản mới để trống thì được đặt theo quy "
                    "tắc của hệ thống.",
                    "By it a known account is recognised. A new account without one gets it by the "
                    "system's rule."),
               required=True, longest=100, width=20, example="nguyenvana"),
        Column("name", Text("Họ và tên", "Full name"),
               Text("Bắt buộc với tài khoản mới.",
                    "Needed for a new account."), width=30, example="Nguyễn Văn A"),
        Column("identity_number", Text("Số định danh", "Identity number"),
               Text("9 hoặc 12 chữ số, định dạng văn bản để giữ số 0 đầu. Cũng dùng để nhận ra tài khoản.",
                    "9 or 12 digits, as text so that leading zeros stay. It also recognises an account."),
               longest=20, width=18, example="001099000123"),
        Column("email", Text("Thư điện tử", "E-mail"), Text("Địa chỉ thư công vụ.", "Address at work."),
               longest=320, width=32, example="nva@coquan.gov.vn"),
        Column("phone", Text("Điện thoại", "Phone"), Text("Ví dụ 0912 345 678.", "As 0912 345 678."),
               Cell.PHONE, longest=40, width=18, example="0912 345 678"),
        Column("active", Text("Đang dùng", "In use"),
               Text("Không: tài khoản bị ngừng. Tài khoản mới để trống là Có.",
                    "No: the account is switched off. A new account is in use."),
               Cell.YES_NO, width=12, choices=YES_NO, example=YES.code),
        Column("language", Text("Ngôn ngữ", "Language"), Text("vi hoặc en.", "vi or en."),
               Cell.CHOICE, width=18, choices=LANGUAGE_CHOICES, example="vi"),
        Column("managers", Text("Quản lý trực tiếp", "Direct managers"),
               Text("Tên đăng nhập; nhiều người cách nhau bằng dấu chấm phẩy.",
                    "User names; several are parted by semicolons."),
               longest=1000, width=24, example=""),
    )  # fmt: skip
    about = Text(
        "Mỗi dòng một tài khoản. Mật khẩu không nằm trong tệp: sau khi nhập, hãy in phiếu mật khẩu lần đầu.",
        "One row for each account. Passwords are not in the file: print the "
        "first-password sheets afterwards.",
    )
    return Sheet(SheetCode.PEOPLE, Text("Người dùng", "People"), about, columns)


def _posts(workspace: Workspace) -> Sheet:
    slots = slot_choices([side for side in workspace.sides.values() if side.belonging])
    columns = (
        _person_column("nguyenvana"),
        _unit_column("SKHCN"),
        Column("slot", Text("Vị trí", "Place"), Text("Chọn trong danh sách.", "Choose from the list."),
               Cell.CHOICE, required=True, width=34, choices=slots, example=slots[-1].code if slots else ""),
        Column("title", Text("Chức danh",
                             "Title"), Text("Chức danh được hiển thị.", "The title that is shown."),
               width=30, example="Chuyên viên"),
        Column("order", Text("Thứ tự", "Order"),
               Text("Thứ tự chức vụ của người ấy; 1 là chức vụ chính.",
                    "Order of the person's posts; 1 is the main one."),
               Cell.WHOLE, width=9, example="1"),
    )  # fmt: skip
    about = Text("Mỗi dòng một nơi công tác của một người.", "One row for each place where a person works.")
    return Sheet(SheetCode.POSTS, Text("Chức vụ", "Posts"), about, columns)


def _roles(workspace: Workspace) -> Sheet:
    slots = slot_choices([side for side in workspace.sides.values() if not side.belonging])
    columns = (
        _unit_column("SKHCN"),
        Column("slot", Text("Vai trò", "Role"), Text("Chọn trong danh sách.", "Choose from the list."),
               Cell.CHOICE, required=True, width=44, choices=slots, example=slots[-1].code if slots else ""),
        _person_column("nguyenvana"),
    )  # fmt: skip
    about = Text(
        "Mỗi dòng một người trong một vai trò của đơn vị.", "One row for each person in a role of a unit."
    )
    return Sheet(SheetCode.ROLES, Text("Vai trò", "Roles"), about, columns)


def _person_column(example: str) -> Column:
    about = Text("Tên đăng nhập hoặc số định danh.", "User name or identity number.")
    return Column("person", Text("Tên đăng nhập", "User name"), about, required=True, longest=100, width=20,
                  example=example)  # fmt: skip


def _unit_column(example: str) -> Column:
    about = Text("Có trong tệp hoặc đã có trong hệ thống.", "In this file or in the system already.")
    return Column("unit", Text("Mã đơn vị", "Unit code"), about, required=True, longest=50, width=16,
                  example=example)  # fmt: skip
