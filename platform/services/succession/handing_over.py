"""Succession: open records of a unit or person that goes pass to whoever comes after (W-46, C-87, U-32).

Used when units are merged, split or dissolved, and before an account is switched off or deleted.
Closed records keep who held them. Here stands who may ask for it and what it would concern;
`succession_work` does it, as a long job.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from luongviec.engine.errors import InvalidInput
from luongviec.engine.model import Module
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind
from luongviec.services.journal.writing import Subject, note_change
from luongviec.services.long_jobs import running
from luongviec.services.platform import Platform, Work
from luongviec.services.units.reach import reach_of
from luongviec.services.users.access import account_to_change, is_within
from luongviec.store.organisation import successions as rows

#: The kind of the long job.
HAND_OVER = "hand_over"
LONGEST_REASON = 500
#: Who holds none of this function permission any more has lost the right to what he asked for.
FUNCTIONS: Mapping[HolderKind, str] = {HolderKind.USER: "admin.users", HolderKind.UNIT: "admin.units"}


@dataclass(frozen=True, slots=True)
class Succession:
    """Who takes the places of whom, all people or all units.

    `places`: module → roles and fields that are handed over; None: all. `by_person` is for units: the
    record goes to the unit of the person who handles it, else to the successor. `tell`: successors
    get one message about all of it. `about`: the change that it is part of, in words.
    """

    kind: HolderKind
    successors: Mapping[int, int]
    reason: str
    places: Mapping[str, tuple[str, ...]] | None = None
    by_person: Mapping[int, int] = field(default_factory=dict)
    tell: bool = True
    about: Text | None = None

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Those who go."""
        return tuple(Holder(self.kind, one) for one in self.successors)

    def to_json(self) -> dict[str, Any]:
        """Give it as a job keeps it."""
        return {
            "kind": self.kind.value,
            "heirs": {str(old): new for old, new in self.successors.items()},
            "reason": self.reason,
            "places": None if self.places is None else {m: list(p) for m, p in self.places.items()},
            "by_person": {str(person): unit for person, unit in self.by_person.items()},
            "tell": self.tell,
            "about": None if self.about is None else [self.about.vi, self.about.in_language("en")],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Succession:
        """Read what `to_json` gave."""
        places, about = kept["places"], kept["about"]
        return cls(
            HolderKind(kept["kind"]),
            {int(old): new for old, new in kept["heirs"].items()},
            kept["reason"],
            None if places is None else {module: tuple(found) for module, found in places.items()},
            {int(person): unit for person, unit in kept["by_person"].items()},
            kept["tell"],
            None if about is None else Text(*about),
        )


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """In how many open records of a module somebody holds a role or stands in a field."""

    module: str
    module_name: Text
    place: str
    label: Text
    records: int

    @property
    def key(self) -> str:
        """Name the place in a form."""
        return f"{self.module}:{self.place}"


@dataclass(frozen=True, slots=True)
class Preview:
    """What open records name somebody; `records` counts each once."""

    name: str
    records: int
    places: tuple[PlaceCount, ...]


def preview(platform: Platform, actor: Actor, holder: Holder) -> Preview:
    """Say which open records name a person or a unit, in numbers: two statements and one for each field.

    Numbers only: who administers people or units need not see their records.

    Raises:
        NotFound: there is no such person or unit for this actor.
    """
    with platform.reading() as work:
        check_holder(work, actor, holder)
        return preview_of(work, (holder,))


def preview_of(work: Work, holders: Iterable[Holder]) -> Preview:
    """Say which open records name any of these, in numbers."""
    holders = tuple(holders)
    counted: dict[tuple[str, str], int] = {}
    for holder in holders:
        for one in rows.open_places(work.world, holder):
            counted[one.module, one.place] = counted.get((one.module, one.place), 0) + one.records
    modules = work.workspace.modules
    places = tuple(
        PlaceCount(module, modules[module].name, place, _label(modules[module], place), count)
        for (module, place), count in counted.items()
        if module in modules
    )
    names = ", ".join(name_of(work, holder) for holder in holders)
    return Preview(names, rows.count_open_records(work.world, holders), places)


def hand_over(platform: Platform, actor: Actor, succession: Succession) -> int:
    """Have a worker hand the open records over and give the job's id (its page is `/jobs/ID`).

    Raises:
        NotFound: somebody who goes is not there for this actor.
        InvalidInput: `successor` cannot take over, or `reason` is missing.
    """
    with platform.transaction() as work:
        check_succession(work, actor, succession)
        found = rows.open_records(work.world, succession.holders, succession.places)
        for holder in succession.holders:
            heir = Holder(succession.kind, succession.successors[holder.id])
            note_change(
                work, actor, f"{succession.kind.value}.records_handed_over",
                Subject(succession.kind.value, str(holder.id), name_of(work, holder)),
                after={"successor": name_of(work, heir), "records": len(found)}, note=succession.reason,
            )  # fmt: skip
        return start(platform, actor, succession, found)


def start(platform: Platform, actor: Actor, succession: Succession, found: tuple[int, ...]) -> int:
    """Start the job, in the transaction under way: for whoever has checked the succession."""
    parameters = {
        "succession": succession.to_json(),
        "records": len(found),
        "first": found[0] if found else None,
    }
    return running.start(platform, actor, HAND_OVER, parameters, total=len(found))


def check_succession(work: Work, actor: Actor, succession: Succession) -> None:
    """Refuse a succession that the actor may not ask for, or that could never be carried out."""
    errors: dict[str, tuple[Text, ...]] = {}
    for holder in succession.holders:
        check_holder(work, actor, holder)
        fault = successor_fault(work, actor, holder, succession.successors[holder.id])
        if fault is not None:
            errors["successor"] = (fault,)
    if not succession.reason.strip():
        errors["reason"] = (Text("Hãy nhập lý do hoặc căn cứ.", "Give the reason or the decision."),)
    elif len(succession.reason) > LONGEST_REASON:
        errors["reason"] = (
            Text(f"Không quá {LONGEST_REASON} ký tự.", f"At most {LONGEST_REASON} characters."),
        )
    if errors:
        raise InvalidInput(errors)


def successor_fault(work: Work, actor: Actor, holder: Holder, successor_id: int) -> Text | None:
    """Say why somebody cannot come after a person or unit, if so."""
    world = work.world
    known = world.person(successor_id) if holder.kind is HolderKind.USER else world.unit(successor_id)
    if known is None or not is_reached(work, actor, Holder(holder.kind, successor_id)):
        if holder.kind is HolderKind.USER:
            return Text("Hãy chọn người kế nhiệm.", "Choose who comes after.")
        return Text("Hãy chọn đơn vị kế nhiệm.", "Choose the unit that comes after.")
    if successor_id == holder.id:
        return Text(
            "Người hoặc đơn vị kế nhiệm phải khác với bên bàn giao.", "The successor must be somebody else."
        )
    if not known.active:
        return Text(
            f"{known.name} không còn hoạt động: hãy chọn người hoặc đơn vị khác.",
            f"{known.name} is not active any more: choose another.",
        )
    return None


# --- Who may ----------------------------------------------------------------------------------------


def check_holder(work: Work, actor: Actor, holder: Holder) -> None:
    """Let administrators of the person or unit pass; for others it does not exist (C-83, U-29).

    Raises:
        NotFound: there is no such person or unit for this actor.
        Refused: the actor sees it but may not change it.
    """
    if holder.kind is HolderKind.UNIT:
        reach_of(work, actor).check_edits((holder.id,))
    else:
        account_to_change(work, actor, holder.id, deleted=True)


def is_reached(work: Work, actor: Actor, holder: Holder) -> bool:
    """Whether a successor stands, at least with one foot, where the actor administers."""
    if holder.kind is HolderKind.UNIT:
        return reach_of(work, actor).edits(holder.id)
    return is_within(work, actor, holder.id)


# --- Words ------------------------------------------------------------------------------------------


def name_of(work: Work, holder: Holder) -> str:
    """Give the name of a person or unit."""
    world = work.world
    known = world.person(holder.id) if holder.kind is HolderKind.USER else world.unit(holder.id)
    return f"#{holder.id}" if known is None else known.name


def _label(module: Module, place: str) -> Text:
    if place in module.roles:
        return module.roles[place].label
    return module.fields[place].label if place in module.fields else Text(place, place)
