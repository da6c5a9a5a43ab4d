"""What a change of a side's roles means for people: who gains and who loses what (W-37)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from luongviec.engine.model import Side, Slot
from luongviec.engine.text import Text
from luongviec.services.platform import Work
from luongviec.services.rights.function_words import function_label
from luongviec.services.rights.role_views import abilities_beside

#: A place where a person holds something: (person, unit, also in the units below).
Place = tuple[int, int, bool]


@dataclass(frozen=True, slots=True)
class Impact:
    """One thing that people gain or lose: how many active people, in how many units."""

    label: Text
    gained: bool
    people: int
    units: int


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A change of one role in words: what was, what is to be."""

    role: Text
    label: Text
    before: Text
    after: Text


YES, NO, NOTHING = Text("Có", "Yes"), Text("Không", "No"), Text("—", "—")
UNIT_ONLY = Text("Trong đơn vị", "In the unit")
BRANCH = Text("Đơn vị và cấp dưới", "The unit and those below")
WIDER = Text("Giữ vai trò cả ở các đơn vị cấp dưới", "Holding the role in the units below too")


def impacts(work: Work, before: Side, after: Side) -> tuple[Impact, ...]:
    """Count who gains and who loses abilities, function permissions and the units below."""
    found: list[Impact] = []
    for ability in abilities_beside(work.workspace, before):
        found += _difference(work, before, after, ability.label, _with_ability(ability.code))
    for function in sorted(
        {one for side in (before, after) for slot in side.slots.values() for one in slot.may}
    ):
        found += _difference(
            work, before, after, function_label(work.workspace, function), _that_may(function)
        )
    for code in before.slots.keys() & after.slots.keys():
        was, becomes = before.slots[code], after.slots[code]
        if was.branch != becomes.branch:
            places = set(_places(work, before, _of_code(code)))
            label = Text(f"{becomes.label.vi}: {WIDER.vi}", f"{becomes.label.in_language('en')}: {WIDER.en}")
            found.append(_impact(label, becomes.branch, places))
    return tuple(found)


def _with_ability(ability: str) -> Callable[[Slot], bool]:
    return lambda slot: ability in slot.abilities


def _that_may(function: str) -> Callable[[Slot], bool]:
    return lambda slot: function in slot.may


def _of_code(code: str) -> Callable[[Slot], bool]:
    return lambda slot: slot.code == code


def changes(work: Work, before: Side, after: Side) -> tuple[RoleChange, ...]:
    """Say what changes at each role, by field."""
    abilities = {one.code: one.label for one in abilities_beside(work.workspace, before)}
    found: list[RoleChange] = []
    for code in (*before.slots, *(one for one in after.slots if one not in before.slots)):
        was, becomes = before.slots.get(code), after.slots.get(code)
        role = becomes.label if becomes is not None else was.label if was is not None else Text(code)
        if was is None or becomes is None:
            label = Text("Vai trò", "Role")
            gone, come = (NOTHING, role) if was is None else (role, NOTHING)
            found.append(RoleChange(role, label, gone, come))
        if becomes is not None:
            found += _fields(work, role, was or Slot(code, becomes.label), becomes, abilities)
    return tuple(found)


def _fields(
    work: Work, role: Text, was: Slot, becomes: Slot, abilities: dict[str, Text]
) -> Iterator[RoleChange]:
    pairs = [
        (Text("Tên", "Name"), was.label, becomes.label),
        (Text("Mô tả", "Note"), was.note or NOTHING, becomes.note or NOTHING),
        (Text("Phạm vi", "Scope"), _scope(was), _scope(becomes)),
        (Text("Hiện ở trang đơn vị", "Shown on units' pages"), _yes(was.shown), _yes(becomes.shown)),
        *((label, _yes(a in was.abilities), _yes(a in becomes.abilities)) for a, label in abilities.items()),
        *(
            (function_label(work.workspace, one), _yes(one in was.may), _yes(one in becomes.may))
            for one in sorted(was.may | becomes.may)
        ),
    ]
    return (RoleChange(role, label, old, new) for label, old, new in pairs if old != new)


def _yes(value: bool) -> Text:
    return YES if value else NO


def _scope(slot: Slot) -> Text:
    return BRANCH if slot.branch else UNIT_ONLY


def _difference(
    work: Work, before: Side, after: Side, label: Text, carries: Callable[[Slot], bool]
) -> Iterator[Impact]:
    had, will = set(_places(work, before, carries)), set(_places(work, after, carries))
    for gained, places in ((True, will - _narrowed(had)), (False, had - _narrowed(will))):
        if places:
            yield _impact(label, gained, places)


def _narrowed(places: set[Place]) -> set[Place]:
    """Give places so that the width of the branch does not count: it is told by itself."""
    return {(user, unit, wide) for user, unit, _ in places for wide in (True, False)}


def _impact(label: Text, gained: bool, places: set[Place]) -> Impact:
    return Impact(label, gained, len({user for user, _, _ in places}), len({unit for _, unit, _ in places}))


def _places(work: Work, side: Side, carries: Callable[[Slot], bool]) -> Iterator[Place]:
    organisation = work.world.organisation
    for slot in side.slots.values():
        if carries(slot):
            for user_id in organisation.slot_holders.get((side.code, slot.code), ()):
                person = organisation.people.get(user_id)
                if person is None or not person.active:
                    continue
                for holding in organisation.holdings.get(user_id, ()):
                    if (holding.side, holding.slot) == (side.code, slot.code):
                        yield user_id, holding.unit_id, slot.branch
