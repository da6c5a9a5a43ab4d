"""Lists drawn as boards and calendars."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from luongviec.services.lists.boards import list_board
from luongviec.services.lists.calendars import Span, list_calendar
from luongviec.services.lists.reading import ListRequest
from tests.web.conftest import Pages
from tests.web.doing import make_task
from tests.web.test_pages import check_frame

BOARD = "/m/task/assigned_to_me?view=board"
CALENDAR = "/m/task/assigned_to_me?view=calendar"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "address", [BOARD, CALENDAR, f"{CALENDAR}&span=week", f"{CALENDAR}&span=day&day=2026-02-31"]
)
def test_each_view_stands_in_both_languages(pages: Pages, language: str, address: str) -> None:
    make_task(pages)
    reader = pages.as_("bao")
    reader.post("/preferences/language", language=language, next="/")
    answer = reader.get(address)
    assert answer.status_code == 200
    check_frame(answer.text, language)


def test_a_board_shows_each_card_in_its_column_with_its_ways(pages: Pages) -> None:
    record_id = make_task(pages)
    html = pages.as_("bao").get(BOARD).text
    columns = re.split(r"data-board-status=", html)[1:]
    [column] = [one for one in columns if f'href="/r/{record_id}"' in one]
    assert 'data-moves-to="' in column
    board = list_board(pages.platform, pages.town.actor("bao"), ListRequest("task", "assigned_to_me"))
    assert sum(one.total for one in board) == 1


def test_a_list_that_is_not_drawn_so_is_a_table(pages: Pages) -> None:
    make_task(pages)
    html = pages.as_("tuan").get("/m/task/created?view=board").text
    assert "data-board" not in html
    assert "<table" in html


def test_a_calendar_puts_records_on_their_days(pages: Pages) -> None:
    record_id = make_task(pages)
    actor = pages.town.actor("bao")
    request = ListRequest("task", "assigned_to_me")
    month = list_calendar(pages.platform, actor, request, Span.MONTH)
    assert len(month.weeks) in (4, 5, 6)
    assert all(week[0].day.weekday() == 0 and len(week) == 7 for week in month.weeks)
    assert sum(day.is_today for day in month.days) == 1
    found = [
        day.day
        for ahead in range(3)
        for day in list_calendar(
            pages.platform, actor, request, Span.MONTH, month.day.replace(day=1) + timedelta(days=31 * ahead)
        ).days
        for entry in day.entries
        if entry.row.record.id == record_id and day.in_span
    ]
    assert len(set(found)) == 1
    [day] = set(found)
    one = list_calendar(pages.platform, actor, request, Span.DAY, day)
    [entry] = one.days[0].entries
    assert isinstance(entry.starts, datetime)
    assert entry.starts.date() == day
    before = list_calendar(pages.platform, actor, request, Span.DAY, day - timedelta(days=1))
    assert before.days[0].entries == ()
