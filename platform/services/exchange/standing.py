"""What an import knows while it compares: what stands in the database, and whom the actor administers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from luongviec.engine.errors import Refused
from luongviec.engine.model import Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.platform import Work
from luongviec.services.records.access import reach
from luongviec.services.units.reach import UNITS
from luongviec.services.users.access import USERS
from luongviec.services.users.data import IDENTITY_NUMBER
from luongviec.services.users.posts import belonging_sides
from luongviec.store.organisation.facts import (
    HoldingFact,
    HoldingKey,
    OrganisationFacts,
    PersonFact,
    UnitFact,
    load_facts,
)


@dataclass(slots=True)
class Standing:
    """The database as a file sees it. Reaches are sets of unit ids; None: everywhere."""

    work: Work
    actor: Actor
    facts: OrganisationFacts
    unit_reach: frozenset[int] | None
    people_reach: frozenset[int] | None
    by_code: dict[str, UnitFact] = field(default_factory=dict)
    by_user_name: dict[str, PersonFact] = field(default_factory=dict)
    by_identity: dict[str, PersonFact] = field(default_factory=dict)
    by_email: dict[str, PersonFact] = field(default_factory=dict)
    sides_of: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    children: dict[int | None, list[UnitFact]] = field(default_factory=lambda: defaultdict(list))
    holdings_in: dict[int, list[HoldingKey]] = field(default_factory=lambda: defaultdict(list))
    posts_of: dict[int, list[tuple[HoldingKey, HoldingFact]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @property
    def workspace(self) -> Workspace:
        """The published definitions."""
        return self.work.workspace

    @property
    def sheets(self) -> tuple[SheetCode, ...]:
        """The sheets that the actor may import and export."""
        return sheets_within(self.unit_reach, self.people_reach)

    def unit(self, code: str, within: frozenset[int] | None) -> UnitFact | None:
        """Give the unit of a code, if it stands in a reach."""
        found = self.by_code.get(code.upper())
        return found if found is not None and (within is None or found.id in within) else None

    def person(self, key: str) -> PersonFact | None:
        """Give the living account of a user name or identity number."""
        found = self.by_user_name.get(key.lower())
        if found is None and IDENTITY_NUMBER.fullmatch(key):
            found = self.by_identity.get(key)
        return None if found is None or found.deleted else found

    def is_mine(self, person: PersonFact) -> bool:
        """Whether somebody has a post where the actor administers people (U-29)."""
        if self.people_reach is None:
            return True
        return any(key.unit_id in self.people_reach for key, _ in self.posts_of[person.id])

    def is_open(self, unit: UnitFact) -> bool:
        """Whether a unit and all above it are in use."""
        units = self.facts.units
        return all(units[one].active for one in map(int, unit.path.strip("/").split("/")) if one in units)


UNIT_SHEETS = (SheetCode.UNITS, SheetCode.ROLES)
PEOPLE_SHEETS = (SheetCode.PEOPLE, SheetCode.POSTS)


def sheets_within(units: frozenset[int] | None, people: frozenset[int] | None) -> tuple[SheetCode, ...]:
    """Give the sheets that belong to somebody who administers units and people there (None: everywhere)."""
    held = (UNIT_SHEETS if units is None or units else ()) + (
        PEOPLE_SHEETS if people is None or people else ()
    )
    return tuple(code for code in SheetCode if code in held)


def allowed_sheets(work: Work, actor: Actor) -> tuple[SheetCode, ...]:
    """Give the sheets that an actor may import and export.

    Raises:
        Refused: none of them.
    """
    allowed = sheets_within(reach(work, actor, UNITS), reach(work, actor, USERS))
    if not allowed:
        raise Refused(
            Text(
                "Cần quyền quản trị đơn vị hoặc quản lý tài khoản (admin.units, admin.users).",
                "This needs the function permission admin.units or admin.users.",
            )
        )
    return allowed


def standing_of(work: Work, actor: Actor) -> Standing:
    """Read what stands in the database for an actor.

    Raises:
        Refused: he administers neither units nor people anywhere.
    """
    allowed_sheets(work, actor)
    facts = load_facts(work.session)
    known = Standing(work, actor, facts, reach(work, actor, UNITS), reach(work, actor, USERS))
    belonging = set(belonging_sides(work.workspace))
    for unit in facts.units.values():
        known.by_code.setdefault(key_of(unit), unit)
        known.children[unit.parent_id].append(unit)
    for unit_id, side in facts.sides:
        known.sides_of[unit_id].add(side)
    for person in facts.people.values():
        known.by_user_name[person.user_name] = person
        if person.identity_number:
            known.by_identity[person.identity_number] = person
        if person.email and not person.deleted:
            known.by_email.setdefault(person.email.lower(), person)
    for key, fact in facts.holdings.items():
        known.holdings_in[key.unit_id].append(key)
        if key.side in belonging:
            known.posts_of[key.user_id].append((key, fact))
    return known


def shown_code(unit: UnitFact) -> str:
    """Give what a file calls a unit: its code, or its number where it has none."""
    return unit.code or f"#{unit.id}"


def key_of(unit: UnitFact) -> str:
    """Give a unit's code as it is compared."""
    return shown_code(unit).upper()
