"""Turns what expressions give into what the fields of records hold."""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.scope import plain_value
from luongviec.engine.model import Field, FieldType
from luongviec.engine.text import Text
from luongviec.engine.world import Value


class WrongValue(LuongViecError):
    """A definition puts something into a field that it cannot hold."""

    code = "wrong_value"
    template = Text(
        "Định nghĩa đưa vào “{name}” một giá trị không phù hợp. Hãy báo người quản trị định nghĩa.",
        "The definitions put a value into '{name}' that does not fit. Tell who keeps them.",
    )


def field_value(value: object, field: Field) -> Value:
    """Give a value as a field holds it: a tuple where it takes many or files, else one or nothing."""
    plain = plain_value(value)
    if isinstance(plain, Text):  # the label of an option, the name of a status
        plain = plain.vi
    if field.many or field.type == FieldType.FILES:
        if plain is None or plain == "":
            return ()
        return plain if isinstance(plain, tuple) else (plain,)
    if isinstance(plain, tuple):
        if len(plain) > 1:
            raise WrongValue(name=field.code)
        plain = plain[0] if plain else None
    return None if plain == "" else plain


def is_empty(value: object) -> bool:
    """Whether a value counts as not given. False and 0 are values."""
    return value is None or value in ("", ())


def rows_of(value: object, name: str) -> tuple[Mapping[str, object], ...]:
    """Give the rows of an input of type `rows`."""
    if value is None:
        return ()
    if isinstance(value, tuple | list):
        rows = tuple(row for row in value if isinstance(row, Mapping))
        if len(rows) == len(value):
            return rows
    raise WrongValue(name=name)
