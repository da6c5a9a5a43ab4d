"""What a change does to the tree, in one transaction: units, sides, slots, people, rights.

Open records follow afterwards (`unit_change_work`). A unit that goes is switched off and put below
the one that comes after it: whoever leads that one still leads what the old one left behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from luongviec.engine.world import Actor, HolderKind
from luongviec.services.journal.writing import Subject, note_change, organisation_changed
from luongviec.services.platform import Work
from luongviec.services.rights.administrators import keeping_an_administrator
from luongviec.services.succession.handing_over import Succession
from luongviec.services.unit_changes.plans import (
    Change,
    Dissolve,
    Merge,
    Move,
    NewUnit,
    Rename,
    Split,
    Target,
    ending,
)
from luongviec.services.units.data import free_code
from luongviec.services.units.slots import check_gives
from luongviec.services.units.writes import people_named
from luongviec.services.users.posts import renew_post_texts
from luongviec.store.models import Unit, UnitHolding
from luongviec.store.organisation import unit_changes as rows
from luongviec.store.organisation import unit_rows
from luongviec.store.organisation import writes as tree
from luongviec.store.organisation.unit_moves import move_unit


@dataclass(slots=True)
class Aftermath:
    """What follows a change of the tree: who comes after whom, and whose records are seen otherwise.

    `members` are the units that took part; `moved` those whose place in the tree is another now.
    """

    members: list[tuple[int, str]] = field(default_factory=list)
    succession: Succession | None = None
    moved: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)


def change_tree(work: Work, actor: Actor, change: Change, reason: str, effective_at: datetime) -> Aftermath:
    """Make a checked change, in the transaction of the work; the caller has locked the tree."""
    aftermath = Aftermath()
    step = _Step(work, actor, reason, aftermath)
    with keeping_an_administrator(work):
        if isinstance(change, Rename):
            step.rename(change, min(effective_at, work.now))
        elif isinstance(change, Move):
            step.move(change)
        elif isinstance(change, Merge):
            step.merge(change)
        elif isinstance(change, Split):
            step.split(change)
        else:
            step.dissolve(change)
        work.session.flush()
        organisation_changed(work)
    changed = [unit_id for unit_id, _ in aftermath.members]
    renew_post_texts(work, aftermath.people, unit_ids=changed)
    organisation_changed(work)
    return aftermath


class _Step:
    """One change under way."""

    def __init__(self, work: Work, actor: Actor, reason: str, aftermath: Aftermath) -> None:
        self.work, self.actor, self.reason, self.aftermath = work, actor, reason, aftermath
        self.session = work.session

    # --- The kinds --------------------------------------------------------------------------------

    def rename(self, change: Rename, until: datetime) -> None:
        unit = self.unit(change.unit_id)
        before = unit.name
        unit_rows.rename(self.session, unit, " ".join(change.name.split()), until)
        unit.version += 1
        self.note("unit.renamed", unit, {"name": before}, {"name": unit.name})
        self.take_part(unit.id, rows.FROM)

    def move(self, change: Move) -> None:
        unit = self.unit(change.unit_id)
        self.put_below(unit, change.parent_id)
        self.take_part(unit.id, rows.FROM)
        if change.parent_id is not None:
            self.take_part(change.parent_id, rows.TO)

    def merge(self, change: Merge) -> None:
        sources = [self.unit(one) for one in ending(change)]
        target = self.target(change.into, sources[0])
        self.take_part(target.id, rows.TO)
        gone = {source.id for source in sources}
        left_out = set(change.left_out)
        for source in sources:
            self.take_sides(target, (source.id,))
            for child in unit_rows.siblings(self.session, source.id):
                if child.id not in gone and child.id != target.id:
                    self.put_below(child, target.id)
            holdings = rows.holdings_now(self.session, (source.id,))
            self.take_over([one for one in holdings if one.id not in left_out], target)
            self.end(source, target, holdings, "unit.merged")
        self.follow({source.id: target.id for source in sources})

    def split(self, change: Split) -> None:
        old = self.unit(change.unit_id)
        units = [old if part.unit == old.id else self.target(part.unit, old) for part in change.parts]
        heir = units[change.heir]
        given = {person: units[place].id for place, part in enumerate(change.parts) for person in part.people}
        for unit in units:
            if unit.id != old.id:
                self.take_sides(unit, (old.id,))
                self.take_part(unit.id, rows.TO)
        children = {child: units[place] for place, part in enumerate(change.parts) for child in part.children}
        for child in unit_rows.siblings(self.session, old.id):
            home = children.get(child.id, heir)
            if home.id not in (old.id, child.id) and child.id not in {unit.id for unit in units}:
                self.put_below(child, home.id)
        holdings = rows.holdings_now(self.session, (old.id,))
        for unit in units:
            if unit.id != old.id:
                theirs = [h for h in holdings if given.get(h.user_id, heir.id) == unit.id]
                self.take_over(theirs, unit)
                if change.goes_on:
                    self.end_holdings(theirs)
        if change.goes_on:
            old.version += 1
            self.take_part(old.id, rows.FROM)
            self.note("unit.split", old, {}, {"into": [unit.name for unit in units]})
        else:
            self.end(old, heir, holdings, "unit.split", into=units)
        self.follow({old.id: heir.id}, by_person=given if change.by_person else None)

    def dissolve(self, change: Dissolve) -> None:
        old = self.unit(change.unit_id)
        heir = None if change.successor_id is None else self.unit(change.successor_id)
        if heir is not None:
            self.take_part(heir.id, rows.TO)
            self.take_sides(heir, (old.id,))
            for child in unit_rows.siblings(self.session, old.id):
                if child.id != heir.id:
                    self.put_below(child, heir.id)
        self.end(old, heir, rows.holdings_now(self.session, (old.id,)), "unit.dissolved")
        if heir is not None:
            self.follow({old.id: heir.id})

    # --- Their steps ------------------------------------------------------------------------------

    def unit(self, unit_id: int) -> Unit:
        """Give a unit's row; the checks have seen it."""
        return self.session.get_one(Unit, unit_id)

    def target(self, target: Target, like: Unit) -> Unit:
        """Give the unit that comes after, made now where it is new, with the choices of the old one."""
        if isinstance(target, int):
            return self.unit(target)
        unit = self.make(target)
        rows.copy_choices(self.session, like.id, unit.id)
        return unit

    def make(self, new: NewUnit) -> Unit:
        parent = None if new.parent_id is None else self.unit(new.parent_id)
        unit = tree.add_unit(
            self.session, name=" ".join(new.name.split()), parent=parent, kind=new.kind,
            code=new.code or free_code(new.name, tree.used_codes(self.session)),
            position=tree.next_position(self.session, new.parent_id),
        )  # fmt: skip
        self.note("unit.created", unit, {}, {"name": unit.name, "parent": self.name_of(new.parent_id)})
        return unit

    def take_sides(self, unit: Unit, sources: Sequence[int]) -> None:
        """Let a unit carry what others carry: their records need its people."""
        carried = rows.sides_of_units(self.session, sources)
        tree.add_sides(
            self.session, [(unit.id, side) for sides in carried.values() for side in sorted(sides)]
        )

    def put_below(self, unit: Unit, parent_id: int | None) -> None:
        before, position = self.name_of(unit.parent_id), tree.next_position(self.session, parent_id)
        self.aftermath.moved |= set(move_unit(self.session, unit.id, parent_id))
        unit.position = position
        unit.version += 1
        self.note("unit.moved", unit, {"parent": before}, {"parent": self.name_of(parent_id)})

    def take_over(self, holdings: Sequence[UnitHolding], unit: Unit) -> None:
        """Let people fill the same slots of a unit that comes after; nobody gets more than the actor has.

        Raises:
            Refused: a slot gives function permissions there that the actor does not hold (C-83).
        """
        sides = self.work.workspace.sides
        for side, code in sorted({(one.side, one.slot) for one in holdings}):
            slot = sides[side].slots.get(code) if side in sides else None
            known = unit.id in self.work.world.organisation.units
            if slot is not None and slot.may:
                check_gives(self.work, self.actor, unit.id if known else unit.parent_id or unit.id, slot)
        if rows.take_over_holdings(self.session, holdings, unit.id):
            names = people_named(self.work, tuple(sorted({one.user_id for one in holdings})))
            unit.version += 1
            self.note("unit.slots", unit, {}, {"people": names})

    def end(
        self, unit: Unit, heir: Unit | None, holdings: Sequence[UnitHolding], action: str,
        into: Iterable[Unit] = (),
    ) -> None:  # fmt: skip
        """Switch a unit off, below its heir, with nobody in it and nobody administering its branch."""
        self.end_holdings(holdings)
        rows.end_grants_on(self.session, (unit.id,), self.work.now)
        unit.active = False
        unit.version += 1
        names = [one.name for one in into] or ([] if heir is None else [heir.name])
        self.note(action, unit, {"active": True}, {"active": False, "into": names})
        self.take_part(unit.id, rows.FROM)
        if heir is not None and unit.parent_id != heir.id:
            self.put_below(unit, heir.id)

    def end_holdings(self, holdings: Sequence[UnitHolding]) -> None:
        rows.end_holdings_of(self.session, [one.id for one in holdings], self.work.now)
        self.aftermath.people |= {one.user_id for one in holdings}

    def follow(self, successors: dict[int, int], by_person: dict[int, int] | None = None) -> None:
        """Say who comes after whom in open records."""
        if by_person or any(old != new for old, new in successors.items()):
            self.aftermath.succession = Succession(
                HolderKind.UNIT, successors, self.reason, by_person=by_person or {}
            )

    def take_part(self, unit_id: int, part: str) -> None:
        self.aftermath.members.append((unit_id, part))

    def name_of(self, unit_id: int | None) -> str:
        return "" if unit_id is None else self.unit(unit_id).name

    def note(self, action: str, unit: Unit, before: dict[str, object], after: dict[str, object]) -> None:
        subject = Subject("unit", str(unit.id), str(before.get("name", unit.name)))
        note_change(self.work, self.actor, action, subject, before=before, after=after, note=self.reason)
