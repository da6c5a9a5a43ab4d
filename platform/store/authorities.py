"""Which records let a person act for others: one short look into the access rows of that person.

It is asked in every transaction in which somebody's own roles do not settle a question, so that an
authority counts, and ends, with the very next request. Where no module stands in, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, bindparam, or_, select

from luongviec.engine.authorities import standing_modules
from luongviec.store.light import access_row
from luongviec.store.statements import run

if TYPE_CHECKING:
    from luongviec.store.world import StoreWorld

PERSON = "person"
KEY = ("authorities",)


@dataclass(frozen=True, slots=True)
class AuthorityIds:
    """The records, by id, by which somebody stands in for others and lets others stand in for him."""

    held: tuple[int, ...] = ()
    given: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Question:
    """One statement for both, and the bits of each module by which its rows are told apart."""

    statement: Select[Any]
    bits: Mapping[int, tuple[int, int]]  # module → deputy, person


def authority_ids(world: StoreWorld, user_id: int) -> AuthorityIds:
    """Give the records in a status that counts whose deputy or whose person somebody is."""
    statements = world.published.statements
    if KEY not in statements:
        statements[KEY] = _question(world)
    question: _Question | None = statements[KEY]
    if question is None:
        return AuthorityIds()
    held, given = [], []
    for record_id, module_id, flags in run(world.session, question.statement, {PERSON: user_id}):
        deputy, person = question.bits[module_id]
        if flags & deputy:
            held.append(record_id)
        if flags & person:
            given.append(record_id)
    return AuthorityIds(tuple(held), tuple(given))


def _question(world: StoreWorld) -> _Question | None:
    """Build the question for one generation of definitions; None where no module stands in."""
    row, codes = access_row(), world.codes
    parts, bits = [], {}
    for module, stands in standing_modules(world.workspace).items():
        deputy, person = codes.bit(module, stands.deputy), codes.bit(module, stands.person)
        statuses = [one.id for one in codes.statuses_of.get(module, ()) if one.status in stands.during]
        if deputy | person and statuses:
            bits[codes.modules[module]] = (deputy, person)
            parts.append(
                and_(
                    row.module_id == codes.modules[module],
                    row.record_status_id.in_(statuses),
                    row.flags.op("&")(deputy | person) != 0,
                )
            )
    if not parts:
        return None
    columns = select(row.record_id, row.module_id, row.flags)
    return _Question(
        columns.where(row.principal == bindparam(PERSON), or_(*parts)).order_by(row.record_id), bits
    )
