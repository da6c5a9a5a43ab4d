"""One person's page in the settings area, and what is done to an account (U-22 to U-24, U-32, U-39)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput, Refused
from luongviec.engine.text import Text
from luongviec.services.succession.handing_over import Preview
from luongviec.services.users import changes as user_changes
from luongviec.services.users import first_passwords
from luongviec.services.users import pages as user_pages
from luongviec.services.users import safety as account_safety
from luongviec.services.users import states as account_states
from luongviec.services.users.changes import StaleAccount
from luongviec.services.users.first_passwords import Way
from luongviec.services.users.list import STATE_NAMES
from luongviec.services.users.states import OpenRecords
from luongviec.web.form_pages import go_to
from luongviec.web.language import _
from luongviec.web.pages.settings_area.accounts import sheet_answer
from luongviec.web.picking import Picking, people_picking, posted_people
from luongviec.web.posted import page_values
from luongviec.web.rendering import has_page, render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_account", __name__, url_prefix="/settings/accounts")

Errors = Mapping[str, tuple[Text, ...]]


@blueprint.get("/<int:user_id>")
@sign_in_required
def show(user_id: int) -> str:
    """Show a person: data, posts, managers, groups, signing in, history."""
    page = user_pages.user_page(platform(), actor(), user_id)
    return render_settings(
        "settings/account.html", active="accounts", page=page, states=STATE_NAMES, links=_links(user_id),
    )  # fmt: skip


@blueprint.route("/<int:user_id>/managers", methods=["GET", "POST"])
@sign_in_required
def managers(user_id: int) -> AnyResponse | str | tuple[str, int]:
    """Choose a person's direct managers (U-22)."""
    page = user_pages.user_page(platform(), actor(), user_id)
    if request.method == "GET":
        return _draw_managers(page, people_picking(page.data.manager_ids), page.version)
    picking, version = posted_people("managers"), page_values().version or 0
    if picking.is_asking:
        return _draw_managers(page, picking, version)
    try:
        user_changes.set_direct_managers(platform(), actor(), user_id, version, picking.ids)
    except InvalidInput as problem:
        return _draw_managers(page, picking, version, errors=problem.errors), 422
    except StaleAccount as stale:
        errors = {"managers": (stale.message,)}
        return _draw_managers(page, picking, stale.version, errors=errors), 409
    flash(_("Đã lưu quản lý trực tiếp của {name}.", name=page.line.name))
    return go_to(_page_url(user_id))


@blueprint.route("/<int:user_id>/switch", methods=["GET", "POST"])
@sign_in_required
def switch(user_id: int) -> AnyResponse | str | tuple[str, int]:
    """Switch an account off, after saying what it still holds, or on (U-23)."""
    page = user_pages.user_page(platform(), actor(), user_id)
    active = page.line.state.value == "off"
    if request.method == "GET":
        return _draw_switch(page, active)
    wanted = request.form.get("active") == "true"
    result = account_states.switch_users(platform(), actor(), (user_id,), wanted)
    if result.skipped:
        return _draw_switch(page, active, errors={"": (result.skipped[0].reason,)}), 422
    flash(
        _("Đã bật tài khoản của {name}.", name=page.line.name)
        if wanted
        else _("Đã ngừng tài khoản của {name}.", name=page.line.name)
    )
    return go_to(_page_url(user_id))


@blueprint.route("/<int:user_id>/delete", methods=["GET", "POST"])
@sign_in_required
def delete(user_id: int) -> AnyResponse | str | tuple[str, int]:
    """Delete an account, after open records were handed over (U-24, U-32)."""
    page = user_pages.user_page(platform(), actor(), user_id)
    preview = account_states.delete_preview(platform(), actor(), user_id)
    if request.method == "GET":
        return _draw_delete(page, preview)
    reason = request.form.get("reason", "").strip()[:500]
    try:
        account_states.delete_user(platform(), actor(), user_id, reason=reason)
    except OpenRecords as open_records:
        return _draw_delete(page, open_records.preview, reason), 422
    except (InvalidInput, Refused) as problem:
        errors = problem.errors if isinstance(problem, InvalidInput) else {"": (problem.message,)}
        return _draw_delete(page, preview, reason, errors), 422
    flash(_("Đã xóa tài khoản của {name}. Tên vẫn còn trong lịch sử.", name=page.line.name))
    return go_to(url_for("settings_accounts.show"))


@blueprint.post("/<int:user_id>/restore")
@sign_in_required
def restore(user_id: int) -> AnyResponse:
    """Bring a deleted account back, switched off."""
    account_states.restore_user(platform(), actor(), user_id)
    flash(_("Đã khôi phục tài khoản. Hãy xem lại vị trí công tác rồi bật lên."))
    return go_to(_page_url(user_id))


@blueprint.route("/<int:user_id>/first-password", methods=["GET", "POST"])
@sign_in_required
def first_password(user_id: int) -> AnyResponse | str | tuple[str, int]:
    """Make a first password, or another one for somebody who cannot sign in (W-01, U-39)."""
    page = user_pages.user_page(platform(), actor(), user_id)
    if request.method == "GET":
        return _draw_first_password(page)
    form = request.form.get("form", "")
    way = Way.EMAIL if form == Way.EMAIL.value else Way.SHEET
    try:
        made = first_passwords.make_first_passwords(platform(), actor(), (user_id,), way)
    except InvalidInput as problem:
        return _draw_first_password(page, problem.errors), 422
    if made.sheet is not None:
        return sheet_answer(made.sheet, form)
    flash(_("Sẽ gửi liên kết đặt mật khẩu tới {email}.", email=page.line.email))
    return go_to(_page_url(user_id))


@blueprint.post("/<int:user_id>/sign-out")
@sign_in_required
def sign_out(user_id: int) -> AnyResponse:
    """End all sessions of a person."""
    account_safety.sign_person_out(platform(), actor(), user_id)
    flash(_("Đã kết thúc các phiên đăng nhập."))
    return go_to(_page_url(user_id))


@blueprint.post("/<int:user_id>/second-factor")
@sign_in_required
def second_factor(user_id: int) -> AnyResponse:
    """Take away a second factor that its owner has lost."""
    account_safety.drop_second_factor(platform(), actor(), user_id)
    flash(_("Đã gỡ xác thực hai bước. Người dùng đăng nhập lại chỉ với mật khẩu."))
    return go_to(_page_url(user_id))


def _page_url(user_id: int) -> str:
    return url_for("settings_account.show", user_id=user_id)


def _links(user_id: int) -> Mapping[str, str]:
    """Give the addresses of pages of others about this person, where they are there."""
    wanted: dict[str, tuple[str, dict[str, Any]]] = {
        "rights": ("settings_rights.person", {"user_id": user_id}),
        "hand_over": ("settings_succession.person", {"user_id": user_id}),
        "audit": ("settings_audit.show", {"subject": f"user:{user_id}"}),
    }
    there = {key: one for key, one in wanted.items() if has_page(one[0])}
    return {key: url_for(endpoint, **values) for key, (endpoint, values) in there.items()}


def _draw_managers(
    page: user_pages.UserPageView, picking: Picking, version: int, *, errors: Errors | None = None
) -> str:
    return render_settings(
        "settings/account_managers.html", active="accounts", page=page, picking=picking, version=version,
        errors=errors or {}, back=_page_url(page.line.id),
    )  # fmt: skip


def _draw_switch(page: user_pages.UserPageView, active: bool, *, errors: Errors | None = None) -> str:
    preview = None if active else account_states.delete_preview(platform(), actor(), page.line.id)
    return render_settings(
        "settings/account_switch.html", active="accounts", page=page, turns_on=active, preview=preview,
        errors=errors or {}, links=_links(page.line.id), back=_page_url(page.line.id),
    )  # fmt: skip


def _draw_delete(
    page: user_pages.UserPageView, preview: Preview, reason: str = "", errors: Errors | None = None
) -> str:
    return render_settings(
        "settings/account_delete.html", active="accounts", page=page, preview=preview, reason=reason,
        errors=errors or {}, links=_links(page.line.id), back=_page_url(page.line.id),
    )  # fmt: skip


def _draw_first_password(page: user_pages.UserPageView, errors: Errors | None = None) -> str:
    foreseen = first_passwords.foresee(platform(), actor(), (page.line.id,))
    return render_settings(
        "settings/account_first.html", active="accounts", page=page, foreseen=foreseen, errors=errors or {},
        back=_page_url(page.line.id),
    )  # fmt: skip
