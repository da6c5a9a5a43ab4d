"""What a unit has from the unit above: the slots that are asked there, live (S3; C-64, C-85, C-86).

Nothing is copied. A module whose unit role is chosen `below` another role (tasks: the executing unit
below the assigning one) asks the slots of the other role's side in the unit above; here they are
shown where the lower unit is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.engine.model import Module, Side, UnitSet, UnitSetKind, Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import HolderKind
from luongviec.store.organisation.snapshot import Organisation


@dataclass(frozen=True, slots=True)
class InheritedSlot:
    """A slot of the unit above, with who fills it now."""

    label: Text
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Inherited:
    """The slots that count for a unit though they are another's; `unit_id` None: no unit above has them."""

    side: str
    side_name: Text
    role: Text
    unit_id: int | None
    unit: str | None
    slots: tuple[InheritedSlot, ...]


def inherited_sides(workspace: Workspace) -> tuple[tuple[str, str, Text], ...]:
    """Give (side, side of the unit above, name of the role above) as the modules ask for them."""
    found: dict[tuple[str, str], Text] = {}
    for module in workspace.modules.values():
        for role in module.roles.values():
            above = _role_above(module, role.candidates)
            if role.of is HolderKind.UNIT and role.side and above is not None:
                side, label = above
                if side != role.side:
                    found.setdefault((role.side, side), label)
    return tuple((lower, upper, label) for (lower, upper), label in found.items())


def inherited_of(organisation: Organisation, workspace: Workspace, unit_id: int) -> tuple[Inherited, ...]:
    """Give what a unit has from above, as it stands this moment."""
    carried = organisation.sides_of.get(unit_id, ())
    found = []
    for lower, upper, label in inherited_sides(workspace):
        if lower in carried and upper in workspace.sides:
            side = workspace.sides[upper]
            above = unit_above(organisation, unit_id, upper)
            name = organisation.units[above].name if above is not None else None
            found.append(Inherited(upper, side.name, label, above, name, _slots(organisation, side, above)))
    return tuple(found)


def unit_above(organisation: Organisation, unit_id: int, side: str) -> int | None:
    """Give the unit directly above, looking through headings, if it carries a side."""
    for above in reversed(organisation.path(unit_id)[:-1]):
        carried = organisation.sides_of.get(above)
        if carried:
            return above if side in carried else None
    return None


def _role_above(module: Module, candidates: object) -> tuple[str, Text] | None:
    if not isinstance(candidates, UnitSet) or candidates.kind is not UnitSetKind.BELOW:
        return None
    role = module.roles.get(candidates.name)
    return None if role is None or role.side is None else (role.side, role.label)


def _slots(organisation: Organisation, side: Side, unit_id: int | None) -> tuple[InheritedSlot, ...]:
    if unit_id is None:
        return ()
    holdings = organisation.holders.get((unit_id, side.code), ())
    return tuple(
        InheritedSlot(slot.label, tuple(one.user_id for one in holdings if one.slot == slot.code))
        for slot in side.slots.values()
        if slot.shown or any(one.slot == slot.code for one in holdings)
    )
