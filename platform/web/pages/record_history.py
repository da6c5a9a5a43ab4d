"""The whole history of a record, and whether anything happened to it since a page was drawn."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from luongviec.engine.errors import InvalidInput
from luongviec.services.record_page.history_pages import KINDS, HistoryRequest, history_page
from luongviec.services.record_page.reading import record_data, stamp
from luongviec.web.language import in_language
from luongviec.web.pages.records import active_list, crumbs_to
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("record_history", __name__)


@blueprint.get("/r/<int:record_id>/history")
@sign_in_required
def show(record_id: int) -> str | tuple[str, int]:
    """Show a record's history, narrowed; what was typed wrong comes back with the reason."""
    given = request.args
    asked = HistoryRequest(
        kind=given.get("kind", ""),
        person=given.get("person", type=int),
        since=given.get("since", ""),
        until=given.get("until", ""),
        before=given.get("before", type=int),
    )
    try:
        return _draw(record_id, asked, asked)
    except InvalidInput as problem:
        words = {
            name: " ".join(in_language(text) for text in texts) for name, texts in problem.errors.items()
        }
        return _draw(record_id, HistoryRequest(), asked, words), 422


@blueprint.get("/r/<int:record_id>/stamp")
@sign_in_required
def show_stamp(record_id: int) -> Response:
    """Give a number that changes whenever something happens to the record."""
    answer = jsonify(stamp=stamp(platform(), actor(), record_id))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _draw(
    record_id: int, asked: HistoryRequest, typed: HistoryRequest, problems: dict[str, str] | None = None
) -> str:
    data = record_data(platform(), actor(), record_id)
    return render_page(
        "record_history.html", active=active_list(data.record.module), crumbs=crumbs_to(data), typed=typed,
        page=history_page(platform(), actor(), record_id, asked), kinds=KINDS, problems=problems or {},
    )  # fmt: skip
