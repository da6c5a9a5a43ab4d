"""A person fills the form that makes records: broken connection, another device, a clash, further blocks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People
from tests.browser.doing import pick

pytestmark = pytest.mark.browser


@pytest.mark.requirement("T-15", "T-43", "T-45", "T-49", "T-113", "W-28")
def test_what_is_typed_survives_and_what_clashes_is_mended_with_one_press(people: People) -> None:
    page = people.sign_in("tuan", at="")
    page.goto("/m/task/new")
    page.get_by_role("textbox", name="Nhiệm vụ").fill("Rà soát thủ tục")
    pick(page, "Đơn vị thực hiện", "so khoa", "Sở Khoa học và Công nghệ")
    pick(page, "Người thực hiện", "bao", "Trần Quốc Bảo")
    pick(page, "Người giao", "khanh", "Lê Văn Khánh")
    state = page.locator("[data-draft-state]")
    expect(state).to_contain_text("Đã lưu nháp lúc")
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Chỉ đạo").fill("Viết khi mất mạng")
    expect(state).to_contain_text("Chưa lưu nháp được")
    page.context.set_offline(False)
    people.complaints[:] = [one for one in people.complaints if "ERR_INTERNET_DISCONNECTED" not in one]
    page.get_by_role("textbox", name="Chỉ đạo").fill("Viết khi có mạng lại")
    expect(state).to_contain_text("Đã lưu nháp lúc")

    page.reload()  # goes on in the same draft
    page.get_by_role("textbox", name="Chỉ đạo").fill("Viết sau khi tải lại")
    expect(state).to_contain_text("Đã lưu nháp lúc")

    other = people.sign_in("tuan", at="")
    other.goto("/m/task/new")
    other.get_by_role("link", name="Mở bản nháp").click()
    expect(other.get_by_role("textbox", name="Chỉ đạo")).to_have_value("Viết sau khi tải lại")
    pick(other, "Người theo dõi", "bao", "Trần Quốc Bảo")
    panel = other.get_by_role("complementary", name="Trước khi gửi")
    expect(panel).to_contain_text("Thông báo sẽ gửi")
    panel.get_by_role("button", name="Bỏ Quốc Bảo khỏi “Người theo dõi”").click()
    expect(panel).not_to_contain_text("vừa ở")
    other.get_by_role("button", name="Thêm nhiệm vụ").click()
    second = other.get_by_role("group", name="Nhiệm vụ 2")
    second.get_by_role("textbox", name="Nhiệm vụ").fill("Tổng hợp")
    pick(second, "Đơn vị thực hiện", "y te", "Sở Y tế")
    second.get_by_role("button", name="Nhân bản").click()
    third = other.get_by_role("group", name="Nhiệm vụ 3")
    expect(third.get_by_role("textbox", name="Nhiệm vụ")).to_have_value("Tổng hợp")
    expect(third).to_contain_text("Sở Y tế")
    second.get_by_role("button", name="Xóa", exact=True).click()
    expect(other.get_by_role("group", name="Nhiệm vụ 3")).to_have_count(0)
    other.get_by_role("button", name="Giao nhiệm vụ mới").click()
    expect(other.get_by_text("Đã tạo 2 hồ sơ.")).to_be_visible()
    other.goto("/my/drafts")
    expect(other.get_by_text("Bạn chưa có bản nháp nào.")).to_be_visible()
