"""What an open form takes, as JSON Schema in the caller's language."""

from __future__ import annotations

from luongviec.engine.values import Json
from luongviec.forms.model import FormModel
from luongviec.forms.schema import json_schema
from luongviec.web.language import current_language


def input_schema(model: FormModel) -> dict[str, Json]:
    """Give the schema of a form's input; of one that asks nothing, that of an empty object."""
    if model.form is None:
        return {"type": "object", "additionalProperties": False}
    return json_schema(model.form, current_language())
