"""Roles in units as the roles page shows them: one part for each side, each slot a role (C-49, W-17).

Sides and slots come from the definitions, so a module of one's own brings its roles with it. Every
ability that modules use beside a side may be switched on at each of the side's roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.model import Side, Slot, Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.definitions import published
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import has_function, reach
from luongviec.services.rights.function_permissions import may_give
from luongviec.services.rights.function_words import FunctionSection, function_sections

#: Who holds one of these, in some unit at least, may look at the roles.
LOOKING = ("admin.definitions", "admin.groups", "admin.units", "admin.users")


@dataclass(frozen=True, slots=True)
class AbilityView:
    """An ability as a switch."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A slot as it stands in the list; `holders` counts active people, `units` the units they hold it in."""

    side: str
    code: str
    label: Text
    note: Text
    abilities: frozenset[str]
    functions: int
    branch: bool
    shown: bool
    shipped: bool
    holders: int
    units: int


@dataclass(frozen=True, slots=True)
class RolesPart:
    """The roles of one side. `modules` are those that name it."""

    side: str
    name: Text
    note: Text
    modules: tuple[Text, ...]
    abilities: tuple[AbilityView, ...]
    roles: tuple[RoleLine, ...]
    may_change: bool
    revision: int


@dataclass(frozen=True, slots=True)
class RoleForm:
    """What the form of one role needs; `code` is empty for a new one."""

    side: str
    side_name: Text
    code: str
    label: Text
    note: Text
    abilities: tuple[AbilityView, ...]
    carried: frozenset[str]
    sections: tuple[FunctionSection, ...]
    may: frozenset[str]
    may_give: frozenset[str]
    branch: bool
    shown: bool
    shipped: bool
    holders: int
    units: int
    may_change: bool
    revision: int


@dataclass(frozen=True, slots=True)
class ModuleChoice:
    """A module to narrow the page to."""

    code: str
    name: Text


def roles_parts(platform: Platform, actor: Actor, *, module: str = "") -> tuple[RolesPart, ...]:
    """Give the roles side by side; with a module only of sides that it names."""
    with platform.reading() as work:
        check_looks(work, actor)
        return tuple(
            _part(work, actor, side)
            for side in work.workspace.sides.values()
            if not module or module in modules_of_side(work.workspace, side.code)
        )


def modules_with_sides(platform: Platform) -> tuple[ModuleChoice, ...]:
    """Give the modules that name a side."""
    with platform.reading() as work:
        named = {code for side in work.workspace.sides for code in modules_of_side(work.workspace, side)}
        return tuple(
            ModuleChoice(module.code, module.name)
            for module in work.workspace.modules.values()
            if module.code in named
        )


def role_form(platform: Platform, actor: Actor, side_code: str, slot_code: str = "") -> RoleForm:
    """Give the form of a role, or of a new one.

    Raises:
        NotFound: there is no such side or role.
    """
    with platform.reading() as work:
        check_looks(work, actor)
        side = side_of(work, side_code)
        slot = slot_of(side, slot_code) if slot_code else Slot("", Text("", None))
        people, units = holders_of(work, side_code, slot_code)
        return RoleForm(
            side=side_code, side_name=side.name, code=slot_code, label=slot.label,
            note=slot.note or Text("", None), abilities=abilities_beside(work.workspace, side),
            carried=slot.abilities,
            sections=function_sections(work.workspace, work.workspace.functions() | slot.may),
            may=slot.may, may_give=may_give(work, actor), branch=slot.branch, shown=slot.shown,
            shipped=slot.shipped, holders=people, units=units,
            may_change=may_change_side(work, actor, side_code),
            revision=published(work, "side", side_code)[1],
        )  # fmt: skip


# --- Rights -------------------------------------------------------------------------------------------


def may_change_side(work: Work, actor: Actor, side: str) -> bool:
    """Whether the actor may change the roles of a side: who configures, or administers all its modules."""
    if has_function(work, actor, "admin.definitions"):
        return True
    modules = modules_of_side(work.workspace, side)
    return bool(modules) and all(has_function(work, actor, f"{module}.admin") for module in modules)


def check_changes_side(work: Work, actor: Actor, side: str) -> None:
    """Refuse who may not change the roles of a side."""
    if not may_change_side(work, actor, side):
        raise Refused(
            Text(
                "Cần quyền “Cấu hình quy trình”, hoặc quyền quản trị mọi phân hệ dùng vai trò này.",
                "This needs the permission to configure processes, or to administer all modules of the role.",
            )
        )


def check_looks(work: Work, actor: Actor) -> None:
    """Refuse who has nothing to do with roles."""
    if not may_give(work, actor) and all(reach(work, actor, one) == frozenset() for one in LOOKING):
        raise Refused(
            Text(
                "Trang này dành cho người quản trị đơn vị, người dùng hoặc quy trình.",
                "This page is for those who administer units, users or processes.",
            )
        )


# --- Parts --------------------------------------------------------------------------------------------


def side_of(work: Work, code: str) -> Side:
    """Give a side."""
    side = work.workspace.sides.get(code)
    if side is None:
        raise NotFound()
    return side


def slot_of(side: Side, code: str) -> Slot:
    """Give a slot of a side."""
    slot = side.slots.get(code)
    if slot is None:
        raise NotFound()
    return slot


def modules_of_side(workspace: Workspace, side: str) -> tuple[str, ...]:
    """Give the modules of which a role stands on a side; what others own is administered with these."""
    return tuple(
        module.code
        for module in workspace.modules.values()
        if (not module.owners or module.owner_optional)
        and any(role.side == side for role in module.roles.values())
    )


def abilities_beside(workspace: Workspace, side: Side) -> tuple[AbilityView, ...]:
    """Give the abilities that a side's roles may carry: its own first, then those of sides beside it."""
    modules = set(modules_of_side(workspace, side.code))
    beside = [
        other
        for other in workspace.sides.values()
        if other.code != side.code and modules & set(modules_of_side(workspace, other.code))
    ]
    found = {code: label for one in (side, *beside) for code, label in one.abilities.items()}
    carried = {code for slot in side.slots.values() for code in slot.abilities}
    labels = {code: label for one in workspace.sides.values() for code, label in one.abilities.items()}
    found |= {code: labels[code] for code in sorted(carried - set(found)) if code in labels}
    return tuple(AbilityView(code, label) for code, label in found.items())


def holders_of(work: Work, side: str, slot: str) -> tuple[int, int]:
    """Count the active people who fill a slot, and the units in which they do."""
    found = list(_fillings(work, side, slot))
    return len({user_id for user_id, _ in found}), len({unit_id for _, unit_id in found})


def _fillings(work: Work, side: str, slot: str) -> Iterator[tuple[int, int]]:
    organisation = work.world.organisation
    for user_id in organisation.slot_holders.get((side, slot), ()):
        person = organisation.people.get(user_id)
        if person is not None and person.active:
            for holding in organisation.holdings.get(user_id, ()):
                if (holding.side, holding.slot) == (side, slot):
                    yield user_id, holding.unit_id


def _part(work: Work, actor: Actor, side: Side) -> RolesPart:
    modules = work.workspace.modules
    return RolesPart(
        side.code, side.name, side.note or Text("", None),
        tuple(modules[code].name for code in modules_of_side(work.workspace, side.code)),
        abilities_beside(work.workspace, side),
        tuple(_line(work, side, slot) for slot in side.slots.values()),
        may_change_side(work, actor, side.code),
        published(work, "side", side.code)[1],
    )  # fmt: skip


def _line(work: Work, side: Side, slot: Slot) -> RoleLine:
    people, units = holders_of(work, side.code, slot.code)
    return RoleLine(
        side.code, slot.code, slot.label, slot.note or Text("", None), slot.abilities, len(slot.may),
        slot.branch, slot.shown, slot.shipped, people, units,
    )  # fmt: skip
