"""Accounts as organisation data: who exists, and making them (U-20, U-33).

A page makes one account, an import thousands: both come through `create_users`, all or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Person
from luongviec.services.accounts import hash_password, password_faults, policy_of, put_password
from luongviec.services.journal.writing import Subject, note_change, organisation_changed
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import check_function, check_function_in
from luongviec.services.users.access import account_to_change
from luongviec.services.users.clashes import ALREADY_THERE, Owners
from luongviec.services.users.data import UserData, data_faults, masked_identity_number, tidy
from luongviec.services.users.managers import manager_faults, set_managers
from luongviec.services.users.names import base_name, free_name, rule_of
from luongviec.services.users.posts import Post, post_faults, set_posts
from luongviec.services.users.states import switch_users
from luongviec.store.accounts import rows
from luongviec.store.models import User
from luongviec.store.organisation.people import user_names_like


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to make.

    Without `password` and `password_hash` nobody can sign in with it yet. An empty `user_name` is made
    by the installation's rule. `post` is what to call somebody who has no `posts`.
    """

    user_name: str
    name: str
    password: str | None = None
    password_hash: str | None = None  # one that `hash_password` gave: many accounts may share its cost
    post: str = ""
    email: str | None = None
    phone: str | None = None
    language: str = "vi"
    must_change_password: bool = False
    identity_number: str | None = None
    posts: tuple[Post, ...] = ()
    manager_ids: tuple[int, ...] = ()

    @property
    def data(self) -> UserData:
        """The plain data, in the form in which they are kept."""
        return tidy(
            UserData(self.user_name, self.name, self.identity_number, self.email, self.phone, self.language)
        )


def create_user(platform: Platform, actor: Actor, user: NewUser) -> int:
    """Make an account; needs the function `admin.users` (the system may always)."""
    return create_users(platform, actor, (user,))[0]


def create_users(platform: Platform, actor: Actor, users: Sequence[NewUser]) -> tuple[int, ...]:
    """Make accounts, all or none, and give their ids in order.

    Who holds `admin.users` only in a branch makes only people with a post in it (U-29).

    Raises:
        InvalidInput: paths `0.user_name`, `0.posts.1.unit`, … (without the number where there is one
            account).
    """
    with platform.transaction() as work:
        for user in users or (NewUser("", ""),):
            check_function_in(work, actor, "admin.users", {post.unit_id for post in user.posts})
        data = _named(work, [user.data for user in users])
        errors = _faults(work, actor, users, data)
        if errors:
            raise InvalidInput(errors)
        try:
            added = [_add(work, user, one) for user, one in zip(users, data, strict=True)]
            work.session.flush()
        except IntegrityError as clash:  # somebody else took the name or number a moment ago
            raise InvalidInput({"": (ALREADY_THERE,)}) from clash
        set_posts(work, {row.id: user.posts for row, user in zip(added, users, strict=True) if user.posts})
        for row, user, one in zip(added, users, data, strict=True):
            if user.manager_ids:
                set_managers(work, row.id, user.manager_ids)
            note_change(
                work, actor, "user.created", Subject("user", str(row.id), row.name), after=journal_values(one)
            )
        organisation_changed(work)
        return tuple(row.id for row in added)


def set_password(
    platform: Platform, actor: Actor, user_name: str, password: str, *, must_change: bool = False
) -> None:
    """Set somebody's password and end his sessions; needs `admin.users`."""
    with platform.reading() as work:
        policy = policy_of(work)
    if faults := password_faults(password, user_name=user_name, policy=policy):
        raise InvalidInput({"password": faults})
    fresh = hash_password(password)
    with platform.transaction() as work:
        check_function(work, actor, "admin.users")
        user = account_to_change(work, actor, _with_name(work, user_name).id)
        put_password(work, user, fresh, must_change=must_change)
        rows.end_sessions(work.session, user.id, work.now)
        note_change(work, actor, "user.password_set", Subject("user", str(user.id), user.name))


def set_active(platform: Platform, actor: Actor, user_name: str, active: bool) -> None:
    """Switch an account on or off by its user name; see `account_states.switch_users`."""
    with platform.transaction() as work:
        check_function(work, actor, "admin.users")
        user_id = _with_name(work, user_name).id
        for skipped in switch_users(platform, actor, (user_id,), active).skipped:
            raise Refused(skipped.reason)


def list_users(platform: Platform, actor: Actor, *, q: str = "", limit: int = 100) -> tuple[Person, ...]:
    """Give accounts by name; needs `admin.users`."""
    with platform.reading() as work:
        check_function(work, actor, "admin.users")
        return tuple(person_of(user) for user in rows.users_matching(work.session, q, limit))


def user_named(platform: Platform, user_name: str) -> Person:
    """Give the account of a user name.

    Raises:
        NotFound: there is none.
    """
    with platform.reading() as work:
        return person_of(_with_name(work, user_name))


def actor_of(person: Person) -> Actor:
    """Give a person as somebody who acts."""
    return Actor(person.id)


def person_of(user: User) -> Person:
    """Give an account's row as the engine knows people."""
    return Person(
        user.id, user.user_name, user.name, user.active, user.language, user.email, user.phone, user.name_sort
    )


def journal_values(data: UserData) -> dict[str, object]:
    """Give what the journal keeps of an account's data: the identity number only masked."""
    return {
        "user_name": data.user_name, "name": data.name, "email": data.email, "phone": data.phone,
        "language": data.language, "identity_number": masked_identity_number(data.identity_number) or None,
    }  # fmt: skip


def _with_name(work: Work, user_name: str) -> User:
    user = rows.user_by_name(work.session, user_name)
    if user is None or user.deleted_at is not None:
        raise NotFound()
    return user


def _named(work: Work, data: Sequence[UserData]) -> Sequence[UserData]:
    """Make the user names that were left empty, each free among the others too."""
    if all(one.user_name for one in data):
        return data
    rule, taken, known = rule_of(work), {one.user_name for one in data}, dict[str, frozenset[str]]()
    named = []
    for one in data:
        if one.user_name:
            named.append(one)
            continue
        base = base_name(rule, one.name, one.identity_number or "", one.email or "")
        there = known.get(base)
        if there is None:
            there = known[base] = user_names_like(work.session, base)
        made = free_name(base, (there | taken).__contains__)
        taken.add(made)
        named.append(replace(one, user_name=made))
    return named


def _add(work: Work, user: NewUser, data: UserData) -> User:
    return rows.add_user(
        work.session, user_name=data.user_name, name=data.name, created_at=work.now, post=user.post,
        email=data.email, phone=data.phone, language=data.language, identity_number=data.identity_number,
        must_change_password=user.must_change_password,
        password_hash=user.password_hash or (hash_password(user.password) if user.password else None),
    )  # fmt: skip


def _faults(
    work: Work, actor: Actor, users: Sequence[NewUser], data: Sequence[UserData]
) -> dict[str, tuple[Text, ...]]:
    owners = Owners.of(work, actor, data)
    errors: dict[str, tuple[Text, ...]] = {}
    for index, (user, one) in enumerate(zip(users, data, strict=True)):
        found: dict[str, tuple[Text, ...]] = {**owners.clashes(one), **data_faults(one)}
        if user.password is not None and (faults := password_faults(user.password, user_name=one.user_name)):
            found["password"] = faults
        found |= prefixed("posts", post_faults(work, actor, user.posts))
        found |= prefixed("managers", manager_faults(work, None, user.manager_ids))
        errors |= found if len(users) == 1 else prefixed(str(index), found)
        owners.add(one)
    return errors


def prefixed(path: str, errors: Mapping[str, tuple[Text, ...]]) -> dict[str, tuple[Text, ...]]:
    """Give errors with their paths below another."""
    return {f"{path}.{inner}" if inner else path: texts for inner, texts in errors.items()}
