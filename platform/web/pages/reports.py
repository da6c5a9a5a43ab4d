"""Reports on screen: choose one, narrow it, open the records behind a figure (T-94 to T-100)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.services.reports import drawing as reports
from luongviec.services.reports.files import is_small, report_file, start_report_file
from luongviec.services.reports.offers import list_reports
from luongviec.services.reports.requests import FigureRequest
from luongviec.services.reports.views import ReportPage
from luongviec.web.addresses import read_filters, read_number
from luongviec.web.downloads import written_file
from luongviec.web.language import _, current_language
from luongviec.web.rendering import frame, render_page
from luongviec.web.report_charts import chart_of
from luongviec.web.report_pages import rows_of_page
from luongviec.web.report_words import ReportAddress, change_words, figure_words
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

CARD_COLUMNS = 8


def report_address(report: str) -> ReportAddress:
    """Read the address of the present page."""
    arguments = request.args
    return ReportAddress(
        report, read_filters(arguments), arguments.get("mine", ""), arguments.get("length", ""),
        arguments.get("sort", ""), arguments.get("compare") == "1",
    )  # fmt: skip


@blueprint.get("")
@sign_in_required
def index() -> str:
    """Show the reports that the person may open, by module in the order of the menu."""
    places: dict[str, int] = {}
    for item in (item for section in frame().menu for item in section.items):
        places.setdefault(item.module, len(places))
    offers = sorted(
        list_reports(platform(), actor()),
        key=lambda offer: (places.get(offer.module, len(places)), offer.module),
    )
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
        "report.html", active="reports", page=page, address=address, chart=chart_of(page, address),
        files=_files(page), offers=list_reports(platform(), actor()), figure_words=figure_words,
        change_words=change_words, drawn_rows=rows_of_page(page, read_number(request.args.get("page"), 1)),
    )  # fmt: skip


@blueprint.get("/<report>/card")
@sign_in_required
def card(report: str) -> Response:
    """Give the chart of a report for the home page, which asks for it once it stands."""
    address = ReportAddress(report)
    page = reports.draw_report(platform(), actor(), address.request())
    drawn = render_template(
        "parts/report_card.html", page=page, address=address,
        chart=chart_of(page, address, most=CARD_COLUMNS),
    )  # fmt: skip
    return Response(drawn, mimetype="text/html", headers={"Cache-Control": "private, no-store"})


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
        "pdf": FileOffer("pdf", _("Tệp PDF (số liệu)"), "printer"),
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
        return written_file(written.path.read_bytes(), written.name)
