"""The pages of the unit tree: drawn in few statements, worked without scripts, kept to one's branch."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from luongviec.engine.world import SYSTEM
from luongviec.services.definitions import load_definitions
from luongviec.services.units.administrators import set_administrators
from luongviec.services.units.making import UnitNode, create_unit, fill_slot, import_tree
from luongviec.services.units.page import unit_page
from tests.services.house import MODULES
from tests.web.conftest import Pages, Reader

TREE = "/settings/units"


@pytest.fixture
def admin(pages: Pages) -> Reader:
    return pages.as_("tung")


def unit(pages: Pages, name: str, tab: str = "") -> str:
    """Give the address of a unit's page, or of what is done with it."""
    return f"{TREE}/{pages.town.units[name]}{f'/{tab}' if tab else ''}"


def version(reader: Reader, address: str) -> str:
    found = re.search(r'name="_version" value="(\d+)"', reader.get(address).text)
    assert found is not None
    return found.group(1)


def holders(pages: Pages, name: str, side: str) -> set[tuple[str, int]]:
    with pages.platform.reading() as work:
        return {(one.slot, one.user_id) for one in work.world.holders_of(pages.town.units[name], side)}


# --- Reading ------------------------------------------------------------------------------------------


@pytest.mark.requirement("U-11", "C-58", "C-59", "O-01", "O-12")
def test_the_tree_is_links_with_the_words_of_a_tree(pages: Pages, admin: Reader) -> None:
    page = admin.get(unit(pages, "science")).text
    tree = page[page.index('role="tree"') : page.index("data-tree-status")]
    items = re.findall(r'role="treeitem" aria-level="(\d)" aria-posinset="(\d)" aria-setsize="(\d)"', tree)
    assert items == [(*one,) for one in ("111", "213", "312", "322", "223", "233")]
    assert re.search(r'aria-selected="true" aria-current="page" role="treeitem"', tree)
    assert tree.count('aria-expanded="true"') == 2
    assert 'aria-expanded="false" aria-owns="branch-' in tree  # the health department stays closed
    opened = admin.get(unit(pages, "health", "children")).text
    assert "Phòng Nghiệp vụ Y" in opened
    assert "<html" not in opened


@pytest.mark.requirement("O-12", "O-13", "U-12")
def test_searching_works_by_form_and_for_the_script(pages: Pages, admin: Reader) -> None:
    page = admin.get(f"{TREE}?q=chuyen+doi").text
    assert "Phòng Chuyển đổi số" in page
    assert "Sở Khoa học và Công nghệ" in page  # its path
    part = admin.get(f"{TREE}?q=thu+ha", X_Fragment="tree").text
    assert "Nguyễn Thị Thu Hà" in part
    assert "<html" not in part
    assert "Không có đơn vị nào khớp" in admin.get(f"{TREE}?q=khong+co+ai+ca").text
    assert admin.get(f"{TREE}?show=missing").status_code == 200
    assert admin.get(f"{TREE}?side=khong-co").status_code == 404


@pytest.mark.requirement("E-09", "E-17", "W-19")
def test_one_side_of_the_same_tree(pages: Pages, admin: Reader) -> None:
    bare = create_unit(pages.platform, SYSTEM, "Chỉ có đề mục", parent_id=pages.town.units["province"])
    assert f'data-node="{bare}"' in admin.get(TREE).text
    page = admin.get(f"{TREE}?side=meeting").text
    assert f'data-node="{bare}"' not in page
    assert f"{TREE}/{pages.town.units['science']}?side=meeting" in page


@pytest.mark.requirement("U-11", "U-12", "C-64")
def test_every_tab_of_a_unit_is_drawn(pages: Pages, admin: Reader) -> None:
    for tab in ("roles", "information", "people", "administrators", "history", "unheard-of"):
        answer = admin.get(f"{unit(pages, 'science')}?tab={tab}")
        assert answer.status_code == 200, tab
    roles = admin.get(unit(pages, "science")).text
    assert "Tự lấy từ đơn vị giao" in roles
    assert "Lê Văn Khánh" in roles  # the head of the unit above
    assert "Đến UBND tỉnh Bình An" in roles
    assert admin.get(f"{TREE}/99999999999999999999").status_code == 404


@pytest.mark.requirement("O-12")
@pytest.mark.parametrize("address", ["", "/{province}/children"])
def test_statements_do_not_grow_with_the_tree(
    pages: Pages, admin: Reader, count_statements: Callable[[Callable[[], object]], int], address: str
) -> None:
    here = TREE + address.format(**pages.town.units)
    admin.get(here)
    few = count_statements(lambda: admin.get(here))
    rooms = tuple(UnitNode(f"Phòng số {n}", children=(UnitNode(f"Tổ của phòng {n}"),)) for n in range(60))
    import_tree(
        pages.platform, SYSTEM, UnitNode("Cây khác", children=rooms), sides_by_kind={None: ("executing",)}
    )
    admin.get(here)
    assert count_statements(lambda: admin.get(here)) == few
    assert few <= 14


# --- Changing -----------------------------------------------------------------------------------------


@pytest.mark.requirement("U-13", "C-60", "C-63", "C-67", "E-11", "W-15", "W-18")
def test_adding_a_unit_and_going_on_with_the_next(pages: Pages, admin: Reader) -> None:
    parent = pages.town.units["health"]
    form = admin.get(f"{TREE}/new?parent={parent}").text
    assert f'name="parent" value="{parent}" checked' in form
    sent = {
        "name": "Phòng Dược", "parent": parent, "sides": ["executing"],
        "slot.executing.head": str(pages.town.users["nga"]), "_next": "continue",
    }  # fmt: skip
    answer = admin.send(f"{TREE}/new", sent)
    assert answer.status_code == 303, answer.text
    assert answer.location.endswith(f"/settings/units/new?parent={parent}")
    found = admin.get(f"{TREE}?q=phong+duoc").text
    made = re.search(r"/settings/units/(\d+)\"><span class=\"line\"><b class=\"min-0\">Phòng Dược", found)
    assert made is not None
    assert "Bùi Thúy Nga" in admin.get(f"{TREE}/{made.group(1)}").text


@pytest.mark.requirement("C-84", "U-13")
def test_a_refused_form_comes_back_with_everything_typed(pages: Pages, admin: Reader) -> None:
    sent = {
        "name": "Tên vừa gõ", "parent": pages.town.units["health"], "code": "không hợp lệ !", "kind": "block",
        "sides": ["executing"], "slot.executing.head": str(pages.town.users["nga"]),
    }  # fmt: skip
    answer = admin.send(f"{TREE}/new", sent)
    assert answer.status_code == 422
    for kept in ("Tên vừa gõ", "không hợp lệ !", "Bùi Thúy Nga", 'value="block" selected'):
        assert kept in answer.text
    assert admin.send(f"{TREE}/new", {"name": "Không có cấp trên"}).status_code == 422
    assert admin.send(f"{TREE}/new", {"name": "x", "parent": 999_999}).status_code == 422


@pytest.mark.requirement("U-15", "C-62", "E-12", "W-15")
def test_information_is_one_form_and_one_save(pages: Pages, admin: Reader) -> None:
    address = unit(pages, "digital", "information")
    tab = f"{unit(pages, 'digital')}?tab=information"
    sent = {
        "_version": version(admin, tab), "name": "Phòng Công nghệ số", "code": "CNS", "kind": "division",
        "parent": pages.town.units["health"], "sides": ["executing", "office"],
    }  # fmt: skip
    assert admin.send(address, sent).status_code == 303
    page = unit_page(pages.platform, pages.town.actor("tung"), pages.town.units["digital"])
    assert (page.name, page.code, page.parent_id) == ("Phòng Công nghệ số", "CNS", pages.town.units["health"])
    late = admin.send(address, sent | {"name": "Người thứ hai"})
    assert late.status_code == 409
    assert "Người thứ hai" in late.text
    assert "Đỗ Thanh Tùng vừa sửa" in late.text
    circle = {**sent, "_version": version(admin, tab), "parent": pages.town.units["digital"]}
    assert admin.send(address, circle).status_code == 422


@pytest.mark.requirement("C-63", "C-70", "E-14", "E-18")
def test_roles_are_saved_together_without_a_script(pages: Pages, admin: Reader) -> None:
    users, address = pages.town.users, unit(pages, "science", "roles")
    heads = [str(users["bao"]), str(users["long"])]
    sent = {
        "_version": version(admin, unit(pages, "science")), "slot.executing.head": heads,
        "slot.meeting.clerk": str(users["phuoc"]),
    }  # fmt: skip
    assert admin.send(address, sent).status_code == 303
    assert holders(pages, "science", "executing") == {("head", users["bao"]), ("head", users["long"])}
    assert holders(pages, "science", "meeting") == {("clerk", users["phuoc"])}
    searched = admin.send(address, {"slot.executing.head__q": "thi", "_search": "slot.executing.head"})
    assert searched.status_code == 200
    assert "Nguyễn Thị Thu Hà" in searched.text
    assert holders(pages, "science", "executing") == {("head", users["bao"]), ("head", users["long"])}


@pytest.mark.requirement("U-11", "E-11", "E-12", "E-18")
def test_people_of_a_unit_are_added_and_taken_out(pages: Pages, admin: Reader) -> None:
    users, address = pages.town.users, unit(pages, "office", "people")
    sent = {"people": [str(users["nga"]), str(users["long"])], "place": "office.staff"}
    assert admin.send(address, sent).status_code == 303
    shown = admin.get(f"{unit(pages, 'office')}?tab=people").text
    assert "Bùi Thúy Nga" in shown
    assert admin.send(address, {"remove": f"office.staff.{users['nga']}"}).status_code == 303
    assert holders(pages, "office", "office") == {("staff", users["long"])}
    assert admin.send(address, {"remove": "office.staff.abc"}).status_code == 404


@pytest.mark.requirement("O-11")
def test_order_is_changed_by_buttons(pages: Pages, admin: Reader) -> None:
    def order() -> list[str]:
        page = admin.get(unit(pages, "science")).text
        below = page[page.index(f'id="branch-{pages.town.units["science"]}"') :]
        return re.findall(r'tree-name">([^<]+)', below)[:2]

    assert order() == ["Phòng Chuyển đổi số", "Văn phòng Sở"]
    assert admin.post(unit(pages, "office", "place"), step="up").status_code == 303
    assert order() == ["Văn phòng Sở", "Phòng Chuyển đổi số"]
    assert admin.post(unit(pages, "office", "place"), before=pages.town.units["clinic"]).status_code == 303
    assert order() == ["Văn phòng Sở", "Phòng Chuyển đổi số"]


@pytest.mark.requirement("U-14", "U-18", "U-27", "C-71", "C-87", "E-13", "E-20")
def test_switching_deleting_and_moving_ask_first(pages: Pages, admin: Reader) -> None:
    ask = admin.get(unit(pages, "science", "delete")).text
    assert "Còn 2 đơn vị trực thuộc." in ask
    assert "Ngừng sử dụng" in ask
    assert admin.post(unit(pages, "science", "delete")).status_code == 422
    assert "2 đơn vị bên dưới" in admin.get(unit(pages, "science", "switch")).text
    assert admin.post(unit(pages, "science", "switch"), active="off").status_code == 303
    assert "Đang ngừng" in admin.get(unit(pages, "science")).text
    assert "Đơn vị cấp trên Sở Khoa học và Công nghệ đang ngừng" in admin.get(unit(pages, "digital")).text
    assert admin.post(unit(pages, "science", "switch"), active="on").status_code == 303
    assert admin.post(unit(pages, "clinic", "move"), parent=pages.town.units["science"]).status_code == 303
    assert admin.post(unit(pages, "science", "move"), parent=pages.town.units["clinic"]).status_code == 422
    dialog = admin.client.post(
        f"{unit(pages, 'office')}/delete",
        data={"csrf_token": admin.token()},
        headers={"X-Fragment": "dialog"},
    )
    assert dialog.status_code == 204
    assert dialog.headers["X-Location"].endswith(unit(pages, "science"))
    assert admin.get(unit(pages, "office")).status_code == 404


# --- Branches -----------------------------------------------------------------------------------------


@pytest.mark.requirement("U-16", "C-72", "W-44")
def test_a_branch_is_given_and_taken_back_by_name(pages: Pages, admin: Reader) -> None:
    address, users = unit(pages, "health", "administrators"), pages.town.users
    sent = {"people": str(users["nga"]), "fresh": ["admin.units"]}
    assert admin.send(address, sent).status_code == 303
    assert pages.as_("nga").get(unit(pages, "clinic")).status_code == 200
    tab = admin.get(f"{unit(pages, 'health')}?tab=administrators").text
    assert f'name="grant.{users["nga"]}" value="admin.units" checked' in tab
    assert admin.send(address, {"person": str(users["nga"])}).status_code == 303
    assert pages.as_("nga").get(unit(pages, "clinic")).status_code == 403


@pytest.mark.requirement("U-17", "U-29", "C-83")
def test_a_member_of_a_branch_meets_nothing_else(pages: Pages) -> None:
    town = pages.town
    set_administrators(
        pages.platform,
        town.actor("tung"),
        town.units["health"],
        {town.users["nga"]: frozenset({"admin.units"})},
    )
    member = pages.as_("nga")
    page = member.get(TREE).text
    assert "Phòng Nghiệp vụ Y" in page
    assert "Sở Tài chính" not in page
    assert "UBND tỉnh Bình An" in page  # the way there, which leads nowhere
    assert f'{TREE}/{town.units["province"]}"' not in page
    assert "Sở Tài chính" not in member.get(f"{TREE}?q=so").text
    foreign = unit(pages, "finance")
    for tab in ("", "/children", "/move", "/switch", "/delete", "?tab=history"):
        assert member.get(foreign + tab).status_code == 404, tab
    forms: dict[str, dict[str, object]] = {
        "/roles": {"slot.executing.head": str(town.users["nga"])}, "/information": {"name": "x"},
        "/administrators": {"people": str(town.users["nga"]), "fresh": ["admin.units"]},
        "/people": {"people": str(town.users["nga"]), "place": "office.staff"}, "/place": {"step": "up"},
        "/move": {"parent": town.units["health"]}, "/switch": {"active": "off"}, "/delete": {},
    }  # fmt: skip
    for way, sent in forms.items():
        assert member.send(foreign + way, sent).status_code == 404, way
    assert member.send(f"{TREE}/new", {"name": "Len vào", "parent": town.units["finance"]}).status_code in (
        404,
        422,
    )
    assert member.post(unit(pages, "health", "place"), step="up").status_code == 404
    assert (
        member.send(f"{TREE}/new", {"name": "Phòng của tôi", "parent": town.units["health"]}).status_code
        == 303
    )
    assert pages.as_("stranger").get(TREE).status_code == 403
    assert "Sở Tài chính" not in member.get(f"{TREE}/new?parent={town.units['health']}").text


# --- A side that nobody here has heard of -------------------------------------------------------------


@pytest.mark.requirement("W-19", "E-17", "O-16")
def test_a_further_module_brings_its_side_and_the_pages_serve_it(pages: Pages, admin: Reader) -> None:
    load_definitions(pages.platform, MODULES / "incoming_document")
    tab = f"{unit(pages, 'office')}?tab=information"
    assert 'value="registry"' in admin.get(tab).text
    sent = {
        "_version": version(admin, tab), "name": "Văn phòng Sở", "parent": pages.town.units["science"],
        "sides": ["registry"],
    }  # fmt: skip
    assert admin.send(unit(pages, "office", "information"), sent).status_code == 303
    fill_slot(
        pages.platform, SYSTEM, pages.town.units["office"], "registry", "clerk", (pages.town.users["tuan"],)
    )
    page = admin.get(unit(pages, "office")).text
    with pages.platform.reading() as work:
        side = work.workspace.sides["registry"]
    assert side.name.vi in page
    for slot in side.slots.values():
        assert slot.label.vi in page
    assert "Phạm Minh Tuấn" in page
    assert 'value="registry" selected' in admin.get(f"{TREE}?side=registry").text
