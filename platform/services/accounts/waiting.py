"""Lock-out with back-off: who fails often must wait, longer each time (A-19, A-27).

Everything is counted by the name as it was typed, whether or not there is such an account, so that
neither waiting nor the tries that are left tell which names exist.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text
from luongviec.services.accounts import journal
from luongviec.services.accounts.spans import wait_words
from luongviec.services.accounts.visitor import Visitor
from luongviec.services.parameters.platform import minutes_parameter, number_parameter
from luongviec.services.platform import Platform, Work
from luongviec.store.accounts import sign_in_journal as rows

FAILURES_OF_ADDRESS = 30  # so many are free of waiting: a whole office may share one address
FAILURES_COUNT_FOR = timedelta(hours=2)
FIRST_WAIT_SECONDS = 15
GUESSES = (journal.PASSWORD, journal.SECOND_FACTOR, journal.RESET_CODE)  # what counts against an address


class TooManyAttempts(LuongViecError):
    """Too many failures for this name or address; `retry_after_seconds` says how long to wait."""

    code: ClassVar[str] = "too_many_attempts"

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        words = wait_words(retry_after_seconds)
        super().__init__(
            Text(
                f"Thử quá nhiều lần. Hãy thử lại sau {words.vi}.",
                f"Too many attempts. Try again in {words.en}.",
            ),
            retry_after_seconds=retry_after_seconds,
        )


def check_waiting(platform: Platform, kind: str, user_name: str, visitor: Visitor) -> None:
    """Refuse an attempt that comes too soon, and note the lock-out once.

    Raises:
        TooManyAttempts
    """
    with platform.reading() as work:
        refusal = _refusal(work, kind, user_name, visitor)
        if refusal is None:
            return
        since = work.now - FAILURES_COUNT_FOR
        _, failed_at = rows.failures_of_name(work.session, user_name, (kind,), since)
        noted_at = rows.last_line(work.session, user_name, journal.LOCKED)
    if noted_at is None or failed_at is None or noted_at < failed_at:
        with platform.transaction() as work:
            note = f"{journal.WAIT}:{refusal.retry_after_seconds}"
            journal.write(work, journal.LOCKED, user_name, None, visitor, succeeded=False, note=note)
    raise refusal


def tries_left(work: Work, kind: str, user_name: str) -> int:
    """Give how many failures are still free of waiting."""
    since = work.now - FAILURES_COUNT_FOR
    count, _ = rows.failures_of_name(work.session, user_name, (kind,), since)
    return max(0, number_parameter(work, "lock_after") - count)


def locked_names(work: Work) -> tuple[str, ...]:
    """Give the names, as they were typed, that must wait now: for those who help people in."""
    since, longest = work.now - FAILURES_COUNT_FOR, minutes_parameter(work, "lock_minutes")
    free = number_parameter(work, "lock_after")
    found = []
    for name in rows.failing_names(work.session, journal.PASSWORD, since, work.now - longest, free):
        count, last = rows.failures_of_name(work.session, name, (journal.PASSWORD,), since)
        until = _until(count, last, free, longest)
        if until is not None and until > work.now:
            found.append(name)
    return tuple(found)


def _refusal(work: Work, kind: str, user_name: str, visitor: Visitor) -> TooManyAttempts | None:
    since = work.now - FAILURES_COUNT_FOR
    longest = minutes_parameter(work, "lock_minutes")
    counted = (
        (
            rows.failures_of_name(work.session, user_name, (kind,), since),
            number_parameter(work, "lock_after"),
        ),
        (
            rows.failures_of_address(work.session, visitor.address[:64], GUESSES, since),
            FAILURES_OF_ADDRESS,
        ),
    )
    waits = [_until(count, last, free, longest) for (count, last), free in counted]
    until = max((moment for moment in waits if moment is not None), default=None)
    if until is None or until <= work.now:
        return None
    return TooManyAttempts(int((until - work.now).total_seconds()) + 1)


def _until(count: int, last: datetime | None, free: int, longest: timedelta) -> datetime | None:
    if count < free or last is None:
        return None
    return last + min(timedelta(seconds=FIRST_WAIT_SECONDS * 2 ** min(count - free, 20)), longest)
