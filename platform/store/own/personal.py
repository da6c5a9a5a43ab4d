"""Rows of what people keep for themselves: drafts, templates of inputs, groups they choose from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select

from luongviec.store.database import AnySession
from luongviec.store.folding import fold
from luongviec.store.models import ChoiceGroup, ChoiceGroupMember, FormDraft, InputTemplate


def drafts_of(session: AnySession, user_id: int, limit: int) -> Sequence[FormDraft]:
    """Give a person's newest drafts."""
    query = select(FormDraft).where(FormDraft.user_id == user_id)
    return session.scalars(
        query.order_by(FormDraft.updated_at.desc(), FormDraft.id.desc()).limit(limit)
    ).all()


def draft_at(session: AnySession, user_id: int, address: str) -> FormDraft | None:
    """Give a person's newest draft of one form."""
    query = select(FormDraft).where(FormDraft.user_id == user_id, FormDraft.address == address)
    return session.scalars(query.order_by(FormDraft.updated_at.desc(), FormDraft.id.desc()).limit(1)).first()


def draft_by_id(session: AnySession, user_id: int, draft_id: int) -> FormDraft | None:
    """Give a person's own draft."""
    draft = session.get(FormDraft, draft_id)
    return draft if draft is not None and draft.user_id == user_id else None


def forget_drafts(session: AnySession, before: datetime) -> None:
    """Take away drafts that nobody has touched since a moment."""
    session.execute(delete(FormDraft).where(FormDraft.updated_at < before))


def files_of_drafts(session: AnySession) -> frozenset[int]:
    """Give the uploads that drafts hold."""
    found = session.scalars(select(FormDraft.file_ids))
    return frozenset(file_id for ids in found for file_id in ids or ())


def templates_for(
    session: AnySession, user_id: int, shares: Collection[str], module: str | None = None
) -> Sequence[InputTemplate]:
    """Give a person's own templates and those shared with him, own ones first."""
    query = select(InputTemplate).where(
        or_(InputTemplate.user_id == user_id, InputTemplate.shared_with.in_(sorted(shares)))
    )
    if module is not None:
        query = query.where(InputTemplate.module == module)
    return session.scalars(query.order_by(InputTemplate.user_id != user_id, InputTemplate.id)).all()


def groups_for(
    session: AnySession, user_id: int, shares: Collection[str], kind: str | None = None, words: str = "",
    limit: int = 200,
) -> Sequence[ChoiceGroup]:  # fmt: skip
    """Give a person's own groups and those shared with him, own ones first, then by name.

    Args:
        kind: only groups of people or of units.
        words: what the name must contain, whatever the marks.
    """
    query = select(ChoiceGroup).where(
        or_(ChoiceGroup.user_id == user_id, ChoiceGroup.shared_with.in_(sorted(shares)))
    )
    if kind is not None:
        query = query.where(ChoiceGroup.kind == kind)
    for word in fold(words).split():
        query = query.where(ChoiceGroup.name_folded.contains(word, autoescape=True))
    order = (ChoiceGroup.user_id != user_id, ChoiceGroup.name_folded, ChoiceGroup.id)
    return session.scalars(query.order_by(*order).limit(limit)).all()


def members_of_groups(session: AnySession, group_ids: Collection[int]) -> dict[int, list[int]]:
    """Give the members of groups, in order."""
    found: dict[int, list[int]] = {one: [] for one in group_ids}
    query = select(ChoiceGroupMember.group_id, ChoiceGroupMember.member_id)
    query = query.where(ChoiceGroupMember.group_id.in_(sorted(found))).order_by(ChoiceGroupMember.position)
    for group_id, member_id in session.execute(query):
        found[group_id].append(member_id)
    return found


def set_members(session: AnySession, group_id: int, member_ids: Sequence[int]) -> None:
    """Make these the members of a group, in this order."""
    session.execute(delete(ChoiceGroupMember).where(ChoiceGroupMember.group_id == group_id))
    session.add_all(
        ChoiceGroupMember(group_id=group_id, member_id=one, position=place)
        for place, one in enumerate(dict.fromkeys(member_ids))
    )
    session.flush()


def count_groups(session: AnySession, user_id: int) -> int:
    """Count a person's own groups."""
    return session.scalar(select(func.count()).where(ChoiceGroup.user_id == user_id)) or 0
