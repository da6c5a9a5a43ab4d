"""The caller's notifications."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from luongviec.services.telling.notifications import LARGEST_PAGE, list_notifications, mark_read, unread_count
from luongviec.web.api import writing
from luongviec.web.api.entrance import caller
from luongviec.web.api.reading import check_members, check_query, query_number, read_ids, read_object
from luongviec.web.sessions import platform


def add_routes(blueprint: Blueprint) -> None:
    """Add the addresses of notifications."""
    blueprint.add_url_rule("/notifications", "notifications", show, methods=("GET",))
    blueprint.add_url_rule("/notifications/read", "notifications_read", read, methods=("POST",))


def show() -> Response:
    """Give notifications, newest first."""
    check_query("unread", "limit", "before")
    found = list_notifications(
        platform(),
        caller(),
        unread_only=request.args.get("unread") in ("1", "true"),
        limit=query_number("limit", most=LARGEST_PAGE) or 30,
        before_id=query_number("before"),
    )
    return jsonify(
        items=[writing.notification_json(one) for one in found],
        unread=unread_count(platform(), caller()),
    )


def read() -> Response:
    """Mark notifications as read: those that `ids` names, or all."""
    check_query()
    body = read_object(empty=True)
    check_members(body, {"ids"})
    ids = read_ids(body, "ids", most=1_000) if "ids" in body else None
    changed = mark_read(platform(), caller(), ids)
    return jsonify(changed=changed, unread=unread_count(platform(), caller()))
