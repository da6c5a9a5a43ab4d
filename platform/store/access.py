"""Who may see what, as sets: the same answer as `decide`, for a million records at once.

For one viewer and one module, `terms_for` turns the matrices, his slots and groups into a few
*terms*: a principal (he himself, a unit) and, for each status, a mask of the roles that grant. A
record is in the set when an access row of that principal meets the mask; no term reads a record.
Groups and `everyone` need no row: they are statuses that count for every record (`direct`).
`owner:PERMISSION` asks the same question about the owner. `tests/store/test_visibility.py` holds
that `decide` and these sets agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from luongviec.engine.model import Access, Column, ColumnKind, InForce, Module, Role
from luongviec.engine.tables import Table, table_for
from luongviec.engine.world import HolderKind, Holding
from luongviec.store.codes import StatusCode, derived_code, targets_of
from luongviec.store.models import AccessRow, Record
from luongviec.store.world import StoreWorld
from sqlalchemy import ColumnElement, and_, exists, false, literal_column, or_, select, true
from sqlalchemy.orm import aliased

VIEW = "view"

#: How far up a chain of owners `owner:PERMISSION` is followed when a module owns itself.
OWNER_STEPS = 8

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
class Carrier:
    """Where a condition finds what it compares: an access row or the record itself."""

    id: Any
    status: Any
    is_open: Any
    sort_key: Any
    record: Any = None  # the record's alias, where it is at hand


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
        ordered = sorted(self.masks.items(), key=lambda item: (-item[0][0], item[0][1] is not None, item[0][1] or 0))
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
        table = table_of(world, status)
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


def table_of(world: StoreWorld, status: StatusCode) -> Table | None:
    """Give the compiled matrix that counts for records of a status (the installation's choice)."""
    module = world.module_of(status)
    if module is None:
        return None
    chosen = world.organisation.chosen("matrix", status.status_group, None)
    matrix = world.matrix_for(status.status_group, chosen)
    group = world.group_of(status.status_group, status.group_revision)
    return table_for(InForce(world.workspace, module, group, matrix, None))


# --- Conditions ---------------------------------------------------------------------------------------


def access_carrier(alias: Any) -> Carrier:
    """Let conditions read an access row."""
    return Carrier(alias.record_id, alias.record_status_id, alias.is_open, alias.sort_key)


def record_carrier(alias: Any) -> Carrier:
    """Let conditions read the record itself."""
    return Carrier(alias.id, alias.record_status_id, alias.is_open, alias.sort_key, alias)


def number(value: int) -> ColumnElement[int]:
    """Write a number of ours into the statement, so that planners see it."""
    return literal_column(str(int(value)))


def meets_mask(alias: Any, terms: Terms, term: Term) -> ColumnElement[bool]:
    """Give the condition that an access row of the term's principal meets its masks."""
    by_mask: dict[int, list[int]] = defaultdict(list)
    for status, mask in term.masks.items():
        by_mask[mask].append(status)
    parts = []
    for mask, statuses in by_mask.items():
        meets = alias.flags.op("&")(number(mask)) != number(0)
        if len(statuses) < len(terms.statuses):
            meets = and_(alias.record_status_id.in_([number(status) for status in sorted(statuses)]), meets)
        parts.append(meets)
    condition = or_(*parts)
    if term.since is not None:
        younger = aliased(Record)
        condition = and_(
            condition,
            exists(
                select(literal_column("1"))
                .select_from(younger)
                .where(younger.id == alias.record_id, younger.created_at >= term.since)
            ),
        )
    return condition


def holds(world: StoreWorld, viewer: int | None, terms: Terms, carrier: Carrier, depth: int = 0) -> ColumnElement[bool]:
    """Give the condition that a record of the module is in the set, wherever the query comes from."""
    if terms.direct == terms.statuses and terms.statuses:
        return true()
    parts: list[ColumnElement[bool]] = []
    if terms.terms:
        alias = aliased(AccessRow)
        any_term = or_(
            *(and_(alias.principal == number(term.principal), meets_mask(alias, terms, term)) for term in terms.terms)
        )
        parts.append(
            exists(
                select(literal_column("1"))
                .select_from(alias)
                .where(
                    alias.record_id == carrier.id,
                    alias.module_id == number(terms.module_id),
                    alias.principal.in_([number(term.principal) for term in terms.terms]),
                    any_term,
                )
            )
        )
    if terms.direct:
        parts.append(status_in(carrier, terms.direct))
    for permission, statuses in terms.owner.items():
        through = owner_holds(world, viewer, terms, permission, carrier, depth)
        parts.append(and_(status_in(carrier, statuses), through))
    return or_(*parts) if parts else false()


def owner_holds(
    world: StoreWorld, viewer: int | None, terms: Terms, permission: str, carrier: Carrier, depth: int
) -> ColumnElement[bool]:
    """Give the condition that the viewer holds a permission on the record's owner."""
    if depth >= OWNER_STEPS:
        return false()
    owner = aliased(Record)
    parts = []
    for module in terms.owner_modules:
        theirs = terms_for(world, viewer, module, Grant(permission=permission))
        if not theirs.is_empty:
            condition = holds(world, viewer, theirs, record_carrier(owner), depth + 1)
            parts.append(and_(owner.module_id == number(theirs.module_id), condition))
    if not parts:
        return false()
    owned = carrier.record
    found = select(literal_column("1")).select_from(owner).where(owner.deleted_at.is_(None), or_(*parts))
    if owned is None:
        child = aliased(Record)
        return exists(
            found.join(child, child.owner_id == owner.id).where(child.id == carrier.id)
        )
    return exists(found.where(owner.id == owned.owner_id))


def status_in(carrier: Carrier, statuses: Iterable[int]) -> ColumnElement[bool]:
    """Give the condition that a record stands in one of these statuses."""
    return carrier.status.in_([number(status) for status in sorted(statuses)])


def visible_ids(world: StoreWorld, viewer: int | None, module: str, permission: str = VIEW) -> Any:
    """Give the query for the ids of every record of a module on which the viewer holds a permission."""
    record = aliased(Record)
    terms = terms_for(world, viewer, module, Grant(permission=permission))
    return select(record.id).where(
        record.module_id == number(terms.module_id),
        record.deleted_at.is_(None),
        holds(world, viewer, terms, record_carrier(record)),
    )


Filter = Callable[[Carrier], ColumnElement[bool]]
