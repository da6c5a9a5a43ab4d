"""Which records let a person act for others: one short look into the access rows of that person.

It is asked in every transaction in which somebody's own roles do not settle a question, so that an
authority counts, and ends, with the very next request. Where no module stands in, nothing is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, bindparam, or_, select

from luongviec.engine.authorities import standing_modules
from luongviec.store.light import access_row
from luongviec.store.statements import run

if TYPE_CHECKING:
    from luongviec.store.world import StoreWorld

PERSON = "person"


def authority_ids(world: StoreWorld, user_id: int, *, given: bool) -> tuple[int, ...]:
    """Give the records in a status that counts whose deputy (`given`: whose person) somebody is, by id."""
    statements = world.published.statements
    key = ("authorities", given)
    if key not in statements:
        statements[key] = _statement(world, given=given)
    statement = statements[key]
    if statement is None:
        return ()
    return tuple(run(world.session, statement, {PERSON: user_id}).scalars())


def _statement(world: StoreWorld, *, given: bool) -> Select[Any] | None:
    """Build the question for one generation of definitions; None where no module stands in."""
    row, codes = access_row(), world.codes
    parts = []
    for module, stands in standing_modules(world.workspace).items():
        bit = codes.bit(module, stands.person if given else stands.deputy)
        statuses = [one.id for one in codes.statuses_of.get(module, ()) if one.status in stands.during]
        if bit and statuses:
            parts.append(
                and_(
                    row.module_id == codes.modules[module],
                    row.record_status_id.in_(statuses),
                    row.flags.op("&")(bit) != 0,
                )
            )
    if not parts:
        return None
    return (
        select(row.record_id).where(row.principal == bindparam(PERSON), or_(*parts)).order_by(row.record_id)
    )
