"""Records over HTTP: lists, one record, its actions and transitions, history, reasons, comments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request, url_for

from luongviec.engine.errors import Conflict, LuongViecError, NotFound
from luongviec.services.definitions import workspace
from luongviec.services.forms import models
from luongviec.services.lists.reading import LARGEST_PAGE, PAGE_SIZE, ListRequest, list_records
from luongviec.services.record_page.reading import record_data, record_page
from luongviec.services.records import changing
from luongviec.services.records.explain import explain
from luongviec.services.records.history import LARGEST_PAGE as MOST_HISTORY
from luongviec.services.records.history import history
from luongviec.services.views import ActionOffer, ActionResult, CommentView, RecordData
from luongviec.web.api import writing
from luongviec.web.api.describing import input_schema
from luongviec.web.api.entrance import acting_caller, caller
from luongviec.web.api.faults import UnknownQuery, VersionOutdated
from luongviec.web.api.reading import (
    Written,
    check_members,
    check_query,
    query_number,
    query_words,
    read_ids,
    read_key,
    read_object,
    read_version,
    read_written,
)
from luongviec.web.sessions import platform

FILTER = "filter."
EDIT, DELETE = "edit", "delete"


def add_routes(blueprint: Blueprint) -> None:
    """Add the addresses of records."""
    one = "/records/<module>/<int:record_id>"
    for rule, name, view, method in (
        ("/records/<module>", "list_records", list_of_module, "GET"),
        ("/records/<module>", "create_record", create, "POST"),
        (one, "record", show, "GET"),
        (one, "edit_record", edit, "PATCH"),
        (one, "delete_record", delete, "DELETE"),
        (f"{one}/actions/<action>", "act", act, "POST"),
        (f"{one}/transitions/<status>", "move", move, "POST"),
        (f"{one}/history", "history", show_history, "GET"),
        (f"{one}/explain", "explain", show_reasons, "GET"),
        (f"{one}/comments", "comments", show_comments, "GET"),
        (f"{one}/comments", "comment", comment, "POST"),
    ):
        blueprint.add_url_rule(rule, name, view, methods=(method,))


# --- Reading --------------------------------------------------------------------------------------


def list_of_module(module: str) -> Response:
    """Give one page of a module's records, or of one of its lists."""
    check_query("list", "split", "q", "sort", "limit", "page", "cursor", "fields", "for", prefixes=(FILTER,))
    wanted = ListRequest(
        module=module,
        list=request.args.get("list", ""),
        split=request.args.get("split", ""),
        filters={
            name.removeprefix(FILTER): tuple(values)
            for name, values in request.args.lists()
            if name.startswith(FILTER)
        },
        q=request.args.get("q", ""),
        sort=request.args.get("sort", ""),
        page=query_number("page", most=100_000) or 1,
        page_size=query_number("limit", most=LARGEST_PAGE) or PAGE_SIZE,
        cursor=request.args.get("cursor", ""),
        columns=query_words("fields"),
        behalf=request.args.get("for", ""),
    )
    page = list_records(platform(), caller(), wanted)
    known = {column.code for column in page.available}
    unknown = [code for code in wanted.columns if code not in known]
    if unknown:
        raise UnknownQuery(names=", ".join(unknown))
    if wanted.sort and page.sort != wanted.sort:
        raise UnknownQuery(names="sort")
    answer = jsonify(writing.page_json(page))
    if page.next_cursor:
        pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in ("page", "cursor")]
        query = urlencode([*pairs, ("cursor", page.next_cursor)])
        answer.headers["Link"] = f'<{url_for("api.list_records", module=module)}?{query}>; rel="next"'
    return answer


def show(module: str, record_id: int) -> Response:
    """Give one record, with what the caller may do to it."""
    check_query("fields")
    return _answer_record(_of_module(module, record_id), fields=query_words("fields"))


def show_history(module: str, record_id: int) -> Response:
    """Give the record's history, newest first."""
    check_query("limit", "before")
    _of_module(module, record_id)
    entries = history(
        platform(),
        caller(),
        record_id,
        limit=query_number("limit", most=MOST_HISTORY) or 50,
        before_id=query_number("before"),
    )
    return jsonify(items=[writing.history_json(entry) for entry in entries])


def show_reasons(module: str, record_id: int) -> Response:
    """Say why somebody may or may not do something, or everything."""
    check_query("user", "action")
    _of_module(module, record_id)
    found = explain(
        platform(), caller(), record_id, action=request.args.get("action"), user_id=query_number("user")
    )
    return jsonify(items=[writing.explanation_json(one) for one in found])


def show_comments(module: str, record_id: int) -> Response:
    """Give the record's newest comments, oldest first."""
    check_query()
    _of_module(module, record_id)
    page = record_page(platform(), caller(), record_id, note_opening=False)
    found = [
        one
        for block in page.blocks
        if block.kind == "comments" and isinstance(block.content, tuple)
        for one in block.content
        if isinstance(one, CommentView) and not one.is_deleted
    ]
    return jsonify(items=[writing.comment_json(one) for one in found])


# --- Changing -------------------------------------------------------------------------------------


def create(module: str) -> tuple[Response, int]:
    """Make a record."""
    check_query("for")
    sent = read_written(may_belong=True)
    result = changing.create_record(
        platform(),
        acting_caller(),
        module,
        sent.input,
        owner_id=sent.owner_id,
        relation=sent.relation,
        answers=sent.answers,
        idempotency_key=read_key(),
    )
    answer = _answer_result(result)
    answer.headers["Location"] = url_for("api.record", module=module, record_id=result.record_id)
    return answer, 201


def edit(module: str, record_id: int) -> Response:
    """Change the fields and roles that are named."""
    sent, version = _change_of(module, record_id)
    return _changed(
        lambda: changing.edit_record(
            platform(),
            acting_caller(),
            record_id,
            sent.input,
            version=version,
            answers=sent.answers,
            idempotency_key=read_key(),
        ),
        version,
    )


def delete(module: str, record_id: int) -> Response:
    """Delete a record; it can be restored by whoever may."""
    return _act(module, record_id, DELETE, empty=True)


def act(module: str, record_id: int, action: str) -> Response:
    """Run an action."""
    return _act(module, record_id, action, empty=False)


def _act(module: str, record_id: int, action: str, *, empty: bool) -> Response:
    sent, version = _change_of(module, record_id, empty=empty)
    return _changed(
        lambda: changing.act(
            platform(),
            acting_caller(),
            record_id,
            action,
            sent.input,
            version=version,
            answers=sent.answers,
            idempotency_key=read_key(),
        ),
        version,
    )


def move(module: str, record_id: int, status: str) -> Response:
    """Bring a record into a status: the one open action that moves there, else a bare move."""
    sent, version = _change_of(module, record_id)
    return _changed(
        lambda: changing.move_record(
            platform(),
            acting_caller(),
            record_id,
            status,
            sent.input,
            version=version,
            answers=sent.answers,
            idempotency_key=read_key(),
        ),
        version,
    )


def comment(module: str, record_id: int) -> tuple[Response, int]:
    """Say something under a record."""
    check_query("for")
    body = read_object()
    check_members(body, {"text", "files", "mentions"})
    text = body.get("text")
    _of_module(module, record_id)
    said = changing.comment(
        platform(),
        acting_caller(),
        record_id,
        text if isinstance(text, str) else "",
        file_ids=read_ids(body, "files", most=50),
        mentions=read_ids(body, "mentions", most=20),
        idempotency_key=read_key(),
    )
    return jsonify(writing.comment_json(said)), 201


# --- Answers --------------------------------------------------------------------------------------


def _change_of(module: str, record_id: int, *, empty: bool = False) -> tuple[Written, int | None]:
    """Read a change of a record that is of the module the address says."""
    check_query("for")
    sent = read_written(empty=empty)
    _of_module(module, record_id)
    return sent, read_version()


def _of_module(module: str, record_id: int) -> RecordData:
    data = record_data(platform(), caller(), record_id)
    if data.record.module != module:
        raise NotFound
    return data


def _changed(change: Callable[[], ActionResult], version: int | None) -> Response:
    """Run a change; a version that is not the newest any more is answered as the header's failure."""
    try:
        result = change()
    except Conflict as conflict:
        if version is None:
            raise
        raise VersionOutdated from conflict
    return _answer_result(result)


def _answer_result(result: ActionResult) -> Response:
    """Give what was done, and the record as it stands where the caller may still see it."""
    try:
        data = record_data(platform(), caller(), result.record_id)
    except NotFound:
        return jsonify(result=writing.result_json(result), record=None)
    answer = jsonify(result=writing.result_json(result), record=_written(data))
    answer.headers["ETag"] = f'"{data.version}"'
    return answer


def _answer_record(data: RecordData, *, fields: tuple[str, ...] = ()) -> Response:
    written = _written(data)
    unknown = [code for code in fields if code not in data.values and code not in data.roles]
    if unknown:
        raise UnknownQuery(names=", ".join(unknown))
    for part in ("values", "roles") if fields else ():
        whole = written[part]
        written[part] = {code: whole[code] for code in fields if code in whole}
    answer = jsonify(written)
    answer.headers["ETag"] = f'"{data.version}"'
    return answer


def _written(data: RecordData) -> dict[str, Any]:
    with platform().reading():  # one look for all forms
        module = workspace(platform()).modules.get(data.record.module)
        return writing.record_json(data, module, _schemas(data))


def _schemas(data: RecordData) -> Mapping[str, Mapping[str, object]]:
    """Give the schema of what each open action, and each bare move, takes."""
    found: dict[str, Mapping[str, object]] = {}
    for offer in (*data.actions, *data.transitions):
        key = f"move:{offer.moves_to}" if offer.kind == "move" else offer.code
        if key in found or not offer.enabled or offer.kind not in ("action", "move"):
            continue
        schema = _schema_of(data.record.id, offer)
        if schema is not None:
            found[key] = schema
    return found


def _schema_of(record_id: int, offer: ActionOffer) -> Mapping[str, object] | None:
    try:
        if offer.kind == "move":
            return input_schema(models.move_form(platform(), caller(), record_id, offer.moves_to or ""))
        if offer.code == EDIT:
            return input_schema(models.edit_form(platform(), caller(), record_id))
        return input_schema(models.action_form(platform(), caller(), record_id, offer.code))
    except LuongViecError:  # what cannot be opened just now has no form to describe
        return None
