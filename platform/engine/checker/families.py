"""Families of values that compare with each other, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.engine.expressions.types import Type, ValueKind

#: Kinds that compare with each other, by family.
FAMILIES: Mapping[ValueKind, str] = {
    ValueKind.TEXT: "text",
    ValueKind.CHOICE: "text",
    ValueKind.NUMBER: "number",
    ValueKind.BOOLEAN: "boolean",
    ValueKind.DATE: "moment",
    ValueKind.DATETIME: "moment",
    ValueKind.DURATION: "duration",
    ValueKind.PERSON: "person",
    ValueKind.UNIT: "unit",
    ValueKind.RECORD: "record",
    ValueKind.FILE: "file",
    ValueKind.STATUS: "status",
}
ORDERED = frozenset({"text", "number", "moment", "duration"})
KIND_WORDS: Mapping[str, str] = {
    "text": "chữ", "number": "số", "boolean": "đúng/sai", "moment": "ngày giờ",
    "duration": "khoảng thời gian", "person": "người", "unit": "đơn vị", "record": "hồ sơ",
    "file": "tệp", "status": "trạng thái",
}  # fmt: skip


def family(type_: Type) -> str | None:
    """Give the family of values that a type compares with; None if it is not known."""
    return FAMILIES.get(type_.kind)
