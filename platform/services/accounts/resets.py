"""A forgotten password: asked for by name, answered by a link or a code that works once (A-07, A-08, A-24).

Asking writes one line of the journal and queues one job, whoever the name belongs to: that there is no
such account shows neither in the answer nor in its time. The job looks the account up, chooses what it
has (mail, else SMS) and makes the secret; another sends it, tried again until it left.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from luongviec.channels.messages import Channel, ChannelUnavailable, OutsideMessage, UnusableAddress
from luongviec.engine.errors import InvalidInput, LuongViecError, NotYet
from luongviec.engine.text import Text
from luongviec.services import one_time_secrets
from luongviec.services.accounts import journal
from luongviec.services.accounts.own_account import DIFFERENT
from luongviec.services.accounts.passwords import (
    KnownAbout,
    PasswordPolicy,
    hash_password,
    history_faults,
    password_faults,
    policy_of,
    put_password,
)
from luongviec.services.accounts.signing_in import LONGEST_NAME
from luongviec.services.accounts.spans import span_words
from luongviec.services.accounts.visitor import NOWHERE, Visitor
from luongviec.services.accounts.waiting import TooManyAttempts, check_waiting
from luongviec.services.one_time_secrets import EMAIL, FIRST_PASSWORD, RESET, SMS
from luongviec.services.parameters.platform import number_parameter, word_parameter
from luongviec.services.platform import Platform, Work
from luongviec.store.accounts import one_time_secrets as secret_rows
from luongviec.store.accounts import rows
from luongviec.store.accounts import sign_in_journal as journal_rows
from luongviec.store.models import OneTimeSecret, SignInAttempt, User

log = logging.getLogger(__name__)

ANSWER_RESET = "answer_reset"  # the job that looks the account up
MOST_PER_NAME, MOST_PER_ADDRESS, MOST_PER_ACCOUNT = 5, 30, 5
COUNTED_FOR = timedelta(hours=1)
LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(minutes=10)
WAITING = "under_way"  # the note of a line whose job is still to run; then the channel, or why nothing left
NO_ACCOUNT, NO_CHANNEL, TOO_OFTEN = "no_account", "no_channel", "too_often"


class SecretSpent(LuongViecError):
    """The link or code was used, has expired, or never was."""

    code: ClassVar[str] = "secret_spent"
    template = Text(
        "Liên kết hoặc mã này đã dùng, đã hết hạn hoặc không đúng.",
        "This link or code was used, has expired, or is not right.",
    )


@dataclass(frozen=True, slots=True)
class SecretHolder:
    """Whom a link stands for, and what his new password must be."""

    user_name: str
    name: str
    is_first: bool
    policy: PasswordPolicy


@dataclass(frozen=True, slots=True)
class ResetLimits:
    """What the pages before sign-in say of the installation."""

    policy: PasswordPolicy
    minutes: int  # that a link or code lasts
    help_contact: str


def limits(platform: Platform) -> ResetLimits:
    """Give what visitors may know before they are signed in."""
    with platform.reading() as work:
        return ResetLimits(
            policy_of(work), number_parameter(work, "reset_minutes"), word_parameter(work, "help_contact")
        )


def ask_reset(platform: Platform, typed: str, *, visitor: Visitor = NOWHERE) -> None:
    """Ask for a way to set a new password; there is no telling whether somebody gets one.

    Args:
        typed: a user name or an identity number.

    Raises:
        TooManyAttempts: too often for this name, or from this address.
    """
    name = typed.strip().lower()[:LONGEST_NAME]
    with platform.transaction() as work:
        since = work.now - COUNTED_FOR
        asked = journal_rows.asked_since(work.session, journal.RESET_ASKED, since, user_name=name)
        from_there = journal_rows.asked_since(
            work.session, journal.RESET_ASKED, since, address=visitor.address[:64]
        )
        if asked >= MOST_PER_NAME or (visitor.address and from_there >= MOST_PER_ADDRESS):
            raise TooManyAttempts(int(COUNTED_FOR.total_seconds()))
        line = journal.write(work, journal.RESET_ASKED, name, None, visitor, note=WAITING)
        work.session.flush()
        work.enqueue(ANSWER_RESET, line.id)


def answer_reset(platform: Platform, line_id: int) -> bool:
    """Look up who asked, and make a secret that leaves by what the account has; give whether one was made.

    A job: run again, it does nothing more.
    """
    with platform.transaction() as work:
        line = work.session.get(SignInAttempt, line_id, with_for_update=True)
        if line is None or line.kind != journal.RESET_ASKED or line.note != WAITING:
            return False
        user = rows.user_to_sign_in(work.session, line.user_name)
        if user is None or not user.active or user.deleted_at is not None:
            line.note = NO_ACCOUNT
            return False
        line.user_id = user.id
        channel = EMAIL if user.email else SMS if user.phone else ""
        if not channel:
            line.note = NO_CHANNEL
            return False
        if secret_rows.issued_since(work.session, user.id, RESET, work.now - COUNTED_FOR) >= MOST_PER_ACCOUNT:
            line.note = TOO_OFTEN
            return False
        one_time_secrets.issue(work, user.id, RESET, channel)
        line.note = channel
        return True


def send_secret(platform: Platform, channels: Mapping[str, Channel], row_id: int) -> bool:
    """Send one secret; give whether it left now. A job: the same message at every attempt."""
    with platform.transaction() as work:
        row = work.session.get(OneTimeSecret, row_id, with_for_update=True)
        if row is None or row.due_at is None or row.due_at > work.now:
            return False
        if row.expires_at <= work.now:
            row.due_at = None
            return False
        row.due_at, row.attempts = work.now + LEASE, row.attempts + 1
        code = row.channel
        message = _message(work, row, work.session.get_one(User, row.user_id))
    has_left, again = _send(channels.get(code), message)
    with platform.transaction() as work:
        row = work.session.get_one(OneTimeSecret, row_id)
        if has_left:
            row.sent_at, row.due_at = work.now, None
        elif again:
            row.due_at = work.now + min(timedelta(seconds=10 * 2 ** min(row.attempts, 10)), LONGEST_PAUSE)
        else:
            row.due_at = None
    return has_left


def waiting_secrets(work: Work, limit: int) -> tuple[tuple[str, int], ...]:
    """Give the jobs that a lost call or a killed worker left behind."""
    since = work.now - COUNTED_FOR
    asked = journal_rows.waiting_lines(work.session, journal.RESET_ASKED, WAITING, since, limit)
    due = secret_rows.due_secrets(work.session, work.now, limit)
    return (
        *((ANSWER_RESET, key) for key in asked),
        *((one_time_secrets.SEND_SECRET, key) for key in due),
    )


def holder_of_link(platform: Platform, secret: str) -> SecretHolder:
    """Give whom a link stands for; looking spends nothing, so that mail scanners may look.

    Raises:
        SecretSpent
    """
    with platform.reading() as work:
        row, user = _held(work, secret)
        return SecretHolder(user.user_name, user.name, row.purpose == FIRST_PASSWORD, policy_of(work))


def set_by_link(platform: Platform, secret: str, new: str, again: str, *, visitor: Visitor = NOWHERE) -> None:
    """Set the password that a link allows: all sessions end, and every other secret with it.

    Raises:
        SecretSpent, InvalidInput: fields `new`, `again`.
    """
    with platform.reading() as work:
        user_id = _held(work, secret)[1].id
    fresh = _checked_hash(platform, user_id, new, again)
    with platform.transaction() as work:
        user = rows.lock_user(work.session, user_id)
        _held(work, secret)  # another request may have used it meanwhile
        _set(work, user, fresh, visitor)


def set_by_code(
    platform: Platform, typed: str, code: str, new: str, again: str, *, visitor: Visitor = NOWHERE
) -> None:
    """Set the password that a code of a short message allows; see `set_by_link`.

    Raises:
        SecretSpent: a wrong code, no account, nothing sent: it is all one.
        InvalidInput: fields `new`, `again`.
        TooManyAttempts
    """
    name = typed.strip().lower()[:LONGEST_NAME]
    check_waiting(platform, journal.RESET_CODE, name, visitor)
    with platform.transaction() as work:
        user = rows.user_to_sign_in(work.session, name)
        is_right = user is not None and user.active and one_time_secrets.check_code(work, user.id, code)
        if not is_right:
            journal.write(work, journal.RESET_CODE, name, None, visitor, succeeded=False)
    if user is None or not is_right:
        raise SecretSpent()
    fresh = _checked_hash(platform, user.id, new, again)
    with platform.transaction() as work:
        locked = rows.lock_user(work.session, user.id)
        if not one_time_secrets.check_code(work, locked.id, code):
            raise SecretSpent()
        _set(work, locked, fresh, visitor)


def _held(work: Work, secret: str) -> tuple[OneTimeSecret, User]:
    found = one_time_secrets.holder_of(work, secret)
    if found is None:
        raise SecretSpent()
    return found


def _checked_hash(platform: Platform, user_id: int, new: str, again: str) -> str:
    """Give the hash of a new password that keeps the policy; hashing stays out of transactions."""
    with platform.reading() as work:
        user = work.session.get_one(User, user_id)
        policy, about = policy_of(work), KnownAbout.of(user)
        former = [*rows.former_passwords(work.session, user.id, policy.history)]
        if user.password_hash is not None and policy.history:
            former.append(user.password_hash)
    errors: dict[str, tuple[Text, ...]] = {}
    if faults := password_faults(new, about=about, policy=policy) or history_faults(new, former):
        errors["new"] = faults
    if new != again:
        errors["again"] = (DIFFERENT,)
    if errors:
        raise InvalidInput(errors)
    return hash_password(new)


def _set(work: Work, user: User, fresh: str, visitor: Visitor) -> None:
    put_password(work, user, fresh)
    rows.end_sessions(work.session, user.id, work.now)
    journal.write(work, journal.RESET_DONE, user.user_name, user.id, visitor)


# --- What is sent ---------------------------------------------------------------------------------


def _send(channel: Channel | None, message: OutsideMessage | None) -> tuple[bool, bool]:
    """Give whether it left, and whether to try again. The log never shows the message."""
    if channel is None or message is None:
        return False, False
    try:
        channel.send(message)
    except ChannelUnavailable:
        return False, True
    except (UnusableAddress, NotYet) as error:
        log.warning("one-time secret %s cannot be sent: %s", message.key, type(error).__name__)
        return False, False
    except Exception as error:
        log.warning("one-time secret %s was not sent: %s", message.key, type(error).__name__)
        return False, True
    return True, False


def _message(work: Work, row: OneTimeSecret, user: User) -> OutsideMessage | None:
    address = user.email if row.channel == EMAIL else user.phone
    if not address or not user.active:
        return None
    secret, site = one_time_secrets.secret_of(work, row), work.platform.settings.site_name
    is_first = row.purpose == FIRST_PASSWORD
    if row.channel == SMS:
        subject, text, link = _SMS_SUBJECT, _FIRST_SMS if is_first else _RESET_SMS, ""
    else:
        subject, text = (_FIRST_SUBJECT, _FIRST_MAIL) if is_first else (_RESET_SUBJECT, _RESET_MAIL)
        link = f"{work.platform.settings.base_url}/new-password/{secret}"
    lasts = span_words(row.expires_at - row.created_at)
    facts = {
        "name": user.name, "user_name": user.user_name, "site": site, "secret": secret,
        "lasts": lasts.in_language(user.language),
    }  # fmt: skip
    return OutsideMessage(
        key=f"one-time:{row.id}", address=address, subject=subject.in_language(user.language).format(**facts),
        text=text.in_language(user.language).format(**facts), link=link, language=user.language,
    )  # fmt: skip


_RESET_SUBJECT = Text("Đặt lại mật khẩu – {site}", "Set a new password – {site}")
_RESET_MAIL = Text(
    "Kính gửi {name},\n\n"
    "Chúng tôi nhận được yêu cầu đặt lại mật khẩu của tài khoản {user_name}. Mở liên kết dưới đây để đặt mật "
    "khẩu mới. Liên kết dùng được một lần, trong {lasts}.\n\n"
    "Nếu bạn không yêu cầu, hãy bỏ qua thư này: mật khẩu hiện tại vẫn giữ nguyên.",
    "Dear {name},\n\n"
    "Somebody asked for a new password of the account {user_name}. Open the link below to set one. It works "
    "once, for {lasts}.\n\n"
    "If it was not you, ignore this mail: your password stays as it is.",
)
_FIRST_SUBJECT = Text("Tài khoản của bạn tại {site}", "Your account at {site}")
_FIRST_MAIL = Text(
    "Kính gửi {name},\n\n"
    "Bạn có tài khoản {user_name} tại {site}. Mở liên kết dưới đây để đặt mật khẩu của riêng bạn. "
    "Liên kết dùng được một lần, trong {lasts}.",
    "Dear {name},\n\n"
    "You have an account {user_name} at {site}. Open the link below to set a password of your own. It works "
    "once, for {lasts}.",
)
_SMS_SUBJECT = Text("Mã đặt mật khẩu", "Code for a password")
_RESET_SMS = Text(
    "{site}: mã đặt lại mật khẩu của bạn là {secret}, dùng được một lần trong {lasts}. Không đưa mã cho ai.",
    "{site}: your code for a new password is {secret}, good once for {lasts}. Give it to nobody.",
)
_FIRST_SMS = Text(
    "{site}: tài khoản {user_name}, mã đặt mật khẩu là {secret}, dùng được một lần trong {lasts}.",
    "{site}: account {user_name}, code to set a password {secret}, good once for {lasts}.",
)
