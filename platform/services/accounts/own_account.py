"""A person's own account: what is known of him, his password, language and theme (A-09 to A-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import LANGUAGES, Text
from luongviec.engine.world import Actor
from luongviec.services.accounts import journal
from luongviec.services.accounts.passwords import (
    KnownAbout,
    hash_password,
    history_faults,
    password_faults,
    policy_of,
    put_password,
    verify,
)
from luongviec.services.accounts.sessions import person_id
from luongviec.services.accounts.visitor import NOWHERE, Visitor
from luongviec.services.accounts.waiting import check_waiting
from luongviec.services.kept_secrets import hash_secret
from luongviec.services.platform import Platform, Work
from luongviec.services.showing import Showing
from luongviec.services.users.data import masked_identity_number
from luongviec.store.accounts import rows
from luongviec.store.models import ExternalIdentity, User

THEMES = ("light", "dark", "system")
DIFFERENT = Text("Hai lần nhập mật khẩu mới chưa giống nhau.", "The two new passwords differ.")


@dataclass(frozen=True, slots=True)
class OwnPost:
    """Where a person works, and as what."""

    unit: str
    title: Text
    is_main: bool


@dataclass(frozen=True, slots=True)
class OwnAccount:
    user_id: int
    user_name: str
    name: str
    post: str
    email: str | None
    phone: str | None
    identity_number: str  # only its last digits
    has_password: bool
    must_replace_password: bool  # it was given: by a sheet, a link or an administrator
    password_changed_at: datetime | None
    last_sign_in_at: datetime | None
    posts: tuple[OwnPost, ...]


@dataclass(frozen=True, slots=True)
class OwnIdentity:
    """An account elsewhere that signs this person in."""

    id: int
    method: str
    linked_at: datetime


def own_account(platform: Platform, actor: Actor) -> OwnAccount:
    """Give what the installation knows of the person who asks."""
    with platform.reading() as work:
        user = work.session.get_one(User, person_id(actor))
        return OwnAccount(
            user.id, user.user_name, user.name, user.post, user.email, user.phone,
            masked_identity_number(user.identity_number),
            user.password_hash is not None, user.must_change_password,
            user.password_changed_at, user.last_sign_in_at, _posts(work, actor, user.id),
        )  # fmt: skip


def change_password(
    platform: Platform,
    actor: Actor,
    old: str,
    new: str,
    again: str,
    *,
    keep_session: str | None = None,
    visitor: Visitor = NOWHERE,
) -> None:
    """Change the own password and end the other sessions.

    Who came in by a one-time password or from another service has none, and `old` is not looked at.

    Args:
        keep_session: the cookie's secret of the session that goes on.

    Raises:
        InvalidInput: fields `old`, `new`, `again` (A-20).
        TooManyAttempts: the old one was wrong too often.
    """
    with platform.reading() as work:
        user = work.session.get_one(User, person_id(actor))
        kept, name = user.password_hash, user.user_name
        about, policy = KnownAbout.of(user), policy_of(work)
        former = (*rows.former_passwords(work.session, user.id, policy.history),)
    errors: dict[str, tuple[Text, ...]] = {}
    if kept is not None:
        check_waiting(platform, journal.PASSWORD, name, visitor)
        if not verify(kept, old):
            errors["old"] = (Text("Mật khẩu cũ chưa đúng.", "The old password is not right."),)
            with platform.transaction() as work:
                journal.write(
                    work, journal.PASSWORD, name, actor.user_id, visitor, succeeded=False, note=journal.CHANGE
                )
    if faults := (
        password_faults(new, about=about, policy=policy, old=None if kept is None else old)
        or history_faults(new, former)
    ):
        errors["new"] = faults
    if new != again:
        errors["again"] = (DIFFERENT,)
    if errors:
        raise InvalidInput(errors)
    fresh = hash_password(new)
    with platform.transaction() as work:
        user = rows.lock_user(work.session, person_id(actor))
        put_password(work, user, fresh)
        rows.end_sessions(
            work.session, user.id, work.now, but=None if keep_session is None else hash_secret(keep_session)
        )
        journal.write(work, journal.PASSWORD_CHANGED, user.user_name, user.id, visitor)


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
        user = work.session.get_one(User, person_id(actor))
        user.language = language or user.language
        user.theme = theme or user.theme


def list_identities(platform: Platform, actor: Actor) -> tuple[OwnIdentity, ...]:
    """Give the own accounts elsewhere that sign in here."""
    with platform.reading() as work:
        found = rows.identities_of(work.session, person_id(actor))
        return tuple(OwnIdentity(row.id, row.method, row.linked_at) for row in found)


def unlink_identity(
    platform: Platform, actor: Actor, identity_id: int, *, visitor: Visitor = NOWHERE
) -> None:
    """Let an account elsewhere sign in here no more.

    Raises:
        NotFound: it is not the actor's.
        InvalidInput: it is the only way in.
    """
    with platform.transaction() as work:
        row = work.session.get(ExternalIdentity, identity_id)
        user = work.session.get_one(User, person_id(actor))
        if row is None or row.user_id != user.id:
            raise NotFound()
        if user.password_hash is None:
            raise InvalidInput(
                {
                    "identity": (
                        Text(
                            "Bạn chưa có mật khẩu: hãy đặt mật khẩu trước khi gỡ liên kết.",
                            "You have no password yet: set one before you unlink this account.",
                        ),
                    )
                }
            )
        work.session.delete(row)
        journal.write(work, journal.UNLINKED, user.user_name, user.id, visitor, note=row.method)


def _posts(work: Work, actor: Actor, user_id: int) -> tuple[OwnPost, ...]:
    showing = Showing(work, actor)
    sides = work.workspace.sides
    found: list[OwnPost] = []
    for holding in rows.posts_of(work.session, user_id):
        side = sides.get(holding.side)
        if side is not None and side.belonging:
            slot = side.slots.get(holding.slot)
            title = Text(holding.title) if holding.title or slot is None else slot.label
            found.append(OwnPost(showing.unit(holding.unit_id).name, title, is_main=not found))
    return tuple(found)
