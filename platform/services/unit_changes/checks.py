"""Whether a change of units may be made and can be: rights, the tree, names, kinds and sides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind
from luongviec.services.platform import Work
from luongviec.services.succession.handing_over import preview_of
from luongviec.services.unit_changes.plans import (
    Change,
    Dissolve,
    Merge,
    Move,
    NewUnit,
    Rename,
    Split,
    coming,
    ending,
    going,
    made,
)
from luongviec.services.units.reach import reach_of
from luongviec.store.organisation import unit_changes as rows
from luongviec.store.organisation import unit_rows

LONGEST_NAME, LONGEST_CODE, LONGEST_REASON = 300, 50, 500
MOST_UNITS = 50

Errors = dict[str, tuple[Text, ...]]


def check_change(
    work: Work, actor: Actor, change: Change, effective_at: datetime, reason: str, *, but: int | None = None
) -> None:
    """Refuse a change that the actor may not make, or that the tree does not allow as it is now.

    Args:
        but: the change's own row, where it stands already.

    Raises:
        NotFound, Refused: a unit is not there, or not the actor's to change (C-83).
        InvalidInput: by the names of the form's fields.
    """
    check_rights(work, actor, change)
    errors: Errors = {}
    _check_states(work, change, errors)
    if isinstance(change, Rename):
        _check_rename(work, change, effective_at, errors)
    elif isinstance(change, Move):
        _check_place(work, "parent", change.parent_id, (change.unit_id,), errors)
    elif isinstance(change, Merge):
        _check_merge(work, change, errors)
    elif isinstance(change, Split):
        _check_split(work, change, errors)
    else:
        _check_dissolve(work, change, errors)
    if effective_at < work.now and not isinstance(change, Rename):
        errors.setdefault("effective_at", (TEXT_PAST,))
    if not reason.strip():
        errors["reason"] = (Text("Hãy nhập căn cứ hoặc lý do.", "Give the decision or the reason."),)
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = (
            Text(f"Không quá {LONGEST_REASON} ký tự.", f"At most {LONGEST_REASON} characters."),
        )
    other = rows.planned_with(work.session, {*going(change), *ending(change)}, but=but)
    if other is not None and not errors:
        errors[""] = (_text_planned(work, other.effective_at),)
    if errors:
        raise InvalidInput(errors)


def check_rights(work: Work, actor: Actor, change: Change) -> None:
    """Let those pass who administer every unit concerned; and where units get another place, the unit above.

    Raises:
        NotFound: a unit is not there, or not the actor's to see.
        Refused: one of them, or the place above it, is not the actor's to change.
    """
    reach = reach_of(work, actor)
    concerned: set[int | None] = {*going(change), *coming(change)}
    reach.check_edits(concerned)
    above: set[int | None] = {one.parent_id for one in made(change)}
    if not isinstance(change, Rename):
        above |= {work.world.organisation.units[unit_id].parent_id for unit_id in going(change)}
    if isinstance(change, Move):
        above.add(change.parent_id)
    reach.check_edits(above - concerned)


# --- Each kind ----------------------------------------------------------------------------------------


def _check_states(work: Work, change: Change, errors: Errors) -> None:
    for unit_id in dict.fromkeys((*going(change), *coming(change))):
        unit = work.world.unit(unit_id)
        if unit is not None and not unit.active and not isinstance(change, Rename):
            errors[""] = (
                Text(
                    f"“{unit.name}” đã ngừng hoạt động: hãy chọn đơn vị khác.",
                    f"“{unit.name}” is switched off: choose another unit.",
                ),
            )


def _check_rename(work: Work, change: Rename, effective_at: datetime, errors: Errors) -> None:
    unit = work.world.unit(change.unit_id)
    if fault := _name_fault(change.name):
        errors["name"] = (fault,)
    elif unit is not None and unit.name == change.name:
        errors["name"] = (Text("Tên mới giống tên hiện tại.", "The new name is the present one."),)
    last = rows.last_rename(work.session, change.unit_id)
    if last is not None and effective_at <= last:
        errors["effective_at"] = (
            Text(
                "Đơn vị đã đổi tên sau ngày này: hãy chọn ngày muộn hơn.",
                "The unit got another name after this day: choose a later one.",
            ),
        )


def _check_merge(work: Work, change: Merge, errors: Errors) -> None:
    sources = ending(change)
    if not sources:
        errors["units"] = (Text("Hãy chọn đơn vị bị sáp nhập.", "Choose the units that go."),)
    elif isinstance(change.into, NewUnit) and len(sources) < 2:
        errors["units"] = (
            Text(
                "Hãy chọn từ hai đơn vị để lập đơn vị mới.", "Choose at least two units to make a new one of."
            ),
        )
    elif len(sources) > MOST_UNITS:
        errors["units"] = (
            Text(f"Mỗi lần không quá {MOST_UNITS} đơn vị.", f"At most {MOST_UNITS} units at once."),
        )
    sides = {side for one in sources for side in work.world.organisation.sides_of.get(one, ())}
    _check_target(work, "into", change.into, sources, sides, errors)


def _check_split(work: Work, change: Split, errors: Errors) -> None:
    others = [part for part in change.parts if part.unit != change.unit_id]
    if not others or len(change.parts) < 2:
        errors["parts"] = (
            Text("Cần ít nhất hai đơn vị sau khi chia, tách.", "A split needs at least two units."),
        )
    if len(change.parts) > MOST_UNITS:
        errors["parts"] = (Text(f"Không quá {MOST_UNITS} đơn vị.", f"At most {MOST_UNITS} units."),)
    if not 0 <= change.heir < len(change.parts):
        errors["heir"] = (Text("Hãy chọn đơn vị kế thừa.", "Choose the unit that inherits the rest."),)
    sides = work.world.organisation.sides_of.get(change.unit_id, set())
    chosen: list[object] = []
    for place, part in enumerate(change.parts):
        if part.unit != change.unit_id:
            _check_target(work, f"parts.{place}", part.unit, (change.unit_id,), sides, errors)
        chosen += [*(("unit", one) for one in part.children), *(("person", one) for one in part.people)]
        if isinstance(part.unit, int):
            chosen.append(("part", part.unit))
        if set(part.children) - set(work.world.units_below(change.unit_id, deep=False)):
            errors[f"parts.{place}.children"] = (
                Text("Chỉ chia được đơn vị trực thuộc.", "Only units directly below can be divided."),
            )
    if len(set(chosen)) != len(chosen):
        errors["parts"] = (
            Text("Có đơn vị hoặc người được chọn ở hai nơi.", "A unit or person was chosen twice."),
        )


def _check_dissolve(work: Work, change: Dissolve, errors: Errors) -> None:
    if change.successor_id is not None:
        sides = work.world.organisation.sides_of.get(change.unit_id, set())
        _check_target(work, "successor", change.successor_id, (change.unit_id,), sides, errors)
        return
    name = work.world.organisation.units[change.unit_id].name
    below = [one for one in work.world.units_below(change.unit_id, deep=False) if _is_open(work, one)]
    if below:
        errors["successor"] = (
            Text(
                f"“{name}” còn {len(below)} đơn vị trực thuộc: hãy chuyển đi hoặc chọn đơn vị kế nhiệm.",
                f"“{name}” still has {len(below)} units below: move them or choose a successor.",
            ),
        )
    found = preview_of(work, (Holder(HolderKind.UNIT, change.unit_id),))
    if found.records:
        modules = {one.module: one.module_name for one in found.places}
        vi = ", ".join(one.vi for one in modules.values())
        en = ", ".join(one.in_language("en") for one in modules.values())
        errors["successor"] = (
            Text(
                f"“{name}” còn {found.records} hồ sơ đang xử lý ({vi}): hãy chọn đơn vị kế nhiệm.",
                f"“{name}” still has {found.records} open records ({en}): choose a successor.",
            ),
        )


# --- Parts of them --------------------------------------------------------------------------------------


def _check_target(
    work: Work, path: str, target: int | NewUnit, sources: Iterable[int], sides: Iterable[str], errors: Errors
) -> None:
    if isinstance(target, NewUnit):
        _check_new(work, path, target, sources, sides, errors)
        return
    sources = tuple(sources)
    if target in sources:
        errors[path] = (Text("Đơn vị nhận phải khác đơn vị này.", "The receiving unit must be another."),)
        return
    _check_place(work, path, target, sources, errors)
    unit = work.world.organisation.units[target]
    _check_sides(
        work, path, unit.kind, set(sides) - work.world.organisation.sides_of.get(target, set()), errors
    )


def _check_new(
    work: Work, path: str, unit: NewUnit, sources: Iterable[int], sides: Iterable[str], errors: Errors
) -> None:
    if fault := _name_fault(unit.name):
        errors[f"{path}.name"] = (fault,)
    if unit.kind is not None and unit.kind not in work.workspace.unit_kinds:
        errors[f"{path}.kind"] = (Text("Hãy chọn loại đơn vị.", "Choose the kind of unit."),)
    if len(unit.code) > LONGEST_CODE:
        errors[f"{path}.code"] = (
            Text(f"Mã không quá {LONGEST_CODE} ký tự.", f"A code has at most {LONGEST_CODE} characters."),
        )
    elif unit.code and unit_rows.code_is_taken(work.session, unit.code):
        errors[f"{path}.code"] = (Text("Mã này đã có.", "This code is taken."),)
    if unit.parent_id is not None and work.world.unit(unit.parent_id) is None:
        raise NotFound()
    _check_place(work, f"{path}.parent", unit.parent_id, tuple(sources), errors)
    _check_sides(work, f"{path}.kind", unit.kind, sides, errors)


def _check_place(work: Work, path: str, parent_id: int | None, units: Iterable[int], errors: Errors) -> None:
    """Refuse a place in the branch of a unit that is to come there, or below one that is off."""
    if parent_id is None:
        return
    parent = work.world.unit(parent_id)
    if parent is None:
        raise NotFound()
    if not parent.active:
        errors[path] = (Text(f"“{parent.name}” đã ngừng hoạt động.", f"“{parent.name}” is switched off."),)
    for unit_id in units:
        if unit_id in parent.path:
            name = work.world.organisation.units[unit_id].name
            errors[path] = (
                Text(
                    f"“{parent.name}” nằm trong nhánh của “{name}”: hãy chọn đơn vị khác.",
                    f"“{parent.name}” stands in the branch of “{name}”: choose another.",
                ),
            )


def _check_sides(work: Work, path: str, kind: str | None, sides: Iterable[str], errors: Errors) -> None:
    """Refuse sides that a kind of unit does not carry: their records would have nobody."""
    for code in sorted(sides):
        side = work.workspace.sides.get(code)
        if side is None or not ((side.kinds and kind not in side.kinds) or work.workspace.is_heading(kind)):
            continue
        errors[path] = (
            Text(
                f"Loại đơn vị này không mang được vai trò “{side.name.vi}” của đơn vị cũ.",
                f"This kind of unit cannot carry the side “{side.name.in_language('en')}” of the old one.",
            ),
        )


def _name_fault(name: str) -> Text | None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        return Text(
            f"Cần tên đơn vị, không quá {LONGEST_NAME} ký tự.",
            f"A unit's name of at most {LONGEST_NAME} characters is needed.",
        )
    return None


def _is_open(work: Work, unit_id: int) -> bool:
    unit = work.world.unit(unit_id)
    return unit is not None and unit.active


TEXT_PAST = Text(
    "Ngày có hiệu lực đã qua: hãy chọn hôm nay hoặc một ngày sau. Chỉ việc đổi tên được ghi lùi ngày.",
    "The day is past: choose today or a later one. Only a rename may be dated back.",
)


def _text_planned(work: Work, at: datetime) -> Text:
    day = at.astimezone(zone_of(work.workspace)).strftime("%d/%m/%Y")
    return Text(
        f"Đơn vị này đã có một thay đổi dự kiến ngày {day}: hãy sửa hoặc hủy thay đổi đó trước.",
        f"There is a planned change of this unit on {day}: change or cancel that one first.",
    )
