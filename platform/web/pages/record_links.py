"""Joining a record to others, taking them apart, and sorting what an ordered relation owns."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput, NeedsAnswer
from luongviec.services.record_page.reading import record_data
from luongviec.services.records import changing, linking
from luongviec.web.form_pages import go_to
from luongviec.web.language import _, in_language
from luongviec.web.pages.records import active_list, crumbs_to
from luongviec.web.posted import page_values
from luongviec.web.rendering import render_page
from luongviec.web.sessions import acting, actor, platform, sign_in_required

blueprint = Blueprint("record_links", __name__)


@blueprint.get("/r/<int:record_id>/link/<relation>")
@sign_in_required
def choose(record_id: int, relation: str) -> str:
    """Show what may be joined through a relation."""
    return _draw_choice(record_id, relation)


@blueprint.post("/r/<int:record_id>/link/<relation>")
@sign_in_required
def link(record_id: int, relation: str) -> AnyResponse | tuple[str, int]:
    """Join a record to another."""
    other = request.form.get("other", type=int) or 0
    sent = page_values()
    try:
        changing.link_records(
            platform(), acting(), record_id, relation, other, answers=sent.answers, idempotency_key=sent.key
        )
    except InvalidInput as problem:
        return _draw_choice(record_id, relation, _words(problem)), 422
    except NeedsAnswer as question:
        return _draw_choice(record_id, relation, in_language(question.message)), 428
    flash(_("Đã liên kết."))
    return redirect(url_for("records.show", record_id=record_id), 303)


@blueprint.post("/r/<int:record_id>/unlink/<relation>/<int:other>")
@sign_in_required
def unlink(record_id: int, relation: str, other: int) -> AnyResponse:
    """Take two records apart."""
    sent = page_values()
    changing.unlink_records(
        platform(), acting(), record_id, relation, other, answers=sent.answers, idempotency_key=sent.key
    )
    flash(_("Đã bỏ liên kết."))
    return redirect(url_for("records.show", record_id=record_id), 303)


@blueprint.get("/r/<int:record_id>/order/<relation>")
@sign_in_required
def order(record_id: int, relation: str) -> str:
    """Show the records of an ordered relation for sorting."""
    return _draw_order(record_id, relation)


@blueprint.post("/r/<int:record_id>/order/<relation>")
@sign_in_required
def sort(record_id: int, relation: str) -> AnyResponse | tuple[str, int]:
    """Put the records of an ordered relation in the order that was typed."""
    places = {
        int(name.removeprefix("place-")): text
        for name, text in request.form.items()
        if name.startswith("place-") and name.removeprefix("place-").isdecimal()
    }
    try:
        wanted = linking.read_order(platform(), acting(), record_id, relation, places)
    except InvalidInput as problem:
        return _draw_order(record_id, relation, places, _words(problem)), 422
    changing.reorder_records(platform(), acting(), record_id, relation, wanted)
    flash(_("Đã lưu thứ tự."))
    return go_to(url_for("records.show", record_id=record_id))


def _draw_choice(record_id: int, relation: str, problem: str = "") -> str:
    data = record_data(platform(), actor(), record_id)
    page = linking.link_page(platform(), acting(), record_id, relation, request.values.get("q", ""))
    return render_page(
        "record_link.html", active=active_list(data.record.module), page=page, crumbs=crumbs_to(data),
        problem=problem,
    )  # fmt: skip


def _draw_order(record_id: int, relation: str, typed: dict[int, str] | None = None, problem: str = "") -> str:
    data = record_data(platform(), actor(), record_id)
    page = linking.order_page(platform(), acting(), record_id, relation)
    return render_page(
        "record_order.html", active=active_list(data.record.module), page=page, crumbs=crumbs_to(data),
        typed=typed or {}, problem=problem,
    )  # fmt: skip


def _words(problem: InvalidInput) -> str:
    return " ".join(dict.fromkeys(in_language(text) for texts in problem.errors.values() for text in texts))
