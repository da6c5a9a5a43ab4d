"""Who fills the slots of a unit: put in, taken out, or set as a whole in one save (C-63, C-70, E-14).

Whoever is put in must have an open account and fit the slot's `from`; the unit must be in use. A slot
that gives function permissions is filled and emptied only by somebody who holds them there himself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from luongviec.engine.errors import InvalidInput, Refused
from luongviec.engine.model import Slot, Workspace
from luongviec.engine.model.workspace import LOCAL_FUNCTIONS
from luongviec.engine.people import refusal_of_candidate
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind
from luongviec.services.journal.writing import note_change, organisation_changed
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import reach
from luongviec.services.rights.administrators import keeping_an_administrator
from luongviec.services.units.reach import UnitReach, reach_of
from luongviec.services.units.writes import people_named, subject_of, unit_to_change
from luongviec.services.users.posts import renew_post_texts
from luongviec.store.models import Unit
from luongviec.store.organisation import unit_rows
from luongviec.store.organisation import writes as rows

#: (side, slot) → the people who fill it.
Filling = Mapping[tuple[str, str], Sequence[int]]
MOST_IN_A_SLOT = 500
#: Who fills a slot since then sees whatever there is of roles that are seen `from: joined`.
EVERYTHING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SlotFilling:
    """People for one slot of a side in a unit."""

    unit_id: int
    side: str
    slot: str
    user_ids: tuple[int, ...]
    title: str = ""  # what they are called there, on a side that says where people work


def set_slots(
    platform: Platform, actor: Actor, unit_id: int, filling: Filling, *, version: int | None = None,
    since: Mapping[str, datetime] | None = None,
) -> None:  # fmt: skip
    """Let exactly these people fill these slots of a unit; slots that are not named stay as they are.

    Args:
        since: side → from when on those who are new see records (see `fill_slot`).

    Raises:
        NotFound, Refused: the unit is not the actor's (see `unit_reach`).
        Conflict: somebody changed the unit since the form was made.
        InvalidInput: at `slot.SIDE.SLOT`, `since.SIDE`.
    """
    with platform.transaction() as work:
        late = {side for side, moment in (since or {}).items() if moment > work.now}
        if late:
            raise InvalidInput({f"since.{side}": (SINCE_LATER,) for side in sorted(late)})
        reach = reach_of(work, actor)
        for side in {side for side, _ in filling}:
            reach.check_fills(unit_id, side)
        reach.unit(unit_id)
        unit = unit_to_change(work, unit_id, version)
        with guarding(work, filling):
            write_slots(work, actor, unit, filling, since)
            organisation_changed(work)


def fill_slot(
    platform: Platform, actor: Actor, unit_id: int, side: str, slot: str, user_ids: Sequence[int],
    *, since: datetime | None = None,
) -> None:  # fmt: skip
    """Put people into a slot of a side that the unit carries; who is there already stays.

    Args:
        since: where a role of the side is seen `from: joined`, from when on its records are seen: a
            moment, `EVERYTHING`, or None: those that are made from now on (W-11, E-21).
    """
    fill_slots(platform, actor, (SlotFilling(unit_id, side, slot, tuple(user_ids)),), since=since)


def fill_slots(
    platform: Platform, actor: Actor, fillings: Iterable[SlotFilling], *, since: datetime | None = None
) -> None:
    """Put people into many slots at once, of many units; who is there already stays.

    Raises:
        InvalidInput: `since` is still to come, or a slot cannot be filled so.
    """
    with platform.transaction() as work:
        if since is not None and since > work.now:
            raise InvalidInput({"since": (SINCE_LATER,)})
        reach, units = reach_of(work, actor), _Units(work)
        for filling in fillings:
            reach.check_fills(filling.unit_id, filling.side)
            unit = units.unit(filling.unit_id)
            key = (filling.side, filling.slot)
            there = units.holders(filling.unit_id).get(key, ())
            _check(work, actor, unit, units.sides(filling.unit_id), key, there, (*there, *filling.user_ids))
            units.put(filling, there)
        units.write(actor, work.now if since is None else since)


def clear_slot(
    platform: Platform, actor: Actor, unit_id: int, side: str, slot: str, user_ids: Sequence[int]
) -> None:
    """Take people out of a slot."""
    with platform.transaction() as work:
        reach_of(work, actor).check_fills(unit_id, side)
        unit = unit_to_change(work, unit_id)
        there = unit_rows.holders_now(work.session, unit_id).get((side, slot), ())
        left = [one for one in there if one not in set(user_ids)]
        with guarding(work, ((side, slot),)):
            write_slots(work, actor, unit, {(side, slot): left})
            organisation_changed(work)


def write_slots(
    work: Work, actor: Actor, unit: Unit, filling: Filling, since: Mapping[str, datetime] | None = None
) -> bool:
    """Write the slots of a unit that the actor may change, and note it; say whether anything changed.

    The caller says that the organisation changed.
    """
    carried = rows.sides_of(work.session, unit.id)
    there = unit_rows.holders_now(work.session, unit.id)
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    moved: set[int] = set()
    faults: dict[str, tuple[Text, ...]] = {}
    for (side, slot), wanted in filling.items():
        old, new = there.get((side, slot), ()), tuple(dict.fromkeys(wanted))
        if set(old) == set(new):
            continue
        try:
            _check(work, actor, unit, carried, (side, slot), old, new)
        except InvalidInput as error:
            faults |= error.errors
            continue
        rows.end_holdings(work.session, unit.id, side, slot, [one for one in old if one not in new], work.now)
        rows.add_holdings(
            work.session, [(one, unit.id, side, slot) for one in new if one not in old],
            (since or {}).get(side, work.now),
        )  # fmt: skip
        before[f"{side}.{slot}"], after[f"{side}.{slot}"] = people_named(work, old), people_named(work, new)
        if work.workspace.sides[side].belonging:
            moved |= set(old) ^ set(new)
    if faults:
        raise InvalidInput(faults)
    if not after:
        return False
    if moved:
        renew_post_texts(work, moved)
    unit.version += 1
    work.session.flush()
    note_change(work, actor, "unit.slots", subject_of(unit), before=before, after=after)
    return True


def guarding(work: Work, slots: Iterable[tuple[str, str]]) -> AbstractContextManager[None]:
    """See to it that changing slots leaves the installation an administrator (U-26).

    Only slots that give function permissions everywhere can take the last one away.
    """
    found = (slot_of(work.workspace, side, slot) for side, slot in slots)
    if any(slot.may - LOCAL_FUNCTIONS for slot in found if slot is not None):
        return keeping_an_administrator(work)
    return nullcontext()


class _Units:
    """Units whose slots are filled in one transaction, each read once."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._units: dict[int, Unit] = {}
        self._holders: dict[int, dict[tuple[str, str], tuple[int, ...]]] = {}
        self._sides: dict[int, frozenset[str]] = {}
        self._fresh: dict[tuple[int, int, str, str], str] = {}  # with the title
        self._after: dict[int, dict[str, object]] = {}

    def unit(self, unit_id: int) -> Unit:
        if unit_id not in self._units:
            self._units[unit_id] = unit_to_change(self.work, unit_id)
        return self._units[unit_id]

    def holders(self, unit_id: int) -> dict[tuple[str, str], tuple[int, ...]]:
        if unit_id not in self._holders:
            self._holders[unit_id] = dict(unit_rows.holders_now(self.work.session, unit_id))
        return self._holders[unit_id]

    def sides(self, unit_id: int) -> frozenset[str]:
        if unit_id not in self._sides:
            self._sides[unit_id] = rows.sides_of(self.work.session, unit_id)
        return self._sides[unit_id]

    def put(self, filling: SlotFilling, there: Sequence[int]) -> None:
        fresh = tuple(one for one in dict.fromkeys(filling.user_ids) if one not in there)
        if fresh:
            for one in fresh:
                self._fresh[one, filling.unit_id, filling.side, filling.slot] = filling.title
            self.holders(filling.unit_id)[filling.side, filling.slot] = (*there, *fresh)
            named = self._after.setdefault(filling.unit_id, {})
            named[f"{filling.side}.{filling.slot}"] = people_named(self.work, (*there, *fresh))

    def write(self, actor: Actor, since: datetime) -> None:
        rows.add_holdings(self.work.session, self._fresh, since)
        belonging = {side.code for side in self.work.workspace.sides.values() if side.belonging}
        renewed = {user_id for user_id, _, side, _ in self._fresh if side in belonging}
        for unit_id, after in self._after.items():
            unit = self._units[unit_id]
            unit.version += 1
            note_change(self.work, actor, "unit.slots", subject_of(unit), after=after)
        self.work.session.flush()
        if renewed:
            renew_post_texts(self.work, renewed)
        organisation_changed(self.work)


# --- What may not be --------------------------------------------------------------------------------


def _check(
    work: Work, actor: Actor, unit: Unit, carried: frozenset[str], key: tuple[str, str], old: Sequence[int],
    new: Sequence[int],
) -> None:  # fmt: skip
    side, slot = key
    path = f"slot.{side}.{slot}"
    defined = slot_of(work.workspace, side, slot)
    if defined is None or side not in carried:
        raise InvalidInput(
            {path: (Text(f"Đơn vị không có chỗ “{side}.{slot}”.", f"The unit has no slot “{side}.{slot}”."),)}
        )
    fresh = [one for one in new if one not in old]
    if not fresh and set(old) == set(new):
        return
    known = unit.id in work.world.organisation.units
    check_gives(work, actor, unit.id if known else unit.parent_id or 0, defined)
    if fresh and not _is_open(work, unit):
        raise InvalidInput({path: (UNIT_OFF.filled({"name": unit.name}),)})
    faults = tuple(fault for one in fresh if (fault := _unfit(work, actor, defined, one)) is not None)
    if len(new) > MOST_IN_A_SLOT:
        faults += (Text(f"Nhiều nhất {MOST_IN_A_SLOT} người.", f"At most {MOST_IN_A_SLOT} people."),)
    if faults:
        raise InvalidInput({path: faults})


SINCE_LATER = Text("Chọn hôm nay hoặc một ngày đã qua.", "Choose today or a day that is past.")
UNIT_OFF = Text(
    "Đơn vị “{name}” đang ngừng sử dụng nên không thêm người được. Hãy bật lại đơn vị trước.",
    "The unit “{name}” is switched off, so nobody can be added. Switch it on first.",
)


def slot_of(workspace: Workspace, side: str, slot: str) -> Slot | None:
    """Give a slot by its codes."""
    known = workspace.sides.get(side)
    return known.slots.get(slot) if known is not None else None


def check_gives(work: Work, actor: Actor, unit_id: int, slot: Slot) -> None:
    """Refuse giving or taking, through a slot, function permissions that the actor does not hold (C-83).

    Args:
        unit_id: the unit of the slot; of one that is just being made the unit above it.

    Raises:
        Refused
    """
    branch = work.world.organisation.branch.get(unit_id, ())
    concerned = frozenset(branch if slot.branch else (unit_id,))
    for function in sorted(slot.may):
        held = reach(work, actor, function)
        if held is not None and not (function in LOCAL_FUNCTIONS and concerned <= held):
            raise Refused(
                Text(
                    f"Vai trò “{slot.label.vi}” kèm quyền {function} mà bạn không có ở đây. Hãy nhờ người có"
                    " quyền đó.",
                    f"“{slot.label.in_language('en')}” brings {function}, which you do not hold here. Ask"
                    " somebody who does.",
                )
            )


def _is_open(work: Work, unit: Unit) -> bool:
    above = work.world.organisation.units.get(unit.parent_id or 0)
    return unit.active and (above is None or above.active)


def _unfit(work: Work, actor: Actor, slot: Slot, user_id: int) -> Text | None:
    return refusal_of_candidate(work.world, slot.candidates, Holder(HolderKind.USER, user_id), actor=actor)


def may_fill(work: Work, actor: Actor, unit_reach: UnitReach, unit_id: int, side: str, slot: Slot) -> bool:
    """Whether an actor puts people into a slot: for pages, which offer only what can be done."""
    if not unit_reach.fills(unit_id, side):
        return False
    try:
        check_gives(work, actor, unit_id, slot)
    except Refused:
        return False
    return True
