"""Accounts as organisation data: who exists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import LANGUAGES, Text
from luongviec.engine.world import Actor, Person
from luongviec.services.access import check_function
from luongviec.services.accounts import hash_password, password_faults
from luongviec.services.audit import Subject, note_change, organisation_changed
from luongviec.services.platform import Platform, Work
from luongviec.store import accounts as rows
from luongviec.store.models import User

USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,98}")


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to make. Without `password` and `password_hash` nobody can sign in with it yet."""

    user_name: str
    name: str
    password: str | None = None
    password_hash: str | None = None  # one that `hash_password` gave: many accounts may share its cost
    post: str = ""
    email: str | None = None
    phone: str | None = None
    language: str = "vi"
    must_change_password: bool = False


def create_user(platform: Platform, actor: Actor, user: NewUser) -> int:
    """Make an account; needs the function `admin.users` (the system may always)."""
    return create_users(platform, actor, (user,))[0]


def create_users(platform: Platform, actor: Actor, users: Sequence[NewUser]) -> tuple[int, ...]:
    """Make accounts, all or none, and give their ids in order.

    Raises:
        InvalidInput: paths `0.user_name`, … (without the number where there is one account).
    """
    errors = _faults(users)
    with platform.transaction() as work:
        check_function(work, actor, "admin.users")
        taken = rows.taken_user_names(work.session, [_user_name(user) for user in users])
        for index, user in enumerate(users):
            if _user_name(user) in taken:
                path = _path(users, index, "user_name")
                errors[path] = (Text("Tên đăng nhập này đã có.", "This user name is taken."),)
        if errors:
            raise InvalidInput(errors)
        added = [
            rows.add_user(
                work.session, user_name=_user_name(user), name=" ".join(user.name.split()),
                created_at=work.now, post=user.post, email=user.email, phone=user.phone,
                language=user.language, must_change_password=user.must_change_password,
                password_hash=user.password_hash or (hash_password(user.password) if user.password else None),
            )
            for user in users
        ]  # fmt: skip
        work.session.flush()
        _tell(work, actor, "user.created", ", ".join(user.user_name for user in added[:20]))
        return tuple(user.id for user in added)


def set_password(
    platform: Platform, actor: Actor, user_name: str, password: str, *, must_change: bool = False
) -> None:
    """Set somebody's password and end his sessions; needs `admin.users`."""
    if faults := password_faults(password, user_name=user_name):
        raise InvalidInput({"password": faults})
    fresh = hash_password(password)
    with platform.transaction() as work:
        check_function(work, actor, "admin.users")
        user = _named(work, user_name)
        user.password_hash, user.must_change_password = fresh, must_change
        rows.end_sessions(work.session, user.id, work.now)
        _tell(work, actor, "user.password_set", user.user_name)


def set_active(platform: Platform, actor: Actor, user_name: str, active: bool) -> None:
    """Switch an account on or off; off ends its sessions. Needs `admin.users`."""
    with platform.transaction() as work:
        check_function(work, actor, "admin.users")
        user = _named(work, user_name)
        user.active = active
        if not active:
            rows.end_sessions(work.session, user.id, work.now)
        _tell(work, actor, "user.switched_on" if active else "user.switched_off", user.user_name)


def list_users(platform: Platform, actor: Actor, *, q: str = "", limit: int = 100) -> tuple[Person, ...]:
    """Give accounts by name; needs `admin.users`."""
    with platform.reading() as work:
        check_function(work, actor, "admin.users")
        return tuple(_person(user) for user in rows.users_matching(work.session, q, limit))


def user_named(platform: Platform, user_name: str) -> Person:
    """Give the account of a user name.

    Raises:
        NotFound: there is none.
    """
    with platform.reading() as work:
        return _person(_named(work, user_name))


def actor_of(person: Person) -> Actor:
    """Give a person as somebody who acts."""
    return Actor(person.id)


def _named(work: Work, user_name: str) -> User:
    user = rows.user_by_name(work.session, user_name)
    if user is None:
        raise NotFound()
    return user


def _user_name(user: NewUser) -> str:
    return user.user_name.strip().lower()


def _path(users: Sequence[NewUser], index: int, field: str) -> str:
    return field if len(users) == 1 else f"{index}.{field}"


def _faults(users: Sequence[NewUser]) -> dict[str, tuple[Text, ...]]:
    errors: dict[str, tuple[Text, ...]] = {}
    seen: set[str] = set()
    for index, user in enumerate(users):
        name = _user_name(user)
        if not USER_NAME.fullmatch(name):
            errors[_path(users, index, "user_name")] = (
                Text(
                    "Tên đăng nhập gồm chữ không dấu, số, dấu chấm, gạch; từ 2 ký tự.",
                    "A user name has plain letters, digits, dots and dashes; at least 2 of them.",
                ),
            )
        elif name in seen:
            errors[_path(users, index, "user_name")] = (
                Text("Tên đăng nhập này bị lặp.", "This user name comes twice."),
            )
        seen.add(name)
        if not user.name.strip() or len(user.name) > 200:
            errors[_path(users, index, "name")] = (
                Text("Cần họ tên, không quá 200 ký tự.", "A name of at most 200 characters is needed."),
            )
        if user.language not in LANGUAGES:
            errors[_path(users, index, "language")] = (Text("Chỉ có vi và en.", "Only vi and en exist."),)
        if user.password is not None and (faults := password_faults(user.password, user_name=name)):
            errors[_path(users, index, "password")] = faults
    return errors


def _tell(work: Work, actor: Actor, action: str, subject: str) -> None:
    note_change(work, actor, action, Subject("user", "", subject))
    organisation_changed(work)


def _person(user: User) -> Person:
    return Person(
        user.id, user.user_name, user.name, user.active, user.language, user.email, user.phone, user.name_sort
    )
