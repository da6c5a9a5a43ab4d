"""The terms on which one viewer comes to the records of one module.

From the compiled matrices, his slots and his groups: a few principals (he himself, his units) with a
mask of roles for each status. Read `access` for how terms become conditions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from luongviec.engine.model import Access, Column, ColumnKind, InForce, Module, Role
from luongviec.engine.tables import Table, table_for
from luongviec.engine.world import HolderKind, Holding
from luongviec.store.codes import StatusCode, derived_code, targets_of
from luongviec.store.world import StoreWorld

VIEW = "view"

_TERMS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Grant:
    """Which columns count: those with a permission, those named, or those that may read a field."""

    permission: str = ""
    columns: tuple[Column, ...] = ()
    readable: str = ""

    def columns_in(self, table: Table, status: str) -> Iterable[Column]:
        """Give the columns that count in a status."""
        if self.permission:
            return [table.columns[code] for code in table.codes(table.granting(status, self.permission))]
        if self.readable:
            return [column for column in table.columns.values() if self._reads(table, status, column.code)]
        return self.columns

    def _reads(self, table: Table, status: str, column: str) -> bool:
        word = table.field_cells.get(status, {}).get(self.readable, {}).get(column)
        if word is not None:
            return word is not Access.HIDDEN
        bit = table.bits[column]
        return bool(bit & (table.granting(status, VIEW) | table.granting(status, "edit")))


@dataclass(frozen=True, slots=True)
class Term:
    """What one principal grants: status number → mask of role bits. `since`: older records do not count."""

    principal: int
    masks: Mapping[int, int]
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """One viewer's way to the records of one module, for one grant."""

    module: str
    module_id: int
    statuses: frozenset[int]  # every status of the module
    terms: tuple[Term, ...] = ()
    direct: frozenset[int] = frozenset()
    owner: Mapping[str, frozenset[int]] = field(default_factory=dict)  # permission → statuses
    owner_modules: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be in the set."""
        return not (self.terms or self.direct or self.owner)


class _Collector:
    """Gathers what the columns of one module grant one viewer."""

    def __init__(self, world: StoreWorld, viewer: int, module: str) -> None:
        self.world = world
        self.viewer = viewer
        self.module = module
        self.groups = world.groups(viewer)
        self.holdings = world.holdings(viewer)
        self.masks: dict[tuple[int, datetime | None], dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.direct: set[int] = set()
        self.owner: dict[str, set[int]] = defaultdict(set)

    def take(self, status: StatusCode, table: Table, column: Column) -> None:
        """Add what a column grants in a status."""
        kind = column.kind
        if kind is ColumnKind.GROUP:
            if column.name in self.groups:
                self.direct.add(status.id)
        elif kind is ColumnKind.EVERYONE:
            self.direct.add(status.id)
        elif kind is ColumnKind.OWNER_PERMISSION:
            self.owner[column.name or ""].add(status.id)
        elif kind in (ColumnKind.ROLE, ColumnKind.SLOT):
            role = table.module.roles.get(column.role or "")
            if role is not None:
                self._take_role(status, role, role.code, column.slot, own=True)
        elif kind in (ColumnKind.DERIVED, ColumnKind.DERIVED_SLOT):
            self._take_derived(status, table.module, column)

    def _take_derived(self, status: StatusCode, module: Module, column: Column) -> None:
        derived = module.derived_roles.get(column.prefix or "")
        if derived is None:
            return
        for target in targets_of(self.world.workspace, module, derived):
            role = target.roles.get(column.role or "")
            if role is not None:
                code = derived_code(derived.prefix, role.code, target.code)
                self._take_role(status, role, code, column.slot, own=False)

    def _take_role(self, status: StatusCode, role: Role, code: str, slot: str | None, *, own: bool) -> None:
        bit = self.world.codes.bit(self.module, code)
        if slot is None and (role.of is HolderKind.USER or not own):
            self._add(self.viewer, None, status, bit)
        if role.of is HolderKind.USER:
            return
        side = self.world.workspace.sides.get(role.side or "")
        if side is None:
            return
        within = self.world.codes.bit(self.module, code, within=True)
        for holding in self.holdings:
            if holding.side != side.code or not _speaks(role, slot, holding):
                continue
            since = holding.since if role.sees_from_joined else None
            self._add(-holding.unit_id, since, status, bit)
            if holding.slot in side.slots and side.slots[holding.slot].branch:
                self._add(-holding.unit_id, since, status, within)

    def _add(self, principal: int, since: datetime | None, status: StatusCode, bit: int) -> None:
        if bit:
            self.masks[principal, since][status.id] |= bit

    def terms(self) -> tuple[Term, ...]:
        """Give the terms, the viewer's own first."""
        ordered = sorted(
            self.masks.items(), key=lambda item: (-item[0][0], item[0][1] is not None, item[0][1] or 0)
        )
        return tuple(Term(principal, dict(masks), since) for (principal, since), masks in ordered)


def _speaks(role: Role, slot: str | None, holding: Holding) -> bool:
    return holding.slot in role.speaks if slot is None else holding.slot == slot


def terms_for(world: StoreWorld, viewer: int | None, module: str, grant: Grant) -> Terms:
    """Give a viewer's terms for a module; kept as long as definitions and organisation last.

    Args:
        viewer: a user's id; None is the system, who sees everything.
    """
    key = (world.published.token, world.organisation.token, viewer, module, grant)
    kept = world.workspaces.terms
    found = kept.get(key)
    if found is None:
        found = _find_terms(world, viewer, module, grant)
        kept[key] = found
        while len(kept) > _TERMS_KEPT:
            kept.popitem(last=False)
    return found


def _find_terms(world: StoreWorld, viewer: int | None, module: str, grant: Grant) -> Terms:
    module_id = world.codes.modules.get(module)
    statuses = world.codes.statuses_of.get(module, ())
    if module_id is None:
        return Terms(module, 0, frozenset())
    known = frozenset(status.id for status in statuses)
    if viewer is None:
        return Terms(module, module_id, known, direct=known)
    person = world.person(viewer)
    if person is None or not person.active:
        return Terms(module, module_id, known)
    collector = _Collector(world, viewer, module)
    owners: dict[str, None] = {}
    for status in statuses:
        table = matrix_table(world, status)
        if table is None:
            continue
        owners.update(dict.fromkeys(table.module.owners))
        for column in grant.columns_in(table, status.status):
            collector.take(status, table, column)
    return Terms(
        module,
        module_id,
        known,
        collector.terms(),
        frozenset(collector.direct),
        {permission: frozenset(ids) for permission, ids in collector.owner.items()},
        tuple(owners),
    )


def matrix_table(world: StoreWorld, status: StatusCode) -> Table | None:
    """Give the compiled matrix that counts for records of a status (the installation's choice)."""
    module = world.module_of(status)
    if module is None:
        return None
    chosen = world.organisation.chosen("matrix", status.status_group, None)
    matrix = world.matrix_for(status.status_group, chosen)
    group = world.group_of(status.status_group, status.group_revision)
    return table_for(InForce(world.workspace, module, group, matrix, None))
