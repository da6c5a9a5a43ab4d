"""Codes of what can only be found where people, units and records are at hand: when publishing."""

from __future__ import annotations

from luongviec.engine.checker.codes import register
from luongviec.engine.text import Text

_TITLES = {
    "E202": Text(
        "Vai trò không có người ở đơn vị đang có hồ sơ",
        "A role without anybody in units that have records",
    ),
    "E204": Text("Số phiếu cần lớn hơn số người", "More voices needed than there are people"),
    "W205": Text(
        "Chuỗi ủy quyền vòng tròn hoặc tới tài khoản đã khóa",
        "A chain of deputies in a circle or to a closed account",
    ),
    "W206": Text("Chỉ một người làm được", "One person only can do it"),
    "E403": Text("Mẫu chữ lỗi với hồ sơ thật", "A template that fails on a real record"),
    "W406": Text("Người nhận không có kênh nào", "No channel reaches a recipient"),
    "E501": Text(
        "Trạng thái, vai trò hay trường bị bỏ khi còn hồ sơ",
        "A status, role or field goes away while records have it",
    ),
}

for _code, _title in _TITLES.items():
    register(
        _code,
        _title,
        Text(f"{_title.vi}: {{detail}}.", f"{_title.en}: {{detail}}."),
        Text(
            "Cần dữ liệu tổ chức: kiểm tra khi công bố.", "Needs the organisation: checked when publishing."
        ),
    )

#: Codes that a check of files alone never gives.
NEEDS_ORGANISATION = frozenset(_TITLES)
