"""Column codes of matrices, transition tables and lists, taken apart: `executing.head`, `owner:view`.

The names that a code may use come as `PeopleNames`: the roles of the module, what its derived roles
lead to, the slots of its units, the user groups. `people_notation` reads the wider notation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from luongviec.engine.model import Column, ColumnKind
from luongviec.engine.text import Text

SYSTEM_COLUMN = "system"


class NotationError(Exception):
    """A column or people notation that cannot be read: what is wrong and where in the text.

    `known` are names that would be right at this place, for "did you mean"; `word` is the wrong one.
    """

    def __init__(self, message: Text, offset: int = 0, word: str = "", known: Iterable[str] = ()) -> None:
        self.message = message
        self.offset = offset
        self.word = word
        self.known = tuple(known)
        super().__init__(message.en or message.vi)


@dataclass(frozen=True, slots=True)
class SideNames:
    """What a side offers: slots and abilities."""

    slots: frozenset[str] = frozenset()
    abilities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PeopleNames:
    """The names that columns and people notation of one module may use.

    Where something they come from is broken, `loose` lets every name pass, so that one mistake is
    not reported a hundred times.
    """

    roles: frozenset[str] = frozenset()
    unit_sides: Mapping[str, SideNames] = field(default_factory=dict)  # unit role → its side
    derived: Mapping[str, frozenset[str]] = field(default_factory=dict)  # prefix → role, UNIT.slot
    groups: frozenset[str] = frozenset()
    sides: Mapping[str, SideNames] = field(default_factory=dict)
    user_fields: frozenset[str] = frozenset()
    owner_permissions: frozenset[str] | None = None  # None: no owner
    abilities: frozenset[str] = frozenset()
    loose: bool = False


def parse_column(code: str, names: PeopleNames, *, system: bool = False) -> Column:
    """Take a column code apart.

    Args:
        code: the code.
        names: what it may name.
        system: whether the column `system` may stand here.

    Raises:
        NotationError: it names what does not exist.
    """
    if code == SYSTEM_COLUMN:
        if not system:
            raise NotationError(
                Text(
                    "cột system chỉ dùng trong transitions.", "the column system belongs to transitions only."
                )
            )
        return Column(code, ColumnKind.SYSTEM)
    if code == "everyone":
        return Column(code, ColumnKind.EVERYONE)
    if ":" in code:
        return _column_with_colon(code, names)
    parts = code.split(".")
    if len(parts) == 1:
        require_role(code, names, 0)
        return Column(code, ColumnKind.ROLE, role=code)
    first = parts[0]
    if first in names.derived or (len(parts) == 3 and names.loose):
        require_derived(code, names)
        if len(parts) == 2:
            return Column(code, ColumnKind.DERIVED, role=parts[1], prefix=first)
        return Column(code, ColumnKind.DERIVED_SLOT, role=parts[1], slot=parts[2], prefix=first)
    require_unit(first, names, 0)
    if len(parts) != 2:
        raise NotationError(Text("có quá nhiều phần.", "has too many parts."), len(first))
    require_slot(first, parts[1], names, len(first) + 1)
    return Column(code, ColumnKind.SLOT, role=first, slot=parts[1])


def _column_with_colon(code: str, names: PeopleNames) -> Column:
    word, _, name = code.partition(":")
    if word == "group":
        require_group(name, names, len(word) + 1)
        return Column(code, ColumnKind.GROUP, name=name)
    if word == "owner":
        if names.owner_permissions is None and not names.loose:
            raise NotationError(
                Text("phân hệ này không có hồ sơ mẹ.", "records of this module have no owner.")
            )
        if names.owner_permissions is not None and name not in names.owner_permissions and not names.loose:
            raise NotationError(
                Text(f"phân hệ mẹ không có quyền “{name}”.", f"the owner has no permission '{name}'."),
                len(word) + 1,
                name,
                names.owner_permissions,
            )
        return Column(code, ColumnKind.OWNER_PERMISSION, name=name)
    raise NotationError(
        Text(
            "cột có dấu “:” chỉ là group:MÃ hoặc owner:QUYỀN.",
            "a column with ':' is group:CODE or owner:PERMISSION.",
        ),
        0,
        word,
        ("group", "owner"),
    )


def require_role(role: str, names: PeopleNames, offset: int) -> None:
    """Refuse a role that the module does not have."""
    if role not in names.roles and not names.loose:
        known = names.roles | {
            f"{prefix}.{inner}" for prefix, roles in names.derived.items() for inner in roles
        }
        raise NotationError(
            Text(f"không có vai trò “{role}”.", f"there is no role '{role}'."), offset, role, known
        )


def require_unit(role: str, names: PeopleNames, offset: int) -> None:
    """Refuse what is not a unit role on a side."""
    if role not in names.unit_sides and not names.loose:
        if role in names.roles:
            message = Text(
                f"“{role}” không phải là vai trò đơn vị có phía (side).",
                f"'{role}' is not a unit role with a side.",
            )
        else:
            message = Text(
                f"không có vai trò đơn vị hay tiền tố “{role}”.", f"there is no unit role or prefix '{role}'."
            )
        raise NotationError(message, offset, role, [*names.unit_sides, *names.derived])


def require_slot(role: str, slot: str, names: PeopleNames, offset: int) -> None:
    """Refuse a slot that the side of a unit role does not have."""
    side = names.unit_sides.get(role)
    if side is not None and slot not in side.slots and not names.loose:
        raise NotationError(
            Text(f"“{role}” không có vị trí “{slot}”.", f"'{role}' has no slot '{slot}'."),
            offset,
            slot,
            side.slots,
        )


def require_derived(code: str, names: PeopleNames) -> None:
    """Refuse a derived role that its prefix does not list."""
    prefix, _, rest = code.partition(".")
    listed = names.derived.get(prefix)
    if listed is not None and rest not in listed and not names.loose:
        raise NotationError(
            Text(
                f"derived_roles.{prefix} không liệt kê “{rest}”.",
                f"derived_roles.{prefix} does not list '{rest}'.",
            ),
            len(prefix) + 1,
            rest,
            listed,
        )


def require_group(group: str, names: PeopleNames, offset: int) -> None:
    """Refuse a user group that is not defined."""
    if group not in names.groups and not names.loose:
        raise NotationError(
            Text(f"không có nhóm người dùng “{group}”.", f"there is no user group '{group}'."),
            offset,
            group,
            names.groups,
        )
