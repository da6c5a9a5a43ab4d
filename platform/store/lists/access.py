"""Who may see what, as sets: the same answer as `decide`, for a million records at once.

For one viewer and one module, `terms_for` turns the matrices, his slots and groups into a few
*terms*: a principal (he himself, a unit) and, for each status, a mask of the roles that grant. A
record is in the set when an access row of that principal meets the mask; no term reads a record,
but for the few of somebody else's, on whose behalf the viewer acts within limits.
Groups and `everyone` need no row: they are statuses that count for every record (`direct`).
`owner:PERMISSION` asks the same question about the owner. `tests/store/test_visibility.py` holds
that `decide` and these sets agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal_column, or_, select, true

from luongviec.store.lists import owner_chain
from luongviec.store.lists.light import access_row, record_row
from luongviec.store.lists.terms import VIEW, Grant, Limit, Term, Terms, terms_for
from luongviec.store.world import StoreWorld


@dataclass(frozen=True, slots=True)
class Carrier:
    """Where a condition finds what it compares: an access row or the record itself."""

    id: Any
    status: Any
    is_open: Any
    sort_key: Any
    record: Any = None  # the record's alias, where it is at hand


def access_carrier(alias: Any) -> Carrier:
    """Let conditions read an access row."""
    return Carrier(alias.record_id, alias.record_status_id, alias.is_open, alias.sort_key)


def record_carrier(alias: Any) -> Carrier:
    """Let conditions read the record itself."""
    return Carrier(alias.id, alias.record_status_id, alias.is_open, alias.sort_key, alias)


def number(value: int) -> ColumnElement[int]:
    """Write a number of ours into the statement, so that planners see it."""
    return literal_column(str(int(value)))


def meets_mask(alias: Any, terms: Terms, term: Term) -> ColumnElement[bool]:
    """Give the condition that an access row of the term's principal meets its masks."""
    by_mask: dict[int, list[int]] = defaultdict(list)
    for status, mask in term.masks.items():
        by_mask[mask].append(status)
    parts = []
    for mask, statuses in by_mask.items():
        meets = alias.flags.op("&")(mask) != number(0)
        if len(statuses) < len(terms.statuses):
            meets = and_(alias.record_status_id.in_([number(status) for status in sorted(statuses)]), meets)
        parts.append(meets)
    condition = and_(or_(*parts), *(_kept(alias.record_id, limit) for limit in term.limits))
    if term.since is not None:
        younger = record_row()
        condition = and_(
            condition,
            exists(
                select(literal_column("1"))
                .select_from(younger.table)
                .where(younger.id == alias.record_id, younger.created_at >= term.since)
            ),
        )
    return condition


def _kept(record_id: Any, limit: Limit) -> ColumnElement[bool]:
    """Give the condition that a record lies within what an authority reaches."""
    if limit.record is not None:
        condition: ColumnElement[bool] = record_id == limit.record
        return condition
    first, further = record_row(), record_row()
    if limit.below is not None:
        begin = select(first.id.label("id")).select_from(first.table).where(first.id == limit.below)
        way = begin.cte("below", recursive=True, nesting=True)
        step = select(further.id).select_from(way).join(further.table, further.owner_id == way.c.id)
        inside: ColumnElement[bool] = record_id.in_(select(way.union(step).c.id))
        return inside
    begin = (
        select(first.owner_id.label("owner_id"), first.module_id.label("module_id"))
        .select_from(first.table)
        .where(first.id == record_id)
        .correlate_except(first.table)
    )
    way = begin.cte("above", recursive=True, nesting=True)
    step = (
        select(further.owner_id, further.module_id)
        .select_from(way)
        .join(further.table, further.id == way.c.owner_id)
    )
    way = way.union(step)
    modules = [number(module) for module in limit.modules]
    return exists(select(literal_column("1")).select_from(way).where(way.c.module_id.in_(modules)))


def holds(world: StoreWorld, viewer: int | None, terms: Terms, carrier: Carrier) -> ColumnElement[bool]:
    """Give the condition that a record of the module is in the set, wherever the query comes from."""
    parts = [_holds_itself(terms, carrier)]
    for permission, statuses in terms.owner.items():
        through = owner_holds(world, viewer, terms, permission, carrier)
        parts.append(and_(status_in(carrier, statuses), through))
    return or_(*parts)


def _holds_itself(terms: Terms, carrier: Carrier) -> ColumnElement[bool]:
    """Give the condition without what the owner grants."""
    if terms.statuses and terms.direct == terms.statuses:
        return true()
    parts: list[ColumnElement[bool]] = [false()]
    if terms.terms:
        alias = access_row()
        principals = sorted({term.principal for term in terms.terms})
        any_term = or_(
            *(and_(alias.principal == term.principal, meets_mask(alias, terms, term)) for term in terms.terms)
        )
        parts.append(
            exists(
                select(literal_column("1"))
                .select_from(alias.table)
                .where(
                    alias.record_id == carrier.id,
                    alias.module_id == number(terms.module_id),
                    alias.principal.in_(principals),
                    any_term,
                )
                # OFFSET keeps PostgreSQL from reading all rows of the principals to hash them.
                .offset(literal_column("0"))
            )
        )
    if terms.direct:
        parts.append(status_in(carrier, terms.direct))
    return or_(*parts)


def owner_holds(
    world: StoreWorld, viewer: int | None, terms: Terms, permission: str, carrier: Carrier
) -> ColumnElement[bool]:
    """Give the condition that the viewer holds a permission on the record's owner.

    Where what an owner grants cannot come round to the same question, one `EXISTS` stands in the
    other; a tree of records whose parents grant to their children is walked up by a recursive one.
    """
    if owner_chain.comes_round(world, viewer, terms, permission):
        return owner_chain.walked_up(world, viewer, terms, permission, carrier, _holds_itself)
    owner = record_row()
    parts = []
    for module in terms.owner_modules:
        theirs = terms_for(world, viewer, module, Grant(permission=permission, behalf=terms.behalf))
        if not theirs.is_empty:
            condition = holds(world, viewer, theirs, record_carrier(owner))
            parts.append(and_(owner.module_id == number(theirs.module_id), condition))
    if not parts:
        return false()
    found: Select[Any] = (
        select(literal_column("1")).select_from(owner.table).where(owner.deleted_at.is_(None), or_(*parts))
    )
    if carrier.record is not None:
        return exists(found.where(owner.id == carrier.record.owner_id))
    child = record_row()
    return exists(found.join(child.table, child.owner_id == owner.id).where(child.id == carrier.id))


def status_in(carrier: Carrier, statuses: Iterable[int]) -> ColumnElement[bool]:
    """Give the condition that a record stands in one of these statuses."""
    condition: ColumnElement[bool] = carrier.status.in_([number(status) for status in sorted(statuses)])
    return condition


def visible_ids(world: StoreWorld, viewer: int | None, module: str, permission: str = VIEW) -> Any:
    """Give the query for the ids of every record of a module on which the viewer holds a permission."""
    record = record_row()
    terms = terms_for(world, viewer, module, Grant(permission=permission))
    return select(record.id).where(
        record.module_id == number(terms.module_id),
        record.deleted_at.is_(None),
        holds(world, viewer, terms, record_carrier(record)),
    )
