"""The one unit tree: nodes, the sides they carry, who fills which slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.model import Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.access import check_function
from luongviec.services.audit import Subject, note_change, organisation_changed
from luongviec.services.platform import Platform, Work
from luongviec.store import organisation_writes as rows
from luongviec.store.folding import fold
from luongviec.store.models import Unit

LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A node of a tree to import; `code` empty: made from the name."""

    name: str
    kind: str | None = None
    code: str = ""
    children: tuple[UnitNode, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotFilling:
    """People for one slot of a side in a unit."""

    unit_id: int
    side: str
    slot: str
    user_ids: tuple[int, ...]


def create_unit(
    platform: Platform, actor: Actor, name: str, *, parent_id: int | None = None, kind: str | None = None,
    code: str = "", sides: Sequence[str] = (),
) -> int:  # fmt: skip
    """Make a unit below another; needs the function `admin.units` (the system may always)."""
    with platform.transaction() as work:
        check_function(work, actor, "admin.units")
        parent = None if parent_id is None else rows.unit_by_id(work.session, parent_id)
        if parent_id is not None and parent is None:
            raise NotFound()
        _check_name(name)
        _check_sides(work.workspace, kind, sides)
        codes = rows.used_codes(work.session)
        unit = rows.add_unit(
            work.session, name=" ".join(name.split()), parent=parent, kind=kind,
            code=code or _code_of(name, codes), position=rows.next_position(work.session, parent_id),
        )  # fmt: skip
        rows.add_sides(work.session, [(unit.id, side) for side in sides])
        _tell(work, actor, "unit.created", unit.name)
        return unit.id


def import_tree(
    platform: Platform, actor: Actor, tree: UnitNode, *, sides_by_kind: Mapping[str | None, Sequence[str]]
) -> Mapping[tuple[str, ...], int]:
    """Make a whole tree in one transaction and give unit ids by the names from the root down."""
    with platform.transaction() as work:
        check_function(work, actor, "admin.units")
        for kind, sides in sides_by_kind.items():
            _check_sides(work.workspace, kind, sides)
        codes = rows.used_codes(work.session)
        made: dict[tuple[str, ...], int] = {}
        carried: list[tuple[int, str]] = []

        def add(node: UnitNode, parent: Unit | None, above: tuple[str, ...], position: int) -> None:
            _check_name(node.name)
            unit = rows.add_unit(
                work.session, name=" ".join(node.name.split()), parent=parent, kind=node.kind,
                code=node.code or _code_of(node.name, codes), position=position,
            )  # fmt: skip
            here = (*above, node.name)
            while here in made:  # equal names side by side: identity is not the name (O-08)
                here = (*here[:-1], here[-1] + "'")
            made[here] = unit.id
            carried.extend((unit.id, side) for side in sides_by_kind.get(node.kind, ()))
            for index, child in enumerate(node.children):
                add(child, unit, here, index)

        add(tree, None, (), rows.next_position(work.session, None))
        rows.add_sides(work.session, carried)
        _tell(work, actor, "unit.tree_imported", tree.name)
        return made


def fill_slot(
    platform: Platform, actor: Actor, unit_id: int, side: str, slot: str, user_ids: Sequence[int]
) -> None:
    """Put people into a slot of a side that the unit carries; who is there already stays."""
    fill_slots(platform, actor, (SlotFilling(unit_id, side, slot, tuple(user_ids)),))


def fill_slots(platform: Platform, actor: Actor, fillings: Iterable[SlotFilling]) -> None:
    """Put people into many slots at once."""
    with platform.transaction() as work:
        check_function(work, actor, "admin.units")
        fillings = tuple(fillings)
        carried: dict[int, frozenset[str]] = {}
        for filling in fillings:
            if filling.unit_id not in carried:
                carried[filling.unit_id] = rows.sides_of(work.session, filling.unit_id)
            _check_slot(work.workspace, carried[filling.unit_id], filling.side, filling.slot)
        rows.add_holdings(
            work.session,
            [(user_id, f.unit_id, f.side, f.slot) for f in fillings for user_id in f.user_ids],
            work.now,
        )
        _tell(work, actor, "unit.slots_filled", ", ".join(str(f.unit_id) for f in fillings[:20]))


def clear_slot(
    platform: Platform, actor: Actor, unit_id: int, side: str, slot: str, user_ids: Sequence[int]
) -> None:
    """Take people out of a slot."""
    with platform.transaction() as work:
        check_function(work, actor, "admin.units")
        _check_slot(work.workspace, rows.sides_of(work.session, unit_id), side, slot)
        rows.end_holdings(work.session, unit_id, side, slot, user_ids, work.now)
        _tell(work, actor, "unit.slot_cleared", f"{unit_id} {side}.{slot}")


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        fault = Text(
            f"Cần tên đơn vị, không quá {LONGEST_NAME} ký tự.",
            f"A unit's name of at most {LONGEST_NAME} characters is needed.",
        )
        raise InvalidInput({"name": (fault,)})


def _check_sides(workspace: Workspace, kind: str | None, sides: Sequence[str]) -> None:
    for code in sides:
        side = workspace.sides.get(code)
        if side is None:
            fault = Text(f"Không có vai trò đơn vị “{code}”.", f"There is no side “{code}”.")
            raise InvalidInput({"sides": (fault,)})
        if side.kinds and kind not in side.kinds:
            fault = Text(
                f"Đơn vị loại “{kind}” không mang “{side.name.vi}”.",
                f"A unit of kind “{kind}” cannot carry “{side.name.in_language('en')}”.",
            )
            raise InvalidInput({"sides": (fault,)})


def _check_slot(workspace: Workspace, carried: frozenset[str], side: str, slot: str) -> None:
    known = workspace.sides.get(side)
    if known is None or slot not in known.slots or side not in carried:
        fault = Text(f"Đơn vị không có chỗ “{side}.{slot}”.", f"The unit has no slot “{side}.{slot}”.")
        raise InvalidInput({"slot": (fault,)})


def _code_of(name: str, used: set[str]) -> str:
    """Make a short code from the initials of a name, numbered where it is taken."""
    initials = "".join(word[0] for word in fold(name).split()).upper()[:12] or "DV"
    code, number = initials, 1
    while code in used:
        number += 1
        code = f"{initials}{number}"
    used.add(code)
    return code


def _tell(work: Work, actor: Actor, action: str, subject: str) -> None:
    note_change(work, actor, action, Subject("unit", "", subject))
    organisation_changed(work)
