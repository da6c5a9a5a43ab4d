"""Calendar entries that mails carry, read back by another program's eyes, and guests without an account."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from luongviec.channels.mail import Sender, mail_of
from luongviec.channels.messages import OutsideMessage
from luongviec.services.lists.calendars import Span, list_calendar
from luongviec.services.lists.reading import ListRequest
from tests.services.house import House
from tests.services.meetings import Hall, prepare

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
OUTSIDE = "khach@noi-khac.example"


def mails_to(hall: Hall, address: str) -> list[OutsideMessage]:
    hall.house.deliver()
    return [one for one in hall.house.email.sent if one.address == address]


def entry_of(message: OutsideMessage) -> tuple[str, Event]:
    """Read the entry of the mail as it would leave: the method and the one event."""
    mail = mail_of(message, Sender("dieuhanh@town.example", "Điều hành"), datetime.now(VIETNAM))
    [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    [event] = calendar.walk("VEVENT")
    assert part.get_param("method") == str(calendar["method"])
    return str(calendar["method"]), event


def last(hall: Hall, who: str) -> tuple[str, Event]:
    return entry_of(mails_to(hall, f"{who}@town.example")[-1])


@pytest.mark.requirement("M-16", "M-77")
def test_an_invitation_lands_in_the_calendar_changes_there_and_leaves_again(house: House) -> None:
    hall = prepare(house, "Họp vào lịch", invited_unit=[house.units["health"]])
    assert not mails_to(hall, "head@town.example")  # nothing before the preparation is confirmed (M-17)
    hall.confirm()
    method, event = last(hall, "head")
    assert method == "REQUEST"
    assert str(event["summary"]) == "Họp vào lịch"
    assert event.decoded("dtstart") == hall.starts
    assert event["dtstart"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert event.decoded("dtend") == hall.starts + timedelta(hours=2)
    assert str(event["location"]) == "Phòng họp thử"
    assert f"/r/{hall.meeting}" in str(event["description"])
    assert str(event["organizer"]) == "mailto:clerk@town.example"
    assert str(event["attendee"]) == "mailto:head@town.example"
    assert event["attendee"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert "stranger" not in event.to_ical().decode()  # nobody reads there who else is invited
    guests = last(hall, "stranger")[1]
    assert str(guests["uid"]) != str(event["uid"])
    assert mails_to(hall, "other@town.example")[-1].calendar is None  # the unit's clerk does not attend

    hall.act("head", "answer_invitation", reply="coming")
    later = hall.starts + timedelta(hours=4)
    hall.act("clerk", "edit", starts_at=later.isoformat(), ends_at=(later + timedelta(hours=1)).isoformat())
    method, changed = last(hall, "head")
    assert (method, str(changed["uid"])) == ("REQUEST", str(event["uid"]))
    assert changed["sequence"] > event["sequence"]
    assert changed.decoded("dtstart") == later
    assert changed["attendee"].params["PARTSTAT"] == "ACCEPTED"

    people = {"guest": hall.ids("stranger"), "summary_writer": [], "invited_unit": []}
    hall.act("clerk", "change_people", attendee=hall.ids("officer"), **people)
    method, gone = last(hall, "head")
    assert (method, str(gone["uid"]), str(gone["status"])) == ("CANCEL", str(event["uid"]), "CANCELLED")
    assert gone["sequence"] > changed["sequence"]
    assert last(hall, "officer")[0] == "REQUEST"
    hall.act("clerk", "postpone", reason="Chưa đủ tài liệu")
    assert last(hall, "officer")[0] == "CANCEL"
    assert last(hall, "stranger")[0] == "CANCEL"


@pytest.mark.requirement("M-30", "M-77")
def test_a_guest_without_an_account_is_told_by_mail_with_the_letter(house: House) -> None:
    hall = prepare(house, "Họp có khách ngoài")
    guest = hall.add(
        "clerk", "outside_guest", "outside_guests", full_name="Lâm Văn Khách", contact_email=OUTSIDE
    )
    silent = hall.add("clerk", "outside_guest", "outside_guests", full_name="Không có thư")
    assert not mails_to(hall, OUTSIDE)
    hall.confirm()
    [mail] = mails_to(hall, OUTSIDE)
    assert mail.subject.startswith("Giấy mời họp")
    assert "Kính gửi Lâm Văn Khách" in mail.text
    assert [file.name for file in mail.files] == ["Giấy mời.pdf"]
    assert mail.link == ""
    assert "/r/" not in mail.text  # there is nothing here that he may open
    method, event = entry_of(mail)
    assert (method, str(event["attendee"])) == ("REQUEST", f"mailto:{OUTSIDE}")
    assert "/r/" not in event.to_ical().decode()
    assert hall.data("clerk", guest).values["invited_at"] == house.clock.now
    assert (
        "invited_at" not in hall.data("clerk", silent).values
        or not hall.data("clerk", silent).values["invited_at"]
    )

    hall.act("clerk", "edit", room=None, venue="Hội trường B")
    _, changed = entry_of(mails_to(hall, OUTSIDE)[-1])
    assert str(changed["location"]) == "Hội trường B"
    assert changed["sequence"] > event["sequence"]
    assert str(changed["uid"]) == str(event["uid"])
    hall.act("clerk", "cancel", reason="Không còn cần")
    mails = mails_to(hall, OUTSIDE)
    assert mails[-1].subject == "Hủy họp: Họp có khách ngoài"
    assert entry_of(mails[-1])[0] == "CANCEL"
    assert len(mails) == 3  # one for each thing that happened
    assert "send_invitation" not in hall.offers("clerk", guest)


@pytest.mark.requirement("M-89")
def test_calendars_mark_what_clashes_as_far_as_one_sees(house: House) -> None:
    first = prepare(house, "Họp thứ nhất")
    hours = {"starts_at": (first.starts + timedelta(hours=1)).isoformat(),
             "ends_at": (first.starts + timedelta(hours=3)).isoformat(), "room": first.room}  # fmt: skip
    second = prepare(house, "Họp thứ hai", **hours)
    third = prepare(house, "Họp nơi khác", starts_at=hours["starts_at"], ends_at=hours["ends_at"])
    for hall in (first, second, third):
        hall.confirm()
    day = first.starts.astimezone(VIETNAM).date()

    def marked(who: str, code: str) -> dict[int, bool]:
        request = ListRequest("meeting", code)
        page = list_calendar(house.platform, house.actor(who), request, Span.DAY, day)
        return {one.row.record.id: one.clashes for one in page.days[0].entries}

    own = {hall.meeting for hall in (first, second, third)}
    assert {one for one, clashes in marked("head", "invited").items() if clashes} >= own
    rooms = marked("clerk", "by_room")
    assert (rooms[first.meeting], rooms[second.meeting], rooms[third.meeting]) == (True, True, False)
    second.act("clerk", "postpone", reason="Chưa đủ tài liệu")
    assert not marked("clerk", "by_room")[first.meeting]  # what is put off takes no room
    week = list_calendar(
        house.platform, house.actor("clerk"), ListRequest("meeting", "by_room"), Span.WEEK, day
    )
    assert week.hours is not None
    begins = first.starts.astimezone(VIETNAM)
    [hour] = [one for one in week.hours.hours if one.at.hour == begins.hour]
    assert first.meeting in {one.row.record.id for one in hour.cells[day.weekday()].entries}
    [next_hour] = [one for one in week.hours.hours if one.at.hour == begins.hour + 1]
    assert next_hour.cells[day.weekday()].taken
