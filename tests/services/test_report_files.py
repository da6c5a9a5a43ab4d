"""Reports as files: real dates and numbers, the page's own figures, and nothing that runs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from luongviec.engine.errors import InvalidInput
from luongviec.services.files.keeping import open_file
from luongviec.services.files.tables import CellKind, OutColumn, OutTable, csv_lines, write_xlsx
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.reports import drawing as reports
from luongviec.services.reports import files as report_files
from luongviec.services.reports.requests import ReportRequest
from tests.services.house import House

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.requirement("T-99")
def test_the_workbook_holds_what_the_page_shows(house: House, tmp_path: Path) -> None:
    for number in range(3):
        house.task(f"Việc {number}")
    house.task("=HYPERLINK(0)")
    request = ReportRequest("task_by_unit")
    page = reports.draw_report(house.platform, house.actor("planner"), request)
    with report_files.report_file(house.platform, house.actor("planner"), request, "xlsx", "vi") as file:
        book = load_workbook(file.path)
        assert file.name == "Nhiệm vụ - Theo đơn vị thực hiện 2026-11-23.xlsx"
    figures, records = book["Số liệu"], book["Chi tiết"]
    head = next(row for row in range(1, 20) if figures.cell(row, 2).value == "Tổng số")
    assert figures.freeze_panes == f"B{head + 1}"
    last = figures.max_row
    assert figures.cell(last, 1).value == "Tổng cộng"
    assert figures.cell(last, 2).value == page.total.count == records.max_row - 1
    assert figures.auto_filter.ref.startswith(f"A{head}:")
    names = {records.cell(row, 1).value: records.cell(row, 1) for row in range(2, records.max_row + 1)}
    assert names["=HYPERLINK(0)"].data_type == "s"
    assert names["=HYPERLINK(0)"].quotePrefix
    due = [records.cell(2, column).value for column in range(1, records.max_column + 1)]
    assert any(isinstance(value, datetime) for value in due)


@pytest.mark.requirement("T-99")
def test_csv_holds_the_figures(house: House) -> None:
    house.task()
    request = ReportRequest("task_by_status")
    with report_files.report_file(house.platform, house.actor("planner"), request, "csv", "en") as file:
        rows = list(csv.reader(io.StringIO(file.path.read_text(encoding="utf-8-sig"))))
    assert rows[0][1:] == ["Tasks", "Share", "Overdue"]
    assert rows[-1][0] == "Total"


def test_a_worker_writes_a_large_report_for_its_owner(house: House) -> None:
    house.task()
    asked = ReportRequest("task_by_unit", {"priority": ("normal",)}, "creator")
    job_id = report_files.start_report_file(house.platform, house.actor("planner"), asked, "xlsx", "vi")
    running.run_job(house.platform, JOB_KINDS, job_id)
    job = running.view_job(house.platform, JOB_KINDS, house.actor("planner"), job_id)
    assert job.result is not None
    file = open_file(house.platform, house.actor("planner"), job.result.file_id or 0)
    assert file.file.name.endswith(".xlsx")
    assert b"".join(file.content)[:2] == b"PK"


def test_a_form_that_a_report_does_not_have_is_refused(house: House) -> None:
    with (
        pytest.raises(InvalidInput),
        report_files.report_file(
            house.platform, house.actor("planner"), ReportRequest("task_by_unit"), "exe", "vi"
        ),
    ):
        pass


def test_cells_are_what_they_say(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
    table = OutTable(
        "Bảng: thử/*?[]",
        [OutColumn("Chữ"), OutColumn("Số", CellKind.NUMBER), OutColumn("Ngày"), OutColumn("Lúc")],
        [
            ("+1", 2.5, date(2026, 11, 26), moment),
            ("a\x00b", None, None, None),
            ("#N/A", 3, date(2026, 1, 2), date(2026, 1, 3)),
            (" <b>&\uffff ", True, 1e21, None),
        ],
        notes=("@ghi chú",),
    )
    path = tmp_path / "x.xlsx"
    write_xlsx(path, (table, table), ZONE)
    book = load_workbook(path)
    assert book.sheetnames == ["Bảng thử", "Bảng thử 2"]
    sheet = book["Bảng thử"]
    assert [str(cell.value) for cell in sheet[4]] == [
        "+1",
        "2.5",
        "2026-11-26 00:00:00",
        "2026-11-27 01:30:00",
    ]
    assert sheet["A5"].value == "ab"
    assert (sheet["A6"].data_type, sheet["A6"].value, sheet["B6"].value) == ("s", "#N/A", 3)
    assert (sheet["C6"].value.day, sheet["D6"].value.day) == (2, 3)  # each column has a cell of its own
    assert sheet["B6"].number_format == "#,##0.##"
    assert (sheet["A4"].quotePrefix, sheet["A5"].quotePrefix) == (True, False)  # edited, it stays a text
    assert [cell.value for cell in sheet[7]] == [" <b>& ", True, 1e21, None]
    lines = "".join(csv_lines(table, ZONE))
    assert lines.startswith("\ufeffChữ,Số,Ngày,Lúc")
    assert "'+1,2.5,2026-11-26,2026-11-27 01:30" in lines
