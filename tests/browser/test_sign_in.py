"""Signing in and one's own account in a browser: the eye, the rules of a password, axe, phone, no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from luongviec.services.journal.writing import organisation_changed
from luongviec.services.parameters.platform import PREFIX, SETTING_KIND
from luongviec.store.models import Setting
from tests.browser.conftest import People
from tests.browser.test_accessibility import AXE, violations
from tests.web.town import PASSWORD, Town

pytestmark = pytest.mark.browser

BEFORE = ("/sign-in", "/forgotten-password", "/forgotten-password/sent", "/new-password/khong-phai")
INSIDE = (
    "/preferences", "/preferences/password", "/preferences/sessions", "/preferences/second-factor",
    "/preferences/access", "/settings/sign-ins",
)  # fmt: skip


def offer_second_factor(town: Town) -> None:
    with town.platform().transaction() as work:
        work.session.add(Setting(kind=SETTING_KIND, subject=f"{PREFIX}second_factor", value="offered"))
        organisation_changed(work)


@pytest.mark.requirement("A-11", "A-21")
def test_the_eye_shows_and_hides_each_password(people: People) -> None:
    page = people.open()
    page.goto("/sign-in")
    field = page.get_by_label("Mật khẩu", exact=True)
    field.fill(PASSWORD)
    expect(field).to_have_attribute("type", "password")
    page.get_by_role("button", name="Hiện mật khẩu").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hiện mật khẩu").click()
    expect(field).to_have_attribute("type", "password")


@pytest.mark.requirement("A-09", "A-10", "A-12")
def test_a_password_is_changed_from_the_avatar(people: People) -> None:
    page = people.sign_in_by_form("bao")
    page.locator(".account summary").click()
    page.get_by_role("link", name="Quản lý tài khoản").click()
    page.get_by_role("link", name="Đổi mật khẩu").click()
    new = page.get_by_label("Mật khẩu mới", exact=True)
    new.fill("ngắn")
    expect(page.get_by_text("Còn yếu")).to_be_visible()
    new.fill("rừng thông chiều nay")
    expect(page.get_by_text("Mạnh", exact=True)).to_be_visible()
    page.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
    page.get_by_label("Nhập lại mật khẩu mới").fill("rừng thông chiều nay")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đã đổi mật khẩu.")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_pages_have_no_violation_and_fit(people: People, town: Town, phone: bool) -> None:
    offer_second_factor(town)
    visitor = people.open(phone=phone)
    visitor.add_init_script(path=AXE)
    page = people.sign_in("tung", phone=phone, at="")
    page.add_init_script(path=AXE)
    found = []
    for one, addresses in ((visitor, BEFORE), (page, INSIDE)):
        for address in addresses:
            one.goto(address)
            found += violations(one)
            if phone:
                assert one.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.goto("/preferences/second-factor")
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page.get_by_role("img", name="Mã QR")).to_be_visible()
    found += violations(page)
    assert found == []


def test_everything_works_without_a_script(people: People) -> None:
    context = people.browser.new_context(base_url=people.address, java_script_enabled=False, locale="vi-VN")
    people.contexts.append(context)
    page = context.new_page()
    page.goto("/forgotten-password")
    page.get_by_label("Tên đăng nhập").fill("khong-ai")
    page.get_by_role("button", name="Gửi cho tôi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hãy xem hộp thư và điện thoại")
    page.get_by_role("link", name="Về trang đăng nhập").click()
    page.get_by_label("Tên đăng nhập").fill("bao")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto("/preferences/sessions")
    page.get_by_role("button", name="Đăng xuất mọi nơi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
