"""A meeting before anybody is invited: made, papers added and approved, confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from luongviec.engine.errors import InvalidInput, NeedsAnswer, NotFound, Refused
from luongviec.services.files import keeping, previews
from luongviec.services.files.pdf_pages import SIDE
from luongviec.services.files.previews import PreviewKind
from luongviec.services.files.zipped import files_zipped
from luongviec.services.forms.candidates import CandidateRequest, candidates
from luongviec.services.home import shell
from luongviec.services.lists.calendars import Span, list_calendar
from luongviec.services.lists.reading import ListRequest, count_records
from luongviec.services.lists.search import search
from luongviec.services.parameters.values import Typed, change_parameters
from luongviec.services.record_page.reading import related
from luongviec.services.records import changing
from tests.services.house import CONFIRMED, House
from tests.services.meetings import prepare


@pytest.mark.requirement("M-02", "M-03", "M-04", "M-06", "M-88", "S10")
def test_a_clerk_makes_a_meeting_and_finds_it(house: House) -> None:
    hall = prepare(
        house, "Họp tạo mới", invited_unit=[house.units["health"]], summary_writer=[house.users["officer"]],
        venue="Tầng 2", subject_matter="Chuyển đổi số", held_as="both", join_url="https://hop.example/1",
    )  # fmt: skip
    data = hall.data()
    assert data.record.status.code == "preparing"
    assert data.values["room"] == hall.room
    assert data.values["venue"] == "Tầng 2"
    holders = {
        code: [one.id for one in data.roles[code]] for code in ("creator", "chair", "secretary", "guest")
    }
    assert holders == {
        "creator": hall.ids("clerk"), "chair": hall.ids("chair"), "secretary": hall.ids("planner"),
        "guest": hall.ids("stranger"),
    }  # fmt: skip
    assert [one.id for one in data.roles["invited_unit"]] == [house.units["health"]]
    assert hall.meeting in hall.found("clerk", "created")
    assert hall.meeting in hall.found("clerk", "created", split="preparing")
    assert hall.meeting not in hall.found("clerk", "created", split="closed")
    menu = {
        item.list for part in shell.shell(house.platform, house.actor("clerk")).menu for item in part.items
    }
    assert {"created", "invited"} <= menu
    with pytest.raises(Refused):  # planner fills no clerk's slot (M-04 tells him who could name him)
        changing.create_record(
            house.platform, house.actor("planner"), "meeting", {"subject": "Họp"}, answers=CONFIRMED
        )
    with pytest.raises(InvalidInput) as caught:
        changing.create_record(
            house.platform,
            house.actor("clerk"),
            "meeting",
            {"host": [house.units["town"]]},
            answers=CONFIRMED,
        )
    assert {"subject", "starts_at", "ends_at"} <= set(caught.value.errors)


@pytest.mark.requirement("M-09", "M-17", "M-75", "S9")
def test_in_preparation_only_those_who_prepare_see_it(house: House) -> None:
    hall = prepare(house, "Họp kín tiếng")
    house.deliver()
    assert hall.meeting in hall.found("contact")  # the contributor finds it among his invitations
    for who in ("head", "stranger", "chair", "officer"):
        assert hall.meeting not in hall.found(who)
        assert not search(house.platform, house.actor(who), "Họp kín tiếng").rows
        assert not hall.told(who, "Họp kín tiếng")
        with pytest.raises(NotFound):
            hall.data(who)
    assert any("kín tiếng" in one for one in hall.told("contact"))
    hall.act("clerk", "edit", subject="Họp mở", held_as="in_person")
    with pytest.raises(Refused):
        hall.act("clerk", "start")  # preparation never becomes a running meeting by itself (M-75)
    house.clock.now = hall.starts + timedelta(minutes=1)
    house.deliver()
    assert hall.status() == "preparing"


@pytest.mark.requirement("M-05", "M-10", "M-12", "M-13", "M-20", "M-72", "M-73", "M-85")
def test_papers_wait_for_approval_and_come_back_with_a_reason(house: House) -> None:
    hall = prepare(house, "Họp duyệt giấy tờ")
    two = [
        house.file("contact", "Một.pdf", b"%PDF-1.4 mot"),
        house.file("contact", "Hai.pdf", b"%PDF-1.4 hai"),
    ]
    paper = hall.add("contact", "meeting_document", "documents", name="Tờ trình", files=two)
    assert hall.status(paper) == "waiting"
    assert paper in hall.found("clerk", "to_approve", "meeting_document")
    assert any("chờ duyệt" in one for one in hall.told("clerk"))
    with pytest.raises(InvalidInput):
        changing.act(house.platform, house.actor("clerk"), paper, "reject", {}, answers=CONFIRMED)
    hall.act("clerk", "reject", paper, reason="Thiếu phụ lục")
    assert hall.data("contact", paper).values["rejection"] == "Thiếu phụ lục"
    assert any("không được duyệt" in one for one in hall.told("contact"))
    hall.confirm()
    with pytest.raises(NotFound):
        hall.data("head", paper)
    hall.act("contact", "replace_files", paper, files=[house.file("contact", "Ba.pdf", b"%PDF-1.4 ba")])
    assert hall.status(paper) == "waiting"
    assert any("chờ duyệt: Tờ trình" in one for one in hall.told("clerk"))
    hall.act("clerk", "approve", paper)
    assert hall.data("head", paper).record.title == "Tờ trình"
    (file_id,) = hall.data("head", paper).values["files"]  # type: ignore[misc]
    assert keeping.open_file(house.platform, house.actor("head"), file_id).file.name == "Ba.pdf"
    with pytest.raises(NotFound):  # guests see what is released to them (M-92)
        hall.data("stranger", paper)
    hall.act("clerk", "release", paper)
    assert hall.data("stranger", paper).record.title == "Tờ trình"
    hall.act("clerk", "take_back", paper)
    with pytest.raises(NotFound):
        keeping.open_file(house.platform, house.actor("stranger"), file_id)


@pytest.mark.requirement("M-12", "M-72", "E-19")
def test_a_paper_may_open_later_or_for_some_only(house: House) -> None:
    hall = prepare(house, "Họp tài liệu mật", attendee=[house.users["head"], house.users["other"]])
    later, some = hall.paper("Đọc sau"), hall.paper("Đọc riêng")
    hall.act("clerk", "approve_later", later, opens_at=(hall.starts - timedelta(hours=1)).isoformat())
    hall.act("clerk", "approve_for", some, reader=hall.ids("other"))
    hall.confirm()
    seen = {who: set(hall.rows(who, "documents")) for who in ("head", "other", "clerk", "stranger")}
    assert seen == {"head": set(), "other": {some}, "clerk": {later, some}, "stranger": set()}
    assert not search(house.platform, house.actor("head"), "Đọc riêng").rows
    house.clock.now = hall.starts - timedelta(minutes=30)
    house.deliver()
    assert set(hall.rows("head", "documents")) == {later}


@pytest.mark.requirement("M-65", "S11", "W-34", "E-19")
def test_a_file_above_the_limit_is_refused_by_name(house: House) -> None:
    hall = prepare(house, "Họp tệp lớn")
    unit, admin = house.units["town"], house.actor("admin")
    change_parameters(house.platform, admin, Typed({"meeting_file_mb": "1"}), unit)
    big = house.file("contact", "Lớn.pdf", b"%PDF-1.4 " + b"x" * (1024 * 1024))
    with pytest.raises(InvalidInput) as caught:
        hall.add("contact", "meeting_document", "documents", name="Phụ lục", files=[big])
    assert "Lớn.pdf" in caught.value.errors["files"][0].vi
    assert not hall.rows("clerk", "documents")
    change_parameters(house.platform, admin, Typed({}, frozenset({"meeting_file_mb"})), unit)
    assert hall.add("contact", "meeting_document", "documents", name="Phụ lục", files=[big])


@pytest.mark.requirement("M-11", "M-90", "M-95")
def test_adding_papers_is_delegated_and_taken_back(house: House) -> None:
    hall = prepare(house, "Họp nhờ thêm tài liệu")
    for chosen in ("contact",):  # nobody who adds papers already
        with pytest.raises(InvalidInput) as caught:
            hall.add("contact", "document_delegation", "document_delegations", delegate=hall.ids(chosen))
        assert "delegate" in caught.value.errors
    given = hall.add("contact", "document_delegation", "document_delegations", delegate=hall.ids("officer"))
    assert any("Mời thêm tài liệu" in one for one in hall.told("officer"))
    assert hall.meeting in hall.found("officer")
    paper = hall.paper("Của người được nhờ", who="officer")
    assert hall.status(paper) == "waiting"
    with pytest.raises(InvalidInput):  # once is enough
        hall.add("contact", "document_delegation", "document_delegations", delegate=hall.ids("officer"))
    hall.act("contact", "withdraw", given)
    assert any("Đã rút" in one for one in hall.told("officer"))
    assert hall.meeting not in hall.found("officer")
    with pytest.raises((Refused, NotFound)):
        hall.paper("Quá muộn", who="officer")


@pytest.mark.requirement("M-05", "M-14", "M-15", "M-16", "M-27", "M-74")
def test_confirming_names_what_is_missing_and_then_invites(house: House) -> None:
    hall = prepare(house, "Họp xác nhận", room=None, invitation=[], attendee=[], guest=[], chair=[])
    confirm = "confirm_preparation"
    with pytest.raises(Refused) as refused:
        hall.act("clerk", confirm)
    assert "nơi họp" in refused.value.message.vi
    hall.act("clerk", "edit", room=hall.room)
    with pytest.raises(Refused) as refused:
        hall.act("clerk", confirm)
    assert "thành phần" in refused.value.message.vi
    hall.act(
        "clerk",
        "change_people",
        attendee=hall.ids("head"),
        guest=hall.ids("stranger"),
        summary_writer=[],
        invited_unit=[],
    )
    paper = hall.paper("Chờ duyệt")
    with pytest.raises(NeedsAnswer) as asked:
        changing.act(house.platform, house.actor("clerk"), hall.meeting, confirm, {})
    texts = " ".join(question.text.vi for question in asked.value.questions)  # type: ignore[attr-defined]
    assert "Chưa có giấy mời" in texts
    assert "chờ duyệt" in texts
    hall.act("clerk", "edit", invitation=[house.file("clerk", "Giấy mời.pdf")])
    hall.act("clerk", "approve", paper)
    hall.act("clerk", "open_feedback")
    assert hall.data().values["feedback_open"] is True
    house.deliver()
    assert not hall.told("head", "Họp xác nhận")
    hall.confirm()
    assert hall.status() == "upcoming"
    assert str(hall.data().values["number"]).endswith("/GM-TOWN")
    for who in ("head", "stranger"):
        assert any(one.startswith("Giấy mời họp") for one in hall.told(who, "Họp xác nhận"))
    assert "Giấy mời họp" in hall.mails("head")[-1]


@pytest.mark.requirement("M-89", "W-12", "M-83", "M-84")
def test_clashes_are_told_and_one_person_has_one_seat(house: House) -> None:
    hall = prepare(house, "Họp thứ nhất")
    same = {
        "starts_at": (hall.starts + timedelta(hours=1)).isoformat(),
        "ends_at": (hall.starts + timedelta(hours=3)).isoformat(),
    }
    raw = {
        "subject": "Họp chồng giờ", "host": [house.units["town"]], "room": hall.room,
        "chair": hall.ids("chair"), "attendee": hall.ids("head"), **same,
    }  # fmt: skip
    with pytest.raises(NeedsAnswer) as asked:
        changing.create_record(house.platform, house.actor("clerk"), "meeting", raw)
    texts = " ".join(question.text.vi for question in asked.value.questions)  # type: ignore[attr-defined]
    for said in ("Phòng đã có cuộc họp khác", "Có người dự đã có cuộc họp khác", "chủ trì"):
        assert said in texts
    with pytest.raises(InvalidInput) as caught:
        hall.act(
            "clerk", "change_people", attendee=hall.ids("chair"), guest=[], summary_writer=[], invited_unit=[]
        )
    assert "Lê Văn Khánh" in caught.value.errors["attendee"][0].vi
    second = prepare(house, "Họp dời vào giờ bận", chair=[], guest=[])
    second.confirm()
    second.act("clerk", "postpone", reason="Chờ số liệu")
    times = {"room": hall.room, **same}
    with pytest.raises(NeedsAnswer) as asked:  # the new time of a meeting that was put off is looked at too
        changing.act(house.platform, house.actor("clerk"), second.meeting, "lift_postponement", times)
    texts = " ".join(question.text.vi for question in asked.value.questions)  # type: ignore[attr-defined]
    assert "Phòng đã có cuộc họp khác" in texts
    assert "Có người dự đã có cuộc họp khác" in texts
    # creator and secretary may be one person, and each has rights of his own
    both = prepare(house, "Họp một người hai vai", secretary=hall.ids("clerk"))
    assert {"confirm_preparation", "edit"} <= set(both.offers("clerk"))
    assert "confirm_preparation" not in hall.offers("planner")
    assert "edit" in hall.offers("planner")


@pytest.mark.requirement("M-89")
def test_a_room_shows_its_meetings_and_goes_out_of_use(house: House) -> None:
    hall = prepare(house, "Họp trong phòng")
    assert set(hall.rows("clerk", "meetings", hall.room)) == {hall.meeting}
    assert not hall.rows("stranger", "meetings", hall.room)
    assert hall.meeting in hall.found("clerk", "by_room", view="table")
    view = related(house.platform, house.actor("clerk"), hall.room, "meetings")
    assert view.calendar == ("meeting", "by_room", "room")
    free = changing.create_record(
        house.platform, house.actor("clerk"), "room", {"name": "A trống", "unit": [house.units["town"]]}
    ).record_id
    asked = ListRequest("meeting", "by_room")
    page = list_calendar(house.platform, house.actor("clerk"), asked, Span.DAY, hall.starts.date())
    lanes = {
        int(lane.group.value): [one.row.record.id for one in lane.day.entries]
        for lane in page.lanes
        if lane.group
    }
    assert lanes[free] == []  # a free room is what one looks for
    assert lanes[hall.room] == [hall.meeting]
    hall.act("clerk", "retire", free)
    one_room = replace(asked, filters={"room": (str(hall.room),)})
    page = list_calendar(house.platform, house.actor("clerk"), one_room, Span.DAY, hall.starts.date())
    assert [lane.group and lane.group.value for lane in page.lanes] == [str(hall.room)]
    hall.act("clerk", "retire", hall.room)
    request = CandidateRequest("meeting", "create", "room", q="Họp trong phòng")
    assert not candidates(house.platform, house.actor("clerk"), request).candidates


@pytest.mark.requirement("M-01", "M-06", "M-89")
def test_a_copy_takes_people_and_agenda_and_tells_nobody(house: House) -> None:
    hall = prepare(house, "Họp gốc", quorum_percent=60)
    hall.add("clerk", "agenda_item", "agenda", subject="Nội dung một", minutes=20)
    hall.paper("Không theo sang")
    later = hall.starts + timedelta(days=30)
    before = hall.found("clerk", "created")
    hall.act("clerk", "copy_meeting", subject="Họp chép", starts_at=later.isoformat())
    assert "copy_meeting" not in hall.offers("planner")
    (copy,) = hall.found("clerk", "created") - before
    made = hall.data("clerk", copy)
    assert made.values["subject"] == "Họp chép"
    assert made.values["ends_at"] == later + timedelta(hours=2)
    assert made.values["copied_from"] == hall.meeting
    assert [one.id for one in made.roles["attendee"]] == hall.ids("head")
    assert [row.record.title for row in hall.rows("clerk", "agenda", copy).values()] == ["1. Nội dung một"]
    assert not hall.rows("clerk", "documents", copy)
    assert not hall.told("head", "Họp chép")
    taken = {"subject": "Họp chen giờ", "starts_at": later.isoformat(), "room": hall.room}
    taken |= {"ends_at": (later + timedelta(hours=1)).isoformat(), "host": [house.units["town"]]}
    changing.create_record(house.platform, house.actor("clerk"), "meeting", taken, answers=CONFIRMED)
    with pytest.raises(NeedsAnswer) as asked:  # nobody typed the copy's room: it is looked at now
        changing.act(house.platform, house.actor("clerk"), copy, "confirm_preparation", {})
    texts = " ".join(question.text.vi for question in asked.value.questions)  # type: ignore[attr-defined]
    assert "Phòng đã có cuộc họp khác" in texts


@pytest.mark.requirement("M-94", "M-93")
def test_contributors_and_creator_are_reminded_of_papers(house: House) -> None:
    hall = prepare(
        house, "Họp thiếu giấy tờ", document_contributor=[house.users["contact"], house.users["officer"]]
    )
    hall.paper("Đã nộp")
    house.clock.now = hall.starts - timedelta(days=1, hours=12)
    assert hall.told("officer", "Chưa có tài liệu họp: Họp thiếu")
    assert not hall.told("contact", "Chưa có tài liệu họp: Họp thiếu")
    assert hall.told("clerk", "Tài liệu chờ duyệt: Họp thiếu")


@pytest.mark.requirement("M-88")
def test_the_count_grows_with_the_invitation(house: House) -> None:
    hall = prepare(house, "Họp đếm")
    request = ListRequest("meeting", "invited")
    before = count_records(house.platform, house.actor("head"), request)
    hall.confirm()
    assert count_records(house.platform, house.actor("head"), request) == before + 1


@pytest.mark.requirement("M-20", "M-72", "M-92", "E-19")
def test_papers_are_taken_away_by_right_only(house: House) -> None:
    hall = prepare(house, "Họp chỉ xem")
    paper = hall.add(
        "contact", "meeting_document", "documents", name="Dự toán", files=[_pdf(house, "contact", 2)]
    )
    (file_id,) = hall.data("clerk", paper).values["files"]  # type: ignore[misc]
    hall.act("clerk", "approve", paper)
    hall.act("clerk", "release", paper)
    hall.confirm()
    take, look = keeping.open_file, previews.preview
    assert take(house.platform, house.actor("head"), file_id).may_keep
    assert look(house.platform, house.actor("head"), file_id).kind is PreviewKind.PDF
    guest = house.actor("stranger")  # sees what is released to him, and takes no copy
    seen = look(house.platform, guest, file_id)
    assert (seen.kind, seen.may_keep, seen.pages and seen.pages.pages) == (PreviewKind.PAGES, False, 2)
    assert "Trang 2" in seen.pages.words[1]  # type: ignore[union-attr]
    drawn = previews.page_picture(house.platform, guest, file_id, 2)
    other = previews.page_picture(house.platform, house.actor("head"), file_id, 2)
    with Image.open(BytesIO(drawn.content)) as picture:
        assert max(picture.size) == SIDE
    assert drawn.content != other.content  # each page bears the name of its reader
    for number in (0, 3):
        with pytest.raises(NotFound):
            previews.page_picture(house.platform, guest, file_id, number)
    with pytest.raises(Refused) as refused:
        take(house.platform, guest, file_id)
    assert "chỉ được xem" in refused.value.message.vi
    with pytest.raises(Refused):
        files_zipped(house.platform, guest, paper)
    hall.act("clerk", "forbid_download", paper)  # but its maker and the creator
    for who in ("head", "chair", "planner"):
        assert look(house.platform, house.actor(who), file_id).kind is PreviewKind.PAGES
        with pytest.raises(Refused):
            take(house.platform, house.actor(who), file_id)
    for who in ("clerk", "contact"):
        assert take(house.platform, house.actor(who), file_id).may_keep
    hall.act("clerk", "allow_download", paper)
    assert take(house.platform, house.actor("head"), file_id).may_keep


def _pdf(house: House, who: str, pages: int) -> int:
    content = BytesIO()
    canvas = Canvas(content)
    for number in range(1, pages + 1):
        canvas.drawString(72, 700, f"Trang {number}")
        canvas.showPage()
    canvas.save()
    return house.file(who, "Dự toán.pdf", content.getvalue())
