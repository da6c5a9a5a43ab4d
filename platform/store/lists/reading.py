"""Lists: what a viewer may see, narrowed, ordered, paged and counted by the database.

A `Selection` says which records; it never widens what the viewer may see. A page is made of ordered
*heads* (`heads`): one short walk along an index for each of the viewer's terms, united and cut. So a
page costs the same however many records there are. Totals stop at a cap.

A field that a matrix hides from the viewer on some records takes those records out of any selection
that compares it, and cannot be sorted by: what is hidden must not be guessed from a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select, union

from luongviec.store.lists.access import holds, number, record_carrier
from luongviec.store.lists.heads import Listing, Selection, is_ever_hidden, may_compare
from luongviec.store.lists.light import record_row
from luongviec.store.lists.orders import (
    NEWEST,
    TITLE,
    BadCursor,
    Order,
    Place,
    in_order,
    order_of,
    read_cursor,
    write_cursor,
)
from luongviec.store.lists.terms import VIEW, Grant, terms_for
from luongviec.store.world import StoreWorld

COUNT_CAP = 1000
LARGEST_OFFSET = 100_000

__all__ = [
    "COUNT_CAP", "BadCursor", "IdPage", "Selection", "count_owned", "count_selections", "is_ever_hidden",
    "may_compare", "select_page", "sortable",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class IdPage:
    """The ids of one page, in order, and the way to the pages beside it."""

    ids: tuple[int, ...]
    next_cursor: str | None
    previous_cursor: str | None


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
    order = order_of(world, viewer, selection.module, sort)
    place = read_cursor(cursor, order) if cursor else None
    backwards = place is not None and place.backwards
    offset = 0 if place is not None else min((max(page, 1) - 1) * size, LARGEST_OFFSET)
    listing = Listing(world, viewer, selection)
    query = (_walked if order.is_walked else _sorted)(listing, order, place, offset + size + 1)
    if query is None:
        return IdPage((), None, None)
    rows = [tuple(row) for row in world.session.execute(query.offset(offset).limit(size + 1))]
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next = backwards or more
    has_previous = more if backwards else (offset > 0 or place is not None)
    return IdPage(
        tuple(int(row[-1]) for row in rows),
        write_cursor(rows[-1], backwards=False) if rows and has_next else None,
        write_cursor(rows[0], backwards=True) if rows and has_previous else None,
    )


def sortable(world: StoreWorld, viewer: int | None, module: str) -> tuple[str, ...]:
    """Give what a viewer may sort a module's lists by: newest, title, indexed fields not hidden."""
    fields = [
        field.code
        for field in world.workspace.modules[module].fields.values()
        if field.index and not field.many and may_compare(world, viewer, module, field.code)
    ]
    return (NEWEST, TITLE, *fields)


def _walked(listing: Listing, order: Order, place: Place | None, most: int) -> Select[Any] | None:
    """Walk every head in order, no further than one page may need, and merge them."""
    descending = order.descending ^ (place is not None and place.backwards)
    heads = []
    for head, carrier in listing.heads():
        keys = order.carried_keys(carrier)
        query = head.with_only_columns(*keys)
        if place is not None:
            query = query.where(place.beyond(keys, descending))
        heads.append(in_order(query, keys, descending).limit(most))
    if not heads:
        return None
    if len(heads) == 1:
        return heads[0]
    united = union(*(select(head.subquery()) for head in heads)).subquery()
    return in_order(select(united), list(united.c), descending)


def _sorted(listing: Listing, order: Order, place: Place | None, most: int) -> Select[Any] | None:
    """Sort all records of the selection by what access rows do not carry."""
    descending = order.descending ^ (place is not None and place.backwards)
    ids = listing.ids()
    if ids is None:
        return None
    record = record_row()
    query = select().select_from(record.table).where(record.id.in_(ids))
    keys, query = order.record_keys(listing.world, listing.selection.module, record, query)
    query = query.with_only_columns(*keys)
    if place is not None:
        query = query.where(place.beyond(keys, descending))
    return in_order(query, keys, descending)


def count_owned(
    world: StoreWorld, viewer: int | None, module: str, relation: str, owner_ids: Sequence[int]
) -> Mapping[int, tuple[int, int]]:
    """Count the records that some own through a relation and the viewer may see: finished ones, and all."""
    terms = terms_for(world, viewer, module, Grant(permission=VIEW))
    if not owner_ids or terms.is_empty:
        return {}
    record = record_row()
    finished = func.sum(case((record.is_open, 0), else_=1))
    query = (
        select(record.owner_id, finished, func.count())
        .select_from(record.table)
        .where(record.owner_id.in_([number(one) for one in owner_ids]), record.owner_relation == relation)
        .where(record.module_id == number(terms.module_id), record.deleted_at.is_(None))
        .where(holds(world, viewer, terms, record_carrier(record)))
        .group_by(record.owner_id)
    )
    return {owner: (int(done), int(count)) for owner, done, count in world.session.execute(query)}


def count_selections(
    world: StoreWorld, viewer: int | None, selections: Sequence[Selection], *, cap: int = COUNT_CAP
) -> tuple[int, ...]:
    """Count several selections by one statement, each at most `cap` + 1."""
    queries = []
    for place, selection in enumerate(selections):
        ids = Listing(world, viewer, selection).ids(cap=cap)
        if ids is not None:
            limited = ids.limit(cap + 1).subquery()
            queries.append((place, select(func.count()).select_from(limited).scalar_subquery()))
    counts = [0] * len(selections)
    if queries:
        row = world.session.execute(select(*(query.label(f"n{place}") for place, query in queries))).one()
        for (place, _), found in zip(queries, row, strict=True):
            counts[place] = int(found)
    return tuple(counts)
