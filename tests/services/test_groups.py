"""User groups and function permissions: who changes what, what adds up, what is never left undone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from luongviec.engine.errors import Conflict, InvalidInput, NotFound, Refused
from luongviec.engine.model.workspace import FUNCTIONS
from luongviec.engine.world import SYSTEM
from luongviec.services.records.access import has_function
from luongviec.services.rights import function_permissions, groups
from luongviec.services.rights.function_words import function_sections, function_view
from luongviec.services.rights.group_views import group_view, list_groups, members_page
from luongviec.services.rights.groups import NewGroup
from luongviec.store.models import AuditEntry
from tests.services.house import House
from tests.services.test_definitions_service import another_process

ALL_TOGETHER = ("admin.users", "admin.groups")


def functions_of(house: House, who: str) -> frozenset[str]:
    with house.platform.reading() as work:
        return work.world.functions(house.users[who])


def newest_entries(house: House, count: int = 1) -> list[AuditEntry]:
    with house.platform.reading() as work:
        found = work.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(count)).all()
        work.session.expunge_all()
        return list(found)


@pytest.fixture
def make_group(house: House) -> Iterator[Callable[..., str]]:
    """Make a group of the installation's own, with members and function permissions, gone after the test."""
    made: list[str] = []

    def make(*members: str, functions: tuple[str, ...] = (), name: str = "") -> str:
        name = name or f"Nhóm thử {len(made)}"
        code = groups.create_group(house.platform, SYSTEM, NewGroup(name))
        groups.add_to_group(house.platform, SYSTEM, code, [house.users[one] for one in members])
        groups.set_functions(house.platform, SYSTEM, code, functions)
        made.append(code)
        return code

    yield make
    for code in made:
        with contextlib.suppress(NotFound):
            groups.delete_group(house.platform, SYSTEM, code)


@pytest.mark.requirement("U-04", "U-05", "C-42", "C-43", "E-03", "U-36")
def test_a_group_is_made_renamed_and_noted_with_before_and_after(house: House) -> None:
    admin = house.actor("admin")
    code = groups.create_group(house.platform, admin, NewGroup("  Tổ thư ký   Đảng ủy ", "Giúp việc"))
    assert code == "to_thu_ky_dang_uy"
    view = group_view(house.platform, admin, code)
    assert (view.name.vi, view.description.vi, view.shipped) == ("Tổ thư ký Đảng ủy", "Giúp việc", False)
    groups.edit_group(house.platform, admin, code, NewGroup("Tổ thư ký", "Giúp việc"), view.version)
    (entry,) = newest_entries(house)
    assert (entry.action, entry.actor_id, entry.subject_kind, entry.subject_id) == (
        "group.edited", house.users["admin"], "group", code,
    )  # fmt: skip
    assert (entry.before, entry.after) == ({"name": "Tổ thư ký Đảng ủy"}, {"name": "Tổ thư ký"})


@pytest.mark.requirement("U-25")
@pytest.mark.parametrize("name", ["tổ Văn phòng", "Quản lý hệ thống", "system ADMINISTRATION"])
def test_a_name_that_is_taken_is_refused_and_named(
    house: House, make_group: Callable[..., str], name: str
) -> None:
    if name.startswith("tổ") and not any(
        g.name.vi == "Tổ văn phòng" for g in list_groups(house.platform, SYSTEM)
    ):
        make_group(name="Tổ văn phòng")
    with pytest.raises(InvalidInput) as refusal:
        groups.create_group(house.platform, house.actor("admin"), NewGroup(name))
    assert name.casefold() in str(refusal.value.errors["name"]).casefold()


def test_two_groups_of_like_names_get_codes_of_their_own(
    house: House, make_group: Callable[..., str]
) -> None:
    assert [make_group(name=name) for name in ("Tổ một", "Tò môt", "!!")] == ["to_mot", "to_mot_2", "group"]


@pytest.mark.requirement("U-37")
@pytest.mark.parametrize(
    ("new", "path"),
    [
        (NewGroup("  "), "name"),
        (NewGroup("x" * 201), "name"),
        (NewGroup("Nhóm dài", "x" * 501), "description"),
    ],
)
def test_what_cannot_be_a_group_is_refused_at_its_field(house: House, new: NewGroup, path: str) -> None:
    before = len(list_groups(house.platform, SYSTEM))
    with pytest.raises(InvalidInput) as refusal:
        groups.create_group(house.platform, house.actor("admin"), new)
    assert set(refusal.value.errors) == {path}
    assert len(list_groups(house.platform, SYSTEM)) == before


def test_a_stale_form_is_told_who_was_first(house: House, make_group: Callable[..., str]) -> None:
    code = make_group("other", functions=("source_document.admin",))
    view = group_view(house.platform, SYSTEM, code)
    groups.edit_group(house.platform, SYSTEM, code, NewGroup("Tên người trước đặt"), view.version)
    with pytest.raises(Conflict, match="Tên người trước đặt"):
        groups.edit_group(house.platform, SYSTEM, code, NewGroup("Tên người sau đặt"), view.version)
    groups.set_functions(house.platform, SYSTEM, code, ("extension_request.admin",), state=view.state)
    with pytest.raises(Conflict):
        groups.set_functions(house.platform, SYSTEM, code, (), state=view.state)


@pytest.mark.requirement("U-08", "U-09", "C-46", "C-47", "E-05", "E-06", "U-07", "C-45")
def test_people_come_and_go_and_are_found_by_name(house: House, make_group: Callable[..., str]) -> None:
    code = make_group("contact", "officer", "other")
    ids = [house.users[name] for name in ("contact", "other", "stranger")]
    assert groups.add_to_group(house.platform, house.actor("admin"), code, ids) == 1
    page = members_page(house.platform, house.actor("admin"), code)
    names = [member.name for member in page.members]
    assert names == ["Bùi Thúy Nga", "Đặng Hữu Phước", "Ngô Bích Vân", "Nguyễn Thị Thu Hà"]
    assert all(member.since == house.clock.now for member in page.members)
    found = members_page(house.platform, house.actor("admin"), code, q="THU ha")
    assert ([member.name for member in found.members], found.total) == (["Nguyễn Thị Thu Hà"], 1)
    assert groups.remove_from_group(house.platform, house.actor("admin"), code, ids[:2]) == 2
    (entry,) = newest_entries(house)
    assert entry.before == {"people": ["Nguyễn Thị Thu Hà", "Bùi Thúy Nga"]}
    assert members_page(house.platform, house.actor("admin"), code).total == 2


@pytest.mark.parametrize("ids", [[10**6], list(range(1, 1003))])
def test_nobody_is_added_where_one_cannot_be(
    house: House, make_group: Callable[..., str], ids: list[int]
) -> None:
    code = make_group()
    with pytest.raises(InvalidInput) as refusal:
        groups.add_to_group(house.platform, SYSTEM, code, [house.users["other"], *ids])
    assert set(refusal.value.errors) == {"people"}
    assert members_page(house.platform, SYSTEM, code).total == 0


@pytest.mark.requirement("U-10", "C-48", "E-07", "E-16", "U-26")
def test_own_groups_go_with_their_rights_and_built_in_ones_stay(
    house: House, make_group: Callable[..., str]
) -> None:
    code = make_group("stranger", functions=("source_document.admin",))
    assert "source_document.admin" in functions_of(house, "stranger")
    groups.delete_group(house.platform, house.actor("admin"), code)
    assert "source_document.admin" not in functions_of(house, "stranger")
    with pytest.raises(NotFound):
        group_view(house.platform, SYSTEM, code)
    for change in (
        lambda: groups.delete_group(house.platform, SYSTEM, "system_admin"),
        lambda: groups.edit_group(house.platform, SYSTEM, "meeting_admin", NewGroup("Khác")),
    ):
        with pytest.raises(Refused):
            change()


@pytest.mark.requirement("U-06", "C-44", "E-04", "W-37")
def test_permissions_of_a_group_count_for_its_members_after_a_summary(
    house: House, make_group: Callable[..., str]
) -> None:
    code = make_group("stranger", "clerk", functions=("source_document.admin",))
    function_permissions.grant_functions(
        house.platform, SYSTEM, house.users["clerk"], ("source_document.admin",)
    )
    change = groups.preview_functions(
        house.platform, house.actor("admin"), code, ("extension_request.admin",)
    )
    assert [(view.code, count) for view, count in change.gained] == [("extension_request.admin", 2)]
    assert [(view.code, count) for view, count in change.lost] == [
        ("source_document.admin", 1)
    ]  # the clerk keeps his own
    assert functions_of(house, "stranger") == {"source_document.admin"}  # a summary changes nothing
    groups.set_functions(house.platform, house.actor("admin"), code, ("extension_request.admin",))
    assert functions_of(house, "stranger") == {"extension_request.admin"}
    assert functions_of(house, "clerk") == {"source_document.admin", "extension_request.admin"}
    (entry,) = newest_entries(house)
    assert (entry.action, entry.before, entry.after) == (
        "group.functions_set",
        {"functions": ["source_document.admin"]},
        {"functions": ["extension_request.admin"]},
    )  # fmt: skip


def test_what_a_definition_gives_a_group_stays(house: House) -> None:
    view = group_view(house.platform, SYSTEM, "task_admin")
    groups.set_functions(house.platform, SYSTEM, "task_admin", ("room.admin",), state=view.state)
    view = group_view(house.platform, SYSTEM, "task_admin")
    assert (view.given, "task.admin" in view.by_definition) == ({"room.admin"}, True)
    groups.set_functions(house.platform, SYSTEM, "task_admin", (), state=view.state)


@pytest.mark.requirement("E-08", "E-15")
def test_taking_away_a_personal_permission_leaves_those_of_groups(
    house: House, make_group: Callable[..., str]
) -> None:
    make_group("planner", functions=("source_document.admin",))
    planner = house.users["planner"]
    function_permissions.set_person_functions(
        house.platform, SYSTEM, planner, ("source_document.admin", "extension_request.admin")
    )
    change = function_permissions.preview_person(house.platform, SYSTEM, planner, ())
    assert [(view.code, count) for view, count in change.lost] == [
        ("extension_request.admin", 1),
        ("source_document.admin", 0),
    ]
    function_permissions.set_person_functions(house.platform, SYSTEM, planner, ())
    assert functions_of(house, "planner") == {"source_document.admin"}


@pytest.mark.requirement("E-15", "U-34")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_function_sets_are_unions(house: House, make_group: Callable[..., str], data: st.DataObject) -> None:
    with house.platform.reading() as work:
        known = sorted(work.workspace.functions() - {"admin.users", "admin.groups"})
    some = st.frozensets(st.sampled_from(known), max_size=4)
    own, through_groups = data.draw(some), data.draw(st.lists(some, max_size=3))
    assert functions_of(house, "stranger") == frozenset()
    somebody = house.users["stranger"]
    made = [make_group("stranger", functions=tuple(functions)) for functions in through_groups]
    function_permissions.set_person_functions(house.platform, SYSTEM, somebody, own)
    try:
        assert functions_of(house, "stranger") == own.union(*through_groups)
    finally:
        function_permissions.set_person_functions(house.platform, SYSTEM, somebody, ())
        for code in made:
            groups.delete_group(house.platform, SYSTEM, code)


@pytest.mark.requirement("U-35", "C-90")
def test_rights_count_at_the_next_request_of_every_process(
    house: House, make_group: Callable[..., str]
) -> None:
    other = another_process(house)
    actor = house.actor("stranger")

    def may() -> bool:
        with other.reading() as work:
            return has_function(work, actor, "admin.mail")

    assert not may()
    code = make_group("stranger", functions=("admin.mail",))
    assert may()
    groups.remove_from_group(house.platform, SYSTEM, code, [house.users["stranger"]])
    assert not may()


# --- Who may --------------------------------------------------------------------------------------------


@pytest.fixture
def meeting_admin(house: House) -> str:
    """Somebody who administers the meetings' module alone."""
    groups.add_to_group(house.platform, SYSTEM, "meeting_admin", [house.users["chair"]])
    return "chair"


def test_who_may_give_nothing_sees_and_changes_nothing(house: House, make_group: Callable[..., str]) -> None:
    code, actor, somebody = make_group(), house.actor("officer"), house.users["other"]
    for attempt in (
        lambda: list_groups(house.platform, actor),
        lambda: group_view(house.platform, actor, code),
        lambda: members_page(house.platform, actor, code),
        lambda: groups.create_group(house.platform, actor, NewGroup("Của tôi")),
        lambda: groups.edit_group(house.platform, actor, code, NewGroup("Của tôi")),
        lambda: groups.delete_group(house.platform, actor, code),
        lambda: groups.add_to_group(house.platform, actor, code, [somebody]),
        lambda: groups.remove_from_group(house.platform, actor, code, [somebody]),
        lambda: groups.set_functions(house.platform, actor, code, ["source_document.admin"]),
        lambda: function_permissions.person_functions(house.platform, actor, somebody),
        lambda: function_permissions.people_with_functions(house.platform, actor),
        lambda: function_permissions.set_person_functions(
            house.platform, actor, somebody, ["source_document.admin"]
        ),
    ):
        with pytest.raises(Refused):
            attempt()


@pytest.mark.requirement("E-02", "E-04", "E-08")
def test_who_administers_a_module_gives_that_modules_permissions_only(
    house: House, make_group: Callable[..., str], meeting_admin: str
) -> None:
    actor, platform = house.actor(meeting_admin), house.platform
    own = groups.create_group(platform, actor, NewGroup("Tổ phục vụ họp"))
    groups.set_functions(platform, actor, own, ("room.admin",))
    groups.add_to_group(platform, actor, own, [house.users["stranger"]])
    assert "room.admin" in functions_of(house, "stranger")
    beyond = make_group(functions=("room.admin", "source_document.admin"))
    assert not group_view(platform, actor, beyond).may_change
    for attempt in (
        lambda: groups.set_functions(platform, actor, own, ("source_document.admin",)),
        lambda: groups.add_to_group(platform, actor, beyond, [house.users["stranger"]]),
        lambda: groups.delete_group(platform, actor, beyond),
        lambda: groups.add_to_group(platform, actor, "system_admin", [house.users["chair"]]),
        lambda: function_permissions.set_person_functions(
            platform, actor, house.users["chair"], ("admin.groups",)
        ),
    ):
        with pytest.raises(Refused):
            attempt()
    groups.delete_group(platform, actor, own)


def test_who_administers_a_module_leaves_a_persons_other_permissions_alone(
    house: House, meeting_admin: str
) -> None:
    somebody = house.users["head"]
    function_permissions.set_person_functions(house.platform, SYSTEM, somebody, ("source_document.admin",))
    view = function_permissions.person_functions(house.platform, house.actor(meeting_admin), somebody)
    assert view.given == frozenset()  # what he may not give is not his to see
    function_permissions.set_person_functions(
        house.platform, house.actor(meeting_admin), somebody, ("room.admin",), state=view.state
    )
    assert functions_of(house, "head") >= {"source_document.admin", "room.admin"}


@pytest.mark.requirement("U-26")
def test_the_last_administrator_cannot_be_taken_away(house: House, make_group: Callable[..., str]) -> None:
    admin = house.users["admin"]
    with pytest.raises(InvalidInput) as refusal:
        groups.remove_from_group(house.platform, house.actor("admin"), "system_admin", [admin])
    assert set(refusal.value.errors) == {""}
    assert "admin.groups" in functions_of(house, "admin")
    second = make_group("head", functions=ALL_TOGETHER)
    assert groups.remove_from_group(house.platform, SYSTEM, "system_admin", [admin]) == 1
    for attempt in (
        lambda: groups.set_functions(house.platform, SYSTEM, second, ("admin.groups",)),
        lambda: groups.delete_group(house.platform, SYSTEM, second),
    ):
        with pytest.raises(InvalidInput):
            attempt()
    groups.add_to_group(house.platform, SYSTEM, "system_admin", [admin])
    groups.delete_group(house.platform, SYSTEM, second)


# --- Words ----------------------------------------------------------------------------------------------


def test_every_function_permission_has_words_and_a_place(house: House) -> None:
    with house.platform.reading() as work:
        workspace = work.workspace
    sections = function_sections(workspace, workspace.functions())
    views = [view for section in sections for view in section.functions]
    assert sorted(view.code for view in views) == sorted(workspace.functions())
    assert all(view.label.vi and view.label.en and view.note.vi and view.note.en for view in views)
    assert {view.code for view in sections[0].functions} == FUNCTIONS
    assert function_sections(workspace, workspace.functions(), first="meeting")[0].module == "meeting"
    assert function_view(workspace, "gone.admin").label.vi == "gone.admin"
