"""Function permissions in words: what each opens, gathered by module (U-06, C-44, E-04)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from luongviec.engine.model import Module, Workspace
from luongviec.engine.text import Text

ADMINISTRATION = Text("Quản trị hệ thống", "System administration")


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A function permission as a line of a check list. `place`: its module, or administration."""

    code: str
    label: Text
    note: Text
    place: Text
    module: str = ""


@dataclass(frozen=True, slots=True)
class FunctionSection:
    """The function permissions of administration (no `module`) or of one module."""

    module: str
    label: Text
    functions: tuple[FunctionView, ...]
    owned: bool = False  # a module whose records belong to others: of little interest by itself


_FIXED: Mapping[str, tuple[Text, Text]] = {
    "admin.users": (
        Text("Quản lý tài khoản", "Manage accounts"),
        Text("Thêm, sửa, khóa, xóa tài khoản và cấp lại mật khẩu.",
             "Add, edit, lock and delete accounts, and reset passwords."),
    ),
    "admin.groups": (
        Text("Phân quyền chức năng", "Give function permissions"),
        Text("Nhóm người dùng, quyền chức năng của nhóm và của từng người, quyền có hiệu lực.",
             "User groups, function permissions of groups and persons, effective rights."),
    ),
    "admin.units": (
        Text("Quản lý cây đơn vị", "Manage the unit tree"),
        Text("Thêm, sửa, chuyển, khóa đơn vị và điền người vào vai trò.",
             "Add, edit, move and switch off units, and fill their roles with people."),
    ),
    "admin.definitions": (
        Text("Cấu hình quy trình", "Configure processes"),
        Text("Vai trò, trạng thái, biểu mẫu, thông báo và các định nghĩa khác.",
             "Roles, statuses, forms, notifications and the other definitions."),
    ),
    "admin.parameters": (
        Text("Đặt tham số", "Set parameters"),
        Text("Giới hạn, thời hạn nhắc và các tham số khác của hệ thống và đơn vị.",
             "Limits, times of reminders and other parameters of the installation and of units."),
    ),
    "admin.mail": (
        Text("Xem thư đã gửi", "Read sent mail"),
        Text("Hộp thư thử nghiệm của hệ thống chưa nối máy chủ thư.",
             "The trial mailbox of an installation without a mail server."),
    ),
    "admin.audit": (
        Text("Xem nhật ký quản trị", "Read the audit journal"),
        Text("Ai đã thay đổi người dùng, đơn vị, quyền, tham số; trước và sau.",
             "Who changed users, units, rights and parameters; before and after."),
    ),
    "admin.tags": (
        Text("Quản lý thẻ", "Manage tags"),
        Text("Thêm, sửa, gộp và xóa các thẻ để gắn vào hồ sơ.",
             "Add, edit, merge and delete the tags that are put on records."),
    ),
    "admin.system": (
        Text("Vận hành hệ thống", "Operate the system"),
        Text("Tình trạng máy chủ, hàng đợi và công việc nền.",
             "State of the server, queues and background work."),
    ),
}  # fmt: skip

#: What the function permissions that each module has are called; `{module}` is the module's name.
_OF_MODULES: Mapping[str, tuple[Text, Text]] = {
    "open": (
        Text("Mở phân hệ", "Open the module"),
        Text("Menu, danh sách, báo cáo và biểu mẫu của phân hệ này chỉ mở cho người có quyền.",
             "Menu, lists, reports and forms of this module are open to holders only."),
    ),
    "admin": (
        Text("Quản trị phân hệ", "Administer the module"),
        Text("Vai trò đơn vị, nhóm và quyền chức năng của riêng phân hệ; xem vì sao một người được"
             " hay không được làm gì.",
             "Unit roles, groups and function permissions of this module alone; see why somebody may"
             " or may not do something."),
    ),
    "report": (
        Text("Xem báo cáo", "Read reports"),
        Text("Những báo cáo của phân hệ chỉ mở cho người có quyền.",
             "Those reports of the module that are open to holders only."),
    ),
    "export": (
        Text("Xuất dữ liệu", "Export data"),
        Text("Tải danh sách và báo cáo của phân hệ về máy.", "Download the module's lists and reports."),
    ),
}  # fmt: skip


def module_of_function(function: str) -> str:
    """Give the module that a function permission belongs to; nothing for the fixed ones."""
    return "" if function in _FIXED else function.partition(".")[0]


def function_view(workspace: Workspace, function: str) -> FunctionView:
    """Give a function permission in words; one that is unknown keeps its code."""
    if function in _FIXED:
        return FunctionView(function, *_FIXED[function], ADMINISTRATION)
    code, _, word = function.partition(".")
    module = workspace.modules.get(code)
    if module is None or word not in _OF_MODULES:
        return FunctionView(function, Text(function, function), Text("", ""), Text("—", "—"), code)
    return FunctionView(function, *_OF_MODULES[word], module.name, module=code)


def function_label(workspace: Workspace, function: str) -> Text:
    """Name a function permission where it stands alone: with the name of its module."""
    view = function_view(workspace, function)
    module = workspace.modules.get(view.module)
    if module is None:
        return view.label
    return Text(f"{view.label.vi}: {module.name.vi}", f"{view.label.in_language('en')}: {_en(module)}")


def function_sections(
    workspace: Workspace, functions: Iterable[str], *, first: str = ""
) -> tuple[FunctionSection, ...]:
    """Gather function permissions for a check list, administration before the modules.

    Args:
        functions: those to show.
        first: the module that comes before everything else.
    """
    wanted = frozenset(functions)
    sections = [_administration(wanted), *_by_module(workspace, wanted)]
    found = [section for section in sections if section.functions]
    return tuple(sorted(found, key=lambda section: (section.module != first or not first, section.owned)))


def _administration(wanted: frozenset[str]) -> FunctionSection:
    views = tuple(
        FunctionView(code, *words, ADMINISTRATION) for code, words in _FIXED.items() if code in wanted
    )
    return FunctionSection("", ADMINISTRATION, views)


def _by_module(workspace: Workspace, wanted: frozenset[str]) -> Iterator[FunctionSection]:
    for module in workspace.modules.values():
        views = tuple(
            FunctionView(f"{module.code}.{word}", *words, module.name, module=module.code)
            for word, words in _OF_MODULES.items()
            if f"{module.code}.{word}" in wanted
        )
        owned = bool(module.owners) and not module.owner_optional
        yield FunctionSection(module.code, module.name, views, owned)


def _en(module: Module) -> str:
    return module.name.in_language("en")
