"""Cells as plain values: what a file holds where a page shows avatars, pills and links."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from luongviec.engine.text import Text
from luongviec.engine.values import display_duration
from luongviec.services.views import (
    BucketView,
    Cell,
    FileView,
    PersonView,
    RecordLink,
    StatusView,
    TagView,
    UnitView,
)


def plain_value(cell: Cell | None, language: str) -> object:
    """Give a text, number, day or moment, None where nothing is shown."""
    if cell is None or cell.value is None or cell.value == ():
        return None
    if cell.label is not None and cell.kind in ("choice", "status"):
        return cell.label.in_language(language)
    parts = cell.value if isinstance(cell.value, tuple) else (cell.value,)
    found = [_plain(part, language) for part in parts]
    if len(found) == 1:
        return found[0]
    return ", ".join(str(part) for part in found if part is not None)


def _plain(part: object, language: str) -> object:
    match part:
        case bool():
            return (Text("Có", "Yes") if part else Text("Không", "No")).in_language(language)
        case PersonView() | UnitView() | FileView() | TagView():
            return part.name
        case RecordLink():
            return part.title
        case StatusView():
            return part.name.in_language(language)
        case BucketView():
            return part.label.in_language(language)
        case Text():
            return part.in_language(language)
        case timedelta():
            return display_duration(part, language)
        case str() | int() | float() | datetime() | date():
            return part
        case _:
            return str(part)
