"""One person as administrators see him: data, posts, managers, groups, signing in, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts.waiting import locked_names
from luongviec.services.journal.reading import FieldChange, changes_of
from luongviec.services.journal.words import action_words
from luongviec.services.platform import Platform, Work
from luongviec.services.users.access import account, administers_more, beyond_branch, places_beyond
from luongviec.services.users.changes import UserChange, is_own_post
from luongviec.services.users.changes import state_of as data_of
from luongviec.services.users.list import UserLine, line_of
from luongviec.services.users.posts import Post, belonging_sides
from luongviec.store.accounts.user_journal import entries_about
from luongviec.store.models import User
from luongviec.store.organisation.groups import group_by_code
from luongviec.store.organisation.people import open_secrets, open_sessions, reports_of

MOST_REPORTS = 100
MOST_ENTRIES = 30


@dataclass(frozen=True, slots=True)
class NamedPost:
    """A post with its words; `own`: in a unit where the actor administers people."""

    post: Post
    unit: str
    place: str
    label: Text
    own: bool


@dataclass(frozen=True, slots=True)
class HeldSlot:
    """A slot that a person fills beside his posts."""

    unit_id: int
    unit: str
    side: Text
    slot: Text


@dataclass(frozen=True, slots=True)
class NamedPerson:
    id: int
    name: str
    post: str
    active: bool


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """A user group that a person is in; only the installation's own, nobody's private ones."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A first password or reset that still waits to be used."""

    purpose: str
    channel: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One change of the account: what, by whom ("": the system), and each field before and after."""

    at: datetime
    action: Text
    who: str
    changes: tuple[FieldChange, ...]
    note: str


@dataclass(frozen=True, slots=True)
class UserPageView:
    """Everything on a person's page. `more`: functions that keep the actor from changing it."""

    line: UserLine
    version: int
    data: UserChange
    posts: tuple[NamedPost, ...]
    slots: tuple[HeldSlot, ...]
    managers: tuple[NamedPerson, ...]
    reports: tuple[NamedPerson, ...]
    groups: tuple[HeldGroup, ...]
    sessions: int
    has_password: bool
    must_change_password: bool
    has_second_factor: bool
    waiting: tuple[FirstPassword, ...]
    history: tuple[JournalEntry, ...]
    more: tuple[str, ...]
    beyond: Text | None  # that the person also works where the actor does not administer
    is_self: bool


def user_page(platform: Platform, actor: Actor, user_id: int) -> UserPageView:
    """Give a person's page.

    Raises:
        NotFound: there is no such account, or it is not in the actor's branch.
    """
    with platform.reading() as work:
        user = account(work, actor, user_id, deleted=True)
        data, outside = data_of(work, user), places_beyond(work, actor, user_id)
        return UserPageView(
            line=line_of(user, frozenset(locked_names(work))),
            version=user.version,
            data=data,
            posts=named_posts(work, actor, data.posts),
            slots=_slots(work, user_id),
            managers=tuple(_person(work, one) for one in data.manager_ids),
            reports=tuple(_person(work, one) for one in reports_of(work.session, user_id, MOST_REPORTS)),
            groups=_groups(work, user_id),
            sessions=open_sessions(work.session, user_id, work.now),
            has_password=user.password_hash is not None,
            must_change_password=user.must_change_password,
            has_second_factor=user.second_factor_secret is not None,
            waiting=_waiting(work, user),
            history=_history(work, user_id),
            more=tuple(administers_more(work, actor, user_id)),
            beyond=beyond_branch(user.name, outside) if outside else None,
            is_self=actor.user_id == user_id,
        )


def account_form(platform: Platform, actor: Actor, user_id: int) -> tuple[int, UserChange]:
    """Give what a form of an account starts with: its version and what it holds."""
    with platform.reading() as work:
        user = account(work, actor, user_id)
        return user.version, data_of(work, user)


def named_posts(work: Work, actor: Actor, posts: tuple[Post, ...]) -> tuple[NamedPost, ...]:
    """Give posts with the names of their units and places."""
    units = work.world.organisation.units
    found = []
    for post in posts:
        unit = units.get(post.unit_id)
        side = work.workspace.sides.get(post.side)
        slot = side.slots.get(post.slot) if side else None
        above = (units[one].name for one in (unit.path[1:-1] if unit else ()) if one in units)
        found.append(
            NamedPost(
                post, unit.name if unit else f"#{post.unit_id}", " › ".join(above),
                slot.label if slot else Text(post.slot), is_own_post(work, actor, post),
            )
        )  # fmt: skip
    return tuple(found)


def places_of_posts(platform: Platform) -> tuple[tuple[str, Text], ...]:
    """Give the places that a post may be in, as `side.slot`, with their names."""
    with platform.reading() as work:
        sides = [side for side in work.workspace.sides.values() if side.belonging]
        return tuple(
            (
                f"{side.code}.{slot.code}",
                slot.label if len(sides) == 1 else _joined(side.name, slot.label),
            )
            for side in sides
            for slot in side.slots.values()
        )


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.vi}: {second.vi}", f"{first.in_language('en')}: {second.in_language('en')}")


def _slots(work: Work, user_id: int) -> tuple[HeldSlot, ...]:
    belonging, found = belonging_sides(work.workspace), []
    for holding in work.world.organisation.holdings.get(user_id, ()):
        side = work.workspace.sides.get(holding.side)
        if side is None or holding.side in belonging:
            continue
        slot = side.slots.get(holding.slot)
        unit = work.world.organisation.units.get(holding.unit_id)
        if slot is not None and unit is not None:
            found.append(HeldSlot(unit.id, unit.name, side.name, slot.label))
    return tuple(found)


def _person(work: Work, user_id: int) -> NamedPerson:
    organisation = work.world.organisation
    person = organisation.people[user_id]
    return NamedPerson(user_id, person.name, organisation.posts.get(user_id, ""), person.active)


def _groups(work: Work, user_id: int) -> tuple[HeldGroup, ...]:
    named = work.workspace.user_groups
    codes = sorted(work.world.organisation.groups.get(user_id, ()))
    return tuple(
        HeldGroup(code, named[code].name if code in named else Text(_group_name(work, code)))
        for code in codes
    )


def _group_name(work: Work, code: str) -> str:
    row = group_by_code(work.session, code)
    return row.name if row is not None else code


def _waiting(work: Work, user: User) -> tuple[FirstPassword, ...]:
    return tuple(
        FirstPassword(row.purpose, row.channel, row.created_at, row.expires_at)
        for row in open_secrets(work.session, user.id, work.now)
    )


def _history(work: Work, user_id: int) -> tuple[JournalEntry, ...]:
    return tuple(
        JournalEntry(entry.at, action_words(entry.action), who, changes_of(work, entry), entry.note)
        for entry, who in entries_about(work.session, user_id, MOST_ENTRIES)
    )
