"""Reading the journal of changes: searched, page by page, each line in words; needs `admin.audit`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.journal.words import KINDS, action_words, field_words, value_words
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import check_function
from luongviec.store.accounts.audit import AuditSearch, audit_entries
from luongviec.store.models import AuditEntry

PAGE_SIZE = 50
#: Lines that leave as one table at most: what a spreadsheet still opens.
MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: what it was and what it became."""

    label: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the journal. `who` is empty for the system; `subject` as it was called then."""

    id: int
    at: datetime
    who_id: int | None
    who: str
    action: Text
    kind: str
    kind_label: Text
    subject_id: str
    subject: str
    changes: tuple[FieldChange, ...]
    note: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the journal; `next_id` goes on from there. `about`: the subject it was narrowed to."""

    lines: tuple[AuditLine, ...]
    next_id: int | None


def read_audit(
    platform: Platform, actor: Actor, search: AuditSearch, *, before: int | None = None
) -> AuditPage:
    """Give a page of the journal, newest first."""
    with platform.reading() as work:
        check_function(work, actor, "admin.audit")
        found = audit_entries(work.session, search, before=before, limit=PAGE_SIZE + 1)
        shown = found[:PAGE_SIZE]
        return AuditPage(
            tuple(_line(work, entry) for entry in shown), shown[-1].id if len(found) > PAGE_SIZE else None
        )


def export_audit(platform: Platform, actor: Actor, search: AuditSearch) -> Iterator[AuditLine]:
    """Give the lines that a search finds, at most `MOST_ROWS`, in parts of short transactions."""
    before: int | None = None
    for _ in range(MOST_ROWS // PAGE_SIZE):
        page = read_audit(platform, actor, search, before=before)
        yield from page.lines
        if page.next_id is None:
            return
        before = page.next_id


def _line(work: Work, entry: AuditEntry) -> AuditLine:
    person = None if entry.actor_id is None else work.world.person(entry.actor_id)
    kind = entry.subject_kind
    return AuditLine(
        entry.id, entry.at, entry.actor_id, "" if person is None else person.name,
        action_words(entry.action), kind, KINDS.get(kind, Text(kind, kind)), entry.subject_id, entry.subject,
        changes_of(work, entry), entry.note,
    )  # fmt: skip


def changes_of(work: Work, entry: AuditEntry) -> tuple[FieldChange, ...]:
    """Give what an entry changed, field by field, in words as of then."""
    old, new = entry.before or {}, entry.after or {}
    found = (
        FieldChange(
            field_words(work.workspace, name),
            value_words(work, name, old.get(name), entry.at),
            value_words(work, name, new.get(name), entry.at),
        )
        for name in dict.fromkeys((*old, *new))
    )
    return tuple(one for one in found if one.before != one.after)
