"""What people put on records: comments, files, tags, and that they have opened them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from luongviec.store.column_types import BigId, Json, Moment
from luongviec.store.database import Base


class Comment(Base):
    """A comment; a deleted one keeps its place. `mentions` are the people whom it names."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_record", "record_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str] = mapped_column(Text)
    mentions: Mapped[list[int] | None] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Moment)
    edited_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class File(Base):
    """An uploaded file; its bytes lie in the file store under `content_hash`.

    `uploaded`: nothing holds it yet, only its uploader may use it, and it is swept away after a
    while. `attached`: a record holds it.
    """

    __tablename__ = "file"
    __table_args__ = (Index("ix_file_state", "state", "uploaded_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(150))
    name: Mapped[str] = mapped_column(String(255))
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10), default="uploaded")


class Attachment(Base):
    """That a record holds a file: in a field, on a comment, or (neither) as a plain attachment.

    A file that was taken out of its field, or off the record, keeps its row with `removed_at`: a former one.
    """

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_record", "record_id", "field"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"), index=True)
    field: Mapped[str | None] = mapped_column(String(63))
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comment.id"), index=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime] = mapped_column(Moment)
    removed_by_id: Mapped[int | None] = mapped_column(Integer)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class Receipt(Base):
    """That a person opened a record (`field` empty) or a file of one of its fields."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("record_id", "user_id", "field", "file_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    field: Mapped[str] = mapped_column(String(63), default="")
    file_id: Mapped[int] = mapped_column(BigInteger, default=0)
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)


class WithdrawnCode(Base):
    """That all printed codes of an action of a record were withdrawn: those made before are of no use."""

    __tablename__ = "withdrawn_code"
    __table_args__ = (Index("ix_withdrawn_code_record", "record_id", "action"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    action: Mapped[str] = mapped_column(String(63))
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Tag(Base):
    """A tag for records; with `unit_id` it is offered to the people of that unit and those below it."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_folded: Mapped[str] = mapped_column(String(100), unique=True)
    tone: Mapped[str] = mapped_column(String(20), default="grey")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None]  # rows of units stay for ever
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class RecordTag(Base):
    __tablename__ = "record_tag"
    __table_args__ = ({"sqlite_with_rowid": False},)

    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigId, ForeignKey("record.id"), primary_key=True, index=True)
