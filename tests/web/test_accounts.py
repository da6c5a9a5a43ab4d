"""Accounts in the settings area: list, form, a person's page, bulk, first passwords."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader

from luongviec.engine.world import SYSTEM
from luongviec.services.units.administrators import set_administrators
from luongviec.services.users.changes import UserChange, change_user
from luongviec.services.users.making import NewUser, create_user, create_users, user_named
from luongviec.services.users.pages import account_form
from luongviec.services.users.posts import Post
from tests.web.conftest import Pages
from tests.web.doing import make_task
from tests.web.town import PASSWORD

LIST = "/settings/accounts"


def add(pages: Pages, user_name: str, name: str, unit: str = "digital", **more: object) -> int:
    posts = (Post(pages.town.units[unit], "office", "staff", "Chuyên viên"),)
    new = NewUser(user_name, name, PASSWORD, posts=posts, **more)  # type: ignore[arg-type]
    return create_user(pages.platform, SYSTEM, new)


def typed(**differences: str) -> dict[str, object]:
    """Give what the form of a new account sends."""
    return {
        "name": "Nguyễn Thị Thử", "user_name": "", "identity_number": "", "email": "", "phone": "",
        "language": "vi", "first_password": "", "_next": "close", **differences,
    }  # fmt: skip


def version_in(html: str) -> str:
    found = re.search(r'name="_version" value="(\d+)"', html)
    assert found is not None
    return found.group(1)


@pytest.mark.requirement("U-19", "U-38")
def test_the_list_finds_without_marks_and_filters(pages: Pages) -> None:
    add(pages, "unghoang", "Ứng Hoàng Ân")
    admin = pages.as_("tung")
    assert "Ứng Hoàng Ân" in admin.get(f"{LIST}?q=ung+an").text
    assert "Ứng Hoàng Ân" in admin.get(f"{LIST}?unit={pages.town.units['science']}&state=never").text
    for query in (f"unit={pages.town.units['health']}", "state=off", "q=khong-co-ai"):
        assert "Ứng Hoàng Ân" not in admin.get(f"{LIST}?{query}").text
    for odd in ("page=-1", "page=999999", "sort=drop", "unit=x", "unit=99999999999", "state=%00", "q=%25"):
        assert admin.get(f"{LIST}?{odd}").status_code == 200


@pytest.mark.requirement("U-20", "U-37")
def test_a_form_saves_and_closes_or_goes_on(pages: Pages) -> None:
    admin = pages.as_("tung")
    row = {
        "posts.0.row": "1", "posts.0.unit": pages.town.units["office"], "posts.0.slot": "office.staff",
        "posts.0.title": "Văn thư",
    }  # fmt: skip
    on = admin.send(f"{LIST}/new", {**typed(_next="continue"), **row})
    assert on.status_code == 303
    assert on.location.endswith("/new")
    closed = admin.send(f"{LIST}/new", {**typed(), **row})
    page = admin.get(closed.location)
    assert "Nguyễn Thị Thử" in page.text
    assert "thunt2" in page.text
    assert "Văn thư, Văn phòng Sở" in page.text
    assert admin.get(f"{LIST}/new?unit={pages.town.units['office']}").status_code == 200
    assert "thunt3" not in admin.get(LIST).text  # opening a form stores nothing


@pytest.mark.requirement("U-25")
def test_a_refused_form_names_each_fault_and_keeps_what_was_typed(pages: Pages) -> None:
    admin = pages.as_("tung")
    sent = typed(name="", user_name="khanh", email="khong phai thu", phone="12", identity_number="1")
    answer = admin.send(
        f"{LIST}/new", {**sent, "posts.0.row": "1", "posts.0.unit": "", "posts.0.title": "Trưởng ban"}
    )
    assert answer.status_code == 422
    for words in ("Lê Văn Khánh", "khong phai thu", "Trưởng ban", "9 hoặc 12 chữ số", "Cần họ tên"):
        assert words in unescape(answer.text)
    by_mail = admin.send(f"{LIST}/new", typed(first_password="email"))
    assert by_mail.status_code == 422
    assert "Nhập địa chỉ thư điện tử" in by_mail.text


@pytest.mark.requirement("U-20")
def test_rows_of_posts_are_added_moved_and_taken_away_without_saving(pages: Pages) -> None:
    admin, units = pages.as_("tung"), pages.town.units
    rows = {
        "posts.0.row": "1", "posts.0.unit": units["office"], "posts.0.title": "Một",
        "posts.1.row": "1", "posts.1.unit": units["health"], "posts.1.title": "Hai",
    }  # fmt: skip
    more = admin.send(f"{LIST}/new", {**typed(), **rows, "_add_post": "1"}).text
    assert more.count('name="posts.2.row"') == 1
    moved = admin.send(f"{LIST}/new", {**typed(), **rows, "_main_post": "1"}).text
    assert moved.index('value="Hai"') < moved.index('value="Một"')
    fewer = admin.send(f"{LIST}/new", {**typed(), **rows, "_remove_post": "0"}).text
    assert 'value="Một"' not in fewer
    found = admin.send(
        f"{LIST}/new", {**typed(), "posts.0.row": "1", "posts.0.unit__q": "chuyển đổi số"}
    ).text
    assert "Phòng Chuyển đổi số" in found  # the search box of a page without script
    assert "Nguyễn Thị Thử" not in admin.get(LIST).text


@pytest.mark.requirement("U-20", "A-05")
def test_a_user_name_is_proposed_while_one_types(pages: Pages) -> None:
    add(pages, "hantt", "Nguyễn Thị Thu Hà")
    asked = pages.as_("tung").get(f"{LIST}/user-name?name=Ngô Thị Thanh Hà")
    assert asked.json == {"user_name": "hantt2"}
    assert pages.as_("phuoc").get(f"{LIST}/user-name?name=Ai").status_code == 403


@pytest.mark.requirement("U-21")
def test_a_stale_form_comes_back_beside_the_other_change(pages: Pages) -> None:
    user_id = add(pages, "cu.moi", "Tên Cũ")
    admin = pages.as_("tung")
    page = admin.get(f"{LIST}/{user_id}/edit").text
    version, now = account_form(pages.platform, SYSTEM, user_id)
    other = UserChange(now.data, now.posts, (pages.town.users["bao"],))
    change_user(pages.platform, pages.town.actor("tung"), user_id, version, other)
    sent = {**typed(name="Tên Tôi Gõ", user_name="cu.moi"), "_version": version_in(page)}
    stale = admin.send(f"{LIST}/{user_id}/edit", sent)
    assert stale.status_code == 409
    assert "Tên Tôi Gõ" in stale.text
    assert "Trần Quốc Bảo" in stale.text
    again = admin.send(f"{LIST}/{user_id}/edit", {**sent, "_version": version_in(stale.text)})
    assert again.status_code == 303
    assert "Tên Tôi Gõ" in admin.get(again.location).text


@pytest.mark.requirement("U-22", "U-31")
def test_direct_managers_are_chosen_on_a_page_of_their_own(pages: Pages) -> None:
    admin, users = pages.as_("tung"), pages.town.users
    address = f"{LIST}/{users['phuoc']}/managers"
    sent = {"_version": version_in(admin.get(address).text), "managers": users["thuha"]}
    assert admin.send(address, sent).status_code == 303
    assert "Nguyễn Thị Thu Hà" in admin.get(f"{LIST}/{users['phuoc']}").text
    address = f"{LIST}/{users['thuha']}/managers"
    sent = {"_version": version_in(admin.get(address).text), "managers": users["phuoc"]}
    circle = admin.send(address, sent)
    assert circle.status_code == 422
    assert "Thành vòng quản lý" in circle.text


@pytest.mark.requirement("U-23", "U-40")
def test_an_account_is_switched_off_and_on(pages: Pages) -> None:
    user_id = add(pages, "tat.bat", "Tắt Rồi Bật")
    there, admin = pages.as_("tat.bat"), pages.as_("tung")
    assert admin.send(f"{LIST}/{user_id}/switch", {"active": "false"}).status_code == 303
    assert there.get("/").status_code == 303  # to the sign-in page, at the next request
    assert "Đã ngừng" in admin.get(f"{LIST}/{user_id}").text
    assert admin.send(f"{LIST}/{user_id}/switch", {"active": "true"}).status_code == 303
    pages.as_("tat.bat")


@pytest.mark.requirement("U-24", "U-32", "U-37", "W-46")
def test_deleting_asks_first_and_waits_for_open_records(pages: Pages) -> None:
    user_id = add(pages, "sap.di", "Sắp Đi Rồi")
    make_task(pages)
    admin = pages.as_("tung")
    asked = admin.get(f"{LIST}/{user_id}/delete")
    assert "không đăng nhập được nữa" in asked.text
    assert "Sắp Đi Rồi" in admin.get(LIST).text  # asking deletes nothing
    gone = admin.send(f"{LIST}/{user_id}/delete", {"reason": "Nghỉ hưu"})
    assert gone.status_code == 303
    assert "Sắp Đi Rồi" not in admin.get(f"{LIST}?q=sap+di").text.split("<main", 1)[1].split("</main>")[0]
    assert "Nghỉ hưu" in admin.get(f"{LIST}/{user_id}").text
    holder = pages.town.users["bao"]
    waiting = admin.get(f"{LIST}/{holder}/delete")
    assert "bàn giao" in waiting.text
    assert admin.send(f"{LIST}/{holder}/delete", {}).status_code == 422
    assert admin.send(f"{LIST}/{user_id}/restore", {}).status_code == 303


@pytest.mark.requirement("U-26")
def test_one_cannot_delete_oneself(pages: Pages) -> None:
    admin, own = pages.as_("tung"), pages.town.users["tung"]
    refused = admin.send(f"{LIST}/{own}/delete", {})
    assert refused.status_code == 422
    assert "chính mình" in refused.text
    assert admin.send(f"{LIST}/{own}/switch", {"active": "false"}).status_code == 422


@pytest.mark.requirement("A-06", "A-26", "W-01", "U-39")
def test_a_sheet_is_downloaded_once_and_opens_the_account(pages: Pages) -> None:
    user_id = add(pages, "phieu", "Đặng Được Phiếu")
    admin = pages.as_("tung")
    assert "ngẫu nhiên" in admin.get(f"{LIST}/{user_id}/first-password").text
    answer = admin.send(f"{LIST}/{user_id}/first-password", {"form": "pdf"})
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "private, no-store"
    text = PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    secret = re.search(r"\b([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})\b", text)
    assert secret is not None
    visitor = pages.visitor()
    token = visitor.token("/sign-in")
    sent = {"csrf_token": token, "user_name": "phieu", "password": secret.group(1)}
    assert visitor.client.post("/sign-in", data=sent).status_code == 303
    assert visitor.get("/").status_code == 303  # led to choosing a password first
    assert secret.group(1) not in admin.get(f"{LIST}/{user_id}").text


@pytest.mark.requirement("U-23", "U-38")
def test_several_accounts_are_worked_on_at_once_after_a_question(pages: Pages) -> None:
    ids = [add(pages, f"nhieu{number}", f"Nhiều Người {number}") for number in range(3)]
    admin = pages.as_("tung")
    sent = {"action": "off", "id": ids}
    asked = admin.send(f"{LIST}/bulk", sent)
    assert asked.status_code == 200
    assert "Ngừng 3 tài khoản" in asked.text
    assert user_named(pages.platform, "nhieu0").active
    admin.send(f"{LIST}/bulk", {**sent, "id": [*ids, pages.town.users["tung"]], "_sure": "1"})
    assert not user_named(pages.platform, "nhieu2").active
    assert user_named(pages.platform, "tung").active
    everything = {"action": "on", "scope": "all", "q": "nhieu nguoi", "_sure": "1"}
    admin.send(f"{LIST}/bulk", everything)
    assert user_named(pages.platform, "nhieu1").active
    grouped = admin.send(
        f"{LIST}/bulk", {"action": "group", "id": ids, "group": "meeting_admin", "_sure": "1"}
    )
    assert grouped.status_code == 303
    assert "Quản trị cuộc họp" in admin.get(f"{LIST}/{ids[0]}").text
    sheet = admin.send(f"{LIST}/bulk", {"action": "first", "id": ids, "form": "xlsx", "_sure": "1"})
    assert sheet.data.startswith(b"PK")
    assert admin.send(f"{LIST}/bulk", {"action": "explode", "id": ids}).status_code == 404


@pytest.mark.requirement("U-38")
def test_columns_are_chosen_and_kept(pages: Pages) -> None:
    add(pages, "co.so", "Có Số", phone="0912345678")
    admin = pages.as_("tung")
    assert "0912 345 678" not in admin.get(LIST).text
    assert admin.send(f"{LIST}/columns", {"columns": ["phone"]}).status_code == 303
    assert "0912 345 678" in admin.get(LIST).text


def said(html: str, user_id: int) -> str:
    """Give a page without what differs at each request: the token, and the id in its addresses."""
    return re.sub(rf"[0-9a-f]{{64}}|/{user_id}(?![0-9a-f])", "", html)


@pytest.mark.requirement("U-29", "C-83", "A-25")
def test_a_foreign_branch_looks_like_nothing_there(pages: Pages) -> None:
    units, users = pages.town.units, pages.town.users
    inside, outside = add(pages, "trong", "Người Trong"), add(pages, "ngoai", "Người Ngoài", unit="clinic")
    set_administrators(pages.platform, SYSTEM, units["science"], {users["phuoc"]: frozenset({"admin.users"})})
    own = pages.as_("phuoc")
    listed = own.get(LIST).text
    assert "Người Trong" in listed
    assert "Người Ngoài" not in listed
    assert own.get(f"{LIST}/{inside}/edit").status_code == 200
    for page in ("", "/edit", "/managers", "/switch", "/delete", "/first-password"):
        foreign = own.get(f"{LIST}/{outside}{page}")
        nothing = own.get(f"{LIST}/999999{page}")
        assert foreign.status_code == nothing.status_code == 404
        assert said(foreign.text, outside) == said(nothing.text, 999999)
    for page, sent in (
        ("/edit", typed(name="Bị Đổi")), ("/switch", {"active": "false"}), ("/delete", {}),
        ("/first-password", {"form": "pdf"}), ("/managers", {}), ("/restore", {}), ("/sign-out", {}),
    ):  # fmt: skip
        assert own.send(f"{LIST}/{outside}{page}", sent).status_code == 404
    own.send(f"{LIST}/bulk", {"action": "off", "id": [outside], "_sure": "1"})
    assert user_named(pages.platform, "ngoai").active
    assert pages.as_("long").get(LIST).status_code == 403
    assert pages.as_("long").send(f"{LIST}/new", typed()).status_code == 403


@pytest.mark.requirement("U-29")
def test_places_beyond_the_branch_are_shown_locked(pages: Pages) -> None:
    units, users = pages.town.units, pages.town.users
    posts = (
        Post(units["clinic"], "office", "head", "Trưởng trạm"),
        Post(units["digital"], "office", "staff"),
    )
    both = create_user(pages.platform, SYSTEM, NewUser("hai.noi", "Hai Nơi", posts=posts))
    grants = {users["phuoc"]: frozenset({"admin.users"})}
    set_administrators(pages.platform, SYSTEM, units["science"], grants)
    own = pages.as_("phuoc")
    page, form = own.get(f"{LIST}/{both}").text, own.get(f"{LIST}/{both}/edit").text
    for text in (page, form):
        assert "ngoài nhánh bạn quản trị" in text
        assert "Phòng Nghiệp vụ Y" in text
    assert "/first-password" not in page
    assert 'value="Trưởng trạm"' not in form
    assert own.send(f"{LIST}/{both}/delete", {}).status_code == 422


@pytest.mark.requirement("U-38")
@pytest.mark.parametrize(("address", "most"), [("", 24), ("/{id}", 34), ("/{id}/edit", 40), ("/new", 22)])
def test_statements_stay_within_bounds(
    pages: Pages, count_statements: Callable[[Callable[[], object]], int], address: str, most: int
) -> None:
    user_id = add(pages, "do.lenh", "Đo Lệnh")
    admin = pages.as_("tung")
    here = LIST + address.format(id=user_id)
    admin.get(here)
    few = count_statements(lambda: admin.get(here))
    create_users(pages.platform, SYSTEM, [NewUser("", f"Thêm Người {number}") for number in range(60)])
    admin.get(here)
    assert count_statements(lambda: admin.get(here)) <= few + 2
    assert few <= most
