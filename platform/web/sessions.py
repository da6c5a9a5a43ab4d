"""Who asks: the signed-in session of a request, from the cookie's secret.

Sessions live on the server (`services.accounts`); the cookie holds nothing but a secret.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import LuongViecError, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services import accounts
from luongviec.services.accounts import SignedIn, Visitor
from luongviec.services.platform import Platform

SESSION_COOKIE = "luongviec"
#: The list that was seen last, as `MODULE.LIST`: where the way back from a record leads.
LAST_LIST = "list"
YEAR_SECONDS = 31_536_000

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


class SignInNeeded(LuongViecError):
    """Nobody is signed in, or the session has ended."""

    code = "sign_in_needed"
    template = Text("Hãy đăng nhập để tiếp tục.", "Sign in to go on.")


def platform() -> Platform:
    """Give the running platform that services are called with."""
    return cast(Platform, current_app.extensions["luongviec"])


def current_session() -> SignedIn | None:
    """Give the session of this request, looked up once."""
    if "signed_in" not in g:
        secret = request.cookies.get(SESSION_COOKIE, "")
        g.signed_in = accounts.session_of(platform(), secret) if secret else None
    return cast("SignedIn | None", g.signed_in)


def visitor() -> Visitor:
    """Give where this request comes from, as journals name it."""
    return Visitor(request.remote_addr or "", request.user_agent.string[:300])


def signed_in() -> SignedIn:
    """Give the session or ask for a sign-in.

    Raises:
        SignInNeeded
    """
    session = current_session()
    if session is None:
        raise SignInNeeded
    return session


def actor() -> Actor:
    """Give who acts in this request.

    Raises:
        SignInNeeded
    """
    return signed_in().actor


def acting() -> Actor:
    """Give who acts, and in whose place where the address (`for`) or the form (`_for`) names somebody.

    Whether he stands in for that person is decided with the act itself.

    Raises:
        SignInNeeded, NotFound: nobody can be of that number.
    """
    return in_place_of(actor(), request.args.get("for") or request.form.get("_for") or "")


def in_place_of(person: Actor, named: str) -> Actor:
    """Let a person act in the place of one named by number; nothing, or himself, is himself.

    Raises:
        NotFound: nobody can be of that number.
    """
    if not named:
        return person
    if not (named.isascii() and named.isdigit() and len(named) <= 9):
        raise NotFound
    return person if int(named) == person.user_id else replace(person, acting_for=int(named))


def sign_in_required(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer | AnyResponse]:
    """Let a view run only for somebody who is signed in and owes his account nothing (A-17, A-26)."""

    @wraps(view)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer | AnyResponse:
        session = signed_in()
        if session.must_change_password and request.endpoint not in _OPEN_TO_NEW_PASSWORDS:
            return redirect(url_for("preferences.password"), 303)
        if session.must_add_second_factor and request.endpoint not in _OPEN_TO_LACKING_FACTORS:
            return redirect(url_for("preferences.second_factor_state"), 303)
        return view(*args, **kwargs)

    return guarded


def keep_session(answer: Response | AnyResponse, secret: str, *, lasting: bool) -> None:
    """Put a session's secret into the cookie; `lasting` keeps it after the browser closes.

    When the session ends is the server's to say.
    """
    answer.set_cookie(
        SESSION_COOKIE, secret, max_age=YEAR_SECONDS if lasting else None, httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"], path="/",
    )  # fmt: skip


def drop_session(answer: Response | AnyResponse) -> None:
    """Take the cookie back."""
    answer.delete_cookie(SESSION_COOKIE, path="/")


_OPEN_TO_NEW_PASSWORDS = frozenset({"preferences.password", "preferences.change_password"})
_OPEN_TO_LACKING_FACTORS = _OPEN_TO_NEW_PASSWORDS | {
    "preferences.second_factor_state",
    "preferences.begin_second_factor",
    "preferences.confirm_second_factor",
}
