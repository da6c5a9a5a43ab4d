"""Roles, effective rights and the journal at the pages: by forms and links alone."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from luongviec.engine.world import SYSTEM
from luongviec.services.journal.writing import Subject, note_change
from luongviec.services.rights import function_permissions, groups
from luongviec.services.rights.groups import NewGroup
from tests.web.conftest import Pages, Reader


@pytest.fixture
def admin(pages: Pages) -> Reader:
    return pages.as_("tung")


def between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


# --- Roles ----------------------------------------------------------------------------------------------


@pytest.mark.requirement("C-49", "C-50", "W-17", "C-55", "C-56", "C-57")
def test_switches_are_saved_after_a_summary(pages: Pages, admin: Reader) -> None:
    page = admin.get("/settings/roles").text
    part = between(page, 'id="side-executing"', "</form>")
    assert "Cán bộ thực hiện: Nhận nhiệm vụ" in part
    version = between(part, 'name="_version" value="', '"')
    sent = {
        "_version": version, "roles": ["officer"], "abilities.officer": ["create", "follow"],
        "_step": "review",
    }  # fmt: skip
    review = admin.post("/settings/roles/executing/abilities", **sent)
    assert "Nhận nhiệm vụ" in review.text
    assert between(review.text, "Ai được thêm, ai mất</h2>", "</section>").count("<tr>") == 3
    back = admin.post("/settings/roles/executing/abilities", **{**sent, "_step": "edit"})
    assert 'name="abilities.officer" value="follow" checked' in back.text
    assert 'name="abilities.officer" value="receive" checked' not in back.text
    saved = admin.post("/settings/roles/executing/abilities", **{**sent, "_step": "save"})
    assert saved.location == "/settings/roles#side-executing"
    page = admin.get("/settings/roles").text
    assert 'name="abilities.officer" value="receive" checked' not in page
    stale = admin.post("/settings/roles/executing/abilities", **{**sent, "abilities.officer": ["receive"]})
    assert (stale.status_code, "vừa công bố thay đổi" in stale.text) == (409, True)


@pytest.mark.requirement("C-51", "C-52", "C-53", "C-54", "W-38", "U-37")
def test_a_role_is_added_shown_and_deleted(pages: Pages, admin: Reader) -> None:
    assert "Tên vai trò" in admin.get("/settings/roles/meeting/new").text
    typed = {"label": "Thư ký họp", "note": "Ghi biên bản", "abilities": ["clerk"], "shown": "true"}
    wrong = admin.post("/settings/roles/meeting/new", **{**typed, "label": "Văn thư"})
    assert (wrong.status_code, "Ghi biên bản" in wrong.text) == (422, True)
    review = admin.post("/settings/roles/meeting/new", _step="review", **typed)
    assert "Lưu và tiếp tục" in review.text
    again = admin.post("/settings/roles/meeting/new", _step="save", _next="continue", **typed)
    assert again.location == "/settings/roles/meeting/new"
    form = admin.get("/settings/roles/meeting/thu_ky_hop").text
    assert 'value="clerk" checked' in form
    assert "Xóa vai trò" in admin.get("/settings/roles/meeting/thu_ky_hop/delete").text
    deleted = admin.post("/settings/roles/meeting/thu_ky_hop/delete")
    assert deleted.location == "/settings/roles#side-meeting"
    assert admin.get("/settings/roles/meeting/thu_ky_hop").status_code == 404


@pytest.mark.requirement("C-50")
def test_a_role_that_is_not_shown_leaves_the_units_pages(pages: Pages, admin: Reader) -> None:
    unit = f"/settings/units/{pages.town.units['science']}"
    assert ">Thành viên<" in admin.get(unit).text.replace("\n", "")
    hidden = {"label": "Thành viên", "label_en": "Member", "_step": "save"}
    assert admin.post("/settings/roles/meeting/member", **hidden).status_code == 303
    assert ">Thành viên<" not in admin.get(unit).text.replace("\n", "")
    assert "ẩn ở trang đơn vị" in admin.get("/settings/roles").text


@pytest.mark.requirement("C-74")
def test_a_role_in_use_says_where(admin: Reader) -> None:
    page = admin.get("/settings/roles/executing/officer/delete").text
    assert "Chưa xóa được vai trò" in page
    assert "permissions/task.yaml:" in page
    assert admin.post("/settings/roles/executing/officer/delete").status_code == 422


def test_problems_of_a_change_come_back_in_words_with_their_place(admin: Reader) -> None:
    typed = {"label": "Vai trò lỗi", "abilities": ["fly"], "shown": "true"}
    page = admin.post("/settings/roles/meeting/new", _step="save", **typed)
    assert "sides/meeting.yaml:" in page.text
    assert "Chưa công bố được" in page.text
    kept = admin.post("/settings/roles/meeting/new", _step="edit", **typed)
    assert 'value="Vai trò lỗi"' in kept.text


# --- Effective rights -----------------------------------------------------------------------------------


@pytest.mark.requirement("E-15", "S3")
def test_rights_of_a_person_with_their_reasons_and_as_a_table(pages: Pages, admin: Reader) -> None:
    thuha = pages.town.users["thuha"]
    groups.create_group(pages.platform, SYSTEM, NewGroup("=1+1"))
    groups.add_to_group(pages.platform, SYSTEM, "group_1_1", [thuha])
    function_permissions.grant_functions(pages.platform, SYSTEM, thuha, ("source_document.admin",))
    assert admin.post("/settings/rights", person=str(thuha)).location == f"/settings/rights/people/{thuha}"
    page = admin.get(f"/settings/rights/people/{thuha}").text
    for words in ("Quản trị phân hệ", "Cấp riêng cho người này", "Cán bộ thực hiện", "Phòng Chuyển đổi số"):
        assert words in page
    table = admin.get(f"/settings/rights/people/{thuha}?export=xlsx")
    sheet = load_workbook(io.BytesIO(table.data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    risky = [cell for cell in cells if cell.value == "=1+1"]
    assert [cell.data_type for cell in risky] == ["s"]
    lines = admin.get(f"/settings/rights/people/{thuha}?export=csv").data.decode("utf-8-sig")
    assert "'=1+1" in lines
    assert admin.get(f"/settings/rights/people/{thuha}?export=exe").status_code == 404


def test_who_holds_what_is_found_and_taken_along(pages: Pages, admin: Reader) -> None:
    page = admin.get("/settings/rights").text
    for address in ("functions/admin.users", "abilities/executing/receive", "roles/executing/head"):
        assert f'href="/settings/rights/{address}"' in page
        assert admin.get(f"/settings/rights/{address}").status_code == 200
    assert "Đỗ Thanh Tùng" in admin.get("/settings/rights/functions/admin.users").text
    found = admin.get("/settings/rights/roles/executing/head?q=nga").text
    assert "Bùi Thúy Nga" in found
    assert "Trần Quốc Bảo" not in found
    lines = admin.get("/settings/rights/roles/executing/head?export=csv").data.decode("utf-8-sig")
    assert lines.count("\r\n") == 4
    assert admin.get("/settings/rights/functions/no.such").status_code == 404


def test_a_person_reads_his_own_rights_and_no_others(pages: Pages) -> None:
    bao = pages.as_("bao")
    assert "Thủ trưởng đơn vị" in bao.get("/my-rights").text
    somebody_else = pages.town.users["nga"]
    for address in (
        "/settings/rights", f"/settings/rights/people/{somebody_else}", "/settings/roles",
        "/settings/rights/functions/admin.users", "/settings/audit", "/settings/audit/export.csv",
    ):  # fmt: skip
        assert bao.get(address).status_code == 403


# --- The journal ----------------------------------------------------------------------------------------


@pytest.mark.requirement("U-36", "C-88")
def test_the_journal_is_searched_and_exported(pages: Pages, admin: Reader) -> None:
    code = groups.create_group(pages.platform, pages.town.actor("tung"), NewGroup("Tổ thư ký"))
    groups.edit_group(pages.platform, pages.town.actor("tung"), code, NewGroup("Tổ thư ký mới"))
    page = between(admin.get("/settings/audit?q=to+thu+ky").text, 'class="audit-list"', "</ol>")
    assert page.index("Sửa nhóm") < page.index("Thêm nhóm")
    assert "Tổ thư ký mới" in between(page, 'class="audit-after"', "</td>")
    about = admin.get(f"/settings/audit?subject=group:{code}").text
    assert "Lịch sử của Tổ thư ký mới" in about
    assert "Không có dòng nào khớp" in admin.get("/settings/audit?q=xyzxyz").text
    lines = (
        admin.get(f"/settings/audit/export.csv?subject=group:{code}").data.decode("utf-8-sig").splitlines()
    )
    assert any("Tên,Tổ thư ký,Tổ thư ký mới" in line for line in lines)
    assert admin.get("/settings/audit/export.exe").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["since=9999-12-31&until=9999-12-31", "before=x", f"before={10**30}", "kind=%00", "subject=:::",
     "who=abc&who__q=%25", "action=%27%3B--", "since=hôm+qua"],
)  # fmt: skip
def test_whatever_an_address_says_the_journal_answers(admin: Reader, query: str) -> None:
    assert admin.get(f"/settings/audit?{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/settings/roles", "/settings/roles/executing/head", "/settings/rights/functions/source_document.admin",
     "/settings/audit", "/settings/rights/people/{tung}"],
)  # fmt: skip
def test_statements_stay_within_bounds(
    pages: Pages, admin: Reader, count_statements: Callable[[Callable[[], object]], int], address: str
) -> None:
    address = address.format(tung=pages.town.users["tung"])
    admin.get(address)
    few = count_statements(lambda: admin.get(address))
    for number in range(8):
        code = groups.create_group(pages.platform, SYSTEM, NewGroup(f"Tổ {number}"))
        groups.set_functions(pages.platform, SYSTEM, code, ("source_document.admin",))
        groups.add_to_group(pages.platform, SYSTEM, code, list(pages.town.users.values()))
    with pages.platform.transaction() as work:
        for number in range(60):
            note_change(work, SYSTEM, "unit.placed", Subject("unit", "1", f"Đơn vị {number}"))
    admin.get(address)
    assert count_statements(lambda: admin.get(address)) <= few + 2
    assert few <= 20
