"""The shapes of what the API answers, as JSON Schema, for OpenAPI and for the contract test.

Records are typed by their module; everything around them looks the same for all modules.
"""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.engine.model import Module
from luongviec.engine.values import Json
from luongviec.forms.schema import field_schema

Schema = dict[str, Json]

TEXT: Schema = {"type": "string"}
TEXT_OR_NOTHING: Schema = {"type": ["string", "null"]}
NUMBER: Schema = {"type": "integer"}
NUMBER_OR_NOTHING: Schema = {"type": ["integer", "null"]}
BOOLEAN: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MOMENT_OR_NOTHING: Schema = {"type": ["string", "null"], "format": "date-time"}
ANYTHING: Schema = {}


def reference(name: str) -> Schema:
    """Point at a shape by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_nothing(schema: Schema) -> Schema:
    """Allow null beside a shape."""
    return {"anyOf": [schema, {"type": "null"}]}


def list_of(schema: Schema) -> Schema:
    """Describe a list."""
    return {"type": "array", "items": schema}


def exactly(properties: Mapping[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """Describe an object with just these properties."""
    names: list[Json] = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": dict(properties),
        "required": names,
        "additionalProperties": False,
    }


def items(schema: Schema, **more: Schema) -> Schema:
    """Describe an answer that holds a list."""
    return exactly({"items": list_of(schema), **more})


_OFFER: Mapping[str, Schema] = {
    "code": TEXT,
    "kind": TEXT,
    "label": TEXT,
    "tone": TEXT,
    "enabled": BOOLEAN,
    "reason": TEXT_OR_NOTHING,
    "confirm": TEXT_OR_NOTHING,
    "moves_to": TEXT_OR_NOTHING,
    "relation": TEXT_OR_NOTHING,
    "on_behalf_of": or_nothing(reference("Person")),
    "input": {"type": ["object", "null"]},
}

_LINK: Mapping[str, Schema] = {
    "id": NUMBER,
    "module": TEXT,
    "title": TEXT,
    "number": TEXT_OR_NOTHING,
    "status": reference("Status"),
}

#: Shapes that every module shares.
COMMON: Mapping[str, Schema] = {
    "Person": exactly({"id": NUMBER, "name": TEXT}),
    "Holder": exactly({"kind": {"enum": ["user", "unit"]}, "id": NUMBER, "name": TEXT}),
    "Status": exactly({"code": TEXT, "name": TEXT, "category": TEXT, "tone": TEXT, "final": BOOLEAN}),
    "RecordLink": exactly(_LINK),
    "File": exactly(
        {
            "id": NUMBER,
            "name": TEXT,
            "size_bytes": NUMBER,
            "media_type": TEXT,
            "added_at": MOMENT,
            "added_by": or_nothing(reference("Person")),
        }
    ),
    "Offer": exactly(_OFFER),
    "Transition": exactly(
        {
            "status": TEXT,
            "action": TEXT_OR_NOTHING,
            "label": TEXT,
            "enabled": BOOLEAN,
            "reason": TEXT_OR_NOTHING,
            "on_behalf_of": or_nothing(reference("Person")),
            "input": {"type": ["object", "null"]},
        }
    ),
    "Row": exactly(
        {
            **_LINK,
            "version": NUMBER,
            "on_behalf_of": or_nothing(reference("Person")),
            "values": {"type": "object"},
        }
    ),
    "Tag": exactly({"id": NUMBER, "name": TEXT, "tone": TEXT}),
    "Page": exactly(
        {
            "items": list_of(reference("Row")),
            "total": NUMBER,
            "total_capped": BOOLEAN,
            "next": TEXT_OR_NOTHING,
            "previous": TEXT_OR_NOTHING,
            "sort": TEXT,
            "columns": list_of(exactly({"code": TEXT, "label": TEXT, "kind": TEXT, "sortable": BOOLEAN})),
            "filters": list_of(exactly({"name": TEXT, "label": TEXT, "kind": TEXT})),
        }
    ),
    "Result": exactly(
        {
            "record_id": NUMBER,
            "made": list_of(NUMBER),
            "entry_id": NUMBER_OR_NOTHING,
            "undo_until": MOMENT_OR_NOTHING,
            "warnings": list_of(TEXT),
            "notes": list_of(TEXT),
        }
    ),
    "HistoryEntry": exactly(
        {
            "id": NUMBER,
            "at": MOMENT,
            "actor": or_nothing(reference("Person")),
            "on_behalf_of": or_nothing(reference("Person")),
            "action": TEXT,
            "reason": TEXT_OR_NOTHING,
            "status_before": or_nothing(reference("Status")),
            "status_after": or_nothing(reference("Status")),
            "changes": list_of(exactly({"label": TEXT, "before": ANYTHING, "after": ANYTHING})),
            "definition_revision": TEXT,
        }
    ),
    "Explanation": exactly(
        {
            "person": reference("Person"),
            "action": TEXT,
            "label": TEXT,
            "allowed": BOOLEAN,
            "steps": list_of(exactly({"holds": BOOLEAN, "text": TEXT, "depth": NUMBER})),
            "remedy": TEXT_OR_NOTHING,
        }
    ),
    "Comment": exactly(
        {
            "id": NUMBER,
            "author": or_nothing(reference("Person")),
            "on_behalf_of": or_nothing(reference("Person")),
            "text": TEXT,
            "at": MOMENT,
            "files": list_of(reference("File")),
            "mentions": list_of(reference("Person")),
            "edited_at": or_nothing(MOMENT),
        }
    ),
    "Notification": exactly(
        {
            "id": NUMBER,
            "record": or_nothing(reference("RecordLink")),
            "link": or_nothing(TEXT),
            "subject": TEXT,
            "text": TEXT,
            "at": MOMENT,
            "read": BOOLEAN,
        }
    ),
    "ModuleInfo": exactly(
        {"code": TEXT, "name": TEXT, "icon": TEXT, "may_create": BOOLEAN, "owned": BOOLEAN}
    ),
    "ModuleSchema": exactly(
        {
            "code": TEXT,
            "name": TEXT,
            "record": {"type": "object"},
            "create": {"type": ["object", "null"]},
            "roles": list_of(exactly({"code": TEXT, "label": TEXT, "kind": TEXT, "many": BOOLEAN})),
            "statuses": list_of(exactly({"group": TEXT, "code": TEXT, "name": TEXT, "final": BOOLEAN})),
            "actions": list_of(exactly({"code": TEXT, "label": TEXT})),
            "lists": list_of(exactly({"code": TEXT, "label": TEXT})),
        }
    ),
    "Revision": exactly(
        {
            "kind": TEXT,
            "code": TEXT,
            "revision": NUMBER,
            "published_at": MOMENT,
            "published_by": TEXT,
            "file": TEXT,
            "text": TEXT,
        },
        optional=("text",),
    ),
    "Problem": {
        "type": "object",
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": NUMBER,
            "code": TEXT,
            "detail": TEXT,
            "errors": list_of(exactly({"path": TEXT, "messages": list_of(TEXT)})),
            "questions": list_of(
                exactly({"code": TEXT, "kind": TEXT, "text": TEXT, "marks": TEXT_OR_NOTHING})
            ),
            "actions": list_of(TEXT),
            "problems": list_of(TEXT),
            "reason": TEXT,
            "incident": TEXT,
        },
        "required": ["type", "title", "status", "code", "detail"],
        "additionalProperties": False,
    },
}


def record_schema(module: Module, language: str) -> Schema:
    """Describe a module's record as the API answers it; hidden fields may be missing."""
    values: Schema = {
        "type": "object",
        "properties": {field.code: field_schema(field, language) for field in module.fields.values()},
        "additionalProperties": False,
    }
    roles: Schema = {
        "type": "object",
        "properties": {
            role.code: {"title": role.label.in_language(language), **list_of(reference("Holder"))}
            for role in module.roles.values()
        },
        "additionalProperties": False,
    }
    return exactly(
        {
            **_LINK,
            "module": {"const": module.code},
            "version": NUMBER,
            "created_at": MOMENT,
            "updated_at": MOMENT,
            "status_since": MOMENT,
            "owner": or_nothing(reference("RecordLink")),
            "on_behalf_of": list_of(reference("Person")),
            "values": values,
            "roles": roles,
            "actions": list_of(reference("Offer")),
            "transitions": list_of(reference("Transition")),
        }
    )
