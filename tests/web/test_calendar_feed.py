"""One's dates in other calendar programs, under a private address."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar

from luongviec.engine.world import SYSTEM
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.users.making import set_active
from tests.web.conftest import Pages, Reader
from tests.web.doing import make_task
from tests.web.test_pages import check_frame


def make_address(reader: Reader) -> str:
    html = reader.post("/calendar-feed").text
    found = re.search(r'value="[^"]*(/calendar/[^"]+\.ics)"', html)
    assert found
    return found.group(1)


def titles(content: bytes) -> list[str]:
    return [str(event["summary"]) for event in Calendar.from_ical(content).walk("VEVENT")]


def test_the_feed_holds_my_dates_and_only_mine(pages: Pages) -> None:
    record_id = make_task(pages, "Báo cáo; quý, bốn\\năm")
    bao = pages.as_("bao")
    answer = pages.visitor().get(make_address(bao))
    assert answer.content_type == "text/calendar; charset=utf-8"
    [event] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["summary"]) == "Báo cáo; quý, bốn\\năm"
    mine = list_records(pages.platform, pages.town.actor("bao"), ListRequest("task", "assigned_to_me"))
    due = mine.rows[0].starts_at
    assert event.decoded("dtstart") == due
    assert str(event["url"]).endswith(f"/r/{record_id}")
    assert titles(pages.visitor().get(make_address(pages.as_("nga"))).data) == []


def test_a_new_address_ends_the_old_one_and_all_can_be_taken_back(pages: Pages) -> None:
    reader = pages.as_("bao")
    old, new = make_address(reader), make_address(reader)
    assert pages.visitor().get(old).status_code == 404
    assert pages.visitor().get(new).status_code == 200
    reader.post("/calendar-feed", what="end")
    assert pages.visitor().get(new).status_code == 404
    assert pages.visitor().get("/calendar/none.ics").status_code == 404


def test_an_account_that_is_off_has_no_calendar(pages: Pages) -> None:
    address = make_address(pages.as_("nga"))
    set_active(pages.platform, SYSTEM, "nga", False)
    assert pages.visitor().get(address).status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_stands(pages: Pages, language: str) -> None:
    reader = pages.as_("bao")
    reader.post("/preferences/language", language=language, next="/")
    check_frame(reader.get("/calendar-feed").text, language)
    check_frame(reader.post("/calendar-feed").text, language)
