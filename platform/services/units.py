"""The one unit tree: nodes, the sides they carry, who fills which slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform


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
    """Make a unit below another; needs the function `admin.units` (the system may always)."""
    raise NotImplementedError


def import_tree(
    platform: Platform, actor: Actor, tree: UnitNode, *, sides_by_kind: Mapping[str | None, Sequence[str]]
) -> Mapping[tuple[str, ...], int]:
    """Make a whole tree in one transaction and give unit ids by the names from the root down."""
    raise NotImplementedError


def fill_slot(
    platform: Platform, actor: Actor, unit_id: int, side: str, slot: str, user_ids: Sequence[int]
) -> None:
    """Put people into a slot of a side that the unit carries; who is there already stays."""
    raise NotImplementedError


def clear_slot(
    platform: Platform, actor: Actor, unit_id: int, side: str, slot: str, user_ids: Sequence[int]
) -> None:
    """Take people out of a slot."""
    raise NotImplementedError
