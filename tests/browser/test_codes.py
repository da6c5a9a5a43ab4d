"""The code of an action, read off the drawn page by another reader than the one that wrote it.

It works once, in its time, and for the right person; a photograph of the screen is of no use later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from luongviec.engine.planning.plan import Answers
from luongviec.services.platform import Platform, utc_now
from luongviec.services.record_page.reading import related
from luongviec.services.records import changing
from tests.browser.conftest import PHONE, People, serving
from tests.browser.doing import expect_status, scanned
from tests.web.town import PEOPLE, Town

pytestmark = pytest.mark.browser

CODE = "Mã QR: Điểm danh bằng mã"
YES = Answers(True, "Đã thống nhất")


@dataclass
class Room:
    """A meeting about to begin, whose clock the test moves."""

    town: Town
    people: People
    platform: Platform | None = None
    meeting: int = 0
    passed: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return utc_now() + self.passed

    def status_of(self, who: str) -> str:
        """Give how somebody stands on the roll."""
        assert self.platform is not None
        rows = related(self.platform, self.town.actor("tuan"), self.meeting, "roll").rows
        return next(row.record.status.code for row in rows if row.record.title == PEOPLE[who])


@pytest.fixture
def room(town: Town, chromium: Browser) -> Iterator[Room]:
    """The meeting, announced; its code may be shown."""
    found = Room(town, People(chromium, ""))
    platform, starts = town.platform(found.now), utc_now() + timedelta(minutes=30)
    found.platform = platform
    typed = {
        "subject": "Họp giao ban", "host": str(town.units["province"]), "held_as": "in_person",
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat(),
        "venue": "Phòng họp A2",
        "attendee": [str(town.users[who]) for who in ("bao", "nga", "long", "phuoc")],
    }  # fmt: skip
    found.meeting = changing.create_record(
        platform, town.actor("tuan"), "meeting", typed, answers=YES
    ).record_id
    changing.act(platform, town.actor("tuan"), found.meeting, "confirm_preparation", {}, answers=YES)
    with serving(platform) as address:
        found.people.address = address
        yield found
        found.people.close()
    platform.sessions().get_bind().dispose()
    assert found.people.complaints == []


@pytest.mark.requirement("M-25", "M-32", "M-49", "M-78", "W-43")
def test_a_code_read_off_the_screen_works_once_in_time_for_the_right_person(room: Room) -> None:
    tuan = room.people.sign_in("tuan", at="")
    room.passed = timedelta(seconds=60 - utc_now().second)  # a turn of the code has just begun
    tuan.goto(f"/r/{room.meeting}")
    tuan.get_by_role("link", name=CODE).click()
    photograph = scanned(tuan)
    tuan.emulate_media(color_scheme="dark")
    assert scanned(tuan) == photograph
    tuan.set_viewport_size(PHONE)
    assert scanned(tuan) == photograph

    bao = room.people.sign_in("bao", phone=True, at="")  # in time, for the right person
    bao.goto(photograph)
    expect_status(bao, "Sắp diễn ra")
    assert room.status_of("bao") == "present"
    bao.goto(photograph)  # once
    expect(bao.get_by_text("Bạn đã điểm danh.").first).to_be_visible()

    outsider = room.people.sign_in("stranger", phone=True, at="")  # who is not invited learns nothing
    assert outsider.goto(photograph).status == 404  # type: ignore[union-attr]

    room.passed += timedelta(minutes=2, seconds=1)  # the photograph has reached somebody who is elsewhere
    nga = room.people.sign_in("nga", phone=True, at="")
    assert nga.goto(photograph).status == 403  # type: ignore[union-attr]
    expect(nga.get_by_text("Mã này đã hết hạn").first).to_be_visible()
    assert room.status_of("nga") == "expected"
    tuan.reload()
    newer = scanned(tuan)
    assert newer != photograph
    nga.goto(newer)
    expect_status(nga, "Sắp diễn ra")
    assert room.status_of("nga") == "present"

    tuan.get_by_role("link", name="Mã để in").click()  # one on paper does not turn, but ends
    printed = scanned(tuan)
    room.passed += timedelta(minutes=5)
    long = room.people.sign_in("long", phone=True, at="")
    long.goto(printed)
    expect_status(long, "Sắp diễn ra")
    assert room.status_of("long") == "present"
    room.passed += timedelta(hours=2)  # the meeting is long over
    phuoc = room.people.sign_in("phuoc", phone=True, at="")
    assert phuoc.goto(printed).status == 403  # type: ignore[union-attr]
    assert room.status_of("phuoc") == "expected"
