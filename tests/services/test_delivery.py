"""After the commit: who is told what, once; mails tried again; timers once for each moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.channels.messages import ChannelUnavailable, UnusableAddress
from luongviec.services.records import changing
from luongviec.services.telling import delivery, notifications
from luongviec.services.views import NotificationView
from luongviec.store.models import Notification, Occurrence
from tests.services.house import CONFIRMED, House


@pytest.fixture(autouse=True)
def nothing_waits(house: House) -> None:
    """Whatever other tests left is told before this one begins."""
    house.clock.pass_by(days=400)
    house.deliver()
    house.clock.pass_by(days=-400)
    house.rest()


def told(house: House, who: str, record_id: int) -> list[NotificationView]:
    found = notifications.list_notifications(house.platform, house.actor(who), limit=200)
    return [one for one in found if one.record is not None and one.record.id == record_id]


@pytest.mark.requirement("T-103", "T-36", "C-33", "C-34")
def test_each_recipient_is_told_in_the_words_of_the_event(house: House) -> None:
    record_id = house.task("Sửa đường")
    house.deliver()
    (news,) = told(house, "contact", record_id)
    assert news.subject == "Nhiệm vụ mới: Sửa đường"
    assert "Phạm Minh Tuấn" in news.text
    assert news.actor is not None
    assert news.actor.id == house.users["planner"]
    assert [mail.address for mail in house.email.sent] == ["contact@town.example"]
    assert f"/r/{record_id}" in house.email.sent[0].text + house.email.sent[0].link


def test_who_acts_is_not_told_and_who_may_not_see_neither(house: House) -> None:
    record_id = house.task()
    house.deliver()
    assert told(house, "planner", record_id) == []
    assert told(house, "stranger", record_id) == []


def test_of_all_that_one_action_says_a_person_gets_one_message(house: House) -> None:
    record_id = house.task()
    house.deliver()
    house.act("contact", record_id, "forward", to=house.users["officer"], reason="Xử lý")
    house.deliver()
    assert len(told(house, "officer", record_id)) == 1


def test_telling_again_tells_nobody_twice(house: House) -> None:
    record_id = house.task()
    (job,) = {key for name, key in house.queued if name == delivery.TELL}
    assert delivery.tell(house.platform, job) > 0
    assert delivery.tell(house.platform, job) == 0
    with house.platform.transaction() as work:  # a worker that died before it could say that it was done
        for occurrence in work.session.query(Occurrence).filter_by(record_id=record_id):
            occurrence.done_at = None
    delivery.tell(house.platform, job)
    assert len(told(house, "contact", record_id)) == 1


def test_nothing_is_queued_before_the_commit(house: House) -> None:
    with house.platform.transaction():
        house.task()
        assert house.queued == []
    assert house.queued != []
    house.queued.clear()

    def fail_late() -> None:
        with house.platform.transaction():
            house.task()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_late()
    assert house.queued == []


@pytest.mark.requirement("W-26")
def test_what_was_taken_back_in_time_is_told_to_nobody(house: House) -> None:
    record_id = house.task()
    house.deliver()
    result = house.act("planner", record_id, "delete")
    assert house.deliver() == 0  # it may still be taken back
    changing.undo(house.platform, house.actor("planner"), record_id, result.entry_id or 0)
    house.clock.pass_by(minutes=11)
    house.deliver()
    assert {one.subject for one in told(house, "contact", record_id)} == {"Nhiệm vụ mới: Sửa mặt đường"}


@pytest.mark.requirement("C-82")
def test_a_mail_that_cannot_leave_is_tried_again_with_growing_pauses(house: House) -> None:
    house.task()
    house.email.failure = ChannelUnavailable(channel="email")
    house.deliver()
    pauses = []
    for _ in range(4):
        with house.platform.reading() as work:
            waiting = work.session.query(Notification).filter_by(state="pending").one()
            pauses.append(waiting.due_at - house.clock.now)
        house.clock.pass_by(seconds=pauses[-1].total_seconds() + 1)
        house.deliver()
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1]
    house.email.failure = None
    house.clock.pass_by(hours=7)
    house.deliver()
    assert len(house.email.sent) == 1


def waiting_mail(house: House) -> int:
    """Tell of what was done last, and give the mail that waits to be sent."""
    (job,) = {key for name, key in house.queued if name == delivery.TELL}
    delivery.tell(house.platform, job)
    with house.platform.reading() as work:
        return work.session.query(Notification).filter_by(state="pending", channel="email").one().id


def test_the_same_mail_bears_the_same_key_at_every_attempt(house: House) -> None:
    house.task()
    house.email.failure = None
    key = waiting_mail(house)
    channels = {"email": house.email}
    assert delivery.send(house.platform, channels, key)
    with house.platform.transaction() as work:  # killed after sending, before writing it down
        work.session.get_one(Notification, key).state = "pending"
    house.clock.pass_by(minutes=5)
    assert delivery.send(house.platform, channels, key)
    first, second = house.email.sent
    assert first.key == second.key


def test_two_workers_do_not_send_one_mail(house: House) -> None:
    house.task()
    key = waiting_mail(house)

    class Slow:
        code = "email"

        def send(self, message: object) -> None:
            assert not delivery.send(house.platform, {"email": house.email}, key)

    assert delivery.send(house.platform, {"email": Slow()}, key)
    assert house.email.sent == []


def test_an_address_that_is_none_is_given_up(house: House) -> None:
    house.task()
    house.email.failure = UnusableAddress("x")
    house.deliver()
    house.clock.pass_by(days=30)
    house.email.failure = None
    house.deliver()
    assert [mail for mail in house.email.sent if "Nhiệm vụ mới" in mail.subject] == []


@pytest.mark.requirement("T-137")
def test_a_timer_fires_once_for_its_moment(house: House) -> None:
    record_id = house.task("Có hạn", due_at=(house.clock.now + timedelta(days=5)).isoformat())
    house.deliver()
    house.clock.pass_by(days=2, minutes=1)  # three days before the deadline
    house.deliver()
    house.deliver()
    subjects = [one.subject for one in told(house, "contact", record_id)]
    assert subjects.count("Sắp tới hạn: Có hạn") == 1
    house.clock.pass_by(days=3, minutes=1)
    house.deliver()
    subjects = [one.subject for one in told(house, "contact", record_id)]
    assert subjects.count("Đã quá hạn: Có hạn") == 1


def test_a_timer_follows_its_field_and_stops_with_the_record(house: House) -> None:
    record_id = house.task("Dời hạn", due_at=(house.clock.now + timedelta(days=5)).isoformat())
    later = house.clock.now + timedelta(days=60)
    house.act("chair", record_id, "extend_deadline", to=later.isoformat(), reason="Thêm thời gian")
    house.clock.pass_by(days=10)
    house.deliver()
    assert not any(
        "hạn: Dời hạn" in one.subject for one in told(house, "chair", record_id) if "Gia" not in one.subject
    )
    house.act("planner", record_id, "cancel", reason="Thôi")
    house.clock.pass_by(days=100)
    house.deliver()
    assert not any("quá hạn" in one.subject for one in told(house, "contact", record_id))


@pytest.mark.requirement("M-75")
def test_a_meeting_begins_by_the_clock(house: House) -> None:
    from luongviec.services.record_page.reading import record_data

    clerk, starts = house.actor("clerk"), house.clock.now + timedelta(hours=30)
    room = changing.create_record(
        house.platform, clerk, "room", {"name": "Phòng A", "unit": [house.units["town"]]}
    )
    raw = {
        "subject": "Giao ban", "host": [house.units["town"]], "room": room.record_id,
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat(),
        "attendee": [house.users["officer"]],
    }  # fmt: skip
    meeting = changing.create_record(house.platform, clerk, "meeting", raw, answers=CONFIRMED).record_id
    house.act("clerk", meeting, "confirm_preparation")
    assert record_data(house.platform, clerk, meeting).values["number"] == "001/GM-TOWN"
    house.clock.pass_by(hours=31)
    house.deliver()
    assert record_data(house.platform, house.actor("officer"), meeting).record.status.code == "in_progress"


def test_reading_marks_only_ones_own_news(house: House) -> None:
    house.task()
    house.deliver()
    contact = house.actor("contact")
    before = notifications.unread_count(house.platform, contact)
    (newest, *_) = notifications.list_notifications(house.platform, contact, limit=1)
    assert notifications.mark_read(house.platform, house.actor("officer"), [newest.id]) == 0
    assert notifications.mark_read(house.platform, contact, [newest.id]) == 1
    assert notifications.unread_count(house.platform, contact) == before - 1
    assert newest.id not in {
        one.id for one in notifications.list_notifications(house.platform, contact, unread_only=True)
    }
