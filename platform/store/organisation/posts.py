"""Rows of posts: holdings on the sides that say where people work, in each person's own order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select, update

from luongviec.store.database import AnySession
from luongviec.store.models import Unit, UnitHolding, UnitSide, User, UserManager

AT_ONCE = 500


class PostRow(NamedTuple):
    """A post: the place in a unit, and what the person is called there."""

    unit_id: int
    side: str
    slot: str
    title: str = ""


def posts_of(
    session: AnySession, user_ids: Collection[int], sides: Collection[str]
) -> Mapping[int, Sequence[PostRow]]:
    """Give the posts that people have now, the main one first."""
    found: dict[int, list[PostRow]] = {user_id: [] for user_id in user_ids}
    for holding in _holdings(session, user_ids, sides):
        found[holding.user_id].append(PostRow(holding.unit_id, holding.side, holding.slot, holding.title))
    return found


def replace_posts(
    session: AnySession, wanted: Mapping[int, Sequence[PostRow]], sides: Collection[str], now: datetime
) -> None:
    """Let people have exactly these posts: others end now, those that stay keep since when they are."""
    held: dict[tuple[int, int, str, str], UnitHolding] = {}
    for holding in _holdings(session, wanted, sides):
        held[holding.user_id, holding.unit_id, holding.side, holding.slot] = holding
    fresh = []
    for user_id, posts in wanted.items():
        for position, post in enumerate(posts):
            known = held.pop((user_id, post.unit_id, post.side, post.slot), None)
            if known is not None:
                known.title, known.position = post.title, position
            else:
                fresh.append({"user_id": user_id, "since": now, "position": position, **post._asdict()})
    for gone in held.values():
        gone.until = now
    session.flush()
    if fresh:
        session.execute(insert(UnitHolding), fresh)


def _holdings(session: AnySession, user_ids: Iterable[int], sides: Collection[str]) -> Iterable[UnitHolding]:
    ids = sorted(user_ids)
    for start in range(0, len(ids), AT_ONCE):
        yield from session.scalars(
            select(UnitHolding)
            .where(
                UnitHolding.user_id.in_(ids[start : start + AT_ONCE]),
                UnitHolding.until.is_(None),
                UnitHolding.side.in_(sides),
            )
            .order_by(UnitHolding.user_id, UnitHolding.position, UnitHolding.id)
        )


def sides_of_units(session: AnySession, unit_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """Give the sides that units carry."""
    found: dict[int, set[str]] = defaultdict(set)
    ids = sorted(set(unit_ids))
    for start in range(0, len(ids), AT_ONCE):
        for unit_id, side in session.execute(
            select(UnitSide.unit_id, UnitSide.side).where(UnitSide.unit_id.in_(ids[start : start + AT_ONCE]))
        ):
            found[unit_id].add(side)
    return {unit_id: frozenset(sides) for unit_id, sides in found.items()}


def names_of_units(session: AnySession, unit_ids: Collection[int]) -> Mapping[int, str]:
    """Give the present names of units."""
    ids = sorted(set(unit_ids))
    found: dict[int, str] = {}
    for start in range(0, len(ids), AT_ONCE):
        part = select(Unit.id, Unit.name).where(Unit.id.in_(ids[start : start + AT_ONCE]))
        found.update((unit_id, name) for unit_id, name in session.execute(part))
    return found


def people_working_in(session: AnySession, unit_ids: Collection[int], sides: Collection[str]) -> set[int]:
    """Give everybody who has a post in one of the units now."""
    ids = sorted(set(unit_ids))
    found: set[int] = set()
    for start in range(0, len(ids), AT_ONCE):
        found.update(
            session.scalars(
                select(UnitHolding.user_id).where(
                    UnitHolding.unit_id.in_(ids[start : start + AT_ONCE]),
                    UnitHolding.until.is_(None),
                    UnitHolding.side.in_(sides),
                )
            )
        )
    return found


def write_post_texts(session: AnySession, texts: Mapping[int, str]) -> None:
    """Write what people are called everywhere, where it is not so yet."""
    ids = sorted(texts)
    changed: list[dict[str, object]] = []
    for start in range(0, len(ids), AT_ONCE):
        part = select(User.id, User.post).where(User.id.in_(ids[start : start + AT_ONCE]))
        changed.extend(
            {"id": user_id, "post": texts[user_id]}
            for user_id, post in session.execute(part)
            if post != texts[user_id]
        )
    if changed:
        session.execute(update(User), changed)


def raise_versions(session: AnySession, user_ids: Sequence[int]) -> None:
    """Let forms of these accounts that are open be too old."""
    for start in range(0, len(user_ids), AT_ONCE):
        part = update(User).where(User.id.in_(user_ids[start : start + AT_ONCE]))
        session.execute(part.values(version=User.version + 1))


def managers_of(session: AnySession, user_id: int) -> Sequence[int]:
    """Give the direct managers of a person, in order."""
    query = select(UserManager.manager_id).where(UserManager.user_id == user_id)
    return session.scalars(query.order_by(UserManager.position, UserManager.manager_id)).all()
