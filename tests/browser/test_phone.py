"""On a phone: the menu in a drawer, the bar at the bottom, the main action under the thumb."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People
from tests.browser.doing import dialog, expect_status
from tests.browser.seeding import make_tasks
from tests.web.town import Town

pytestmark = pytest.mark.browser


def test_a_task_is_accepted_and_spoken_of_on_a_phone(people: People, town: Town) -> None:
    make_tasks(town)
    page = people.sign_in("bao", phone=True)
    expect(page.get_by_role("navigation", name="Điều hướng nhanh")).to_be_visible()
    page.get_by_role("link", name="Mở trình đơn").click()
    page.get_by_role("navigation", name="Điều hướng chính").get_by_role(
        "link", name="Nhiệm vụ được giao"
    ).click()
    page.get_by_role("link", name="Rà soát danh mục dịch vụ công trực tuyến").click()
    bar = page.locator(".phone-actions")
    bar.get_by_role("button", name="Tiếp nhận").click()
    expect_status(page, "Đang thực hiện")
    expect(page.get_by_text("Bước 2/4: Đang thực hiện")).to_be_visible()

    page.get_by_role("tab", name="Trao đổi").click()
    page.get_by_label("Nội dung trao đổi").fill("Đã nhận, sẽ gửi trước thứ Năm.")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_text("Đã nhận, sẽ gửi trước thứ Năm.")).to_be_visible()

    bar.get_by_role("button", name="Thao tác khác").click()
    bar.get_by_text("Tạo nhiệm vụ con").click()
    expect(dialog(page).get_by_label("Chỉ đạo/bút phê")).to_be_visible()


def test_pages_work_without_scripts(people: People, town: Town) -> None:
    task = make_tasks(town)
    context = people.browser.new_context(base_url=people.address, java_script_enabled=False)
    people.contexts.append(context)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill("bao")
    page.get_by_label("Mật khẩu", exact=True).fill("Mat-khau-thu-2026")
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto(f"/r/{task}")
    page.get_by_label("Nội dung trao đổi").fill("Không cần script.")
    page.get_by_role("button", name="Gửi", exact=True).last.click()
    expect(page.get_by_text("Không cần script.")).to_be_visible()
    page.get_by_role("link", name="Chuyển xử lý…").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chuyển xử lý")
    page.locator("textarea[name=reason]").fill("Nhờ chị xử lý.")
    page.get_by_role("button", name="Chuyển xử lý").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(page.locator("textarea[name=reason]")).to_have_value("Nhờ chị xử lý.")
