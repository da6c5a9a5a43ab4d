"""The sign-in journal: attempts, lock-outs, password changes, resets, second factors (A-27).

Names are kept as they were typed, because unknown ones are what a journal is read for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.world import Actor
from luongviec.services.accounts.visitor import Visitor
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import check_function
from luongviec.store.accounts import sign_in_journal as rows
from luongviec.store.accounts.sign_in_journal import JournalSearch
from luongviec.store.models import SignInAttempt

PAGE = 50
MOST_EXPORTED = 50_000

PASSWORD, SECOND_FACTOR, EXTERNAL, RESET_CODE = "password", "second_factor", "external", "reset_code"
LOCKED, SIGNED_OUT = "locked", "signed_out"
PASSWORD_CHANGED, RESET_ASKED, RESET_DONE = "password_changed", "reset_asked", "reset_done"
SECOND_FACTOR_ON, SECOND_FACTOR_OFF = "second_factor_on", "second_factor_off"
LINKED, UNLINKED = "linked", "unlinked"
SESSIONS, WAIT, CHANGE = "sessions", "wait", "change"  # notes, the first two with a number: `wait:30`
KINDS = (
    PASSWORD, SECOND_FACTOR, EXTERNAL, LOCKED, SIGNED_OUT, PASSWORD_CHANGED, RESET_ASKED, RESET_CODE,
    RESET_DONE, SECOND_FACTOR_ON, SECOND_FACTOR_OFF, LINKED, UNLINKED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line; `name` is the person's, where the account is known."""

    id: int
    at: datetime
    kind: str
    succeeded: bool
    user_name: str
    user_id: int | None
    name: str
    address: str
    agent: str
    note: str


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Lines, newest first; `older` is where the next page begins, None at the end."""

    lines: tuple[JournalLine, ...]
    older: int | None


def write(
    work: Work,
    kind: str,
    user_name: str,
    user_id: int | None,
    visitor: Visitor,
    *,
    succeeded: bool = True,
    note: str = "",
) -> SignInAttempt:
    """Write one line, as part of what it tells of."""
    line = SignInAttempt(
        user_name=user_name[:100], user_id=user_id, at=work.now, address=visitor.address[:64],
        agent=visitor.agent[:300], succeeded=succeeded, kind=kind, note=note[:200],
    )  # fmt: skip
    work.session.add(line)
    return line


def read_journal(
    platform: Platform, actor: Actor, search: JournalSearch, *, before: int | None = None
) -> JournalPage:
    """Give a page of the journal; needs the function `admin.audit`."""
    with platform.reading() as work:
        check_function(work, actor, "admin.audit")
        found = rows.search_journal(work.session, search, limit=PAGE + 1, before=before)
        lines = tuple(_line(work, row) for row in found[:PAGE])
        return JournalPage(lines, lines[-1].id if len(found) > PAGE else None)


def export_journal(platform: Platform, actor: Actor, search: JournalSearch) -> Iterator[JournalLine]:
    """Give the lines that a search finds, newest first, at most `MOST_EXPORTED`; needs `admin.audit`."""
    with platform.reading() as work:
        check_function(work, actor, "admin.audit")
    return _exported(platform, search)


def _exported(platform: Platform, search: JournalSearch) -> Iterator[JournalLine]:
    before: int | None = None
    for _ in range(MOST_EXPORTED // 1000):
        with platform.reading() as work:
            found = rows.search_journal(work.session, search, limit=1000, before=before)
            lines = [_line(work, row) for row in found]
        yield from lines
        if len(lines) < 1000:
            return
        before = lines[-1].id


def own_journal(platform: Platform, actor: Actor, *, limit: int = 20) -> tuple[JournalLine, ...]:
    """Give the last lines about oneself."""
    with platform.reading() as work:
        if actor.user_id is None:
            return ()
        found = rows.search_journal(work.session, JournalSearch(user_id=actor.user_id), limit=limit)
        return tuple(_line(work, row) for row in found)


def _line(work: Work, row: SignInAttempt) -> JournalLine:
    person = None if row.user_id is None else work.world.person(row.user_id)
    return JournalLine(
        row.id, row.at, row.kind, row.succeeded, row.user_name, row.user_id,
        "" if person is None else person.name, row.address, row.agent, row.note,
    )  # fmt: skip
