"""Tags: kept by administrators, put on records by right, found by in lists."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import Conflict, InvalidInput, NotFound, Refused
from luongviec.engine.world import SYSTEM
from luongviec.services.lists.reading import ListRequest, count_records, list_records
from luongviec.services.lists.saved_views import save_view, saved_views
from luongviec.services.records.history import history
from luongviec.services.tags import changing
from luongviec.services.tags.changing import NewTag
from luongviec.services.units.administrators import set_administrators
from luongviec.services.views import Row
from tests.services.house import House

LIST = "created"


def make(house: House, name: str, tone: str = "blue", unit: str | None = None) -> int:
    new = NewTag(name, tone, None if unit is None else house.units[unit])
    return changing.create_tag(house.platform, house.actor("admin"), new)


def tagged(house: House, who: str, *values: object) -> set[int]:
    request = ListRequest("task", LIST, filters={"tag": tuple(str(one) for one in values)}, columns=("tags",))
    page = list_records(house.platform, house.actor(who), request)
    assert count_records(house.platform, house.actor(who), request) == len(page.rows)
    return {row.record.id for row in page.rows}


def names_on(row: Row) -> list[str]:
    [cell] = [cell for cell in row.cells if cell.code == "tags"]
    return [tag.name for tag in cell.value]  # type: ignore[attr-defined]


@pytest.mark.requirement("T-131", "C-03")
def test_tags_are_put_on_records_and_narrow_lists(house: House) -> None:
    plan, road = make(house, "Đề án 06", "red"), make(house, "Cầu đường")
    first, second = house.task("Việc thứ nhất"), house.task("Việc thứ hai")
    planner, contact = house.actor("planner"), house.actor("contact")
    changing.change_tags(house.platform, planner, first, add=(plan, road))
    changing.change_tags(house.platform, contact, second, add=(road,))
    changing.change_tags(house.platform, contact, second, add=(road,))  # so already: nothing happens
    assert tagged(house, "planner", plan) == {first}
    assert tagged(house, "planner", road) == {first, second}
    assert tagged(house, "planner", plan, road) == {first, second}
    assert tagged(house, "planner", "de an 06") == {first}
    assert tagged(house, "planner", 987_654) == set()
    page = list_records(house.platform, planner, ListRequest("task", LIST, columns=("tags",)))
    shown = {row.record.id: names_on(row) for row in page.rows}
    assert (shown[first], shown[second]) == (["Cầu đường", "Đề án 06"], ["Cầu đường"])
    entries = history(house.platform, planner, second)
    assert [entry.notes[0].vi for entry in entries if entry.notes] == ["Gắn “Cầu đường”."]
    changing.set_tags(house.platform, planner, first, (road,))
    found = changing.record_tags(house.platform, planner, first)
    assert ([tag.name for tag in found.tags], found.may_change) == (["Cầu đường"], True)


@pytest.mark.requirement("T-131")
def test_only_whom_the_matrix_lets_puts_tags(house: House) -> None:
    tag, record_id = make(house, "Theo dõi riêng"), house.task()
    with pytest.raises(NotFound):
        changing.change_tags(house.platform, house.actor("stranger"), record_id, add=(tag,))
    with pytest.raises(Refused):
        changing.change_tags(house.platform, house.actor("officer"), record_id, add=(tag,))
    assert changing.record_tags(house.platform, house.actor("officer"), record_id).offered == ()
    with pytest.raises(InvalidInput):
        changing.change_tags(house.platform, house.actor("planner"), record_id, add=(987_654,))


@pytest.mark.requirement("C-02")
def test_a_tag_of_a_unit_is_offered_there_and_below(house: House) -> None:
    tag, record_id = make(house, "Việc nội bộ phòng", unit="works"), house.task()
    offered = changing.record_tags(house.platform, house.actor("contact"), record_id).offered
    assert tag in {one.id for one in offered}
    elsewhere = changing.record_tags(house.platform, house.actor("planner"), record_id).offered
    assert tag not in {one.id for one in elsewhere}
    changing.change_tags(house.platform, house.actor("contact"), record_id, add=(tag,))
    on_it = changing.record_tags(house.platform, house.actor("planner"), record_id).tags
    assert [one.id for one in on_it] == [tag]


@pytest.mark.requirement("C-02", "C-04", "C-05")
def test_tags_are_edited_and_deleted_by_those_who_manage_them(house: House) -> None:
    admin, platform = house.actor("admin"), house.platform
    tag, record_id = make(house, "Sẽ sửa"), house.task()
    with pytest.raises(InvalidInput) as taken:
        make(house, "  sẽ  SUA ")
    assert "Sẽ sửa" in taken.value.errors["name"][0].vi
    with pytest.raises(InvalidInput) as wrong:
        changing.create_tag(platform, admin, NewTag("", "pink", 987_654))
    assert set(wrong.value.errors) == {"name", "tone", "unit"}
    with pytest.raises(Refused):
        changing.create_tag(platform, house.actor("planner"), NewTag("Không được"))
    changing.edit_tag(platform, admin, tag, NewTag("Đã sửa", "green"), version=1)
    with pytest.raises(Conflict):
        changing.edit_tag(platform, admin, tag, NewTag("Lần nữa"), version=1)
    [line] = changing.list_tags(platform, admin, q="da sua")
    assert (line.tag.name, line.tag.tone, line.count, line.is_own) == ("Đã sửa", "green", 0, True)
    changing.change_tags(platform, house.actor("planner"), record_id, add=(tag,))
    assert changing.tag_line(platform, admin, tag).count == 1
    built_in = changing.create_tag(platform, SYSTEM, NewTag("Có sẵn"))
    with pytest.raises(Refused):
        changing.delete_tag(platform, admin, built_in)
    assert changing.delete_tag(platform, admin, tag, version=2) == 1
    assert changing.record_tags(platform, house.actor("planner"), record_id).tags == ()
    with pytest.raises(NotFound):
        changing.tag_line(platform, admin, tag)


def test_a_merged_tag_goes_over_on_records_and_in_saved_views(house: House) -> None:
    wrong, right = make(house, "De an sau"), make(house, "Đề án sáu hai")
    first, both = house.task("Một"), house.task("Hai")
    planner = house.actor("planner")
    changing.change_tags(house.platform, planner, first, add=(wrong,))
    changing.change_tags(house.platform, planner, both, add=(wrong, right))
    save_view(house.platform, planner, "task", LIST, "Đề án", f"filter.tag={wrong}&sort=name")
    changing.merge_tags(house.platform, house.actor("admin"), wrong, right)
    assert tagged(house, "planner", right) == {first, both}
    [view] = [one for one in saved_views(house.platform, planner, "task", LIST).views if one.name == "Đề án"]
    assert view.query == f"filter.tag={right}&sort=name"
    with pytest.raises(InvalidInput):
        changing.merge_tags(house.platform, house.actor("admin"), right, right)


@pytest.mark.requirement("C-02")
def test_on_a_branch_one_keeps_the_tags_of_its_units(house: House) -> None:
    works, head = house.units["works"], house.actor("head")
    set_administrators(house.platform, SYSTEM, works, {house.users["head"]: frozenset({"admin.tags"})})
    everybodys = make(house, "Của mọi người")
    with pytest.raises(InvalidInput) as refused:
        changing.create_tag(house.platform, head, NewTag("Cho tất cả"))
    assert set(refused.value.errors) == {"unit"}
    with pytest.raises(Refused):
        changing.delete_tag(house.platform, head, everybodys)
    own = changing.create_tag(house.platform, head, NewTag("Của phòng", unit_id=house.units["road"]))
    lines = {line.tag.id: line for line in changing.list_tags(house.platform, head)}
    assert (lines[own].is_own, lines[everybodys].is_own) == (True, False)
