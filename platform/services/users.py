"""Accounts as organisation data: who exists, which groups and functions they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from luongviec.engine.world import Actor, Person
from luongviec.services.platform import Platform


@dataclass(frozen=True, slots=True)
class NewUser:
    user_name: str
    name: str
    password: str | None = None  # None: the account cannot sign in until one is set
    email: str | None = None
    phone: str | None = None
    language: str = "vi"
    must_change_password: bool = False


def create_user(platform: Platform, actor: Actor, user: NewUser) -> int:
    """Make an account; needs the function `admin.users` (the system may always)."""
    raise NotImplementedError


def set_password(platform: Platform, actor: Actor, user_name: str, password: str) -> None:
    """Set somebody's password and end his sessions; needs `admin.users`."""
    raise NotImplementedError


def list_users(platform: Platform, actor: Actor, *, q: str = "", limit: int = 100) -> tuple[Person, ...]:
    """Give accounts by name; needs `admin.users`."""
    raise NotImplementedError


def add_to_group(platform: Platform, actor: Actor, group: str, user_ids: Sequence[int]) -> None:
    """Put people into a user group; needs `admin.groups`."""
    raise NotImplementedError


def user_named(platform: Platform, user_name: str) -> Person:
    """Give the account of a user name.

    Raises:
        NotFound
    """
    raise NotImplementedError
