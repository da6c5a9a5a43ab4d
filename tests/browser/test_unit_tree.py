"""The unit tree by keys, by searching and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People

pytestmark = pytest.mark.browser


@pytest.mark.requirement("C-59", "E-10", "O-12")
def test_keys_move_in_the_tree_and_open_branches(people: People) -> None:
    page = people.sign_in("tung", at="")
    page.goto("/settings/units")
    tree = page.get_by_role("tree", name="Cây đơn vị")
    root = tree.get_by_role("treeitem", name="UBND tỉnh Bình An")
    health = tree.get_by_role("treeitem", name="Sở Y tế")
    root.focus()
    page.keyboard.press("End")
    expect(tree.get_by_role("treeitem", name="Sở Tài chính")).to_be_focused()
    page.keyboard.press("Home")
    expect(root).to_be_focused()
    page.keyboard.type("so y")
    expect(health).to_be_focused()
    expect(health).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    clinic = tree.get_by_role("treeitem", name="Phòng Nghiệp vụ Y")
    expect(clinic).to_be_visible()
    expect(health).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowRight")
    expect(clinic).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(health).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(clinic).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Sở Y tế")).to_be_visible()
    expect(health).to_have_attribute("aria-selected", "true")
    expect(tree.locator("[tabindex='0']")).to_have_count(1)


@pytest.mark.requirement("O-12", "C-63", "C-70", "E-18")
def test_a_unit_is_found_while_typing_and_its_people_are_changed(people: People) -> None:
    page = people.sign_in("tung", at="")
    page.goto("/settings/units")
    page.get_by_role("searchbox", name="Tìm đơn vị").fill("khoa hoc")
    page.get_by_role("link", name="Sở Khoa học và Công nghệ").click()
    card = page.get_by_role("region", name="Đơn vị thực hiện nhiệm vụ")
    heads = card.get_by_role("combobox", name="Thủ trưởng đơn vị")
    heads.fill("bui duc")
    page.get_by_role("option", name="Bùi Đức Long").click()
    card.get_by_role("button", name="Bỏ Trần Quốc Bảo").click()
    page.get_by_role("button", name="Lưu", exact=True).last.click()
    expect(page.get_by_text("Đã lưu vai trò của Sở Khoa học và Công nghệ.")).to_be_visible()
    expect(card.get_by_text("Bùi Đức Long")).to_be_visible()
    expect(card.get_by_text("Trần Quốc Bảo")).to_have_count(0)


@pytest.mark.requirement("U-11", "U-18")
def test_on_a_phone_one_goes_down_the_tree_page_by_page(people: People) -> None:
    page = people.sign_in("tung", phone=True, at="")
    page.goto("/settings/units")
    page.get_by_role("treeitem", name="Sở Khoa học và Công nghệ").click()
    expect(page.get_by_role("tree")).to_be_hidden()
    page.locator("summary", has_text="Đơn vị trực thuộc").click()
    page.get_by_role("link", name="Phòng Chuyển đổi số").click()
    expect(page.get_by_role("heading", level=2, name="Phòng Chuyển đổi số")).to_be_visible()
    page.get_by_role("link", name="Đang dùng").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Ngừng sử dụng").click()
    expect(page.get_by_role("link", name="Đang ngừng")).to_be_visible()
    page.get_by_role("navigation", name="Đường dẫn").get_by_role("link", name="Cây đơn vị").click()
    expect(page.get_by_role("tree")).to_be_visible()
