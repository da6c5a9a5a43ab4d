"""A person's own settings: language, theme, password, sessions."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services import accounts
from luongviec.web.language import LANGUAGE_COOKIE, _, is_language
from luongviec.web.rendering import THEME_COOKIE, THEMES, render_page
from luongviec.web.security import safe_return
from luongviec.web.sessions import (
    SESSION_COOKIE,
    actor,
    current_session,
    drop_session,
    platform,
    sign_in_required,
    signed_in,
)

blueprint = Blueprint("preferences", __name__, url_prefix="/preferences")

YEAR_SECONDS = 31_536_000


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show the settings."""
    return _page({})


@blueprint.post("/language")
def language() -> AnyResponse:
    """Change the language, for the account or for a visitor's browser."""
    return _keep_choice("language", LANGUAGE_COOKIE, request.form.get("language"))


@blueprint.post("/theme")
def theme() -> AnyResponse:
    """Change the theme, for the account or for a visitor's browser."""
    return _keep_choice("theme", THEME_COOKIE, request.form.get("theme"))


@blueprint.post("/password")
@sign_in_required
def password() -> AnyResponse | tuple[str, int]:
    """Change the own password; other sessions end."""
    typed = {name: request.form.get(name, "")[:1000] for name in ("old", "new", "again")}
    try:
        accounts.change_password(
            platform(), actor(), typed["old"], typed["new"], typed["again"],
            keep_session=request.cookies.get(SESSION_COOKIE),
        )  # fmt: skip
    except InvalidInput as problem:
        return _page(dict(problem.errors)), 422
    flash(_("Đã đổi mật khẩu."))
    return redirect(url_for("preferences.show"), 303)


@blueprint.post("/sign-out-everywhere")
@sign_in_required
def sign_out_everywhere() -> AnyResponse:
    """End all sessions, this one too."""
    accounts.sign_out_everywhere(platform(), actor())
    answer = redirect(url_for("sign_in.show"), 303)
    drop_session(answer)
    return answer


def _keep_choice(kind: str, cookie: str, value: str | None) -> AnyResponse:
    known = is_language(value) if kind == "language" else value in THEMES
    if value is None or not known:
        raise InvalidInput({kind: (Text("Không có lựa chọn này.", "There is no such choice."),)})
    if current_session() is not None:
        accounts.change_preferences(platform(), actor(), **{kind: value})
    answer = redirect(safe_return(request.form.get("next")), 303)
    answer.set_cookie(
        cookie, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return answer


def _page(errors: dict[str, tuple[Text, ...]]) -> str:
    session = signed_in()
    return render_page(
        "preferences.html", active="preferences", session=session, errors=errors,
        must_change=session.must_change_password,
    )  # fmt: skip
