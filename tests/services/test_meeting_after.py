"""What is left of a meeting: conclusions, tasks, minutes, what is locked, and the next one of the series."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NeedsAnswer, NotFound, Refused
from luongviec.engine.planning.plan import Answers
from luongviec.services.files import keeping
from luongviec.services.record_page.reading import record_data, record_page
from luongviec.services.records import changing
from tests.services.house import House
from tests.services.meetings import ANSWERS, Hall, prepare


def conclude(hall: Hall, text: str, **raw: object) -> int:
    return hall.add("planner", "conclusion", "conclusions", text=text, **raw)


@pytest.mark.requirement("M-29", "M-34", "M-41", "M-42", "M-58", "M-59", "M-60", "M-82", "W-40")
def test_closing_checks_what_is_open_and_everybody_reads_the_conclusion(house: House) -> None:
    hall = prepare(house, "Họp kết thúc", summary_writer=[house.users["officer"]])
    hall.act("clerk", "open_feedback")
    hall.start()
    hall.add("head", "feedback", "feedback", text="Chưa trả lời")
    with pytest.raises(NeedsAnswer) as asked:
        changing.act(
            house.platform, house.actor("planner"), hall.meeting, "close", {}, answers=Answers(confirmed=True)
        )
    texts = " ".join(question.text.vi for question in asked.value.questions)  # type: ignore[attr-defined]
    for said in ("góp ý", "kết luận", "điểm danh"):
        assert said in texts
    done = conclude(hall, "Giao Phòng Xây dựng hoàn thiện", files=[house.file("planner", "Kết luận.pdf")])
    with pytest.raises((Refused, NotFound)):
        hall.add("head", "conclusion", "conclusions", text="Tôi kết luận")
    for who in ("planner", "head"):  # its writers alone
        with pytest.raises((Refused, NotFound)):
            hall.add(who, "summary", "summaries", text="Tôi tóm tắt")
    summary = hall.add("officer", "summary", "summaries", text="Đã bàn hai việc")
    hall.act("planner", "close")
    assert hall.status() == "closed"
    for who in ("head", "stranger", "chair"):
        assert hall.data(who, done).values["text"] == "Giao Phòng Xây dựng hoàn thiện"
        assert hall.data(who, summary).values["text"] == "Đã bàn hai việc"
    hall.act("clerk", "reopen", reason="Bổ sung kết luận")
    assert hall.status() == "in_progress"


@pytest.mark.requirement("M-31", "M-43", "M-81", "M-83", "S9")
def test_a_closed_meeting_is_read_and_noted_in_and_nothing_else(house: House) -> None:
    hall = prepare(house, "Họp đã xong")
    paper = hall.paper("Còn đọc được")
    item = hall.add("clerk", "agenda_item", "agenda", subject="Đã bàn", minutes=20)
    hall.act("clerk", "approve", paper)
    hall.act("clerk", "open_feedback")
    hall.start()
    said = hall.add("head", "feedback", "feedback", text="Trước khi đóng")
    vote = hall.add("planner", "vote", "votes", motion="Chưa kịp biểu quyết")
    hall.act("planner", "close")
    assert hall.data("head", paper).record.title == "Còn đọc được"
    assert hall.add("head", "note", "notes", text="Nhớ việc này")
    for module, relation in (("feedback", "feedback"), ("speech_request", "speeches"), ("ballot", "ballots")):
        with pytest.raises((Refused, NotFound, InvalidInput)):
            hall.add(
                "head",
                module,
                relation,
                vote if module == "ballot" else None,
                text="x",
                topic="x",
                choice="approve",
            )
    for who, action, of in (
        ("clerk", "change_people", None), ("clerk", "edit", None), ("head", "check_in", None),
        ("clerk", "mark_present", hall.line("head")), ("head", "edit", said), ("head", "delete", said),
        ("clerk", "edit", item), ("clerk", "delete", item),
    ):  # fmt: skip
        with pytest.raises((Refused, NotFound)):
            hall.act(who, action, of)
    assert hall.status(vote) == "cancelled"
    assert hall.data().values["feedback_open"] is False
    assert conclude(hall, "Kết luận gửi sau")
    assert hall.meeting in hall.found("head", split="closed")


def finish(hall: Hall, task: int) -> None:
    """Bring a task to its end."""
    house = hall.house
    if hall.status(task, "planner") == "assigned":
        house.act("contact", task, "accept")
    house.act("contact", task, "complete", text="Xong", files=[house.file("contact")])
    house.act("planner", task, "approve_result")


@pytest.mark.requirement("M-44")
def test_the_meetings_own_task_list_makes_tasks_after_the_close(house: House) -> None:
    hall = prepare(house, "Họp lập nhiệm vụ")
    hall.start()
    hall.act("planner", "close")
    assert "add_tasks" in hall.offers("planner")
    raw = house.task_input("Lập kế hoạch quý")
    made = changing.create_record(
        house.platform, house.actor("planner"), "task", raw, owner_id=hall.meeting, relation="tasks",
        answers=Answers(confirmed=True),
    ).record_id  # fmt: skip
    assert set(hall.rows("planner", "tasks")) == {made}
    assert set(hall.rows("planner", "meetings", made)) == {hall.meeting}
    assert hall.status(made, "planner") == "assigned"
    with pytest.raises((Refused, NotFound)):
        changing.create_record(
            house.platform, house.actor("head"), "task", raw, owner_id=hall.meeting, relation="tasks",
            answers=Answers(confirmed=True),
        )  # fmt: skip


@pytest.mark.requirement("M-44", "M-45")
def test_a_conclusion_becomes_a_task_whose_state_the_meeting_shows(house: House) -> None:
    hall = prepare(house, "Họp giao việc", secretary=[house.users["planner"]])
    hall.start()
    due = hall.starts + timedelta(days=9)
    done = conclude(hall, "Sửa mặt đường Trần Phú", unit=house.units["works"], due_at=due.isoformat())
    hall.act("planner", "close")
    raw = house.task_input("Sửa mặt đường Trần Phú")
    made = changing.create_record(
        house.platform, house.actor("planner"), "task", raw, owner_id=done, relation="tasks",
        answers=Answers(confirmed=True),
    )  # fmt: skip
    assert set(hall.rows("planner", "tasks", done)) == {made.record_id}
    assert set(hall.rows("planner", "tasks")) == {made.record_id}  # the meeting's own list has it too
    assert hall.status(made.record_id, "planner") == "assigned"
    house.act("contact", made.record_id, "accept")
    (row,) = hall.rows("planner", "tasks", done).values()
    assert row.record.status.code == "doing"
    assert done in hall.found("planner", "unfinished", "conclusion")
    second = changing.create_record(
        house.platform, house.actor("planner"), "task", house.task_input("Rà soát biển báo"), owner_id=done,
        relation="tasks", answers=Answers(confirmed=True),
    ).record_id  # fmt: skip
    hall.act("planner", "mark_done", done)
    hall.act("planner", "reopen", done)
    for task, left in ((made.record_id, "written"), (second, "done")):  # with the last task it is done
        finish(hall, task)
        assert hall.status(done, "planner") == left
    assert done not in hall.found("planner", "unfinished", "conclusion")
    with pytest.raises((Refused, NotFound)):
        hall.act("head", "mark_done", done)


@pytest.mark.requirement("M-34", "M-42", "M-92")
def test_the_minutes_tell_what_happened(house: House) -> None:
    hall = prepare(
        house, "Họp lập biên bản", attendee=[house.users["head"], house.users["other"]], quorum_percent=10
    )
    hall.add(
        "clerk", "outside_guest", "outside_guests", full_name="Ông Trần Văn Khách", works_at="Viện Quy hoạch"
    )
    hall.add("clerk", "agenda_item", "agenda", subject="Báo cáo quý", presenting_unit=house.units["works"])
    hall.act("clerk", "open_feedback")
    hall.start()
    for who in ("head", "chair"):
        hall.act(who, "check_in")
    hall.act("planner", "mark_absent", hall.line("other"), absence_reason="Đi công tác")
    said = hall.add("head", "feedback", "feedback", text="Nên thêm số liệu")
    hall.act("planner", "settle", said, settled_as="accepted", answer="Sẽ bổ sung")
    speech = hall.add("head", "speech_request", "speeches", topic="Kinh phí")
    hall.act("planner", "call", speech)
    house.clock.pass_by(minutes=6)
    hall.act("planner", "finish", speech)
    vote = hall.add("planner", "vote", "votes", motion="Thông qua báo cáo")
    hall.act("planner", "begin_vote", vote)
    hall.add("head", "ballot", "ballots", vote, choice="approve")
    hall.act("planner", "count_ballots", vote)
    conclude(hall, "Hoàn thiện trong tháng", unit=house.units["works"])
    hall.act("planner", "close")
    (file_id,) = hall.data("head").values["minutes"]  # type: ignore[misc]
    text = b"".join(keeping.open_file(house.platform, house.actor("head"), file_id).content).decode()
    for part in (
        "Chủ trì: Lê Văn Khánh", "Ông Trần Văn Khách", "Đi công tác", "Báo cáo quý", "Nên thêm số liệu",
        "Tiếp thu", "Kinh phí", "Thông qua báo cáo", "Tán thành: 1", "Hoàn thiện trong tháng",
    ):  # fmt: skip
        assert part in text, part
    assert "minutes" not in record_data(house.platform, house.actor("stranger"), hall.meeting).values
    written = keeping.open_file(house.platform, house.actor("planner"), file_id).file
    edited = house.file("planner", "Biên bản đã sửa.docx")
    hall.act("planner", "replace_minutes", edited=[edited])
    assert hall.data("head").values["minutes"] == (edited,)
    page = record_page(house.platform, house.actor("planner"), hall.meeting)
    (files,) = (block for block in page.blocks if block.kind == "files")
    assert [one.file.id for one in files.settings["former"]] == [written.id]  # kept as a former version
    with pytest.raises((Refused, NotFound)):
        hall.act("head", "replace_minutes", edited=[house.file("head", "Của tôi.docx")])


def followers(hall: Hall, meeting: int) -> list[int]:
    """Give the meetings that follow one in its series, in order."""
    following = sorted(hall.rows("clerk", "later_meetings", meeting))
    assert len(following) <= 1
    return following and [*following, *followers(hall, following[0])]


@pytest.mark.requirement("M-01", "M-06")
def test_what_nobody_has_done_goes_from_meeting_to_meeting(house: House) -> None:
    hall = prepare(house, "Giao ban tháng")
    next_week = hall.starts + timedelta(days=7)
    hall.act("clerk", "plan_next", starts_at=next_week.isoformat(), every="week", times=2)
    second, third = followers(hall, hall.meeting)
    hall.start()
    text = "Kết luận khi cuộc sau đã lập"
    written = conclude(hall, text)

    def carried(meeting: int) -> dict[str, str]:
        rows = hall.rows("clerk", "carried_over", meeting).values()
        return {row.record.title: row.record.status.code for row in rows}

    assert (carried(second), carried(third)) == ({text: "listed"}, {})
    hall.act("planner", "close")
    assert carried(second) == {text: "listed"}  # once
    by_hand = hall.add("clerk", "carried_item", "carried_over", second, text="Việc ghi tay")
    changing.act(house.platform, house.actor("clerk"), second, "confirm_preparation", {}, answers=ANSWERS)
    house.clock.now = next_week
    changing.act(house.platform, house.actor("clerk"), second, "start", {}, answers=ANSWERS)
    hall.act("clerk", "mark_done", by_hand)
    (followed,) = (one for one in hall.rows("clerk", "carried_over", second) if one != by_hand)
    with pytest.raises(Refused) as refused:  # it follows its conclusion
        hall.act("clerk", "mark_done", followed)
    assert "kết luận gốc" in refused.value.message.vi
    changing.act(house.platform, house.actor("clerk"), second, "close", {}, answers=ANSWERS)
    assert carried(third) == {text: "listed"}
    hall.act("planner", "mark_done", written)
    assert (carried(second), carried(third)) == (
        {text: "settled", "Việc ghi tay": "settled"}, {text: "settled"}
    )  # fmt: skip


@pytest.mark.requirement("M-01", "M-06")
def test_the_next_meetings_of_a_series_take_over_people_agenda_and_what_is_not_done(house: House) -> None:
    hall = prepare(house, "Giao ban tuần", invited_unit=[house.units["health"]])
    hall.add("clerk", "agenda_item", "agenda", subject="Báo cáo tuần", minutes=15)
    hall.start()
    open_one, finished = conclude(hall, "Còn dở dang"), conclude(hall, "Đã xong rồi")
    hall.act("planner", "mark_done", finished)
    hall.act("planner", "close")
    first = hall.starts + timedelta(days=7)
    hall.act("clerk", "plan_next", starts_at=first.isoformat(), every="week", times=3)
    later = followers(hall, hall.meeting)  # each of the series follows the one before it
    assert len(later) == 3
    assert [hall.data(of=one).values["starts_at"] for one in later] == [
        first + timedelta(days=7 * n) for n in range(3)
    ]
    new = hall.data(of=later[0])
    assert new.record.status.code == "preparing"
    assert new.values["ends_at"] == first + timedelta(hours=2)
    assert [one.id for one in new.roles["attendee"]] == hall.ids("head")
    assert [one.id for one in new.roles["invited_unit"]] == [house.units["health"]]
    assert [row.record.title for row in hall.rows("clerk", "agenda", later[0]).values()] == [
        "1. Báo cáo tuần"
    ]
    (item,) = hall.rows("clerk", "carried_over", later[0])
    carried = hall.data(of=item).values
    assert (carried["text"], carried["conclusion"]) == ("Còn dở dang", open_one)
    assert carried["current_state"] == "Đang thực hiện"
    hall.act("planner", "mark_done", open_one)
    assert hall.data(of=item).values["current_state"] == "Đã thực hiện xong"
    assert [row.record.status.code for row in hall.rows("clerk", "carried_over", later[2]).values()] == [
        "settled"
    ]
    assert not hall.told(
        "head", "Giấy mời họp: Giao ban tuần"
    )  # nobody hears of them before they are confirmed
    with pytest.raises((Refused, NotFound)):
        hall.act("head", "plan_next", starts_at=first.isoformat(), every="week", times=1)


@pytest.mark.requirement("M-56", "M-57", "M-76")
def test_everybody_hears_that_a_meeting_is_put_off_held_after_all_and_called_off(house: House) -> None:
    hall = prepare(
        house, "Họp hoãn", summary_writer=[house.users["other"]], invited_unit=[house.units["health"]],
        attendee=[house.users["head"]],
    )  # fmt: skip
    hall.confirm()
    given = hall.add("head", "attendance_delegation", "attendance_delegations", delegate=hall.ids("officer"))
    hall.act("clerk", "confirm", given)
    steps = (
        ("postpone", "Hoãn họp", {"reason": "Bận"}),
        ("lift_postponement", "tổ chức trở lại", {
            "starts_at": (hall.starts + timedelta(days=1)).isoformat(),
            "ends_at": (hall.starts + timedelta(days=1, hours=2)).isoformat(), "room": hall.room,
        }),
        ("cancel", "Hủy họp", {"reason": "Không cần nữa"}),
    )  # fmt: skip
    everybody = ("planner", "chair", "head", "officer", "stranger", "contact", "other")
    for action, subject, raw in steps:
        hall.act("clerk", action, **raw)
        assert {who: len(hall.told(who, subject)) for who in everybody} == dict.fromkeys(everybody, 1)
        for who in ("officer", "contact", "stranger"):
            assert any(subject in one for one in hall.mails(who))
