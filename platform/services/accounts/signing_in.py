"""Signing in with user name or identity number and password, then perhaps a second step.

A wrong name, a wrong password and a closed account look and cost the same (A-19, A-23): a hash is
verified in each case, and the same rows are read and written.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text
from luongviec.services import one_time_secrets
from luongviec.services.accounts import journal, second_factor
from luongviec.services.accounts.passwords import hash_password, needs_rehash, verify
from luongviec.services.accounts.sealing import seal_ticket, unseal_ticket
from luongviec.services.accounts.sessions import SignedIn, open_session
from luongviec.services.accounts.visitor import NOWHERE, Visitor
from luongviec.services.accounts.waiting import check_waiting, tries_left
from luongviec.services.platform import Platform, Work
from luongviec.store.accounts import rows
from luongviec.store.models import User

LONGEST_NAME = 100
TICKET = "sign-in"
TICKET_LIFETIME = timedelta(minutes=5)


class SignInRefused(LuongViecError):
    """Name or password wrong, or the account closed: one neutral message; `left` tries without waiting."""

    code: ClassVar[str] = "sign_in_refused"
    template = Text("Tên đăng nhập hoặc mật khẩu chưa đúng.", "The user name or the password is not right.")

    @property
    def left(self) -> int | None:
        """How many more failures are free; the same for names that do not exist."""
        found = self.parameters.get("left")
        return None if found is None else int(str(found))


class SecondStepNeeded(LuongViecError):
    """The password was right; the second factor is still to come, with this ticket."""

    code: ClassVar[str] = "second_step_needed"
    template = Text("Hãy nhập mã xác thực.", "Enter the code of your second factor.")

    @property
    def ticket(self) -> str:
        """What the next step must bring back."""
        return str(self.parameters["ticket"])


class SignInExpired(LuongViecError):
    """The ticket of the second step is too old, or none."""

    code: ClassVar[str] = "sign_in_expired"
    template = Text(
        "Lần đăng nhập này đã quá lâu. Hãy bắt đầu lại.", "This sign-in took too long. Start again."
    )


def sign_in(
    platform: Platform, user_name: str, password: str, *, visitor: Visitor = NOWHERE
) -> tuple[str, SignedIn]:
    """Check the password and open a session.

    Args:
        user_name: the account's name or the person's identity number.

    Returns:
        The secret for the cookie (given only here) and the session.

    Raises:
        SignInRefused: name, password or account is not right.
        SecondStepNeeded: the password is right, a code is still needed.
        TooManyAttempts: this name or address must wait.
    """
    typed = user_name.strip().lower()[:LONGEST_NAME]
    check_waiting(platform, journal.PASSWORD, typed, visitor)
    with platform.reading() as work:
        user = rows.user_to_sign_in(work.session, typed)
        user_id = None if user is None else user.id
        usable = user if user is not None and user.active and user.deleted_at is None else None
        kept = None if usable is None else usable.password_hash
        is_given = one_time_secrets.is_first_password(work, -1 if usable is None else usable.id, password)
    is_right = verify(kept, password) or is_given  # hashing takes long: outside any transaction
    fresh = hash_password(password) if is_right and kept and needs_rehash(kept) else None
    with platform.transaction() as work:
        journal.write(work, journal.PASSWORD, typed, user_id, visitor, succeeded=is_right)
        if is_right and user_id is not None:
            user = work.session.get_one(User, user_id)
            if is_given:  # it must be replaced at once, and nothing else opens the account any more
                if user.password_hash is not None:
                    rows.remember_password(work.session, user.id, user.password_hash, work.now)
                user.password_hash, user.must_change_password = None, True
            elif fresh is not None:
                user.password_hash = fresh
            if user.second_factor_secret is None:
                return open_session(work, user, visitor)
            ticket = ticket_for(work, user)
        else:
            work.session.flush()
            left = tries_left(work, journal.PASSWORD, typed)
    if not is_right:
        raise SignInRefused(left=left)
    raise SecondStepNeeded(ticket=ticket)


def take_second_step(
    platform: Platform, ticket: str, code: str, *, visitor: Visitor = NOWHERE
) -> tuple[str, SignedIn]:
    """Check the code of the second factor, or a recovery code, and open the session.

    Raises:
        SignInExpired: start again.
        SignInRefused: the code is not right, or was used.
        TooManyAttempts: this person or address must wait.
    """
    with platform.reading() as work:
        user = _of_ticket(work, ticket)
        user_id, user_name = user.id, user.user_name
    check_waiting(platform, journal.SECOND_FACTOR, user_name, visitor)
    with platform.transaction() as work:
        user = rows.lock_user(work.session, user_id)
        is_right = second_factor.check(work, user, code)
        journal.write(work, journal.SECOND_FACTOR, user_name, user_id, visitor, succeeded=is_right)
        if is_right:
            return open_session(work, user, visitor)
        work.session.flush()
        left = tries_left(work, journal.SECOND_FACTOR, user_name)
    raise SignInRefused(
        Text("Mã chưa đúng hoặc đã dùng rồi.", "The code is not right, or was used already."), left=left
    )


def ticket_for(work: Work, user: User) -> str:
    """Give what carries a first step that succeeded to the second one; a new password ends it."""
    return seal_ticket(work, TICKET, {"user": user.id, "password": (user.password_hash or "")[-16:]})


def _of_ticket(work: Work, ticket: str) -> User:
    facts = unseal_ticket(work, TICKET, ticket, TICKET_LIFETIME)
    user = None if facts is None else work.session.get(User, facts["user"])
    if (
        facts is None
        or user is None
        or not user.active
        or facts["password"] != (user.password_hash or "")[-16:]
    ):
        raise SignInExpired()
    return user
