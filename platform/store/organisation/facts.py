"""Everything that an import compares a file with: units, people, posts and roles as they stand now.

Six queries, whatever the size. Rows come as plain tuples: ten thousand people are some megabytes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from luongviec.store.database import AnySession
from luongviec.store.models import Unit, UnitHolding, UnitSide, User, UserManager


class UnitFact(NamedTuple):
    """A unit that is not deleted."""

    id: int
    parent_id: int | None
    path: str
    name: str
    kind: str | None
    code: str
    position: int
    active: bool


class PersonFact(NamedTuple):
    """An account; deleted ones keep their names taken."""

    id: int
    user_name: str
    name: str
    identity_number: str | None
    email: str | None
    phone: str | None
    language: str
    active: bool
    deleted: bool


class HoldingKey(NamedTuple):
    """Who stands where."""

    user_id: int
    unit_id: int
    side: str
    slot: str


class HoldingFact(NamedTuple):
    """A holding's row, its title and its place among the person's."""

    id: int
    title: str
    position: int


@dataclass(slots=True)
class OrganisationFacts:
    """The organisation as rows."""

    units: dict[int, UnitFact] = field(default_factory=dict)
    people: dict[int, PersonFact] = field(default_factory=dict)
    sides: set[tuple[int, str]] = field(default_factory=set)
    managers: dict[int, tuple[int, ...]] = field(default_factory=dict)
    holdings: dict[HoldingKey, HoldingFact] = field(default_factory=dict)


def load_facts(session: AnySession) -> OrganisationFacts:
    """Read the organisation, units in tree order (above before below, siblings in order)."""
    facts = OrganisationFacts()
    units = select(
        Unit.id, Unit.parent_id, Unit.path, Unit.name, Unit.kind, Unit.code, Unit.position, Unit.active
    ).where(Unit.deleted_at.is_(None))
    facts.units = _in_tree_order([UnitFact(*row) for row in session.execute(units)])
    people = select(
        User.id, User.user_name, User.name, User.identity_number, User.email, User.phone, User.language,
        User.active, User.deleted_at.is_not(None),
    ).order_by(User.id)  # fmt: skip
    facts.people = {row[0]: PersonFact(*row) for row in session.execute(people)}
    facts.sides = {(row[0], row[1]) for row in session.execute(select(UnitSide.unit_id, UnitSide.side))}
    managers: dict[int, list[int]] = defaultdict(list)
    pairs = select(UserManager.user_id, UserManager.manager_id)
    for user_id, manager_id in session.execute(pairs.order_by(UserManager.position, UserManager.manager_id)):
        managers[user_id].append(manager_id)
    facts.managers = {user_id: tuple(found) for user_id, found in managers.items()}
    holdings = select(
        UnitHolding.user_id, UnitHolding.unit_id, UnitHolding.side, UnitHolding.slot, UnitHolding.id,
        UnitHolding.title, UnitHolding.position,
    ).where(UnitHolding.until.is_(None))  # fmt: skip
    for row in session.execute(holdings.order_by(UnitHolding.position, UnitHolding.id)):
        facts.holdings[HoldingKey(*row[:4])] = HoldingFact(*row[4:])
    return facts


def _in_tree_order(units: list[UnitFact]) -> dict[int, UnitFact]:
    below: dict[int | None, list[UnitFact]] = defaultdict(list)
    known = {unit.id for unit in units}
    for unit in units:
        below[unit.parent_id if unit.parent_id in known else None].append(unit)
    for siblings in below.values():
        siblings.sort(key=lambda unit: (unit.position, unit.id), reverse=True)
    ordered: dict[int, UnitFact] = {}
    waiting = list(below[None])
    while waiting:
        unit = waiting.pop()
        ordered[unit.id] = unit
        waiting.extend(below[unit.id])
    return ordered
