"""The small numbers that large tables use for modules, statuses, fields and roles.

They are given when definitions are published (`register_codes`) and never change, so that a process
may keep a `Codes` for as long as the generation of definitions lasts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from luongviec.engine.errors import LuongViecError
from luongviec.engine.model import DerivedRole, FieldType, Module, Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import HolderKind
from luongviec.store.database import AnySession
from luongviec.store.models import FieldCode, ModuleCode, RecordStatus, RoleBit

#: An access row keeps its roles in one signed 64-bit number.
LARGEST_BIT = 61

_SORTABLE = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.NUMBER, FieldType.DURATION})


class TooManyRoles(LuongViecError):
    """A module has, over all its revisions, more roles than an access row can tell apart."""

    code = "too_many_roles"
    template = Text(
        "Phân hệ “{module}” có quá nhiều vai trò (kể cả vai trò suy ra). Hãy bớt vai trò.",
        "Module “{module}” has too many roles (derived ones included). Use fewer.",
    )


@dataclass(frozen=True, slots=True)
class StatusCode:
    """One row of `record_status`: a status under a pinned pair of revisions."""

    id: int
    module: str
    module_id: int
    status_group: str
    status: str
    module_revision: int
    group_revision: int
    final: bool


StatusKey = tuple[str, str, str, int, int]  # module, group, status, module revision, group revision


class Codes:
    """All numbers at one moment; never changed once made."""

    def __init__(
        self,
        modules: Mapping[str, int],
        statuses: Iterable[StatusCode],
        fields: Mapping[tuple[str, str], int],
        bits: Mapping[tuple[str, str, bool], int],
        sort_fields: Mapping[str, str | None],
    ) -> None:
        self.modules = modules
        self.module_names = {number: code for code, number in modules.items()}
        self.statuses = {status.id: status for status in statuses}
        self.fields = fields
        self.bits = bits
        self.sort_fields = sort_fields
        self._ids = {self._key(status): status.id for status in self.statuses.values()}
        by_module: dict[str, list[StatusCode]] = defaultdict(list)
        for status in self.statuses.values():
            by_module[status.module].append(status)
        self.statuses_of: Mapping[str, tuple[StatusCode, ...]] = {
            module: tuple(found) for module, found in by_module.items()
        }

    @staticmethod
    def _key(status: StatusCode) -> StatusKey:
        return (
            status.module, status.status_group, status.status, status.module_revision, status.group_revision
        )  # fmt: skip

    def status_id(self, key: StatusKey) -> int:
        """Give the number of a status.

        Raises:
            LookupError: nobody registered it; definitions are published by `publish_revisions`.
        """
        found = self._ids.get(key)
        if found is None:
            raise LookupError(f"status {key} has no number: its definitions were not published")
        return found

    def knows(self, key: StatusKey) -> bool:
        """Whether a status has a number."""
        return key in self._ids

    def bit(self, module: str, role: str, *, within: bool = False) -> int:
        """Give the flag (a power of two) of a role of a module, 0 if it has none."""
        bit = self.bits.get((module, role, within))
        return 0 if bit is None else 1 << bit


def load_codes(session: AnySession) -> Codes:
    """Read all numbers: five small tables."""
    modules: dict[str, int] = {}
    sort_fields: dict[str, str | None] = {}
    for number, code, sort_field in session.execute(
        select(ModuleCode.id, ModuleCode.code, ModuleCode.sort_field)
    ):
        modules[code] = number
        sort_fields[code] = sort_field
    names = {number: code for code, number in modules.items()}
    statuses = [
        StatusCode(
            row.id, names[row.module_id], row.module_id, row.status_group, row.status,
            row.module_revision, row.group_revision, row.final,
        )
        for row in session.execute(select(RecordStatus.__table__).order_by(RecordStatus.id))
    ]  # fmt: skip
    fields = {
        (names[row.module_id], row.code): row.id for row in session.execute(select(FieldCode.__table__))
    }
    bits = {
        (names[row.module_id], row.code, row.within): row.bit
        for row in session.execute(select(RoleBit.__table__))
    }
    return Codes(modules, statuses, fields, bits, sort_fields)


def register_codes(
    session: AnySession, workspace: Workspace, revisions: Mapping[tuple[str, str], int] | None = None
) -> Codes:
    """Give numbers to whatever in a workspace has none yet; runs inside the publishing transaction.

    Args:
        revisions: (kind, code) → the revision that records of this workspace will be pinned to.
    """
    revisions = revisions or {}
    codes = load_codes(session)
    for module in workspace.modules.values():
        sort_field = sort_field_of(module)
        module_id = codes.modules.get(module.code)
        if module_id is None:
            module_id = session.execute(
                insert(ModuleCode).values(code=module.code, sort_field=sort_field).returning(ModuleCode.id)
            ).scalar_one()
        elif codes.sort_fields[module.code] != sort_field:
            session.execute(
                update(ModuleCode).where(ModuleCode.id == module_id).values(sort_field=sort_field)
            )
        _register_statuses(session, workspace, revisions, codes, module, module_id)
        _register_fields(session, codes, module, module_id)
        _register_bits(session, workspace, codes, module, module_id)
    return load_codes(session)


def _register_statuses(
    session: AnySession,
    workspace: Workspace,
    revisions: Mapping[tuple[str, str], int],
    codes: Codes,
    module: Module,
    module_id: int,
) -> None:
    known = {Codes._key(status) for status in codes.statuses_of.get(module.code, ())}
    rows: list[dict[str, Any]] = []
    for group in workspace.status_groups.values():
        if group.module != module.code:
            continue
        pinned = (
            revisions.get(("module", module.code), 0), revisions.get(("status_group", group.code), 0)
        )  # fmt: skip
        rows += [
            {
                "module_id": module_id, "status_group": group.code, "status": status.code,
                "module_revision": pinned[0], "group_revision": pinned[1], "final": status.is_final,
            }
            for status in group.statuses.values()
            if (module.code, group.code, status.code, *pinned) not in known
        ]  # fmt: skip
    if rows:
        session.execute(insert(RecordStatus), rows)


def _register_fields(session: AnySession, codes: Codes, module: Module, module_id: int) -> None:
    rows = [
        {"module_id": module_id, "code": field.code}
        for field in module.fields.values()
        if (field.index or field.type == FieldType.RECORD) and (module.code, field.code) not in codes.fields
    ]
    if rows:
        session.execute(insert(FieldCode), rows)


def _register_bits(
    session: AnySession, workspace: Workspace, codes: Codes, module: Module, module_id: int
) -> None:
    taken = [bit for (code, _, _), bit in codes.bits.items() if code == module.code]
    free = max(taken, default=-1) + 1
    rows = []
    for role, within in role_keys(workspace, module):
        if (module.code, role, within) in codes.bits:
            continue
        if free > LARGEST_BIT:
            raise TooManyRoles(module=module.code)
        rows.append({"module_id": module_id, "code": role, "within": within, "bit": free})
        free += 1
    if rows:
        session.execute(insert(RoleBit), rows)


def role_keys(workspace: Workspace, module: Module) -> list[tuple[str, bool]]:
    """Give (role or derived role, within) of everything that an access row tells apart."""
    keys: dict[tuple[str, bool], None] = {}
    for role in module.roles.values():
        keys[(role.code, False)] = None
        if role.of is HolderKind.UNIT:
            keys[(role.code, True)] = None
    for derived in module.derived_roles.values():
        for target in targets_of(workspace, module, derived):
            for role_code in derived_role_codes(derived):
                if role_code not in target.roles:
                    continue
                key = derived_code(derived.prefix, role_code, target.code)
                keys[(key, False)] = None
                if target.roles[role_code].of is HolderKind.UNIT:
                    keys[(key, True)] = None
    return list(keys)


def derived_code(prefix: str, role: str, module: str) -> str:
    """Name a derived role in `role_bit`: it is told apart by the module that it was found in."""
    return f"{prefix}.{role}@{module}"


def derived_role_codes(derived: DerivedRole) -> tuple[str, ...]:
    """Give the roles that a derived one looks at, `UNITROLE.SLOT` without its slot."""
    return tuple(dict.fromkeys(role.split(".", 1)[0] for role in derived.roles))


def targets_of(workspace: Workspace, module: Module, derived: DerivedRole) -> tuple[Module, ...]:
    """Give the modules that a derived role may reach, over all its steps."""
    found: dict[str, Module] = {}
    frontier = [module]
    for _ in range(derived.depth):
        following = [
            workspace.modules[name]
            for one in frontier
            for name in _led_to(one, derived.via)
            if name in workspace.modules and name not in found
        ]
        found.update((one.code, one) for one in following)
        frontier = following
        if not frontier:
            break
    return tuple(found.values())


def _led_to(module: Module, via: str) -> tuple[str, ...]:
    if via == "owner":
        return module.owners
    if via in module.relations:
        return (module.relations[via].target,)
    field = module.fields.get(via)
    return (field.record_of,) if field is not None and field.record_of else ()


def sort_field_of(module: Module) -> str | None:
    """Choose the field by which most lists of a module are ordered: it stands in the access rows."""

    def fits(code: str) -> bool:
        field = module.fields.get(code)
        return field is not None and field.index and not field.many and field.type in _SORTABLE

    named = [found.sort[0].field for found in module.lists.values() if found.sort]
    named += [bucket.over for bucket in module.buckets.values()]
    named += [found.date for found in module.lists.values() if found.date]
    candidates = [code for code in named if fits(code)]
    return max(candidates, key=candidates.count) if candidates else None
