"""One's own account and the journal on the pages."""

from __future__ import annotations

import re

import pytest

from luongviec.engine.world import SYSTEM
from luongviec.services.accounts import tokens
from luongviec.services.units.making import fill_slot
from luongviec.store.models import User
from tests.web.conftest import Pages
from tests.web.town import PASSWORD

NEW = "rừng thông chiều nay"


@pytest.mark.requirement("A-09", "A-10", "A-11", "A-12", "A-20", "A-21")
def test_the_avatar_leads_to_the_account_and_the_circle_to_the_password(pages: Pages) -> None:
    reader = pages.as_("bao")
    assert re.search(r'href="/preferences">.*?Quản lý tài khoản', reader.get("/").text, re.S)
    account = reader.get("/preferences").text
    assert re.search(r'href="/preferences/password" aria-label="Đổi mật khẩu"', account)
    form = reader.get("/preferences/password").text
    assert form.count('type="password"') == 3
    assert form.count("data-show-password") == 3
    wrong = reader.post("/preferences/password", old="sai", new=NEW, again="khác")
    assert wrong.status_code == 422
    assert "Mật khẩu cũ chưa đúng" in wrong.text
    assert "chưa giống nhau" in wrong.text
    assert NEW not in wrong.text
    assert reader.post("/preferences/password", old=PASSWORD, new=NEW, again=NEW).status_code == 303
    assert "Đã đổi mật khẩu" in reader.get("/preferences").text


def test_the_own_data_are_shown_the_identity_number_in_part(pages: Pages) -> None:
    fill_slot(
        pages.platform, SYSTEM, pages.town.units["science"], "office", "head", (pages.town.users["bao"],)
    )
    with pages.platform.transaction() as work:
        user = work.session.get_one(User, pages.town.users["bao"])
        user.identity_number, user.email = "001203004567", "bao@binhan.example"
    page = pages.as_("bao").get("/preferences").text
    assert "bao@binhan.example" in page
    assert "•••••••••567" in page
    assert "001203004567" not in page
    assert "Sở Khoa học và Công nghệ" in page


def test_sessions_are_listed_and_ended_one_by_one_or_all(pages: Pages) -> None:
    here, there = pages.as_("bao"), pages.as_("bao")
    page = here.get("/preferences/sessions").text
    assert page.count("Phiên này") == 1
    (other,) = re.findall(r"/preferences/sessions/(\d+)/end", page)
    stranger = pages.as_("nga")
    assert stranger.post(f"/preferences/sessions/{other}/end").status_code == 404
    assert here.post(f"/preferences/sessions/{other}/end").status_code == 303
    assert there.get("/").headers["Location"].startswith("/sign-in")
    assert here.get("/").status_code == 200
    assert here.post(f"/preferences/sessions/{other}/end").status_code == 404
    again = pages.as_("bao")
    assert here.post("/preferences/sign-out-everywhere").status_code == 303
    for reader in (here, again):
        assert reader.get("/").headers["Location"].startswith("/sign-in")
    assert "Đăng xuất" in pages.as_("bao").get("/preferences/sessions").text


def test_a_token_is_shown_once_and_revoked(pages: Pages) -> None:
    reader = pages.as_("bao")
    assert reader.post("/preferences/tokens", name=" ").status_code == 422
    made = reader.post("/preferences/tokens", name="Văn thư", days="30").text
    secret = re.search(r"lv_[\w-]+", made)[0]
    assert tokens.actor_of_token(pages.platform, secret) == pages.town.actor("bao")
    page = reader.get("/preferences/access").text
    assert secret not in page
    (token_id,) = re.findall(r"/preferences/tokens/(\d+)/revoke", page)
    assert pages.as_("nga").post(f"/preferences/tokens/{token_id}/revoke").status_code == 404
    assert reader.post(f"/preferences/tokens/{token_id}/revoke").status_code == 303
    assert tokens.actor_of_token(pages.platform, secret) is None


@pytest.mark.requirement("A-27")
def test_the_journal_is_for_those_who_may_audit(pages: Pages) -> None:
    failed = pages.visitor()
    failed.post("/sign-in", token=failed.token("/sign-in"), user_name="=cmd|'/c calc'!A1", password="sai")
    reader = pages.as_("tung")
    page = reader.get("/settings/sign-ins").text
    assert "=cmd" in page
    assert "Không thành công" in page
    assert "=cmd" not in reader.get("/settings/sign-ins?q=tung").text
    assert "=cmd" not in reader.get("/settings/sign-ins?outcome=yes&since=2020-01-01").text
    assert "Không có dòng nào khớp" in reader.get("/settings/sign-ins?until=2020-01-01&before=abc").text
    export = reader.get("/settings/sign-ins/export.csv")
    assert export.mimetype == "text/csv"
    assert "'=cmd" in export.text
    for address in ("/settings/sign-ins", "/settings/sign-ins/export.csv"):
        assert pages.as_("bao").get(address).status_code == 403
        assert pages.visitor().get(address).headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/sign-in", 6), ("/forgotten-password", 6), ("/preferences", 45), ("/preferences/password", 45),
        ("/preferences/sessions", 45), ("/preferences/second-factor", 45), ("/preferences/access", 45),
        ("/settings/sign-ins", 45),
    ],
)  # fmt: skip
def test_pages_cost_a_bounded_number_of_statements(
    pages: Pages, count_statements, address: str, most: int
) -> None:
    reader = pages.visitor() if most < 10 else pages.as_("tung")
    reader.get(address)
    few = count_statements(lambda: reader.get(address))
    for _ in range(8):
        pages.as_("tung")
    many = count_statements(lambda: reader.get(address))
    assert few <= most
    assert many <= few + 2
