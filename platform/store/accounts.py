"""Rows of accounts: people who sign in, their sessions, tokens, attempts and own choices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update

from luongviec.store.database import AnySession
from luongviec.store.folding import fold, sort_key
from luongviec.store.models import ApiToken, SignInAttempt, User, WebSession


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
    row = session.execute(
        select(WebSession, User)
        .join(User, User.id == WebSession.user_id)
        .where(WebSession.token_hash == token_hash)
    ).first()
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


def failures_of_name(session: AnySession, user_name: str, since: datetime) -> tuple[int, datetime | None]:
    """Count the failed attempts for a name since its last success, and give the last one's moment."""
    success = session.scalar(
        select(func.max(SignInAttempt.at)).where(
            SignInAttempt.user_name == user_name, SignInAttempt.succeeded, SignInAttempt.at >= since
        )
    )
    return _failures(session, SignInAttempt.user_name == user_name, success or since)


def failures_of_address(session: AnySession, address: str, since: datetime) -> tuple[int, datetime | None]:
    """Count the failed attempts from an address, successes notwithstanding."""
    return _failures(session, SignInAttempt.address == address, since) if address else (0, None)


def _failures(
    session: AnySession, whose: ColumnElement[bool], since: datetime
) -> tuple[int, datetime | None]:
    count, last = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(
            whose,
            SignInAttempt.succeeded.is_(False),
            SignInAttempt.at > since,
        )
    ).one()
    return count, last
