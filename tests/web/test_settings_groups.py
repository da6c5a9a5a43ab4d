"""Groups and function permissions at the pages: everything by forms, each step without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from luongviec.engine.world import SYSTEM
from luongviec.services.rights import function_permissions, groups
from luongviec.services.rights.groups import NewGroup
from tests.web.conftest import Pages, Reader


def make_group(pages: Pages, name: str, *members: str, functions: tuple[str, ...] = ()) -> str:
    code = groups.create_group(pages.platform, SYSTEM, NewGroup(name))
    groups.add_to_group(pages.platform, SYSTEM, code, [pages.town.users[one] for one in members])
    groups.set_functions(pages.platform, SYSTEM, code, functions)
    return code


@pytest.fixture
def admin(pages: Pages) -> Reader:
    return pages.as_("tung")


@pytest.mark.requirement("U-02", "U-03", "C-40", "C-41", "W-38")
def test_the_list_offers_what_can_be_done_with_each_group(pages: Pages, admin: Reader) -> None:
    code = make_group(pages, "Tổ thư ký", "bao")
    page = admin.get("/settings/groups").text
    assert page.index("Quản lý hệ thống") < page.index("Tổ thư ký")
    for address in ("", "/edit", "/functions", "/delete"):
        assert f'href="/settings/groups/{code}{address}"' in page
    assert 'href="/settings/groups/system_admin/delete"' not in page
    assert "Tổ thư ký" in admin.get("/settings/groups?q=to+THU").text
    assert "Không có nhóm nào khớp" in admin.get("/settings/groups?q=xyz").text


@pytest.mark.requirement("U-04", "U-05", "C-42", "C-43", "E-03", "U-37", "W-38")
def test_a_group_is_added_and_the_next_one_can_follow(pages: Pages, admin: Reader) -> None:
    answer = admin.post("/settings/groups/new", name="Tổ một", description="Việc riêng", _next="continue")
    assert (answer.status_code, answer.location) == (303, "/settings/groups/new")
    answer = admin.post("/settings/groups/new", name="Tổ hai", _next="close")
    assert answer.location == "/settings/groups/to_hai"
    refused = admin.post("/settings/groups/new", name="tổ MỘT", description="Giữ nguyên chữ này")
    assert refused.status_code == 422
    assert "Đã có nhóm tên “Tổ một”" in refused.text
    assert "Giữ nguyên chữ này" in refused.text
    answer = admin.post("/settings/groups/to_hai/edit", name="Tổ ba", description="", _version="1")
    assert answer.status_code == 303
    stale = admin.post("/settings/groups/to_hai/edit", name="Tổ bốn", _version="1")
    assert (stale.status_code, "“Tổ ba”" in stale.text, "Tổ bốn" in stale.text) == (409, True, True)


@pytest.mark.requirement("U-07", "U-08", "U-09", "C-45", "C-46", "C-47", "E-05", "E-06")
def test_people_are_added_and_taken_out(pages: Pages, admin: Reader) -> None:
    code = make_group(pages, "Tổ thư ký")
    users = pages.town.users
    assert "Nhóm chưa có ai" in admin.get(f"/settings/groups/{code}").text
    answer = admin.post(f"/settings/groups/{code}/members", people=[str(users["bao"]), str(users["nga"])])
    assert answer.location == f"/settings/groups/{code}"
    page = admin.get(f"/settings/groups/{code}").text
    assert "Đã thêm 2 người vào nhóm." in page
    assert "Trần Quốc Bảo" in page
    assert "Bùi Thúy Nga" not in admin.get(f"/settings/groups/{code}?q=bao").text.split("part-add")[0]
    admin.post(f"/settings/groups/{code}/members/remove", member=str(users["bao"]))
    page = admin.get(f"/settings/groups/{code}").text.split("part-add")[0]
    assert "Trần Quốc Bảo" not in page
    assert "Bùi Thúy Nga" in page
    empty = admin.post(f"/settings/groups/{code}/members")
    assert (empty.status_code, "Hãy chọn ít nhất một người." in empty.text) == (422, True)


@pytest.mark.requirement("U-06", "C-44", "E-04", "W-37", "U-35")
def test_permissions_are_saved_after_a_summary_and_open_the_page_at_the_next_click(
    pages: Pages, admin: Reader
) -> None:
    code = make_group(pages, "Tổ kiểm tra", "bao")
    bao = pages.as_("bao")
    assert bao.get("/settings/groups").status_code == 403
    address = f"/settings/groups/{code}/functions"
    form = admin.get(address).text
    state = form.partition('name="_state" value="')[2].partition('"')[0]
    typed = {"functions": ["admin.groups"], "_state": state}
    review = admin.post(address, _step="review", **typed)
    assert "Phân quyền chức năng" in review.text
    assert "Thêm quyền" in review.text
    assert bao.get("/settings/groups").status_code == 403  # a summary changes nothing
    back = admin.post(address, _step="edit", **typed)
    assert 'value="admin.groups" checked' in back.text
    assert admin.post(address, _step="save", **typed).status_code == 303
    assert bao.get("/settings/groups").status_code == 200
    stale = admin.post(address, _step="save", functions=["admin.mail"], _state=state)
    assert (stale.status_code, 'value="admin.mail" checked' in stale.text) == (409, True)


def test_what_a_definition_gives_is_shown_ticked_and_locked(admin: Reader) -> None:
    page = admin.get("/settings/groups/task_admin/functions").text
    assert 'value="task.admin" checked disabled' in page
    assert "Có sẵn theo định nghĩa của nhóm" in page


@pytest.mark.requirement("U-10", "C-48", "E-07", "E-16")
def test_deleting_asks_first_and_built_in_groups_stay(pages: Pages, admin: Reader) -> None:
    code = make_group(pages, "Tổ tạm", "bao", functions=("source_document.admin",))
    question = admin.get(f"/settings/groups/{code}/delete").text
    assert "1 người trong nhóm mất 1 quyền" in question
    assert admin.post(f"/settings/groups/{code}/delete").location == "/settings/groups"
    assert admin.get(f"/settings/groups/{code}").status_code == 404
    assert admin.post("/settings/groups/system_admin/delete").status_code == 403


@pytest.mark.requirement("U-26")
def test_the_last_administrator_stays_with_words(pages: Pages, admin: Reader) -> None:
    answer = admin.post("/settings/groups/system_admin/members/remove", member=str(pages.town.users["tung"]))
    assert (answer.status_code, "không còn ai đang hoạt động" in answer.text) == (422, True)
    assert admin.get("/settings/groups").status_code == 200


@pytest.mark.requirement("E-02", "E-08", "E-15")
def test_a_persons_own_permissions(pages: Pages, admin: Reader) -> None:
    bao = pages.town.users["bao"]
    assert "Chưa ai có quyền riêng" in admin.get("/settings/person-functions").text
    answer = admin.post("/settings/person-functions", person=str(bao))
    assert answer.location == f"/settings/person-functions/{bao}"
    assert admin.post("/settings/person-functions").status_code == 422
    make_group(pages, "Tổ báo cáo", "bao", functions=("source_document.admin",))
    assert "Đã có qua nhóm hoặc vai trò" in admin.get(answer.location).text
    admin.post(answer.location, functions=["source_document.admin", "room.admin"], _step="save")
    page = admin.get("/settings/person-functions?q=bảo").text
    assert "Trần Quốc Bảo" in page
    assert "Quản trị phân hệ" in page
    review = admin.post(answer.location, _step="review")
    assert "Vẫn có qua nhóm hoặc vai trò" in review.text
    assert "Không còn quyền này" in review.text


@pytest.mark.requirement("E-01", "E-02", "A-25")
def test_who_administers_a_module_meets_its_permissions_first(pages: Pages) -> None:
    groups.add_to_group(pages.platform, SYSTEM, "meeting_admin", [pages.town.users["nga"]])
    nga = pages.as_("nga")
    page = nga.get("/settings/groups?module=meeting").text
    assert page.index("Quản trị cuộc họp") < page.index("Quản lý hệ thống")
    form = nga.get("/settings/groups/system_admin/functions?module=meeting").text
    assert "Xem thay đổi" not in form
    assert form.index("Cuộc họp") < form.index("Quản trị hệ thống")
    assert (
        nga.post("/settings/groups/system_admin/members", people=str(pages.town.users["nga"])).status_code
        == 403
    )
    assert nga.post("/settings/groups/system_admin/functions", functions="admin.mail").status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/settings/groups", "/settings/groups/new", "/settings/groups/task_admin", "/settings/person-functions",
     "/settings/groups/task_admin/functions", "/settings/groups/task_admin/edit",
     "/settings/person-functions/1"],
)  # fmt: skip
def test_direct_addresses_are_refused_to_others(pages: Pages, address: str) -> None:
    assert pages.as_("bao").get(address).status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/settings/groups/none", "/settings/groups/none/functions", "/settings/person-functions/999999"],
)
def test_what_is_not_there_is_not_found(admin: Reader, address: str) -> None:
    assert admin.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/settings/groups", "/settings/groups/system_admin", "/settings/person-functions"]
)
def test_statements_stay_within_bounds(
    pages: Pages, admin: Reader, count_statements: Callable[[Callable[[], object]], int], address: str
) -> None:
    admin.get(address)
    few = count_statements(lambda: admin.get(address))
    for number in range(12):
        make_group(pages, f"Tổ {number}", "bao", functions=("source_document.admin",))
    everybody = list(pages.town.users.values())
    groups.add_to_group(pages.platform, SYSTEM, "system_admin", everybody)
    for user_id in everybody:
        function_permissions.grant_functions(pages.platform, SYSTEM, user_id, ("source_document.admin",))
    admin.get(address)
    assert count_statements(lambda: admin.get(address)) <= few + 2
    assert few <= 20
