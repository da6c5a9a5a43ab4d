"""The settings area in a browser: no violation of WCAG, pickers and dialogs by keyboard and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import People
from tests.browser.test_accessibility import AXE, violations
from tests.web.town import PASSWORD, Town

pytestmark = pytest.mark.browser

PARAMETERS = "/settings/parameters"


def pages_of(town: Town) -> dict[str, tuple[str, ...]]:
    """Give the addresses of every kind of page that an administrator opens, by what they are about."""
    unit, person = town.units["science"], town.users["thuha"]
    at_unit, at_person = f"/settings/units/{unit}", f"/settings/accounts/{person}"
    return {
        "units": (
            "/settings/units", "/settings/units?show=missing", at_unit, f"{at_unit}?tab=information",
            f"{at_unit}?tab=people", f"{at_unit}?tab=administrators", f"{at_unit}?tab=history",
            f"{at_unit}/move", f"{at_unit}/delete", f"/settings/units/new?parent={unit}",
            "/settings/unit-changes", "/settings/unit-changes/new", "/settings/unit-changes/new/merge",
        ),
        "people": (
            "/settings/accounts", at_person, f"{at_person}/edit", f"{at_person}/delete",
            f"{at_person}/first-password", "/settings/accounts/new", "/settings/import", "/settings/sign-ins",
        ),
        "rights": (
            "/settings/roles", "/settings/roles/assigning/head", "/settings/groups", "/settings/groups/new",
            "/settings/groups/system_admin", "/settings/groups/task_admin/functions", "/settings/rights",
            "/settings/person-functions", f"/settings/person-functions/{person}", "/settings/audit",
        ),
        "platform": ("/settings", "/settings/modules/task", PARAMETERS, f"{PARAMETERS}?unit={unit}"),
    }  # fmt: skip


@pytest.mark.parametrize("about", ["units", "people", "rights", "platform"])
@pytest.mark.parametrize("phone", [False, True])
def test_no_page_has_a_violation_or_is_wider_than_the_screen(
    people: People, town: Town, phone: bool, about: str
) -> None:
    page = people.sign_in("tung", phone=phone, at="")
    page.add_init_script(path=AXE)
    found = []
    for address in pages_of(town)[about]:
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        found += violations(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address} is wider than the screen")
    assert found == []


def picker(page: Page) -> tuple[Locator, Locator]:
    """Give the search box of the picker of units, and its chips."""
    box = page.get_by_role("combobox", name="Đặt riêng cho một đơn vị")
    return box, page.locator("[data-settings-picker] [data-chosen] > li")


@pytest.mark.requirement("W-44")
def test_a_picker_works_by_keyboard_alone(people: People) -> None:
    page = people.sign_in("tung", at="")
    page.add_init_script(path=AXE)
    page.goto(PARAMETERS)
    box, chips = picker(page)
    options = page.locator("[role=listbox] [role=option]")
    marked = page.locator("[role=option][aria-selected=true]")
    box.focus()
    box.press_sequentially("s")
    expect(page.get_by_role("status").filter(has_text="hai chữ").first).to_be_visible()
    box.press_sequentially("o y t")
    expect(options).to_have_count(1)
    assert violations(page) == []
    box.press("Escape")
    expect(options.first).to_be_hidden()

    box.fill("")
    box.press_sequentially("phong")
    expect(options).to_have_count(3)
    expect(marked).to_contain_text("Phòng Chuyển đổi số")
    box.press("ArrowUp")
    expect(marked).to_contain_text("Phòng Nghiệp vụ Y")
    expect(marked).to_contain_text("Sở Y tế")  # its place in the tree
    box.press("Enter")
    expect(chips).to_contain_text(["Phòng Nghiệp vụ Y"])
    expect(box).to_be_focused()
    box.press("Backspace")
    expect(chips).to_have_count(0)


@pytest.mark.requirement("W-37", "C-30")
def test_parameters_are_saved_after_a_summary(people: People) -> None:
    page = people.sign_in("tung", at="")
    page.goto(PARAMETERS)
    page.get_by_label("Giới hạn tệp nhiệm vụ").fill("2000")
    page.get_by_role("button", name="Xem thay đổi…").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy nhập từ 1 đến 1024.")
    expect(page.get_by_label("Giới hạn tệp nhiệm vụ")).to_have_value("2000")
    page.get_by_label("Giới hạn tệp nhiệm vụ").fill("32")
    page.get_by_role("button", name="Xem thay đổi…").click()
    summary = page.get_by_role("row", name="Giới hạn tệp nhiệm vụ")
    expect(summary).to_contain_text("16 MB")
    expect(summary).to_contain_text("32 MB")
    page.get_by_role("button", name="Lưu 1 thay đổi").click()
    expect(page.get_by_text("Đã lưu 1 thay đổi.")).to_be_visible()
    expect(page.get_by_label("Giới hạn tệp nhiệm vụ")).to_have_value("32")
    page.get_by_label("Trở về 16 MB, theo mặc định").check()
    page.get_by_role("button", name="Xem thay đổi…").click()
    page.get_by_role("button", name="Lưu 1 thay đổi").click()
    expect(page.get_by_label("Giới hạn tệp nhiệm vụ")).to_have_value("16")


@pytest.mark.requirement("A-13", "A-14", "W-23")
def test_the_launcher_opens_administration_in_a_new_tab(people: People) -> None:
    page = people.sign_in("tung", at="")
    page.add_init_script(path=AXE)
    page.goto("/")
    page.get_by_text("Ứng dụng", exact=True).click()
    assert violations(page) == []
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Quản trị nhiệm vụ").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Quản trị nhiệm vụ")
    expect(opened.value.get_by_role("link", name="Về không gian làm việc")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Quản trị nhiệm vụ")).to_be_hidden()


def test_a_picker_is_large_enough_for_a_thumb(people: People) -> None:
    page = people.sign_in("tung", phone=True, at="")
    page.goto(PARAMETERS)
    box, chips = picker(page)
    box.tap()
    page.keyboard.type("so")
    option = page.get_by_role("option", name="Sở Y tế").first
    size = option.bounding_box()
    assert size is not None
    assert size["height"] >= 44
    option.tap()
    remove = chips.get_by_role("button", name="Bỏ Sở Y tế")
    size = remove.bounding_box()
    assert size is not None
    assert min(size["width"], size["height"]) >= 32
    remove.tap()
    expect(chips).to_have_count(0)


def test_pickers_and_forms_work_without_scripts(people: People, town: Town) -> None:
    context = people.browser.new_context(base_url=people.address, java_script_enabled=False)
    people.contexts.append(context)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill("tung")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto(PARAMETERS)
    page.get_by_label("Đặt riêng cho một đơn vị").fill("y te")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sở Y tế")
    page.goto(PARAMETERS)
    page.get_by_label("Đặt riêng cho một đơn vị").fill("phong")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("radio", name="Phòng Nghiệp vụ Y").check()
    page.get_by_label("Đặt riêng cho một đơn vị").fill("")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phòng Nghiệp vụ Y")
