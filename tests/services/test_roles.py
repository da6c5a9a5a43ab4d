"""Roles in units: edited in their definition, counted before they are published, in force at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from luongviec.engine.errors import Conflict, InvalidInput, NotFound, Refused
from luongviec.engine.text import Text
from luongviec.engine.world import SYSTEM
from luongviec.services import definitions
from luongviec.services.records.access import has_function
from luongviec.services.rights import function_permissions, groups, roles
from luongviec.services.rights.role_views import modules_with_sides, role_form, roles_parts
from luongviec.services.rights.roles import RoleEdit, RoleInUse
from luongviec.services.telling import notifications
from luongviec.services.units import making as units
from luongviec.store.models import AuditEntry
from tests.databases import Databases
from tests.services.house import House
from tests.services.standing import standing_house
from tests.services.test_definitions_service import another_process
from tests.services.test_pages import picked


@pytest.fixture
def house(whole_house: House, databases: Databases, tmp_path: Path) -> Iterator[House]:
    """The house; where a test publishes, the next one gets it as it was built."""
    whole_house.rest()
    before = definitions.revisions(whole_house.platform, limit=1)
    yield whole_house
    if definitions.revisions(whole_house.platform, limit=1) != before:
        fresh = standing_house(databases.raw(whole_house.engine.dialect.name), tmp_path)
        enqueue = whole_house.platform.enqueue
        whole_house.platform = replace(fresh.platform, clock=whole_house.clock, enqueue=enqueue)


def text_of(house: House, side: str) -> str:
    return definitions.revision_text(house.platform, "side", side)


def carried(house: House, side: str) -> dict[str, frozenset[str]]:
    part = next(one for one in roles_parts(house.platform, SYSTEM) if one.side == side)
    return {role.code: role.abilities for role in part.roles}


def switch(house: House, side: str, slot: str, ability: str, *, on: bool) -> None:
    """Turn one switch, as the page's table does."""
    now = carried(house, side)
    now[slot] = now[slot] | {ability} if on else now[slot] - {ability}
    roles.save_abilities(house.platform, house.actor("admin"), side, now)


def new_role(label: str = "Thư ký", **words: object) -> RoleEdit:
    return RoleEdit(Text(label), Text(""), **words)  # type: ignore[arg-type]


# --- The page -------------------------------------------------------------------------------------------


@pytest.mark.requirement("C-49", "W-17", "S3")
def test_each_side_is_a_part_and_each_role_offers_every_ability(house: House) -> None:
    parts = {part.side: part for part in roles_parts(house.platform, house.actor("admin"))}
    assert {"assigning", "executing", "meeting", "office", "registry"} <= set(parts)  # a third module's too
    abilities = [ability.code for ability in parts["executing"].abilities]
    assert abilities == ["receive", "follow", "assign", "create"]
    head = next(role for role in parts["executing"].roles if role.code == "head")
    assert (head.holders, head.units, head.branch, head.shipped) == (2, 2, True, True)
    narrowed = roles_parts(house.platform, SYSTEM, module="meeting")
    assert [part.side for part in narrowed] == ["meeting"]
    assert "meeting" in [module.code for module in modules_with_sides(house.platform)]


# --- Switches -------------------------------------------------------------------------------------------


@pytest.mark.requirement("C-55", "C-90", "W-03")
def test_the_switch_to_assign_decides_who_is_offered_as_assigner(house: House) -> None:
    town = {"assigning": [str(house.units["town"])]}
    assert picked(house, "planner", "assigner", typed=town)[0] == ["Lê Văn Khánh"]
    switch(house, "assigning", "creator", "assign", on=True)
    assert set(picked(house, "planner", "assigner", typed=town)[0]) == {"Lê Văn Khánh", "Phạm Minh Tuấn"}
    switch(house, "assigning", "head", "assign", on=False)
    assert picked(house, "planner", "assigner", typed=town)[0] == ["Phạm Minh Tuấn"]


@pytest.mark.requirement("C-56", "C-90")
def test_the_switch_to_receive_decides_who_is_offered_as_assignee(house: House) -> None:
    typed = {
        "assigning": [str(house.units["town"])],
        "recipients": [{"executing": [str(house.units["works"])]}],
    }

    def offered() -> set[str]:
        return set(picked(house, "planner", "recipients.0.assignee", typed=typed)[0])

    assert "Đặng Hữu Phước" in offered()
    switch(house, "executing", "officer", "receive", on=False)
    assert offered() == {"Trần Quốc Bảo", "Nguyễn Thị Thu Hà"}
    switch(house, "executing", "officer", "receive", on=True)
    assert "Đặng Hữu Phước" in offered()


@pytest.mark.requirement("C-57", "C-90")
def test_the_switch_to_follow_decides_who_follows_the_units_tasks(house: House) -> None:
    def told(name: str) -> bool:
        house.assign(name)
        house.deliver()
        page = notifications.list_notifications(house.platform, house.actor("officer"))
        return any(name in one.subject for one in page)

    assert not told("Việc thứ nhất")
    switch(house, "executing", "officer", "follow", on=True)
    assert told("Việc thứ hai")


@pytest.mark.requirement("U-35", "C-90", "W-03")
def test_a_switch_counts_in_another_process_at_its_next_request(house: House) -> None:
    other = another_process(house)

    def carries() -> bool:
        with other.reading() as work:
            return "assign" in work.workspace.sides["assigning"].slots["admin"].abilities

    assert not carries()
    switch(house, "assigning", "admin", "assign", on=True)
    assert carries()


# --- Summary --------------------------------------------------------------------------------------------


@pytest.mark.requirement("W-37", "U-37")
def test_a_summary_counts_real_holders_and_changes_nothing(house: House) -> None:
    before = text_of(house, "executing")
    now = carried(house, "executing")
    now["officer"] = now["officer"] - {"receive"} | {"follow"}
    preview = roles.preview_abilities(house.platform, house.actor("admin"), "executing", now)
    assert [(one.label.vi, one.gained, one.people, one.units) for one in preview.impacts] == [
        ("Nhận nhiệm vụ", False, 1, 1),
        ("Đầu mối tiếp nhận", True, 1, 1),
    ]
    assert [(one.role.vi, one.before.vi, one.after.vi) for one in preview.changes] == [
        ("Cán bộ thực hiện", "Có", "Không"),
        ("Cán bộ thực hiện", "Không", "Có"),
    ]
    assert text_of(house, "executing") == before


def test_whoever_keeps_an_ability_through_another_role_is_not_counted(house: House) -> None:
    units.fill_slot(
        house.platform, SYSTEM, house.units["works"], "executing", "follower", (house.users["officer"],)
    )
    now = carried(house, "executing")
    now["officer"] = now["officer"] - {"receive"}
    preview = roles.preview_abilities(house.platform, house.actor("admin"), "executing", now)
    assert preview.impacts == ()
    units.clear_slot(
        house.platform, SYSTEM, house.units["works"], "executing", "follower", (house.users["officer"],)
    )


# --- One role -------------------------------------------------------------------------------------------


@pytest.mark.requirement("C-51", "C-52", "C-53", "U-36", "C-88")
def test_a_role_is_made_and_changed_with_comments_kept(house: House) -> None:
    admin = house.actor("admin")
    edit = RoleEdit(Text("Thư ký tổng hợp", "Secretary"), Text("Giúp thủ trưởng"), frozenset({"receive"}))
    code = roles.save_role(house.platform, admin, "executing", "", edit)
    text = text_of(house, "executing")
    assert code == "thu_ky_tong_hop"
    assert "# T-102, T-103" in text
    assert (
        "{label: {vi: Thủ trưởng đơn vị, en: Head of unit}, abilities: [receive, create], scope: branch}"
        in text
    )
    form = role_form(house.platform, admin, "executing", code)
    assert (form.label, form.note.vi, form.carried, form.shipped) == (
        Text("Thư ký tổng hợp", "Secretary"), "Giúp thủ trưởng", {"receive"}, False,
    )  # fmt: skip
    changed = RoleEdit(form.label, Text(""), frozenset(), branch=True, shown=False)
    roles.save_role(house.platform, admin, "executing", code, changed, form.revision)
    form = role_form(house.platform, admin, "executing", code)
    assert (form.note.vi, form.carried, form.branch, form.shown) == ("", frozenset(), True, False)
    with house.platform.reading() as work:
        entries = list(work.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)))
        assert [(entry.action, entry.subject_id) for entry in entries] == [
            ("role.edited", "executing.thu_ky_tong_hop"), ("role.created", "executing.thu_ky_tong_hop"),
        ]  # fmt: skip
        assert entries[0].before["abilities"] == ["receive"]
        assert entries[0].after == {"note": "", "abilities": [], "branch": True, "shown": False}
    roles.delete_role(house.platform, admin, "executing", code)
    assert "thu_ky" not in text_of(house, "executing")


@pytest.mark.requirement("C-52")
def test_a_built_in_role_is_renamed_everywhere_at_once(house: House) -> None:
    form = role_form(house.platform, SYSTEM, "meeting", "clerk")
    edit = RoleEdit(Text("Thư ký cuộc họp", "Secretary"), form.note, form.carried)
    roles.save_role(house.platform, house.actor("admin"), "meeting", "clerk", edit, form.revision)
    assert "clerk: {label: {vi: Thư ký cuộc họp, en: Secretary}, abilities: [clerk]} # M-03" in text_of(
        house, "meeting"
    )


def test_saving_nothing_publishes_nothing(house: House) -> None:
    form = role_form(house.platform, SYSTEM, "meeting", "clerk")
    same = RoleEdit(form.label, form.note, form.carried, form.may, form.branch, form.shown)
    roles.save_role(house.platform, house.actor("admin"), "meeting", "clerk", same, form.revision)
    assert role_form(house.platform, SYSTEM, "meeting", "clerk").revision == form.revision


@pytest.mark.parametrize(
    ("edit", "path"),
    [
        (new_role(""), "label"),
        (new_role("x" * 101), "label"),
        (new_role("cán bộ THỰC HIỆN"), "label"),
        (RoleEdit(Text("Tên dài"), Text("x" * 501)), "note"),
        (new_role(may=frozenset({"no.such"})), "functions"),
    ],
)
def test_what_cannot_be_a_role_is_refused_at_its_field(house: House, edit: RoleEdit, path: str) -> None:
    before = text_of(house, "executing")
    with pytest.raises(InvalidInput) as refusal:
        roles.save_role(house.platform, house.actor("admin"), "executing", "", edit)
    assert set(refusal.value.errors) == {path}
    assert text_of(house, "executing") == before


def test_an_unknown_ability_is_found_by_the_checker_at_its_place(house: House) -> None:
    edit = new_role(abilities=frozenset({"fly"}))
    preview = roles.preview_role(house.platform, house.actor("admin"), "executing", "", edit)
    assert [problem.place.file for problem in preview.problems] == ["sides/executing.yaml"]
    with pytest.raises(Exception, match="fly"):
        roles.save_role(house.platform, house.actor("admin"), "executing", "", edit)


def test_a_stale_form_is_refused(house: House) -> None:
    revision = role_form(house.platform, SYSTEM, "executing").revision
    roles.save_role(
        house.platform, house.actor("admin"), "executing", "", new_role("Người thứ nhất"), revision
    )
    with pytest.raises(Conflict):
        roles.save_role(
            house.platform, house.actor("admin"), "executing", "", new_role("Người thứ hai"), revision
        )


@pytest.mark.requirement("C-54", "C-74")
def test_a_role_in_use_stays_and_says_where_it_is_used(house: House) -> None:
    admin = house.actor("admin")
    refusal = roles.reasons_against_deleting(house.platform, admin, "executing", "officer")
    assert refusal is not None
    words = " ".join(text.vi for text in refusal.errors[""])
    assert ("có sẵn" in words, "1 người ở 1 đơn vị" in words) == (True, True)
    places = {str(problem.place).partition(":")[0] for problem in refusal.problems}
    assert {"modules/task.yaml", "permissions/task.yaml"} <= places
    with pytest.raises(RoleInUse):
        roles.delete_role(house.platform, admin, "executing", "officer")
    with pytest.raises(NotFound):
        roles.delete_role(house.platform, admin, "executing", "nobody")


@pytest.mark.requirement("C-74")
def test_an_own_role_with_holders_stays_until_they_are_out(house: House) -> None:
    admin = house.actor("admin")
    code = roles.save_role(house.platform, admin, "executing", "", new_role())
    place = (house.units["works"], "executing", code, (house.users["stranger"],))
    units.fill_slot(house.platform, SYSTEM, *place)
    with pytest.raises(RoleInUse):
        roles.delete_role(house.platform, admin, "executing", code)
    units.clear_slot(house.platform, SYSTEM, *place)
    roles.delete_role(house.platform, admin, "executing", code)


# --- Who may --------------------------------------------------------------------------------------------


def test_who_does_not_administer_sees_and_changes_nothing(house: House) -> None:
    actor = house.actor("officer")
    for attempt in (
        lambda: roles_parts(house.platform, actor),
        lambda: role_form(house.platform, actor, "executing", "head"),
        lambda: roles.preview_role(house.platform, actor, "executing", "", new_role()),
        lambda: roles.save_role(house.platform, actor, "executing", "", new_role()),
        lambda: roles.delete_role(house.platform, actor, "executing", "officer"),
        lambda: roles.save_abilities(house.platform, actor, "executing", {}),
    ):
        with pytest.raises(Refused):
            attempt()


def test_who_administers_all_modules_of_a_side_changes_its_roles_and_gives_nothing_else(house: House) -> None:
    chair = house.actor("chair")
    groups.add_to_group(house.platform, SYSTEM, "meeting_admin", [house.users["chair"]])
    parts = {part.side: part.may_change for part in roles_parts(house.platform, chair)}
    assert not parts["executing"]
    others = ("attendance.admin", "attendance_delegation.admin")
    function_permissions.grant_functions(house.platform, SYSTEM, house.users["chair"], others)
    code = roles.save_role(house.platform, chair, "meeting", "", new_role(may=frozenset({"room.admin"})))
    with pytest.raises(Refused):
        roles.save_role(
            house.platform, chair, "meeting", code, new_role(may=frozenset({"room.admin", "admin.users"}))
        )


@pytest.mark.requirement("C-53")
def test_function_permissions_of_a_role_count_for_its_holders(house: House) -> None:
    form = role_form(house.platform, SYSTEM, "meeting", "clerk")
    edit = RoleEdit(form.label, form.note, form.carried, frozenset({"admin.mail"}))
    preview = roles.preview_role(house.platform, house.actor("admin"), "meeting", "clerk", edit)
    assert [(one.label.vi, one.gained, one.people) for one in preview.impacts] == [
        ("Xem thư đã gửi", True, 1)
    ]
    roles.save_role(house.platform, house.actor("admin"), "meeting", "clerk", edit)
    with house.platform.reading() as work:
        assert has_function(work, house.actor("clerk"), "admin.mail")
