"""Lists: what a viewer may see, narrowed, ordered, paged and counted by the database.

A `Selection` says which records; it never widens what the viewer may see. A page is made of ordered
*heads*: one short walk along an index for each of the viewer's terms, united and cut. So a page
costs the same however many records there are. Totals stop at a cap.

A field that a matrix hides from the viewer on some records takes those records out of any selection
that compares it, and cannot be sorted by: what is hidden must not be guessed from a list.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union,
)

from luongviec.engine.errors import LuongViecError
from luongviec.engine.model import Access, Column, Field, FieldType, Module
from luongviec.engine.setform import Condition, OperandKind, operands
from luongviec.engine.text import Text
from luongviec.store.access import (
    VIEW,
    Carrier,
    Grant,
    Term,
    Terms,
    access_carrier,
    holds,
    meets_mask,
    number,
    owner_holds,
    record_carrier,
    status_in,
    terms_for,
)
from luongviec.store.conditions import Writer
from luongviec.store.light import access_row, field_value_row, record_row, record_tag_row
from luongviec.store.searching import words_condition
from luongviec.store.world import StoreWorld

COUNT_CAP = 1000
LARGEST_OFFSET = 100_000

NEWEST = "created_at"
TITLE = "title"


class BadCursor(LuongViecError):
    """A page cursor that this list did not give."""

    code = "bad_cursor"
    template = Text(
        "Không mở được trang này. Hãy mở lại danh sách.", "This page cannot be opened. Open the list again."
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records of a module: all parts must hold.

    `mine`: the viewer holds one of these columns. `conditions`: bound set forms. `words`: full text.
    `tags`: every one of them. `owner_id`, `relation`: owned by a record.
    """

    module: str
    mine: tuple[Column, ...] = ()
    conditions: tuple[Condition, ...] = ()
    words: str = ""
    tags: tuple[int, ...] = ()
    owner_id: int | None = None
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class IdPage:
    """The ids of one page, in order, and the way to the pages beside it."""

    ids: tuple[int, ...]
    next_cursor: str | None
    previous_cursor: str | None


# --- Pages ----------------------------------------------------------------------------------------------


def select_page(
    world: StoreWorld,
    viewer: int | None,
    selection: Selection,
    *,
    sort: str = "",
    size: int = 20,
    page: int = 1,
    cursor: str = "",
) -> IdPage:
    """Give one page of a selection: one statement.

    Args:
        world: the transaction, its definitions and organisation.
        viewer: a user's id; None is the system.
        selection: which records.
        sort: a name of `sortable`, with `-` before it for descending; empty: newest first.
        size: how many.
        page: counted from 1; only without a cursor.
        cursor: of a page given before; the selection and sort must be the same.

    Raises:
        BadCursor: the cursor is not one of ours.
    """
    order = _order(world, viewer, selection.module, sort)
    place = _read_cursor(cursor, order) if cursor else None
    backwards = place is not None and place.backwards
    offset = 0 if place is not None else min((max(page, 1) - 1) * size, LARGEST_OFFSET)
    query = _page_query(world, viewer, selection, order, place, offset, size + 1)
    if query is None:
        return IdPage((), None, None)
    rows = [tuple(row) for row in world.session.execute(query)]
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    ids = tuple(int(row[-1]) for row in rows)
    has_next = backwards or more
    has_previous = more if backwards else (offset > 0 or place is not None)
    return IdPage(
        ids,
        _cursor(rows[-1], backwards=False) if rows and has_next else None,
        _cursor(rows[0], backwards=True) if rows and has_previous else None,
    )


def sortable(world: StoreWorld, viewer: int | None, module: str) -> tuple[str, ...]:
    """Give what a viewer may sort a module's lists by: newest, title, indexed fields not hidden."""
    defined = world.workspace.modules[module]
    fields = [
        field.code
        for field in defined.fields.values()
        if field.index and not field.many and may_compare(world, viewer, module, field.code)
    ]
    return (NEWEST, TITLE, *fields)


@dataclass(frozen=True, slots=True)
class _Order:
    """How a list is ordered. `kind`: newest, sort_key (both in access rows), title or field."""

    kind: str
    descending: bool
    field: Field | None = None

    @property
    def is_fast(self) -> bool:
        return self.kind in ("newest", "sort_key")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page continues: the key of the row beside it."""

    key: tuple[Any, ...]
    backwards: bool


def _order(world: StoreWorld, viewer: int | None, module: str, sort: str) -> _Order:
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name == TITLE:
        return _Order("title", descending)
    field = world.workspace.modules[module].fields.get(name)
    if field is None or not field.index or not may_compare(world, viewer, module, name):
        return _Order("newest", descending if name == NEWEST else True)
    if world.codes.sort_fields.get(module) == name:
        return _Order("sort_key", descending, field)
    return _Order("field", descending, field)


def _page_query(
    world: StoreWorld,
    viewer: int | None,
    selection: Selection,
    order: _Order,
    place: _Place | None,
    offset: int,
    limit: int,
) -> Select[Any] | None:
    descending = order.descending ^ (place is not None and place.backwards)
    if not order.is_fast:
        return _sorted_query(world, viewer, selection, order, place, descending, offset, limit)
    heads = []
    for head, carrier in _heads(world, viewer, selection):
        keys = [carrier.id] if order.kind == "newest" else [carrier.sort_key, carrier.id]
        query = head.with_only_columns(
            *(key.label(name) for key, name in zip(keys, _NAMES[-len(keys) :], strict=True))
        )
        if place is not None:
            query = query.where(_beyond(keys, place.key, descending))
        ordered = query.order_by(*(key.desc() if descending else key.asc() for key in keys))
        heads.append(ordered.limit(offset + limit))
    if not heads:
        return None
    if len(heads) == 1:
        return heads[0].limit(limit).offset(offset)
    united = union(*(select(head.subquery()) for head in heads)).subquery()
    columns = list(united.c)
    return (
        select(united)
        .order_by(*(column.desc() if descending else column.asc() for column in columns))
        .limit(limit)
        .offset(offset)
    )


_NAMES = ("sort_key", "record_id")


def _beyond(keys: Sequence[Any], values: Sequence[Any], descending: bool) -> ColumnElement[bool]:
    """Give the condition that a row comes after a key in the order."""
    if len(keys) == 1:
        return keys[0] < values[0] if descending else keys[0] > values[0]  # type: ignore[no-any-return]
    left, right = tuple_(*keys), tuple_(*(literal(value) for value in values))
    return left < right if descending else left > right


def _sorted_query(
    world: StoreWorld,
    viewer: int | None,
    selection: Selection,
    order: _Order,
    place: _Place | None,
    descending: bool,
    offset: int,
    limit: int,
) -> Select[Any] | None:
    """Order by what access rows do not carry: all records of the selection are looked at."""
    ids = _ids_query(world, viewer, selection)
    if ids is None:
        return None
    record = record_row()
    query = select().select_from(record.table).where(record.id.in_(ids))
    if order.kind == "title":
        keys: list[Any] = [record.title_sort, record.id]
    else:
        keys, query = _field_keys(world, selection.module, order, record, query)
    query = query.with_only_columns(*keys)
    if place is not None:
        query = query.where(_beyond(keys, place.key, descending))
    ordered = query.order_by(*(key.desc() if descending else key.asc() for key in keys))
    return ordered.limit(limit).offset(offset)


def _field_keys(
    world: StoreWorld, module: str, order: _Order, record: Any, query: Select[Any]
) -> tuple[list[Any], Select[Any]]:
    """Give the keys of a field: those without a value come after all others."""
    field = order.field
    assert field is not None  # noqa: S101 - `_order` sets it with this kind
    row = field_value_row()
    field_id = world.codes.fields[module, field.code]
    query = query.outerjoin(row.table, and_(row.record_id == record.id, row.field_id == number(field_id)))
    if field.type == FieldType.CHOICE:
        places = {option.code: place for place, option in enumerate(field.options)}
        value: Any = case(places, value=row.value_text, else_=len(places)) if places else literal(0)
        return [value, record.id], query
    if field.type in (FieldType.TEXT, FieldType.MULTILINE):
        is_empty = case((row.value_text.is_(None), 1), else_=0)
        return [is_empty, func.coalesce(row.value_text, ""), record.id], query
    return [func.coalesce(row.value_number, 1e18), record.id], query


def _cursor(row: Sequence[Any], *, backwards: bool) -> str:
    data = json.dumps([*row, backwards], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, order: _Order) -> _Place:
    try:
        data = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise BadCursor from error
    lengths = {"newest": 2, "sort_key": 3, "title": 3}
    is_text = order.field is not None and order.field.type in (FieldType.TEXT, FieldType.MULTILINE)
    length = lengths.get(order.kind, 4 if is_text else 3)
    if not isinstance(data, list) or len(data) != length or not isinstance(data[-1], bool):
        raise BadCursor
    key = data[:-1]
    if any(not isinstance(part, int | float | str) or isinstance(part, bool) for part in key):
        raise BadCursor
    texts = {"title": 1, "field": 1 if is_text else 0}.get(order.kind, 0)
    if sum(isinstance(part, str) for part in key) != texts or not isinstance(key[-1], int):
        raise BadCursor
    return _Place(tuple(key), data[-1])


# --- Counting -----------------------------------------------------------------------------------------------


def count_selections(
    world: StoreWorld, viewer: int | None, selections: Sequence[Selection], *, cap: int = COUNT_CAP
) -> tuple[int, ...]:
    """Count several selections by one statement, each at most `cap` + 1."""
    queries = []
    for place, selection in enumerate(selections):
        ids = _ids_query(world, viewer, selection, cap=cap)
        if ids is not None:
            limited = ids.limit(cap + 1).subquery()
            queries.append((place, select(func.count()).select_from(limited).scalar_subquery()))
    counts = [0] * len(selections)
    if queries:
        row = world.session.execute(select(*(query.label(f"n{place}") for place, query in queries))).one()
        for (place, _), found in zip(queries, row, strict=True):
            counts[place] = int(found)
    return tuple(counts)


def _ids_query(
    world: StoreWorld, viewer: int | None, selection: Selection, *, cap: int | None = None
) -> Select[Any] | None:
    """Give the query for the ids of a selection; with a cap each head stops there."""
    heads = []
    for head, carrier in _heads(world, viewer, selection):
        query = head.with_only_columns(carrier.id.label("record_id"))
        heads.append(query if cap is None else query.limit(cap + 1))
    if not heads:
        return None
    if len(heads) == 1:
        return heads[0]
    united = union(*(select(head.subquery()) for head in heads)).subquery()
    return select(united.c.record_id)


# --- Heads --------------------------------------------------------------------------------------------------


def _heads(world: StoreWorld, viewer: int | None, selection: Selection) -> list[tuple[Select[Any], Carrier]]:
    """Give one query for each way in which the viewer comes to records of the selection."""
    view = terms_for(world, viewer, selection.module, Grant(permission=VIEW))
    mine = (
        terms_for(world, viewer, selection.module, Grant(columns=selection.mine))
        if selection.mine and viewer is not None
        else view
    )
    if view.is_empty or mine.is_empty:
        return []
    if selection.owner_id is not None:
        return [_owned_head(world, viewer, selection, view, mine)]
    heads = [_term_head(world, viewer, selection, view, mine, term) for term in mine.terms]
    if mine.direct:
        heads.append(_direct_head(world, viewer, selection, view, mine))
    for permission in mine.owner:
        heads.append(_owner_head(world, viewer, selection, view, mine, permission))
    return heads


def _term_head(
    world: StoreWorld, viewer: int | None, selection: Selection, view: Terms, mine: Terms, term: Term
) -> tuple[Select[Any], Carrier]:
    row = access_row()
    carrier = access_carrier(row)
    query = (
        select(row.record_id)
        .where(row.principal == term.principal, row.module_id == number(mine.module_id))
        .where(meets_mask(row, mine, term))
    )
    if view is not mine:
        covered = _covered(view, term)
        if covered != frozenset(term.masks):
            query = query.where(
                or_(status_in(carrier, covered) if covered else false(), holds(world, viewer, view, carrier))
            )
    return query.where(*_narrowing(world, viewer, selection, carrier)), carrier


def _covered(view: Terms, term: Term) -> frozenset[int]:
    """Give the statuses in which whatever meets the term's mask is visible by the same row."""
    found = set(view.direct & set(term.masks))
    for other in view.terms:
        if other.principal == term.principal and other.since in (None, term.since):
            found |= {
                status for status, mask in term.masks.items() if mask & other.masks.get(status, 0) == mask
            }
    return frozenset(found)


def _record_head(mine: Terms) -> tuple[Select[Any], Carrier]:
    record = record_row()
    query = select(record.id).where(record.module_id == number(mine.module_id), record.deleted_at.is_(None))
    return query, record_carrier(record)


def _direct_head(
    world: StoreWorld, viewer: int | None, selection: Selection, view: Terms, mine: Terms
) -> tuple[Select[Any], Carrier]:
    query, carrier = _record_head(mine)
    if mine.direct != mine.statuses:
        query = query.where(status_in(carrier, mine.direct))
    if not mine.direct <= view.direct:
        query = query.where(holds(world, viewer, view, carrier))
    return query.where(*_narrowing(world, viewer, selection, carrier)), carrier


def _owner_head(
    world: StoreWorld, viewer: int | None, selection: Selection, view: Terms, mine: Terms, permission: str
) -> tuple[Select[Any], Carrier]:
    query, carrier = _record_head(mine)
    query = query.where(
        status_in(carrier, mine.owner[permission]),
        owner_holds(world, viewer, mine, permission, carrier),
    )
    if not mine.owner[permission] <= view.owner.get(permission, frozenset()):
        query = query.where(holds(world, viewer, view, carrier))
    return query.where(*_narrowing(world, viewer, selection, carrier)), carrier


def _owned_head(
    world: StoreWorld, viewer: int | None, selection: Selection, view: Terms, mine: Terms
) -> tuple[Select[Any], Carrier]:
    """The records of one owner are few: they are found first, then judged."""
    query, carrier = _record_head(mine)
    query = query.where(carrier.record.owner_id == selection.owner_id)
    if selection.relation is not None:
        query = query.where(carrier.record.owner_relation == selection.relation)
    query = query.where(holds(world, viewer, view, carrier))
    if mine is not view:
        query = query.where(holds(world, viewer, mine, carrier))
    return query.where(*_narrowing(world, viewer, selection, carrier)), carrier


def _narrowing(
    world: StoreWorld, viewer: int | None, selection: Selection, carrier: Carrier
) -> list[ColumnElement[bool]]:
    """Give what narrows every head alike: conditions, words, tags, and fields that must be readable."""
    module = world.workspace.modules[selection.module]
    writer = Writer(world, module)
    statuses, others = writer.split(selection.conditions)
    parts = [*writer.write_statuses(statuses, carrier), *(writer.write(other, carrier) for other in others)]
    for code in _compared_fields(selection):
        parts += _readable(world, viewer, module, code, carrier)
    if selection.words:
        parts.append(words_condition(world, viewer, selection.module, selection.words, carrier))
    for tag in selection.tags:
        row = record_tag_row()
        parts.append(
            exists(
                select(literal_column("1"))
                .select_from(row.table)
                .where(row.tag_id == literal(tag), row.record_id == carrier.id)
            )
        )
    return parts


# --- Hidden fields ----------------------------------------------------------------------------------------------


def _compared_fields(selection: Selection) -> tuple[str, ...]:
    names = {
        operand.name
        for condition in selection.conditions
        for operand in operands(condition)
        if operand.kind is OperandKind.FIELD
    }
    return tuple(sorted(names))


def may_compare(world: StoreWorld, viewer: int | None, module: str, field: str) -> bool:
    """Whether a viewer reads a field on every record that he may see, so that he may sort by it."""
    if viewer is None or not is_ever_hidden(world, module, field):
        return True
    view = terms_for(world, viewer, module, Grant(permission=VIEW))
    readable = terms_for(world, viewer, module, Grant(readable=field))
    return view == readable


def is_ever_hidden(world: StoreWorld, module: str, field: str) -> bool:
    """Whether any matrix of a module hides a field from anybody."""
    return any(
        cells.get(field) is Access.HIDDEN
        for matrix in world.workspace.matrices.values()
        if (group := world.workspace.status_groups.get(matrix.status_group)) is not None
        and group.module == module
        for columns in matrix.fields.values()
        for cells in columns.values()
    )


def _readable(
    world: StoreWorld, viewer: int | None, module: Module, field: str, carrier: Carrier
) -> list[ColumnElement[bool]]:
    if may_compare(world, viewer, module.code, field):
        return []
    readable = terms_for(world, viewer, module.code, Grant(readable=field))
    return [holds(world, viewer, readable, carrier)]
