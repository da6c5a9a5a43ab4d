"""The first page of the settings area, and the administration of one module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, current_app, url_for

from luongviec.engine.text import Text
from luongviec.services.home.settings_home import Waiting, WaitingLine, waiting_lines
from luongviec.services.rights.module_administration import module_administration
from luongviec.web.rendering import open_settings, render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@dataclass(frozen=True, slots=True)
class ModuleLinks:
    """Where the parts of a module's administration are, for who may open them."""

    units: Callable[[str], str]
    roles: str | None
    groups: str | None
    parameters: str | None


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Where something that waits is set right, and how it is told."""

    label: Text
    hint: Text
    icon: str
    tone: str
    endpoint: str
    query: str


WAITING: Mapping[Waiting, WaitingPage] = {
    Waiting.FAILED_CHANGES: WaitingPage(
        Text("thay đổi đơn vị chưa thực hiện được", "changes of units that could not be carried out"),
        Text("Xem lý do rồi làm lại.", "See why, then try again."),
        "alert-triangle", "red", "settings_unit_changes.show", "?show=coming",
    ),
    Waiting.UNITS_LACKING: WaitingPage(
        Text("đơn vị còn thiếu người trong vai trò", "units that lack people in their roles"),
        Text("Việc gửi đến đó có thể không ai nhận.", "Work sent there may reach nobody."),
        "sitemap", "orange", "settings_units.show", "?show=missing",
    ),
    Waiting.NEVER_SIGNED_IN: WaitingPage(
        Text("tài khoản chưa đăng nhập lần nào", "accounts that have never signed in"),
        Text("In phiếu mật khẩu lần đầu hoặc gửi liên kết.", "Print first-password sheets, or send links."),
        "key", "blue", "settings_accounts.show", "?state=never",
    ),
    Waiting.PLANNED_CHANGES: WaitingPage(
        Text("thay đổi đơn vị đã lên lịch", "planned changes of units"),
        Text("Sẽ tự thực hiện đúng ngày.", "They happen by themselves on their day."),
        "calendar-event", "teal", "settings_unit_changes.show", "?show=coming",
    ),
    Waiting.FAILED_SIGN_INS: WaitingPage(
        Text("lần nhập sai mật khẩu hôm nay", "wrong passwords today"),
        Text("Nhiều lần từ một nơi là dấu hiệu dò mật khẩu.", "Many from one place hint at guessing."),
        "lock", "grey", "settings_sign_ins.show", "?outcome=no",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitingView:
    """Something that waits, as the page shows it."""

    count: int
    page: WaitingPage
    url: str


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show what waits to be set right, and what there is to set up."""
    lines = waiting_lines(platform(), actor())
    shown = tuple(
        _waiting(line) for line in lines if WAITING[line.what].endpoint in current_app.view_functions
    )
    return render_settings("settings/home.html", active="settings", waiting=shown)


@blueprint.get("/modules/<code>")
@sign_in_required
def module(code: str) -> str:
    """Show what there is to administer about a module."""
    found = module_administration(platform(), actor(), code)
    opened = open_settings()
    links = ModuleLinks(
        units=_side_address,  # whoever administers a module fills the slots of its sides
        roles=url_for("settings_roles.show", module=code) if "roles" in opened else None,
        groups=url_for("settings_groups.show", module=code) if "groups" in opened else None,
        parameters=url_for("settings_parameters.show", _anchor=f"section-{code}")
        if "parameters" in opened
        else None,
    )
    return render_settings("settings/module.html", active=f"module:{code}", module=found, links=links)


def _waiting(line: WaitingLine) -> WaitingView:
    page = WAITING[line.what]
    return WaitingView(line.count, page, f"{url_for(page.endpoint)}{page.query}")


def _side_address(side: str) -> str:
    return url_for("settings_units.show", side=side)
