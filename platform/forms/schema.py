"""Forms as JSON Schema 2020-12: for OpenAPI, for programs that fill them in, and to check values.

`json_schema` describes what may be sent, with labels, limits and choices. `shape_errors` checks typed
values against the part of it that never depends on the moment, with jsonschema and kept validators;
conditions, expressions and candidates are `validation`'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from luongviec.engine.expressions import syntax
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.model import Field, FieldType, InputKind
from luongviec.engine.text import Text
from luongviec.engine.values import Json, holds_many, type_to_json
from luongviec.engine.world import Value
from luongviec.forms import messages
from luongviec.forms.form import NEW, Control, Form
from luongviec.forms.reading import longest

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TYPES: Mapping[str, Mapping[str, Json]] = {
    FieldType.TEXT: {"type": "string"},
    FieldType.MULTILINE: {"type": "string"},
    FieldType.NUMBER: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.DATETIME: {"type": "string", "format": "date-time"},
    FieldType.DURATION: {"type": "string", "format": "duration"},
    FieldType.CHOICE: {"type": "string"},
    FieldType.USER: {"type": "integer", "minimum": 1},
    FieldType.UNIT: {"type": "integer", "minimum": 1},
    FieldType.RECORD: {"type": "integer", "minimum": 1},
    FieldType.FILES: {"type": "integer", "minimum": 1},
}
#: What an id names, for those who read the schema.
_ID_OF = {
    FieldType.USER: "user",
    FieldType.UNIT: "unit",
    FieldType.RECORD: "record",
    FieldType.FILES: "file",
}


def json_schema(form: Form, language: str = "vi") -> dict[str, Json]:
    """Write a form as a JSON Schema of what may be sent."""
    schema = _object_schema(form.controls, language, partial=form.partial)
    return {"$schema": DIALECT, "title": form.title.in_language(language), **schema}


def field_schema(field: Field, language: str = "vi", *, empty: bool = True) -> dict[str, Json]:
    """Write one field's value as a JSON Schema, as answers of the API carry it."""
    one = _one_schema(field, language)
    if holds_many(field):
        most: dict[str, Json] = {} if field.many else {"maxItems": 1}
        return {**_words(field, language), "type": "array", "items": one, "uniqueItems": True, **most}
    return {**_words(field, language), **(_or_null(one) if empty else one)}


def _object_schema(controls: Sequence[Control], language: str, *, partial: bool) -> dict[str, Json]:
    properties: dict[str, Json] = {
        control.name: _control_schema(control, language) for control in controls if not control.locked
    }
    required: list[Json] = [] if partial else [c.name for c in controls if _always_required(c)]
    schema: dict[str, Json] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _always_required(control: Control) -> bool:
    """Whether a program must always name the control: no condition, no default frees it."""
    field = control.field
    has_default = field.default is not None or (control.role is not None and control.role.default is not None)
    own_units = control.role is not None and control.role.needs > 0 and control.role.default is None
    return control.required and not has_default and field.shown_when is None and not own_units


def _control_schema(control: Control, language: str) -> dict[str, Json]:
    field = control.field
    if control.is_rows:
        row = _object_schema(control.columns, language, partial=False)
        least: dict[str, Json] = {"minItems": 1} if control.required else {}
        return {**_words(field, language), "type": "array", "items": row, **least}
    if control.kind is InputKind.ROLE and not field.many:
        return {**_words(field, language), **_single_role_schema(field)}
    schema = field_schema(field, language, empty=not control.required)
    if control.required and holds_many(field):
        schema["minItems"] = max(1, control.least)
    if not control.inline:
        return schema
    made = _object_schema(control.inline, language, partial=False)
    in_place: Json = {
        "type": "object",
        "properties": {NEW: made},
        "required": [NEW],
        "additionalProperties": False,
    }
    words = _words(field, language)
    return {**words, "oneOf": [{k: v for k, v in schema.items() if k not in words}, in_place]}


def _single_role_schema(field: Field) -> dict[str, Json]:
    one = _one_schema(field, "vi")
    return {"oneOf": [{"type": "null"}, one, {"type": "array", "items": one, "maxItems": 1}]}


def _words(field: Field, language: str) -> dict[str, Json]:
    note: dict[str, Json] = {"description": field.note.in_language(language)} if field.note else {}
    return {"title": field.label.in_language(language), **note}


def _or_null(schema: dict[str, Json]) -> dict[str, Json]:
    null: dict[str, Json] = {**schema, "type": [schema["type"], "null"]} if "type" in schema else schema
    if isinstance(null.get("enum"), list):
        null["enum"] = [*null["enum"], None]  # type: ignore[misc]
    return null


def _one_schema(field: Field, language: str) -> dict[str, Json]:
    schema: dict[str, Json] = dict(_TYPES.get(field.type, {}))
    if field.type in _ID_OF:
        schema["x-id-of"] = _ID_OF[FieldType(field.type)]
        if field.record_of:
            schema["x-module"] = field.record_of
    if field.type == FieldType.CHOICE:
        schema["enum"] = [option.code for option in field.options]
        schema["x-labels"] = {option.code: option.label.in_language(language) for option in field.options}
    if field.type in (FieldType.TEXT, FieldType.MULTILINE):
        schema["maxLength"] = longest(field)
        if field.pattern:
            schema["pattern"] = field.pattern
    if field.type == FieldType.NUMBER:
        schema.update(_constant_bounds(field))
    if field.unit:
        schema["x-unit"] = field.unit.in_language(language)
    return schema


def _constant_bounds(field: Field) -> Iterator[tuple[str, Json]]:
    for keyword, expression in (("minimum", field.min), ("maximum", field.max)):
        constant = _constant(expression)
        if constant is not None:
            yield keyword, constant


def _constant(expression: Expression | None) -> int | float | None:
    tree = None if expression is None else expression.tree
    if isinstance(tree, syntax.Literal) and type(tree.value) in (int, float):
        return tree.value  # type: ignore[return-value]
    return None


# --- Checking --------------------------------------------------------------------------------------


def shape_errors(form: Form, values: Mapping[str, object]) -> Iterator[tuple[str, Text]]:
    """Check typed values against the form's schema; a last net below the checks of `validation`.

    Yields:
        Dotted path and what is wrong there.
    """
    validator = _validator(json.dumps(_value_schema(form.controls), sort_keys=True, ensure_ascii=False))
    for error in validator.iter_errors(values_to_json(form.controls, values)):
        yield ".".join(str(part) for part in error.absolute_path), _said(error)


@lru_cache(maxsize=2_000)
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


def _value_schema(controls: Iterable[Control]) -> dict[str, Json]:
    """Give the schema of typed values: every control may be missing, patterns are left out."""
    properties: dict[str, Json] = {}
    for control in controls:
        if control.is_rows:
            properties[control.name] = {"type": "array", "items": _value_schema(control.columns)}
            continue
        one = _one_schema(control.field, "vi")
        one.pop("pattern", None)
        schema: dict[str, Json] = {"type": "array", "items": one} if control.holds_many else _or_null(one)
        if control.inline:
            made: Json = {"type": "object", "properties": {NEW: _value_schema(control.inline)}}
            schema = {"anyOf": [schema, made]}
        properties[control.name] = schema
    return {"type": "object", "properties": properties, "additionalProperties": False}


def values_to_json(controls: Sequence[Control], values: Mapping[str, object]) -> dict[str, Json]:
    """Write typed values as JSON, as a program would send them."""
    by_name = {control.name: control for control in controls}
    return {name: _to_json(by_name[name], value) for name, value in values.items() if name in by_name}


def _to_json(control: Control, value: object) -> Json:
    if control.is_rows:
        rows = value if isinstance(value, tuple) else ()
        return [values_to_json(control.columns, row) for row in rows]
    if isinstance(value, Mapping):
        return {NEW: values_to_json(control.inline, value)}
    typed: Value = value  # type: ignore[assignment]
    return type_to_json(control.field.type, typed, many=control.holds_many)


def _said(error: ValidationError) -> Text:
    if error.validator == "maxLength" and isinstance(error.instance, str):
        return messages.TOO_LONG.filled({"length": len(error.instance), "most": error.validator_value})
    if error.validator == "enum":
        return messages.NOT_OPTION
    if error.validator == "minimum":
        return messages.BELOW_LEAST.filled({"least": error.validator_value})
    if error.validator == "maximum":
        return messages.ABOVE_MOST.filled({"most": error.validator_value})
    return messages.WRONG_SHAPE
