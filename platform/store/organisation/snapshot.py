"""The organisation as one immutable snapshot: people, the unit tree, slots, groups, choices.

It is some thousands of rows that change a few times a day and are asked for all the time, so every
process keeps the newest snapshot whole; `generation` row `organisation` tells when it is old.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from luongviec.engine.world import Holding, Person, Unit
from luongviec.store.database import AnySession
from luongviec.store.models import (
    BranchGrant,
    FunctionGrant,
    Setting,
    UnitHolding,
    UnitName,
    UnitSide,
    User,
    UserGroup,
    UserGroupMember,
    UserManager,
)
from luongviec.store.models import Unit as UnitRow

Derived = TypeVar("Derived")


@dataclass(slots=True)
class Organisation:
    """Everything that `World` asks about people and units; treat as read-only."""

    token: int = 0
    people: dict[int, Person] = field(default_factory=dict)
    posts: dict[int, str] = field(default_factory=dict)
    units: dict[int, Unit] = field(default_factory=dict)
    #: units whose own switch is off; `Unit.active` says whether they and all above them are on (U-28)
    switched_off: set[int] = field(default_factory=set)
    #: units that were deleted: named where history asks, and nowhere else
    deleted: set[int] = field(default_factory=set)
    below: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    branch: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    #: unit → the names that it bore before, each with its end, the oldest first
    former_names: dict[int, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    sides: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    sides_of: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    holdings: dict[int, list[Holding]] = field(default_factory=lambda: defaultdict(list))
    holders: dict[tuple[int, str], list[Holding]] = field(default_factory=lambda: defaultdict(list))
    slot_holders: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    managers: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    members: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    functions: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    group_functions: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: person → (unit, function) held in that unit and all below it
    branch_grants: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    settings: dict[tuple[str, str], dict[int | None, Any]] = field(default_factory=lambda: defaultdict(dict))
    _with_side: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _derived: dict[Hashable, Any] = field(default_factory=dict)

    def path(self, unit_id: int | None) -> tuple[int, ...]:
        """Give the ids from the root to a unit, itself included."""
        unit = None if unit_id is None else self.units.get(unit_id)
        return () if unit is None else unit.path

    def name_at(self, unit_id: int, at: datetime | None) -> str:
        """Give the name that a unit bore at a moment; None: the present one (O-14)."""
        for until, name in self.former_names.get(unit_id, ()) if at is not None else ():
            if at is not None and at < until:
                return name
        unit = self.units.get(unit_id)
        return f"#{unit_id}" if unit is None else unit.name

    def with_side(self, side: str) -> tuple[int, ...]:
        """Give the active units that carry a side."""
        found = self._with_side.get(side)
        if found is None:
            found = tuple(i for i in self.sides.get(side, ()) if self.units[i].active)
            self._with_side[side] = found
        return found

    def derived(self, key: Hashable, make: Callable[[], Derived]) -> Derived:
        """Give what is computed from the whole organisation, once for as long as this snapshot lasts."""
        if key not in self._derived:
            self._derived[key] = make()
        found: Derived = self._derived[key]
        return found

    def chosen(self, kind: str, subject: str, unit_id: int | None) -> Any:
        """Give what the nearest unit up the tree chose, else the installation, else None."""
        choices = self.settings.get((kind, subject))
        if not choices:
            return None
        for place in (*reversed(self.path(unit_id)), None):
            if place in choices:
                return choices[place]
        return None

    def choices(self, kind: str, subject: str) -> Mapping[int | None, Any]:
        """Give all choices about a subject: unit (None: the installation) → value."""
        return self.settings.get((kind, subject), {})


def load_organisation(session: AnySession, token: int) -> Organisation:
    """Read the whole organisation: eleven queries."""
    organisation = Organisation(token)
    _load_people(session, organisation)
    _load_units(session, organisation)
    _load_holdings(session, organisation)
    _load_groups(session, organisation)
    for row in session.execute(select(Setting.kind, Setting.subject, Setting.unit_id, Setting.value)):
        organisation.settings[row.kind, row.subject][row.unit_id] = row.value
    return organisation


def _load_people(session: AnySession, organisation: Organisation) -> None:
    rows = session.execute(
        select(
            User.id, User.user_name, User.name, User.active, User.language, User.email, User.phone,
            User.name_sort, User.post,
        ).order_by(User.id)
    )  # fmt: skip
    for row in rows:
        organisation.people[row.id] = Person(
            row.id, row.user_name, row.name, row.active, row.language, row.email, row.phone, row.name_sort
        )
        organisation.posts[row.id] = row.post
    managers = select(UserManager.user_id, UserManager.manager_id).order_by(
        UserManager.position, UserManager.manager_id
    )
    for user_id, manager_id in session.execute(managers):
        organisation.managers[user_id].append(manager_id)


def _load_units(session: AnySession, organisation: Organisation) -> None:
    table = UnitRow.__table__
    rows = session.execute(select(table).order_by(table.c.position, table.c.id)).all()
    organisation.deleted.update(row.id for row in rows if row.deleted_at is not None)
    organisation.switched_off.update(row.id for row in rows if not row.active)
    closed = organisation.switched_off | organisation.deleted
    for row in rows:
        path = tuple(int(part) for part in row.path.strip("/").split("/"))
        active = closed.isdisjoint(path)
        organisation.units[row.id] = Unit(row.id, row.name, row.kind, row.parent_id, path, row.code, active)
        if row.id in organisation.deleted:
            continue
        if row.parent_id is not None:
            organisation.below[row.parent_id].append(row.id)
        for ancestor in path:
            organisation.branch[ancestor].append(row.id)
    names = select(UnitName.unit_id, UnitName.until, UnitName.name).order_by(UnitName.until, UnitName.id)
    for unit_id, until, name in session.execute(names):
        organisation.former_names[unit_id].append((until, name))
    for unit_id, side in session.execute(
        select(UnitSide.unit_id, UnitSide.side).order_by(UnitSide.unit_id, UnitSide.side)
    ):
        if unit_id in organisation.deleted:
            continue
        organisation.sides[side].append(unit_id)
        organisation.sides_of[unit_id].add(side)


def _load_holdings(session: AnySession, organisation: Organisation) -> None:
    rows = session.execute(
        select(
            UnitHolding.user_id, UnitHolding.unit_id, UnitHolding.side, UnitHolding.slot, UnitHolding.since
        )
        .where(UnitHolding.until.is_(None))
        .order_by(UnitHolding.id)
    )
    people: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)  # each once, in order
    for row in rows:
        holding = Holding(row.user_id, row.unit_id, row.side, row.slot, row.since)
        organisation.holdings[row.user_id].append(holding)
        organisation.holders[row.unit_id, row.side].append(holding)
        people[row.side, row.slot][row.user_id] = None
    organisation.slot_holders.update((place, list(ids)) for place, ids in people.items())


def _load_groups(session: AnySession, organisation: Organisation) -> None:
    members = (
        select(UserGroup.code, UserGroupMember.user_id)
        .join(UserGroupMember, UserGroupMember.group_id == UserGroup.id)
        .where(UserGroup.code.is_not(None))
        .order_by(UserGroupMember.user_id)
    )
    for group, user_id in session.execute(members):
        organisation.groups[user_id].add(str(group))
        organisation.members[str(group)].append(user_id)
    grants = select(FunctionGrant.user_id, UserGroup.code, FunctionGrant.function).outerjoin(
        UserGroup, UserGroup.id == FunctionGrant.group_id
    )
    for receiver, code, function in session.execute(grants):
        if receiver is not None:
            organisation.functions[receiver].add(function)
        elif code is not None:
            organisation.group_functions[code].add(function)
    local = select(BranchGrant.user_id, BranchGrant.unit_id, BranchGrant.function).where(
        BranchGrant.until.is_(None)
    )
    for user_id, unit_id, function in session.execute(local.order_by(BranchGrant.id)):
        organisation.branch_grants[user_id].append((unit_id, function))
