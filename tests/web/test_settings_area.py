"""The settings area: who sees what of it, the launcher, pickers, and the administration of a module."""

from __future__ import annotations

import re

import pytest

from luongviec.engine.world import SYSTEM
from luongviec.services.units.administrators import set_administrators
from luongviec.services.users.making import NewUser, create_user
from tests.web.conftest import Pages


@pytest.mark.requirement("A-25")
def test_settings_are_for_administrators(pages: Pages) -> None:
    shown = pages.as_("tung").get("/settings")
    assert shown.status_code == 200
    assert "Về không gian làm việc" in shown.text
    refused = pages.as_("phuoc").get("/settings")
    assert refused.status_code == 403
    assert "Đỗ Thanh Tùng" in refused.text  # whom to ask


@pytest.mark.requirement("A-13", "A-25", "U-01", "W-23")
def test_the_launcher_shows_what_one_may_open(pages: Pages) -> None:
    admin = pages.as_("tung").get("/").text
    assert "Ứng dụng" in admin
    assert "Người dùng và đơn vị" in admin
    assert "/settings/modules/task" in admin
    assert "/settings/modules/meeting" in admin
    staff = pages.as_("phuoc").get("/").text
    assert "Ứng dụng" in staff
    assert 'href="/settings' not in staff


@pytest.mark.requirement("A-14")
def test_administration_opens_in_a_tab_of_its_own(pages: Pages) -> None:
    panel = pages.as_("tung").get("/").text.split("launcher-administration")[-1].split("</ul>")[0]
    assert panel.count("<a ") == panel.count('target="_blank" rel="noopener"') >= 4


@pytest.mark.requirement("A-15")
def test_daily_modules_stand_in_the_menu(pages: Pages) -> None:
    menu = pages.as_("bao").get("/").text.split("menu-list")[1].split("</nav>")[0]
    assert "Trang chủ" in menu
    assert "/m/task/" in menu
    assert "/m/meeting/" in menu


@pytest.mark.requirement("A-25", "C-01", "E-01")
def test_the_administration_of_a_module_needs_its_permission(pages: Pages) -> None:
    assert pages.as_("tung").get("/settings/modules/task").status_code == 200
    refused = pages.as_("bao").get("/settings/modules/task")
    assert refused.status_code == 403
    assert "Quản trị phân hệ: Nhiệm vụ" in refused.text
    assert pages.as_("tung").get("/settings/modules/attendance").status_code == 404
    assert pages.as_("tung").get("/settings/modules/nothing").status_code == 404


@pytest.mark.requirement("C-63", "W-44")
def test_a_person_is_found_without_marks(pages: Pages) -> None:
    found = pages.as_("tung").get("/settings/pick/people?q=nguyen+ha").json["candidates"]
    assert [one["label"] for one in found] == ["Nguyễn Thị Thu Hà"]
    assert "Sở Khoa học và Công nghệ" in found[0]["detail"]


def test_pickers_are_for_administrators(pages: Pages) -> None:
    assert pages.as_("phuoc").get("/settings/pick/people?q=ha").status_code == 403
    assert pages.as_("phuoc").get("/settings/pick/units?q=so").status_code == 403


def test_one_letter_finds_nobody_and_says_so(pages: Pages) -> None:
    answer = pages.as_("tung").get("/settings/pick/people?q=h").json
    assert answer["candidates"] == []
    assert "hai chữ" in answer["reason"]


def test_markup_in_names_stays_text(pages: Pages) -> None:
    made = create_user(pages.platform, SYSTEM, NewUser("evil", "<b>Kẻ gian</b>", "Mat-khau-thu-2026"))
    page = pages.as_("tung").get(f"/settings/parameters?unit={pages.town.units['health']}&unit__q=<b>")
    assert "<b>Kẻ" not in page.text
    assert made


@pytest.mark.requirement("A-25", "U-29")
def test_the_menu_of_a_branch_leads_to_no_refusal(pages: Pages) -> None:
    town = pages.town
    grants = {town.users["bao"]: frozenset({"admin.units", "admin.users"})}
    set_administrators(pages.platform, SYSTEM, town.units["science"], grants)
    reader = pages.as_("bao")
    menu = reader.get("/settings").text.split("menu-list")[1].split("</nav>")[0]
    addresses = re.findall(r'href="([^"]+)"', menu)
    assert {"/settings/units", "/settings/accounts"} <= set(addresses)
    assert "/settings/rights" not in addresses
    assert {one: reader.get(one).status_code for one in addresses} == dict.fromkeys(addresses, 200)
