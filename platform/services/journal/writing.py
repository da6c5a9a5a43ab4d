"""The audit journal: who changed what in the organisation and its rights, before and after (U-36, C-88).

Services that change people, units, roles, groups, rights or settings call `note_change` in the same
transaction as the change. The journal is only ever added to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.world import Actor
from luongviec.services.platform import Work
from luongviec.store.definitions.workspaces import ORGANISATION, touch_generation
from luongviec.store.folding import fold
from luongviec.store.models import AuditEntry
from luongviec.store.organisation.bulk import insert_audit

LONGEST_SUBJECT = 300
LONGEST_VALUE = 300
LONGEST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Subject:
    """What was changed: `kind` is `user`, `unit`, `group`, `side`, `parameter` …; `name` as it is then."""

    kind: str
    id: str
    name: str


def note_change(
    work: Work,
    actor: Actor,
    action: str,
    subject: Subject,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    note: str = "",
) -> None:
    """Write one line of the journal.

    Args:
        action: `KIND.what_happened`, a stable word that the journal's page translates.
        before, after: what changed, by the field's name, in values that JSON knows; fields that are
            equal on both sides are left out. Never a secret.
        note: the reason given.
    """
    if before is not None and after is not None:
        same = {name for name in before if name in after and before[name] == after[name]}
        before = {name: value for name, value in before.items() if name not in same}
        after = {name: value for name, value in after.items() if name not in same}
    work.session.add(
        AuditEntry(
            at=work.now, actor_id=actor.user_id, action=action, subject_kind=subject.kind,
            subject_id=subject.id, subject=subject.name[:LONGEST_SUBJECT],
            before=None if before is None else dict(before), after=None if after is None else dict(after),
            note=note, words=_words(subject, note, before, after),
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One of many changes: see `note_change`."""

    action: str
    subject: Subject
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None


def note_changes(work: Work, actor: Actor, changes: Sequence[Change], *, note: str = "") -> None:
    """Write a line of the journal for each of many changes, in one statement."""
    insert_audit(
        work.session,
        [
            {
                "at": work.now, "actor_id": actor.user_id, "action": one.action,
                "subject_kind": one.subject.kind, "subject_id": one.subject.id,
                "subject": one.subject.name[:LONGEST_SUBJECT],
                "before": None if one.before is None else dict(one.before),
                "after": None if one.after is None else dict(one.after), "note": note,
                "words": _words(one.subject, note, one.before, one.after),
            }
            for one in changes
        ],
    )  # fmt: skip


def organisation_changed(work: Work) -> None:
    """Let every process read people, units and rights afresh at its next request (U-35, C-90)."""
    touch_generation(work.session, ORGANISATION)
    work.look_afresh()


def _words(
    subject: Subject, note: str, before: Mapping[str, object] | None, after: Mapping[str, object] | None
) -> str:
    """Give everything that a search of the journal reads, without marks."""
    parts = [subject.name, note, *_texts(before), *_texts(after)]
    return fold(" ".join(part[:LONGEST_VALUE] for part in parts if part))[:LONGEST_WORDS]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value
