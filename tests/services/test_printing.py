"""Prints that an action freezes: closing a meeting leaves its minutes in the record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import NotFound
from luongviec.engine.planning.plan import Answers
from luongviec.services.files import keeping
from luongviec.services.files.previews import print_of
from luongviec.services.paper.as_html import paper_html
from luongviec.services.paper.as_pdf import paper_pdf
from luongviec.services.record_page.prints import print_sheet
from luongviec.services.record_page.reading import record_data
from luongviec.services.records import changing
from tests.services.house import House

CONFIRMED = Answers(confirmed=True, reason="Đã xong")


def _closed_meeting(house: House) -> int:
    clerk, starts = house.actor("clerk"), house.clock.now + timedelta(hours=30)
    room = changing.create_record(
        house.platform, clerk, "room", {"name": "Phòng <A>", "unit": [house.units["town"]]}
    )
    raw = {
        "subject": "Giao ban tháng", "host": [house.units["town"]], "room": room.record_id,
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat(),
        "attendee": [house.users["officer"]], "guest": [house.users["stranger"]],
    }  # fmt: skip
    meeting = changing.create_record(house.platform, clerk, "meeting", raw, answers=CONFIRMED).record_id
    house.act("clerk", meeting, "confirm_preparation")
    house.act("clerk", meeting, "start")
    _conclude(house, meeting, "Sửa đường trước 30/11")
    _act(house, meeting, "close")
    return meeting


def _conclude(house: House, meeting: int, text: str) -> None:
    changing.create_record(
        house.platform, house.actor("clerk"), "conclusion", {"text": text}, owner_id=meeting,
        answers=CONFIRMED,
    )  # fmt: skip


def _act(house: House, meeting: int, action: str) -> None:
    changing.act(house.platform, house.actor("clerk"), meeting, action, {}, answers=CONFIRMED)


def _minutes(house: House, who: str, meeting: int) -> tuple[int, str]:
    (file_id,) = record_data(house.platform, house.actor(who), meeting).values["minutes"]  # type: ignore[misc]
    opened = keeping.open_file(house.platform, house.actor(who), file_id)
    assert opened.file.name.startswith("Biên bản họp ")
    assert opened.file.name.endswith("-GM-TOWN.html")
    assert opened.file.media_type == "text/html"
    return file_id, b"".join(opened.content).decode()


def test_closing_leaves_the_minutes(house: House) -> None:
    meeting = _closed_meeting(house)
    first, text = _minutes(house, "officer", meeting)
    for said in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Giao ban tháng", "Phòng &lt;A&gt;", "Đặng Hữu Phước"):
        assert said in text
    assert "Sửa đường trước 30/11" in text
    house.clock.pass_by(hours=1)
    _act(house, meeting, "renew_minutes")
    assert _minutes(house, "clerk", meeting)[0] == first  # it says the same: nothing new is kept
    _conclude(house, meeting, "Báo cáo hằng tuần")
    _act(house, meeting, "renew_minutes")
    second, text = _minutes(house, "officer", meeting)
    assert second != first
    assert "Báo cáo hằng tuần" in text
    with pytest.raises(NotFound):
        keeping.open_file(house.platform, house.actor("officer"), first)
    assert (
        keeping.open_file(house.platform, house.actor("clerk"), first).file.id == first
    )  # reads the history
    _, paper = print_of(house.platform, house.actor("officer"), second)
    assert "Báo cáo hằng tuần" in paper_html(paper)
    assert paper_pdf(paper).startswith(b"%PDF")
    sheet = print_sheet(house.platform, house.actor("clerk"), meeting, code="minutes")
    assert [choice.code for choice in sheet.choices] == ["", "minutes"]
    assert "Báo cáo hằng tuần" in paper_html(sheet.paper)
    assert "Bùi Đức Long in lúc" in sheet.paper.footer


def test_guests_do_not_get_them(house: House) -> None:
    meeting = _closed_meeting(house)
    file_id, _ = _minutes(house, "officer", meeting)
    assert "minutes" not in record_data(house.platform, house.actor("stranger"), meeting).values
    with pytest.raises(NotFound):
        keeping.open_file(house.platform, house.actor("stranger"), file_id)
