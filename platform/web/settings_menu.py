"""The menu of the settings area, as data: what there is to set up, and who sees it.

An entry is shown to whoever holds one of its function permissions somewhere; the page decides for
itself what that person may do. An entry whose page is not there is left out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import current_app, url_for

from luongviec.engine.text import Text
from luongviec.services.home.settings_area import SettingsFrame
from luongviec.services.views import AdminApp, AppKind
from luongviec.web.addresses import list_url


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the settings area. Without `functions` every administrator sees it.

    `everywhere`: holding one of them on a branch is not enough.
    """

    key: str
    label: Text
    icon: str
    endpoint: str
    functions: tuple[str, ...] = ()
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    label: Text | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class MenuLine:
    """An entry as one person sees it."""

    key: str
    label: Text
    icon: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class MenuPart:
    """A section as one person sees it."""

    key: str
    label: Text | None
    items: tuple[MenuLine, ...]


#: Stands for `MODULE.admin` of any module.
MODULE_ADMINISTRATION = "*.admin"
RIGHTS = "rights"
MODULES_LABEL = Text("Phân hệ", "Modules")

MENU = (
    Section("overview", None, (
        Entry("settings", Text("Tổng quan", "Overview"), "layout-dashboard", "settings.show"),
    )),
    Section("organisation", Text("Tổ chức", "Organisation"), (
        Entry(
            "units", Text("Cây đơn vị", "Unit tree"), "sitemap", "settings_units.show",
            ("admin.units", MODULE_ADMINISTRATION),
        ),
        Entry(
            "accounts", Text("Tài khoản", "Accounts"), "user-circle", "settings_accounts.show",
            ("admin.users",),
        ),
        Entry(
            "unit_changes", Text("Thay đổi đơn vị", "Changes of units"), "git-merge",
            "settings_unit_changes.show", ("admin.units",),
        ),
        Entry(
            "import", Text("Nhập và xuất dữ liệu", "Import and export"), "file-import",
            "settings_files.show", ("admin.units", "admin.users"),
        ),
    )),
    Section(RIGHTS, Text("Quyền", "Rights"), (
        Entry(
            "roles", Text("Vai trò đơn vị", "Roles in units"), "id-badge-2", "settings_roles.show",
            ("admin.definitions", "admin.groups", "admin.units", "admin.users", MODULE_ADMINISTRATION),
        ),
        Entry(
            "groups", Text("Nhóm người dùng", "User groups"), "users", "settings_groups.show",
            ("admin.groups", MODULE_ADMINISTRATION),
        ),
        Entry(
            "rights", Text("Quyền hiệu lực", "Effective rights"), "shield-check", "settings_rights.show",
            ("admin.groups", "admin.users", "admin.audit"), everywhere=True,
        ),
    )),
    Section("platform", Text("Nền tảng", "Platform"), (
        Entry(
            "parameters", Text("Tham số", "Parameters"), "adjustments-horizontal",
            "settings_parameters.show", ("admin.parameters", "admin.units", MODULE_ADMINISTRATION),
        ),
        Entry("tags", Text("Thẻ", "Tags"), "tag", "settings_tags.show", ("admin.tags",)),
        Entry(
            "sign_ins", Text("Nhật ký đăng nhập", "Sign-in journal"), "door-enter",
            "settings_sign_ins.show", ("admin.audit",),
        ),
        Entry(
            "audit", Text("Nhật ký thay đổi", "Journal of changes"), "history", "settings_audit.show",
            ("admin.audit",),
        ),
        Entry("admin_mail", Text("Thư đã ghi", "Written mail"), "mail", "admin_mail.show", ("admin.mail",)),
    )),
)  # fmt: skip


def menu_of(frame: SettingsFrame) -> tuple[MenuPart, ...]:
    """Give the menu of the person of a frame: pages, then the modules that he administers."""
    counts = frame.counts
    parts = []
    for section in MENU:
        lines = tuple(
            MenuLine(one.key, one.label, one.icon, url_for(one.endpoint), counts.get(one.key))
            for one in section.entries
            if is_shown(one, frame.everywhere if one.everywhere else frame.shell.functions)
        )
        if section.key == RIGHTS:
            lines += tuple(
                MenuLine(f"absence:{code}", name, icon, list_url(code, ""))
                for code, name, icon in frame.absences
            )
        if lines:
            parts.append(MenuPart(section.key, section.label, lines))
    modules = tuple(
        MenuLine(f"module:{app.code}", app.label, app.icon, app_url(app))
        for app in frame.shell.apps.administration
        if app.kind is AppKind.MODULE
    )
    if modules:
        parts.insert(-1 if len(parts) > 1 else 1, MenuPart("modules", MODULES_LABEL, modules))
    return tuple(parts)


def app_url(app: AdminApp) -> str:
    """Give where an app of the administration opens."""
    if app.kind is AppKind.MODULE:
        return url_for("settings.module", code=app.code)
    entries = (one for section in MENU for one in section.entries if one.key == app.code)
    endpoint = next((one.endpoint for one in entries if one.endpoint in current_app.view_functions), None)
    return url_for(endpoint or "settings.show")


def is_shown(entry: Entry, functions: Collection[str]) -> bool:
    """Whether a page is there and somebody with these function permissions may open it."""
    if entry.endpoint not in current_app.view_functions:
        return False
    if MODULE_ADMINISTRATION in entry.functions and any(one.endswith(".admin") for one in functions):
        return True
    return not entry.functions or any(function in functions for function in entry.functions)
