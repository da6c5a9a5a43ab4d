"""The page of those who take part: who is there, who has read, the hours of the plan, one's own line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.services.record_page.reading import live_page, record_page, related
from luongviec.services.record_page.stage import Presence, Reading
from luongviec.services.views import BlockView, RecordPage
from tests.services.house import House
from tests.services.meetings import Hall, prepare


def page_of(hall: Hall, name: str) -> RecordPage:
    return record_page(hall.house.platform, hall.house.actor(name), hall.meeting)


def blocks(page: RecordPage, kind: str) -> list[BlockView]:
    return [one for one in page.blocks if one.kind == kind]


@pytest.mark.requirement("M-23", "M-31", "M-33", "M-48")
def test_the_page_of_a_running_meeting(house: House) -> None:
    hall = prepare(house, "Họp trực tiếp", quorum_percent=60)
    first, second = (
        hall.add("clerk", "agenda_item", "agenda", subject=subject, minutes=20)
        for subject in ("Báo cáo", "Thảo luận")
    )
    paper = hall.paper("Tờ trình", item=first)
    hall.act("clerk", "approve", paper)
    before = page_of(hall, "clerk")
    assert not before.is_staged
    assert before.head[0].cell.value == hall.starts  # a beginning with its end is one fact
    assert before.head[0].until is not None
    assert not blocks(before, "current")

    hall.start()
    record_page(house.platform, house.actor("head"), paper)
    page = page_of(hall, "clerk")
    assert page.is_staged
    assert page.status_since is not None
    agenda = blocks(page, "agenda")[0].settings
    assert agenda["hours"] == {first: hall.starts, second: hall.starts + timedelta(minutes=20)}
    reading = agenda["readings"][paper]  # type: ignore[index]
    assert isinstance(reading, Reading)
    assert 0 < reading.opened <= reading.expected
    roll = blocks(page, "roll")[0].settings["presence"]
    assert isinstance(roll, Presence)
    assert roll.needed == -(-roll.total * 60 // 100)
    assert not roll.suffices

    hall.act("head", "check_in")
    mine = page_of(hall, "head")
    own = blocks(mine, "own")[0].content
    assert [row.record.status.code for row in own.rows] == ["present"]  # type: ignore[attr-defined]
    assert blocks(mine, "roll")[0].settings["presence"].here == roll.here + 1  # type: ignore[attr-defined]
    assert blocks(mine, "agenda")[0].settings["readings"] == {}  # receipts are not for everybody
    assert not blocks(page_of(hall, "clerk"), "own")
    guest = blocks(page_of(hall, "stranger"), "roll")
    assert all(one.settings["presence"] is None for one in guest)  # he sees his own line alone


@pytest.mark.requirement("M-24", "M-33")
def test_a_block_of_some_statuses_shows_these_alone(house: House) -> None:
    hall = prepare(house, "Họp ủy quyền")
    hall.start()
    given = hall.add(
        "head", "attendance_delegation", "attendance_delegations", delegate=house.users["officer"]
    )

    def waiting() -> list[int]:
        page = live_page(house.platform, house.actor("clerk"), hall.meeting)
        found = [one for one in page.blocks if one.settings.get("only") == ("pending",)]
        return [row.record.id for one in found for row in one.content.rows]  # type: ignore[attr-defined]

    assert waiting() == [given]
    hall.act("clerk", "confirm", given)
    assert waiting() == []
    everything = related(house.platform, house.actor("clerk"), hall.meeting, "attendance_delegations")
    assert [row.record.id for row in everything.rows] == [given]
