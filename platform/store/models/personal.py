"""What people keep for themselves: drafts of forms, templates of what they type, groups they choose from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from luongviec.store.column_types import BigId, Json, Moment
from luongviec.store.database import Base


class FormDraft(Base):
    """What somebody has typed into a form and not sent; `address` is the page of the form.

    `typed` is nested as the form is. `file_ids` are uploads that must live as long as the draft.
    """

    __tablename__ = "form_draft"
    __table_args__ = (Index("ix_form_draft_user", "user_id", "updated_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    module: Mapped[str] = mapped_column(String(63))
    address: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(300), default="")
    typed: Mapped[Any] = mapped_column(Json)
    file_ids: Mapped[Any] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(Moment, index=True)


class InputTemplate(Base):
    """A form filled in beforehand, under a name; `shared_with` a group's code or `everyone`."""

    __tablename__ = "input_template"
    __table_args__ = (Index("ix_input_template_module", "module", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    module: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(100))
    typed: Mapped[Any] = mapped_column(Json)
    shared_with: Mapped[str | None] = mapped_column(String(63))
    updated_at: Mapped[datetime] = mapped_column(Moment)


class ChoiceGroup(Base):
    """People or units that somebody chooses together, under a name; shared like a template."""

    __tablename__ = "choice_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(100))
    name_folded: Mapped[str] = mapped_column(String(300))
    shared_with: Mapped[str | None] = mapped_column(String(63), index=True)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class ChoiceGroupMember(Base):
    """A person or a unit of such a group, in the order in which they were chosen."""

    __tablename__ = "choice_group_member"
    __table_args__ = ({"sqlite_with_rowid": False},)

    group_id: Mapped[int] = mapped_column(ForeignKey("choice_group.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
