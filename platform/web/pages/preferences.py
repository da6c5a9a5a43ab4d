"""A person's own account: data and posts, look, password, sessions, second factor, access (A-09 to A-12)."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput, LuongViecError, NotFound
from luongviec.engine.text import Text
from luongviec.services import accounts
from luongviec.services.accounts import TooManyAttempts, journal, second_factor
from luongviec.services.accounts.resets import limits
from luongviec.web.errors import status_of
from luongviec.web.language import LANGUAGE_COOKIE, _, is_language
from luongviec.web.qr_code import qr_path
from luongviec.web.rendering import THEME_COOKIE, THEMES, render_page
from luongviec.web.security import safe_return
from luongviec.web.sessions import (
    SESSION_COOKIE,
    YEAR_SECONDS,
    actor,
    current_session,
    drop_session,
    platform,
    sign_in_required,
    signed_in,
    visitor,
)

blueprint = Blueprint("preferences", __name__, url_prefix="/preferences")

Answer = str | AnyResponse | tuple[str, int]
Errors = dict[str, tuple[Text, ...]]

TOKEN_DAYS = {"30": 30, "90": 90, "365": 365, "": None}


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show the own data and posts, language and theme."""
    return _page("preferences.html", "own", account=accounts.own_account(platform(), actor()))


@blueprint.post("/language")
def language() -> AnyResponse:
    """Change the language, for the account or for a visitor's browser."""
    return _keep_choice("language", LANGUAGE_COOKIE, request.form.get("language"))


@blueprint.post("/theme")
def theme() -> AnyResponse:
    """Change the theme, for the account or for a visitor's browser."""
    return _keep_choice("theme", THEME_COOKIE, request.form.get("theme"))


# --- Password -------------------------------------------------------------------------------------


@blueprint.get("/password")
@sign_in_required
def password() -> str:
    """Show the form for another password."""
    return _password_page({})


@blueprint.post("/password")
@sign_in_required
def change_password() -> Answer:
    """Change the own password; other sessions end."""
    typed = {name: request.form.get(name, "")[:1000] for name in ("old", "new", "again")}
    try:
        accounts.change_password(
            platform(), actor(), typed["old"], typed["new"], typed["again"],
            keep_session=request.cookies.get(SESSION_COOKIE), visitor=visitor(),
        )  # fmt: skip
    except InvalidInput as problem:
        return _password_page(dict(problem.errors)), 422
    except TooManyAttempts as problem:
        return _password_page({"old": (problem.message,)}), status_of(problem)
    flash(_("Đã đổi mật khẩu."))
    return redirect(url_for("preferences.show"), 303)


def _password_page(errors: Errors) -> str:
    session = signed_in()
    return _page(
        "preferences_password.html", "password", errors=errors, must_change=session.must_change_password,
        policy=limits(platform()).policy, account=accounts.own_account(platform(), actor()),
    )  # fmt: skip


# --- Sessions and journal -------------------------------------------------------------------------


@blueprint.get("/sessions")
@sign_in_required
def sessions() -> str:
    """Show the open sessions and what was lately done with the account."""
    return _page(
        "preferences_sessions.html", "sessions",
        sessions=accounts.list_sessions(platform(), actor(), this=signed_in().session_id),
        lines=journal.own_journal(platform(), actor()),
    )  # fmt: skip


@blueprint.post("/sessions/<int:session_id>/end")
@sign_in_required
def end_session(session_id: int) -> AnyResponse:
    """End one session."""
    accounts.end_session(platform(), actor(), session_id, visitor=visitor())
    if session_id == signed_in().session_id:
        return _out()
    flash(_("Đã kết thúc phiên đó."))
    return redirect(url_for("preferences.sessions"), 303)


@blueprint.post("/sign-out-everywhere")
@sign_in_required
def sign_out_everywhere() -> AnyResponse:
    """End all sessions, this one too."""
    accounts.sign_out_everywhere(platform(), actor(), visitor=visitor())
    return _out()


def _out() -> AnyResponse:
    answer = redirect(url_for("sign_in.show"), 303)
    drop_session(answer)
    return answer


# --- Second factor --------------------------------------------------------------------------------


@blueprint.get("/second-factor")
@sign_in_required
def second_factor_state() -> str:
    """Show how it stands with the second factor."""
    return _factor_page()


@blueprint.post("/second-factor/begin")
@sign_in_required
def begin_second_factor() -> str:
    """Show the code to scan."""
    return _factor_page(enrolment=second_factor.begin(platform(), actor()))


@blueprint.post("/second-factor")
@sign_in_required
def confirm_second_factor() -> Answer:
    """Switch the factor on by its first code; recovery codes are shown once."""
    ticket, code = request.form.get("ticket", "")[:2000], request.form.get("code", "")[:50]
    try:
        codes = second_factor.confirm(platform(), actor(), ticket, code, visitor=visitor())
    except (InvalidInput, TooManyAttempts) as problem:
        enrolment = second_factor.begun(platform(), actor(), ticket)
        return _factor_page(enrolment=enrolment, errors=_code_errors(problem)), status_of(problem)
    except NotFound:
        flash(_("Bước này đã quá lâu. Hãy bắt đầu lại."))
        return redirect(url_for("preferences.second_factor_state"), 303)
    return _factor_page(codes=codes)


@blueprint.post("/second-factor/off")
@sign_in_required
def switch_off_second_factor() -> Answer:
    """Take the factor away, by one of its codes."""
    try:
        second_factor.switch_off(platform(), actor(), request.form.get("code", "")[:50], visitor=visitor())
    except (InvalidInput, TooManyAttempts) as problem:
        return _factor_page(errors=_code_errors(problem)), status_of(problem)
    flash(_("Đã tắt xác thực hai bước."))
    return redirect(url_for("preferences.second_factor_state"), 303)


@blueprint.post("/second-factor/recovery-codes")
@sign_in_required
def renew_recovery_codes() -> Answer:
    """Make new recovery codes, by a code of the factor."""
    code = request.form.get("code", "")[:50]
    try:
        codes = second_factor.renew_recovery_codes(platform(), actor(), code, visitor=visitor())
    except (InvalidInput, TooManyAttempts) as problem:
        return _factor_page(errors=_code_errors(problem)), status_of(problem)
    return _factor_page(codes=codes)


def _code_errors(problem: LuongViecError) -> Errors:
    return dict(problem.errors) if isinstance(problem, InvalidInput) else {"code": (problem.message,)}


def _factor_page(
    *,
    enrolment: second_factor.Enrolment | None = None,
    codes: tuple[str, ...] = (),
    errors: Errors | None = None,
) -> str:
    return _page(
        "preferences_second_factor.html", "second_factor", enrolment=enrolment, codes=codes,
        errors=errors or {}, state=second_factor.state_of(platform(), actor()),
        qr=None if enrolment is None else qr_path(enrolment.squares),
        must_add=signed_in().must_add_second_factor and not codes,
    )  # fmt: skip


# --- Tokens and accounts elsewhere ----------------------------------------------------------------


@blueprint.get("/second-factor/<step>")
@sign_in_required
def second_factor_again(step: str) -> AnyResponse:
    """Lead a step that was reloaded, or whose language was changed, back to the beginning."""
    return redirect(url_for("preferences.second_factor_state"), 303)


@blueprint.get("/tokens")
@blueprint.get("/identities/<int:identity_id>/unlink")
@sign_in_required
def access_again(identity_id: int = 0) -> AnyResponse:
    """Lead an answer that was reloaded, or whose language was changed, back to its page."""
    return redirect(url_for("preferences.access"), 303)


@blueprint.get("/access")
@sign_in_required
def access() -> str:
    """Show API tokens and linked accounts elsewhere."""
    return _access_page()


@blueprint.post("/tokens")
@sign_in_required
def create_token() -> Answer:
    """Make an API token; its secret is shown once."""
    days = TOKEN_DAYS.get(request.form.get("days", "90"), 90)
    name = request.form.get("name", "")[:200]
    lifetime = None if days is None else timedelta(days=days)
    try:
        secret, view = accounts.create_token(platform(), actor(), name, lifetime=lifetime)
    except InvalidInput as problem:
        return _access_page(errors=dict(problem.errors), name=name), 422
    return _access_page(secret=secret, fresh=view.id)


@blueprint.post("/tokens/<int:token_id>/revoke")
@sign_in_required
def revoke_token(token_id: int) -> AnyResponse:
    """End an API token."""
    accounts.revoke_token(platform(), actor(), token_id)
    flash(_("Đã thu hồi mã truy cập."))
    return redirect(url_for("preferences.access"), 303)


@blueprint.post("/identities/<int:identity_id>/unlink")
@sign_in_required
def unlink(identity_id: int) -> Answer:
    """Let an account elsewhere sign in here no more."""
    try:
        accounts.unlink_identity(platform(), actor(), identity_id, visitor=visitor())
    except InvalidInput as problem:
        return _access_page(errors=dict(problem.errors)), 422
    flash(_("Đã gỡ liên kết."))
    return redirect(url_for("preferences.access"), 303)


def _access_page(
    *, errors: Errors | None = None, name: str = "", secret: str = "", fresh: int | None = None
) -> str:
    return _page(
        "preferences_access.html", "access", errors=errors or {}, name=name, secret=secret, fresh=fresh,
        tokens=accounts.list_tokens(platform(), actor()),
        identities=accounts.list_identities(platform(), actor()),
        methods=platform().plugins.sign_in_methods,
    )  # fmt: skip


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


def _page(template: str, tab: str, **values: object) -> str:
    return render_page(template, active="preferences", tab=tab, session=signed_in(), **values)
