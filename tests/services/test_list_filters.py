"""Lists narrowed by everything that definitions offer, drawn as trees, and taken out as files."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.services.files.keeping import open_file
from luongviec.services.lists import files
from luongviec.services.lists.reading import (
    ListRequest,
    count_records,
    filter_names,
    list_children,
    list_records,
)
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.records import changing
from luongviec.services.views import ListPage
from tests.services.house import CONFIRMED, House

MINE = "created"


def page(house: House, who: str, listed: str = MINE, **asked: object) -> ListPage:
    filters = {name: tuple(values) for name, values in asked.pop("filters", {}).items()}  # type: ignore[attr-defined]
    request = ListRequest("task", listed, filters=filters, **asked)  # type: ignore[arg-type]
    return list_records(house.platform, house.actor(who), request)


def titles(house: House, who: str, listed: str = MINE, **filters: object) -> set[str]:
    found = page(house, who, listed, filters=filters, page_size=100)
    return {row.record.title for row in found.rows}


def child_of(house: House, parent: int, name: str) -> int:
    raw = {
        "assigning": [house.units["works"]], "assigner": [house.users["head"]], "name": name,
        "recipients": [{"executing": [house.units["road"]]}],
    }  # fmt: skip
    made = changing.create_record(
        house.platform, house.actor("contact"), "task", raw, owner_id=parent, relation="children",
        answers=CONFIRMED,
    )  # fmt: skip
    return made.record_id


@pytest.mark.requirement("T-10", "T-39", "T-80")
def test_lists_narrow_by_words_people_units_categories_and_periods(house: House) -> None:
    road = house.task("Sửa đường liên xã", priority="urgent")
    house.task("Sửa cầu treo", due_at=(house.clock.now + timedelta(days=40)).isoformat())
    house.task("Khám sức khỏe", executing=[house.units["health"]], assignee=[house.users["other"]])
    house.act("contact", road, "accept")
    everything = {"Sửa đường liên xã", "Sửa cầu treo", "Khám sức khỏe"}
    for filters, expected in (
        ({"name": ("duong LIEN",)}, {"Sửa đường liên xã"}),
        ({"name": ("sua",)}, everything - {"Khám sức khỏe"}),
        ({"priority": ("urgent",)}, {"Sửa đường liên xã"}),
        ({"category": ("in_progress",)}, {"Sửa đường liên xã"}),
        ({"assignee": ("nguyen thi thu",)}, everything - {"Khám sức khỏe"}),
        ({"creator": ("me",)}, everything),
        ({"assigner": ("me",)}, set()),
        ({"executing": (str(house.units["town"]),)}, set()),
        ({"executing": (str(house.units["town"]),), "executing__below": ("1",)}, everything),
        ({"executing": ("my_units",), "executing__below": ("1",)}, everything),
        ({"due_at__in": ("this_quarter",)}, everything - {"Sửa cầu treo"}),
        ({"due_at__in": ("today", "this_week")}, set()),
        ({"due_at__in": ("today", "next_week")}, everything - {"Sửa cầu treo"}),
        ({"due_at__from": ("+30",)}, {"Sửa cầu treo"}),
    ):
        assert titles(house, "planner", **filters) & everything == expected, filters
    for wrong in ({"none": ("1",)}, {"due_at__in": ("soon",)}, {"priority": ("x",)}, {"name__below": ("1",)}):
        with pytest.raises(InvalidInput):
            titles(house, "planner", **wrong)
    shown = page(house, "planner", filters={"executing": ("my_units",), "executing__below": ("1",)})
    chosen = {one.name: one.chosen_label.vi for one in shown.filters if one.chosen}
    assert chosen == {"executing": "Đơn vị của tôi và cấp dưới"}


def test_pickers_of_filters_offer_names_and_say_why_not(house: House) -> None:
    def ask(name: str, q: str) -> tuple[list[str], str]:
        found = filter_names(house.platform, house.actor("planner"), ListRequest("task", MINE), name, q)
        return [one.label for one in found.candidates], "" if found.reason is None else found.reason.vi

    assert ask("assignee", "thu ha")[0] == ["Nguyễn Thị Thu Hà"]
    assert ask("executing", "xay dung")[0] == ["Phòng Xây dựng"]
    assert ask("assignee", "t") == ([], "Gõ ít nhất hai chữ của tên để tìm.")
    assert ask("executing", "khong co") == ([], "Không có đơn vị nào khớp với tên này.")
    with pytest.raises(InvalidInput):
        ask("priority", "cao")


@pytest.mark.requirement("T-75", "T-80")
def test_a_tree_shows_tops_and_gives_branches_of_what_may_be_seen(house: House) -> None:
    parent = house.task("Cha có con")
    house.act("contact", parent, "accept")
    child_of(house, parent, "Con thứ nhất")
    tree = page(house, "head", "of_my_unit", view="tree", columns=("name", "status"))
    rows = {row.record.title: row for row in tree.rows}
    assert rows["Cha có con"].below == (0, 1)
    assert "Con thứ nhất" not in rows
    request = ListRequest("task", "of_my_unit", view="tree")
    _, below, more = list_children(house.platform, house.actor("head"), request, parent)
    assert ([(row.record.title, row.below) for row in below], more) == ([("Con thứ nhất", None)], False)
    # What matches stands on top where nothing above it does, and says what it belongs to.
    narrowed = page(house, "head", "of_my_unit", view="tree", filters={"name": ("thứ nhất",)})
    assert [(r.record.title, r.belongs_to and r.belongs_to.title) for r in narrowed.rows] == [
        ("Con thứ nhất", "Cha có con")
    ]
    # Who sees the parent alone learns of no child.
    elsewhere = page(house, "chair", "assigned_by_me", view="tree")
    assert {row.below for row in elsewhere.rows if row.record.id == parent} <= {None, (0, 1)}
    with pytest.raises(NotFound):
        list_children(house.platform, house.actor("stranger"), request, parent)


@pytest.mark.requirement("T-13", "T-91")
def test_rows_carry_what_may_be_done_where_a_page_asks_for_it(house: House) -> None:
    record_id = house.task("Việc để thao tác")
    [row] = [
        one for one in page(house, "contact", "assigned_to_me", menus=True).rows if one.record.id == record_id
    ]
    offers = {offer.code: offer.shown for offer in row.offers if offer.enabled}
    assert offers["forward"] == offers["refuse"] == offers["add_children"] == "row"
    assert offers["accept"] == "button"
    plain = page(house, "contact", "assigned_to_me").rows
    assert all(offer.kind == "action" for one in plain for offer in one.offers)


def test_rows_are_read_only_where_the_view_shows_them(house: House) -> None:
    house.task("Chỉ một lần")
    with house.statements() as table:
        page(house, "contact", "assigned_to_me")
    with house.statements() as board:
        drawn = page(house, "contact", "assigned_to_me", view="board")
    assert drawn.rows == ()
    assert drawn.total > 0
    assert len(board) < len(table)


@pytest.mark.requirement("T-99")
def test_a_list_leaves_as_it_is_shown(house: House) -> None:
    for name in ("=HYPERLINK(1) xuất", "Việc xuất tệp"):
        house.task(name)
    actor = house.actor("planner")
    request = ListRequest(
        "task",
        MINE,
        filters={"name": ("xuat",)},
        columns=("name", "due_at", "assignee", "status"),
        sort="name",
    )
    assert files.is_small(house.platform, actor, request)
    with files.list_file(house.platform, actor, request, "xlsx", "vi") as file:
        sheet = load_workbook(file.path).active
        assert file.name == "Nhiệm vụ đã tạo 2026-11-23.xlsx"
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(place for place, line in enumerate(lines) if line[0] == "Nhiệm vụ")
    assert lines[head] == ["Nhiệm vụ", "Hạn xử lý", "Người thực hiện", "Trạng thái"]
    assert [line[0] for line in lines[:head] if line[0] and "xuat" in line[0]] == ["Nhiệm vụ: xuat"]
    names = [line[0] for line in lines[head + 1 :]]
    assert names == ["=HYPERLINK(1) xuất", "Việc xuất tệp"]
    assert isinstance(lines[head + 1][1], datetime)
    assert len(names) == count_records(house.platform, actor, request)
    with files.list_file(house.platform, actor, request, "csv", "en") as file:
        rows = list(csv.reader(io.StringIO(file.path.read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["Task", "Deadline", "Assignee", "Status"]
    assert rows[1][0].startswith("'=")
    with pytest.raises(InvalidInput):
        files.start_list_file(house.platform, actor, request, "exe", "vi")
    job_id = files.start_list_file(house.platform, actor, request, "csv", "vi")
    running.run_job(house.platform, JOB_KINDS, job_id)
    result = running.view_job(house.platform, JOB_KINDS, actor, job_id).result
    assert result is not None
    assert result.file_id is not None
    assert open_file(house.platform, actor, result.file_id).file.name.endswith(".csv")
