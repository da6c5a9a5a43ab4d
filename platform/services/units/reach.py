"""What an administrator may see and change in the unit tree (U-17, U-29, C-83).

Whoever holds `admin.units` everywhere changes the whole tree; on a branch, that branch: what stands
above it he sees as the way to it, everything else does not exist for him. Whoever administers a
module (`MODULE.admin`) sees the whole tree and fills the slots of the sides that the module asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.model import Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HolderKind, Unit
from luongviec.services.platform import Work
from luongviec.services.records.access import has_function, reach
from luongviec.store.organisation.snapshot import Organisation

UNITS = "admin.units"


@dataclass(frozen=True, slots=True)
class UnitReach:
    """The part of the tree that is one administrator's.

    `units` are those he changes (None: all), `sides` those whose slots he fills in every unit.
    """

    organisation: Organisation
    units: frozenset[int] | None
    sides: frozenset[str] = frozenset()

    def edits(self, unit_id: int | None) -> bool:
        """Whether he changes a unit; None stands for the place above the tops of the tree."""
        return self.units is None or (unit_id is not None and unit_id in self.units)

    def sees(self, unit_id: int) -> bool:
        """Whether a unit exists for him."""
        known = unit_id in self.organisation.units and unit_id not in self.organisation.deleted
        return known and (bool(self.sides) or self.edits(unit_id))

    def fills(self, unit_id: int, side: str) -> bool:
        """Whether he puts people into the slots of a side of a unit."""
        return self.edits(unit_id) or side in self.sides

    def on_the_way(self) -> frozenset[int]:
        """Give the units that stand above his own and are none of his: shown as the way there."""
        if self.units is None or self.sides:
            return frozenset()
        path = self.organisation.path
        return frozenset(above for unit_id in self.units for above in path(unit_id)) - self.units

    def unit(self, unit_id: int) -> Unit:
        """Give a unit that he sees.

        Raises:
            NotFound: there is none, or it is not his to see.
        """
        if not self.sees(unit_id):
            raise NotFound()
        return self.organisation.units[unit_id]

    def check_edits(self, unit_ids: Iterable[int | None]) -> None:
        """Refuse changing units that are not all his.

        Raises:
            NotFound: one of them is not his to see.
            Refused: one is seen, but not his to change; or it is the place above the tops.
        """
        for unit_id in unit_ids:
            if unit_id is not None:
                self.unit(unit_id)
            if not self.edits(unit_id):
                raise Refused(NOT_YOURS)

    def check_fills(self, unit_id: int, side: str) -> None:
        """Refuse filling slots of a side in a unit that is not his (see `check_edits`)."""
        self.unit(unit_id)
        if not self.fills(unit_id, side):
            raise Refused(NOT_YOURS)


NOT_YOURS = Text(
    "Việc này nằm ngoài nhánh đơn vị mà bạn quản trị. Hãy nhờ người quản trị đơn vị cấp trên.",
    "This lies outside the branch that you administer. Ask the administrator of the unit above.",
)
NOWHERE = Text(
    "Cần quyền quản trị đơn vị (admin.units), ít nhất ở một nhánh.",
    "This needs the function permission admin.units, at least on one branch.",
)


def reach_of(work: Work, actor: Actor) -> UnitReach:
    """Give the part of the tree that is an actor's.

    Raises:
        Refused: none of it is.
    """
    organisation = work.world.organisation
    units = reach(work, actor, UNITS)
    sides: set[str] = set()
    if units is not None:
        for module, own in sides_of_modules(work.workspace).items():
            if own and has_function(work, actor, f"{module}.admin"):
                sides |= own
        if not units and not sides:
            raise Refused(NOWHERE)
    return UnitReach(organisation, units, frozenset(sides))


def sides_of_modules(workspace: Workspace) -> dict[str, frozenset[str]]:
    """Give for each module the sides that units carry to take part in it."""
    return {
        module.code: frozenset(
            role.side for role in module.roles.values() if role.of is HolderKind.UNIT and role.side
        )
        for module in workspace.modules.values()
    }
