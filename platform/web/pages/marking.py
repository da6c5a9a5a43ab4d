"""Marking many lines of a record: a roll called with one press a line; scripts swap that line alone."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import LuongViecError, NotFound
from luongviec.services.record_page.marking import mark_line, mark_sheet
from luongviec.services.record_page.reading import record_data
from luongviec.services.records import changing
from luongviec.services.telling.live import moment_ms
from luongviec.web.language import in_language
from luongviec.web.pages.records import active_list, crumbs_to
from luongviec.web.posted import page_values
from luongviec.web.rendering import render_page, render_part
from luongviec.web.sessions import acting, actor, platform, sign_in_required

blueprint = Blueprint("marking", __name__, url_prefix="/r/<int:record_id>/mark/<relation>")


@blueprint.get("")
@sign_in_required
def show(record_id: int, relation: str) -> str:
    """Show all lines of a roll, each with what may be marked on it (M-39, M-40)."""
    since = moment_ms()
    sheet = mark_sheet(platform(), actor(), record_id, relation)
    data = record_data(platform(), actor(), record_id)
    return render_page(
        "mark_sheet.html", active=active_list(sheet.module), sheet=sheet, crumbs=crumbs_to(data), since=since
    )


@blueprint.get("/lines")
@sign_in_required
def lines(record_id: int, relation: str) -> str:
    """Draw the lines again, for live refreshing."""
    return render_part("parts/mark_lines.html", sheet=mark_sheet(platform(), actor(), record_id, relation))


@blueprint.post("/<int:line_id>/<action>")
@sign_in_required
def mark(record_id: int, relation: str, line_id: int, action: str) -> str | AnyResponse:
    """Mark one line. Scripts get the line as it is now, with what was wrong; else the sheet comes again."""
    before = mark_line(platform(), actor(), record_id, relation, line_id)
    if action not in {one.offer.code for one in before.marks if one.at_once}:
        action = ""
    problem = ""
    try:
        if not action:
            raise NotFound
        changing.act(platform(), acting(), line_id, action, {}, idempotency_key=page_values().key)
    except LuongViecError as error:
        problem = in_language(error.message)
    if "HX-Request" not in request.headers:
        if problem:
            flash(problem, "error")
        return redirect(
            url_for("marking.show", record_id=record_id, relation=relation) + f"#line-{line_id}", 303
        )
    line = mark_line(platform(), actor(), record_id, relation, line_id)
    return render_part(
        "parts/mark_line.html", record_id=record_id, relation=relation, line=line, problem=problem
    )


@blueprint.get("/rest/<action>")
@sign_in_required
def rest(record_id: int, relation: str, action: str) -> AnyResponse:
    """Go on to doing one thing to all lines that nobody has marked yet."""
    sheet = mark_sheet(platform(), actor(), record_id, relation)
    back = url_for("marking.show", record_id=record_id, relation=relation)
    ids = next((one.ids for one in sheet.rest if one.mark.offer.code == action), ())
    if not ids:
        return redirect(back, 303)
    written = ",".join(str(one) for one in ids)
    return redirect(url_for("bulk.do", action=action, ids=written, back=back), 303)
