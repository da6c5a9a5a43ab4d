"""Orders of lists, and cursors that continue them.

Two orders are walked along an index: newest first, and by the field that access rows carry. Any
other sorts all records of the selection. Records without a value come after those with one.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, tuple_

from luongviec.engine.errors import LuongViecError
from luongviec.engine.model import Field, FieldType
from luongviec.engine.text import Text
from luongviec.store.lists.access import Carrier, number
from luongviec.store.lists.heads import may_compare
from luongviec.store.lists.light import Light, field_value_row
from luongviec.store.models.records import NO_SORT_KEY
from luongviec.store.world import StoreWorld

NEWEST = "created_at"
TITLE = "title"

LONGEST_CURSOR = 3000
_LARGEST = 2**63


class BadCursor(LuongViecError):
    """A page cursor that this list did not give."""

    code = "bad_cursor"
    template = Text(
        "Không mở được trang này. Hãy mở lại danh sách.", "This page cannot be opened. Open the list again."
    )


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is ordered. `kind`: newest, sort_key (both in access rows), title or field."""

    kind: str
    descending: bool
    field: Field | None = None

    @property
    def is_walked(self) -> bool:
        """Whether access rows carry the order."""
        return self.kind in ("newest", "sort_key")

    @property
    def is_text(self) -> bool:
        """Whether it goes by a field of free text."""
        return self.field is not None and self.field.type in (FieldType.TEXT, FieldType.MULTILINE)

    def carried_keys(self, carrier: Carrier) -> list[Any]:
        """Give the keys of an order that access rows carry."""
        if self.kind == "newest":
            return [carrier.id.label("record_id")]
        return [carrier.sort_key.label("sort_key"), carrier.id.label("record_id")]

    def record_keys(
        self, world: StoreWorld, module: str, record: Light, query: Select[Any]
    ) -> tuple[list[Any], Select[Any]]:
        """Give the keys of any other order, and the query with what they need."""
        field = self.field
        if field is None:
            return [record.title_sort, record.id], query
        row = field_value_row()
        field_id = world.codes.fields[module, field.code]
        same = and_(row.record_id == record.id, row.field_id == number(field_id))
        query = query.outerjoin(row.table, same)
        if field.type == FieldType.CHOICE:
            places = {option.code: place for place, option in enumerate(field.options)}
            place = case(places, value=row.value_text, else_=len(places)) if places else literal(0)
            return [place, record.id], query
        if self.is_text:
            is_empty = case((row.value_text.is_(None), 1), else_=0)
            return [is_empty, func.coalesce(row.value_text, ""), record.id], query
        return [func.coalesce(row.value_number, NO_SORT_KEY), record.id], query


def order_of(world: StoreWorld, viewer: int | None, module: str, sort: str) -> Order:
    """Read a sort as lists name it; what cannot be sorted by is newest first."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name == TITLE:
        return Order("title", descending)
    field = world.workspace.modules[module].fields.get(name)
    if field is None or not field.index or field.many or not may_compare(world, viewer, module, name):
        return Order("newest", descending if name == NEWEST else True)
    if world.codes.sort_fields.get(module) == name:
        return Order("sort_key", descending, field)
    return Order("field", descending, field)


def in_order(query: Select[Any], keys: Sequence[Any], descending: bool) -> Select[Any]:
    """Order a query by keys, all in one direction."""
    return query.order_by(*(key.desc() if descending else key.asc() for key in keys))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page continues: the key of the row beside it."""

    key: tuple[Any, ...]
    backwards: bool

    def beyond(self, keys: Sequence[Any], descending: bool) -> ColumnElement[bool]:
        """Give the condition that a row comes after this place."""
        plain = [getattr(key, "element", key) for key in keys]  # not the labels
        if len(plain) == 1:
            return plain[0] < self.key[0] if descending else plain[0] > self.key[0]  # type: ignore[no-any-return]
        left, right = tuple_(*plain), tuple_(*(literal(value) for value in self.key))
        return left < right if descending else left > right


def write_cursor(row: Sequence[Any], *, backwards: bool) -> str:
    """Write the place of a row; `backwards` for the page before it."""
    data = json.dumps([*row, backwards], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def read_cursor(cursor: str, order: Order) -> Place:
    """Read a cursor that was given for the same order.

    Raises:
        BadCursor: it is not one of ours, or of another order.
    """
    try:
        data = json.loads(base64.urlsafe_b64decode(cursor[:LONGEST_CURSOR] + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise BadCursor from error
    if not isinstance(data, list) or not data or not isinstance(data[-1], bool):
        raise BadCursor
    key = data[:-1]
    shapes = {"newest": "n", "sort_key": "nn", "title": "tn"}
    shape = shapes.get(order.kind, "ntn" if order.is_text else "nn")
    if len(key) != len(shape) or not all(map(_fits, key, shape)) or not isinstance(key[-1], int):
        raise BadCursor
    return Place(tuple(key), data[-1])


def _fits(part: object, kind: str) -> bool:
    if kind == "t":
        return isinstance(part, str) and "\0" not in part
    is_number = isinstance(part, int | float) and not isinstance(part, bool)
    return is_number and math.isfinite(part) and abs(part) < _LARGEST  # type: ignore[arg-type]
