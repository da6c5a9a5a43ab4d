"""The door of the API: who calls, in which language, how fast; errors leave as problem+json.

A Bearer token comes first; without one the session of the pages serves, and then every change needs
its forgery token. Routes live in modules of their own, gathered in `routes`.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as NoRoute

from luongviec.engine.errors import LuongViecError, NotFound
from luongviec.engine.text import LANGUAGES
from luongviec.engine.world import Actor
from luongviec.services.accounts import PasswordChangeNeeded, actor_of_token
from luongviec.web.api import problems
from luongviec.web.api.faults import MethodRefused, TokenRefused
from luongviec.web.api.limits import RateLimits
from luongviec.web.language import current_language
from luongviec.web.security import CHANGING_METHODS, check_token
from luongviec.web.sessions import SignInNeeded, current_session, in_place_of, platform

PREFIX = "/api/v1"
LIMITS = "luongviec_api_limits"
BEARER = "bearer "
JSON_LIMIT_BYTES = 2 * 1024 * 1024
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def make_blueprint() -> Blueprint:
    """Make the blueprint, with its door and its errors but without routes."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    blueprint.before_request(_let_in)
    blueprint.after_request(_add_headers)
    blueprint.register_error_handler(LuongViecError, problems.answer_our_error)
    blueprint.register_error_handler(HTTPException, problems.answer_http_error)
    blueprint.register_error_handler(Exception, problems.answer_unexpected)
    blueprint.record_once(_keep_limits)
    blueprint.add_url_rule("/<path:rest>", "nowhere", _nowhere, methods=METHODS)
    return blueprint


def caller() -> Actor:
    """Give who calls."""
    actor: Actor = g.caller
    return actor


def acting_caller() -> Actor:
    """Give who calls, in the place of the person whom the address names (`for`).

    Raises:
        NotFound: nobody can be of that number.
    """
    return in_place_of(caller(), request.args.get("for", ""))


def _keep_limits(state: BlueprintSetupState) -> None:
    state.app.extensions.setdefault(LIMITS, RateLimits())


def _let_in() -> None:
    if request.mimetype != "multipart/form-data":
        request.max_content_length = JSON_LIMIT_BYTES
    wanted = request.accept_languages.best_match(LANGUAGES)
    if wanted is not None:
        g.language = wanted
    g.caller = _who_calls()
    current_app.extensions[LIMITS].known.spend(f"user:{g.caller.user_id}")


def _who_calls() -> Actor:
    header = request.headers.get("Authorization", "")
    if header:
        return _of_token(header)
    session = current_session()
    if session is None:
        raise SignInNeeded
    if request.method in CHANGING_METHODS:
        check_token()
    if session.must_change_password or session.must_add_second_factor:
        raise PasswordChangeNeeded
    return session.actor


def _of_token(header: str) -> Actor:
    secret = header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else ""
    actor = actor_of_token(platform(), secret) if 0 < len(secret) <= 200 else None
    if actor is None:
        current_app.extensions[LIMITS].unknown.spend(f"address:{request.remote_addr}")
        raise TokenRefused
    return actor


def _add_headers(answer: Response) -> Response:
    answer.headers.setdefault("Content-Language", current_language())
    answer.headers["Vary"] = "Accept-Language, Authorization, Cookie"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _nowhere(rest: str) -> Response:
    """Answer addresses that do not exist, or not with this method."""
    adapter = current_app.url_map.bind("")
    allowed = []
    for method in METHODS:
        try:
            endpoint, _ = adapter.match(request.path, method=method)
        except (NoRoute, MethodNotAllowed, HTTPException):
            continue
        if endpoint != "api.nowhere":
            allowed.append(method)
    if allowed:
        raise MethodRefused(allowed=", ".join(allowed))
    raise NotFound
