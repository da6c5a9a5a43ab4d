"""The administration of one module, out of its definition: its unit sides, its parameters, its parts.

Whoever holds `MODULE.admin` opens it (C-01, E-01); what he may change there is asked of each page.
"""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.engine.errors import NotFound
from luongviec.engine.model import Module
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.home.launcher import administration_name, is_administered, sides_of
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import check_function


@dataclass(frozen=True, slots=True)
class SideView:
    """A side of units that a module's roles are filled from."""

    code: str
    name: Text
    note: Text | None
    units: int  # that carry it
    people: int  # who fill a slot of it


@dataclass(frozen=True, slots=True)
class ModuleAdministration:
    code: str
    name: Text
    note: Text | None
    icon: str
    sides: tuple[SideView, ...]
    groups: int  # user groups that give a function permission of the module
    parameters: int  # that belong to it


def module_administration(platform: Platform, actor: Actor, code: str) -> ModuleAdministration:
    """Give what there is to administer about a module.

    Raises:
        NotFound: there is no such module, or it has no administration of its own.
        Refused: the actor does not hold `MODULE.admin`.
    """
    with platform.reading() as work:
        module = work.workspace.modules.get(code)
        if module is None or not is_administered(module):
            raise NotFound()
        check_function(work, actor, f"{code}.admin")
        return ModuleAdministration(
            code, administration_name(module), module.note, module.icon,
            tuple(_side(work, side) for side in sides_of(module)), _groups(work, module),
            sum(one.module == code for one in work.workspace.parameters.values()),
        )  # fmt: skip


def _side(work: Work, code: str) -> SideView:
    organisation, side = work.world.organisation, work.workspace.sides[code]
    units = organisation.with_side(code)
    people = {one.user_id for unit_id in units for one in organisation.holders.get((unit_id, code), ())}
    return SideView(code, side.name, side.note, len(units), len(people))


def _groups(work: Work, module: Module) -> int:
    organisation, prefix = work.world.organisation, f"{module.code}."
    gives = {code: set(group.may) for code, group in work.workspace.user_groups.items()}
    for code, functions in organisation.group_functions.items():
        gives.setdefault(code, set()).update(functions)
    return sum(any(one.startswith(prefix) for one in functions) for functions in gives.values())
