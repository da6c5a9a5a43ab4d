"""The terms on which one viewer comes to the records of one module.

From the compiled matrices, his slots and his groups: a few principals (he himself, his units) with a
mask of roles for each status; and the same of everybody he stands in for, as far as each authority
reaches. Read `access` for how terms become conditions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from luongviec.engine.deciding.authorities import Authority, Reach
from luongviec.engine.deciding.tables import Table, table_for
from luongviec.engine.model import Access, Column, ColumnKind, InForce, Module, Role
from luongviec.engine.world import HolderKind, Holding
from luongviec.store.definitions.codes import StatusCode, derived_code, targets_of
from luongviec.store.world import StoreWorld

VIEW = "view"

_TERMS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Grant:
    """Which columns count: those with a permission, those named, or those that may read a field.

    `behalf` narrows to what the viewer is himself (his own id) or on behalf of one person.
    """

    permission: str = ""
    columns: tuple[Column, ...] = ()
    readable: str = ""
    behalf: int | None = None

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
class Limit:
    """How far an authority reaches among the records of a module: one record, what hangs on it, or
    what hangs on records of some modules."""

    record: int | None = None
    below: int | None = None
    modules: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """What one principal grants: status number → mask of role bits.

    `since`: older records do not count. `limits`: all must be kept, where somebody else's roles count.
    """

    principal: int
    masks: Mapping[int, int]
    since: datetime | None = None
    limits: tuple[Limit, ...] = ()


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
    behalf: int | None = None  # as whom the owner is asked in turn

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be in the set."""
        return not (self.terms or self.direct or self.owner)


class _Collector:
    """Gathers what the columns of one module grant one person: the viewer, or whom he stands in for."""

    def __init__(
        self,
        world: StoreWorld,
        person: int,
        module: str,
        authority: Authority | None = None,
        limits: tuple[Limit, ...] = (),
    ) -> None:
        self.world = world
        self.person = person
        self.module = module
        self.authority = authority
        self.limits = limits
        self.groups = world.groups(person) if authority is None else frozenset()
        self.holdings = [
            one for one in world.holdings(person) if authority is None or authority.lets_slot(world, one)
        ]
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
            if self.authority is None:
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
        authority = self.authority
        if role.of is HolderKind.USER:
            if slot is None and (authority is None or authority.lets_role(role)):
                self._add(self.person, None, status, bit)
            return
        if authority is not None and not authority.lets_unit_role(role.code):
            return
        if slot is None and not own:
            self._add(self.person, None, status, bit)
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
        return tuple(
            Term(principal, dict(masks), since, self.limits) for (principal, since), masks in ordered
        )


def _speaks(role: Role, slot: str | None, holding: Holding) -> bool:
    return holding.slot in role.speaks if slot is None else holding.slot == slot


def terms_for(world: StoreWorld, viewer: int | None, module: str, grant: Grant) -> Terms:
    """Give a viewer's terms for a module; kept as long as definitions and organisation last.

    Args:
        world: the transaction, its definitions, organisation and authorities.
        viewer: a user's id; None is the system, who sees everything.
        module: the module.
        grant: which columns count, and as whom.
    """
    authorities = () if viewer is None else world.authorities(viewer)
    key = (world.published.token, world.organisation.token, viewer, authorities, module, grant)
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
    collectors = list(_collectors(world, viewer, module, grant.behalf))
    own = collectors[0] if collectors else _Collector(world, viewer, module)
    owners: dict[str, None] = {}
    for status in statuses:
        table = matrix_table(world, status)
        if table is None:
            continue
        owners.update(dict.fromkeys(table.module.owners))
        for column in grant.columns_in(table, status.status):
            for collector in collectors:
                collector.take(status, table, column)
    return Terms(
        module,
        module_id,
        known,
        tuple(term for collector in collectors for term in collector.terms()),
        frozenset(own.direct),
        {permission: frozenset(ids) for permission, ids in own.owner.items()},
        tuple(owners),
        grant.behalf,
    )


def _collectors(world: StoreWorld, viewer: int, module: str, behalf: int | None) -> Iterator[_Collector]:
    """Give the viewer, then whom he stands in for among the records of a module.

    Whatever the owner grants is asked of the owner in turn, with all authorities; so the first of
    them speaks for all: what an authority reaches, it reaches with all that hangs on it.
    """
    if behalf is None or behalf == viewer:
        yield _Collector(world, viewer, module)
    for authority in world.authorities(viewer):
        if behalf not in (None, authority.person):
            continue
        limits = _limits(world, module, authority.reaches)
        if limits is not None:
            yield _Collector(world, authority.person, module, authority, limits)


# --- How far an authority reaches -------------------------------------------------------------------


def _limits(world: StoreWorld, module: str, reaches: Iterable[Reach]) -> tuple[Limit, ...] | None:
    """Give what narrows an authority among the records of a module; None where it never gets there."""
    found: dict[Limit, None] = {}
    for reach in reaches:
        limit = _limit(world, module, reach)
        if limit is None:
            return None
        if limit != Limit():
            found[limit] = None
    return tuple(found)


def _limit(world: StoreWorld, module: str, reach: Reach) -> Limit | None:
    above = _modules_above(world, module)
    if reach.record is not None:
        record = world.record(reach.record)
        if record is None or record.module not in (module, *above):
            return None
        return Limit(record=record.id) if record.module not in above else Limit(below=record.id)
    if not reach.modules or module in reach.modules:
        return Limit()
    chosen = tuple(sorted(world.codes.modules[one] for one in reach.modules if one in above))
    return Limit(modules=chosen) if chosen else None


def _modules_above(world: StoreWorld, module: str) -> frozenset[str]:
    """Give every module whose records may own records of a module, however far up."""
    found: dict[str, None] = {}
    waiting = [module]
    while waiting:
        for status in world.codes.statuses_of.get(waiting.pop(), ()):
            pinned = world.module_of(status)
            for owner in pinned.owners if pinned is not None else ():
                if owner not in found:
                    found[owner] = None
                    waiting.append(owner)
    return frozenset(found)


def matrix_table(world: StoreWorld, status: StatusCode) -> Table | None:
    """Give the compiled matrix that counts for records of a status (the installation's choice)."""
    module = world.module_of(status)
    if module is None:
        return None
    chosen = world.organisation.chosen("matrix", status.status_group, None)
    matrix = world.matrix_for(status.status_group, chosen)
    group = world.group_of(status.status_group, status.group_revision)
    return table_for(InForce(world.workspace, module, group, matrix, None))
