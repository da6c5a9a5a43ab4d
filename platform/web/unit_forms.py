"""Reading the forms of a unit: what was typed, chosen and searched for, kept when a form comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from flask import request

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services.units.data import UnitData
from luongviec.services.units.forms import UnitFormView
from luongviec.services.units.page import SideView, UnitPage
from luongviec.services.units.slots import EVERYTHING
from luongviec.web.formatting import zone
from luongviec.web.language import _, in_language
from luongviec.web.picking import Picking, people_picking, posted_people, posted_units, units_picking

SLOT = "slot"
CHOICE = "choice"
LONGEST = 1_000

#: (side, slot) → the picker of its people.
SlotPickings = Mapping[tuple[str, str], Picking]


@dataclass(frozen=True, slots=True)
class UnitForm:
    """What the form of a unit holds."""

    name: str = ""
    kind: str = ""
    code: str = ""
    parent: Picking = field(default_factory=lambda: Picking("units"))
    sides: frozenset[str] = frozenset()
    choices: Mapping[tuple[str, str], str] = field(default_factory=dict)
    slots: SlotPickings = field(default_factory=dict)

    @property
    def is_asking(self) -> bool:
        """Whether a picker without script only searched: nothing is to be saved yet."""
        return self.parent.is_asking or any(one.is_asking for one in self.slots.values())

    def data(self, parent_id: int | None) -> UnitData:
        """Give what was said of the unit."""
        return UnitData(
            self.name, parent_id, self.kind or None, self.code, self.sides,
            {key: value or None for key, value in self.choices.items()},
            {key: picking.ids for key, picking in self.slots.items()},
        )  # fmt: skip


def empty_form(view: UnitFormView, parent_id: int | None) -> UnitForm:
    """Give the form of a new unit below another, which carries what its neighbours do."""
    parent = units_picking(() if parent_id is None else (parent_id,))
    slots = {(side.code, slot.code): Picking("people") for side, _kinds in view.sides for slot in side.slots}
    return UnitForm(parent=parent, sides=view.usual_sides, slots=slots)


def form_of(data: UnitData) -> UnitForm:
    """Give the form of a unit as it stands; its slots have a form of their own."""
    return UnitForm(
        data.name, data.kind or "", data.code,
        units_picking(() if data.parent_id is None else (data.parent_id,)), data.sides,
        {key: value or "" for key, value in data.choices.items()},
    )  # fmt: skip


def posted_form(
    view: UnitFormView, *, with_slots: bool, unit_id: int | None = None, may_move: bool = True
) -> UnitForm:
    """Read the form of a unit.

    Args:
        view: what the form offered.
        with_slots: whether the slots stand in the form too.
        unit_id: of a unit that exists; its branch cannot be its parent.
        may_move: whether the form asked for the unit above.
    """
    slots: SlotPickings = {}
    if with_slots:
        slots = posted_slots(side for side, _kinds in view.sides)
    parent = posted_units("parent", within="admin.units", not_below=unit_id) if may_move else Picking("units")
    return UnitForm(
        name=request.form.get("name", "")[:LONGEST], kind=request.form.get("kind", "")[:63],
        code=request.form.get("code", "")[:LONGEST], parent=parent,
        sides=frozenset(request.form.getlist("sides")[:100]),
        choices={
            (one.kind, one.subject): request.form.get(choice_name(one.kind, one.subject), "")[:63]
            for one in view.choices
            if choice_name(one.kind, one.subject) in request.form
        },
        slots=slots,
    )  # fmt: skip


def posted_slots(sides: Iterable[SideView], *, unit_id: int | None = None) -> SlotPickings:
    """Read the pickers of slots that the actor may fill."""
    return {
        (side.code, slot.code): posted_people(slot_name(side.code, slot.code), unit_id=unit_id)
        for side in sides
        for slot in side.slots
        if slot.may_fill
    }


def posted_since(sides: Iterable[str]) -> dict[str, datetime]:
    """Read from when on those who are new in a side's slots see records; left out: from now on (W-11).

    Raises:
        InvalidInput: at `since.SIDE`: a day is wanted and none was given.
    """
    found: dict[str, datetime] = {}
    for side in sides:
        chosen = request.form.get(f"since.{side}", "")
        if chosen == "everything":
            found[side] = EVERYTHING
        elif chosen == "day":
            try:
                day = date.fromisoformat(request.form.get(f"since_day.{side}", ""))
            except ValueError as error:
                raise InvalidInput({f"since.{side}": (NO_DAY,)}) from error
            found[side] = datetime.combine(day, time(), tzinfo=zone())
    return found


NO_DAY = Text("Hãy chọn ngày bắt đầu thấy hồ sơ.", "Choose the day from which records are seen.")


def slots_of(page: UnitPage) -> SlotPickings:
    """Give the pickers of a unit's slots as they stand."""
    return {
        (side.code, slot.code): Picking("people", slot.people) for side in page.sides for slot in side.slots
    }


def slot_name(side: str, slot: str) -> str:
    """Give the name of a slot's picker in a form."""
    return f"{SLOT}.{side}.{slot}"


def choice_name(kind: str, subject: str) -> str:
    """Give the name of a choice in a form."""
    return f"{CHOICE}.{kind}.{subject}"


def labels(view: UnitFormView) -> Mapping[str, str]:
    """Give what the fields of the form are called, for the list of errors."""
    found = {
        "name": _("Tên đơn vị"), "kind": _("Loại đơn vị"), "code": _("Mã"), "parent": _("Đơn vị cấp trên"),
        "sides": _("Vai trò đơn vị"),
    }  # fmt: skip
    for one in view.choices:
        found[choice_name(one.kind, one.subject)] = in_language(one.label)
    for side, _kinds in view.sides:
        found |= slot_labels((side,))
    return found


def slot_labels(sides: Iterable[SideView]) -> Mapping[str, str]:
    """Give what slots are called, for the list of errors."""
    return {
        slot_name(side.code, slot.code): f"{in_language(side.name)}: {in_language(slot.label)}"
        for side in sides
        for slot in side.slots
    }


# --- Administrators ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GrantForm:
    """Who administers a branch by name: rows of people with what they hold, and a picker for more."""

    rows: tuple[tuple[int, frozenset[str]], ...]
    fresh: Picking
    fresh_functions: frozenset[str]

    @property
    def is_asking(self) -> bool:
        """Whether the picker without script only searched."""
        return self.fresh.is_asking

    def grants(self) -> Mapping[int, frozenset[str]]:
        """Give person → function permissions."""
        found = {user_id: functions for user_id, functions in self.rows if functions}
        for user_id in self.fresh.ids:
            found[user_id] = found.get(user_id, frozenset()) | self.fresh_functions
        return found


def grants_form(granted: Iterable[tuple[int, frozenset[str]]], given: Iterable[str]) -> GrantForm:
    """Give the form as it is opened; more people get what the actor may give of the tree."""
    functions = frozenset(one for one in given if one == "admin.units")
    return GrantForm(tuple(granted), people_picking(), functions)


def posted_grants() -> GrantForm:
    """Read who shall administer a branch by name."""
    people = [int(text) for text in request.form.getlist("person")[:500] if text.isascii() and text.isdigit()]
    rows = tuple((one, frozenset(request.form.getlist(f"grant.{one}")[:10])) for one in people)
    return GrantForm(rows, posted_people("people"), frozenset(request.form.getlist("fresh")[:10]))
