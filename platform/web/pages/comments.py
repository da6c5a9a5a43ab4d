"""Comments under a record: said, edited, deleted; whom one may name in them."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services.record_page.reading import record_data
from luongviec.services.records import talking
from luongviec.services.records.mentions import mentionable
from luongviec.services.views import RecordData
from luongviec.web.form_pages import go_to
from luongviec.web.language import _
from luongviec.web.pages.files import keep_all
from luongviec.web.pages.records import active_list, crumbs_to
from luongviec.web.posted import page_values
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("comments", __name__)

MOST_MENTIONS = 100


@blueprint.post("/r/<int:record_id>/comment")
@sign_in_required
def say(record_id: int) -> AnyResponse | tuple[str, int]:
    """Say something under a record, with files; what cannot be said comes back as it was typed."""
    text = request.form.get("text", "")
    try:
        said = talking.comment(
            platform(), actor(), record_id, text, file_ids=keep_all("files"), mentions=_mentions(),
            idempotency_key=page_values().key,
        )  # fmt: skip
    except InvalidInput as problem:
        action = url_for("comments.say", record_id=record_id)
        return _form(record_data(platform(), actor(), record_id), action, text, problem), 422
    return redirect(url_for("records.show", record_id=record_id, _anchor=f"comment-{said.id}"), 303)


@blueprint.route("/r/<int:record_id>/comments/<int:comment_id>/edit", methods=["GET", "POST"])
@sign_in_required
def edit(record_id: int, comment_id: int) -> str | AnyResponse | tuple[str, int]:
    """Write one's own comment anew."""
    data = record_data(platform(), actor(), record_id)
    said = talking.comment_of(platform(), actor(), record_id, comment_id)
    action = url_for("comments.edit", record_id=record_id, comment_id=comment_id)
    if request.method == "GET":
        return _form(data, action, said.text, None, comment_id)
    text = request.form.get("text", "")
    try:
        talking.edit_comment(platform(), actor(), record_id, comment_id, text, mentions=_mentions())
    except InvalidInput as problem:
        return _form(data, action, text, problem, comment_id), 422
    return go_to(url_for("records.show", record_id=record_id, _anchor=f"comment-{comment_id}"))


@blueprint.route("/r/<int:record_id>/comments/<int:comment_id>/delete", methods=["GET", "POST"])
@sign_in_required
def delete(record_id: int, comment_id: int) -> str | AnyResponse:
    """Ask, then take one's own comment away."""
    data = record_data(platform(), actor(), record_id)
    said = talking.comment_of(platform(), actor(), record_id, comment_id)
    if request.method == "POST":
        talking.delete_comment(platform(), actor(), record_id, comment_id)
        flash(_("Đã xóa trao đổi."))
        return go_to(url_for("records.show", record_id=record_id, _anchor=f"comment-{comment_id}"))
    return render_page(
        "comment_delete.html", active=active_list(data.record.module), said=said,
        crumbs=crumbs_to(data), cancel_url=url_for("records.show", record_id=record_id),
    )  # fmt: skip


@blueprint.get("/r/<int:record_id>/mentionable")
@sign_in_required
def people(record_id: int) -> Response:
    """Give a few people who may be named under a record."""
    found = mentionable(platform(), actor(), record_id, request.args.get("q", ""))
    return jsonify(people=[{"id": one.id, "name": one.name, "detail": one.post} for one in found])


def _mentions() -> list[int]:
    sent = request.form.getlist("mention")[:MOST_MENTIONS]
    return [int(one) for one in sent if one.isdecimal() and len(one) < 19]


def _form(
    data: RecordData, action: str, text: str, problem: InvalidInput | None, comment_id: int | None = None
) -> str:
    faults: tuple[Text, ...] = ()
    if problem is not None:
        faults = tuple(fault for faults in problem.errors.values() for fault in faults)
    return render_page(
        "comment_form.html", active=active_list(data.record.module), record=data.record, action=action,
        text=text, faults=faults, comment_id=comment_id, crumbs=crumbs_to(data), mentions=_mentions(),
        cancel_url=url_for("records.show", record_id=data.record.id),
    )  # fmt: skip
