"""A list by keyboard: rows, branches of its tree, filters, columns."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from luongviec.services.records import changing
from tests.browser.conftest import People
from tests.browser.seeding import YES, make_tasks
from tests.web.town import Town

pytestmark = pytest.mark.browser


@pytest.mark.requirement("T-13")
def test_a_list_is_walked_opened_narrowed_and_ordered_by_keys(people: People, town: Town) -> None:
    parent = make_tasks(town)
    raw = {
        "assigning": str(town.units["science"]), "assigner": str(town.users["bao"]), "name": "Việc của phòng",
        "recipients": [{"executing": str(town.units["digital"])}],
    }  # fmt: skip
    changing.create_record(
        town.platform(), town.actor("bao"), "task", raw, owner_id=parent, relation="children", answers=YES
    )
    page = people.sign_in("bao", at="")
    page.goto("/m/task/of_my_unit?view=tree&sort=due_at")
    page.keyboard.press("j")
    expect(page.locator("[data-row-link]").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Việc của phòng", exact=True)).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_text("1 hồ sơ đã chọn")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Việc của phòng", exact=True)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("link", name="Việc của phòng", exact=True)).to_have_count(0)
    page.keyboard.press(".")
    expect(page.get_by_role("link", name="Tạo nhiệm vụ con").first).to_be_visible()
    page.keyboard.press("Escape")

    page.goto("/m/task/of_my_unit")
    page.get_by_text("Bộ lọc khác").click()
    page.locator(".nested-filter > summary").filter(has_text="Đơn vị thực hiện").click()
    page.get_by_role("combobox", name="Đơn vị thực hiện").fill("y te")
    page.get_by_role("option", name="Sở Y tế").click()
    page.locator(".nested-filter[open]").get_by_role("button", name="Lọc").click()
    expect(page.get_by_text("Không có hồ sơ nào khớp")).to_be_visible()
    page.get_by_role("link", name="Bỏ lọc Đơn vị thực hiện").click()

    page.get_by_text("Cột", exact=True).click()
    page.get_by_role("checkbox", name="Thẻ").check()
    page.get_by_role("link", name="Đưa cột Hạn xử lý lên trước").click()
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.get_by_role("columnheader").nth(2)).to_contain_text("Hạn xử lý")
    expect(page.get_by_role("columnheader", name="Thẻ")).to_be_visible()
