"""Rows of accounts: people who sign in, their sessions, tokens, attempts and own choices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, or_, select, update

from luongviec.store.database import AnySession
from luongviec.store.folding import fold, sort_key
from luongviec.store.models import (
    ApiToken,
    ExternalIdentity,
    FormerPassword,
    RecoveryCode,
    UnitHolding,
    User,
    WebSession,
)

MOST_SESSIONS = 100  # of one person on one page
#: Asked at every request.
_SESSION_BY_HASH = (
    select(WebSession, User)
    .join(User, User.id == WebSession.user_id)
    .where(WebSession.token_hash == bindparam("token_hash"))
)
MOST_FORMER = 12  # passwords of one person: the most that a policy may look at


def add_user(
    session: AnySession, *, user_name: str, name: str, created_at: datetime, post: str = "",
    password_hash: str | None = None, email: str | None = None, phone: str | None = None,
    language: str = "vi", must_change_password: bool = False, identity_number: str | None = None,
) -> User:  # fmt: skip
    """Add an account; the caller has checked that the user name is free."""
    user = User(
        user_name=user_name, name=name, name_sort=sort_key(name), name_folded=fold(name), post=post,
        password_hash=password_hash, email=email, phone=phone, language=language,
        must_change_password=must_change_password, created_at=created_at, identity_number=identity_number,
    )  # fmt: skip
    session.add(user)
    return user


def user_by_id(session: AnySession, user_id: int) -> User | None:
    """Give an account."""
    return session.get(User, user_id)


def user_by_name(session: AnySession, user_name: str) -> User | None:
    """Give the account of a user name, whatever its case."""
    return session.scalar(select(User).where(User.user_name == user_name.strip().lower()))


def taken_user_names(session: AnySession, user_names: Sequence[str]) -> frozenset[str]:
    """Give those of the user names that exist already."""
    taken: set[str] = set()
    for start in range(0, len(user_names), 500):
        part = user_names[start : start + 500]
        taken.update(session.scalars(select(User.user_name).where(User.user_name.in_(part))))
    return frozenset(taken)


def users_matching(session: AnySession, q: str, limit: int) -> Sequence[User]:
    """Give accounts whose name or user name holds every word of `q`, by name."""
    query = select(User).order_by(User.name_sort, User.id).limit(limit)
    for word in fold(q).split():
        query = query.where(or_(User.name_folded.contains(word), User.user_name.contains(word)))
    return session.scalars(query).all()


def session_by_hash(session: AnySession, token_hash: str) -> tuple[WebSession, User] | None:
    """Give a session with its person, ended and expired ones too."""
    row = session.execute(_SESSION_BY_HASH, {"token_hash": token_hash}).first()
    return None if row is None else (row[0], row[1])


def end_sessions(session: AnySession, user_id: int, at: datetime, *, but: str | None = None) -> int:
    """End the open sessions of a person, all `but` the one with this hash, and count them."""
    query = update(WebSession).where(WebSession.user_id == user_id, WebSession.ended_at.is_(None))
    if but is not None:
        query = query.where(WebSession.token_hash != but)
    return int(session.execute(query.values(ended_at=at)).rowcount)  # type: ignore[attr-defined]


def token_by_hash(session: AnySession, token_hash: str) -> tuple[ApiToken, User] | None:
    """Give a token with its person, revoked and expired ones too."""
    row = session.execute(
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.token_hash == token_hash)
    ).first()
    return None if row is None else (row[0], row[1])


def tokens_of(session: AnySession, user_id: int) -> Sequence[ApiToken]:
    """Give a person's tokens that are not revoked, newest first."""
    return session.scalars(
        select(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    ).all()


def user_to_sign_in(session: AnySession, typed: str) -> User | None:
    """Give the account that a typed name means: its user name, else its person's identity number."""
    found = session.scalars(
        select(User).where(or_(User.user_name == typed, User.identity_number == typed)).limit(2)
    ).all()
    return next((user for user in found if user.user_name == typed), found[0] if found else None)


def lock_user(session: AnySession, user_id: int) -> User:
    """Give an account whose row nobody else changes until the transaction ends."""
    return session.get_one(User, user_id, with_for_update=True, populate_existing=True)


def open_sessions(session: AnySession, user_id: int, now: datetime) -> Sequence[WebSession]:
    """Give the sessions of a person that go on, last seen first."""
    return session.scalars(
        select(WebSession)
        .where(WebSession.user_id == user_id, WebSession.ended_at.is_(None), WebSession.expires_at > now)
        .order_by(WebSession.last_seen_at.desc(), WebSession.id.desc())
        .limit(MOST_SESSIONS)
    ).all()


def remember_password(session: AnySession, user_id: int, password_hash: str, at: datetime) -> None:
    """Keep the hash of a password that is replaced, and forget those that no rule asks for."""
    kept = session.scalars(
        select(FormerPassword.id)
        .where(FormerPassword.user_id == user_id)
        .order_by(FormerPassword.id.desc())
        .limit(MOST_FORMER - 1)
    ).all()
    session.execute(
        delete(FormerPassword).where(FormerPassword.user_id == user_id, FormerPassword.id.not_in(kept))
    )
    session.add(FormerPassword(user_id=user_id, password_hash=password_hash, at=at))


def former_passwords(session: AnySession, user_id: int, limit: int) -> Sequence[str]:
    """Give the hashes of a person's last passwords, newest first."""
    return session.scalars(
        select(FormerPassword.password_hash)
        .where(FormerPassword.user_id == user_id)
        .order_by(FormerPassword.id.desc())
        .limit(limit)
    ).all()


def recovery_codes_left(session: AnySession, user_id: int) -> Sequence[RecoveryCode]:
    """Give a person's recovery codes that are not used."""
    return session.scalars(
        select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    ).all()


def replace_recovery_codes(session: AnySession, user_id: int, hashes: Sequence[str]) -> None:
    """Give a person other recovery codes, or none."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.add_all(RecoveryCode(user_id=user_id, code_hash=one) for one in hashes)


def identities_of(session: AnySession, user_id: int) -> Sequence[ExternalIdentity]:
    """Give a person's accounts elsewhere, oldest first."""
    return session.scalars(
        select(ExternalIdentity).where(ExternalIdentity.user_id == user_id).order_by(ExternalIdentity.id)
    ).all()


def identity_of(session: AnySession, method: str, subject: str) -> ExternalIdentity | None:
    """Give the link of an account elsewhere."""
    return session.scalar(
        select(ExternalIdentity).where(ExternalIdentity.method == method, ExternalIdentity.subject == subject)
    )


def users_fitting(
    session: AnySession, *, identity_number: str | None, user_name: str | None, email: str | None
) -> Sequence[User]:
    """Give the active accounts that fit the first of the claims that fits any; at most two."""
    asked = (
        (User.identity_number, identity_number),
        (User.user_name, user_name and user_name.strip().lower()),
        (func.lower(User.email), email and email.strip().lower()),
    )
    for column, value in asked:
        if not value:
            continue
        query = select(User).where(column == value, User.active, User.deleted_at.is_(None)).limit(2)
        if found := session.scalars(query).all():
            return found
    return ()


def posts_of(session: AnySession, user_id: int) -> Sequence[UnitHolding]:
    """Give the slots that a person fills now, in the order of his posts."""
    return session.scalars(
        select(UnitHolding)
        .where(UnitHolding.user_id == user_id, UnitHolding.until.is_(None))
        .order_by(UnitHolding.position, UnitHolding.id)
    ).all()
