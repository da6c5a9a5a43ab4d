"""Making units: one, or a whole tree from a file. `unit_edits` changes them, `unit_slots` fills them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.journal.writing import note_change, organisation_changed
from luongviec.services.platform import Platform
from luongviec.services.units.data import LONGEST_NAME, UnitData, free_code, side_faults
from luongviec.services.units.edits import add_unit
from luongviec.services.units.reach import reach_of
from luongviec.services.units.slots import SlotFilling, clear_slot, fill_slot, fill_slots
from luongviec.services.units.writes import subject_of
from luongviec.store.models import Unit
from luongviec.store.organisation import unit_rows
from luongviec.store.organisation import writes as rows

__all__ = [
    "LONGEST_NAME", "SlotFilling", "UnitNode", "clear_slot", "create_unit", "fill_slot", "fill_slots",
    "import_tree",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A node of a tree to import; `code` empty: made from the name."""

    name: str
    kind: str | None = None
    code: str = ""
    children: tuple[UnitNode, ...] = ()


def create_unit(
    platform: Platform, actor: Actor, name: str, *, parent_id: int | None = None, kind: str | None = None,
    code: str = "", sides: Sequence[str] = (),
) -> int:  # fmt: skip
    """Make a unit below another; needs the function `admin.units` there (the system may always)."""
    return add_unit(platform, actor, UnitData(name, parent_id, kind, code, frozenset(sides)))


def import_tree(
    platform: Platform, actor: Actor, tree: UnitNode, *, sides_by_kind: Mapping[str | None, Sequence[str]]
) -> Mapping[tuple[str, ...], int]:
    """Make a whole tree in one transaction and give unit ids by the names from the root down."""
    with platform.transaction() as work:
        reach_of(work, actor).check_edits((None,))
        unit_rows.lock_tree(work.session)
        for kind, sides in sides_by_kind.items():
            fault = side_faults(work.workspace, kind, sides)
            if fault is not None:
                raise InvalidInput({"sides": (fault,)})
        codes, kinds = rows.used_codes(work.session), work.workspace.unit_kinds
        made: dict[tuple[str, ...], int] = {}
        carried: list[tuple[int, str]] = []

        def add(node: UnitNode, parent: Unit | None, above: tuple[str, ...], position: int) -> Unit:
            name = " ".join(node.name.split())
            if not name or len(name) > LONGEST_NAME:
                fault = Text(
                    f"Tên đơn vị “{name[:40]}” không dùng được.", f"The name “{name[:40]}” cannot be used."
                )
                raise InvalidInput({"name": (fault,)})
            if kinds and node.kind is not None and node.kind not in kinds:
                fault = Text(f"Không có loại đơn vị “{node.kind}”.", f"There is no kind “{node.kind}”.")
                raise InvalidInput({"kind": (fault,)})
            code = node.code or free_code(name, codes)
            codes.add(code)
            unit = rows.add_unit(
                work.session, name=name, parent=parent, kind=node.kind, code=code, position=position
            )
            here = (*above, node.name)
            while here in made:  # equal names side by side: identity is not the name (O-08)
                here = (*here[:-1], here[-1] + "'")
            made[here] = unit.id
            carried.extend((unit.id, side) for side in sides_by_kind.get(node.kind, ()))
            for index, child in enumerate(node.children):
                add(child, unit, here, index)
            return unit

        top = add(tree, None, (), rows.next_position(work.session, None))
        rows.add_sides(work.session, carried)
        note_change(work, actor, "unit.tree_imported", subject_of(top), after={"units": len(made)})
        organisation_changed(work)
        return made
