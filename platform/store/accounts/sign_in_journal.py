"""Rows of the sign-in journal: counting failures for lock-outs, searching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from luongviec.store.database import AnySession
from luongviec.store.folding import fold
from luongviec.store.models import SignInAttempt, User

MOST_PEOPLE = 500
MOST_LOCKED = 200


@dataclass(frozen=True, slots=True)
class JournalSearch:
    """What lines are looked for; empty parts ask nothing. `until` itself is left out."""

    q: str = ""
    address: str = ""
    kind: str = ""
    succeeded: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    user_id: int | None = None


def failures_of_name(
    session: AnySession, user_name: str, kinds: Sequence[str], since: datetime
) -> tuple[int, datetime | None]:
    """Count the failed attempts for a name since its last success, and give the last one's moment."""
    success = session.scalar(
        select(func.max(SignInAttempt.at)).where(
            SignInAttempt.user_name == user_name, SignInAttempt.kind.in_(kinds), SignInAttempt.succeeded,
            SignInAttempt.at >= since,
        )
    )  # fmt: skip
    return _failures(session, SignInAttempt.user_name == user_name, kinds, success or since)


def failures_of_address(
    session: AnySession, address: str, kinds: Sequence[str], since: datetime
) -> tuple[int, datetime | None]:
    """Count the failed attempts from an address, successes notwithstanding."""
    return _failures(session, SignInAttempt.address == address, kinds, since) if address else (0, None)


def failing_names(
    session: AnySession, kind: str, since: datetime, last_after: datetime, least: int
) -> Sequence[str]:
    """Give the names with so many failures, the last of them after a moment."""
    return session.scalars(
        select(SignInAttempt.user_name)
        .where(SignInAttempt.at > since, SignInAttempt.kind == kind, SignInAttempt.succeeded.is_(False))
        .group_by(SignInAttempt.user_name)
        .having(func.count() >= least, func.max(SignInAttempt.at) > last_after)
        .order_by(SignInAttempt.user_name)
        .limit(MOST_LOCKED)
    ).all()


def asked_since(
    session: AnySession, kind: str, since: datetime, *, user_name: str = "", address: str = ""
) -> int:
    """Count what was asked for a name or from an address."""
    whose = SignInAttempt.user_name == user_name if user_name else SignInAttempt.address == address
    query = select(func.count()).where(whose, SignInAttempt.kind == kind, SignInAttempt.at > since)
    return int(session.scalar(query) or 0)


def last_line(session: AnySession, user_name: str, kind: str) -> datetime | None:
    """Give when something was last noted of a name."""
    return session.scalar(
        select(func.max(SignInAttempt.at)).where(
            SignInAttempt.user_name == user_name, SignInAttempt.kind == kind
        )
    )


def waiting_lines(session: AnySession, kind: str, note: str, since: datetime, limit: int) -> Sequence[int]:
    """Give the lines of a kind that still bear a note: what they ask for is not done."""
    return session.scalars(
        select(SignInAttempt.id)
        .where(SignInAttempt.at > since, SignInAttempt.kind == kind, SignInAttempt.note == note)
        .order_by(SignInAttempt.at)
        .limit(limit)
    ).all()


def search_journal(
    session: AnySession, search: JournalSearch, *, limit: int, before: int | None = None
) -> Sequence[SignInAttempt]:
    """Give lines, newest first, from `before` on."""
    query = select(SignInAttempt).order_by(SignInAttempt.id.desc()).limit(limit)
    for condition in _conditions(session, search):
        query = query.where(condition)
    if before is not None:
        query = query.where(SignInAttempt.id < before)
    return session.scalars(query).all()


def _conditions(session: AnySession, search: JournalSearch) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if typed := search.q.strip().lower():
        found.append(
            or_(
                SignInAttempt.user_name.startswith(typed, autoescape=True),
                SignInAttempt.user_id.in_(_people(session, typed)),
            )
        )
    if search.address:
        found.append(SignInAttempt.address.startswith(search.address.strip(), autoescape=True))
    if search.kind:
        found.append(SignInAttempt.kind == search.kind)
    if search.succeeded is not None:
        found.append(SignInAttempt.succeeded.is_(search.succeeded))
    if search.since is not None:
        found.append(SignInAttempt.at >= search.since)
    if search.until is not None:
        found.append(SignInAttempt.at < search.until)
    if search.user_id is not None:
        found.append(SignInAttempt.user_id == search.user_id)
    return found


def _people(session: AnySession, typed: str) -> Sequence[int]:
    words = fold(typed).split()
    query = select(User.id).limit(MOST_PEOPLE if words else 0)
    for word in words:
        query = query.where(or_(User.name_folded.contains(word), User.user_name.contains(word)))
    return session.scalars(query).all()


def _failures(
    session: AnySession, whose: ColumnElement[bool], kinds: Sequence[str], since: datetime
) -> tuple[int, datetime | None]:
    count, last = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(
            whose, SignInAttempt.kind.in_(kinds), SignInAttempt.succeeded.is_(False), SignInAttempt.at > since
        )
    ).one()
    return count, last
