"""What an import would do, as data: the dry run shows it, applying writes it, a digest compares the two."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from enum import StrEnum
from typing import Any

from luongviec.engine.text import Text
from luongviec.services.exchange.cells import Level, Problem
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.users.data import UserData

#: Who or what a row names: the id of a known one, or the key of one that the same file makes.
Ref = int | str

MOST_SHOWN = 100  # lines of the preview, for each sheet


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to make; `key` is its code in capitals."""

    key: str
    code: str
    name: str
    kind: str | None
    parent: Ref | None
    position: int
    active: bool
    sides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What changes of a known unit; `values` by the row's fields, `parent` where it moves."""

    id: int
    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    moves_to: Ref | None = None
    moves: bool = False
    moves_from: int | None = None
    sides_before: tuple[str, ...] = ()
    sides_after: tuple[str, ...] = ()

    @property
    def sides_added(self) -> tuple[str, ...]:
        """The sides that it did not carry."""
        return tuple(side for side in self.sides_after if side not in self.sides_before)

    @property
    def sides_dropped(self) -> tuple[str, ...]:
        """The sides that it carries no more."""
        return tuple(side for side in self.sides_before if side not in self.sides_after)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """An account to make; `key` is its user name."""

    key: str
    data: UserData
    active: bool
    managers: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What changes of a known account."""

    id: int
    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    managers: tuple[Ref, ...] | None = None  # None: they stay
    managers_before: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NewHolding:
    """Somebody to put into a slot."""

    user: Ref
    unit: Ref
    side: str
    slot: str
    title: str
    position: int


@dataclass(frozen=True, slots=True)
class HoldingChange:
    """A post whose title or order changes."""

    id: int
    user_id: int
    title: str
    position: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the preview."""

    sheet: SheetCode
    row: int
    outcome: Outcome
    name: str
    changes: tuple[tuple[Text, str, str], ...] = ()  # what, before, after


@dataclass(slots=True)
class ImportPlan:
    """All that an import would do, and what stands in its way."""

    problems: list[Problem] = field(default_factory=list)
    new_units: list[NewUnit] = field(default_factory=list)
    unit_changes: list[UnitChange] = field(default_factory=list)
    new_people: list[NewPerson] = field(default_factory=list)
    person_changes: list[PersonChange] = field(default_factory=list)
    new_holdings: list[NewHolding] = field(default_factory=list)
    holding_changes: list[HoldingChange] = field(default_factory=list)
    counts: dict[SheetCode, Counter[str]] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """How many problems stop the import."""
        return sum(problem.level is Level.ERROR for problem in self.problems)

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to write."""
        return any(
            (self.new_units, self.unit_changes, self.new_people, self.person_changes, self.new_holdings,
             self.holding_changes)
        )  # fmt: skip

    def note(self, line: Shown) -> None:
        """Count a row, and keep the first ones that do something for the preview."""
        counter = self.counts.setdefault(line.sheet, Counter())
        if line.outcome is not Outcome.SAME and counter[Outcome.NEW] + counter[Outcome.CHANGED] < MOST_SHOWN:
            self.shown.append(line)
        counter[line.outcome] += 1

    def digest(self) -> str:
        """Give a fingerprint of what would be done: the same for the same work, and no other."""
        made = hashlib.sha256()
        for part in (
            self.new_units, self.unit_changes, self.new_people, self.person_changes, self.new_holdings,
            self.holding_changes,
        ):  # fmt: skip
            made.update(f"{len(part)}:".encode())
            for one in part:
                made.update(repr(astuple(one)).encode())
        return made.hexdigest()
