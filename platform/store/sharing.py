"""Rows of what people put on records: files and where they stand, comments, receipts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update

from luongviec.store.database import AnySession
from luongviec.store.models import Attachment, Comment, File, Receipt, WithdrawnCode

UPLOADED, ATTACHED = "uploaded", "attached"

#: No database holds a greater id; addresses may ask for anything.
GREATEST_ID = 2**63 - 1


def files_by_id(session: AnySession, file_ids: Iterable[int]) -> dict[int, File]:
    """Give files by id; unknown ids are missing."""
    wanted = sorted({one for one in file_ids if 0 < one <= GREATEST_ID})
    if not wanted:
        return {}
    return {file.id: file for file in session.scalars(select(File).where(File.id.in_(wanted)))}


def places_of_file(session: AnySession, file_id: int) -> Sequence[Attachment]:
    """Give where a file stands, then where it stood before; oldest first."""
    return session.scalars(
        select(Attachment)
        .where(Attachment.file_id == file_id)
        .order_by(Attachment.removed_at.is_not(None), Attachment.id)
    ).all()


def attachments_of(session: AnySession, record_id: int) -> Sequence[tuple[Attachment, File]]:
    """Give the files of a record with their places, oldest first."""
    return session.execute(
        select(Attachment, File)
        .join(File, File.id == Attachment.file_id)
        .where(Attachment.record_id == record_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    ).all()


def former_files_of(session: AnySession, record_id: int, limit: int) -> Sequence[tuple[Attachment, File]]:
    """Give files that were taken out of a record's fields and attachments, the last one first."""
    return session.execute(
        select(Attachment, File)
        .join(File, File.id == Attachment.file_id)
        .where(
            Attachment.record_id == record_id,
            Attachment.removed_at.is_not(None),
            Attachment.comment_id.is_(None),
        )
        .order_by(Attachment.removed_at.desc(), Attachment.id.desc())
        .limit(limit)
    ).all()


def remove_from_field(
    session: AnySession, record_id: int, field: str, *, by: int | None, at: datetime,
    file_ids: Iterable[int] | None = None,
) -> None:  # fmt: skip
    """Take files out of a field (all without `file_ids`); they stay known as former versions."""
    query = update(Attachment).where(
        Attachment.record_id == record_id, Attachment.field == field, Attachment.removed_at.is_(None)
    )
    if file_ids is not None:
        query = query.where(Attachment.file_id.in_(sorted(file_ids)))
    session.execute(query.values(removed_at=at, removed_by_id=by))


def add_attachments(
    session: AnySession, record_id: int, file_ids: Sequence[int], *, by: int | None, at: datetime,
    comment_id: int | None = None,
) -> None:  # fmt: skip
    """Let a record, or a comment under it, hold files."""
    if not file_ids:
        return
    session.execute(
        insert(Attachment),
        [
            {
                "record_id": record_id, "file_id": file_id, "field": None, "comment_id": comment_id,
                "added_by_id": by, "added_at": at,
            }
            for file_id in dict.fromkeys(file_ids)
        ],
    )  # fmt: skip
    session.execute(update(File).where(File.id.in_(list(file_ids))).values(state=ATTACHED))


def is_plain(place: Attachment) -> bool:
    """Whether a place is an attachment of the record itself, in no field and on no comment."""
    return place.field is None and place.comment_id is None


def comments_of(session: AnySession, record_id: int, limit: int) -> Sequence[Comment]:
    """Give the newest comments of a record, oldest first; deleted ones keep their place."""
    newest = session.scalars(
        select(Comment).where(Comment.record_id == record_id).order_by(Comment.id.desc()).limit(limit)
    ).all()
    return newest[::-1]


def withdraw_comment(session: AnySession, comment: Comment, at: datetime) -> None:
    """Take a comment and its files away; its place stays."""
    comment.deleted_at = at
    session.execute(
        update(Attachment)
        .where(Attachment.comment_id == comment.id, Attachment.removed_at.is_(None))
        .values(removed_at=at, removed_by_id=comment.author_id)
    )


def add_receipt(
    session: AnySession, record_id: int, user_id: int, at: datetime, *, field: str = "", file_id: int = 0
) -> bool:
    """Note that a person opened a record or a file; give whether it was the first time."""
    query = update(Receipt).where(
        Receipt.record_id == record_id, Receipt.user_id == user_id, Receipt.field == field,
        Receipt.file_id == file_id,
    )  # fmt: skip
    if session.execute(query.values(last_at=at)).rowcount:  # type: ignore[attr-defined]
        return False
    session.add(
        Receipt(record_id=record_id, user_id=user_id, field=field, file_id=file_id, first_at=at, last_at=at)
    )
    session.flush()
    return True


def has_receipt(session: AnySession, record_id: int, user_id: int, since: datetime) -> bool:
    """Whether a person has opened a record since a moment."""
    found = session.scalar(
        select(Receipt.id).where(
            Receipt.record_id == record_id, Receipt.user_id == user_id, Receipt.field == "",
            Receipt.last_at >= since,
        )
    )  # fmt: skip
    return found is not None


def receipts_of(session: AnySession, record_id: int) -> Sequence[Receipt]:
    """Give who opened a record and its files, the newest first."""
    return session.scalars(
        select(Receipt).where(Receipt.record_id == record_id).order_by(Receipt.last_at.desc(), Receipt.id)
    ).all()


def openings_by_file(session: AnySession, record_id: int) -> dict[int, int]:
    """Count for each file of a record the people who opened it."""
    rows = session.execute(
        select(Receipt.file_id, func.count())
        .where(Receipt.record_id == record_id, Receipt.file_id != 0)
        .group_by(Receipt.file_id)
    )
    return {file_id: count for file_id, count in rows}  # noqa: C416  (rows are not tuples to mypy)


def readers_by_record(
    session: AnySession, record_ids: Sequence[int], user_ids: Sequence[int]
) -> dict[int, int]:
    """Count for each record how many of certain people have opened it or a file of it."""
    rows = session.execute(
        select(Receipt.record_id, func.count(Receipt.user_id.distinct()))
        .where(Receipt.record_id.in_(record_ids), Receipt.user_id.in_(user_ids))
        .group_by(Receipt.record_id)
    )
    return {record_id: count for record_id, count in rows}  # noqa: C416  (rows are not tuples to mypy)


def forgotten_files(session: AnySession, before: datetime, limit: int) -> Sequence[File]:
    """Give uploads that no record took up in time."""
    return session.scalars(
        select(File).where(File.state == UPLOADED, File.uploaded_at < before).order_by(File.id).limit(limit)
    ).all()


def withdrawals_of(session: AnySession, record_id: int, action: str) -> Sequence[WithdrawnCode]:
    """Give when the printed codes of an action were withdrawn, the last time first."""
    query = select(WithdrawnCode).where(WithdrawnCode.record_id == record_id, WithdrawnCode.action == action)
    return session.scalars(query.order_by(WithdrawnCode.id.desc())).all()
