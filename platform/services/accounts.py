"""Accounts: signing in and out, sessions, passwords, preferences, API tokens.

A wrong name and a wrong password look and cost the same (A-19). After some failures a name and an
address must wait, longer each time. Sessions and tokens are kept as hashes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform


class SignInRefused(LuongViecError):
    """Name or password wrong, or the account switched off: one neutral message."""

    code = "sign_in_refused"
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


def sign_in(
    platform: Platform, user_name: str, password: str, *, address: str = "", user_agent: str = ""
) -> tuple[str, SignedIn]:
    """Check the password and open a session.

    Returns:
        The secret for the cookie (given only here) and the session.

    Raises:
        SignInRefused, TooManyAttempts
    """
    raise NotImplementedError


def session_of(platform: Platform, secret: str) -> SignedIn | None:
    """Give the session of a cookie, None when it ended, expired or never was."""
    raise NotImplementedError


def sign_out(platform: Platform, secret: str) -> None:
    """End a session; an unknown one is nothing."""
    raise NotImplementedError


def sign_out_everywhere(platform: Platform, actor: Actor) -> int:
    """End all sessions of a person and give how many there were."""
    raise NotImplementedError


def change_password(
    platform: Platform, actor: Actor, old: str, new: str, again: str, *, keep_session: str | None = None
) -> None:
    """Change the own password and end the other sessions.

    Raises:
        InvalidInput: fields `old`, `new`, `again`.
    """
    raise NotImplementedError


def change_preferences(
    platform: Platform, actor: Actor, *, language: str | None = None, theme: str | None = None
) -> None:
    """Keep language (`vi`, `en`) and theme (`light`, `dark`, `system`) for the next requests."""
    raise NotImplementedError


def create_token(
    platform: Platform, actor: Actor, name: str, *, lifetime: timedelta | None = None
) -> tuple[str, TokenView]:
    """Make an API token; its secret is given only here."""
    raise NotImplementedError


def list_tokens(platform: Platform, actor: Actor) -> tuple[TokenView, ...]:
    """Give the own tokens, newest first, without secrets."""
    raise NotImplementedError


def revoke_token(platform: Platform, actor: Actor, token_id: int) -> None:
    """End one of the own tokens."""
    raise NotImplementedError


def actor_of_token(platform: Platform, secret: str) -> Actor | None:
    """Give whom a Bearer token stands for, None for a foreign, ended or expired one."""
    raise NotImplementedError
