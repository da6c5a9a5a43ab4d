"""Which records let a person act for others: one short look into the access rows of that person.

It is asked in every transaction in which somebody's own roles do not settle a question, so that an
authority counts, and ends, with the very next request. Where no module stands in, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, bindparam, or_, select

from luongviec.engine.deciding.authorities import standing_modules
from luongviec.store.lists.light import access_row
from luongviec.store.statements import run
from luongviec.store.states import in_parts

if TYPE_CHECKING:
    from luongviec.store.world import StoreWorld

PEOPLE = "people"
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


def authority_ids(world: StoreWorld, user_ids: Sequence[int]) -> Mapping[int, AuthorityIds]:
    """Give for each person the records in a status that counts whose deputy or whose person he is."""
    statements = world.published.statements
    if KEY not in statements:
        statements[KEY] = _question(world)
    question: _Question | None = statements[KEY]
    found: dict[int, tuple[list[int], list[int]]] = {user_id: ([], []) for user_id in user_ids}
    for part in () if question is None else in_parts(user_ids):
        for principal, record_id, module_id, flags in run(world.session, question.statement, {PEOPLE: part}):
            deputy, person = question.bits[module_id]
            held, given = found[principal]
            if flags & deputy:
                held.append(record_id)
            if flags & person:
                given.append(record_id)
    return {one: AuthorityIds(tuple(held), tuple(given)) for one, (held, given) in found.items()}


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
    columns = select(row.principal, row.record_id, row.module_id, row.flags)
    among = row.principal.in_(bindparam(PEOPLE, expanding=True))
    return _Question(columns.where(among, or_(*parts)).order_by(row.record_id), bits)
