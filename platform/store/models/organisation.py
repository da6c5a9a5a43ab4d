"""People, the one unit tree, who fills which slot, groups, and what units choose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from luongviec.store.column_types import Json, Moment
from luongviec.store.database import Base


class User(Base):
    """An account. Its row always stays, because history names it; `active` says who may come in.

    A deleted one (`deleted_at`) keeps its user name, is switched off and gone from every picker.
    """

    __tablename__ = "user_account"
    __table_args__ = (
        Index("uq_user_account_identity_number", "identity_number", unique=True,
              sqlite_where=text("identity_number IS NOT NULL"),
              postgresql_where=text("identity_number IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_sort: Mapped[str] = mapped_column(String(520), index=True)
    name_folded: Mapped[str] = mapped_column(String(400))
    post: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str | None] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(40))
    password_hash: Mapped[str | None] = mapped_column(String(300))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(5), default="vi")
    theme: Mapped[str] = mapped_column(String(10), default="system")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    identity_number: Mapped[str | None] = mapped_column(String(20))
    password_changed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(Moment)  # None: has never signed in
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    second_factor_secret: Mapped[str | None] = mapped_column(String(200))  # encrypted
    second_factor_step: Mapped[int | None] = mapped_column(BigInteger)  # the last used: none counts twice
    version: Mapped[int] = mapped_column(default=1)


class UserManager(Base):
    """Direct managers of a person, in order."""

    __tablename__ = "user_manager"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    manager_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)


class Unit(Base):
    """A node of the tree. `path` holds the ids from the root to itself: `/1/5/17/`."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(String(500), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    name_sort: Mapped[str] = mapped_column(String(520))
    name_folded: Mapped[str] = mapped_column(String(400))
    kind: Mapped[str | None] = mapped_column(String(50))
    code: Mapped[str] = mapped_column(String(50), default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)


class UnitName(Base):
    """A name that a unit bore until a moment; the present one stands in `unit`."""

    __tablename__ = "unit_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    until: Mapped[datetime] = mapped_column(Moment)


class UnitChange(Base):
    """A change of units that has a date: a rename, a move, a merger, a split; planned or done.

    `plan` says what is to be done in the words of `services.unit_changes`.
    """

    __tablename__ = "unit_change"
    __table_args__ = (Index("ix_unit_change_state", "state", "effective_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))  # planned | running | done | cancelled | failed
    effective_at: Mapped[datetime] = mapped_column(Moment)
    plan: Mapped[Any] = mapped_column(Json)
    result: Mapped[Any] = mapped_column(Json, nullable=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class UnitChangeMember(Base):
    """That a unit takes part in a change, and as what: `from` or `to`."""

    __tablename__ = "unit_change_member"

    change_id: Mapped[int] = mapped_column(ForeignKey("unit_change.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    part: Mapped[str] = mapped_column(String(10), primary_key=True)


class BranchGrant(Base):
    """That a person holds a function permission in one unit and all below it (U-16, C-72)."""

    __tablename__ = "branch_grant"
    __table_args__ = (
        Index("uq_branch_grant_now", "unit_id", "user_id", "function", unique=True,
              sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    function: Mapped[str] = mapped_column(String(130))
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)


class UnitClosure(Base):
    """Every unit with each unit above it, and with itself."""

    __tablename__ = "unit_closure"
    __table_args__ = ({"sqlite_with_rowid": False},)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    ancestor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)


class UnitSide(Base):
    """That a unit carries a side."""

    __tablename__ = "unit_side"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    side: Mapped[str] = mapped_column(String(63), primary_key=True, index=True)


class UnitHolding(Base):
    """That a person fills, or once filled, a slot of a side in a unit.

    On a side that says where people work it is a post, with the `title` that the person bears there.
    """

    __tablename__ = "unit_holding"
    __table_args__ = (
        Index(
            "uq_unit_holding_now",
            "unit_id", "side", "slot", "user_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    side: Mapped[str] = mapped_column(String(63))
    slot: Mapped[str] = mapped_column(String(63))
    title: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)  # order of a person's posts: the main one first
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)


class UserGroup(Base):
    """A group of people: of the installation (named in `user_groups`), or a person's own."""

    __tablename__ = "user_group"
    __table_args__ = (
        Index("uq_user_group_code", "code", unique=True, sqlite_where=text("code IS NOT NULL"),
              postgresql_where=text("code IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)


class UserGroupMember(Base):
    __tablename__ = "user_group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("user_group.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    since: Mapped[datetime | None] = mapped_column(Moment)  # None: from before it was noted


class FunctionGrant(Base):
    """A function permission given to a group or to one person, beside what definitions give."""

    __tablename__ = "function_grant"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="one_receiver"),
        Index("uq_function_grant_user", "user_id", "function", unique=True,
              sqlite_where=text("user_id IS NOT NULL"), postgresql_where=text("user_id IS NOT NULL")),
        Index("uq_function_grant_group", "group_id", "function", unique=True,
              sqlite_where=text("group_id IS NOT NULL"), postgresql_where=text("group_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("user_group.id"))
    function: Mapped[str] = mapped_column(String(130))
    since: Mapped[datetime | None] = mapped_column(Moment)


class Setting(Base):
    """What a unit (or, without one, the installation) chooses.

    `kind` is status_group, matrix, notification_set, calendar or parameter; `subject` the module,
    status group or parameter that the choice is about.
    """

    __tablename__ = "setting"
    __table_args__ = (
        Index("uq_setting_unit", "unit_id", "kind", "subject", unique=True,
              sqlite_where=text("unit_id IS NOT NULL"), postgresql_where=text("unit_id IS NOT NULL")),
        Index("uq_setting_installation", "kind", "subject", unique=True,
              sqlite_where=text("unit_id IS NULL"), postgresql_where=text("unit_id IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(63))
    value: Mapped[Any] = mapped_column(Json, nullable=True)
