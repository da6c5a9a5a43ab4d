"""Sessions: opened at sign-in under a new secret, looked up at every request, ended by people and time.

A session lives on the server; the cookie holds its secret, the database the secret's hash.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from luongviec.engine.errors import LuongViecError, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts import journal
from luongviec.services.accounts.visitor import NOWHERE, Visitor
from luongviec.services.kept_secrets import hash_secret
from luongviec.services.parameters.platform import number_parameter, word_parameter
from luongviec.services.platform import Platform, Work
from luongviec.store.accounts import rows
from luongviec.store.models import User, WebSession

TOUCH_EVERY = timedelta(minutes=5)


class PasswordChangeNeeded(LuongViecError):
    """Somebody must choose a password of his own, or add a second step, first: pages lead there (A-26)."""

    code: ClassVar[str] = "password_change_needed"
    template = Text(
        "Hãy đổi mật khẩu hoặc bật xác thực hai bước trên trang web trước.",
        "Change your password, or switch on your second step, on the pages first.",
    )


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: who, and what the pages need at every request."""

    actor: Actor
    user_name: str
    name: str
    language: str
    theme: str  # light | dark | system
    session_id: int
    csrf: str  # bound to the session
    must_change_password: bool = False
    must_add_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class SessionView:
    """One of a person's open sessions."""

    id: int
    agent: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


def open_session(work: Work, user: User, visitor: Visitor) -> tuple[str, SignedIn]:
    """Open a session under a new secret, given only here. The caller has made sure who it is."""
    secret = secrets.token_urlsafe(32)
    web_session = WebSession(
        token_hash=hash_secret(secret), user_id=user.id, created_at=work.now, last_seen_at=work.now,
        expires_at=work.now + _lifetime(work), address=visitor.address[:64], agent=visitor.agent[:300],
    )  # fmt: skip
    work.session.add(web_session)
    user.last_sign_in_at = work.now
    work.session.flush()
    return secret, _signed_in(work, secret, web_session, user)


def session_of(platform: Platform, secret: str) -> SignedIn | None:
    """Give the session of a cookie, None when it ended, expired or never was."""
    with platform.reading() as work:
        found = rows.session_by_hash(work.session, hash_secret(secret))
        if (
            found is None
            or found[0].ended_at is not None
            or found[0].expires_at <= work.now
            or not found[1].active
        ):
            return None
        web_session, user = found
        signed_in = _signed_in(work, secret, web_session, user)
        is_old = work.now - web_session.last_seen_at > TOUCH_EVERY
    if is_old:
        with platform.transaction() as work:
            web_session = work.session.get_one(WebSession, signed_in.session_id)
            web_session.last_seen_at = work.now
            web_session.expires_at = work.now + _lifetime(work)
    return signed_in


def still_runs(platform: Platform, secret: str) -> bool:
    """Whether a session has not ended; asking does not prolong it (for connections that stay open)."""
    with platform.reading() as work:
        found = rows.session_by_hash(work.session, hash_secret(secret))
        return (
            found is not None
            and found[0].ended_at is None
            and found[0].expires_at > work.now
            and found[1].active
        )


def sign_out(platform: Platform, secret: str, *, visitor: Visitor = NOWHERE) -> None:
    """End a session; an unknown one is nothing."""
    with platform.transaction() as work:
        found = rows.session_by_hash(work.session, hash_secret(secret))
        if found is not None and found[0].ended_at is None:
            found[0].ended_at = work.now
            journal.write(work, journal.SIGNED_OUT, found[1].user_name, found[1].id, visitor)


def sign_out_everywhere(
    platform: Platform, actor: Actor, *, keep: str | None = None, visitor: Visitor = NOWHERE
) -> int:
    """End all sessions of a person, but the one whose secret is kept, and give how many there were."""
    with platform.transaction() as work:
        user = work.session.get_one(User, person_id(actor))
        kept = None if keep is None else hash_secret(keep)
        ended = rows.end_sessions(work.session, user.id, work.now, but=kept)
        journal.write(
            work, journal.SIGNED_OUT, user.user_name, user.id, visitor, note=f"{journal.SESSIONS}:{ended}"
        )
        return ended


def list_sessions(platform: Platform, actor: Actor, *, this: int | None = None) -> tuple[SessionView, ...]:
    """Give the own open sessions, the one with the id `this` first, then the last seen."""
    with platform.reading() as work:
        found = [
            SessionView(
                row.id, row.agent, row.address, row.created_at, row.last_seen_at, is_this=row.id == this
            )
            for row in rows.open_sessions(work.session, person_id(actor), work.now)
        ]
    return tuple(sorted(found, key=lambda one: not one.is_this))


def end_session(platform: Platform, actor: Actor, session_id: int, *, visitor: Visitor = NOWHERE) -> None:
    """End one of the own sessions.

    Raises:
        NotFound: it is not the actor's, or has ended.
    """
    with platform.transaction() as work:
        web_session = work.session.get(WebSession, session_id)
        if web_session is None or web_session.user_id != person_id(actor) or web_session.ended_at is not None:
            raise NotFound()
        web_session.ended_at = work.now
        user = work.session.get_one(User, web_session.user_id)
        journal.write(
            work, journal.SIGNED_OUT, user.user_name, user.id, visitor, note=f"{journal.SESSIONS}:1"
        )


def must_change_password(work: Work, user: User) -> bool:
    """Whether a person must choose another password first: it is a given one, or too old."""
    if user.must_change_password:
        return True
    days = number_parameter(work, "password_days")
    if not days or user.password_hash is None:
        return False
    return (user.password_changed_at or user.created_at) + timedelta(days=days) <= work.now


def must_add_second_factor(work: Work, user: User) -> bool:
    """Whether an administrator still lacks the second factor that the installation asks of him."""
    return (
        user.second_factor_secret is None
        and word_parameter(work, "second_factor") == "administrators_must"
        and any(function.startswith("admin.") for function in work.world.functions(user.id))
    )


def person_id(actor: Actor) -> int:
    """Give whose account it is; the system has none."""
    if actor.user_id is None:
        raise NotFound()
    return actor.user_id


def _lifetime(work: Work) -> timedelta:
    return timedelta(hours=number_parameter(work, "session_hours"))


def _signed_in(work: Work, secret: str, web_session: WebSession, user: User) -> SignedIn:
    key = work.platform.settings.secret_key.encode()
    return SignedIn(
        actor=Actor(user.id), user_name=user.user_name, name=user.name, language=user.language,
        theme=user.theme, session_id=web_session.id,
        csrf=hmac.new(key, f"csrf:{secret}".encode(), "sha256").hexdigest(),
        must_change_password=must_change_password(work, user),
        must_add_second_factor=must_add_second_factor(work, user),
    )  # fmt: skip
