"""What keeps a unit from going, or from losing a side: units below, people in it, open records (U-27)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import HolderKind
from luongviec.services.platform import Work
from luongviec.store import unit_rows
from luongviec.store.models import Unit


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
    for module, count in unit_rows.open_records_by_module(work.world, unit_id).items():
        name = work.workspace.modules[module].name if module in work.workspace.modules else Text(module)
        text = Text(
            f"Còn {count} hồ sơ đang mở: {name.vi}.", f"{count} open records: {name.in_language('en')}."
        )
        found.append(Obstacle(module, count, text))
    return tuple(found)


def check_sides_may_go(work: Work, unit: Unit, gone: Collection[str]) -> None:
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
        raise InvalidInput(
            {
                "sides": (
                    Text(
                        "Chưa bỏ được vai trò này vì đơn vị còn hồ sơ đang mở: "
                        + ", ".join(f"{names[code].vi} ({count})" for code, count in counts.items())
                        + ".",
                        "This side cannot be taken away, because the unit stands in open records: "
                        + ", ".join(
                            f"{names[code].in_language('en')} ({count})" for code, count in counts.items()
                        )
                        + ".",
                    ),
                )
            }
        )
