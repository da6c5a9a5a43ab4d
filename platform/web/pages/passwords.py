"""A forgotten password and a first one: asking, and setting one by a link or a code (A-07, A-08, A-24).

The answer to asking is one and the same page, at once, whoever the name belongs to.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput, LuongViecError
from luongviec.engine.text import Text
from luongviec.services.accounts import TooManyAttempts, resets
from luongviec.services.accounts.resets import SecretHolder, SecretSpent
from luongviec.web.errors import status_of
from luongviec.web.language import _, in_language
from luongviec.web.sessions import drop_session, platform, visitor

blueprint = Blueprint("passwords", __name__)

Answer = AnyResponse | tuple[str, int]
Errors = dict[str, tuple[Text, ...]]

_ASKED_FOR = "password_asked_for"  # the name that was typed, in the browser's signed cookie


@blueprint.get("/forgotten-password")
def forgotten() -> str:
    """Show where to ask for a new password."""
    return render_template("forgotten_password.html", user_name="", problem="", help_contact=_help())


@blueprint.post("/forgotten-password")
def ask() -> Answer:
    """Ask for a link or a code; the answer does not say whether there is such an account."""
    typed = request.form.get("user_name", "").strip()[:200]
    problem: LuongViecError | None = None
    if typed:
        try:
            resets.ask_reset(platform(), typed, visitor=visitor())
            session[_ASKED_FOR] = typed
            return redirect(url_for("passwords.sent"), 303)
        except TooManyAttempts as refusal:
            problem = refusal
    words = _("Hãy nhập tên đăng nhập.") if problem is None else in_language(problem.message)
    page = render_template("forgotten_password.html", user_name=typed, problem=words, help_contact=_help())
    return page, 422 if problem is None else status_of(problem)


@blueprint.get("/forgotten-password/sent")
def sent() -> str:
    """Say what happens now, and take the code of a short message."""
    return _sent_page(str(session.get(_ASKED_FOR, "")))


@blueprint.get("/forgotten-password/code")
def code_again() -> AnyResponse:
    """Lead a page that was reloaded, or whose language was changed, back to the empty form."""
    return redirect(url_for("passwords.sent"), 303)


@blueprint.post("/forgotten-password/code")
def set_by_code() -> Answer:
    """Set the password that a code of a short message allows."""
    typed = {name: request.form.get(name, "")[:1000] for name in ("user_name", "code", "new", "again")}
    try:
        resets.set_by_code(
            platform(), typed["user_name"], typed["code"][:50], typed["new"], typed["again"],
            visitor=visitor(),
        )  # fmt: skip
    except InvalidInput as problem:
        return _sent_page(typed["user_name"], typed["code"], errors=dict(problem.errors)), 422
    except (SecretSpent, TooManyAttempts) as problem:
        return _sent_page(typed["user_name"], typed["code"], problem=problem), status_of(problem)
    return _set()


@blueprint.get("/new-password/<secret>")
def show_link(secret: str) -> Answer:
    """Show the form for a new password; looking spends nothing."""
    try:
        return _link_page(secret, resets.holder_of_link(platform(), secret)), 200
    except SecretSpent as problem:
        return _link_page(secret, None, problem=problem), status_of(problem)


@blueprint.post("/new-password/<secret>")
def set_by_link(secret: str) -> Answer:
    """Set the password that a link allows."""
    new, again = request.form.get("new", "")[:1000], request.form.get("again", "")[:1000]
    try:
        resets.set_by_link(platform(), secret, new, again, visitor=visitor())
    except InvalidInput as problem:
        holder = resets.holder_of_link(platform(), secret)
        return _link_page(secret, holder, errors=dict(problem.errors)), 422
    except SecretSpent as problem:
        return _link_page(secret, None, problem=problem), status_of(problem)
    return _set()


def _set() -> AnyResponse:
    session.pop(_ASKED_FOR, None)
    flash(_("Đã đặt mật khẩu mới. Hãy đăng nhập."))
    answer = redirect(url_for("sign_in.show"), 303)
    drop_session(answer)  # whoever was signed in here is not: all sessions of the account have ended
    return answer


def _sent_page(
    user_name: str, code: str = "", *, errors: Errors | None = None, problem: LuongViecError | None = None
) -> str:
    limits = resets.limits(platform())
    return render_template(
        "forgotten_password_sent.html", user_name=user_name, code=code, errors=errors or {},
        problem="" if problem is None else in_language(problem.message), policy=limits.policy,
        minutes=limits.minutes, help_contact=_help(),
    )  # fmt: skip


def _link_page(
    secret: str,
    holder: SecretHolder | None,
    *,
    errors: Errors | None = None,
    problem: LuongViecError | None = None,
) -> str:
    return render_template(
        "new_password.html", secret=secret, holder=holder, errors=errors or {},
        problem="" if problem is None else in_language(problem.message), help_contact=_help(),
    )  # fmt: skip


def _help() -> str:
    return resets.limits(platform()).help_contact
