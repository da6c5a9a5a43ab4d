"""Report pages: choose, narrow, open the records behind a figure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from luongviec.engine.text import Text
from luongviec.services.reports.views import ReportCell, ReportColumn, ReportOffer, ReportPage, ReportRow
from luongviec.web.report_pages import PAGE_ROWS, rows_of_page
from tests.web.conftest import Pages
from tests.web.doing import make_task
from tests.web.test_pages import check_frame


def links_of(html: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="(/reports/[^"]*)"', html)]


@pytest.mark.requirement("T-94", "T-95", "T-98", "T-100")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_report_page_stands_and_leads_to_its_records(pages: Pages, language: str) -> None:
    make_task(pages)
    reader = pages.as_("tuan")
    reader.post("/preferences/language", language=language, next="/")
    home = reader.get("/reports").text
    check_frame(home, language)
    for report in [one for one in links_of(home) if one.count("/") == 2]:
        html = reader.get(report).text
        check_frame(html, language)
        for link in [one for one in links_of(html) if one.startswith(f"{report}/records")][:3]:
            records = reader.get(link)
            assert records.status_code == 200
            check_frame(records.text, language)
            assert 'href="/r/' in records.text


def test_what_is_chosen_stands_in_every_link(pages: Pages) -> None:
    make_task(pages)
    reader = pages.as_("tuan")
    html = reader.get("/reports/task_by_unit?mine=creator&filter.priority=high").text
    figures = [link for link in links_of(html) if "/records" in link]
    assert figures
    assert all("mine=creator" in link and "filter.priority=high" in link for link in figures)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/reports/none", 404),
        ("/reports/task_by_unit?filter.directive=x", 422),
        ("/reports/task_by_unit?mine=nobody", 422),
        ("/reports/task_by_unit/records?measure=99", 422),
        ("/reports/task_by_unit/records?row=1&row=2&row=3", 422),
        ("/reports/task_by_month?length=hour", 422),
        ("/reports/task_by_unit/records?row=%00", 422),
    ],
)
def test_a_bad_address_is_told_so(pages: Pages, address: str, status: int) -> None:
    assert pages.as_("tuan").get(address).status_code == status


def test_nobody_reads_reports_without_signing_in(pages: Pages) -> None:
    assert pages.visitor().get("/reports").status_code in (302, 303, 401)


# --- Long reports -----------------------------------------------------------------------------------------


def report_of(*numbers: int) -> ReportPage:
    """A report by two levels: as many rows of the first as numbers, with so many rows below each."""
    rows = []
    for place, number in enumerate(numbers):
        codes: tuple[str, ...] = (f"u{place}",)
        rows.append(ReportRow(codes, Text(f"Đơn vị {place}"), (ReportCell(float(-place), "count"),), number))
        for below in range(number):
            rows.append(
                ReportRow((*codes, str(below)), Text("Người"), (ReportCell(1.0, "count"),), 1, depth=2)
            )
    total = ReportRow((), Text("Tổng"), (ReportCell(1.0, "count"),), 1)
    return ReportPage(
        ReportOffer("r", "m", Text("R"), Text("M")), Text("Đơn vị"), (ReportColumn(Text("Số"), "count"),),
        tuple(rows), total, (), (), "", (), "", "-0", False, datetime(2026, 11, 26, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.requirement("T-100")
def test_a_long_report_is_leafed_through_and_every_row_stands_once() -> None:
    page = report_of(30, 150, *([0] * 300))
    found, number = [], 1
    while number <= rows_of_page(page, number).last_number:
        drawn = rows_of_page(page, number)
        assert len(drawn.rows) <= PAGE_ROWS + 1
        assert (drawn.first, drawn.last) == (len(found) + 1, len(found) + PAGE_ROWS if number < 5 else 482)
        found += [one for one in drawn.rows if not one.is_repeated]
        number += 1
    assert [one.row for one in found] == list(page.rows)
    assert [one.rank for one in found if one.row.depth == 1] == list(range(1, 303))
    second = rows_of_page(page, 2)
    assert [one.row.codes for one in second.rows if one.is_repeated] == [("u1",)]
    assert rows_of_page(page, 99).number == 5
    assert rows_of_page(report_of(), 3).rows == ()
