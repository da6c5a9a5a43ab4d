"""The pages of one's own home and menu, and of reports that come by themselves, as somebody uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.web.conftest import Pages
from tests.web.doing import make_task
from tests.web.test_action_codes import running_meeting
from tests.web.test_pages import check_frame

HERE = "/preferences/home"


def given(html: str, name: str) -> list[str]:
    """The values that a form holds under a name, in order."""
    return [unescape(one) for one in re.findall(rf'name="{re.escape(name)}" value="([^"]*)"', html)]


def ticked(html: str, name: str) -> list[str]:
    found = re.findall(rf'name="{re.escape(name)}" value="([^"]*)" ?checked', html)
    return [unescape(one) for one in found]


def form_of(html: str) -> dict[str, object]:
    """Everything that the form of the settings would send as it stands."""
    lists = given(html, "list")
    parts = {f"part.{code}": given(html, f"part.{code}") for code in lists}
    shown = {f"show_part.{code}": ticked(html, f"show_part.{code}") for code in lists}
    return {
        "card": given(html, "card"), "show_card": ticked(html, "show_card"), "list": lists,
        "show_list": ticked(html, "show_list"), **parts, **shown,
    }  # fmt: skip


@pytest.mark.requirement("T-02", "T-06", "T-07", "T-08", "T-11", "W-47")
def test_home_and_menu_are_set_on_one_page(pages: Pages) -> None:
    make_task(pages)
    reader = pages.as_("tuan")
    home = reader.get("/").text
    check_frame(home, "vi")
    buckets = re.findall(r'class="bucket tone-\w+" href="([^"]+)"', home)
    assert len(buckets) >= 4
    assert reader.get(unescape(buckets[0])).status_code == 200
    assert 'hx-get="/reports/task_by_unit/card"' in home
    page = reader.get(HERE).text
    check_frame(page, "vi")
    form = form_of(page)
    cards = list(form["card"])  # type: ignore[call-overload]
    assert reader.post(HERE, **form, do=f"down:{cards[0]}").status_code == 303
    assert form_of(reader.get(HERE).text)["card"] == [cards[1], cards[0], *cards[2:]]
    shown = [code for code in form["show_list"] if code != "task.participated"]  # type: ignore[attr-defined]
    form |= {"show_list": shown, "show_card": [code for code in cards if not code.startswith("chart.")]}
    assert reader.post(HERE, **form, do="save").status_code == 303
    home = reader.get("/").text
    assert 'href="/m/task/participated"' not in home
    assert "/card" not in home
    assert reader.post(HERE, **form, do="add", more="counter.task.created").status_code == 303
    assert "counter-number" in reader.get("/").text
    assert reader.post(HERE, **form, do="add", more="counter.task.none").status_code == 422
    assert reader.post(f"{HERE}/preset", preset="none").status_code == 422
    assert reader.post(f"{HERE}/preset", preset="").status_code == 303
    assert 'href="/m/task/participated"' in reader.get("/").text


def test_no_page_of_it_costs_more_statements_than_it_may(
    pages: Pages, count_statements: Callable[[Callable[[], object]], int]
) -> None:
    make_task(pages)
    reader = pages.as_("tuan")
    for address, most in {
        HERE: 50, "/menu": 20, "/menu/task/created": 20, "/reports": 30, "/reports/task_by_unit": 50,
        "/reports/task_by_unit/card": 20, "/reports/schedules": 30,
    }.items():  # fmt: skip
        reader.get(address)
        count = count_statements(lambda address=address: reader.get(address))  # type: ignore[misc]
        assert count <= most, (address, count)


@pytest.mark.requirement("T-09")
def test_parts_of_lists_stand_in_the_menu_with_numbers(pages: Pages) -> None:
    make_task(pages)
    reader = pages.as_("tuan")
    html = reader.get("/m/task/created?split=assigned").text
    assert re.search(
        r'split=assigned" aria-current="true"><span class="clip">[^<]+</span><span class="menu-count">1<',
        html,
    )
    alone = reader.get("/menu/task/created").text
    assert alone.count("<li>") == alone.count('href="/m/task/created')
    assert '<span class="menu-count">1</span>' in alone
    menu = reader.get("/menu?active=task.created&part=assigned").text
    assert 'id="menu-task-created"' in menu
    assert reader.get("/menu/task/none").status_code == 404
    assert pages.visitor().get("/menu").status_code in (302, 303, 401)


@pytest.mark.requirement("W-35", "T-101", "T-128")
def test_a_report_is_compared_printed_and_sent_regularly(pages: Pages) -> None:
    make_task(pages)
    reader = pages.as_("tuan")
    this_year = "/reports/task_by_unit?filter.due_at__in=this_year"
    assert "compare=1" in reader.get(this_year).text
    compared = reader.get(f"{this_year}&compare=1").text
    assert 'aria-checked="true"' in compared
    assert 'class="change' in compared
    assert reader.get("/reports/task_by_unit/card").status_code == 200
    file = reader.get("/reports/task_by_unit/file/pdf?filter.due_at__in=this_year&compare=1")
    assert file.data.startswith(b"%PDF-")
    address = "/reports/task_by_unit/schedule?filter.due_at__in=last_month"
    check_frame(reader.get(address).text, "vi")
    typed = {"kind": "pdf", "every": "week", "weekday": "2", "time": "07:30"}
    wrong = reader.post(address, **{**typed, "time": "25:99"})
    assert wrong.status_code == 422
    assert 'value="pdf" selected' in wrong.text
    assert reader.post(address, **typed).status_code == 303
    mine = reader.get("/reports/schedules").text
    check_frame(mine, "vi")
    assert "Tháng trước" in mine
    assert "Thứ Ba" in mine
    assert 'action="/reports/schedules/' not in pages.as_("bao").get("/reports/schedules").text
    (end,) = re.findall(r'action="(/reports/schedules/\d+/end)"', mine)
    assert pages.as_("bao").post(end).status_code == 404
    assert reader.post(end).status_code == 303
    assert pages.visitor().get("/reports/schedules/stop/none").status_code == 404


@pytest.mark.requirement("T-01", "M-25")
def test_what_comes_next_is_done_from_the_home_page(pages: Pages) -> None:
    meeting = running_meeting(pages)
    card = pages.as_("bao").get("/").text.split("calendar-row")[1]
    assert f'href="/r/{meeting}/do/answer_invitation' in card
    assert 'title="Trả lời giấy mời"' in card
