"""Who works in a unit (U-11, U-12)."""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.units.reach import reach_of
from luongviec.services.users.posts import belonging_sides
from luongviec.store.organisation import unit_rows

PEOPLE_PAGE = 50


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody who works in a unit."""

    user_id: int
    name: str
    user_name: str
    title: str
    slot: Text
    unit: str
    active: bool
    place: str  # `SIDE.SLOT.PERSON`: what a form sends to take him out


@dataclass(frozen=True, slots=True)
class MembersView:
    """A page of the people of a unit; `more`: there is a next one."""

    lines: tuple[MemberLine, ...]
    more: bool


def unit_members(
    platform: Platform, actor: Actor, unit_id: int, *, branch: bool = False, page: int = 1
) -> MembersView:
    """Give a page of the people who work in a unit, or in its branch (U-11, U-12).

    Raises:
        NotFound: the unit is not the actor's to see.
    """
    with platform.reading() as work:
        reach_of(work, actor).unit(unit_id)
        sides = belonging_sides(work.workspace)
        found = unit_rows.members(
            work.session,
            unit_id,
            sides,
            branch=branch,
            offset=(page - 1) * PEOPLE_PAGE,
            limit=PEOPLE_PAGE + 1,
        )
        organisation = work.world.organisation
        lines = []
        for one in found[:PEOPLE_PAGE]:
            person, unit = organisation.people[one.user_id], organisation.units[one.unit_id]
            slot = work.workspace.sides[one.side].slots.get(one.slot)
            lines.append(
                MemberLine(
                    one.user_id, person.name, person.user_name, one.title,
                    slot.label if slot else Text(one.slot), unit.name, person.active,
                    f"{one.side}.{one.slot}.{one.user_id}",
                )
            )  # fmt: skip
        return MembersView(tuple(lines), len(found) > PEOPLE_PAGE)
