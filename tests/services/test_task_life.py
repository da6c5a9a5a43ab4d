"""What people do with tasks from the document to the accepted result, and where they find them."""

from __future__ import annotations

from datetime import date

import pytest

from luongviec.engine.world import SYSTEM, Actor
from luongviec.services.home import page as home
from luongviec.services.home import shell
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.record_page.reading import record_data, record_page, related
from luongviec.services.records import changing
from luongviec.services.records.history import history
from luongviec.services.reports.drawing import draw_report
from luongviec.services.reports.requests import ReportRequest
from luongviec.services.units.making import fill_slot
from luongviec.services.users.making import NewUser, create_user
from tests.services.house import CONFIRMED, House


def found(house: House, who: str, code: str, **asked: object) -> list[int]:
    request = ListRequest("task", code, page_size=100, **asked)  # type: ignore[arg-type]
    return [row.record.id for row in list_records(house.platform, house.actor(who), request).rows]


def menu_of(house: House, actor: Actor) -> set[str]:
    return {item.list for section in shell.shell(house.platform, actor).menu for item in section.items}


@pytest.mark.requirement("T-22", "T-23", "T-24", "T-25", "T-26", "T-45", "T-138")
def test_one_document_assigns_several_tasks_to_different_units(house: House) -> None:
    rows = [
        {"name": "Rà soát", "executing": ["works"], "assignee": ["contact"]},
        {"name": "Tổng hợp", "executing": ["health"], "assignee": ["other"]},
    ]
    tasks = [
        {
            "assigning": [house.units["town"]],
            "assigner": [house.users["chair"]],
            "name": row["name"],
            "recipients": [
                {
                    "executing": [house.units[row["executing"][0]]],
                    "assignee": [house.users[row["assignee"][0]]],
                    "due_at": "30/11/2026 17:00",
                }
            ],
        }
        for row in rows
    ]
    typed = {
        "issuer": [house.units["town"]], "symbol": "123/UBND-TH", "dated": "20/11/2026",
        "signer": "Lê Văn Khánh", "issuing_unit": "UBND thành phố", "abstract": "V/v chuyển đổi số",
        "tasks": tasks,
    }  # fmt: skip
    made = changing.create_record(
        house.platform, house.actor("planner"), "source_document", typed, answers=CONFIRMED
    )
    document = record_data(house.platform, house.actor("planner"), made.record_id)
    assert document.values["symbol"] == "123/UBND-TH"
    assert document.values["dated"] == date(2026, 11, 20)
    assert document.values["signer"] == "Lê Văn Khánh"
    assert document.values["issuing_unit"] == "UBND thành phố"
    assert document.values["abstract"] == "V/v chuyển đổi số"
    mine = [
        record_data(house.platform, house.actor("planner"), one) for one in found(house, "planner", "created")
    ]
    of_document = [one for one in mine if one.values.get("document") == made.record_id]
    assert {one.record.title for one in of_document} == {"Rà soát", "Tổng hợp"}
    assert {one.roles["executing"][0].name for one in of_document} == {"Phòng Xây dựng", "Phòng Y tế"}


@pytest.mark.requirement("T-30", "T-32", "T-38", "T-40", "T-42")
def test_what_is_typed_is_what_is_kept(house: House) -> None:
    record_id = house.task(
        "Sửa cầu", priority="urgent", directive="Làm ngay trong tuần", due_at="28/11/2026 16:30",
        follower=[house.users["planner"], house.users["clerk"]],
    )  # fmt: skip
    data = record_data(house.platform, house.actor("contact"), record_id)
    assert data.record.title == "Sửa cầu"
    assert data.values["priority"] == "urgent"
    assert data.values["directive"] == "Làm ngay trong tuần"
    due = data.values["due_at"]
    assert f"{due:%d/%m/%Y %H:%M %z}" in ("28/11/2026 09:30 +0000", "28/11/2026 16:30 +0700")
    assert {person.id for person in data.roles["follower"]} == {house.users["planner"], house.users["clerk"]}


@pytest.mark.requirement("T-10", "T-39")
def test_urgent_work_comes_first(house: House) -> None:
    ids = {
        priority: house.task(priority=priority) for priority in ("low", "urgent", "none", "high", "normal")
    }
    ordered = [
        one for one in found(house, "contact", "assigned_to_me", sort="priority") if one in ids.values()
    ]
    assert ordered == [ids[code] for code in ("urgent", "high", "normal", "low", "none")]
    assert ids["urgent"] in found(house, "contact", "by_priority", split="urgent")
    assert ids["high"] not in found(house, "contact", "by_priority", split="urgent")


@pytest.mark.requirement("T-11", "T-52", "T-54", "T-55", "T-56", "T-59", "T-60", "T-62")
def test_the_units_tasks_are_found_by_those_who_stand_for_it(house: House) -> None:
    record_id = house.task(assignee=[])
    for who in ("head", "contact", "officer"):
        assert record_id in found(house, who, "of_my_unit")
        assert record_id not in found(house, who, "assigned_to_me")
        assert record_id in found(house, who, "of_my_unit", split="assigned")
        assert record_id not in found(house, who, "of_my_unit", split="doing")
        assert "of_my_unit" in menu_of(house, house.actor(who))
    for who in ("other", "stranger", "planner"):
        assert record_id not in found(house, who, "of_my_unit")
    assert "of_my_unit" not in menu_of(house, house.actor("stranger"))
    assert record_id in found(house, "planner", "created")


@pytest.mark.requirement("T-17", "T-19", "T-63", "T-79", "T-82", "T-90", "T-91", "T-116", "W-09")
def test_the_officer_works_and_reports_and_the_follower_accepts(house: House) -> None:
    record_id = house.task(assignee=[house.users["officer"]])
    assert record_id in found(house, "officer", "assigned_to_me")
    offers = {offer.code for offer in record_page(house.platform, house.actor("officer"), record_id).offers}
    assert {"accept", "forward", "refuse"} <= offers
    house.act("officer", record_id, "accept")
    house.clock.pass_by(hours=3)
    changing.create_record(
        house.platform, house.actor("officer"), "progress_entry", {"text": "Đã khảo sát", "percent": 40},
        owner_id=record_id, relation="progress", answers=CONFIRMED,
    )  # fmt: skip
    view = related(house.platform, house.actor("planner"), record_id, "progress")
    [row] = [row for row in view.rows if row.cells[0].value == "Đã khảo sát"]
    data = record_data(house.platform, house.actor("planner"), row.record.id)
    assert [person.id for person in data.roles["creator"]] == [house.users["officer"]]
    house.act("officer", record_id, "complete", text="Xong", files=[house.file("officer")])
    assert record_id in found(house, "planner", "to_approve")
    assert record_id in found(house, "planner", "followed", split="completed")
    page = list_records(
        house.platform, house.actor("planner"), ListRequest("task", "to_approve", page_size=100)
    )
    [row] = [row for row in page.rows if row.record.id == record_id]
    assert {"approve_result", "send_back"} <= {offer.code for offer in row.offers}
    house.act("planner", record_id, "approve_result")
    entries = history(house.platform, house.actor("planner"), record_id)
    said = [entry.action.in_language("en") for entry in entries if entry.actor is not None]
    assert said == ["Approve result", "Complete", "Accept", "New task"]
    assert all(entry.at is not None for entry in entries)


@pytest.mark.requirement("T-75", "T-76", "T-80", "T-21")
def test_refused_and_assigned_tasks_are_listed_and_counted(house: House) -> None:
    record_id = house.task("Việc bị trả")
    before = draw_report(house.platform, house.actor("planner"), ReportRequest("task_by_unit")).total
    house.act("contact", record_id, "refuse", reason="Không đúng chức năng")
    assert record_id in found(house, "planner", "refused")
    assert record_id in found(house, "planner", "created")
    after = draw_report(house.platform, house.actor("planner"), ReportRequest("task_by_unit")).total
    refused = 5  # the place of the column
    assert (after.cells[refused].value or 0) - (before.cells[refused].value or 0) == 1
    page = record_page(house.platform, house.actor("planner"), record_id)
    assert "timeline" in {block.kind for block in page.blocks}


@pytest.mark.requirement("T-20", "T-79")
def test_a_result_is_reported_level_by_level_until_the_first_task_is_done(house: House) -> None:
    parent = house.task()
    house.act("contact", parent, "accept")
    child = changing.create_record(
        house.platform, house.actor("contact"), "task",
        {
            "assigning": [house.units["works"]], "assigner": [house.users["head"]], "name": "Phần đường",
            "recipients": [{"executing": [house.units["road"]], "assignee": []}],
        },
        owner_id=parent, relation="children", answers=CONFIRMED,
    ).record_id  # fmt: skip
    fill_slot(
        house.platform, SYSTEM, house.units["road"], "executing", "follower", (house.users["stranger"],)
    )
    house.act("stranger", child, "accept")
    house.act("stranger", child, "complete", text="Xong phần đường", files=[house.file("stranger")])
    house.act("head", child, "approve_result")
    house.act("contact", parent, "complete", text="Xong cả", files=[house.file("contact")])
    house.act("planner", parent, "approve_result")
    for record_id in (child, parent):
        assert record_data(house.platform, house.actor("chair"), record_id).record.status.code == "approved"


@pytest.mark.requirement("T-102", "T-105", "T-106", "T-61", "T-04", "T-109")
def test_a_slot_counts_at_the_next_request_and_no_preset_is_needed(house: House) -> None:
    user_id = create_user(house.platform, SYSTEM, NewUser("moi.den", "Phan Mới Đến"))
    actor = Actor(user_id)
    assert "of_my_unit" not in menu_of(house, actor)
    assert "task" not in {offer.module for offer in shell.shell(house.platform, actor).create}
    fill_slot(house.platform, SYSTEM, house.units["works"], "executing", "follower", (user_id,))
    assert "of_my_unit" in menu_of(house, actor)
    fill_slot(house.platform, SYSTEM, house.units["works"], "assigning", "creator", (user_id,))
    assert "task" in {offer.module for offer in shell.shell(house.platform, actor).create}
    assert "created" in menu_of(house, actor)


@pytest.mark.requirement("T-01", "T-06", "T-41")
def test_the_home_page_counts_by_deadline_and_leads_to_the_tasks(house: House) -> None:
    house.task(due_at="22/11/2026 08:00")
    cards = [card for card in home.home(house.platform, house.actor("contact")) if card.kind == "buckets"]
    card = next(one for one in cards if one.module == "task")
    for count in card.content:  # type: ignore[attr-defined]
        ids = found(house, "contact", card.list, filters={card.filter: (count.bucket.code,)})
        assert len(ids) == count.count
    assert [count.bucket.code for count in card.content] == ["overdue", "due", "due_soon", "on_time"]  # type: ignore[attr-defined]
