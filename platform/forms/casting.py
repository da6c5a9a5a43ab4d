"""Who would be what in each record that a create form is about to make, and who would be two things at once.

Read from what is typed, as far as it can be read: for counting before anything is sent (W-28), and for
naming a clash of roles with the place where it can be mended (T-49, T-113).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.model import ClashAnswer, InputKind, Module
from luongviec.engine.related import zone_of
from luongviec.engine.world import HolderKind
from luongviec.forms.conditions import Desk
from luongviec.forms.form import CREATE, Control
from luongviec.forms.model import Clash
from luongviec.forms.opening import OpenForm
from luongviec.forms.reading import Clock
from luongviec.forms.validation import Sheet, is_blank, typed_sheet

Typed = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Casting:
    """The holders of one record to be: role → where it is typed, and whom."""

    roles: Mapping[str, tuple[str, tuple[int, ...]]]


def castings(opened: OpenForm, typed: Typed) -> tuple[Casting, ...]:
    """Give who would be what, for each record that the form makes."""
    desk = opened.desk
    clock = Clock(desk.world.now, zone_of(desk.world.workspace))
    create = desk.module.actions[CREATE]
    again = None if create.repeats is None else create.repeats.name
    sheet = typed_sheet(desk, opened.form.controls, typed, clock, partial=False)
    own = (
        set()
        if create.repeats is None or create.repeats.field is None
        else {column.name for column in create.repeats.field.columns}
    )
    first = _roles(sheet, "")
    found = list(_block(sheet, typed, "", first, create.spread, clock))
    blocks = next((one for one in opened.form.controls if one.name == again), None)
    if blocks is not None:
        shared = {name: place for name, place in first.items() if name not in own}
        for place, block in _rows(typed.get(blocks.name)):
            inner = typed_sheet(sheet.row_desk(blocks), blocks.columns, block, clock, partial=False)
            prefix = f"{blocks.name}.{place}."
            roles = {**shared, **_roles(inner, prefix)}
            found += _block(inner, block, prefix, roles, create.spread, clock)
    return tuple(found)


def clashes(desk: Desk, cast: Sequence[Casting]) -> tuple[Clash, ...]:
    """Give everybody who would be two things that exclude each other, once for each place."""
    found: dict[tuple[str, int], Clash] = {}
    for role_code, other_code in _exclusions(desk.module):
        role, other = desk.module.roles[role_code], desk.module.roles[other_code]
        for one in cast:
            path, holders = one.roles.get(role_code, ("", ()))
            _, others = one.roles.get(other_code, ("", ()))
            for holder_id in holders:
                if holder_id in others:
                    name = _name(desk, holder_id, role.of)
                    way = role.on_clash is ClashAnswer.GIVE_WAY
                    found.setdefault(
                        (path, holder_id), Clash(path, holder_id, name, role.label, other.label, way)
                    )
    return tuple(found.values())


def without(typed: Typed, path: str, value: str) -> dict[str, object]:
    """Give what is typed with one value taken out of a control."""
    name, _, rest = path.partition(".")
    kept = dict(typed)
    inner = kept.get(name)
    if not rest:
        values = inner if isinstance(inner, list | tuple) else [inner]
        kept[name] = [one for one in values if str(one) != value]
    elif isinstance(inner, Mapping):
        kept[name] = without(inner, rest, value)
    elif isinstance(inner, list | tuple):
        place, _, rest = rest.partition(".")
        kept[name] = [
            without(row, rest, value) if str(at) == place and isinstance(row, Mapping) else row
            for at, row in enumerate(inner)
        ]
    return kept


def _block(
    sheet: Sheet, typed: Typed, prefix: str, roles: Mapping[str, tuple[str, tuple[int, ...]]],
    spread: str | None, clock: Clock,
) -> Iterator[Casting]:  # fmt: skip
    name = None if spread is None else spread.removeprefix("input.")
    rows = next((one for one in sheet.controls if one.name == name), None)
    if rows is None:
        yield Casting(roles)
        return
    for place, row in _rows(typed.get(rows.name)):
        inner = typed_sheet(sheet.row_desk(rows), rows.columns, row, clock, partial=False)
        filled = _roles(inner, f"{prefix}{rows.name}.{place}.")
        yield Casting({**roles, **{name: one for name, one in filled.items() if one[1] or name not in roles}})


def _rows(given: object) -> Iterator[tuple[int, Typed]]:
    if isinstance(given, list | tuple):
        for place, row in enumerate(given):
            if isinstance(row, Mapping) and not is_blank(row):
                yield place, row


def _roles(sheet: Sheet, prefix: str) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {
        control.name: (prefix + control.name, _ids(control, sheet.values[control.name]))
        for control in sheet.controls
        if control.kind is InputKind.ROLE
    }


def _ids(control: Control, value: object) -> tuple[int, ...]:
    return tuple(one for one in value if isinstance(one, int)) if isinstance(value, tuple) else ()


def _exclusions(module: Module) -> Iterator[tuple[str, str]]:
    for role in module.roles.values():
        for other in role.excludes:
            if other in module.roles and module.roles[other].of is role.of:
                yield role.code, other


def _name(desk: Desk, holder_id: int, kind: HolderKind) -> str:
    known = desk.world.person(holder_id) if kind is HolderKind.USER else desk.world.unit(holder_id)
    return f"#{holder_id}" if known is None else known.name
