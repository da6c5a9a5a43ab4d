"""OpenAPI 3.1 of the whole API, generated from the published definitions.

Every module, shipped or made by an administrator, has typed addresses: its record, what making one
takes, and each action with its own input. Kept for each workspace and language until definitions
change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache

from luongviec.engine.model import Action, Module, RelationKind, Shown, Status, Workspace
from luongviec.engine.text import Text
from luongviec.engine.values import Json
from luongviec.forms.form import EDIT, Form, action_form, create_form, edit_form
from luongviec.forms.schema import json_schema
from luongviec.services.tags.offers import FEATURE
from luongviec.web.api.shapes import (
    BOOLEAN,
    COMMON,
    NUMBER,
    NUMBER_OR_NOTHING,
    TEXT,
    TEXT_OR_NOTHING,
    Schema,
    exactly,
    items,
    list_of,
    or_nothing,
    record_schema,
    reference,
)

JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
CREATE = "create"

Operation = dict[str, Json]

_WORDS: Mapping[str, Text] = {
    "list": Text("Liệt kê: {name}", "List: {name}"),
    "create": Text("Tạo: {name}", "Create: {name}"),
    "show": Text("Xem: {name}", "Read: {name}"),
    "edit": Text("Sửa: {name}", "Edit: {name}"),
    "delete": Text("Xóa: {name}", "Delete: {name}"),
    "act": Text("{action}: {name}", "{action}: {name}"),
    "move": Text("Chuyển trạng thái: {name}", "Change the status: {name}"),
    "history": Text("Lịch sử: {name}", "History: {name}"),
    "explain": Text("Vì sao được hoặc không được: {name}", "Why or why not: {name}"),
    "comments": Text("Trao đổi: {name}", "Comments: {name}"),
    "comment": Text("Viết trao đổi: {name}", "Comment: {name}"),
    "related": Text("Hồ sơ liên quan: {name}", "Related records: {name}"),
    "link": Text("Liên kết: {name}", "Link: {name}"),
    "unlink": Text("Bỏ liên kết: {name}", "Unlink: {name}"),
    "order": Text("Sắp xếp hồ sơ liên quan: {name}", "Sort related records: {name}"),
    "tags": Text("Thẻ: {name}", "Tags: {name}"),
    "set_tags": Text("Gắn thẻ: {name}", "Set the tags: {name}"),
}


@lru_cache(maxsize=8)
def description_of(workspace: Workspace, language: str) -> tuple[str, str]:
    """Give the description as JSON text, and a hash of it; made once for each published generation."""
    text = json.dumps(describe(workspace, language), ensure_ascii=False)
    return text, hashlib.sha256(text.encode()).hexdigest()[:32]


def describe(workspace: Workspace, language: str) -> dict[str, Json]:
    """Describe everything that the API offers over these definitions."""
    paths: dict[str, Json] = dict(_common_paths())
    schemas: dict[str, Json] = dict(COMMON)
    for module in workspace.modules.values():
        described = _Module(workspace, module, language)
        paths.update(described.paths())
        schemas.update(described.schemas())
    return {
        "openapi": "3.1.0",
        "info": {"title": "Luồng Việc", "version": "1", "description": f"definitions {workspace.digest}"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "luongviec"},
            },
            "responses": {
                "Problem": {
                    "description": "problem+json",
                    "content": {PROBLEM_TYPE: {"schema": reference("Problem")}},
                }
            },
        },
    }


# --- Operations -----------------------------------------------------------------------------------


def _operation(
    summary: str,
    answer: Schema,
    *,
    tag: str,
    parameters: tuple[Json, ...] = (),
    body: Schema | None = None,
    status: str = "200",
) -> Operation:
    operation: Operation = {
        "summary": summary,
        "tags": [tag],
        "responses": {
            status: {"description": summary, "content": {JSON_TYPE: {"schema": answer}}},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if parameters:
        operation["parameters"] = list(parameters)
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {JSON_TYPE: {"schema": body}}}
    return operation


def _query(name: str, schema: Schema) -> Json:
    return {"name": name, "in": "query", "schema": schema}


def _header(name: str, *, required: bool = False) -> Json:
    return {"name": name, "in": "header", "required": required, "schema": TEXT}


_RECORD_ID: Json = {"name": "record_id", "in": "path", "required": True, "schema": NUMBER}
#: On whose behalf: a person whom the caller stands in for.
_FOR = _query("for", NUMBER)
_CHANGE = (_header("If-Match", required=True), _header("Idempotency-Key"))


def _common_paths() -> Iterator[tuple[str, Json]]:
    kind: Json = {"name": "kind", "in": "path", "required": True, "schema": TEXT}
    code: Json = {"name": "code", "in": "path", "required": True, "schema": TEXT}
    module: Json = {"name": "module", "in": "path", "required": True, "schema": TEXT}
    yield "/modules", {"get": _operation("Modules", items(reference("ModuleInfo")), tag="catalogue")}
    yield (
        "/modules/{module}/schema",
        {"get": _operation("Schema", reference("ModuleSchema"), tag="catalogue", parameters=(module,))},
    )
    revisions = items(reference("Revision"))
    yield (
        "/definitions/{kind}",
        {"get": _operation("Definitions", revisions, tag="definitions", parameters=(kind,))},
    )
    yield (
        "/definitions/{kind}/{code}",
        {
            "get": _operation(
                "Definition",
                reference("Revision"),
                tag="definitions",
                parameters=(kind, code, _query("revision", NUMBER)),
            )
        },
    )
    yield (
        "/definitions/{kind}/{code}/revisions",
        {"get": _operation("Revisions", revisions, tag="definitions", parameters=(kind, code))},
    )
    yield "/tags", {"get": _operation("Tags", items(reference("Tag")), tag="tags")}
    yield "/notifications", {"get": _notifications()}
    yield "/notifications/read", {"post": _notifications_read()}
    yield "/files", {"post": _upload()}
    yield "/files/{file_id}", {"get": _download()}


def _notifications() -> Operation:
    return _operation(
        "Notifications",
        items(reference("Notification"), unread=NUMBER),
        tag="notifications",
        parameters=(_query("unread", BOOLEAN), _query("limit", NUMBER), _query("before", NUMBER)),
    )


def _notifications_read() -> Operation:
    return _operation(
        "Mark as read",
        exactly({"changed": NUMBER, "unread": NUMBER}),
        tag="notifications",
        body=exactly({"ids": list_of(NUMBER)}, optional=("ids",)),
    )


def _upload() -> Operation:
    operation = _operation("Upload a file", reference("File"), tag="files", status="201")
    file: Schema = {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
    operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": file}}}
    return operation


def _download() -> Operation:
    return {
        "summary": "Download a file",
        "tags": ["files"],
        "parameters": [{"name": "file_id", "in": "path", "required": True, "schema": NUMBER}],
        "responses": {
            "200": {"description": "The file", "content": {"application/octet-stream": {}}},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }


def change_body(input_schema: Schema, *, may_belong: bool = False) -> Schema:
    """Describe the body of a change: the form's input, and answers to questions."""
    properties: dict[str, Schema] = {
        "input": input_schema,
        "confirmed": {"anyOf": [BOOLEAN, list_of(TEXT)]},
        "reason": TEXT_OR_NOTHING,
    }
    if may_belong:
        properties |= {"owner_id": NUMBER_OR_NOTHING, "relation": TEXT_OR_NOTHING}
    return exactly(properties, optional=tuple(properties))


# --- Modules --------------------------------------------------------------------------------------


_OTHER: Json = {"name": "other", "in": "path", "required": True, "schema": NUMBER}
_RELATED = items(reference("RecordLink"), more=BOOLEAN)
_TAGS = items(reference("Tag"))


class _Module:
    """Describes one module: everything it may take and answer, whoever asks."""

    def __init__(self, workspace: Workspace, module: Module, language: str) -> None:
        self.workspace = workspace
        self.module = module
        self.language = language
        self.name = module.name.in_language(language)
        self.makes = frozenset(
            field.record_of for field in module.fields.values() if field.inline and field.record_of
        )

    def schemas(self) -> Iterator[tuple[str, Json]]:
        """Give the record and what changing it answers."""
        code = self.module.code
        yield f"{code}.record", record_schema(self.module, self.language)
        record = or_nothing(reference(f"{code}.record"))
        yield f"{code}.changed", exactly({"result": reference("Result"), "record": record})

    def paths(self) -> Iterator[tuple[str, Json]]:
        """Give the module's addresses."""
        base = f"/records/{self.module.code}"
        one = f"{base}/{{record_id}}"
        yield base, {"get": self._list(), "post": self._create()}
        yield one, {"get": self._show(), "patch": self._edit(), "delete": self._delete()}
        for action in self.module.actions.values():
            if action.code not in (CREATE, EDIT) and action.shown is not Shown.NEVER:
                yield f"{one}/actions/{action.code}", {"post": self._act(action)}
        status: Json = {
            "name": "status",
            "in": "path",
            "required": True,
            "schema": {"enum": self._statuses()},
        }
        yield f"{one}/transitions/{{status}}", {"post": self._move(status)}
        yield f"{one}/history", {"get": self._read("history", items(reference("HistoryEntry")))}
        yield f"{one}/explain", {"get": self._read("explain", items(reference("Explanation")))}
        comments = self._read("comments", items(reference("Comment")))
        yield f"{one}/comments", {"get": comments, "post": self._comment()}
        yield from self._relations(f"{one}/relations/{{relation}}")
        if FEATURE in self.module.has:
            yield f"{one}/tags", {"get": self._read("tags", _TAGS), "put": self._set_tags()}

    def _relations(self, path: str) -> Iterator[tuple[str, Json]]:
        """Describe what hangs on a record through its relations, and what may be done with it."""
        relations = self.module.relations.values()
        links = [one.code for one in relations if one.kind is RelationKind.LINKS]
        ordered = [one.code for one in relations if one.ordered]

        def told(word: str, codes: list[str], *more: Json, body: Schema | None = None) -> Operation:
            relation = {"name": "relation", "in": "path", "required": True, "schema": {"enum": codes}}
            parameters = (_RECORD_ID, relation, *more)
            return _operation(
                self._words(word), _RELATED, tag=self.module.code, parameters=parameters, body=body
            )

        wanted = exactly({"records": list_of(NUMBER)})
        if relations:
            methods = {"get": told("related", list(self.module.relations))}
            if links:
                methods["post"] = told("link", links, _FOR, body=wanted)
                yield f"{path}/{{other}}", {"delete": told("unlink", links, _OTHER, _FOR)}
            if ordered:
                yield f"{path}/order", {"put": told("order", ordered, _FOR, body=wanted)}
            yield path, methods

    def _words(self, word: str, **more: str) -> str:
        return _WORDS[word].in_language(self.language).format(name=self.name, **more)

    def _input(self, form: Form) -> Schema:
        schema = json_schema(form, self.language)
        schema.pop("$schema", None)
        return schema

    def _statuses(self) -> Schema:
        groups = self.workspace.status_groups
        codes = (status for group in self.module.status_groups for status in groups[group].statuses)
        return {"enum": list(dict.fromkeys(codes))}

    def _targets(self, action: Action) -> tuple[Status, ...]:
        groups = [self.workspace.status_groups[code] for code in self.module.status_groups]
        return tuple(
            group.statuses[code] for group in groups for code in action.moves if code in group.statuses
        )

    def _list(self) -> Operation:
        names = ("list", "split", "q", "sort", "cursor", "fields", "for")
        parameters = (
            *(_query(name, TEXT) for name in names),
            _query("limit", NUMBER),
            _query("page", NUMBER),
        )
        return _operation(self._words("list"), reference("Page"), tag=self.module.code, parameters=parameters)

    def _create(self) -> Operation:
        form = create_form(self.workspace, self.module, {}, may_make=self.makes)
        return _operation(
            self._words("create"),
            reference(f"{self.module.code}.changed"),
            tag=self.module.code,
            parameters=(_FOR, _header("Idempotency-Key")),
            body=change_body(self._input(form), may_belong=True),
            status="201",
        )

    def _show(self) -> Operation:
        return _operation(
            self._words("show"),
            reference(f"{self.module.code}.record"),
            tag=self.module.code,
            parameters=(_RECORD_ID, _query("fields", TEXT)),
        )

    def _set_tags(self) -> Operation:
        return _operation(
            self._words("set_tags"),
            _TAGS,
            tag=self.module.code,
            parameters=(_RECORD_ID, _FOR),
            body=exactly({"tags": list_of(NUMBER)}),
        )

    def _changing(self, summary: str, body: Schema, *more: Json) -> Operation:
        return _operation(
            summary,
            reference(f"{self.module.code}.changed"),
            tag=self.module.code,
            parameters=(_RECORD_ID, *more, _FOR, *_CHANGE),
            body=body,
        )

    def _edit(self) -> Operation:
        form = edit_form(self.workspace, self.module, {}, may_make=self.makes)
        return self._changing(self._words("edit"), change_body(self._input(form)))

    def _delete(self) -> Operation:
        return self._changing(self._words("delete"), change_body({"type": "object"}))

    def _act(self, action: Action) -> Operation:
        form = action_form(
            self.workspace, self.module, action, targets=self._targets(action), may_make=self.makes
        )
        schema = self._input(form)
        schema.pop("required", None)  # what a status requires depends on how things stand
        label = action.label.in_language(self.language)
        return self._changing(self._words("act", action=label), change_body(schema))

    def _move(self, status: Json) -> Operation:
        return self._changing(self._words("move"), change_body({"type": "object"}), status)

    def _read(self, word: str, answer: Schema) -> Operation:
        return _operation(self._words(word), answer, tag=self.module.code, parameters=(_RECORD_ID,))

    def _comment(self) -> Operation:
        return _operation(
            self._words("comment"),
            reference("Comment"),
            tag=self.module.code,
            parameters=(_RECORD_ID, _FOR, _header("Idempotency-Key")),
            body=exactly(
                {"text": TEXT, "files": list_of(NUMBER), "mentions": list_of(NUMBER)},
                optional=("files", "mentions"),
            ),
            status="201",
        )
