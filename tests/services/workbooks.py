"""Workbooks for tests: made by one library, read back by another."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from python_calamine import CalamineWorkbook

Rows = Sequence[Sequence[object]]

UNIT_HEADS = ("Mã đơn vị", "Mã đơn vị cấp trên", "Tên đơn vị", "Loại đơn vị", "Thứ tự")
PEOPLE_HEADS = ("Tên đăng nhập", "Họ và tên", "Số định danh", "E-mail", "Điện thoại", "Quản lý trực tiếp")
POST_HEADS = ("Tên đăng nhập", "Mã đơn vị", "Vị trí", "Chức danh", "Thứ tự")
ROLE_HEADS = ("Mã đơn vị", "Vai trò", "Tên đăng nhập")


def workbook(sheets: Mapping[str, Rows]) -> io.BytesIO:
    """Give a file with these sheets, cells as they are."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        tab = book.create_sheet(title)
        for row in rows:
            tab.append(list(row))
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def organisation(
    *, units: Iterable[Sequence[object]] = (), people: Iterable[Sequence[object]] = (),
    posts: Iterable[Sequence[object]] = (), roles: Iterable[Sequence[object]] = (),
) -> io.BytesIO:  # fmt: skip
    """Give a file to import, its rows in the order of the heads above."""
    return workbook(
        {
            "Đơn vị": [UNIT_HEADS, *units],
            "Người dùng": [PEOPLE_HEADS, *people],
            "Chức vụ": [POST_HEADS, *posts],
            "Vai trò": [ROLE_HEADS, *roles],
        }
    )


def read_back(content: bytes) -> dict[str, list[list[object]]]:
    """Read a workbook with another library than the one that wrote it."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
