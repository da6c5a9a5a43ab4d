"""Who hears of a task's deadline, of what stays undone, of reminders and of what was taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.world import SYSTEM
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.parameters.values import Typed, change_parameters
from luongviec.services.record_page.reading import record_data, record_page, related
from luongviec.services.records import changing
from luongviec.services.reports.drawing import draw_report
from luongviec.services.reports.requests import ReportRequest
from luongviec.services.telling import notifications
from luongviec.services.units.edits import edit_unit
from luongviec.services.units.forms import unit_data
from luongviec.services.units.making import clear_slot, fill_slot
from tests.services.house import CONFIRMED, House


@pytest.fixture(autouse=True)
def nothing_waits(house: House) -> None:
    """Whatever other tests left is told before this one begins."""
    house.clock.pass_by(days=400)
    house.deliver()
    house.rest()


def news(house: House, who: str, record_id: int) -> list[str]:
    """Give what somebody was told of a record, the newest first."""
    found = notifications.list_notifications(house.platform, house.actor(who), limit=200)
    return [one.subject for one in found if one.record is not None and one.record.id == record_id]


def wait(house: House, **span: float) -> None:
    house.clock.pass_by(**span)
    house.deliver()


def offers(house: House, who: str, record_id: int) -> dict[str, bool]:
    page = record_page(house.platform, house.actor(who), record_id)
    return {offer.code: offer.enabled for offer in page.offers}


def ask_for_more_time(house: House, task: int, days: int = 20) -> int:
    typed = {"new_due": (house.clock.now + timedelta(days=days)).isoformat(), "why": "Chờ số liệu"}
    return changing.create_record(
        house.platform, house.actor("contact"), "extension_request", typed,
        owner_id=task, relation="extensions", answers=CONFIRMED,
    ).record_id  # fmt: skip


@pytest.mark.requirement("T-137", "T-126")
def test_the_deadline_is_told_before_on_the_day_and_after_it(house: House) -> None:
    record_id = house.task("Sửa cầu", due_at="27/11/2026 17:00")  # a Friday; it is Monday, ten o'clock
    short = house.task("Gấp", due_at="24/11/2026 17:00")
    house.deliver()
    assert news(house, "contact", short) == ["Nhiệm vụ mới: Gấp"]  # who was told just now is not reminded
    wait(house, days=2)
    assert news(house, "contact", record_id)[0] == "Sắp tới hạn: Sửa cầu"
    wait(house, days=1, hours=20)  # Friday, six o'clock
    assert news(house, "contact", record_id)[0] == "Sắp tới hạn: Sửa cầu"
    wait(house, hours=1, minutes=1)
    assert news(house, "contact", record_id)[0] == "Tới hạn hôm nay: Sửa cầu"
    wait(house, hours=10)
    assert news(house, "contact", record_id)[0] == "Đã quá hạn: Sửa cầu"
    assert "Đã quá hạn: Sửa cầu" in news(house, "chair", record_id)
    assert [one.subject for one in house.email.sent].count("Tới hạn hôm nay: Sửa cầu") == 1


@pytest.mark.requirement("T-137")
def test_what_stays_overdue_goes_up_the_tree_one_level_at_a_time(house: House) -> None:
    road, stranger = house.units["road"], house.users["stranger"]
    fill_slot(house.platform, SYSTEM, road, "executing", "follower", (stranger,))
    parent = house.task()
    house.act("contact", parent, "accept")
    child = changing.create_record(
        house.platform, house.actor("contact"), "task",
        {
            "assigning": [house.units["works"]], "assigner": [house.users["head"]], "name": "Vá đường",
            "recipients": [{"executing": [road], "assignee": [], "due_at": "27/11/2026 17:00"}],
        },
        owner_id=parent, relation="children", answers=CONFIRMED,
    ).record_id  # fmt: skip
    long_overdue = "Quá hạn kéo dài: Vá đường"
    wait(house, days=8)  # Tuesday: of three working days two are over
    assert long_overdue not in news(house, "head", child)
    wait(house, days=1, hours=8)
    assert news(house, "head", child).count(long_overdue) == 1
    assert long_overdue not in news(house, "chair", child)  # not yet
    wait(house, days=3)
    assert news(house, "chair", child).count(long_overdue) == 1
    assert news(house, "head", child).count(long_overdue) == 1
    wait(house, days=60)
    assert news(house, "chair", child).count(long_overdue) == 1  # there is nobody above
    clear_slot(house.platform, SYSTEM, road, "executing", "follower", [stranger])


@pytest.mark.requirement("T-137")
def test_working_days_are_those_of_the_units_own_calendar(house: House) -> None:
    works, admin = house.units["works"], house.actor("admin")
    usual, data = unit_data(house.platform, admin, works), unit_data(house.platform, admin, works)
    record_id = house.task("Sơn vạch", due_at="27/11/2026 17:00")
    data.choices[("calendar", "")] = "six_days"  # type: ignore[index] - works on Saturday, not on Monday
    edit_unit(house.platform, admin, works, data)
    try:
        other = house.task("Sơn biển báo", due_at="27/11/2026 17:00")
        wait(house, days=8, hours=7, minutes=30)  # Tuesday, half past five in the afternoon
        assert not [one for one in news(house, "chair", other) if "kéo dài" in one]
        change_parameters(house.platform, admin, Typed({"escalate_days": "2"}), works)
        third = house.task("Sơn lan can", due_at="04/12/2026 17:00")
        wait(house, days=6)  # Monday: Saturday and Monday are over
        assert news(house, "chair", third)[0] == "Quá hạn kéo dài: Sơn lan can"
    finally:
        change_parameters(house.platform, admin, Typed({}, reset={"escalate_days"}), works)
        edit_unit(house.platform, admin, works, usual)
    assert "Quá hạn kéo dài: Sơn vạch" in news(house, "chair", record_id)


@pytest.mark.requirement("T-124")
def test_a_reminder_goes_out_and_not_again_at_once(house: House) -> None:
    record_id = house.task("Lập danh sách")
    house.deliver()
    house.sms.sent.clear()
    assert "remind" not in offers(house, "contact", record_id)
    house.act("planner", record_id, "remind", text="Cần trước thứ Năm")
    house.deliver()
    assert news(house, "contact", record_id)[0] == "Nhắc việc: Lập danh sách"
    assert any("Cần trước thứ Năm" in mail.text for mail in house.email.sent)
    for who in ("planner", "chair"):
        assert offers(house, who, record_id)["remind"] is False
        with pytest.raises(Refused) as refused:
            house.act(who, record_id, "remind")
        assert "vừa được nhắc" in refused.value.message.vi
    house.clock.pass_by(hours=24)
    house.act("chair", record_id, "remind")


@pytest.mark.requirement("T-74", "T-116", "T-125")
def test_the_assigner_takes_a_task_back_and_gives_it_anew(house: House) -> None:
    record_id = house.task("Kiểm kê", follower=[house.users["clerk"]], due_at="30/11/2026 17:00")
    house.act("contact", record_id, "accept")
    asked = ask_for_more_time(house, record_id)
    with pytest.raises((Refused, NotFound)):
        house.act("contact", record_id, "withdraw", reason="Không phải của tôi")
    with pytest.raises(InvalidInput):
        house.act("chair", record_id, "withdraw")
    house.act("chair", record_id, "withdraw", reason="Giao nhầm đơn vị")
    house.deliver()
    assert news(house, "contact", record_id)[0] in (
        "Không còn phụ trách: Kiểm kê", "Nhiệm vụ được thu hồi: Kiểm kê",
    )  # fmt: skip
    assert news(house, "clerk", record_id)[0] == "Nhiệm vụ được thu hồi: Kiểm kê"
    data = record_data(house.platform, house.actor("chair"), record_id)
    assert (data.record.status.code, data.roles["assignee"]) == ("withdrawn", ())
    assert not {"accept", "complete", "forward", "refuse"} & offers(house, "contact", record_id).keys()
    request = record_data(house.platform, house.actor("contact"), asked)
    assert request.record.status.code == "withdrawn"  # nothing is left to be decided
    wait(house, days=20)
    assert "Đã quá hạn: Kiểm kê" not in news(house, "contact", record_id)
    house.act("chair", record_id, "reassign", to=house.users["officer"])
    assert record_data(house.platform, house.actor("officer"), record_id).record.status.code == "assigned"


@pytest.mark.requirement("T-82", "T-87", "T-127")
def test_progress_is_told_to_those_who_follow_gathered_by_mail(house: House) -> None:
    record_id = house.task("Khảo sát")
    house.act("contact", record_id, "accept")
    house.deliver()
    house.email.sent.clear()
    changing.create_record(
        house.platform, house.actor("contact"), "progress_entry", {"text": "Đã đo", "percent": 30},
        owner_id=record_id, relation="progress", answers=CONFIRMED,
    )  # fmt: skip
    house.deliver()
    assert news(house, "planner", record_id)[0] == "Tiến độ mới: Khảo sát"
    assert house.email.sent == []
    house.act("contact", record_id, "complete", text="Xong", files=[house.file("contact")])
    house.deliver()
    assert news(house, "planner", record_id)[0] == "Chờ bạn duyệt kết quả: Khảo sát"
    wait(house, days=1)
    [daily] = [mail for mail in house.email.sent if "Tin trong ngày" in mail.subject and "Tuấn" in mail.text]
    assert "Tiến độ mới: Khảo sát" in daily.text


@pytest.mark.requirement("W-30")
def test_how_many_must_accept_a_result_is_a_parameter(house: House) -> None:
    admin = house.actor("admin")

    def completed(name: str) -> int:
        people = [house.users[who] for who in ("planner", "clerk", "other")]
        record_id = house.task(name, follower=people)
        house.act("contact", record_id, "accept")
        house.act("contact", record_id, "complete", text="Xong", files=[house.file("contact")])
        return record_id

    def status_of(record_id: int) -> str:
        return record_data(house.platform, house.actor("chair"), record_id).record.status.code

    asked = ("planner", "clerk", "other", "chair")
    try:
        for need, voices in (("number", 2), ("majority", 3), ("all", 4), ("any", 1)):
            change_parameters(house.platform, admin, Typed({"result_voices": need}))
            record_id = completed(f"Theo {need}")
            for count, who in enumerate(asked[:voices], start=1):
                assert status_of(record_id) == "completed"
                house.act(who, record_id, "approve_result")
                house.deliver()
                if count < voices:
                    assert "Thêm một ý kiến duyệt" in news(house, asked[count], record_id)[0]
            assert status_of(record_id) == "approved"
            assert "Kết quả được duyệt" in news(house, "contact", record_id)[0]
    finally:
        change_parameters(house.platform, admin, Typed({}, reset={"result_voices"}))


@pytest.mark.requirement("T-137")
def test_more_time_is_asked_for_decided_and_counted(house: House) -> None:
    task = house.task("Đo đạc", follower=[house.users["clerk"]])
    house.act("contact", task, "accept")
    first = ask_for_more_time(house, task)
    with pytest.raises(Refused):
        ask_for_more_time(house, task)  # one waits already
    house.deliver()
    assert news(house, "chair", first) == ["Xin gia hạn: Đo đạc"]
    assert news(house, "clerk", first) == ["Xin gia hạn: Đo đạc"]

    def listed(who: str, code: str) -> list[int]:
        request = ListRequest("extension_request", code, page_size=100)
        return [row.record.id for row in list_records(house.platform, house.actor(who), request).rows]

    assert first in listed("chair", "to_decide")
    assert first not in listed("planner", "to_decide")
    house.act("chair", first, "deny", reason="Đã gia hạn nhiều lần")
    second = ask_for_more_time(house, task, days=25)
    house.act("chair", second, "grant")
    house.deliver()
    assert news(house, "contact", second)[0] == "Đồng ý gia hạn: Đo đạc"
    due = record_data(house.platform, house.actor("contact"), task).values["due_at"]
    assert due == house.clock.now + timedelta(days=25)
    assert {first, second} <= set(listed("contact", "my_requests"))
    assert first not in listed("chair", "to_decide")
    assert {first, second} <= set(listed("chair", "decided"))
    rows = related(house.platform, house.actor("contact"), task, "extensions").rows
    assert len(rows) == 2
    report = draw_report(house.platform, house.actor("chair"), ReportRequest("extension_by_month"))
    assert (report.total.cells[0].value or 0) >= 2
