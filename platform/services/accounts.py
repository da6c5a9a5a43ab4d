"""Accounts: signing in and out, sessions, passwords, preferences, API tokens.

A wrong name and a wrong password look and cost the same (A-19). After some failures a name and an
address must wait, longer each time. Sessions and tokens are kept as hashes only.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import ClassVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from luongviec.engine.errors import InvalidInput, LuongViecError, NotFound
from luongviec.engine.text import LANGUAGES, Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.store import accounts as rows
from luongviec.store.database import AnySession
from luongviec.store.models import ApiToken, SignInAttempt, User, WebSession

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
THEMES = ("light", "dark", "system")
FAILURES_OF_NAME = 5  # so many are free of waiting
FAILURES_OF_ADDRESS = 30
LONGEST_WAIT = timedelta(minutes=15)
FAILURES_COUNT_FOR = timedelta(hours=2)
TOUCH_EVERY = timedelta(minutes=5)

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Verified where there is no account, so that a wrong name takes as long as a wrong password."""
    return _hasher.hash("không ai cả")


class SignInRefused(LuongViecError):
    """Name or password wrong, or the account switched off: one neutral message."""

    code: ClassVar[str] = "sign_in_refused"
    template = Text("Tên đăng nhập hoặc mật khẩu chưa đúng.", "The user name or the password is not right.")


class TooManyAttempts(LuongViecError):
    """Too many failures for this name or address; `retry_after_seconds` says how long to wait."""

    code: ClassVar[str] = "too_many_attempts"
    template = Text(
        "Đăng nhập sai quá nhiều lần. Hãy thử lại sau {retry_after_seconds} giây.",
        "Too many failed attempts. Try again in {retry_after_seconds} seconds.",
    )

    @property
    def retry_after_seconds(self) -> int:
        """How long to wait before the next attempt is looked at."""
        return int(str(self.parameters["retry_after_seconds"]))


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


@dataclass(frozen=True, slots=True)
class TokenView:
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


def hash_password(password: str) -> str:
    """Give what is kept of a password."""
    return _hasher.hash(password)


def sign_in(
    platform: Platform, user_name: str, password: str, *, address: str = "", user_agent: str = ""
) -> tuple[str, SignedIn]:
    """Check the password and open a session.

    Returns:
        The secret for the cookie (given only here) and the session.

    Raises:
        SignInRefused: name, password or account is not right.
        TooManyAttempts: this name or address must wait.
    """
    user_name = user_name.strip().lower()[:100]
    with platform.reading() as work:
        _check_waiting(work.session, user_name, address, work.now)
        user = rows.user_by_name(work.session, user_name)
        usable = user is not None and user.active and user.password_hash is not None
        user_id = user.id if user is not None else None
        kept = user.password_hash if user is not None and usable else None
    right = _verify(kept or _nobody(), password) and usable  # hashing takes long: outside any transaction
    secret = secrets.token_urlsafe(32)
    with platform.transaction() as work:
        work.session.add(
            SignInAttempt(
                user_name=user_name, user_id=user_id, at=work.now, address=address[:64],
                agent=user_agent[:300], succeeded=right,
            )
        )  # fmt: skip
        if right and user_id is not None:
            user = work.session.get_one(User, user_id)
            user.last_sign_in_at = work.now
            if _hasher.check_needs_rehash(user.password_hash or ""):
                user.password_hash = _hasher.hash(password)
            web_session = WebSession(
                token_hash=_hash(secret), user_id=user_id, created_at=work.now, last_seen_at=work.now,
                expires_at=work.now + timedelta(hours=platform.settings.session_hours),
                address=address[:64], agent=user_agent[:300],
            )  # fmt: skip
            work.session.add(web_session)
            work.session.flush()
            signed_in = _signed_in(platform, secret, web_session, user)
    if not right:
        raise SignInRefused()
    return secret, signed_in


def session_of(platform: Platform, secret: str) -> SignedIn | None:
    """Give the session of a cookie, None when it ended, expired or never was."""
    with platform.reading() as work:
        found = rows.session_by_hash(work.session, _hash(secret))
        if (
            found is None
            or found[0].ended_at is not None
            or found[0].expires_at <= work.now
            or not found[1].active
        ):
            return None
        web_session, user = found
        signed_in = _signed_in(platform, secret, web_session, user)
        is_old = work.now - web_session.last_seen_at > TOUCH_EVERY
    if is_old:
        with platform.transaction() as work:
            web_session = work.session.get_one(WebSession, signed_in.session_id)
            web_session.last_seen_at = work.now
            web_session.expires_at = work.now + timedelta(hours=platform.settings.session_hours)
    return signed_in


def sign_out(platform: Platform, secret: str) -> None:
    """End a session; an unknown one is nothing."""
    with platform.transaction() as work:
        found = rows.session_by_hash(work.session, _hash(secret))
        if found is not None and found[0].ended_at is None:
            found[0].ended_at = work.now


def sign_out_everywhere(platform: Platform, actor: Actor) -> int:
    """End all sessions of a person and give how many there were."""
    with platform.transaction() as work:
        return rows.end_sessions(work.session, _person(actor), work.now)


def change_password(
    platform: Platform, actor: Actor, old: str, new: str, again: str, *, keep_session: str | None = None
) -> None:
    """Change the own password and end the other sessions.

    Args:
        keep_session: the cookie's secret of the session that goes on.

    Raises:
        InvalidInput: fields `old`, `new`, `again`.
    """
    with platform.reading() as work:
        user = rows.user_by_id(work.session, _person(actor))
        kept, name = (user.password_hash, user.user_name) if user is not None else (None, "")
    errors: dict[str, tuple[Text, ...]] = {}
    if not _verify(kept or _nobody(), old) or kept is None:
        errors["old"] = (Text("Mật khẩu cũ chưa đúng.", "The old password is not right."),)
    if faults := password_faults(new, user_name=name, old=old):
        errors["new"] = faults
    if new != again:
        errors["again"] = (
            Text("Hai lần nhập mật khẩu mới chưa giống nhau.", "The two new passwords differ."),
        )
    if errors:
        raise InvalidInput(errors)
    fresh = _hasher.hash(new)
    with platform.transaction() as work:
        user = work.session.get_one(User, _person(actor))
        user.password_hash, user.must_change_password = fresh, False
        rows.end_sessions(
            work.session, user.id, work.now, but=None if keep_session is None else _hash(keep_session)
        )


def password_faults(password: str, *, user_name: str = "", old: str | None = None) -> tuple[Text, ...]:
    """Say what is wrong with a new password: length counts, kinds of signs do not."""
    if len(password) < SHORTEST_PASSWORD:
        return (
            Text(
                f"Mật khẩu cần ít nhất {SHORTEST_PASSWORD} ký tự.",
                f"A password needs at least {SHORTEST_PASSWORD} characters.",
            ),
        )
    if len(password) > LONGEST_PASSWORD:
        return (
            Text(
                f"Mật khẩu không quá {LONGEST_PASSWORD} ký tự.",
                f"A password has at most {LONGEST_PASSWORD} characters.",
            ),
        )
    if password == old:
        return (Text("Mật khẩu mới phải khác mật khẩu cũ.", "It must differ from the old one."),)
    if len(set(password)) < 4 or (user_name and user_name.lower() in password.lower()):
        return (
            Text(
                "Mật khẩu quá dễ đoán: đừng dùng tên đăng nhập hay một ký tự lặp lại.",
                "Too easy to guess: do not use the user name or one repeated character.",
            ),
        )
    return ()


def change_preferences(
    platform: Platform, actor: Actor, *, language: str | None = None, theme: str | None = None
) -> None:
    """Keep language (`vi`, `en`) and theme (`light`, `dark`, `system`) for the next requests."""
    errors: dict[str, tuple[Text, ...]] = {}
    if language is not None and language not in LANGUAGES:
        errors["language"] = (Text("Chỉ có vi và en.", "Only vi and en exist."),)
    if theme is not None and theme not in THEMES:
        errors["theme"] = (Text("Chỉ có light, dark và system.", "Only light, dark and system exist."),)
    if errors:
        raise InvalidInput(errors)
    with platform.transaction() as work:
        user = work.session.get_one(User, _person(actor))
        user.language = language or user.language
        user.theme = theme or user.theme


def create_token(
    platform: Platform, actor: Actor, name: str, *, lifetime: timedelta | None = None
) -> tuple[str, TokenView]:
    """Make an API token; its secret is given only here."""
    name = name.strip()
    if not name or len(name) > 100:
        raise InvalidInput(
            {"name": (Text("Hãy đặt tên, không quá 100 ký tự.", "Give a name of at most 100 characters."),)}
        )
    secret = "lv_" + secrets.token_urlsafe(32)
    with platform.transaction() as work:
        token = ApiToken(
            token_hash=_hash(secret), user_id=_person(actor), name=name, created_at=work.now,
            expires_at=None if lifetime is None else work.now + lifetime,
        )  # fmt: skip
        work.session.add(token)
        work.session.flush()
        return secret, _token_view(token)


def list_tokens(platform: Platform, actor: Actor) -> tuple[TokenView, ...]:
    """Give the own tokens, newest first, without secrets."""
    with platform.reading() as work:
        return tuple(_token_view(token) for token in rows.tokens_of(work.session, _person(actor)))


def revoke_token(platform: Platform, actor: Actor, token_id: int) -> None:
    """End one of the own tokens."""
    with platform.transaction() as work:
        token = work.session.get(ApiToken, token_id)
        if token is None or token.user_id != _person(actor) or token.revoked_at is not None:
            raise NotFound()
        token.revoked_at = work.now


def actor_of_token(platform: Platform, secret: str) -> Actor | None:
    """Give whom a Bearer token stands for, None for a foreign, ended or expired one."""
    with platform.reading() as work:
        found = rows.token_by_hash(work.session, _hash(secret))
        if found is None or found[0].revoked_at is not None or not found[1].active:
            return None
        token, user = found
        if token.expires_at is not None and token.expires_at <= work.now:
            return None
        token_id, actor = token.id, Actor(user.id)
        is_old = token.last_used_at is None or work.now - token.last_used_at > TOUCH_EVERY
    if is_old:
        with platform.transaction() as work:
            work.session.get_one(ApiToken, token_id).last_used_at = work.now
    return actor


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotFound()
    return actor.user_id


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _verify(kept: str, password: str) -> bool:
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _hasher.verify(kept, password.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False


def _check_waiting(session: AnySession, user_name: str, address: str, now: datetime) -> None:
    since = now - FAILURES_COUNT_FOR
    for (count, last), free in (
        (rows.failures_of_name(session, user_name, since), FAILURES_OF_NAME),
        (rows.failures_of_address(session, address[:64], since), FAILURES_OF_ADDRESS),
    ):
        if count < free or last is None:
            continue
        wait = min(timedelta(seconds=15 * 2 ** min(count - free, 10)), LONGEST_WAIT)
        if last + wait > now:
            raise TooManyAttempts(retry_after_seconds=int((last + wait - now).total_seconds()) + 1)


def _signed_in(platform: Platform, secret: str, web_session: WebSession, user: User) -> SignedIn:
    csrf = hmac.new(platform.settings.secret_key.encode(), f"csrf:{secret}".encode(), "sha256").hexdigest()
    return SignedIn(
        actor=Actor(user.id), user_name=user.user_name, name=user.name, language=user.language,
        theme=user.theme, session_id=web_session.id, csrf=csrf,
        must_change_password=user.must_change_password,
    )  # fmt: skip


def _token_view(token: ApiToken) -> TokenView:
    return TokenView(token.id, token.name, token.created_at, token.last_used_at, token.expires_at)
