"""The launcher: which apps a person may open, for daily work and for administration (A-13, A-14, A-25).

Daily work: the modules of which a list stands in the person's menu, or would had he hidden none (A-15).
Administration: people and units, each module that has unit sides and whose `MODULE.admin` the person
holds, and all settings. Nothing of it names a module: a further one brings its app along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from luongviec.engine.model import Module, Workspace
from luongviec.engine.text import Text
from luongviec.services.directory import is_administration
from luongviec.services.views import AdminApp, AppKind, Launcher, MenuItem, WorkApp

#: Function permission → key of the settings page that the app of people and units opens at.
PEOPLE_PAGES = {"admin.users": "accounts", "admin.units": "units", "admin.groups": "groups"}


def launcher(workspace: Workspace, lists: Iterable[MenuItem], functions: Collection[str]) -> Launcher:
    """Give the apps of somebody with these lists and function permissions (held anywhere).

    Args:
        lists: an app opens at the first list of its module.
    """
    return Launcher(_work_apps(workspace, lists), administration_apps(workspace, functions))


def administration_apps(workspace: Workspace, functions: Collection[str]) -> tuple[AdminApp, ...]:
    """Give the apps of the administration, those of modules in the order of the definitions."""
    apps = []
    pages = [page for function, page in PEOPLE_PAGES.items() if function in functions]
    if pages:
        label = Text("Người dùng và đơn vị", "People and units")
        apps.append(AdminApp(AppKind.PEOPLE, label, "users", pages[0]))
    apps.extend(module_apps(workspace, functions))
    if any(is_administration(function) for function in functions):
        apps.append(AdminApp(AppKind.SETTINGS, Text("Thiết lập hệ thống", "System settings"), "settings"))
    return tuple(apps)


def module_apps(workspace: Workspace, functions: Collection[str]) -> tuple[AdminApp, ...]:
    """Give the administration of each module whose `MODULE.admin` is held."""
    return tuple(
        AdminApp(AppKind.MODULE, administration_name(module), module.icon, module.code)
        for module in workspace.modules.values()
        if f"{module.code}.admin" in functions and is_administered(module)
    )


def is_administered(module: Module) -> bool:
    """Whether a module has an app of its own: its records stand alone and its roles are filled by units."""
    stands_alone = not module.owners or module.owner_optional
    return stands_alone and bool(sides_of(module))


def sides_of(module: Module) -> tuple[str, ...]:
    """Give the sides of units that a module's roles are filled from."""
    return tuple(dict.fromkeys(role.side for role in module.roles.values() if role.side))


def administration_name(module: Module) -> Text:
    """Name the administration of a module."""
    vietnamese, english = module.name.vi, module.name.in_language("en")
    return Text(f"Quản trị {vietnamese[:1].lower()}{vietnamese[1:]}", f"{english} administration")


def _work_apps(workspace: Workspace, lists: Iterable[MenuItem]) -> tuple[WorkApp, ...]:
    found: dict[str, WorkApp] = {}
    for item in lists:
        module = workspace.modules.get(item.module)
        if module is not None and item.module not in found:
            found[item.module] = WorkApp(module.name, module.icon, item)
    return tuple(found.values())
