"""What every answer carries, and what every change must bring: headers, forgery tokens, safe returns.

Scripts and styles come from our own files only; nothing inline runs. A change needs the token of the
session it is made in; before sign-in, of a cookie that only our pages can read back. `next` addresses
lead nowhere but into this site.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from luongviec.engine.deciding.personal import note_person
from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text
from luongviec.web.sessions import current_session

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
VISITOR_COOKIE = "visitor"
TOKEN_FIELD = "csrf_token"  # noqa: S105 (the name of a field, no secret)
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105
CHANGING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ForgedRequest(LuongViecError):
    """A change without the token of the session: an old page, or another site's form."""

    code = "forged_request"
    template = Text(
        "Trang này đã cũ hoặc phiên đã đổi. Hãy tải lại trang rồi gửi lại.",
        "This page is too old, or the session has changed. Reload it and send again.",
    )


def protect(app: Flask, *, exempt: frozenset[str] = frozenset({"api"})) -> None:
    """Check the token before every change and put the headers on every answer.

    Args:
        app: the application.
        exempt: blueprints that check for themselves (the API takes Bearer tokens).
    """

    @app.before_request
    def check_forgery() -> None:
        if request.method in CHANGING_METHODS and request.blueprint not in exempt:
            check_token()

    @app.after_request
    def add_headers(answer: Response) -> Response:
        headers = answer.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        headers.setdefault("Cache-Control", "no-store")
        if current_app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "visitor" in g:
            answer.set_cookie(
                VISITOR_COOKIE, g.visitor, httponly=True, samesite="Lax", path="/",
                secure=current_app.config["SESSION_COOKIE_SECURE"],
            )  # fmt: skip
        return answer


def check_token() -> None:
    """Raise unless the request brings the token of its session.

    Raises:
        ForgedRequest
    """
    sent = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
    if not sent or not hmac.compare_digest(sent.encode(), _known_token().encode()):
        raise ForgedRequest


def form_token() -> str:
    """Give the token that a page's forms send; a visitor gets a cookie to go with it."""
    note_person()
    session = current_session()
    if session is not None:
        return session.csrf
    if not _known_token():
        g.visitor = secrets.token_urlsafe(24)
    return _known_token()


def safe_return(target: str | None, otherwise: str = "/") -> str:
    """Give a return address only if it leads into this site; else another."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return otherwise
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in target):
        return otherwise
    return target


def _known_token() -> str:
    session = current_session()
    if session is not None:
        return session.csrf
    visitor = g.get("visitor") or request.cookies.get(VISITOR_COOKIE, "")
    if not visitor:
        return ""
    key = current_app.secret_key
    key = key if isinstance(key, bytes) else str(key).encode()
    return hmac.new(key, f"visitor:{visitor}".encode(), "sha256").hexdigest()
