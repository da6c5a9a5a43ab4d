"""Effective rights: everything that somebody holds, with each reason, where it counts and since when."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.text import Text
from luongviec.engine.world import SYSTEM
from luongviec.services.rights import effective as rights
from luongviec.services.rights import function_permissions, groups
from luongviec.services.rights.effective import HolderQuestion
from luongviec.services.rights.groups import NewGroup
from luongviec.store.definitions.workspaces import ORGANISATION, touch_generation
from luongviec.store.models import BranchGrant
from tests.services.house import House


@pytest.fixture
def granted(house: House) -> House:
    """The contact of the works office holds one permission in every way there is."""
    platform, contact = house.platform, house.users["contact"]
    if any(group.code == "to_phuc_vu" for group in rights.person_rights(platform, SYSTEM, contact).groups):
        return house
    function_permissions.grant_functions(platform, SYSTEM, contact, ("admin.units",))
    house.clock.pass_by(days=1)
    code = groups.create_group(platform, SYSTEM, NewGroup("Tổ phục vụ"))
    groups.set_functions(platform, SYSTEM, code, ("admin.units",))
    house.clock.pass_by(days=1)
    groups.add_to_group(platform, SYSTEM, code, [contact])
    groups.add_to_group(platform, SYSTEM, "meeting_admin", [contact])
    with platform.transaction() as work:
        work.session.add(
            BranchGrant(unit_id=house.units["works"], user_id=contact, function="admin.units", since=work.now)
        )
        touch_generation(work.session, ORGANISATION)
    return house


@pytest.mark.requirement("E-15", "U-34", "S3")
def test_a_persons_rights_come_with_every_reason(granted: House) -> None:
    held = rights.person_rights(granted.platform, granted.actor("admin"), granted.users["contact"])
    (units,) = [one for one in held.functions if one.function.code == "admin.units"]
    begun = {source.through.vi: source for source in units.sources}
    assert set(begun) == {"Cấp riêng cho người này", "Nhóm “Tổ phục vụ”", "Quản trị nhánh"}
    alone, group = begun["Cấp riêng cho người này"], begun["Nhóm “Tổ phục vụ”"]
    assert alone.since is not None
    assert group.since is not None
    assert (group.since - alone.since).days == 2  # since both: the group had it, and he was in it
    assert begun["Quản trị nhánh"].where == "Phòng Xây dựng"
    assert {one.function.code for one in held.functions} >= {"meeting.admin", "room.admin"}
    (role,) = held.roles
    assert (role.side, role.slot, role.unit, role.branch) == (
        Text("Đơn vị thực hiện nhiệm vụ", "Executing unit"), Text("Theo dõi nhiệm vụ", "Follows tasks"),
        "Phòng Xây dựng", False,
    )  # fmt: skip
    assert "Nhận nhiệm vụ" in {ability.vi for ability in role.abilities}
    assert [group.name.vi for group in held.groups] == ["Quản trị cuộc họp", "Tổ phục vụ"]


def test_everybody_reads_his_own_and_no_other(granted: House) -> None:
    contact = granted.users["contact"]
    assert rights.person_rights(granted.platform, granted.actor("contact"), contact).id == contact
    with pytest.raises(Refused):
        rights.person_rights(granted.platform, granted.actor("contact"), granted.users["chair"])
    with pytest.raises(NotFound):
        rights.person_rights(granted.platform, granted.actor("admin"), 10**6)


@pytest.mark.requirement("U-35")
def test_who_holds_a_permission_and_through_what(granted: House) -> None:
    page = rights.holders_of_permission(
        granted.platform, granted.actor("admin"), "admin.units", HolderQuestion()
    )
    by_name = {holder.name: holder for holder in page.holders}
    assert {"Nguyễn Thị Thu Hà", "Quản trị"} <= set(by_name)
    assert len(by_name["Nguyễn Thị Thu Hà"].sources) == 3
    (source,) = by_name["Quản trị"].sources
    assert (source.through.vi, source.where) == ("Nhóm “Quản lý hệ thống”", "")
    found = rights.holders_of_permission(
        granted.platform, granted.actor("admin"), "admin.units", HolderQuestion("thu HA")
    )
    assert ([holder.name for holder in found.holders], found.total) == (["Nguyễn Thị Thu Hà"], 1)


def test_pages_of_holders_are_bounded(granted: House) -> None:
    def page(number: int) -> list[str]:
        asked = HolderQuestion(page=number, size=1)
        found = rights.holders_of_permission(granted.platform, granted.actor("admin"), "admin.units", asked)
        assert found.pages == found.total
        return [holder.name for holder in found.holders]

    assert page(1) != page(2)
    assert page(99) == []


@pytest.mark.requirement("S3", "C-55", "C-56")
def test_who_fills_a_role_and_who_carries_an_ability(house: House) -> None:
    admin = house.actor("admin")
    role = rights.holders_of_role(house.platform, admin, "executing", "head", HolderQuestion())
    assert [holder.name for holder in role.holders] == ["Bùi Thúy Nga", "Trần Quốc Bảo"]
    (source,) = role.holders[1].sources
    assert (source.where, source.since is not None) == ("Phòng Xây dựng", True)
    able = rights.holders_of_ability(house.platform, admin, "assigning", "assign", HolderQuestion())
    assert {holder.name for holder in able.holders} == {"Lê Văn Khánh", "Trần Quốc Bảo"}
    choices = {(one.side, one.code) for one in rights.all_abilities(house.platform, admin)}
    assert {("assigning", "assign"), ("executing", "create"), ("meeting", "clerk")} <= choices


def test_what_there_is_not_is_not_found_and_others_are_refused(house: House) -> None:
    admin, officer, asked = house.actor("admin"), house.actor("officer"), HolderQuestion()
    for missing in (
        lambda: rights.holders_of_permission(house.platform, admin, "no.such", asked),
        lambda: rights.holders_of_role(house.platform, admin, "executing", "none", asked),
        lambda: rights.holders_of_role(house.platform, admin, "none", "head", asked),
        lambda: rights.holders_of_ability(house.platform, admin, "executing", "fly", asked),
    ):
        with pytest.raises(NotFound):
            missing()
    for refused in (
        lambda: rights.all_functions(house.platform, officer),
        lambda: rights.all_abilities(house.platform, officer),
        lambda: rights.holders_of_permission(house.platform, officer, "admin.units", asked),
        lambda: rights.holders_of_role(house.platform, officer, "executing", "head", asked),
        lambda: rights.holders_of_ability(house.platform, officer, "executing", "receive", asked),
    ):
        with pytest.raises(Refused):
            refused()
