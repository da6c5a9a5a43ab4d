"""Who must wait before the next attempt to sign in, because of wrong ones."""

from __future__ import annotations

from datetime import timedelta

from luongviec.services.platform import Work
from luongviec.services.platform_parameters import minutes_parameter, number_parameter
from luongviec.store.people import failing_names

FAILURES_COUNT_FOR = timedelta(hours=2)
FIRST_WAIT_SECONDS = 15


def locked_names(work: Work) -> tuple[str, ...]:
    """Give the user names that are locked now."""
    free = number_parameter(work, "lock_after")
    longest = minutes_parameter(work, "lock_minutes")
    found = []
    for name, count, last in failing_names(work.session, work.now - FAILURES_COUNT_FOR, free):
        wait = min(timedelta(seconds=FIRST_WAIT_SECONDS * 2 ** min(count - free, 20)), longest)
        if last + wait > work.now:
            found.append(name)
    return tuple(found)
