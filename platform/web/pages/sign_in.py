"""Signing in and out. Messages never say which part was wrong; the service makes guessing slow."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.services import accounts
from luongviec.services.accounts import SignInRefused, TooManyAttempts
from luongviec.web.errors import status_of
from luongviec.web.language import _, in_language
from luongviec.web.security import safe_return
from luongviec.web.sessions import SESSION_COOKIE, current_session, drop_session, keep_session, platform

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def show() -> str | AnyResponse:
    """Show the sign-in page; who is signed in already goes on."""
    if current_session() is not None:
        return redirect(safe_return(request.args.get("next")), 303)
    return _page()


@blueprint.post("/sign-in")
def sign_in() -> AnyResponse | tuple[str, int]:
    """Check name and password and open a session under a new secret."""
    user_name = request.form.get("user_name", "").strip()[:200]
    try:
        secret, _session = accounts.sign_in(
            platform(), user_name, request.form.get("password", "")[:1000],
            address=request.remote_addr or "", user_agent=request.user_agent.string[:300],
        )  # fmt: skip
    except (SignInRefused, TooManyAttempts) as refusal:
        return _page(user_name=user_name, problem=in_language(refusal.message)), status_of(refusal)
    answer = redirect(safe_return(request.form.get("next")), 303)
    keep_session(answer, secret, lasting=bool(request.form.get("stay")))
    return answer


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session on the server and take the cookie back."""
    accounts.sign_out(platform(), request.cookies.get(SESSION_COOKIE, ""))
    answer: Response = make_response(redirect(url_for("sign_in.show"), 303))
    drop_session(answer)
    flash(_("Bạn đã đăng xuất."))
    return answer


def _page(*, user_name: str = "", problem: str = "") -> str:
    return render_template(
        "sign_in.html", user_name=user_name, problem=problem, stay=bool(request.form.get("stay")),
        next_url=safe_return(request.values.get("next"), ""),
    )  # fmt: skip
