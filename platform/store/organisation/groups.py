"""User groups, their members and given function permissions: rows, and since when they are there.

Whoever writes here tells the other processes with `touch_generation` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select

from luongviec.store.database import AnySession
from luongviec.store.folding import fold
from luongviec.store.models import BranchGrant, FunctionGrant, User, UserGroup, UserGroupMember


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of a group. `since` None: from before it was noted."""

    user_id: int
    name: str
    user_name: str
    post: str
    active: bool
    since: datetime | None


def group_by_code(session: AnySession, code: str, *, for_update: bool = False) -> UserGroup | None:
    """Give a group of the installation; nobody else changes it meanwhile if it is read `for_update`."""
    query = select(UserGroup).where(UserGroup.code == code)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def groups_of_installation(session: AnySession, limit: int) -> Sequence[UserGroup]:
    """Give the groups of the installation that have a row, oldest first; personal ones are left out."""
    query = select(UserGroup).where(UserGroup.code.is_not(None)).order_by(UserGroup.id).limit(limit)
    return session.scalars(query).all()


def used_group_codes(session: AnySession) -> frozenset[str]:
    """Give the codes of all groups that have a row."""
    return frozenset(str(code) for code in session.scalars(select(UserGroup.code)) if code is not None)


def members_page(
    session: AnySession, group_id: int, q: str, *, offset: int, limit: int
) -> tuple[Sequence[MemberRow], int]:
    """Give members by name, and how many there are; `q` is looked for in names, without marks."""
    where = [UserGroupMember.group_id == group_id, User.deleted_at.is_(None), *_named(q)]
    joined = select(func.count()).join_from(UserGroupMember, User, User.id == UserGroupMember.user_id)
    total = session.scalar(joined.where(*where)) or 0
    query = (
        select(User.id, User.name, User.user_name, User.post, User.active, UserGroupMember.since)
        .join_from(UserGroupMember, User, User.id == UserGroupMember.user_id)
        .where(*where)
        .order_by(User.name_sort, User.id)
        .offset(offset)
        .limit(limit)
    )
    found = session.execute(query)
    return [MemberRow(*row) for row in found], total


def _named(q: str) -> list[ColumnElement[bool]]:
    return [
        User.name_folded.contains(word, autoescape=True) | User.user_name.contains(word, autoescape=True)
        for word in fold(q).split()
    ]


def count_people(session: AnySession, user_ids: Iterable[int]) -> int:
    """Count those of the people who are in the system."""
    query = select(func.count()).select_from(User)
    return session.scalar(query.where(User.id.in_(set(user_ids)), User.deleted_at.is_(None))) or 0


def add_members(
    session: AnySession, group: UserGroup, user_ids: Iterable[int], since: datetime
) -> tuple[int, ...]:
    """Put people into a group; give those who were not in it yet."""
    there = set(session.scalars(select(UserGroupMember.user_id).where(UserGroupMember.group_id == group.id)))
    fresh = sorted(set(user_ids) - there)
    if fresh:
        session.execute(
            insert(UserGroupMember), [{"group_id": group.id, "user_id": u, "since": since} for u in fresh]
        )
    return tuple(fresh)


def remove_members(session: AnySession, group: UserGroup, user_ids: Iterable[int]) -> tuple[int, ...]:
    """Take people out of a group; give those who were in it."""
    wanted = (UserGroupMember.group_id == group.id, UserGroupMember.user_id.in_(list(user_ids)))
    there = sorted(session.scalars(select(UserGroupMember.user_id).where(*wanted)))
    session.execute(delete(UserGroupMember).where(*wanted))
    return tuple(there)


def delete_group(session: AnySession, group: UserGroup) -> None:
    """Delete a group with its members' places and what it was given."""
    session.execute(delete(UserGroupMember).where(UserGroupMember.group_id == group.id))
    session.execute(delete(FunctionGrant).where(FunctionGrant.group_id == group.id))
    session.delete(group)
    session.flush()


def group_functions(session: AnySession, group: UserGroup) -> frozenset[str]:
    """Give what a group was given beside its definition."""
    return frozenset(
        session.scalars(select(FunctionGrant.function).where(FunctionGrant.group_id == group.id))
    )


def person_functions(session: AnySession, user_id: int) -> frozenset[str]:
    """Give what a person was given alone."""
    return frozenset(session.scalars(select(FunctionGrant.function).where(FunctionGrant.user_id == user_id)))


def set_functions(
    session: AnySession,
    functions: Iterable[str],
    since: datetime,
    *,
    group_id: int | None = None,
    user_id: int | None = None,
) -> None:
    """Let a group or a person hold exactly these function permissions; what stays keeps its day."""
    receiver = FunctionGrant.user_id == user_id if group_id is None else FunctionGrant.group_id == group_id
    there = set(session.scalars(select(FunctionGrant.function).where(receiver)))
    wanted = set(functions)
    if there - wanted:
        session.execute(delete(FunctionGrant).where(receiver, FunctionGrant.function.in_(there - wanted)))
    for function in sorted(wanted - there):
        session.add(FunctionGrant(user_id=user_id, group_id=group_id, function=function, since=since))
    session.flush()


def people_with_functions(
    session: AnySession, functions: Iterable[str], q: str, *, offset: int, limit: int
) -> tuple[Sequence[tuple[User, frozenset[str]]], int]:
    """Give people who were given any of the functions alone, by name, and how many there are."""
    holds = select(FunctionGrant.user_id).where(
        FunctionGrant.user_id.is_not(None), FunctionGrant.function.in_(list(functions))
    )
    where = [User.id.in_(holds), User.deleted_at.is_(None), *_named(q)]
    total = session.scalar(select(func.count()).select_from(User).where(*where)) or 0
    users = session.scalars(
        select(User).where(*where).order_by(User.name_sort, User.id).offset(offset).limit(limit)
    ).all()
    given: dict[int, set[str]] = {user.id: set() for user in users}
    grants = select(FunctionGrant.user_id, FunctionGrant.function).where(FunctionGrant.user_id.in_(given))
    for user_id, function in session.execute(grants):
        given[user_id or 0].add(function)
    return [(user, frozenset(given[user.id])) for user in users], total


# --- Since when ---------------------------------------------------------------------------------------


def member_since(session: AnySession, user_ids: Collection[int]) -> Mapping[tuple[int, str], datetime | None]:
    """Give since when people are in groups, by (person, group)."""
    found = session.execute(
        select(UserGroupMember.user_id, UserGroup.code, UserGroupMember.since)
        .join(UserGroup, UserGroupMember.group_id == UserGroup.id)
        .where(UserGroupMember.user_id.in_(user_ids), UserGroup.code.is_not(None))
    )
    return {(user_id, str(code)): since for user_id, code, since in found}


def given_since(session: AnySession, user_ids: Collection[int]) -> Mapping[tuple[int, str], datetime | None]:
    """Give since when people alone hold function permissions, by (person, function permission)."""
    found = session.execute(
        select(FunctionGrant.user_id, FunctionGrant.function, FunctionGrant.since).where(
            FunctionGrant.user_id.in_(user_ids)
        )
    )
    return {(user_id or 0, function): since for user_id, function, since in found}


def group_given_since(session: AnySession) -> Mapping[tuple[str, str], datetime | None]:
    """Give since when groups hold what they were given, by (group, function permission)."""
    found = session.execute(
        select(UserGroup.code, FunctionGrant.function, FunctionGrant.since)
        .join(FunctionGrant, FunctionGrant.group_id == UserGroup.id)
        .where(UserGroup.code.is_not(None))
    )
    return {(str(code), function): since for code, function, since in found}


def branch_since(session: AnySession, user_ids: Collection[int]) -> Mapping[tuple[int, int, str], datetime]:
    """Give since when people hold what was given on branches, by (person, unit, function permission)."""
    found = session.execute(
        select(BranchGrant.user_id, BranchGrant.unit_id, BranchGrant.function, BranchGrant.since).where(
            BranchGrant.user_id.in_(user_ids), BranchGrant.until.is_(None)
        )
    )
    return {(user_id, unit_id, function): since for user_id, unit_id, function, since in found}
