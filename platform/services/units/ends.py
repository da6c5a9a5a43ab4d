"""What would follow from moving, switching off or deleting a unit: for the page that asks first."""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.units.obstacles import Obstacle, obstacles
from luongviec.services.units.reach import reach_of
from luongviec.services.units.tree import place_of
from luongviec.services.users.posts import belonging_sides
from luongviec.store.organisation import unit_rows


@dataclass(frozen=True, slots=True)
class Ahead:
    """A unit before something befalls it: what is below it, who works in its branch, what is open."""

    id: int
    name: str
    place: str
    parent_id: int | None
    active: bool
    version: int
    units: int
    people: int
    records: int
    obstacles: tuple[Obstacle, ...]
    may_leave: bool  # the unit above is the actor's too

    @property
    def reasons(self) -> tuple[Text, ...]:
        """What keeps it from being deleted."""
        return tuple(one.text for one in self.obstacles)

    @property
    def only_records(self) -> bool:
        """Whether a successor for its open records would be enough."""
        return bool(self.obstacles) and all(one.what not in ("children",) for one in self.obstacles)


def foresee(platform: Platform, actor: Actor, unit_id: int) -> Ahead:
    """Give what hangs on a unit and its branch.

    Raises:
        NotFound, Refused: the unit is not the actor's to change.
    """
    with platform.reading() as work:
        reach = reach_of(work, actor)
        reach.check_edits((unit_id,))
        organisation = work.world.organisation
        unit, branch = organisation.units[unit_id], organisation.branch.get(unit_id, ())
        row = unit_rows.unit_row(work.session, unit_id)
        people = {
            one.user_id
            for below in branch
            for side in belonging_sides(work.workspace)
            for one in organisation.holders.get((below, side), ())
        }
        return Ahead(
            unit_id, unit.name, place_of(organisation, unit.path), unit.parent_id,
            unit_id not in organisation.switched_off, row.version if row is not None else 1,
            len(branch) - 1, len(people),
            unit_rows.open_records_in_branch(work.session, unit_id),
            obstacles(work, unit_id), reach.edits(unit.parent_id),
        )  # fmt: skip
