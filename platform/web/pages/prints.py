"""A record on paper: its print as a page to look at, as a PDF, as a document to edit."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from markupsafe import Markup

from luongviec.services.paper import as_docx, as_pdf
from luongviec.services.paper.as_html import paper_html
from luongviec.services.record_page.prints import WHOLE, PrintSheet, print_sheet
from luongviec.web.downloads import written_file
from luongviec.web.language import current_language
from luongviec.web.pages.records import active_list, crumbs_of
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("prints", __name__)

MOST_PARTS = 100


@blueprint.get("/r/<int:record_id>/print")
@sign_in_required
def show(record_id: int) -> str:
    """Show a print of a record as it will be on paper, with what may be chosen."""
    sheet = _sheet(record_id)
    back = url_for("records.show", record_id=record_id)
    crumbs = [
        *crumbs_of(sheet.page.record.module, sheet.page.module_name),
        (sheet.page.number or sheet.page.record.title, back),
    ]
    return render_page(
        "print.html", active=active_list(sheet.page.record.module), sheet=sheet,
        paper=Markup(paper_html(sheet.paper, heading=2)),  # noqa: S704 (made of escaped text alone)
        crumbs=crumbs, back_url=back, chosen=_chosen(),
    )  # fmt: skip


@blueprint.get("/r/<int:record_id>/print.pdf")
@sign_in_required
def pdf(record_id: int) -> Response:
    """Send a print as a PDF."""
    sheet = _sheet(record_id)
    return written_file(as_pdf.paper_pdf(sheet.paper), f"{sheet.name}.pdf")


@blueprint.get("/r/<int:record_id>/print.docx")
@sign_in_required
def docx(record_id: int) -> Response:
    """Send a print as a document to edit."""
    sheet = _sheet(record_id)
    return written_file(as_docx.paper_docx(sheet.paper, sheet.made_at), f"{sheet.name}.docx")


def _sheet(record_id: int) -> PrintSheet:
    parts = frozenset(request.args.getlist("part")[:MOST_PARTS]) if "chosen" in request.args else None
    return print_sheet(
        platform(), actor(), record_id, code=request.args.get("form", WHOLE), parts=parts,
        language=current_language(),
    )  # fmt: skip


def _chosen() -> dict[str, object]:
    """Give what was chosen again, for the addresses of the other shapes."""
    wanted: dict[str, object] = {}
    if "chosen" in request.args:
        wanted = {"chosen": "1", "part": request.args.getlist("part")[:MOST_PARTS]}
    if request.args.get("form"):
        wanted["form"] = request.args["form"]
    return wanted
