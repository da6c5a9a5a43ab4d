"""The one form of a unit: what there is to say about a new one, and what one that exists says (W-15)."""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.engine.model import Side
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform, Work
from luongviec.services.units.choices import ChoiceView, choices_of
from luongviec.services.units.data import UnitData
from luongviec.services.units.gaps import ability_label
from luongviec.services.units.page import PathStep, SideView, SlotView
from luongviec.services.units.reach import UnitReach, reach_of
from luongviec.services.units.slots import may_fill
from luongviec.store.organisation import unit_rows


@dataclass(frozen=True, slots=True)
class UnitFormView:
    """What the form of a unit offers: kinds, the sides of each, their slots, choices."""

    kinds: tuple[tuple[str, Text, bool], ...]  # code, name, whether it is a heading
    sides: tuple[tuple[SideView, frozenset[str]], ...]  # with the kinds that may carry it; empty: all
    choices: tuple[ChoiceView, ...]
    parent: PathStep | None
    path: str
    usual_sides: frozenset[str]  # that a new unit begins with: those of the unit above
    needs_parent: bool  # there is a tree already, so a unit stands below another


def unit_form(
    platform: Platform, actor: Actor, parent_id: int | None, *, unit_id: int | None = None
) -> UnitFormView:
    """Give what there is to say about a new unit below another, or about a unit.

    Raises:
        NotFound, Refused: the place is not the actor's to change.
    """
    with platform.reading() as work:
        reach = reach_of(work, actor)
        reach.check_edits((parent_id,) if unit_id is None else (unit_id,))
        organisation, workspace = work.world.organisation, work.workspace
        parent = organisation.units.get(parent_id or 0)
        sides = tuple(
            (_empty_side(work, actor, reach, parent_id, side), side.kinds)
            for side in workspace.sides.values()
        )
        return UnitFormView(
            kinds=tuple((one.code, one.name, one.heading) for one in workspace.unit_kinds.values()),
            sides=sides,
            choices=choices_of(
                organisation, workspace, frozenset(workspace.sides), parent_id=parent_id, unit_id=unit_id
            ),
            parent=None if parent is None else PathStep(parent.id, parent.name, reach.sees(parent.id)),
            usual_sides=_usual_sides(work, parent_id),
            needs_parent=len(organisation.units) > len(organisation.deleted),
            path=" › ".join(
                organisation.units[one].name
                for one in organisation.path(parent_id)
                if one in organisation.units
            ),
        )


def _usual_sides(work: Work, parent_id: int | None) -> frozenset[str]:
    """Give the sides of the nearest unit above that carries some; a first unit begins with every side."""
    organisation = work.world.organisation
    for above in reversed(organisation.path(parent_id)):
        if organisation.sides_of.get(above):
            return frozenset(organisation.sides_of[above])
    return frozenset(work.workspace.sides)


def _empty_side(work: Work, actor: Actor, reach: UnitReach, parent_id: int | None, side: Side) -> SideView:
    place = parent_id if parent_id is not None else 0
    slots = tuple(
        SlotView(
            slot.code, slot.label, slot.note,
            tuple(ability_label(work.workspace, one) for one in sorted(slot.abilities)), (), None, False,
            parent_id is None or may_fill(work, actor, reach, place, side.code, slot),
            tuple(sorted(slot.may)),
        )
        for slot in side.slots.values()
        if slot.shown
    )  # fmt: skip
    return SideView(side.code, side.name, side.note, side.belonging, slots)


def unit_data(platform: Platform, actor: Actor, unit_id: int) -> UnitData:
    """Give what a unit's form holds when it is opened."""
    with platform.reading() as work:
        unit = reach_of(work, actor).unit(unit_id)
        organisation = work.world.organisation
        chosen = unit_rows.settings_snapshot(work.session, unit_id)
        return UnitData(
            unit.name, unit.parent_id, unit.kind, unit.code,
            frozenset(organisation.sides_of.get(unit_id, ())),
            {key: str(value) for key, value in chosen.items()},
        )  # fmt: skip
