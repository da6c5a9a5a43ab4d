"""Signing in and out: password, second step, another service. The services make guessing slow.

Messages never say which part was wrong, and are the same for names that do not exist (A-19).
"""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import LuongViecError, NotFound, Unavailable
from luongviec.plugins import SignInFailed, SignInMethod
from luongviec.services import accounts
from luongviec.services.accounts import (
    SecondStepNeeded,
    SignedIn,
    SignInExpired,
    SignInRefused,
    TooManyAttempts,
)
from luongviec.services.accounts.external import NoAccountHere, sign_in_external
from luongviec.services.accounts.resets import limits
from luongviec.web.errors import status_of
from luongviec.web.language import _, in_language
from luongviec.web.security import safe_return
from luongviec.web.sessions import (
    SESSION_COOKIE,
    current_session,
    drop_session,
    keep_session,
    platform,
    visitor,
)

blueprint = Blueprint("sign_in", __name__)

Answer = AnyResponse | tuple[str, int]

_UNDER_WAY = "sign_in_elsewhere"  # in the browser's signed cookie: what a sign-in elsewhere must match


@blueprint.get("/sign-in")
def show() -> str | AnyResponse:
    """Show the sign-in page; who is signed in already goes on."""
    if current_session() is not None:
        return redirect(safe_return(request.args.get("next")), 303)
    return _page()


@blueprint.post("/sign-in")
def sign_in() -> Answer:
    """Check name and password and open a session under a new secret."""
    user_name = request.form.get("user_name", "").strip()[:200]
    next_url, stay = safe_return(request.form.get("next"), ""), bool(request.form.get("stay"))
    try:
        opened = accounts.sign_in(
            platform(), user_name, request.form.get("password", "")[:1000], visitor=visitor()
        )
    except SecondStepNeeded as step:
        return _second_step(step.ticket, next_url, stay=stay), 200
    except (SignInRefused, TooManyAttempts) as refusal:
        return _page(user_name=user_name, problem=refusal), status_of(refusal)
    return _let_in(opened, next_url, stay=stay)


@blueprint.post("/sign-in/second-step")
def second_step() -> Answer:
    """Check the code of the second factor and open the session."""
    ticket = request.form.get("ticket", "")[:2000]
    next_url, stay = safe_return(request.form.get("next"), ""), bool(request.form.get("stay"))
    try:
        opened = accounts.take_second_step(
            platform(), ticket, request.form.get("code", "")[:50], visitor=visitor()
        )
    except SignInExpired as refusal:
        return _page(problem=refusal), status_of(refusal)
    except (SignInRefused, TooManyAttempts) as refusal:
        return _second_step(ticket, next_url, stay=stay, problem=refusal), status_of(refusal)
    return _let_in(opened, next_url, stay=stay)


@blueprint.get("/sign-in/second-step")
def begin_again() -> AnyResponse:
    """Lead a page that was reloaded, or whose language was changed, back to the first step."""
    return redirect(url_for("sign_in.show"), 303)


@blueprint.get("/sign-in/with/<code>")
def depart(code: str) -> Answer:
    """Send the browser to another service that knows its people."""
    method = _method(code)
    try:
        departure = method.begin(_back_url(code))
    except Unavailable as problem:
        return _page(problem=problem), status_of(problem)
    session[_UNDER_WAY] = {
        "method": code, "carried": dict(departure.kept), "next": safe_return(request.args.get("next"), "")
    }  # fmt: skip
    return redirect(departure.address, 303)


@blueprint.get("/sign-in/with/<code>/back")
def come_back(code: str) -> Answer:
    """Take the browser back and open a session for whom the other service names.

    What was kept when it left is used up, whatever comes of it: no answer counts twice.
    """
    method = _method(code)
    under_way = session.pop(_UNDER_WAY, None)
    try:
        if not isinstance(under_way, dict) or under_way.get("method") != code:
            raise SignInFailed(service=in_language(method.label))
        person = method.finish(_back_url(code), request.args, under_way["carried"])
        opened = sign_in_external(platform(), code, person, visitor=visitor())
    except SecondStepNeeded as step:
        return _second_step(step.ticket, under_way["next"], stay=False), 200
    except (SignInFailed, NoAccountHere, Unavailable) as problem:
        return _page(problem=problem), status_of(problem)
    return _let_in(opened, under_way["next"], stay=False)


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session on the server and take the cookie back."""
    accounts.sign_out(platform(), request.cookies.get(SESSION_COOKIE, ""), visitor=visitor())
    answer: Response = make_response(redirect(url_for("sign_in.show"), 303))
    drop_session(answer)
    flash(_("Bạn đã đăng xuất."))
    return answer


def problem_words(problem: LuongViecError) -> str:
    """Say what went wrong, with the tries that are left before somebody must wait."""
    words = in_language(problem.message)
    if isinstance(problem, SignInRefused) and problem.left is not None:
        if problem.left > 0:
            return words + " " + _("Còn {count} lần thử trước khi phải chờ.", count=problem.left)
        return words + " " + _("Lần thử sau sẽ phải chờ.")
    return words


def _let_in(opened: tuple[str, SignedIn], next_url: str, *, stay: bool) -> AnyResponse:
    """Answer with the new session's cookie; one that this browser had before ends."""
    if before := request.cookies.get(SESSION_COOKIE, ""):
        accounts.sign_out(platform(), before, visitor=visitor())
    answer = redirect(safe_return(next_url), 303)
    keep_session(answer, opened[0], lasting=stay)
    return answer


def _method(code: str) -> SignInMethod:
    method = platform().plugins.sign_in_methods.get(code)
    if method is None:
        raise NotFound
    return method


def _back_url(code: str) -> str:
    """Give the one address that the other service knows us by, whatever host was asked for."""
    return platform().settings.base_url + url_for("sign_in.come_back", code=code)


def _page(*, user_name: str = "", problem: LuongViecError | None = None) -> str:
    return render_template(
        "sign_in.html", user_name=user_name, problem="" if problem is None else problem_words(problem),
        stay=bool(request.form.get("stay")), next_url=safe_return(request.values.get("next"), ""),
        methods=tuple(platform().plugins.sign_in_methods.values()), help_contact=_help(),
    )  # fmt: skip


def _second_step(ticket: str, next_url: str, *, stay: bool, problem: LuongViecError | None = None) -> str:
    return render_template(
        "sign_in_code.html", ticket=ticket, next_url=next_url, stay=stay,
        problem="" if problem is None else problem_words(problem), help_contact=_help(),
    )  # fmt: skip


def _help() -> str:
    return limits(platform()).help_contact
