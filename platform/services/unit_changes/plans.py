"""What a change of units says: rename, move, merge, split, dissolve (O-14). Plain data, kept as JSON.

A change may wait for its day; so it names units and people by their ids and says nothing that is
looked up now: who fills which slot is asked when it is carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from luongviec.engine.text import Text

RENAME, MOVE, MERGE, SPLIT, DISSOLVE = "rename", "move", "merge", "split", "dissolve"

KINDS: Mapping[str, Text] = {
    RENAME: Text("Đổi tên", "Rename"),
    MOVE: Text("Chuyển sang cấp trên khác", "Move below another unit"),
    MERGE: Text("Sáp nhập", "Merge"),
    SPLIT: Text("Chia, tách", "Split"),
    DISSOLVE: Text("Giải thể", "Dissolve"),
}


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be made; without `code` it is made from the name."""

    name: str
    parent_id: int | None
    kind: str | None = None
    code: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give it as a change keeps it."""
        return {"name": self.name, "parent": self.parent_id, "kind": self.kind, "code": self.code}


Target = int | NewUnit


def _target(kept: Any) -> Target:
    if isinstance(kept, int):
        return kept
    return NewUnit(kept["name"], kept["parent"], kept["kind"], kept["code"])


def _kept(target: Target) -> Any:
    return target if isinstance(target, int) else target.to_json()


@dataclass(frozen=True, slots=True)
class Rename:
    """A unit gets another name; history keeps the old one."""

    kind: ClassVar[str] = RENAME
    unit_id: int
    name: str

    def to_json(self) -> dict[str, Any]:
        """Give it as a change keeps it."""
        return {"unit": self.unit_id, "name": self.name}


@dataclass(frozen=True, slots=True)
class Move:
    """A unit, with all below it, comes below another (None: at the top)."""

    kind: ClassVar[str] = MOVE
    unit_id: int
    parent_id: int | None

    def to_json(self) -> dict[str, Any]:
        """Give it as a change keeps it."""
        return {"unit": self.unit_id, "parent": self.parent_id}


@dataclass(frozen=True, slots=True)
class Merge:
    """Units go into one, an existing or a new one.

    Units below them, their people and open records come along; of the people's places those in
    `left_out` (ids of holdings) end instead.
    """

    kind: ClassVar[str] = MERGE
    unit_ids: tuple[int, ...]
    into: Target
    left_out: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give it as a change keeps it."""
        return {"units": list(self.unit_ids), "into": _kept(self.into), "left_out": list(self.left_out)}


@dataclass(frozen=True, slots=True)
class Part:
    """A unit that comes out of a split, or the split unit itself where it goes on."""

    unit: Target
    children: tuple[int, ...] = ()
    people: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give it as a change keeps it."""
        return {"unit": _kept(self.unit), "below": list(self.children), "people": list(self.people)}


@dataclass(frozen=True, slots=True)
class Split:
    """A unit is divided into parts; `heir` (an index) gets whatever no other part was given.

    Open records go to the heir, or, `by_person`, to the part of the person who handles them.
    """

    kind: ClassVar[str] = SPLIT
    unit_id: int
    parts: tuple[Part, ...]
    heir: int = 0
    by_person: bool = False

    def to_json(self) -> dict[str, Any]:
        """Give it as a change keeps it."""
        return {
            "unit": self.unit_id, "parts": [part.to_json() for part in self.parts], "heir": self.heir,
            "by_person": self.by_person,
        }  # fmt: skip

    @property
    def goes_on(self) -> bool:
        """Whether the unit itself is one of the parts."""
        return any(part.unit == self.unit_id for part in self.parts)


@dataclass(frozen=True, slots=True)
class Dissolve:
    """A unit ends. Without a successor only one that holds nothing more."""

    kind: ClassVar[str] = DISSOLVE
    unit_id: int
    successor_id: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Give it as a change keeps it."""
        return {"unit": self.unit_id, "successor": self.successor_id}


Change = Rename | Move | Merge | Split | Dissolve


def change_from_json(kind: str, kept: Mapping[str, Any]) -> Change:
    """Read what `to_json` of a change gave.

    Raises:
        LookupError: there is no such kind.
    """
    if kind == RENAME:
        return Rename(kept["unit"], kept["name"])
    if kind == MOVE:
        return Move(kept["unit"], kept["parent"])
    if kind == MERGE:
        return Merge(tuple(kept["units"]), _target(kept["into"]), tuple(kept["left_out"]))
    if kind == SPLIT:
        parts = (
            Part(_target(part["unit"]), tuple(part["below"]), tuple(part["people"])) for part in kept["parts"]
        )
        return Split(kept["unit"], tuple(parts), kept["heir"], kept["by_person"])
    if kind == DISSOLVE:
        return Dissolve(kept["unit"], kept["successor"])
    raise LookupError(kind)


def going(change: Change) -> tuple[int, ...]:
    """Give the units that a change is about."""
    return change.unit_ids if isinstance(change, Merge) else (change.unit_id,)


def coming(change: Change) -> tuple[int, ...]:
    """Give the existing units into which, or below which, something comes."""
    targets: tuple[Target | None, ...]
    if isinstance(change, Merge):
        targets = (change.into,)
    elif isinstance(change, Split):
        targets = tuple(part.unit for part in change.parts)
    elif isinstance(change, Move):
        targets = (change.parent_id,)
    elif isinstance(change, Dissolve):
        targets = (change.successor_id,)
    else:
        targets = ()
    return tuple(target for target in targets if isinstance(target, int))


def made(change: Change) -> tuple[NewUnit, ...]:
    """Give the units that a change makes."""
    if isinstance(change, Merge):
        targets: tuple[Target, ...] = (change.into,)
    elif isinstance(change, Split):
        targets = tuple(part.unit for part in change.parts)
    else:
        return ()
    return tuple(target for target in targets if isinstance(target, NewUnit))


def ending(change: Change) -> tuple[int, ...]:
    """Give the units that are switched off."""
    if isinstance(change, Merge):
        return tuple(one for one in dict.fromkeys(change.unit_ids) if one != change.into)
    if isinstance(change, Dissolve) or (isinstance(change, Split) and not change.goes_on):
        return (change.unit_id,)
    return ()
