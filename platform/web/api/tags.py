"""Tags over HTTP: those that the caller is offered, and those of a record."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from luongviec.engine.errors import NotFound
from luongviec.services.record_page.reading import record_data
from luongviec.services.tags.changing import record_tags, set_tags, tags_for
from luongviec.web.api import writing
from luongviec.web.api.entrance import acting_caller, caller
from luongviec.web.api.reading import check_members, check_query, read_ids, read_object
from luongviec.web.sessions import platform

MOST_TAGS = 100


def add_routes(blueprint: Blueprint) -> None:
    """Add the addresses of tags."""
    one = "/records/<module>/<int:record_id>/tags"
    blueprint.add_url_rule("/tags", "tags", show, methods=("GET",))
    blueprint.add_url_rule(one, "record_tags", show_record, methods=("GET",))
    blueprint.add_url_rule(one, "set_record_tags", change, methods=("PUT",))


def show() -> Response:
    """Give the tags that the caller may put on records and narrow lists by."""
    check_query()
    return jsonify(items=[writing.tag_json(tag) for tag in tags_for(platform(), caller())])


def show_record(module: str, record_id: int) -> Response:
    """Give the tags of a record."""
    check_query()
    return _answer(module, record_id)


def change(module: str, record_id: int) -> Response:
    """Let a record carry exactly the tags that `tags` names by id."""
    check_query("for")
    body = read_object()
    check_members(body, {"tags"})
    _check_module(module, record_id)
    set_tags(platform(), acting_caller(), record_id, read_ids(body, "tags", most=MOST_TAGS))
    return _answer(module, record_id)


def _answer(module: str, record_id: int) -> Response:
    _check_module(module, record_id)
    found = record_tags(platform(), caller(), record_id)
    return jsonify(items=[writing.tag_json(tag) for tag in found.tags])


def _check_module(module: str, record_id: int) -> None:
    if record_data(platform(), caller(), record_id).record.module != module:
        raise NotFound()
