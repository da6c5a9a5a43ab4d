"""The administrators' list of people: searched, filtered, sorted and counted by the database (U-38)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from luongviec.store.database import AnySession
from luongviec.store.folding import fold
from luongviec.store.models import (
    OneTimeSecret,
    UnitClosure,
    UnitHolding,
    User,
    UserManager,
    WebSession,
)

MOST_LIKE = 2_000  # user names that begin alike


class UserState(StrEnum):
    """What an account can be; each but `DELETED` leaves deleted ones out."""

    ACTIVE = "active"
    OFF = "off"
    NEVER = "never"  # may come in, but has never signed in
    LOCKED = "locked"  # must wait after wrong attempts
    DELETED = "deleted"


class UserSort(StrEnum):
    """What the list can be ordered by."""

    NAME = "name"
    USER_NAME = "user_name"
    CREATED = "created_at"
    LAST_SIGN_IN = "last_sign_in_at"


@dataclass(frozen=True, slots=True)
class Within:
    """Where an administrator may look: whole branches by their roots, and single units."""

    roots: tuple[int, ...] = ()
    units: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """What a page of the list asks. `within` None: everywhere; `unit_id`: a unit and all below it."""

    sides: tuple[str, ...]  # those that say where people work
    within: Within | None = None
    words: str = ""
    unit_id: int | None = None
    state: UserState | None = None
    locked_names: tuple[str, ...] = ()
    only: tuple[int, ...] | None = None
    sort: UserSort = UserSort.NAME
    descending: bool = False


def people_page(session: AnySession, query: PeopleQuery, offset: int, limit: int) -> Sequence[User]:
    """Give a page of accounts in the order asked."""
    chosen = select(User).where(*_conditions(query)).order_by(*_order(query))
    return session.scalars(chosen.offset(offset).limit(limit)).all()


def count_people(session: AnySession, query: PeopleQuery) -> int:
    """Count all accounts that a query fits."""
    return session.scalar(select(func.count()).select_from(User).where(*_conditions(query))) or 0


def ids_of_people(session: AnySession, query: PeopleQuery, limit: int) -> Sequence[int]:
    """Give the ids of accounts that a query fits, in its order: what a bulk action works on."""
    return session.scalars(
        select(User.id).where(*_conditions(query)).order_by(*_order(query)).limit(limit)
    ).all()


def _conditions(query: PeopleQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_in_state(query)]
    if query.within is not None:
        found.append(User.id.in_(_working_in(query.sides, query.within)))
    if query.unit_id is not None:
        found.append(User.id.in_(_working_in(query.sides, Within((query.unit_id,)))))
    if query.only is not None:
        found.append(User.id.in_(query.only))
    if query.words.strip():
        found.append(_matching(query.words))
    return found


def _in_state(query: PeopleQuery) -> ColumnElement[bool]:
    there = User.deleted_at.is_(None)
    match query.state:
        case UserState.ACTIVE:
            return and_(there, User.active)
        case UserState.OFF:
            return and_(there, User.active.is_(False))
        case UserState.NEVER:
            return and_(there, User.active, User.last_sign_in_at.is_(None))
        case UserState.LOCKED:
            return and_(there, User.active, User.user_name.in_(query.locked_names))
        case UserState.DELETED:
            return User.deleted_at.is_not(None)
    return there


def _working_in(sides: Collection[str], within: Within) -> Select[tuple[int]]:
    """Give the people who have a post in the units."""
    holds = select(UnitHolding.user_id).where(UnitHolding.until.is_(None), UnitHolding.side.in_(sides))
    below = select(UnitClosure.unit_id).where(UnitClosure.ancestor_id.in_(within.roots))
    places = [UnitHolding.unit_id.in_(below)] if within.roots else []
    places += [UnitHolding.unit_id.in_(within.units)] if within.units or not within.roots else []
    return holds.where(or_(*places))


def _matching(words: str) -> ColumnElement[bool]:
    """Each word stands in the name; or all of it in user name or e-mail, or is the identity number."""
    plain = words.strip().lower()
    ways: list[ColumnElement[bool]] = [
        User.user_name.contains(plain, autoescape=True),
        func.lower(User.email).contains(plain, autoescape=True),
    ]
    folded = fold(words).split()
    if folded and "@" not in plain:
        ways.append(and_(*(User.name_folded.contains(word, autoescape=True) for word in folded)))
    digits = "".join(plain.split())
    if digits.isdigit() and digits.isascii() and len(digits) in (9, 12):
        ways.append(User.identity_number == digits)
    return or_(*ways)


def _order(query: PeopleQuery) -> tuple[ColumnElement[object], ...]:
    columns: dict[UserSort, ColumnElement[object]] = {
        UserSort.NAME: User.name_sort.expression,
        UserSort.USER_NAME: User.user_name.expression,
        UserSort.CREATED: User.created_at.expression,
        UserSort.LAST_SIGN_IN: User.last_sign_in_at.expression,
    }
    column = columns[query.sort]
    if query.descending:
        return (column.desc().nulls_last(), User.id.expression.desc())
    return (column.asc().nulls_last(), User.id.expression.asc())


def user_names_like(session: AnySession, base: str) -> frozenset[str]:
    """Give the user names that begin with `base`, deleted accounts' too."""
    query = select(User.user_name).where(User.user_name.startswith(base, autoescape=True))
    return frozenset(session.scalars(query.order_by(User.user_name).limit(MOST_LIKE)))


def accounts_by_data(
    session: AnySession,
    *,
    user_names: Collection[str] = (),
    identity_numbers: Collection[str] = (),
    emails: Collection[str] = (),
) -> Sequence[User]:
    """Give the accounts that bear any of the user names, identity numbers or e-mail addresses."""
    found: dict[int, User] = {}
    for column, values in (
        (User.user_name, user_names),
        (User.identity_number, identity_numbers),
        (func.lower(User.email), [email.lower() for email in emails]),
    ):
        wanted = sorted(set(values))
        for start in range(0, len(wanted), 500):
            part = session.scalars(select(User).where(column.in_(wanted[start : start + 500])))
            found.update((user.id, user) for user in part)
    return tuple(found.values())


def open_sessions(session: AnySession, user_id: int, now: datetime) -> int:
    """Count the sessions of a person that still hold."""
    query = select(func.count()).where(
        WebSession.user_id == user_id, WebSession.ended_at.is_(None), WebSession.expires_at > now
    )
    return session.scalar(query) or 0


def open_secrets(session: AnySession, user_id: int, now: datetime) -> Sequence[OneTimeSecret]:
    """Give a person's one-time secrets that may still be used, newest first."""
    query = select(OneTimeSecret).where(
        OneTimeSecret.user_id == user_id, OneTimeSecret.used_at.is_(None), OneTimeSecret.expires_at > now
    )
    return session.scalars(query.order_by(OneTimeSecret.id.desc()).limit(10)).all()


def with_open_secret(session: AnySession, user_ids: Sequence[int], now: datetime) -> frozenset[int]:
    """Give those of the people who hold a one-time secret that may still be used."""
    found: set[int] = set()
    for start in range(0, len(user_ids), 500):
        query = select(OneTimeSecret.user_id).where(
            OneTimeSecret.user_id.in_(user_ids[start : start + 500]),
            OneTimeSecret.used_at.is_(None),
            OneTimeSecret.expires_at > now,
        )
        found.update(session.scalars(query))
    return frozenset(found)


def accounts_in(session: AnySession, user_ids: Sequence[int]) -> Sequence[User]:
    """Give accounts that are not deleted, in the order of the ids."""
    found: dict[int, User] = {}
    for start in range(0, len(user_ids), 500):
        query = select(User).where(User.id.in_(user_ids[start : start + 500]), User.deleted_at.is_(None))
        found.update((user.id, user) for user in session.scalars(query))
    return [found[one] for one in dict.fromkeys(user_ids) if one in found]


def reports_of(session: AnySession, manager_id: int, limit: int) -> Sequence[int]:
    """Give the people whose direct manager somebody is."""
    query = (
        select(UserManager.user_id)
        .join(User, User.id == UserManager.user_id)
        .where(UserManager.manager_id == manager_id, User.deleted_at.is_(None))
        .order_by(User.name_sort, User.id)
    )
    return session.scalars(query.limit(limit)).all()
