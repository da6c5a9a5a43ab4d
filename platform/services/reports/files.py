"""Reports as files: the figures, and the records behind them, as XLSX, CSV or PDF (T-99, W-35).

The file holds what the page shows to the same reader at that moment, and says which filters were
chosen. Small ones are written within the request, large ones by a long job.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.files.tables import CellKind, OutColumn, OutTable, write_csv, write_xlsx
from luongviec.services.files.written import AT_ONCE_RECORDS, PART, Advance, WrittenFile, keep_file
from luongviec.services.lists.plain_rows import PlainRows
from luongviec.services.long_jobs.running import JobKind, JobResult, RunningJob, start
from luongviec.services.paper.as_pdf import paper_pdf
from luongviec.services.platform import Platform
from luongviec.services.reports.asked import AskedReport
from luongviec.services.reports.drawing import page_of
from luongviec.services.reports.paper import report_paper
from luongviec.services.reports.requests import FigureRequest, ReportRequest, kept_request, request_from
from luongviec.services.reports.views import ReportCell, ReportPage, ReportRow
from luongviec.services.showing import column_label
from luongviec.store.lists.reading import select_page

REPORT_FILE = "report_file"
#: So many rows of figures are set on paper while the reader waits.
AT_ONCE_ROWS = 300
SECONDS_OF_A_DAY = 86_400
_KINDS = {
    "count": CellKind.NUMBER,
    "number": CellKind.NUMBER,
    "share": CellKind.SHARE,
    "duration": CellKind.NUMBER,
}


@contextmanager
def report_file(
    platform: Platform,
    actor: Actor,
    request: ReportRequest,
    kind: str,
    language: str,
    advance: Advance | None = None,
) -> Iterator[WrittenFile]:
    """Write a report into a file that is gone afterwards.

    Raises:
        NotFound, InvalidInput: as `drawing.draw_report`; also for a form that it does not leave in.
        Refused: the actor may not export.
    """
    with platform.reading() as work:
        asked = AskedReport.of(work, actor, request)
        asked.check_leaves(kind)
        page, zone = page_of(asked), zone_of(work.workspace)
        person = None if actor.user_id is None else work.world.person(actor.user_id)
    figures = _figures(page, language)
    title = page.offer.name.in_language(language)
    with tempfile.TemporaryDirectory(prefix="luongviec-report-") as folder:
        path = Path(folder) / f"report.{kind}"
        if kind == "csv":
            write_csv(path, figures, zone)
        elif kind == "pdf":
            reader = "" if person is None else person.name
            path.write_bytes(_pdf(page, language, reader, platform.settings.site_name, zone))
        else:
            records = _records(platform, actor, request, language, page.total.count, advance)
            write_xlsx(path, (figures, records), zone)
        module = page.offer.module_name.in_language(language)
        yield WrittenFile(path, f"{module} - {title} {page.at.astimezone(zone):%Y-%m-%d}.{kind}")


def is_small(platform: Platform, actor: Actor, request: ReportRequest, kind: str) -> bool:
    """Whether a report can be written while the reader waits."""
    with platform.reading() as work:
        asked = AskedReport.of(work, actor, request)
        asked.check_leaves(kind)
        if kind == "csv":
            return True
        if kind == "pdf":
            return len(page_of(asked).rows) <= AT_ONCE_ROWS
        ids = select_page(work.world, actor.user_id, asked.selection(), size=AT_ONCE_RECORDS)
    return ids.next_cursor is None


def start_report_file(
    platform: Platform, actor: Actor, request: ReportRequest, kind: str, language: str
) -> int:
    """Have a worker write the file, and give the job's id."""
    with platform.reading() as work:
        AskedReport.of(work, actor, request).check_leaves(kind)
    return start(platform, actor, REPORT_FILE, {**kept_request(request), "kind": kind, "language": language})


def run_report_file(platform: Platform, job: RunningJob) -> JobResult:
    """Do a job of the kind `REPORT_FILE`."""
    kind, language = str(job.parameters["kind"]), str(job.parameters["language"])
    request = request_from(job.parameters)
    return keep_file(
        platform, job, report_file(platform, job.actor, request, kind, language, job.advance),
        Text("Báo cáo đã sẵn sàng để tải về.", "The report is ready to download."),
        f"/reports/{request.report}",
    )  # fmt: skip


REPORT_FILE_KIND = JobKind(REPORT_FILE, Text("Xuất báo cáo", "Report as a file"), run_report_file)


def _pdf(page: ReportPage, language: str, reader: str, site: str, zone: tzinfo) -> bytes:
    at = f"{page.at.astimezone(zone):%H:%M %d/%m/%Y}"
    made = Text(f"Số liệu lúc {at}", f"Figures of {at}").in_language(language)
    footer = " · ".join(word for word in (site, reader, at) if word)
    notes = _notes(page, language)[1:]
    return paper_pdf(report_paper(page, notes, language, author=reader, footer=footer, made=made))


DAYS = Text("ngày", "days")


def _figures(page: ReportPage, language: str) -> OutTable:
    columns = [OutColumn(page.row_label.in_language(language), width=44)]
    before = Text("kỳ trước", "period before").in_language(language)
    for column in page.columns:
        label = column.label.in_language(language)
        unit = DAYS if column.kind == "duration" else column.unit
        heading = f"{label} ({unit.in_language(language)})" if unit else label
        columns.append(OutColumn(heading, _KINDS[column.kind]))
        if page.compared_with:
            columns.append(OutColumn(f"{label}, {before}", _KINDS[column.kind]))
    return OutTable(
        Text("Số liệu", "Figures").in_language(language),
        columns,
        [_figure_row(row, language, page.compared_with) for row in (*page.rows, page.total)],
        _notes(page, language),
    )


def _figure_row(row: ReportRow, language: str, compared_with: str) -> Sequence[object]:
    values: list[object] = ["    " * (row.depth - 1) + row.label.in_language(language)]
    for cell in row.cells:
        values.append(_figure(cell))
        if compared_with:
            values.append(_figure(replace(cell, value=cell.before)))
    return values


def _figure(cell: ReportCell) -> object:
    if cell.value is None:
        return None
    if cell.kind == "duration":
        return round(cell.value / SECONDS_OF_A_DAY, 2)
    return int(cell.value) if cell.kind == "count" else cell.value


def _notes(page: ReportPage, language: str) -> tuple[str, ...]:
    """Say what the figures are about, so that a printed sheet can be read on its own."""
    said = [page.offer.name.in_language(language)]
    for one in page.filters:
        if one.chosen:
            chosen = one.chosen_label.in_language(language) or ", ".join(one.chosen)
            said.append(f"{one.label.in_language(language)}: {chosen}")
    mine = next((option for option in page.mine if option.value == page.mine_chosen and option.value), None)
    if mine is not None:
        said.append(
            f"{Text('Vai trò của tôi', 'My role').in_language(language)}: {mine.label.in_language(language)}"
        )
    if page.compared_with:
        words = Text("Kỳ trước", "Period before").in_language(language)
        said.append(f"{words}: {page.compared_with}")
    scope = Text("Chỉ gồm những hồ sơ người xuất được xem.", "Holds only what the reader may see.")
    return (*said, scope.in_language(language))


def _records(
    platform: Platform,
    actor: Actor,
    request: ReportRequest,
    language: str,
    total: int,
    advance: Advance | None,
) -> OutTable:
    """Give the records as a table whose rows are read part by part, each at its own moment."""
    with platform.reading() as work:
        asked = AskedReport.of(work, actor, request)
        codes = asked.detail_columns()
        labels = [column_label(asked.module, code).in_language(language) for code in codes]

    def rows() -> Iterator[Sequence[object]]:
        cursor, done = "", 0
        while True:
            with platform.reading() as work:
                asked = AskedReport.of(work, actor, request)
                selection = asked.figure_selection(FigureRequest(request))
                ids = select_page(work.world, actor.user_id, selection, size=PART, cursor=cursor)
                yield from PlainRows(asked.showing, codes, language).rows(ids.ids)
            done += len(ids.ids)
            if advance is not None:
                advance(min(done, total), max(total, 1))
            if ids.next_cursor is None:
                return
            cursor = ids.next_cursor

    title = Text("Chi tiết", "Records").in_language(language)
    return OutTable(title, [OutColumn(label) for label in labels], rows())
