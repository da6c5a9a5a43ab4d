"""A person's notifications: newest first, marked as read when opened."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import NotFound
from luongviec.services.telling.notifications import list_notifications, mark_read
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")

PAGE = 30


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show one page; `before` continues after an older one."""
    unread_only = bool(request.args.get("unread"))
    before = request.args.get("before", type=int)
    found = list_notifications(platform(), actor(), unread_only=unread_only, limit=PAGE + 1, before_id=before)
    shown = found[:PAGE]
    return render_page(
        "notifications.html", active="notifications", notifications=shown, unread_only=unread_only,
        next_before=shown[-1].id if len(found) > PAGE else None,
    )  # fmt: skip


@blueprint.get("/<int:notification_id>")
@sign_in_required
def open(notification_id: int) -> AnyResponse:  # noqa: A001 (the endpoint's name)
    """Mark one as read and go to its record, or the page that it leads to."""
    found = list_notifications(platform(), actor(), limit=1, before_id=notification_id + 1)
    if not found or found[0].id != notification_id:
        raise NotFound
    mark_read(platform(), actor(), [notification_id])
    record, link = found[0].record, found[0].link
    target = url_for("records.show", record_id=record.id) if record else link
    return redirect(target or url_for("notifications.show"), 303)


@blueprint.post("/read")
@sign_in_required
def read() -> AnyResponse:
    """Mark one, or all, as read."""
    one = request.form.get("id", type=int)
    mark_read(platform(), actor(), None if one is None else [one])
    return redirect(url_for("notifications.show"), 303)
