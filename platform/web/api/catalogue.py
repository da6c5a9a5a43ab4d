"""What there is: modules and their schemas, and the published definitions (reading)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from luongviec.engine.errors import NotFound
from luongviec.services.definitions import modules, revision_text, revisions, workspace
from luongviec.services.forms import models
from luongviec.services.records.access import check_function
from luongviec.web.api import writing
from luongviec.web.api.describing import input_schema
from luongviec.web.api.entrance import caller
from luongviec.web.api.openapi import description_of
from luongviec.web.api.reading import check_query, query_number
from luongviec.web.api.shapes import record_schema
from luongviec.web.language import current_language, in_language
from luongviec.web.sessions import platform

#: Who may read definitions as they are written.
MAY_READ = "admin.definitions"


def add_routes(blueprint: Blueprint) -> None:
    """Add the addresses of modules and definitions."""
    for rule, name, view in (
        ("/modules", "modules", list_modules),
        ("/modules/<module>/schema", "schema", show_schema),
        ("/definitions/<kind>", "definitions", list_definitions),
        ("/definitions/<kind>/<code>", "definition", show_definition),
        ("/definitions/<kind>/<code>/revisions", "revisions", list_revisions),
        ("/openapi.json", "openapi", show_description),
    ):
        blueprint.add_url_rule(rule, name, view, methods=("GET",))


def list_modules() -> Response:
    """Give the modules that the caller may meet."""
    check_query()
    return jsonify(items=[writing.module_json(one) for one in modules(platform(), caller())])


def show_schema(module: str) -> Response:
    """Describe a module's records, statuses and roles, and what making one takes."""
    check_query("owner_id", "relation")
    found = workspace(platform()).modules.get(module)
    if found is None:
        raise NotFound
    language = current_language()
    groups = workspace(platform()).status_groups
    may_create = {one.code: one.may_create for one in modules(platform(), caller())}.get(module, False)
    owner_id, relation = query_number("owner_id"), request.args.get("relation")
    create = None
    if may_create or owner_id is not None:
        create = input_schema(
            models.create_form(platform(), caller(), module, owner_id=owner_id, relation=relation)
        )
    return jsonify(
        code=found.code,
        name=in_language(found.name),
        record=record_schema(found, language),
        create=create,
        roles=[
            {"code": role.code, "label": in_language(role.label), "kind": role.of.value, "many": role.many}
            for role in found.roles.values()
        ],
        statuses=[
            {"group": code, "code": status.code, "name": in_language(status.name), "final": status.is_final}
            for code in found.status_groups
            for status in groups[code].statuses.values()
        ],
        actions=[
            {"code": action.code, "label": in_language(action.label)} for action in found.actions.values()
        ],
        lists=[{"code": one.code, "label": in_language(one.label)} for one in found.lists.values()],
    )


def list_definitions(kind: str) -> Response:
    """Give the newest revision of every definition of a kind."""
    check_query()
    _check_may_read()
    newest: dict[str, object] = {}
    for one in revisions(platform(), kind=kind, limit=10_000):
        newest.setdefault(one.code, writing.revision_json(one))
    return jsonify(items=[newest[code] for code in sorted(newest)])


def show_definition(kind: str, code: str) -> Response:
    """Give the text of a definition, the newest or a named revision."""
    check_query("revision")
    _check_may_read()
    revision = query_number("revision", most=2**31 - 1)
    text = revision_text(platform(), kind, code, revision)
    for one in revisions(platform(), kind=kind, code=code, limit=10_000):
        if revision in (None, one.revision):
            written = writing.revision_json(one)
            return jsonify({**written, "text": text} if isinstance(written, dict) else written)
    raise NotFound


def list_revisions(kind: str, code: str) -> Response:
    """Give all revisions of a definition, newest first."""
    check_query("limit")
    _check_may_read()
    found = revisions(platform(), kind=kind, code=code, limit=query_number("limit", most=1_000) or 200)
    if not found:
        raise NotFound
    return jsonify(items=[writing.revision_json(one) for one in found])


def show_description() -> Response:
    """Give the OpenAPI description of everything here, made from the published definitions."""
    check_query()
    text, digest = description_of(workspace(platform()), current_language())
    answer = Response(text, mimetype="application/json")
    answer.set_etag(digest)
    answer.make_conditional(request)
    return answer


def _check_may_read() -> None:
    with platform().reading() as work:
        check_function(work, caller(), MAY_READ)
