"""What a list asks for by and by: the branches of its tree, names for a filter, the list as a file."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.services.lists.files import is_small, list_file, start_list_file
from luongviec.services.lists.reading import filter_names, list_children
from luongviec.services.views import Column
from luongviec.web.addresses import NO_LIST, ListAddress, read_address
from luongviec.web.downloads import written_file
from luongviec.web.formatting import avatar_tone, initials
from luongviec.web.language import current_language, in_language
from luongviec.web.pages.lists import cells_of
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("list_parts", __name__, url_prefix="/list-parts/<module>/<list_code>")

DEEPEST = 12


@blueprint.get("/below/<int:record_id>")
@sign_in_required
def below(module: str, list_code: str, record_id: int) -> str | Response:
    """Give the records below one of a tree: rows for the table, or a page of them without a script."""
    address = _address(module, list_code)
    asked = replace(address.request(), menus=True)
    columns, rows, more = list_children(platform(), actor(), asked, record_id)
    shown = _in_order(columns, address)
    depth = min(max(request.args.get("depth", 1, type=int), 1), DEEPEST)
    values = {
        "rows": rows, "columns": shown, "address": address, "depth": depth, "more": more,
        "cells_of": lambda row: cells_of(row, shown), "parent_id": record_id,
    }  # fmt: skip
    if request.headers.get("HX-Request") or request.args.get("part"):
        return Response(render_template("parts/list_branch.html", **values), mimetype="text/html")
    return render_page("list_below.html", active=f"{module}.{address.list}", **values)


@blueprint.get("/names/<name>")
@sign_in_required
def names(module: str, list_code: str, name: str) -> Response:
    """Give people or units for a filter, as pickers ask for them."""
    asked = replace(_address(module, list_code).request(), filters={}, split="", q="")
    page = filter_names(platform(), actor(), asked, name, request.args.get("q", ""))
    left_out = set(request.args.get("exclude", "")[:5_000].split(","))
    return jsonify(
        candidates=[
            {
                "value": one.value, "label": one.label, "detail": one.detail, "usable": True, "reason": "",
                "tone": avatar_tone(one.label), "initials": initials(one.label),
            }
            for one in page.candidates
            if one.value not in left_out
        ],
        more=page.more,
        reason=in_language(page.reason),
    )  # fmt: skip


@blueprint.get("/file/<kind>")
@sign_in_required
def file(module: str, list_code: str, kind: str) -> AnyResponse:
    """Send the list as a file; a large one is written by a worker, whose page this leads to."""
    asked, language = _address(module, list_code).request(), current_language()
    if not is_small(platform(), actor(), asked):
        job_id = start_list_file(platform(), actor(), asked, kind, language)
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    with list_file(platform(), actor(), asked, kind, language) as written:
        return written_file(written.path.read_bytes(), written.name)


def _address(module: str, list_code: str) -> ListAddress:
    return read_address(module, "" if list_code == NO_LIST else list_code, request.args)


def _in_order(columns: tuple[Column, ...], address: ListAddress) -> tuple[Column, ...]:
    known = {column.code: column for column in columns}
    wanted = [known[code] for code in address.columns if code in known] or list(columns)
    first = columns[:1]
    return (*first, *(column for column in wanted if column not in first))
