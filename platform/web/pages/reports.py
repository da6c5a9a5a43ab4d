"""Reports on screen: choose one, narrow it, open the records behind a figure (T-94 to T-100)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.services.reports import drawing as reports
from luongviec.services.reports.files import is_small, report_file, start_report_file
from luongviec.services.reports.offers import list_reports
from luongviec.services.reports.requests import FigureRequest, ReportRequest
from luongviec.services.reports.views import ReportCell, ReportPage, ReportRow
from luongviec.web.addresses import FILTER, read_filters, read_number
from luongviec.web.downloads import WORKBOOK, disposition
from luongviec.web.formatting import duration_words, number, share
from luongviec.web.language import _, current_language
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

MEDIA_TYPES = {
    "xlsx": WORKBOOK,
    "csv": "text/csv; charset=utf-8",
}
#: A chart of more bars than this cannot be read; of rows without an order of their own the longest stand.
MOST_BARS = 24
LONGEST_BARS = 8


@dataclass(frozen=True, slots=True)
class ReportAddress:
    """A report as an address says it; methods give the address after one change."""

    report: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mine: str = ""
    length: str = ""
    sort: str = ""

    @property
    def path(self) -> str:
        """Give the address without anything chosen; forms on the page send theirs to it."""
        return f"/reports/{quote(self.report)}"

    @property
    def url(self) -> str:
        """Write the address, leaving out whatever is the default."""
        return _written(self.path, self._pairs())

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = [("mine", self.mine), ("length", self.length), ("sort", self.sort)]
        pairs += [(FILTER + name, value) for name, values in self.filters.items() for value in values]
        return [(name, value) for name, value in pairs if value]

    def hidden(self, *leave_out: str) -> tuple[tuple[str, str], ...]:
        """Give the pairs that a form on the page sends along, without those it asks itself."""
        return tuple(pair for pair in self._pairs() if pair[0] not in leave_out)

    def with_sort(self, sort: str) -> ReportAddress:
        return replace(self, sort=sort)

    def with_mine(self, mine: str) -> ReportAddress:
        return replace(self, mine=mine)

    def with_length(self, length: str) -> ReportAddress:
        return replace(self, length=length)

    def with_period(self, name: str, values: tuple[str, str]) -> ReportAddress:
        """Choose both ends of a period."""
        ends = {f"{name}__from": (values[0],), f"{name}__until": (values[1],)}
        return replace(self, filters={**self.filters, **ends})

    def without_filter(self, name: str) -> ReportAddress:
        """Take one filter away, its range included."""
        gone = {name, f"{name}__from", f"{name}__until"}
        return replace(self, filters={n: v for n, v in self.filters.items() if n not in gone})

    def without_filters(self) -> ReportAddress:
        return replace(self, filters={}, mine="")

    def figure(self, row: Iterable[str], measure: int | None) -> str:
        """Give the address of the records behind a figure."""
        pairs = self._pairs() + [("row", code) for code in row]
        if measure is not None:
            pairs.append(("measure", str(measure)))
        return _written(f"{self.path}/records", pairs)

    def file(self, kind: str) -> str:
        """Give the address of the report as a file."""
        return _written(f"{self.path}/file/{kind}", self._pairs())

    def request(self) -> ReportRequest:
        """Give what the service is asked."""
        return ReportRequest(self.report, self.filters, self.mine, self.length, self.sort)


def _written(path: str, pairs: list[tuple[str, str]]) -> str:
    query = urlencode(pairs, quote_via=quote)
    return f"{path}?{query}" if query else path


def report_address(report: str) -> ReportAddress:
    """Read the address of the present page."""
    arguments = request.args
    return ReportAddress(
        report, read_filters(arguments), arguments.get("mine", ""), arguments.get("length", ""),
        arguments.get("sort", ""),
    )  # fmt: skip


@blueprint.get("")
@sign_in_required
def index() -> str:
    """Show the reports that the person may open, by module."""
    offers = sorted(list_reports(platform(), actor()), key=lambda offer: offer.module)
    grouped = [
        (group[0].module_name, group)
        for _, one in groupby(offers, lambda o: o.module)
        if (group := list(one))
    ]
    return render_page("reports.html", active="reports", grouped=grouped)


@blueprint.get("/<report>")
@sign_in_required
def show(report: str) -> str:
    """Show one report."""
    address = report_address(report)
    page = reports.draw_report(platform(), actor(), address.request())
    return render_page(
        "report.html", active="reports", page=page, address=address, chart=_chart(page, address),
        files=_files(page), offers=list_reports(platform(), actor()), figure_words=figure_words,
    )  # fmt: skip


@blueprint.get("/<report>/records")
@sign_in_required
def records(report: str) -> str:
    """Show the records behind one figure."""
    address = report_address(report)
    measure = request.args.get("measure", "")
    asked = FigureRequest(
        report=address.request(),
        row=tuple(request.args.getlist("row")),
        measure=int(measure) if re.fullmatch(r"[0-9]{1,3}", measure) else None,
        page=read_number(request.args.get("page"), 1),
    )
    found = reports.list_figure(platform(), actor(), asked)
    return render_page(
        "report_records.html", active="reports", found=found, address=address,
        last_page=max(1, -(-found.total // found.page_size)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileOffer:
    """A form in which a report may leave."""

    kind: str
    label: str
    icon: str


def _files(page: ReportPage) -> tuple[FileOffer, ...]:
    known = {
        "xlsx": FileOffer("xlsx", _("Tệp Excel (số liệu và chi tiết)"), "table"),
        "csv": FileOffer("csv", _("Tệp CSV (số liệu)"), "file-text"),
    }
    return tuple(known[kind] for kind in page.outputs if kind in known)


@blueprint.get("/<report>/file/<kind>")
@sign_in_required
def file(report: str, kind: str) -> AnyResponse:
    """Send a report as a file; a large one is written by a worker, whose page this leads to."""
    asked = report_address(report).request()
    language = current_language()
    if not is_small(platform(), actor(), asked, kind):
        job_id = start_report_file(platform(), actor(), asked, kind, language)
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    with report_file(platform(), actor(), asked, kind, language) as written:
        content = written.path.read_bytes()
    answer = Response(content, mimetype=MEDIA_TYPES[kind])
    answer.headers["Content-Disposition"] = disposition(written.name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart: its row, how long it is from 0 to 1, and where it leads."""

    row: ReportRow
    length: float
    words: str
    url: str | None


def _chart(page: ReportPage, address: ReportAddress) -> tuple[Bar, ...]:
    """Draw the first column as bars, one for each row of the first level."""
    rows = [row for row in page.rows if row.depth == 1 and row.cells and row.cells[0].value]
    if len(rows) > LONGEST_BARS and not page.lengths:
        rows = sorted(rows, key=lambda row: -(row.cells[0].value or 0.0))[:LONGEST_BARS]
    rows = rows[-MOST_BARS:]
    highest = max((row.cells[0].value or 0.0 for row in rows), default=0.0)
    return tuple(
        Bar(
            row,
            (row.cells[0].value or 0.0) / highest if highest else 0.0,
            figure_words(row.cells[0]),
            address.figure(row.codes, 0) if row.cells[0].opens else None,
        )
        for row in rows
    )


def figure_words(cell: ReportCell, unit: str | None = None) -> str:
    """Write a figure as people read it."""
    if cell.value is None:
        return "–"
    if cell.kind == "share":
        return share(cell.value)
    if cell.kind == "duration":
        return duration_words(cell.value)
    written = number(round(cell.value, 2) if cell.kind == "number" else int(cell.value))
    return f"{written} {unit}" if unit else written
