"""Accounts switched on and off, deleted and brought back (U-23, U-24, U-32, U-40, U-43).

A deleted account is never gone: its name stays in history, its user name stays taken. What it held
ends: posts, slots, groups, rights, sessions, tokens. Its open records are handed over first (W-46).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput, LuongViecError, NotFound, Refused
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind
from luongviec.services.journal.writing import Subject, note_change, organisation_changed
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import check_function_somewhere
from luongviec.services.rights.administrators import administrators, keeping_an_administrator
from luongviec.services.succession.handing_over import Preview, preview_of
from luongviec.services.users.access import USERS, account_to_change
from luongviec.store.accounts import endings as rows
from luongviec.store.accounts.rows import end_sessions
from luongviec.store.models import User

MOST_AT_ONCE = 500

ONESELF = Text(
    "Bạn không thể ngừng hoặc xóa tài khoản của chính mình.",
    "You cannot switch off or delete your own account.",
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Somebody with whom a bulk action could not be done, and why."""

    name: str
    reason: Text


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What a bulk action did."""

    done: tuple[int, ...]
    skipped: tuple[Skipped, ...]


class OpenRecords(Refused):
    """Open records name the person: they are handed over first; `preview` counts them."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        places = [
            (f"{one.module_name.vi}: {one.label.vi} ({one.records})",
             f"{one.module_name.in_language('en')}: {one.label.in_language('en')} ({one.records})")
            for one in preview.places
        ]  # fmt: skip
        super().__init__(
            Text(
                f"{preview.name} còn trong {preview.records} hồ sơ chưa xong:"
                f" {'; '.join(vi for vi, _ in places)}. Hãy bàn giao trước.",
                f"{preview.name} still stands in {preview.records} open records:"
                f" {'; '.join(en for _, en in places)}. Hand them over first.",
            )
        )


def switch_users(platform: Platform, actor: Actor, user_ids: Sequence[int], active: bool) -> BulkResult:
    """Switch accounts on or off; off ends their sessions at once. Those that cannot be are told.

    Never oneself, never the last administrator, and nobody who administers more than the actor.
    """

    def switch(work: Work, user: User) -> None:
        if user.active is active:
            return
        if not active and user.id == actor.user_id:
            raise Refused(ONESELF)
        with _keeping_an_administrator(work, user):
            user.active, user.version = active, user.version + 1
            if not active:
                end_sessions(work.session, user.id, work.now)
        note_change(
            work, actor, "user.switched_on" if active else "user.switched_off",
            Subject("user", str(user.id), user.name),
        )  # fmt: skip

    return for_each(platform, actor, user_ids, switch)


@contextmanager
def _keeping_an_administrator(work: Work, user: User) -> Iterator[None]:
    """Look whether an administrator is left, where the person is one: it reads everybody's rights."""
    if user.id not in administrators(work):
        yield
        return
    with keeping_an_administrator(work):
        yield
        work.session.flush()
        organisation_changed(work)


def for_each(
    platform: Platform, actor: Actor, user_ids: Sequence[int], do: Callable[[Work, User], None]
) -> BulkResult:
    """Do something with each of the accounts that the actor may change, in one transaction.

    Raises:
        InvalidInput: too many at once.
    """
    if len(user_ids) > MOST_AT_ONCE:
        fault = Text(f"Nhiều nhất {MOST_AT_ONCE} người một lần.", f"At most {MOST_AT_ONCE} people at once.")
        raise InvalidInput({"": (fault,)})
    done: list[int] = []
    skipped: list[Skipped] = []
    with platform.transaction() as work:
        check_function_somewhere(work, actor, USERS)
        for user_id in dict.fromkeys(user_ids):
            try:
                with platform.transaction() as part:
                    do(part, account_to_change(part, actor, user_id, whole=True))
            except NotFound:
                continue  # not there, or not this actor's to know of
            except LuongViecError as refusal:
                row = work.session.get_one(User, user_id)
                work.session.refresh(row)
                skipped.append(Skipped(row.name, _reason(refusal)))
            else:
                done.append(user_id)
        if done:
            work.session.flush()
            organisation_changed(work)
    return BulkResult(tuple(done), tuple(skipped))


def delete_preview(platform: Platform, actor: Actor, user_id: int) -> Preview:
    """Say what still names a person, before deleting."""
    with platform.reading() as work:
        user = account_to_change(work, actor, user_id)
        return preview_of(work, (Holder(HolderKind.USER, user.id),))


def delete_user(platform: Platform, actor: Actor, user_id: int, *, reason: str = "") -> None:
    """Delete an account: it cannot sign in, is in no picker and holds nothing; history keeps its name.

    Raises:
        OpenRecords: open records name the person.
        Refused: oneself, or somebody who administers more.
        InvalidInput: the last administrator.
    """
    with platform.transaction() as work:
        user = account_to_change(work, actor, user_id, whole=True)
        if user.id == actor.user_id:
            raise Refused(ONESELF)
        preview = preview_of(work, (Holder(HolderKind.USER, user.id),))
        if preview.records:
            raise OpenRecords(preview)
        with _keeping_an_administrator(work, user):
            user.active, user.deleted_at, user.version = False, work.now, user.version + 1
            user.password_hash = user.second_factor_secret = None
            held = rows.end_everything_held(work.session, user.id, work.now)
        note_change(
            work, actor, "user.deleted", Subject("user", str(user.id), user.name),
            before={name: count for name, count in held.items() if count}, note=reason,
        )  # fmt: skip
        work.session.flush()
        organisation_changed(work)


def restore_user(platform: Platform, actor: Actor, user_id: int) -> None:
    """Bring a deleted account back, switched off and holding nothing; needs `admin.users` everywhere."""
    with platform.transaction() as work:
        user = account_to_change(work, actor, user_id, deleted=True)
        if user.deleted_at is None:
            return
        user.deleted_at, user.version = None, user.version + 1
        note_change(work, actor, "user.restored", Subject("user", str(user.id), user.name))
        work.session.flush()
        organisation_changed(work)


def _reason(error: LuongViecError) -> Text:
    """Give what an error says, with its fields' messages where it has some."""
    if isinstance(error, InvalidInput):
        return next((texts[0] for texts in error.errors.values() if texts), error.message)
    return error.message
