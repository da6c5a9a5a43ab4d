"""One unit as its page shows it: where it stands, its facts, its slots, what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from luongviec.engine.model import Side, Slot, Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Unit
from luongviec.services.platform import Platform, Work
from luongviec.services.units.choices import ChoiceView, choices_of
from luongviec.services.units.gaps import ability_label, consequence, gaps_of
from luongviec.services.units.inheritance import Inherited, inherited_of
from luongviec.services.units.past import UnitPast, past_of
from luongviec.services.units.reach import UnitReach, reach_of
from luongviec.services.units.slots import may_fill
from luongviec.services.units.tree import top_units
from luongviec.services.users.posts import belonging_sides
from luongviec.services.views import Candidate
from luongviec.store.organisation import unit_rows
from luongviec.store.organisation.snapshot import Organisation


@dataclass(frozen=True, slots=True)
class PathStep:
    """A unit above; `is_open`: the actor may look at it."""

    id: int
    name: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class SlotView:
    """A slot with who fills it. `warning` says what its being empty means, `undone` that nobody does it."""

    code: str
    label: Text
    note: Text | None
    words: tuple[Text, ...]
    people: tuple[Candidate, ...]
    warning: Text | None
    undone: bool
    may_fill: bool
    functions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SideView:
    """A side with its slots."""

    code: str
    name: Text
    note: Text | None
    belonging: bool
    slots: tuple[SlotView, ...]
    seen_from_joined: bool = False  # whoever is new sees records from a moment on: it can be chosen


@dataclass(frozen=True, slots=True)
class May:
    """What the actor may do with the unit."""

    edit: bool
    fill: bool
    add: bool
    move: bool  # delete and reorder too: what changes the unit above
    up: bool
    down: bool


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit; `active` is its own switch, `closed_by` the name of a unit above that is off."""

    id: int
    name: str
    code: str
    kind: Text | None
    kind_code: str | None
    is_heading: bool
    active: bool
    closed_by: str | None
    version: int
    parent_id: int | None
    path: tuple[PathStep, ...]
    children: tuple[tuple[int, str, int], ...]
    units_below: int
    people: int
    people_of_branch: int
    open_records: tuple[tuple[Text, int], ...]
    choices: tuple[ChoiceView, ...]
    sides: tuple[SideView, ...]
    inherited: tuple[Inherited, ...]
    people_names: Mapping[int, str]
    gaps: int
    past: UnitPast
    may: May

    @property
    def own_sides(self) -> frozenset[str]:
        """The sides that it carries."""
        return frozenset(side.code for side in self.sides)

    @property
    def slot_count(self) -> int:
        """How many slots its sides have, beside those of people who work here."""
        return sum(len(side.slots) for side in self.sides if not side.belonging)


def unit_page(platform: Platform, actor: Actor, unit_id: int) -> UnitPage:
    """Give a unit to an administrator who may see it.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    with platform.reading() as work:
        reach = reach_of(work, actor)
        unit = reach.unit(unit_id)
        organisation, workspace = work.world.organisation, work.workspace
        row = unit_rows.unit_row(work.session, unit_id)
        kind = workspace.unit_kinds.get(unit.kind or "")
        sides = tuple(
            _side(work, actor, reach, unit_id, side)
            for side in workspace.sides.values()
            if side.code in organisation.sides_of.get(unit_id, ())
        )
        inherited = inherited_of(organisation, workspace, unit_id)
        named = {one for above in inherited for slot in above.slots for one in slot.people}
        return UnitPage(
            id=unit_id, name=unit.name, code=unit.code, kind=kind.name if kind else None, kind_code=unit.kind,
            is_heading=workspace.is_heading(unit.kind), active=unit_id not in organisation.switched_off,
            closed_by=_closed_by(organisation, unit), version=row.version if row is not None else 1,
            parent_id=unit.parent_id, path=_path(organisation, reach, unit),
            children=_children(organisation, reach, unit_id),
            units_below=len(organisation.branch.get(unit_id, ())) - 1,
            people=len(_people(organisation, workspace, (unit_id,))),
            people_of_branch=len(_people(organisation, workspace, organisation.branch.get(unit_id, ()))),
            open_records=_open_records(work, unit_id),
            choices=choices_of(
                organisation, workspace, frozenset(organisation.sides_of.get(unit_id, ())),
                parent_id=unit.parent_id, unit_id=unit_id,
            ),
            sides=sides, inherited=inherited,
            people_names={one: organisation.people[one].name for one in named if one in organisation.people},
            gaps=len(gaps_of(work).of_unit.get(unit_id, ())), past=past_of(work, unit_id, active=unit.active),
            may=_may(reach, organisation, unit, sides),
        )  # fmt: skip


# --- Parts ------------------------------------------------------------------------------------------


def _path(organisation: Organisation, reach: UnitReach, unit: Unit) -> tuple[PathStep, ...]:
    return tuple(PathStep(one, organisation.units[one].name, reach.sees(one)) for one in unit.path[:-1])


def _children(organisation: Organisation, reach: UnitReach, unit_id: int) -> tuple[tuple[int, str, int], ...]:
    return tuple(
        (one, organisation.units[one].name, len(organisation.branch.get(one, ())) - 1)
        for one in organisation.below.get(unit_id, ())
        if reach.sees(one)
    )


def _closed_by(organisation: Organisation, unit: Unit) -> str | None:
    above = (one for one in unit.path[:-1] if one in organisation.switched_off)
    return next((organisation.units[one].name for one in above), None)


def _people(organisation: Organisation, workspace: Workspace, unit_ids: Iterable[int]) -> set[int]:
    sides = belonging_sides(workspace)
    return {
        one.user_id
        for unit_id in unit_ids
        for side in sides
        for one in organisation.holders.get((unit_id, side), ())
    }


def _open_records(work: Work, unit_id: int) -> tuple[tuple[Text, int], ...]:
    modules = work.workspace.modules
    return tuple(
        (modules[code].name, count)
        for code, count in unit_rows.open_records_by_module(work.world, unit_id).items()
        if code in modules and (modules[code].owner_optional or not modules[code].owners)
    )


def _may(reach: UnitReach, organisation: Organisation, unit: Unit, sides: tuple[SideView, ...]) -> May:
    edit = reach.edits(unit.id)
    move = edit and reach.edits(unit.parent_id)
    beside = (
        organisation.below.get(unit.parent_id, ()) if unit.parent_id is not None else top_units(organisation)
    )
    place = list(beside).index(unit.id) if unit.id in beside else 0
    fill = any(slot.may_fill for side in sides for slot in side.slots)
    return May(edit, fill, edit, move, move and place > 0, move and place < len(beside) - 1)


def _side(work: Work, actor: Actor, reach: UnitReach, unit_id: int, side: Side) -> SideView:
    holdings = work.world.organisation.holders.get((unit_id, side.code), ())
    held: dict[str, list[int]] = {}
    for holding in holdings:
        held.setdefault(holding.slot, []).append(holding.user_id)
    filled = {code: bool(held.get(code)) for code in side.slots}
    return SideView(
        side.code, side.name, side.note, side.belonging,
        tuple(
            _slot(work, actor, reach, unit_id, side, slot, held.get(slot.code, []), filled)
            for slot in side.slots.values()
            if slot.shown or held.get(slot.code)
        ),
        seen_from_joined=any(
            role.side == side.code and role.sees_from_joined
            for module in work.workspace.modules.values()
            for role in module.roles.values()
        ),
    )  # fmt: skip


def _slot(
    work: Work, actor: Actor, reach: UnitReach, unit_id: int, side: Side, slot: Slot, held: list[int],
    filled: Mapping[str, bool],
) -> SlotView:  # fmt: skip
    workspace, organisation = work.workspace, work.world.organisation
    undone, warning = (False, None) if held else consequence(workspace, side, slot, filled)
    return SlotView(
        slot.code, slot.label, slot.note,
        tuple(ability_label(workspace, one) for one in sorted(slot.abilities)),
        tuple(person_candidate(organisation, one) for one in held), warning, undone,
        slot.shown and may_fill(work, actor, reach, unit_id, side.code, slot), tuple(sorted(slot.may)),
    )  # fmt: skip


def person_candidate(organisation: Organisation, user_id: int) -> Candidate:
    """Give somebody as a picker shows him."""
    person = organisation.people.get(user_id)
    name = person.name if person is not None else f"#{user_id}"
    closed = person is None or not person.active
    reason = Text("Tài khoản đã ngừng.", "The account is switched off.") if closed else None
    return Candidate(str(user_id), name, organisation.posts.get(user_id, ""), not closed, reason)
