"""A matrix and its status group, compiled for look-ups: columns as bits, cells as masks.

One table serves all records of a (module, status group, matrix), so that a page of rows costs
look-ups and no searching. Tables are immutable but for their memos, which only ever
gain entries; they may be shared by threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from luongviec.engine.deciding.decisions import ProofKind, ProofStep, RefusedBy, Remedy
from luongviec.engine.model import (
    EVERY_STATUS,
    NEW,
    Access,
    Column,
    ColumnKind,
    DerivedRole,
    Effect,
    InForce,
    Matrix,
    Module,
    Rule,
    StatusGroup,
    Workspace,
)
from luongviec.engine.world import HolderKind

if TYPE_CHECKING:
    from luongviec.engine.deciding.likeness import Likeness, Part


@dataclass(frozen=True, slots=True)
class UnitRoleColumns:
    """The columns that a unit role opens: its own (by slots that speak) and one for each slot."""

    side: str
    bit: int  # of the role's own column; 0: it has none
    speaks: frozenset[str]
    slots: Mapping[str, int]  # slot → bit
    branch: frozenset[str]  # slots whose holders hold them for every unit below
    from_joined: bool


@dataclass(frozen=True, slots=True)
class DerivedColumns:
    """The columns of one derived prefix."""

    derived: DerivedRole
    bits: Mapping[tuple[str, str | None], int]  # (role, slot of the unit in it) → bit


@dataclass(frozen=True, slots=True)
class Outline:
    """What a decision on an action comes to as far as status and roles alone decide it.

    The steps are shared by every record in this status on which the same columns are held. What is
    left to ask of the record itself: `conditional` moves, the guard, `rules` that may refuse; each
    with whether it waits for input.
    """

    steps: tuple[ProofStep, ...]
    refused_by: RefusedBy | None
    moves: tuple[str, ...] = ()
    conditional: tuple[tuple[Effect, bool], ...] = ()
    rules: tuple[tuple[Rule, bool], ...] = ()
    has_guard: bool = False
    guard_waits: bool = False
    has_voices: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to ask."""
        return not (self.conditional or self.rules or self.has_guard or self.has_voices)


class Table:
    """The compiled matrix. `bits` numbers the columns; masks are sums of bits."""

    __slots__ = (
        "_cell_steps", "_move_steps", "bits", "columns", "derived", "everyone", "field_cells", "group",
        "groups", "likenesses", "matrix", "module", "moves", "outlines", "owner_permissions", "permissions",
        "remedies", "system", "unit_roles", "user_roles",
    )  # fmt: skip

    def __init__(self, workspace: Workspace, module: Module, group: StatusGroup, matrix: Matrix) -> None:
        self.module = module
        self.group = group
        self.matrix = matrix
        self.columns = _columns(module, group, matrix)
        self.bits: dict[str, int] = {code: 1 << place for place, code in enumerate(self.columns)}
        self.permissions = {status: self._permission_masks(status) for status in (*group.statuses, NEW)}
        self.moves = {status: self._move_masks(status) for status in group.statuses}
        self.field_cells = {status: self._field_cells(status) for status in group.statuses}
        self.user_roles: dict[str, int] = {}
        self.unit_roles: dict[str, UnitRoleColumns] = {}
        self._sort_roles(workspace)
        self.derived = self._derived()
        self.groups = self._named(ColumnKind.GROUP)
        self.owner_permissions = self._named(ColumnKind.OWNER_PERMISSION)
        self.everyone = next(iter(self._of_kind(ColumnKind.EVERYONE).values()), 0)
        self.system = next(iter(self._of_kind(ColumnKind.SYSTEM).values()), 0)
        self.remedies: dict[tuple[str, int, tuple[str, ...], tuple[str, ...]], Remedy | None] = {}
        self.outlines: dict[tuple[str, int, int, str], Outline] = {}
        self.likenesses: dict[tuple[str, int, Part | None], Likeness] = {}
        self._cell_steps: dict[tuple[str, str, int], ProofStep] = {}
        self._move_steps: dict[tuple[str, str, int], ProofStep] = {}

    # --- look-ups -------------------------------------------------------------------------------

    def mask(self, columns: Iterable[str]) -> int:
        """Give the mask of column codes; unknown ones count for nothing."""
        mask = 0
        for code in columns:
            mask |= self.bits.get(code, 0)
        return mask

    def codes(self, mask: int) -> tuple[str, ...]:
        """Give the column codes of a mask, in the matrix's order."""
        return tuple(code for code, bit in self.bits.items() if mask & bit)

    def granting(self, status: str, permission: str) -> int:
        """Give the columns that hold a permission in a status."""
        return self.permissions.get(status, _NONE).get(permission, 0)

    def moving(self, status: str, to: str) -> int:
        """Give the columns that may move from a status to another."""
        return self.moves.get(status, _NONE).get(to, 0)

    def cell_step(self, status: str, permission: str, mask: int) -> ProofStep:
        """Give the proof step that a cell grants, or none of them does."""
        grants = self.granting(status, permission)
        key = (status, permission, mask & grants)
        step = self._cell_steps.get(key)
        if step is None:
            step = self._cell_steps[key] = ProofStep(
                ProofKind.CELL,
                bool(mask & grants),
                {
                    "permission": permission,
                    "status": status,
                    "matrix": self.matrix.code,
                    "columns": self.codes(mask & grants),
                    "grants": self.codes(grants),
                },
            )
        return step

    def move_step(self, status: str, to: str, mask: int) -> ProofStep:
        """Give the proof step that the transition table lets a column move, or none."""
        grants = self.moving(status, to)
        key = (status, to, mask & grants)
        step = self._move_steps.get(key)
        if step is None:
            step = self._move_steps[key] = ProofStep(
                ProofKind.TRANSITION,
                bool(mask & grants),
                {
                    "from": status,
                    "to": to,
                    "group": self.group.code,
                    "columns": self.codes(mask & grants),
                    "grants": self.codes(grants),
                },
            )
        return step

    # --- compiling ------------------------------------------------------------------------------

    def _permission_masks(self, status: str) -> Mapping[str, int]:
        masks: dict[str, int] = {}
        rows = (status,) if status == NEW else (status, EVERY_STATUS)
        for row in rows:
            for column, permissions in self.matrix.cells.get(row, {}).items():
                for permission in permissions:
                    masks[permission] = masks.get(permission, 0) | self.bits[column]
        return masks

    def _move_masks(self, status: str) -> Mapping[str, int]:
        masks: dict[str, int] = {}
        for column, targets in self.group.transitions.get(status, {}).items():
            for to in targets:
                masks[to] = masks.get(to, 0) | self.bits[column]
        return masks

    def _field_cells(self, status: str) -> Mapping[str, Mapping[str, Access]]:
        """Field → column → word, the row's own in place of that of every status."""
        cells: dict[str, dict[str, Access]] = {}
        for row in (EVERY_STATUS, status):
            for column, words in self.matrix.fields.get(row, {}).items():
                for field, access in words.items():
                    cells.setdefault(field, {})[column] = access
        return cells

    def _of_kind(self, kind: ColumnKind) -> Mapping[str, int]:
        return {code: self.bits[code] for code, column in self.columns.items() if column.kind is kind}

    def _named(self, kind: ColumnKind) -> Mapping[str, int]:
        return {self.columns[code].name or "": bit for code, bit in self._of_kind(kind).items()}

    def _sort_roles(self, workspace: Workspace) -> None:
        for role in self.module.roles.values():
            bit = self.bits.get(role.code, 0)
            if role.of is HolderKind.USER:
                self.user_roles[role.code] = bit
                continue
            side = workspace.sides.get(role.side or "")
            if side is None:
                continue
            slots = {
                column.slot: self.bits[code]
                for code, column in self.columns.items()
                if column.kind is ColumnKind.SLOT and column.role == role.code and column.slot
            }
            branch = frozenset(code for code, slot in side.slots.items() if slot.branch)
            self.unit_roles[role.code] = UnitRoleColumns(
                side.code, bit, frozenset(role.speaks), slots, branch, role.sees_from_joined
            )

    def _derived(self) -> tuple[DerivedColumns, ...]:
        found = []
        for prefix, derived in self.module.derived_roles.items():
            bits = {
                (column.role or "", column.slot): self.bits[code]
                for code, column in self.columns.items()
                if column.prefix == prefix
            }
            if bits:
                found.append(DerivedColumns(derived, bits))
        return tuple(found)


_NONE: Mapping[str, int] = {}


def _columns(module: Module, group: StatusGroup, matrix: Matrix) -> Mapping[str, Column]:
    """All columns of matrix and group, and every role that somebody can hold by himself."""
    columns = {**matrix.columns, **group.columns}
    for role in module.roles.values():
        if role.of is HolderKind.USER or role.speaks:
            columns.setdefault(role.code, Column(role.code, ColumnKind.ROLE, role=role.code))
    return columns


_TABLES: dict[tuple[int, int, int], Table] = {}
_MAX_TABLES = 1_000


def table_for(in_force: InForce) -> Table:
    """Give the shared table of what is in force for a record.

    Tables are found by the identity of the compiled definitions and keep these alive, so an identity
    cannot come to mean something else.
    """
    key = (id(in_force.module), id(in_force.group), id(in_force.matrix))
    table = _TABLES.get(key)
    if table is None:
        if len(_TABLES) >= _MAX_TABLES:
            _TABLES.clear()
        table = _TABLES[key] = Table(in_force.workspace, in_force.module, in_force.group, in_force.matrix)
    return table
