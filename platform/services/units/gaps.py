"""What a unit lacks people for: abilities of the sides it carries that none of its people bring.

Which slots a side has and what they may do is data; so is what their being empty means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luongviec.engine.model import Side, Slot, Workspace
from luongviec.engine.text import Text
from luongviec.services.platform import Work
from luongviec.store.organisation.snapshot import Organisation


@dataclass(frozen=True, slots=True)
class Gap:
    """That nobody in a unit brings an ability of a side; None: nobody stands in the side at all."""

    side: str
    ability: str | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of every unit in use. `in_branch`: how many units of a branch have some."""

    of_unit: Mapping[int, tuple[Gap, ...]]
    in_branch: Mapping[int, int]


def gaps_of(work: Work) -> Gaps:
    """Give the gaps of the whole tree, computed once for each state of organisation and definitions."""
    organisation, workspace = work.world.organisation, work.workspace
    return organisation.derived(("gaps", workspace.digest), lambda: _gaps(organisation, workspace))


def _gaps(organisation: Organisation, workspace: Workspace) -> Gaps:
    found: dict[int, tuple[Gap, ...]] = {}
    counts: dict[int, int] = {}
    for unit in organisation.units.values():
        gaps = unit_gaps(organisation, workspace, unit.id) if unit.active else ()
        if gaps:
            found[unit.id] = gaps
            for above in unit.path:
                counts[above] = counts.get(above, 0) + 1
    return Gaps(found, counts)


def unit_gaps(organisation: Organisation, workspace: Workspace, unit_id: int) -> tuple[Gap, ...]:
    """Give what one unit lacks, by side in the order of the definitions."""
    carried = organisation.sides_of.get(unit_id, ())
    gaps: list[Gap] = []
    for side in workspace.sides.values():
        if side.code in carried:
            filled = _filled_slots(organisation, unit_id, side.code)
            offered = [slot for slot in side.slots.values() if slot.shown]
            wanted = dict.fromkeys(one for slot in offered for one in sorted(slot.abilities))
            covered = {one for code in filled if code in side.slots for one in side.slots[code].abilities}
            gaps += [Gap(side.code, one) for one in wanted if one not in covered]
            if not wanted and not filled:
                gaps.append(Gap(side.code, None))
    return tuple(gaps)


def _filled_slots(organisation: Organisation, unit_id: int, side: str) -> set[str]:
    people = organisation.people
    holdings = organisation.holders.get((unit_id, side), ())
    return {one.slot for one in holdings if one.user_id in people and people[one.user_id].active}


def consequence(
    workspace: Workspace, side: Side, slot: Slot, filled: Mapping[str, bool]
) -> tuple[bool, Text]:
    """Say what it means that a slot is empty, and whether something is left undone.

    Args:
        filled: slot → whether somebody stands in it, for all slots of the side in this unit.
    """
    others = [
        one
        for one in side.slots.values()
        if one.code != slot.code and filled.get(one.code) and one.abilities & slot.abilities
    ]
    covered = {ability for one in others for ability in one.abilities}
    undone = [ability for ability in sorted(slot.abilities) if ability not in covered]
    if undone:
        labels = [ability_label(workspace, one) for one in undone]
        return True, Text(
            f"Chưa ai ở đơn vị này được: {_listed(labels, 'vi')}.",
            f"Nobody in this unit may: {_listed(labels, 'en')}.",
        )
    if others:
        names = [one.label for one in others]
        return False, Text(
            f"Việc này hiện do {_listed(names, 'vi')} đảm nhận.", f"Done by {_listed(names, 'en')} for now."
        )
    if not any(filled.values()):
        return True, Text("Chưa có ai ở phía này của đơn vị.", "Nobody stands on this side of the unit.")
    return False, Text("Chưa có ai giữ vai trò này.", "Nobody fills this slot.")


def ability_label(workspace: Workspace, code: str) -> Text:
    """Give what an ability is called."""
    for side in workspace.sides.values():
        if code in side.abilities:
            return side.abilities[code]
    return Text(code, code)


def _listed(texts: list[Text], language: str) -> str:
    return ", ".join(text.in_language(language) for text in texts)
