"""Answers to invitations that come back by mail: taken from whom they were asked of, once, and in time."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar, Event

from luongviec.bootstrap import opened_mailbox
from luongviec.services.journal.writing import organisation_changed
from luongviec.services.telling.calendar_replies import Outcome, read_replies, take_reply
from luongviec.settings import InvalidSetting, ReplySettings, load_settings
from luongviec.store.models import User
from tests.services.house import House
from tests.services.meetings import Hall, prepare
from tests.services.test_calendar_mail import entry_of as sent_entry
from tests.services.test_calendar_mail import last, mails_to

ADDRESS, OUTSIDE = "tra-loi@town.example", "khach@noi-khac.example"


@pytest.fixture
def answered(house: House, tmp_path: Path) -> Iterator[House]:
    """A house that reads the mails of a folder."""
    before = house.platform.settings
    house.platform.settings = replace(before, replies=ReplySettings(ADDRESS, tmp_path / "replies"))
    yield house
    house.platform.settings = before


def reply_to(invitation: Event, partstat: str, **differences: object) -> bytes:
    """Write what a mail program sends when its user presses one of the buttons of an invitation."""
    event = Event()
    for name in ("uid", "sequence", "dtstart", "dtend", "organizer", "summary"):
        event[name] = invitation[name]
    event.add("dtstamp", datetime.now().astimezone())
    event.add("attendee", invitation["attendee"], encode=False)
    for name, value in differences.items():
        event.pop(name, None)
        event.add(name, value)
    event["attendee"].params["PARTSTAT"] = partstat
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Another program//EN")
    calendar.add("method", "REPLY")
    calendar.add_component(event)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "somebody@town.example", ADDRESS, "Accepted"
    mail.set_content("Accepted")
    says = {"method": "REPLY", "charset": "UTF-8"}
    mail.add_attachment(calendar.to_ical(), maintype="text", subtype="calendar", params=says)
    return mail.as_bytes()


def reply_of(hall: Hall, who: str) -> tuple[object, object]:
    values = hall.data("clerk", hall.line(who)).values
    return values["reply"], values["reply_reason"]


@pytest.mark.requirement("M-16", "M-77")
def test_an_answer_by_mail_is_the_answer_on_the_page(answered: House) -> None:
    house = answered
    hall = prepare(house, "Họp trả lời qua thư", attendee=[house.users["head"], house.users["other"]])
    hall.confirm()
    _, invitation = last(hall, "head")
    assert str(invitation["organizer"]) == f"mailto:{ADDRESS}"  # answers come to the platform
    assert invitation["attendee"].params["RSVP"] == "TRUE"
    mail = reply_to(invitation, "DECLINED", comment="Bận công tác")
    assert take_reply(house.platform, mail) is Outcome.DONE
    assert reply_of(hall, "head") == ("not_coming", "Bận công tác")
    version = hall.data("clerk").version
    assert take_reply(house.platform, mail) is Outcome.DONE  # read twice, done once
    assert hall.data("clerk").version == version
    assert take_reply(house.platform, reply_to(last(hall, "head")[1], "ACCEPTED")) is Outcome.DONE
    assert reply_of(hall, "head") == ("coming", None)
    assert take_reply(house.platform, reply_to(last(hall, "other")[1], "DECLINED")) is Outcome.DONE
    assert reply_of(hall, "other") == ("not_coming", "Trả lời qua thư điện tử")


@pytest.mark.requirement("M-16", "M-77")
def test_nobody_answers_for_others_nor_too_late(answered: House) -> None:
    house = answered
    hall = prepare(house, "Họp giả mạo", attendee=[house.users["head"], house.users["other"]])
    hall.confirm()
    _, invitation = last(hall, "head")
    of_head, of_other = str(invitation["uid"]), str(last(hall, "other")[1]["uid"])
    forged = of_head.replace(f"-{house.users['head']}-", f"-{house.users['other']}-")
    take, platform = take_reply, house.platform
    for uid in (of_other, forged, "record-1-1@town.example", "x"):  # another's entry, and none of ours
        assert take(platform, reply_to(last(hall, "head")[1], "DECLINED", uid=uid)) is Outcome.NOT_OURS
    stranger = reply_to(last(hall, "head")[1], "DECLINED", attendee="mailto:clerk@town.example")
    assert take(platform, stranger) is Outcome.NOT_OURS
    assert take(platform, b"Subject: nothing\r\n\r\nnothing") is Outcome.NOT_OURS
    assert take(platform, reply_to(invitation, "NEEDS-ACTION")) is Outcome.NOT_OURS
    assert reply_of(hall, "head") == (None, None)

    later = hall.starts + timedelta(days=1)
    hall.act("clerk", "edit", starts_at=later.isoformat(), ends_at=(later + timedelta(hours=1)).isoformat())
    assert take(platform, reply_to(invitation, "ACCEPTED")) is Outcome.REFUSED  # to the former hour
    assert reply_of(hall, "head") == (None, None)
    assert hall.told("head", "Chưa ghi nhận trả lời qua thư: Họp giả mạo")
    _, fresh = last(hall, "head")
    hall.act("clerk", "cancel", reason="Không còn cần")
    assert take(platform, reply_to(fresh, "ACCEPTED")) is Outcome.REFUSED
    assert len(hall.told("head", "Chưa ghi nhận trả lời")) == 2


@pytest.mark.requirement("M-30")
def test_who_has_lost_his_address_answers_by_no_mail(answered: House) -> None:
    house = answered
    hall = prepare(house, "Họp không địa chỉ", attendee=[house.users["head"]])
    hall.confirm()
    _, invitation = last(hall, "head")
    address = _set_email(house, "head", None)
    nameless = reply_to(invitation, "DECLINED", attendee="mailto:")
    assert take_reply(house.platform, nameless) is Outcome.NOT_OURS
    assert reply_of(hall, "head") == (None, None)
    _set_email(house, "head", address)


def _set_email(house: House, who: str, email: str | None) -> str | None:
    """Give somebody another address; give the one before."""
    with house.platform.transaction() as work:
        user = work.session.get_one(User, house.users[who])
        before, user.email = user.email, email
        organisation_changed(work)
    return before


@pytest.mark.requirement("M-30", "M-77")
def test_a_guest_without_an_account_answers_and_is_uninvited(answered: House, tmp_path: Path) -> None:
    house = answered
    hall = prepare(house, "Họp khách trả lời")
    guest = hall.add(
        "clerk", "outside_guest", "outside_guests", full_name="Lâm Văn Khách", contact_email=OUTSIDE
    )
    hall.confirm()
    _, invitation = sent_entry(mails_to(hall, OUTSIDE)[-1])
    with opened_mailbox(house.platform.settings) as incoming:
        box = mailbox.Maildir(str(house.platform.settings.replies.maildir))
        box.add(reply_to(invitation, "ACCEPTED", comment="Tôi sẽ đến"))
        box.add(b"Subject: Hello\r\n\r\nNo answer")
        # Parts within parts, to bring down who reads them: they keep nobody else's answer waiting.
        (tmp_path / "replies" / "new" / "0").write_bytes(b"Content-Type: message/rfc822\r\n\r\n" * 3000)
        assert read_replies(house.platform, incoming) == {
            Outcome.DONE: 1, Outcome.NOT_OURS: 2, Outcome.REFUSED: 0
        }  # fmt: skip
        names = (path.name for path in (tmp_path / "replies" / "cur").iterdir())
        assert sorted(name.rpartition(":2,")[2] for name in names) == ["FS", "FS", "S"]
        assert not any(read_replies(house.platform, incoming).values())  # each mail is taken once
    values = hall.data("clerk", guest).values
    assert (values["reply"], values["reply_words"]) == ("coming", "Tôi sẽ đến")
    assert "delete" not in hall.offers("clerk", guest)  # nobody disappears untold
    before = len(mails_to(hall, OUTSIDE))
    hall.act("clerk", "uninvite", guest)
    mails = mails_to(hall, OUTSIDE)
    assert (len(mails), mails[-1].subject) == (before + 1, "Thôi mời họp: Họp khách trả lời")
    method, gone = sent_entry(mails[-1])
    assert (method, str(gone["uid"])) == ("CANCEL", str(invitation["uid"]))
    hall.act("clerk", "edit", room=None, venue="Hội trường B")
    hall.act("clerk", "cancel", reason="Không còn cần")
    assert len(mails_to(hall, OUTSIDE)) == before + 1  # who is not invited any more hears no more


def test_half_of_a_mailbox_is_refused(tmp_path: Path) -> None:
    here = {"LUONGVIEC_HOME": str(tmp_path)}
    for half in ({"REPLY_ADDRESS": ADDRESS}, {"IMAP_HOST": "mail.town.example"}, {"REPLY_MAILDIR": "m"}):
        with pytest.raises(InvalidSetting):
            load_settings({**here, **half})
    whole = load_settings({**here, "REPLY_ADDRESS": ADDRESS, "IMAP_HOST": "mail.town.example"})
    assert (whole.replies.port, whole.replies.security, whole.replies.folder) == (993, "tls", "INBOX")
