"""An administrator makes a group, puts somebody in; what it gives opens at that person's next click."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People

pytestmark = pytest.mark.browser


@pytest.mark.requirement("U-35", "U-05", "U-06", "U-09", "W-03", "W-37", "C-90")
def test_from_a_new_group_to_the_next_click_of_its_member(people: People) -> None:
    member = people.sign_in("bao", at="")
    member.goto("/settings/audit")
    expect(member.get_by_role("heading", level=1)).to_contain_text("Bạn chưa được phép")

    admin = people.sign_in("tung", at="")
    admin.goto("/settings/groups")
    admin.get_by_role("link", name="Thêm nhóm").click()
    admin.get_by_label("Tên nhóm").fill("Tổ kiểm tra")
    admin.get_by_role("button", name="Lưu và đóng").click()
    expect(admin.get_by_role("heading", name="Tổ kiểm tra")).to_be_visible()

    admin.get_by_role("combobox", name="Thêm người").fill("quoc bao")
    admin.get_by_role("option", name=re.compile("Trần Quốc Bảo")).click()
    admin.get_by_role("button", name="Thêm vào nhóm").click()
    expect(admin.get_by_role("rowheader", name=re.compile("Trần Quốc Bảo"))).to_be_visible()

    admin.get_by_role("link", name="Quyền của nhóm").click()
    admin.get_by_role("checkbox", name=re.compile("Xem nhật ký quản trị")).check()
    admin.get_by_role("button", name="Xem thay đổi").click()
    expect(admin.get_by_role("row", name=re.compile("Xem nhật ký quản trị"))).to_contain_text("1")
    admin.get_by_role("button", name="Lưu").click()
    expect(admin.get_by_text("có hiệu lực ngay")).to_be_visible()

    member.reload()
    expect(member.get_by_role("heading", name="Nhật ký thay đổi")).to_be_visible()
    expect(member.get_by_role("listitem").filter(has_text="Đổi quyền của nhóm")).to_be_visible()
