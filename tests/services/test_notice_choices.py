"""Who chooses how to be told is told so: at once, in one mail a day, or not; never in quiet hours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from luongviec.channels.messages import ChannelUnavailable
from luongviec.engine.errors import InvalidInput
from luongviec.services.records import talking
from luongviec.services.telling import notice_choices, notifications
from luongviec.services.telling.notice_choices import choose, notice_page
from luongviec.store.own.preferences import put_preference
from tests.services.house import House

TALK, WORK = "task:talk", "task:work"


@pytest.fixture(autouse=True)
def nobody_has_chosen(house: House) -> Iterator[None]:
    """Whatever other tests left is told before, and every choice forgotten after."""
    house.clock.pass_by(days=400)
    house.deliver()
    house.rest()
    yield
    with house.platform.transaction() as work:
        for user_id in house.users.values():
            put_preference(work.session, user_id, notice_choices.PREFERENCE, None)


def subjects(house: House, who: str) -> list[str]:
    return [mail.subject for mail in house.email.sent if mail.address == f"{who}@town.example"]


def say(house: House, who: str, record_id: int, text: str = "Đề nghị cho biết tiến độ") -> None:
    talking.comment(house.platform, house.actor(who), record_id, text)
    house.deliver()


@pytest.mark.requirement("C-34", "S6")
def test_each_group_goes_the_way_that_was_chosen_for_it(house: House) -> None:
    record_id = house.task("Sửa cầu")
    house.deliver()
    house.email.sent.clear()
    contact = house.actor("contact")
    choose(house.platform, contact, {f"{TALK}:email": "now", f"{WORK}:email": "off"})
    say(house, "planner", record_id)
    assert subjects(house, "contact") == ["Trao đổi mới: Sửa cầu"]
    second = house.task("Việc khác")
    house.deliver()
    assert len(subjects(house, "contact")) == 1
    news = notifications.list_notifications(house.platform, contact)
    assert second in {one.record.id for one in news if one.record is not None}
    choose(house.platform, contact, {f"{TALK}:app": "off", f"{TALK}:email": "off"})
    unread = notifications.unread_count(house.platform, contact)
    say(house, "planner", record_id)
    assert notifications.unread_count(house.platform, contact) == unread
    assert len(subjects(house, "contact")) == 1


@pytest.mark.requirement("C-34", "T-50")
def test_what_is_gathered_leaves_in_one_mail_at_the_chosen_hour(house: House) -> None:
    first, second, third = (house.task(name) for name in ("Sửa cầu", "Sửa cống", "Sửa đê"))
    house.deliver()
    house.email.sent.clear()
    choose(house.platform, house.actor("contact"), {}, daily_at="16:30")
    for record_id in (first, second, third):
        say(house, "planner", record_id, "Cho biết tiến độ")
    assert subjects(house, "contact") == []  # the set gathers what is said under a task
    house.act("planner", third, "delete")
    house.clock.now = house.clock.now.replace(hour=9, minute=29)  # 16:29 in Vietnam
    house.deliver()
    assert subjects(house, "contact") == []
    house.clock.pass_by(minutes=2)
    house.email.failure = ChannelUnavailable(channel="email")
    house.deliver()
    house.email.failure = None
    house.clock.pass_by(minutes=1)
    house.deliver()
    [mail] = [one for one in house.email.sent if one.address == "contact@town.example"]
    assert mail.subject == "Tin trong ngày 23/11/2026: 2 tin"
    assert "Nguyễn Thị Thu Hà" in mail.text
    assert f"/r/{first}" in mail.text
    assert f"/r/{second}" in mail.text
    assert f"/r/{third}" not in mail.text  # it may not be seen any more
    house.clock.pass_by(days=2)
    house.deliver()
    assert len([one for one in subjects(house, "contact") if "Tin trong ngày" in one]) == 1


def test_what_was_read_in_the_app_is_not_mailed_again(house: House) -> None:
    record_id = house.task()
    house.deliver()
    say(house, "planner", record_id)
    notifications.mark_read(house.platform, house.actor("contact"))
    house.email.sent.clear()
    house.clock.pass_by(days=1)
    house.deliver()
    assert subjects(house, "contact") == []


def test_quiet_hours_hold_mail_and_text_messages_back_until_they_end(house: House) -> None:
    contact = house.actor("contact")
    choose(house.platform, contact, {}, quiet_from="21:00", quiet_until="06:30")
    house.clock.pass_by(hours=12)  # 22:00 in Vietnam
    house.task("Việc đêm")
    house.deliver()
    assert subjects(house, "contact") == []
    assert "Nhiệm vụ mới: Việc đêm" in {
        one.subject for one in notifications.list_notifications(house.platform, contact)
    }
    house.clock.pass_by(hours=8, minutes=29)
    house.deliver()
    assert subjects(house, "contact") == []
    house.clock.pass_by(minutes=2)
    house.deliver()
    assert subjects(house, "contact") == ["Nhiệm vụ mới: Việc đêm"]


def test_a_choice_that_is_none_is_refused_and_changes_nothing(house: House) -> None:
    contact = house.actor("contact")
    choose(house.platform, contact, {f"{TALK}:email": "off"}, quiet_from="21:00", quiet_until="06:00")
    for ways, more, where in (
        ({f"{WORK}:app": "off"}, {}, f"{WORK}:app"),  # it always stands in the app
        ({f"{TALK}:app": "digest"}, {}, f"{TALK}:app"),
        ({f"{TALK}:fax": "now"}, {}, f"{TALK}:fax"),
        ({f"{TALK}:email": "often"}, {}, f"{TALK}:email"),
        ({}, {"quiet_from": "21:00"}, "quiet_until"),
        ({}, {"quiet_until": "21:00"}, "quiet_from"),
        ({}, {"quiet_from": "21:00", "quiet_until": "21:00"}, "quiet_until"),
        ({}, {"daily_at": "buổi sáng"}, "daily_at"),
    ):
        with pytest.raises(InvalidInput) as caught:
            choose(house.platform, contact, ways, **more)
        assert set(caught.value.errors) == {where}
    page = notice_page(house.platform, contact)
    talk = next(one for one in page.groups if (one.module, one.code) == ("task", "talk"))
    assert (talk.chosen["email"], talk.chosen["app"]) == ("off", None)
    assert talk.usual is None  # comments are gathered, mentions are not
    assert "sms" not in talk.chosen  # nothing said under a task is sent so
    assert page.choices.quiet is not None


@pytest.mark.requirement("C-34")
def test_only_modules_that_are_open_are_offered(house: House) -> None:
    groups = notice_page(house.platform, house.actor("stranger")).groups
    assert {"work", "progress", "deadline", "talk"} == {one.code for one in groups if one.module == "task"}
    assert all(one.label.en and one.module_name.en for one in groups)
