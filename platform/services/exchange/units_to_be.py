"""The units as a file makes them: what its other sheets refer to."""

from __future__ import annotations

from dataclasses import dataclass, field

from luongviec.services.exchange.plan import Ref
from luongviec.services.exchange.standing import Standing, key_of
from luongviec.store.organisation.facts import UnitFact


@dataclass(slots=True)
class UnitRow:
    """One row, read; empty cells are None (a parent: "")."""

    number: int
    key: str
    code: str
    parent: str
    name: str
    kind: str | None
    order: int | None
    active: bool | None
    sides: dict[str, bool]
    known: UnitFact | None = None

    @property
    def ref(self) -> Ref:
        """How the plan names this unit."""
        return self.key if self.known is None else self.known.id


@dataclass(slots=True)
class UnitsToBe:
    """The units as they will be: what the other sheets refer to."""

    standing: Standing
    rows: dict[str, UnitRow] = field(default_factory=dict)
    carried: dict[Ref, set[str]] = field(default_factory=dict)
    inactive: set[Ref] = field(default_factory=set)
    active: set[Ref] = field(default_factory=set)
    parents: dict[str, str] = field(default_factory=dict)  # key → key of the unit above

    def find(self, code: str, within: frozenset[int] | None) -> Ref | None:
        """Give the unit that a code names: one of this file's new ones, or a known one in reach."""
        row = self.rows.get(code.upper())
        if row is not None and row.known is None:
            return row.key
        unit = self.standing.unit(code, within)
        return None if unit is None else unit.id

    def sides(self, unit: Ref) -> set[str]:
        """Give the sides that a unit will carry."""
        return self.carried.get(unit) or (self.standing.sides_of[unit] if isinstance(unit, int) else set())

    def is_open(self, unit: Ref) -> bool:
        """Whether a unit, and all above it, will be in use."""
        key = unit if isinstance(unit, str) else key_of(self.standing.facts.units[unit])
        for _ in range(200):
            row, fact = self.rows.get(key), self.standing.by_code.get(key)
            ref: Ref = key if fact is None else fact.id
            if ref in self.inactive or (fact is not None and not fact.active and ref not in self.active):
                return False
            if row is not None and key in self.parents:
                key = self.parents[key]
            elif fact is not None and fact.parent_id in self.standing.facts.units:
                key = key_of(self.standing.facts.units[fact.parent_id])
            else:
                return True
        return True

    def nearest_known(self, unit: Ref) -> int | None:
        """Give the unit itself, or the nearest one above a new unit that stands in the database."""
        key = unit
        for _ in range(200):
            if isinstance(key, int):
                return key
            fact = self.standing.by_code.get(key)
            if fact is not None:
                return fact.id
            if key not in self.parents:
                return None
            key = self.parents[key]
        return None
