"""A meeting that people are invited to: who opened what, who answered, changes, notices, feedback."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.services.files import keeping
from luongviec.services.forms.candidates import CandidateRequest, candidates
from luongviec.services.record_page.reading import record_page
from luongviec.services.records import changing, talking
from luongviec.services.records.history import history
from luongviec.services.records.receipts import receipts_of
from luongviec.services.views import Opening
from tests.services.house import CONFIRMED, House
from tests.services.meetings import Hall, prepare


def readers(hall: Hall, who: str, of: int | None = None) -> list[dict[int, Opening]]:
    """Give who opened what, sheet by sheet, as somebody is shown it."""
    sheets = receipts_of(hall.house.platform, hall.house.actor(who), of or hall.meeting)
    return [{one.person.id: one for one in sheet.opened} for sheet in sheets]


@pytest.mark.requirement("M-18", "M-22", "M-23", "M-30", "M-46", "M-48", "M-79")
def test_the_organisers_see_who_opened_meeting_and_letter(house: House) -> None:
    hall = prepare(house, "Họp đếm lượt xem", attendee=[house.users["head"], house.users["other"]])
    hall.confirm()
    (letter,) = hall.data("head").values["invitation"]  # type: ignore[misc]
    for _ in range(2):  # twice is once
        record_page(house.platform, house.actor("head"), hall.meeting)
        keeping.open_file(house.platform, house.actor("head"), letter)
        house.clock.pass_by(minutes=30)
    keeping.open_file(house.platform, house.actor("stranger"), letter)  # guests read the letter (M-30)
    for who in ("clerk", "planner"):
        opened = readers(hall, who)
        assert house.users["head"] in opened[0]
        assert house.users["other"] not in opened[0]
        assert set(opened[1]) == set(hall.ids("head", "stranger"))
        first = opened[1][house.users["head"]]
        assert first.first_at < first.last_at
    with pytest.raises((Refused, NotFound)):
        receipts_of(house.platform, house.actor("head"), hall.meeting)


@pytest.mark.requirement("M-20", "M-21", "M-47")
def test_who_read_a_paper_is_counted_once(house: House) -> None:
    hall = prepare(house, "Họp đếm người đọc", attendee=[house.users["head"], house.users["other"]])
    paper = hall.paper("Báo cáo")
    hall.act("clerk", "approve", paper)
    hall.confirm()
    (file_id,) = hall.data("head", paper).values["files"]  # type: ignore[misc]
    for who in ("head", "head", "chair"):
        keeping.open_file(house.platform, house.actor(who), file_id)
    for who in ("clerk", "planner"):
        assert set(readers(hall, who, paper)[1]) == set(hall.ids("head", "chair"))
        (_, sheet) = receipts_of(house.platform, house.actor(who), paper)
        assert house.users["other"] in {one.id for one in sheet.waiting}  # who has not, is named too
        assert house.users["stranger"] not in {one.id for one in sheet.waiting}  # who may not, is none


@pytest.mark.requirement("W-10", "M-61", "M-62")
def test_the_letter_goes_again_to_all_to_the_silent_or_to_one(house: House) -> None:
    hall = prepare(house, "Họp gửi lại", attendee=[house.users["head"], house.users["other"]])
    hall.confirm()
    (letter,) = hall.data("head").values["invitation"]  # type: ignore[misc]
    keeping.open_file(house.platform, house.actor("head"), letter)
    hall.act("other", "answer_invitation", reply="coming")
    people = ("head", "other", "stranger", "chair")

    def got(**raw: object) -> dict[str, int]:
        before = {who: len(hall.mails(who)) for who in people}
        hall.act("clerk", "resend_invitation", **raw)
        return {who: len(hall.mails(who)) - before[who] for who in people}

    assert got(to="unread") == {"head": 0, "other": 1, "stranger": 1, "chair": 1}
    assert got(to="unanswered") == {"head": 1, "other": 0, "stranger": 1, "chair": 1}
    assert got(to="everybody") == dict.fromkeys(people, 1)
    assert got(to="chosen", people=hall.ids("head")) == {"head": 1, "other": 0, "stranger": 0, "chair": 0}
    with pytest.raises(InvalidInput):
        hall.act("clerk", "resend_invitation", to="chosen")
    with pytest.raises(InvalidInput):  # only who is invited
        hall.act("clerk", "resend_invitation", to="chosen", people=hall.ids("officer"))
    entries = history(house.platform, house.actor("clerk"), hall.meeting)
    assert sum(entry.action.vi == "Gửi lại giấy mời" for entry in entries) == 4


@pytest.mark.requirement("M-62", "M-93")
def test_notices_reach_the_participants_and_the_clock_reminds(house: House) -> None:
    hall = prepare(house, "Họp thông báo", invited_unit=[house.units["health"]])
    hall.confirm()
    hall.act("planner", "send_notice", subject="Mang theo số liệu", text="Đề nghị chuẩn bị.", to="everybody")
    for who in ("head", "stranger", "other", "chair"):  # other is the clerk of the invited unit
        assert hall.told(who, "Mang theo số liệu")
    assert "Mang theo số liệu" in hall.mails("head")
    record_page(house.platform, house.actor("head"), hall.meeting)
    hall.act("planner", "send_notice", subject="Mời mở tài liệu", text="Xin đọc trước.", to="unopened")
    assert not hall.told("head", "Mời mở tài liệu")
    assert hall.told("stranger", "Mời mở tài liệu")
    with pytest.raises((Refused, NotFound)):
        hall.act("head", "send_notice", subject="Tôi", text="Không được", to="everybody")
    house.clock.now = hall.starts - timedelta(hours=23)
    assert hall.told("head", "Nhắc lịch họp: Họp thông báo")
    assert hall.told("planner", "Nhắc lịch họp: Họp thông báo")


@pytest.mark.requirement("M-26", "M-77")
def test_changes_are_told_to_whom_they_concern(house: House) -> None:
    hall = prepare(
        house, "Họp đổi lịch", invited_unit=[house.units["health"]], summary_writer=[house.users["contact"]]
    )
    assert not hall.told("contact", "Mời nhập tóm tắt")
    hall.confirm()
    assert hall.told("contact", "Mời nhập tóm tắt: Họp đổi lịch")
    people = {"guest": hall.ids("stranger"), "summary_writer": hall.ids("planner"), "invited_unit": []}
    hall.act("clerk", "change_people", attendee=hall.ids("officer"), **people)
    assert hall.told("officer", "Giấy mời họp")
    assert hall.told("planner", "Mời nhập tóm tắt: Họp đổi lịch")
    assert hall.told("head", "Thôi mời họp: Họp đổi lịch")
    assert "Thôi mời họp: Họp đổi lịch" in hall.mails("head")
    assert hall.told("other", "Thôi mời đơn vị")
    with pytest.raises(NotFound):
        hall.data("head")
    assert hall.line("officer")
    with pytest.raises(AssertionError):
        hall.line("head")
    later = hall.starts + timedelta(hours=4)
    hall.act("clerk", "edit", starts_at=later.isoformat(), ends_at=(later + timedelta(hours=1)).isoformat())
    assert hall.told("officer", "Đổi lịch họp: Họp đổi lịch")
    hall.act("clerk", "edit", room=None, venue="Hội trường B")
    assert len(hall.told("officer", "Đổi lịch họp: Họp đổi lịch")) == 2
    hall.act("clerk", "edit", subject_matter="Không phải lịch")
    assert len(hall.told("officer", "Đổi lịch họp: Họp đổi lịch")) == 2
    house.clock.now = later
    hall.act("clerk", "start")
    hall.act("clerk", "edit", venue="Hội trường C")  # while it runs, the more so
    assert len(hall.told("officer", "Đổi lịch họp: Họp đổi lịch")) == 3


@pytest.mark.requirement("M-24", "M-39")
def test_a_reply_says_coming_online_or_why_not(house: House) -> None:
    hall = prepare(house, "Họp trả lời", attendee=[house.users["head"], house.users["other"]])
    hall.confirm()
    hall.act("head", "answer_invitation", reply="coming")
    with pytest.raises(InvalidInput):  # a reason belongs to it
        hall.act("other", "answer_invitation", reply="not_coming")
    hall.act("other", "answer_invitation", reply="not_coming", reply_reason="Đi công tác")
    lines = {who: hall.data("clerk", hall.line(who)).values for who in ("head", "other")}
    assert [lines["head"]["reply"], lines["other"]["reply"]] == ["coming", "not_coming"]
    assert lines["other"]["reply_reason"] == "Đi công tác"
    assert hall.told("planner", "Trả lời giấy mời: Họp trả lời")
    assert (
        "reply_reason" not in hall.data("head", hall.line("other")).values
    )  # his and the organisers' matter
    assert "answer_invitation" not in hall.offers("planner")


@pytest.mark.requirement("M-15", "M-19", "M-27", "M-33", "M-36", "M-50", "M-51", "M-55", "M-96")
def test_feedback_is_given_while_it_is_open_and_is_settled(house: House) -> None:
    hall = prepare(house, "Họp góp ý", attendee=[house.users["head"], house.users["other"]])
    paper, foreign = hall.paper("Dự thảo"), prepare(house, "Họp khác").paper("Của họp khác")
    hall.act("clerk", "approve", paper)
    hall.confirm()
    with pytest.raises(Refused) as refused:
        hall.add("head", "feedback", "feedback", text="Sửa điều 3")
    assert "chưa mở góp ý" in refused.value.message.vi
    hall.act("planner", "open_feedback")
    file_id = house.file("head", "Góp ý.pdf")
    said = hall.add("head", "feedback", "feedback", text="Sửa điều 3", on_document=paper, files=[file_id])
    assert hall.told("planner", "Góp ý mới")
    assert said in hall.rows("other", "feedback")
    assert not hall.rows("stranger", "feedback")  # guests neither give nor read it
    with pytest.raises(InvalidInput):
        hall.add("head", "feedback", "feedback", text="Nhầm họp", on_document=foreign)
    asked = CandidateRequest("feedback", "create", "on_document", owner_id=hall.meeting, relation="feedback")
    page = candidates(house.platform, house.actor("head"), asked)
    assert [one.label for one in page.candidates] == ["Dự thảo"]
    hall.act("other", "agree", said)
    with pytest.raises(Refused):
        hall.act("other", "agree", said)
    assert [one.id for one in hall.data("clerk", said).roles["supporter"]] == hall.ids("other")
    hall.act("planner", "settle", said, settled_as="accepted", answer="Đã sửa")
    assert hall.data("head", said).values["answer"] == "Đã sửa"
    assert hall.told("head", "Góp ý đã được giải quyết")
    hall.act("clerk", "close_feedback")
    with pytest.raises(Refused):
        hall.add("other", "feedback", "feedback", text="Muộn")


@pytest.mark.requirement("M-54", "M-92")
def test_comments_do_not_hang_on_the_switch_and_guests_do_less(house: House) -> None:
    hall = prepare(house, "Họp bình luận")
    hall.confirm()
    talking.comment(house.platform, house.actor("head"), hall.meeting, "Tôi sẽ đến sớm")
    with pytest.raises((Refused, NotFound)):
        talking.comment(house.platform, house.actor("stranger"), hall.meeting, "Khách")
    offers = set(hall.offers("stranger"))
    assert not {"add_feedback", "add_attendance_delegations", "add_speeches"} & offers
    for module, relation in (("feedback", "feedback"), ("speech_request", "speeches")):
        with pytest.raises((Refused, NotFound, InvalidInput)):
            hall.add("stranger", module, relation, text="x", topic="x")
    assert set(hall.rows("stranger", "roll")) == {hall.line("stranger")}


@pytest.mark.requirement("M-06", "M-17")
def test_guests_without_an_account_are_kept_and_marked(house: House) -> None:
    hall = prepare(house, "Họp có khách ngoài")
    guest = hall.add(
        "clerk", "outside_guest", "outside_guests", full_name="Ông Trần Văn A", works_at="Viện Quy hoạch",
        contact_email="a@vien.example", contact_phone="0912 345 678",
    )  # fmt: skip
    with pytest.raises(InvalidInput):
        hall.add("clerk", "outside_guest", "outside_guests", full_name="Bà B", contact_email="không phải thư")
    with pytest.raises(Refused):
        hall.act("clerk", "mark_invited", guest)
    hall.confirm()  # guests with an address are invited by mail then
    assert hall.data("clerk", guest).values["invited_at"] == house.clock.now
    with pytest.raises(Refused):
        hall.act("planner", "mark_invited", guest)
    seen = hall.data("head", guest).values
    assert seen["full_name"] == "Ông Trần Văn A"
    assert not {"contact_email", "contact_phone"} & set(seen)
    house.clock.now = hall.starts
    hall.act("planner", "mark_present", guest)
    assert hall.status(guest) == "present"


@pytest.mark.requirement("M-56", "M-57", "M-76", "W-39")
def test_postponing_keeps_reading_and_stops_joining(house: House) -> None:
    hall = prepare(house, "Họp hoãn")
    paper = hall.paper("Đọc được")
    hall.act("clerk", "approve", paper)
    hall.confirm()
    with pytest.raises(InvalidInput):  # a reason is asked
        changing.act(house.platform, house.actor("planner"), hall.meeting, "postpone", {}, answers=CONFIRMED)
    hall.act("planner", "postpone", reason="Bão số 5")
    for who in ("head", "stranger"):
        assert hall.told(who, "Hoãn họp: Họp hoãn")
    assert hall.data("head", paper).record.title == "Đọc được"
    assert not {"check_in", "add_speeches", "answer_invitation"} & set(hall.offers("head"))
    house.clock.now = hall.starts
    with pytest.raises((Refused, NotFound)):
        hall.act("head", "check_in")
    with pytest.raises(Refused):
        hall.act("clerk", "mark_present", hall.line("head"))
    house.clock.now = hall.starts + timedelta(days=1)
    house.deliver()
    assert hall.status() == "postponed"  # the clock does not start it
    with pytest.raises(Refused):  # its time has passed
        hall.act("planner", "lift_postponement")
    new = hall.starts + timedelta(days=7)
    times = {"starts_at": new.isoformat(), "ends_at": (new + timedelta(hours=1)).isoformat()}
    hall.act("planner", "lift_postponement", **times)
    assert hall.status() == "upcoming"
    assert hall.data("head").values["starts_at"] == new
    for who in ("head", "stranger"):
        assert hall.told(who, "tổ chức trở lại: Họp hoãn")
    mail = next(one for one in reversed(house.email.sent) if "tổ chức trở lại" in one.subject)
    assert "tại Phòng họp thử" in mail.text


@pytest.mark.requirement("M-77", "S9")
def test_cancelling_wants_a_reason_and_ends_it_for_all(house: House) -> None:
    hall = prepare(house, "Họp hủy")
    hall.confirm()
    with pytest.raises(InvalidInput):
        changing.act(house.platform, house.actor("clerk"), hall.meeting, "cancel", {}, answers=CONFIRMED)
    assert "cancel" not in hall.offers("planner")
    hall.act("clerk", "cancel", reason="Không đủ nội dung")
    assert hall.status(who="head") == "cancelled"
    for who in ("head", "stranger", "chair"):
        assert hall.told(who, "Hủy họp: Họp hủy")
    house.clock.now = hall.starts
    assert not hall.told("head", "Nhắc lịch họp: Họp hủy")
    assert set(hall.offers("clerk")) <= {
        "plan_next",
        "copy_meeting",
        "add_notes",
        "comment",
        "attach",
        "print",
        "receipts",
        "history",
    }
