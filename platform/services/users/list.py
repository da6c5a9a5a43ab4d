"""The administrators' list of accounts, a page at a time, and one person's page (U-19, U-38)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts.waiting import locked_names
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import reach
from luongviec.services.users.access import USERS, is_within, people_within, within
from luongviec.services.users.data import masked_identity_number, shown_phone
from luongviec.services.users.posts import belonging_sides
from luongviec.store.models import User
from luongviec.store.organisation.people import (
    PeopleQuery,
    UserSort,
    UserState,
    accounts_in,
    count_people,
    ids_of_people,
    people_page,
)
from luongviec.store.own.preferences import preference, put_preference

__all__ = ["UserQuestion", "UserSort", "UserState", "chosen_ids", "list_accounts"]

PAGE = 50
MOST_CHOSEN = 10_000
LONGEST_QUESTION = 100
COLUMNS_PREFERENCE = "settings.accounts.columns"

#: Columns beside the name, in their order; those of `SHOWN_FIRST` are there until somebody chooses.
COLUMNS: Mapping[str, Text] = {
    "post": Text("Vị trí công tác", "Post"),
    "email": Text("Thư điện tử", "E-mail"),
    "phone": Text("Điện thoại", "Phone"),
    "identity_number": Text("Số định danh", "Identity number"),
    "state": Text("Trạng thái", "State"),
    "last_sign_in_at": Text("Đăng nhập gần nhất", "Last sign-in"),
    "created_at": Text("Ngày tạo", "Made on"),
}
SHOWN_FIRST = ("post", "email", "state", "last_sign_in_at")

STATE_NAMES: Mapping[UserState, Text] = {
    UserState.ACTIVE: Text("Đang dùng", "Active"),
    UserState.OFF: Text("Đã ngừng", "Switched off"),
    UserState.NEVER: Text("Chưa đăng nhập lần nào", "Never signed in"),
    UserState.LOCKED: Text("Đang bị khóa tạm", "Locked for now"),
    UserState.DELETED: Text("Đã xóa", "Deleted"),
}


@dataclass(frozen=True, slots=True)
class UserQuestion:
    """What the list is asked for; `page` counts from 1."""

    words: str = ""
    unit_id: int | None = None
    state: UserState | None = None
    sort: UserSort = UserSort.NAME
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class UserLine:
    """An account in the list; its identity number is masked here, the person's page shows it."""

    id: int
    name: str
    user_name: str
    post: str
    email: str
    phone: str
    identity_number: str
    state: UserState
    last_sign_in_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UserPage:
    """A page of the list. `branch` names the units that the actor is kept to; None: everything."""

    lines: tuple[UserLine, ...]
    total: int
    columns: tuple[str, ...]
    branch: tuple[str, ...] | None
    has_deleted: bool


def list_accounts(platform: Platform, actor: Actor, question: UserQuestion) -> UserPage:
    """Give a page of the accounts that the actor administers, and how many there are.

    Raises:
        Refused: he administers nobody.
    """
    with platform.reading() as work:
        query = _query(work, actor, question)
        offset = (max(question.page, 1) - 1) * PAGE
        locked = frozenset(query.locked_names)
        lines = tuple(line_of(user, locked) for user in people_page(work.session, query, offset, PAGE))
        units = reach(work, actor, USERS)
        organisation = work.world.organisation
        branch = None
        if units is not None:
            own = within(organisation, units)
            branch = tuple(organisation.units[one].name for one in (*own.roots, *own.units))
        return UserPage(
            lines, count_people(work.session, query), _columns(work, actor), branch, units is None
        )


def chosen_ids(platform: Platform, actor: Actor, question: UserQuestion) -> tuple[int, ...]:
    """Give the ids of all accounts that a question fits, in its order: for working on a whole filter."""
    with platform.reading() as work:
        return tuple(ids_of_people(work.session, _query(work, actor, question), MOST_CHOSEN))


def known_ids(platform: Platform, actor: Actor, user_ids: Sequence[int]) -> tuple[int, ...]:
    """Give those of the accounts that are there and that the actor administers."""
    with platform.reading() as work:
        people_within(work, actor)
        found = accounts_in(work.session, user_ids)
        return tuple(user.id for user in found if is_within(work, actor, user.id))


def choose_columns(platform: Platform, actor: Actor, columns: Sequence[str]) -> None:
    """Keep which columns the actor wants to see; none at all is a choice too."""
    unknown = sorted(set(columns) - set(COLUMNS))
    if unknown:
        fault = Text(f"Không có cột {', '.join(unknown)}.", f"There is no column {', '.join(unknown)}.")
        raise InvalidInput({"columns": (fault,)})
    if actor.user_id is None:
        return
    with platform.transaction() as work:
        people_within(work, actor)
        put_preference(
            work.session, actor.user_id, COLUMNS_PREFERENCE, [one for one in COLUMNS if one in columns]
        )


def line_of(user: User, locked: frozenset[str] = frozenset()) -> UserLine:
    """Give an account as a line of the list."""
    return UserLine(
        user.id, user.name, user.user_name, user.post, user.email or "", shown_phone(user.phone),
        masked_identity_number(user.identity_number), state_of(user, locked), user.last_sign_in_at,
        user.created_at,
    )  # fmt: skip


def state_of(user: User, locked: frozenset[str]) -> UserState:
    """Give what an account is, the weightiest first."""
    if user.deleted_at is not None:
        return UserState.DELETED
    if not user.active:
        return UserState.OFF
    if user.user_name in locked:
        return UserState.LOCKED
    return UserState.NEVER if user.last_sign_in_at is None else UserState.ACTIVE


def _query(work: Work, actor: Actor, question: UserQuestion) -> PeopleQuery:
    return PeopleQuery(
        sides=belonging_sides(work.workspace),
        within=people_within(work, actor),
        words=question.words[:LONGEST_QUESTION],
        unit_id=question.unit_id,
        state=question.state,
        locked_names=locked_names(work),
        sort=question.sort,
        descending=question.descending,
    )


def _columns(work: Work, actor: Actor) -> tuple[str, ...]:
    chosen = None if actor.user_id is None else preference(work.session, actor.user_id, COLUMNS_PREFERENCE)
    kept: Any = SHOWN_FIRST if chosen is None else chosen
    return tuple(one for one in COLUMNS if isinstance(kept, (list, tuple)) and one in kept)
