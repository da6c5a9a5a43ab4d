"""What keeps a unit from going, or from losing a side: units below, people in it, open records (U-27)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Holder, HolderKind
from luongviec.services.platform import Work
from luongviec.store.models import Unit
from luongviec.store.organisation import unit_rows
from luongviec.store.organisation.successions import open_places
from luongviec.store.organisation.unit_changes import planned_with


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a unit from being deleted: `children`, `people` or a module's code, and how many."""

    what: str
    count: int
    text: Text


def obstacles(work: Work, unit_id: int) -> tuple[Obstacle, ...]:
    """Give what keeps a unit from being deleted."""
    found: list[Obstacle] = []
    children = unit_rows.children_of(work.session, unit_id)
    if children:
        found.append(
            Obstacle(
                "children",
                children,
                Text(f"Còn {children} đơn vị trực thuộc.", f"It has {children} units below it."),
            )
        )
    people = {one for held in unit_rows.holders_now(work.session, unit_id).values() for one in held}
    if people:
        text = Text(f"Còn {len(people)} người giữ vai trò ở đây.", f"{len(people)} people fill slots in it.")
        found.append(Obstacle("people", len(people), text))
    for module, count in _open_records(work, unit_id).items():
        name = work.workspace.modules[module].name if module in work.workspace.modules else Text(module)
        text = Text(
            f"Còn {count} hồ sơ đang mở: {name.vi}.", f"{count} open records: {name.in_language('en')}."
        )
        found.append(Obstacle(module, count, text))
    planned = planned_with(work.session, (unit_id,))
    if planned is not None:
        text = Text(
            "Có một thay đổi theo ngày đang chờ với đơn vị này.", "A change with a date waits for this unit."
        )
        found.append(Obstacle("planned", 1, text))
    return tuple(found)


def _open_records(work: Work, unit_id: int) -> Mapping[str, int]:
    """Count open records by module: those where the unit holds a role, and those whose fields name it."""
    counts = dict(unit_rows.open_records_by_module(work.world, unit_id))
    for place in open_places(work.world, Holder(HolderKind.UNIT, unit_id)):
        module = work.workspace.modules.get(place.module)
        if module is not None and place.place in module.fields:
            counts[place.module] = counts.get(place.module, 0) + place.records
    return counts


def check_sides_may_go(work: Work, unit: Unit, gone: Collection[str]) -> None:
    """Refuse taking sides away on which the unit stands in open records.

    Raises:
        InvalidInput: at `sides`.
    """
    if not gone:
        return
    roles = {
        module.code: [
            role.code for role in module.roles.values() if role.of is HolderKind.UNIT and role.side in gone
        ]
        for module in work.workspace.modules.values()
    }
    counts = unit_rows.open_records_by_module(work.world, unit.id, roles)
    if counts:
        names = {code: work.workspace.modules[code].name for code in counts}
        vi = ", ".join(f"{names[code].vi} ({count})" for code, count in counts.items())
        en = ", ".join(f"{names[code].in_language('en')} ({count})" for code, count in counts.items())
        fault = Text(
            f"Chưa bỏ được vai trò này vì đơn vị còn hồ sơ đang mở: {vi}.",
            f"This side cannot be taken away, because the unit stands in open records: {en}.",
        )
        raise InvalidInput({"sides": (fault,)})
