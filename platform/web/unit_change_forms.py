"""The forms of changes of units: opened, read, and made a change of. One form for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from flask import request

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services.unit_changes.plans import (
    DISSOLVE,
    MERGE,
    MOVE,
    RENAME,
    SPLIT,
    Change,
    Dissolve,
    Merge,
    Move,
    NewUnit,
    Part,
    Rename,
    Split,
    Target,
)
from luongviec.services.unit_changes.views import ChangePage, Divisible
from luongviec.web.formatting import local, now, zone
from luongviec.web.picking import Picking, posted_units, units_picking

ADMIN = "admin.units"
MOST_PARTS = 12
NEW, EXISTING = "new", "existing"
OLD = "old"  # the part that is the split unit itself
TEXT_FIELDS = ("name", "reason", "day", "target", "new.name", "new.kind", "new.code", "heir", "records")


@dataclass(frozen=True, slots=True)
class PartFields:
    """A new unit of a split, as typed."""

    name: str = ""
    kind: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """A form as it is drawn: what was typed, and the pickers.

    `homes` says of each unit below (`u5`) and person (`p7`) of a split to which part it goes.
    `left_out` and `shown` are ids of holdings on the page that asks again.
    """

    kind: str
    texts: Mapping[str, str]
    pickers: Mapping[str, Picking]
    parts: tuple[PartFields, ...] = ()
    goes_on: bool = True
    homes: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[int, ...] = ()

    @property
    def is_asking(self) -> bool:
        """Whether a search without script wants the form again."""
        return any(picking.is_asking for picking in self.pickers.values())

    def text(self, name: str) -> str:
        """Give what was typed in a field."""
        return self.texts.get(name, "")


def opened(kind: str, unit_id: int | None, parent_id: int | None) -> ChangeForm:
    """Give a new form about a unit."""
    units = (unit_id,) if unit_id is not None else ()
    above = (parent_id,) if parent_id is not None else ()
    pickers: dict[str, Picking] = {}
    if kind == MOVE:
        pickers["parent"] = units_picking()
    elif kind == MERGE:
        pickers = {
            "units": units_picking(units), "into": units_picking(), "new.parent": units_picking(above)
        }  # fmt: skip
    elif kind == SPLIT:
        pickers["parent"] = units_picking(above)
    elif kind == DISSOLVE:
        pickers["successor"] = units_picking()
    texts = {"day": today().isoformat(), "target": EXISTING, "heir": OLD, "records": "heir"}
    return ChangeForm(kind, texts, pickers, parts=(PartFields(),) if kind == SPLIT else ())


def opened_again(page: ChangePage) -> ChangeForm:
    """Give the form of a change that is planned already."""
    change = page.change
    texts = {
        "reason": page.reason, "day": local(page.line.effective_at).date().isoformat(),
        "target": EXISTING, "heir": OLD, "records": "heir",
    }  # fmt: skip
    form = opened(change.kind, None, None)
    if isinstance(change, Rename):
        return replace(form, texts={**texts, "name": change.name})
    if isinstance(change, Move):
        return replace(form, texts=texts, pickers={"parent": _one(change.parent_id)})
    if isinstance(change, Dissolve):
        return replace(form, texts=texts, pickers={"successor": _one(change.successor_id)})
    if isinstance(change, Merge):
        return _opened_merge(form, texts, change)
    return _opened_split(form, texts, change)


def _opened_merge(form: ChangeForm, texts: dict[str, str], change: Merge) -> ChangeForm:
    pickers = {
        "units": units_picking(change.unit_ids),
        "into": units_picking(),
        "new.parent": units_picking(),
    }
    if isinstance(change.into, NewUnit):
        new = change.into
        texts |= {"target": NEW, "new.name": new.name, "new.kind": new.kind or "", "new.code": new.code}
        pickers["new.parent"] = _one(new.parent_id)
    else:
        pickers["into"] = units_picking((change.into,))
    return replace(form, texts=texts, pickers=pickers, left_out=change.left_out)


def _opened_split(form: ChangeForm, texts: dict[str, str], change: Split) -> ChangeForm:
    fresh = [part for part in change.parts if isinstance(part.unit, NewUnit)]
    codes = [OLD if part.unit == change.unit_id else str(fresh.index(part)) for part in change.parts]
    homes = {
        **{f"u{one}": code for part, code in zip(change.parts, codes, strict=True) for one in part.children},
        **{f"p{one}": code for part, code in zip(change.parts, codes, strict=True) for one in part.people},
    }
    texts |= {"heir": codes[change.heir], "records": "person" if change.by_person else "heir"}
    parents = [part.unit.parent_id for part in fresh if isinstance(part.unit, NewUnit)]
    return replace(
        form, texts=texts, goes_on=change.goes_on, homes=homes,
        pickers={"parent": _one(next(iter(parents), None))},
        parts=tuple(
            PartFields(part.unit.name, part.unit.kind or "", part.unit.code)
            for part in fresh
            if isinstance(part.unit, NewUnit)
        ),
    )  # fmt: skip


def _one(unit_id: int | None) -> Picking:
    return units_picking(() if unit_id is None else (unit_id,))


def posted(kind: str, unit_id: int | None) -> ChangeForm:
    """Read a form that was sent."""
    texts = {name: request.form.get(name, "").strip()[:2000] for name in TEXT_FIELDS}
    pickers: dict[str, Picking] = {}
    if kind == MOVE:
        pickers["parent"] = posted_units("parent", within=ADMIN, not_below=unit_id)
    elif kind == MERGE:
        pickers = {
            "units": posted_units("units", many=True, within=ADMIN),
            "into": posted_units("into", within=ADMIN),
            "new.parent": posted_units("new.parent", within=ADMIN),
        }
    elif kind == SPLIT:
        pickers["parent"] = posted_units("parent", within=ADMIN, not_below=unit_id)
    elif kind == DISSOLVE:
        pickers["successor"] = posted_units("successor", within=ADMIN, not_below=unit_id)
    shown, kept = set(_numbers("shown")), set(_numbers("coming"))
    left_out = tuple(sorted(shown - kept)) if shown else tuple(_numbers("left_out"))
    return ChangeForm(
        kind, texts, pickers, parts=_parts() if kind == SPLIT else (),
        goes_on="true" in request.form.getlist("goes_on"), homes=_homes(), left_out=left_out,
    )  # fmt: skip


def _parts() -> tuple[PartFields, ...]:
    count = min(MOST_PARTS, max(_numbers("parts"), default=1))
    parts = [
        PartFields(
            *(
                request.form.get(f"parts.{place}.{name}", "").strip()[:300]
                for name in ("name", "kind", "code")
            )
        )
        for place in range(count)
    ]
    if request.form.get("_next") == "add_part" and count < MOST_PARTS:
        parts.append(PartFields())
    removed = request.form.get("_remove", "")
    if removed.isdigit() and int(removed) < len(parts) and len(parts) > 1:
        del parts[int(removed)]
    return tuple(parts)


def _homes() -> dict[str, str]:
    found = {}
    for name, value in request.form.items():
        key, _, number = name.partition(".")
        if key in ("below", "person") and number.isdigit() and len(value) <= 3:
            found[f"{'u' if key == 'below' else 'p'}{number}"] = value
    return found


def _numbers(name: str) -> list[int]:
    return [
        int(text)
        for text in request.form.getlist(name)[:2000]
        if text.isascii() and text.isdigit() and len(text) < 12
    ]


# --- What it asks for -----------------------------------------------------------------------------------


def change_of(form: ChangeForm, unit_id: int | None, divided: Divisible | None) -> Change:
    """Give the change that a form asks for.

    Raises:
        InvalidInput: something that is needed was not chosen.
    """
    if form.kind == MERGE:
        return Merge(form.pickers["units"].ids, _merge_target(form), form.left_out)
    if unit_id is None:
        raise InvalidInput({"units": (Text("Hãy chọn đơn vị.", "Choose a unit."),)})
    if form.kind == RENAME:
        return Rename(unit_id, " ".join(form.text("name").split()))
    if form.kind == MOVE:
        return Move(unit_id, _chosen(form, "parent"))
    if form.kind == DISSOLVE:
        return Dissolve(unit_id, form.pickers["successor"].id)
    return _split_of(form, unit_id, divided)


def _merge_target(form: ChangeForm) -> Target:
    if form.text("target") != NEW:
        return _chosen(form, "into")
    return NewUnit(
        " ".join(form.text("new.name").split()), _chosen(form, "new.parent"), form.text("new.kind") or None,
        form.text("new.code"),
    )  # fmt: skip


def _split_of(form: ChangeForm, unit_id: int, divided: Divisible | None) -> Split:
    parent_id = _chosen(form, "parent")
    codes = [*([OLD] if form.goes_on else []), *(str(place) for place in range(len(form.parts)))]
    heir = form.text("heir") if form.text("heir") in codes else codes[0]
    children = [] if divided is None else [one.id for one in divided.children]
    people = [] if divided is None else [one.id for one in divided.people]

    def going(prefix: str, ids: Sequence[int], code: str) -> tuple[int, ...]:
        homes = {one: form.homes.get(f"{prefix}{one}", "") for one in ids}
        return tuple(one for one, home in homes.items() if (home if home in codes else heir) == code)

    targets: dict[str, Target] = {OLD: unit_id}
    targets |= {
        str(place): NewUnit(" ".join(part.name.split()), parent_id, part.kind or None, part.code)
        for place, part in enumerate(form.parts)
    }
    parts = tuple(Part(targets[code], going("u", children, code), going("p", people, code)) for code in codes)
    return Split(unit_id, parts, codes.index(heir), by_person=form.text("records") == "person")


def _chosen(form: ChangeForm, name: str) -> int:
    chosen = form.pickers[name].id
    if chosen is None:
        raise InvalidInput({name: (Text("Hãy chọn một đơn vị.", "Choose a unit."),)})
    return chosen


def errors_of(form: ChangeForm, errors: Mapping[str, tuple[Text, ...]]) -> dict[str, tuple[Text, ...]]:
    """Give errors by the names of the form's fields: the services name what a change holds."""
    first = 1 if form.goes_on else 0
    found: dict[str, tuple[Text, ...]] = {}
    for path, texts in errors.items():
        head, _, rest = path.partition(".")
        name = path
        if head == "into" and form.text("target") == NEW:
            name = f"new.{rest}" if rest else "new.name"
        elif head == "parts" and rest:
            place, _, part = rest.partition(".")
            name = "parent" if part == "parent" else f"parts.{int(place) - first}.{part or 'name'}"
        elif head == "effective_at":
            name = "day"
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *texts)))
    return found


# --- The day --------------------------------------------------------------------------------------------


def today() -> date:
    """Give this day where the installation is."""
    return local(now()).date()


def effective_at(form: ChangeForm) -> datetime | None:
    """Give the moment from which a change counts; None: now.

    Raises:
        InvalidInput: it is no day.
    """
    try:
        day = date.fromisoformat(form.text("day"))
    except ValueError as error:
        raise InvalidInput(
            {"effective_at": (Text("Hãy chọn ngày có hiệu lực.", "Choose the day."),)}
        ) from error
    if abs(day - today()) > timedelta(days=3660):
        raise InvalidInput(
            {"effective_at": (Text("Ngày này quá xa hôm nay.", "This day is too far from today."),)}
        )
    return None if day == today() else datetime.combine(day, time(), tzinfo=zone())
