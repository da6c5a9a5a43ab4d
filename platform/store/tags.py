"""Rows of tags, and of the records that carry them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from luongviec.store.database import AnySession
from luongviec.store.models import Record, RecordTag, SavedView, Tag


def all_tags(session: AnySession, most: int) -> Sequence[Tag]:
    """Give the tags by name, at most so many."""
    return session.scalars(select(Tag).order_by(Tag.name_folded).limit(most)).all()


def tag_by_id(session: AnySession, tag_id: int) -> Tag | None:
    """Give a tag."""
    return session.get(Tag, tag_id)


def tag_of_name(session: AnySession, folded: str) -> Tag | None:
    """Give the tag whose name reads so without marks and case."""
    return session.scalars(select(Tag).where(Tag.name_folded == folded)).first()


def tag_ids_of(session: AnySession, record_ids: Iterable[int]) -> Mapping[int, tuple[int, ...]]:
    """Give the tags of each record that has any."""
    wanted = sorted(set(record_ids))
    found: dict[int, list[int]] = {}
    if wanted:
        query = select(RecordTag.record_id, RecordTag.tag_id).where(RecordTag.record_id.in_(wanted))
        for record_id, tag_id in session.execute(query):
            found.setdefault(record_id, []).append(tag_id)
    return {record_id: tuple(tags) for record_id, tags in found.items()}


def tags_by_record(session: AnySession, record_ids: Iterable[int]) -> Mapping[int, list[Tag]]:
    """Give the tags of each record that has any, by name."""
    query = (
        select(RecordTag.record_id, Tag)
        .join(Tag, Tag.id == RecordTag.tag_id)
        .where(RecordTag.record_id.in_(sorted(set(record_ids))))
        .order_by(Tag.name_folded)
    )
    found: dict[int, list[Tag]] = {}
    for record_id, tag in session.execute(query):
        found.setdefault(record_id, []).append(tag)
    return found


def uses(session: AnySession) -> Mapping[int, int]:
    """Count for each tag the records that carry it; deleted ones do not count."""
    query = (
        select(RecordTag.tag_id, func.count())
        .join(Record, Record.id == RecordTag.record_id)
        .where(Record.deleted_at.is_(None))
        .group_by(RecordTag.tag_id)
    )
    return {tag_id: count for tag_id, count in session.execute(query)}  # noqa: C416  (rows are not tuples)


def put_on(session: AnySession, record_id: int, tag_ids: Sequence[int]) -> None:
    """Let a record carry tags that it does not carry yet."""
    if tag_ids:
        session.execute(
            insert(RecordTag), [{"tag_id": one, "record_id": record_id} for one in dict.fromkeys(tag_ids)]
        )


def take_off(session: AnySession, record_id: int, tag_ids: Sequence[int]) -> None:
    """Take tags off a record."""
    if tag_ids:
        session.execute(
            delete(RecordTag).where(RecordTag.record_id == record_id, RecordTag.tag_id.in_(tag_ids))
        )


def merge(session: AnySession, tag_id: int, into_id: int) -> None:
    """Let every record that carries a tag carry another instead, and delete the first."""
    there = aliased(RecordTag)
    has_both = exists().where(there.tag_id == into_id, there.record_id == RecordTag.record_id)
    moved = update(RecordTag).where(RecordTag.tag_id == tag_id, ~has_both).values(tag_id=into_id)
    session.execute(moved.execution_options(synchronize_session=False))
    delete_tag(session, tag_id)


def delete_tag(session: AnySession, tag_id: int) -> None:
    """Delete a tag and take it off every record."""
    session.execute(delete(RecordTag).where(RecordTag.tag_id == tag_id))
    session.execute(delete(Tag).where(Tag.id == tag_id))


def views_with(session: AnySession, words: str) -> Sequence[SavedView]:
    """Give the saved views whose address holds some words."""
    return session.scalars(select(SavedView).where(SavedView.query.contains(words, autoescape=True))).all()
