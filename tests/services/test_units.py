"""The unit tree as administrators change it: what is kept, what is refused, what counts at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from luongviec.engine.errors import Conflict, InvalidInput, NotFound, Refused
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services.forms.candidates import CandidateRequest, candidates
from luongviec.services.journal.writing import organisation_changed
from luongviec.services.rights.groups import add_to_group
from luongviec.services.units import edits as unit_edits
from luongviec.services.units import slots as unit_slots
from luongviec.services.units import tree as unit_tree
from luongviec.services.units.administrators import administrators_view, set_administrators
from luongviec.services.units.data import UnitData
from luongviec.services.units.edits import add_unit, delete_unit, edit_unit, place_unit, switch_unit
from luongviec.services.units.ends import foresee
from luongviec.services.units.forms import unit_data
from luongviec.services.units.history import unit_history
from luongviec.services.units.page import unit_page
from luongviec.services.units.people import unit_members
from luongviec.services.users.making import NewUser, create_user
from luongviec.store.models import AuditEntry, Unit, UnitClosure, User
from luongviec.store.organisation import unit_rows
from tests.services.house import House
from tests.services.meetings import prepare


@pytest.fixture
def admin(house: House) -> Actor:
    return house.actor("admin")


def add(house: House, name: str, parent: int | None = None, **said: object) -> int:
    """Add a unit below the town."""
    data = UnitData(name, house.units["town"] if parent is None else parent, **said)  # type: ignore[arg-type]
    return add_unit(house.platform, SYSTEM, data)


def names_below(house: House, unit_id: int) -> list[str]:
    with house.platform.reading() as work:
        organisation = work.world.organisation
        return [organisation.units[one].name for one in organisation.below.get(unit_id, ())]


# --- Adding and editing -------------------------------------------------------------------------------


@pytest.mark.requirement("U-13", "C-60", "C-61", "C-63", "C-67", "E-11", "W-18")
def test_one_form_makes_a_unit_with_its_sides_and_people(house: House, admin: Actor) -> None:
    filling = {("executing", "head"): (house.users["other"],), ("meeting", "clerk"): (house.users["clerk"],)}
    sides = frozenset({"executing"})
    data = UnitData("Phòng  Nội vụ ", house.units["town"], "department", sides=sides, filling=filling)
    unit_id = add_unit(house.platform, admin, data)
    page = unit_page(house.platform, admin, unit_id)
    assert (page.name, page.code, page.kind_code) == ("Phòng Nội vụ", "PNV", "department")
    assert page.own_sides == {"executing", "meeting"}  # whoever is put in brings the side along
    heads = [one.label for side in page.sides for slot in side.slots for one in slot.people]
    assert sorted(heads) == ["Bùi Thúy Nga", "Bùi Đức Long"]
    assert page.path[-1].id == house.units["town"]


@pytest.mark.requirement("O-08", "O-13", "W-45")
def test_equal_names_get_codes_of_their_own(house: House, admin: Actor) -> None:
    first, second = add(house, "Văn phòng Sở"), add(house, "Văn phòng Sở")
    codes = [unit_page(house.platform, admin, one).code for one in (first, second)]
    assert codes == ["VPS", "VPS2"]
    with pytest.raises(InvalidInput) as refused:
        add(house, "Văn phòng khác", code="vps")
    assert "VPS3" in str(refused.value.errors["code"][0]).upper()


@pytest.mark.requirement("C-84", "O-15")
def test_all_that_is_wrong_is_said_at_once(house: House, admin: Actor) -> None:
    data = UnitData(
        " ", house.units["town"], "block", "có dấu cách", frozenset({"executing"}),
        {("status_group", "task"): "unheard_of"},
    )  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        add_unit(house.platform, admin, data)
    assert set(refused.value.errors) == {"name", "code", "sides", "choice.status_group.task"}
    with pytest.raises(InvalidInput) as refused:
        add(house, "Lạ", kind="unheard_of")
    assert set(refused.value.errors) == {"kind"}


@pytest.mark.requirement("U-15", "C-62", "C-68", "C-69", "E-12", "W-15")
def test_one_save_changes_name_kind_code_sides_and_place(house: House, admin: Actor) -> None:
    unit_id = add(
        house,
        "Phòng Cũ",
        sides=frozenset({"executing"}),
        filling={("executing", "head"): (house.users["head"],)},
    )
    data = UnitData("Phòng Mới", house.units["works"], "division", "PM-1", frozenset({"meeting"}))
    edit_unit(house.platform, admin, unit_id, data)
    page = unit_page(house.platform, admin, unit_id)
    assert (page.name, page.code, page.kind_code, page.parent_id) == (
        "Phòng Mới",
        "PM-1",
        "division",
        house.units["works"],
    )
    assert page.own_sides == {"meeting"}
    with house.platform.reading() as work:
        assert not work.world.holders_of(unit_id, "executing")
        assert [name for name, _ in unit_rows.former_names(work.session, unit_id)] == ["Phòng Cũ"]


@pytest.mark.requirement("C-65", "C-66", "C-84")
def test_what_a_unit_does_not_choose_it_has_from_above(house: House, admin: Actor) -> None:
    page = unit_page(house.platform, admin, house.units["road"])
    chosen = {(one.kind, one.subject): one for one in page.choices}
    assert chosen["status_group", "task"].in_force.vi == "Quản lý nhiệm vụ"
    assert chosen["notification_set", "task"].in_force.vi == "Mặc định"
    assert all(one.own is None and one.inherited.vi for one in page.choices)
    data = UnitData("Tổ có lịch riêng", house.units["works"], choices={("calendar", ""): "province"})
    unit_id = add_unit(house.platform, admin, data)
    assert unit_data(house.platform, admin, unit_id).choices == {("calendar", ""): "province"}


@pytest.mark.requirement("C-69")
def test_a_form_that_is_too_old_says_who_was_first(house: House, admin: Actor) -> None:
    unit_id = add(house, "Phòng Tranh chấp")
    version = unit_page(house.platform, admin, unit_id).version
    data = UnitData("Tên của người đầu", house.units["town"], code="PTC")
    edit_unit(house.platform, admin, unit_id, data, version=version)
    with pytest.raises(Conflict) as refused:
        edit_unit(house.platform, admin, unit_id, data, version=version)
    assert "Quản trị" in refused.value.message.vi
    assert "name" in refused.value.message.vi
    with pytest.raises(Conflict):
        unit_slots.set_slots(house.platform, admin, unit_id, {}, version=version)


# --- Moving and order ---------------------------------------------------------------------------------


@pytest.mark.requirement("C-84", "U-30", "O-05")
def test_a_unit_cannot_move_into_its_own_branch(house: House, admin: Actor) -> None:
    top = add(house, "Khối")
    below = add(house, "Nhóm", top)
    deep = add(house, "Tổ", below)
    for place in (top, below, deep):
        with pytest.raises(InvalidInput) as refused:
            unit_edits.move_unit_below(house.platform, admin, top, place)
        assert set(refused.value.errors) == {"parent"}
    unit_edits.move_unit_below(house.platform, admin, below, house.units["health"])
    page = unit_page(house.platform, admin, deep)
    assert [step.name for step in page.path] == ["Thành phố", "Phòng Y tế", "Nhóm"]
    with house.platform.reading() as work:
        rows = work.session.scalars(select(UnitClosure.ancestor_id).where(UnitClosure.unit_id == deep))
        assert set(rows) == {house.units["town"], house.units["health"], below, deep}


@pytest.mark.requirement("O-11")
def test_siblings_keep_the_order_that_they_are_given(house: House, admin: Actor) -> None:
    top = add(house, "Khối có thứ tự")
    units = {name: add(house, name, top) for name in ("Một", "Hai", "Ba")}
    place_unit(house.platform, admin, units["Ba"], step=-1)
    assert names_below(house, top) == ["Một", "Ba", "Hai"]
    place_unit(house.platform, admin, units["Hai"], before_id=units["Một"])
    assert names_below(house, top) == ["Hai", "Một", "Ba"]
    place_unit(house.platform, admin, units["Ba"], step=5)
    assert names_below(house, top) == ["Hai", "Một", "Ba"]
    with pytest.raises(InvalidInput):
        place_unit(house.platform, admin, units["Ba"], before_id=house.units["town"])


# --- Slots --------------------------------------------------------------------------------------------


@pytest.mark.requirement("C-63", "C-70", "E-14", "E-18", "U-35")
def test_people_go_into_and_out_of_slots_in_one_save(house: House, admin: Actor) -> None:
    unit_id = add(house, "Phòng Vai trò", sides=frozenset({"executing", "meeting"}))
    users = house.users
    unit_slots.set_slots(
        house.platform, admin, unit_id,
        {("executing", "head"): (users["head"], users["other"]), ("meeting", "clerk"): (users["clerk"],)},
    )  # fmt: skip
    unit_slots.set_slots(house.platform, admin, unit_id, {("executing", "head"): (users["other"],)})
    with house.platform.reading() as work:
        held = {(one.slot, one.user_id) for one in work.world.holders_of(unit_id, "executing")}
        assert held == {("head", users["other"])}
        assert [one.slot for one in work.world.holders_of(unit_id, "meeting")] == ["clerk"]
        entry = unit_rows.last_change(work.session, "unit", str(unit_id))
        assert entry is not None
        assert (entry.before, entry.after) == (
            {"executing.head": ["head", "other"]},
            {"executing.head": ["other"]},
        )


@pytest.mark.requirement("U-28", "C-63")
def test_closed_accounts_and_units_take_nobody_in(house: House, admin: Actor) -> None:
    gone = create_user(house.platform, SYSTEM, NewUser("da.nghi", "Người Đã Nghỉ", password_hash="!"))
    with house.platform.transaction() as work:
        work.session.get_one(User, gone).active = False
        organisation_changed(work)
    unit_id = add(house, "Phòng sắp ngừng", sides=frozenset({"executing"}))
    with pytest.raises(InvalidInput) as refused:
        unit_slots.set_slots(house.platform, admin, unit_id, {("executing", "head"): (gone,)})
    assert "Người Đã Nghỉ" in refused.value.errors["slot.executing.head"][0].vi
    switch_unit(house.platform, admin, unit_id, False)
    with pytest.raises(InvalidInput) as refused:
        unit_slots.set_slots(house.platform, admin, unit_id, {("executing", "head"): (house.users["head"],)})
    assert "ngừng" in refused.value.errors["slot.executing.head"][0].vi
    with pytest.raises(InvalidInput):
        unit_slots.set_slots(house.platform, admin, unit_id, {("meeting", "head"): (house.users["head"],)})


@pytest.mark.requirement("C-64", "C-85", "C-86", "W-29")
def test_slots_of_the_unit_above_are_shown_live(house: House, admin: Actor) -> None:
    above = add(house, "Sở Trên", sides=frozenset({"assigning", "executing"}))
    heading = add(house, "Các phòng", above, kind="group")
    unit_id = add(house, "Phòng Dưới", heading, sides=frozenset({"executing"}))
    (inherited,) = unit_page(house.platform, admin, unit_id).inherited
    assert (inherited.unit_id, inherited.side) == (above, "assigning")  # through the heading
    assert [slot.label.vi for slot in inherited.slots][:1] == ["Thủ trưởng đơn vị"]
    assert not any(slot.people for slot in inherited.slots)
    unit_slots.fill_slot(house.platform, admin, above, "assigning", "head", (house.users["chair"],))
    (inherited,) = unit_page(house.platform, admin, unit_id).inherited
    assert inherited.slots[0].people == (house.users["chair"],)
    (own,) = unit_page(house.platform, admin, above).inherited  # it executes for the town itself
    assert own.unit_id == house.units["town"]


@pytest.mark.requirement("W-44", "C-63")
def test_an_empty_slot_says_what_is_left_undone(house: House, admin: Actor) -> None:
    unit_id = add(house, "Phòng Thiếu", sides=frozenset({"executing"}))
    unit_slots.fill_slot(house.platform, admin, unit_id, "executing", "head", (house.users["head"],))
    page = unit_page(house.platform, admin, unit_id)
    slots = {slot.code: slot for side in page.sides for slot in side.slots}
    assert slots["follower"].undone
    assert "Đầu mối tiếp nhận" in (slots["follower"].warning.vi if slots["follower"].warning else "")
    assert not slots["officer"].undone
    assert "Thủ trưởng" in (slots["officer"].warning.vi if slots["officer"].warning else "")
    assert page.gaps == 1


# --- Switching off and deleting -----------------------------------------------------------------------


@pytest.mark.requirement("U-18", "U-28")
def test_a_branch_that_is_off_leaves_pickers_and_comes_back(house: House, admin: Actor) -> None:
    top = add(house, "Sở Ngừng", sides=frozenset({"executing"}))
    below = add(house, "Phòng của Sở Ngừng", top, sides=frozenset({"executing"}))
    switch_unit(house.platform, admin, top, False)
    with house.platform.reading() as work:
        assert {top, below}.isdisjoint(work.world.units_with_side("executing"))
        assert work.world.organisation.units[below].name == "Phòng của Sở Ngừng"
    page = unit_page(house.platform, admin, below)
    assert (page.active, page.closed_by) == (True, "Sở Ngừng")
    off = unit_tree.find_units(house.platform, admin, show=unit_tree.OFF)
    assert {top, below} <= {one.id for one in off.units}
    switch_unit(house.platform, admin, top, True)
    with house.platform.reading() as work:
        assert {top, below} <= set(work.world.units_with_side("executing"))


@pytest.mark.requirement("U-14", "U-27", "C-71", "C-87", "E-13", "E-20")
def test_a_unit_is_deleted_only_when_nothing_hangs_on_it(house: House, admin: Actor) -> None:
    house.task()
    ahead = foresee(house.platform, admin, house.units["works"])
    assert {one.what for one in ahead.obstacles} == {"children", "people", "task"}
    with pytest.raises(InvalidInput) as refused:
        delete_unit(house.platform, admin, house.units["works"])
    assert len(refused.value.errors[""]) == 3
    with pytest.raises(InvalidInput, match=r".*") as refused:
        edit_unit(
            house.platform, admin, house.units["works"],
            UnitData("Phòng Xây dựng", house.units["town"], "department", "WORKS", frozenset({"meeting"})),
        )  # fmt: skip
    assert set(refused.value.errors) == {"sides"}
    top = add(house, "Để xóa", sides=frozenset({"meeting"}))
    delete_unit(house.platform, admin, top)
    with pytest.raises(NotFound):
        unit_page(house.platform, admin, top)
    with house.platform.reading() as work:
        assert work.world.unit(top) is not None  # history goes on naming it
        assert top not in work.world.units_below(house.units["town"], deep=True)
    assert unit_page(house.platform, admin, add(house, "Để xóa")).code == "DX"


@pytest.mark.requirement("E-20")
def test_a_unit_invited_to_a_meeting_stays_until_the_meeting_is_over(house: House, admin: Actor) -> None:
    unit_id = add(house, "Phòng được mời họp", sides=frozenset({"meeting"}))
    hall = prepare(house, "Họp có đơn vị", invited_unit=[unit_id])
    hall.confirm()
    (obstacle,) = foresee(house.platform, admin, unit_id).obstacles
    assert (obstacle.what, obstacle.count) == ("meeting", 1)
    with pytest.raises(InvalidInput) as refused:
        delete_unit(house.platform, admin, unit_id)
    assert "Cuộc họp" in refused.value.errors[""][0].vi
    hall.act("clerk", "cancel", reason="Không họp nữa")
    delete_unit(house.platform, admin, unit_id)
    with pytest.raises(NotFound):
        unit_page(house.platform, admin, unit_id)


# --- Branches -----------------------------------------------------------------------------------------


@pytest.fixture
def branch(house: House, admin: Actor) -> dict[str, int]:
    """A branch of its own with an administrator: `stranger` administers `body`."""
    block = add(house, "Khối riêng")
    body = add(house, "Sở có quản trị", block, sides=frozenset({"executing", "assigning"}))
    room = add(house, "Phòng trong nhánh", body, sides=frozenset({"executing"}))
    beside = add(house, "Sở bên cạnh", block)
    set_administrators(house.platform, admin, body, {house.users["stranger"]: frozenset({"admin.units"})})
    return {"block": block, "body": body, "room": room, "beside": beside}


@pytest.mark.requirement("U-16", "U-17", "C-72")
def test_a_member_sees_and_changes_the_branch(house: House, branch: dict[str, int]) -> None:
    member = house.actor("stranger")
    tree = unit_tree.tree(house.platform, member)
    assert tree.units == 2
    path = []
    nodes = tree.nodes
    while nodes:
        path.append((nodes[0].name, nodes[0].way_only))
        assert len(nodes) == 1  # neither siblings of the way nor of the branch
        nodes = nodes[0].children
    assert path == [("Thành phố", True), ("Khối riêng", True), ("Sở có quản trị", False)]
    page = unit_page(house.platform, member, branch["body"])
    assert [step.is_open for step in page.path] == [False, False]
    added = add_unit(house.platform, member, UnitData("Phòng mới của nhánh", branch["body"]))
    edit_unit(house.platform, member, branch["body"], UnitData("Sở đã đổi tên", branch["block"], code="SDDT"))
    unit_edits.move_unit_below(house.platform, member, added, branch["room"])
    found = unit_tree.find_units(house.platform, member, "phong")
    assert {one.name for one in found.units} == {"Phòng trong nhánh", "Phòng mới của nhánh"}


@pytest.mark.requirement("U-29", "C-83")
def test_nothing_beyond_the_branch_can_be_reached(house: House, branch: dict[str, int]) -> None:
    member = house.actor("stranger")
    for foreign in (branch["block"], branch["beside"], house.units["works"], 999_999):
        with pytest.raises(NotFound):
            unit_page(house.platform, member, foreign)
        with pytest.raises(NotFound):
            add_unit(house.platform, member, UnitData("Len vào", foreign))
        with pytest.raises(NotFound):
            switch_unit(house.platform, member, foreign, False)
        with pytest.raises(NotFound):
            unit_slots.fill_slot(house.platform, member, foreign, "executing", "head", (house.users["head"],))
        with pytest.raises(NotFound):
            unit_edits.move_unit_below(house.platform, member, branch["room"], foreign)
        with pytest.raises(NotFound):
            set_administrators(house.platform, member, foreign, {})
    with pytest.raises(NotFound):  # out of the unit above, which is not his
        unit_edits.move_unit_below(house.platform, member, branch["body"], branch["room"])
    with pytest.raises(NotFound):
        delete_unit(house.platform, member, branch["body"])
    with pytest.raises(NotFound):
        place_unit(house.platform, member, branch["body"], step=1)
    with pytest.raises(Refused):
        add_unit(house.platform, member, UnitData("Trên cùng", None))
    with pytest.raises(Refused):
        unit_tree.tree(house.platform, house.actor("officer"))


@pytest.mark.requirement("C-83", "U-16")
def test_nobody_gives_what_he_does_not_hold(house: House, branch: dict[str, int], admin: Actor) -> None:
    member, other = house.actor("stranger"), house.users["other"]
    with pytest.raises(Refused):
        set_administrators(house.platform, member, branch["room"], {other: frozenset({"admin.users"})})
    set_administrators(house.platform, member, branch["room"], {other: frozenset({"admin.units"})})
    view = administrators_view(house.platform, member, branch["room"])
    assert view.granted == ((other, frozenset({"admin.units"})),)
    assert view.functions == ("admin.units",)
    assert house.users["stranger"] in {one.user_id for one in view.others}
    with pytest.raises(InvalidInput):
        set_administrators(house.platform, admin, branch["room"], {other: frozenset({"task.admin"})})
    set_administrators(house.platform, admin, branch["room"], {})
    with pytest.raises(Refused):
        unit_tree.tree(house.platform, Actor(other))


@pytest.mark.requirement("C-72", "C-83", "U-35")
def test_a_slot_may_give_the_branch(house: House, branch: dict[str, int]) -> None:
    member, officer = house.actor("stranger"), house.users["officer"]
    unit_slots.fill_slot(house.platform, member, branch["body"], "assigning", "admin", (officer,))
    assert unit_tree.tree(house.platform, Actor(officer)).units == 2
    unit_slots.clear_slot(house.platform, member, branch["body"], "assigning", "admin", (officer,))
    with pytest.raises(Refused):
        unit_tree.tree(house.platform, Actor(officer))
    with house.platform.transaction() as work:  # who administers one unit alone does not give its branch
        unit_rows.end_grants(
            work.session, branch["body"], {(house.users["stranger"], "admin.units")}, work.now
        )
        unit_rows.add_grants(
            work.session, branch["room"], [(house.users["stranger"], "admin.units")], work.now
        )
        organisation_changed(work)
    with pytest.raises(NotFound):
        unit_slots.fill_slot(house.platform, member, branch["body"], "assigning", "admin", (officer,))


@pytest.mark.requirement("E-09", "E-14", "C-83")
def test_the_administrator_of_a_module_fills_its_sides_and_no_more(house: House) -> None:
    add_to_group(house.platform, SYSTEM, "meeting_admin", (house.users["clerk"],))
    keeper = house.actor("clerk")
    unit_id = add(house, "Phòng Họp hành", sides=frozenset({"meeting", "executing"}))
    assert unit_tree.tree(house.platform, keeper, side="meeting").units > 2
    unit_slots.set_slots(house.platform, keeper, unit_id, {("meeting", "clerk"): (house.users["clerk"],)})
    with pytest.raises(Refused):
        unit_slots.set_slots(house.platform, keeper, unit_id, {("executing", "head"): (house.users["head"],)})
    with pytest.raises(Refused):
        edit_unit(house.platform, keeper, unit_id, UnitData("Tên khác", house.units["town"]))
    with pytest.raises(Refused):
        add_unit(house.platform, keeper, UnitData("Phòng nữa", unit_id))


# --- Reading ------------------------------------------------------------------------------------------


@pytest.mark.requirement("U-11", "U-12", "C-59", "E-10", "O-12")
def test_the_tree_opens_down_to_a_unit_and_no_further(house: House, admin: Actor) -> None:
    tree = unit_tree.tree(house.platform, admin, chosen=house.units["works"])
    (town,) = tree.nodes
    works = next(one for one in town.children if one.id == house.units["works"])
    health = next(one for one in town.children if one.id == house.units["health"])
    assert works.is_chosen
    assert [one.name for one in works.children][:1] == ["Tổ Cầu đường"]
    assert not health.children
    opened = unit_tree.children(house.platform, admin, house.units["works"])
    assert [one.id for one in opened] == [one.id for one in works.children]
    assert (opened[0].level, opened[0].place, opened[0].among) == (3, 1, len(opened))
    with pytest.raises(NotFound):
        unit_tree.tree(house.platform, admin, chosen=999_999)


@pytest.mark.requirement("U-11", "O-12", "O-13")
def test_units_are_found_by_name_code_and_person(house: House, admin: Actor) -> None:
    def ids(q: str, **asked: str) -> set[int]:
        return {one.id for one in unit_tree.find_units(house.platform, admin, q, **asked).units}

    assert house.units["road"] in ids("to cau duong")
    assert house.units["works"] in ids("WORKS")
    found = {one.id: one for one in unit_tree.find_units(house.platform, admin, "thu ha").units}
    assert "Nguyễn Thị Thu Hà" in found[house.units["works"]].who
    assert unit_tree.find_units(house.platform, admin, "khong co dau").reason is not None
    assert house.units["empty"] in ids("", show="missing")
    assert house.units["road"] not in ids("to", side="meeting")


@pytest.mark.requirement("U-11", "U-12", "E-17", "O-16", "W-19")
def test_people_of_a_unit_are_those_who_work_there(house: House, admin: Actor) -> None:
    unit_id = add(house, "Nơi làm việc", sides=frozenset({"office", "executing"}))
    unit_slots.fill_slot(house.platform, admin, unit_id, "office", "staff", (house.users["planner"],))
    unit_slots.fill_slot(house.platform, admin, unit_id, "executing", "head", (house.users["chair"],))
    assert [one.name for one in unit_members(house.platform, admin, unit_id).lines] == ["Phạm Minh Tuấn"]
    with house.platform.reading() as work:
        post = work.world.organisation.posts[house.users["planner"]]
    assert post == "Cán bộ, Nơi làm việc"
    everybody = unit_members(house.platform, admin, house.units["town"], branch=True).lines
    assert "Phạm Minh Tuấn" in [one.name for one in everybody]
    unit_slots.clear_slot(house.platform, admin, unit_id, "office", "staff", (house.users["planner"],))
    assert unit_members(house.platform, admin, unit_id).lines == ()


@pytest.mark.requirement("U-36", "C-88")
def test_every_change_is_in_the_history_of_the_unit(house: House, admin: Actor) -> None:
    unit_id = add(house, "Phòng Nhật ký", sides=frozenset({"executing"}))
    unit_slots.fill_slot(house.platform, admin, unit_id, "executing", "head", (house.users["head"],))
    switch_unit(house.platform, admin, unit_id, False)
    history = unit_history(house.platform, admin, unit_id)
    assert [line.action.vi for line in history.lines] == [
        "Đổi tình trạng sử dụng",
        "Đổi người giữ vai trò",
        "Thêm đơn vị",
    ]
    assert history.lines[0].who == "Quản trị"
    changes = {name.vi: (before.vi, after.vi) for name, before, after in history.lines[1].changes}
    assert changes == {"Đơn vị thực hiện nhiệm vụ: Thủ trưởng đơn vị": ("–", "head")}


@pytest.mark.requirement("W-44")
def test_an_empty_picker_names_who_can_fill_the_slot(house: House) -> None:
    request = CandidateRequest(
        "task", "create", "recipients.assignee",
        typed={"assigning": [str(house.units["town"])]}, row={"executing": [str(house.units["empty"])]},
    )  # fmt: skip
    page = candidates(house.platform, house.actor("planner"), request)
    assert page.candidates == ()
    assert page.reason is not None
    assert "Quản trị" in page.reason.vi


@pytest.mark.requirement("C-73")
def test_the_built_in_administrator_may_begin_the_tree(house: House, admin: Actor) -> None:
    top = add_unit(house.platform, admin, UnitData("Một gốc khác"))
    with house.platform.reading() as work:
        assert work.session.get_one(Unit, top).path == f"/{top}/"
        kinds = work.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == str(top)))
        assert list(kinds) == ["unit.created"]
