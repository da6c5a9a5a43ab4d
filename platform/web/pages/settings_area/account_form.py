"""Adding and editing an account (U-20, U-21, U-37): nothing is stored until it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services.users import changes as user_changes
from luongviec.services.users import first_passwords
from luongviec.services.users import making as users
from luongviec.services.users import pages as user_pages
from luongviec.services.users.changes import StaleAccount
from luongviec.services.users.first_passwords import Way
from luongviec.services.users.names import suggest_user_name
from luongviec.services.users.pages import NamedPost, UserPageView
from luongviec.web.account_forms import FIELD_NAMES, AccountForm, empty_form, form_of, labels, posted_form
from luongviec.web.language import _, in_language
from luongviec.web.posted import page_values
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_account_form", __name__, url_prefix="/settings/accounts")

CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else changed: what the account holds now."""

    label: Text
    now: str


@blueprint.get("/user-name")
@sign_in_required
def user_name() -> Response:
    """Propose a user name for what was typed so far."""
    given = {name: request.args.get(name, "")[:400] for name in ("name", "identity_number", "email")}
    made = suggest_user_name(platform(), actor(), given["name"], given["identity_number"], given["email"])
    return jsonify(user_name=made)


@blueprint.get("/new")
@sign_in_required
def new() -> str:
    """Show the form of a new account; `unit` says where."""
    suggest_user_name(platform(), actor(), "")  # refuses who administers nobody
    return _draw(empty_form(request.args.get("unit", type=int)))


@blueprint.post("/new")
@sign_in_required
def create() -> AnyResponse | str | tuple[str, int]:
    """Make the account; then close, or go on with the next one."""
    form = posted_form()
    if form.only_rows:
        return _draw(form)
    try:
        user_id = _create(form)
    except InvalidInput as problem:
        return _draw(form, errors=problem.errors), 422
    person = users_page_url(user_id)
    flash(_("Đã tạo tài khoản của {name}.", name=form.texts["name"].strip()))
    if form.first_password == Way.SHEET.value and not _goes_on():
        return redirect(url_for("settings_account.first_password", user_id=user_id), 303)
    return redirect(url_for(".new") if _goes_on() else person, 303)


@blueprint.get("/<int:user_id>/edit")
@sign_in_required
def edit(user_id: int) -> str:
    """Show the form of an account."""
    page = user_pages.user_page(platform(), actor(), user_id)
    version, change = user_pages.account_form(platform(), actor(), user_id)
    form = form_of(change, [one.post for one in page.posts if one.own])
    return _draw(form, user_id=user_id, version=version, page=page)


@blueprint.post("/<int:user_id>/edit")
@sign_in_required
def save(user_id: int) -> AnyResponse | str | tuple[str, int]:
    """Write the account; a form that is too old comes back beside what somebody else wrote."""
    page = user_pages.user_page(platform(), actor(), user_id)
    form, version = posted_form(), page_values().version or 0
    if form.only_rows:
        return _draw(form, user_id=user_id, version=version, page=page)
    try:
        user_changes.change_user(platform(), actor(), user_id, version, form.change)
    except InvalidInput as problem:
        return _draw(form, user_id=user_id, version=version, page=page, errors=problem.errors), 422
    except StaleAccount as stale:
        return _draw(
            form, user_id=user_id, version=stale.version, page=page, stale=stale,
            differences=_differences(form, stale),
        ), 409  # fmt: skip
    flash(_("Đã lưu tài khoản của {name}.", name=form.texts["name"].strip()))
    if page.line.user_name != form.texts["user_name"].strip().lower():
        flash(
            _("Tên đăng nhập đổi từ {before} thành {after}. Hãy báo cho người dùng.",
              before=page.line.user_name, after=form.texts["user_name"].strip().lower())
        )  # fmt: skip
    if _goes_on():
        return redirect(url_for(".edit", user_id=user_id), 303)
    return redirect(users_page_url(user_id), 303)


def users_page_url(user_id: int) -> str:
    """Give the address of a person's page."""
    return url_for("settings_account.show", user_id=user_id)


def _create(form: AccountForm) -> int:
    """Make the account, and send its link in the same transaction where that was asked.

    Raises:
        InvalidInput: also where a link was asked and there is no e-mail address.
    """
    by_mail = form.first_password == Way.EMAIL.value
    if by_mail and not form.texts["email"].strip():
        fault = Text(
            "Nhập địa chỉ thư điện tử để gửi liên kết, hoặc chọn cách khác ở mục “Mật khẩu lần đầu”.",
            "Give an e-mail address for the link, or choose another way under “First password”.",
        )
        raise InvalidInput({"email": (fault,)})
    with platform().transaction():
        user_id = users.create_user(platform(), actor(), form.new_user)
        if by_mail:
            first_passwords.make_first_passwords(platform(), actor(), (user_id,), Way.EMAIL)
    return user_id


def _goes_on() -> bool:
    return request.form.get("_next") == CONTINUE


def _foreign(posts: tuple[NamedPost, ...]) -> tuple[NamedPost, ...]:
    return tuple(one for one in posts if not one.own)


def _differences(form: AccountForm, stale: StaleAccount) -> tuple[Difference, ...]:
    """Name each field in which what was typed differs from what the account holds now."""
    now = form_of(stale.now, ())
    found = [
        Difference(FIELD_NAMES[name], now.texts[name] or "–")
        for name in form.texts
        if form.texts[name].strip() != now.texts[name]
    ]
    if form.managers.ids != now.managers.ids:
        names = ", ".join(one.label for one in now.managers.chosen)
        found.append(Difference(FIELD_NAMES["managers"], names or "–"))
    if set(form.wanted_posts) != set(stale.now.posts):
        held = form_of(stale.now, stale.now.posts)
        places = [
            ", ".join(part for part in (row.title, *(one.label for one in row.unit.chosen)) if part)
            for row in held.posts
        ]
        found.append(Difference(FIELD_NAMES["posts"], "; ".join(places) or "–"))
    return tuple(found)


def _draw(
    form: AccountForm,
    *,
    user_id: int | None = None,
    version: int | None = None,
    page: UserPageView | None = None,
    errors: Mapping[str, tuple[Text, ...]] | None = None,
    stale: StaleAccount | None = None,
    differences: tuple[Difference, ...] = (),
) -> str:
    return render_settings(
        "settings/account_form.html", active="accounts", form=form, user_id=user_id, version=version,
        foreign=_foreign(page.posts) if page else (), beyond=page.beyond if page else None,
        errors=errors or {}, labels=labels(form), stale=stale, differences=differences,
        places=[(code, in_language(label)) for code, label in user_pages.places_of_posts(platform())],
    )  # fmt: skip
