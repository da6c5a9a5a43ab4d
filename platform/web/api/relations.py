"""Relations over HTTP: what hangs on a record, joining, taking apart, putting in order."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from luongviec.engine.errors import NotFound
from luongviec.services.record_page.reading import record_data, related
from luongviec.services.records import changing
from luongviec.web.api import writing
from luongviec.web.api.entrance import acting_caller, caller
from luongviec.web.api.reading import check_members, check_query, read_ids, read_object
from luongviec.web.sessions import platform

MOST_LINKED = 50
MOST_SORTED = 500


def add_routes(blueprint: Blueprint) -> None:
    """Add the addresses of relations."""
    one = "/records/<module>/<int:record_id>/relations/<relation>"
    blueprint.add_url_rule(one, "related", show, methods=("GET",))
    blueprint.add_url_rule(one, "link", link, methods=("POST",))
    blueprint.add_url_rule(f"{one}/<int:other>", "unlink", unlink, methods=("DELETE",))
    blueprint.add_url_rule(f"{one}/order", "order", order, methods=("PUT",))


def show(module: str, record_id: int, relation: str) -> Response:
    """Give the records of a relation that the caller may see."""
    check_query()
    return _answer(module, record_id, relation)


def link(module: str, record_id: int, relation: str) -> Response:
    """Join the records that `records` names by id."""
    check_query("for")
    body = read_object()
    check_members(body, {"records"})
    _check_module(module, record_id)
    with platform().transaction():  # all or none; joined already is nothing
        for other in read_ids(body, "records", most=MOST_LINKED):
            changing.link_records(platform(), acting_caller(), record_id, relation, other)
    return _answer(module, record_id, relation)


def unlink(module: str, record_id: int, relation: str, other: int) -> Response:
    """Take two records apart."""
    check_query("for")
    _check_module(module, record_id)
    changing.unlink_records(platform(), acting_caller(), record_id, relation, other)
    return _answer(module, record_id, relation)


def order(module: str, record_id: int, relation: str) -> Response:
    """Put the records of an ordered relation in the order of `records`; what is not named follows."""
    check_query("for")
    body = read_object()
    check_members(body, {"records"})
    _check_module(module, record_id)
    wanted = read_ids(body, "records", most=MOST_SORTED)
    changing.reorder_records(platform(), acting_caller(), record_id, relation, wanted)
    return _answer(module, record_id, relation)


def _answer(module: str, record_id: int, relation: str) -> Response:
    _check_module(module, record_id)
    found = related(platform(), caller(), record_id, relation)
    return jsonify(items=[writing.link_json(row.record) for row in found.rows], more=found.more)


def _check_module(module: str, record_id: int) -> None:
    if record_data(platform(), caller(), record_id).record.module != module:
        raise NotFound
