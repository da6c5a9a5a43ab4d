"""What happened to a unit: its lines of the journal, newest first, and the names it bore."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.journal.reading import changes_of
from luongviec.services.journal.words import action_words
from luongviec.services.platform import Platform, Work
from luongviec.services.units.reach import reach_of
from luongviec.store.models import AuditEntry
from luongviec.store.organisation import unit_rows

PAGE = 30


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line of the journal. `changes`: what, before, after."""

    at: datetime
    who: str
    action: Text
    changes: tuple[tuple[Text, Text, Text], ...]
    note: str


@dataclass(frozen=True, slots=True)
class UnitHistory:
    """A page of what happened; `next_id` goes on from there. `names`: former ones with their ends."""

    lines: tuple[HistoryLine, ...]
    next_id: int | None
    names: tuple[tuple[str, datetime], ...]


def unit_history(platform: Platform, actor: Actor, unit_id: int, *, before: int | None = None) -> UnitHistory:
    """Give a page of what happened to a unit.

    Raises:
        NotFound: the unit is not the actor's to see.
    """
    with platform.reading() as work:
        reach_of(work, actor).unit(unit_id)
        entries = unit_rows.journal(work.session, unit_id, before=before, limit=PAGE + 1)
        shown = entries[:PAGE]
        return UnitHistory(
            tuple(_line(work, entry) for entry in shown),
            shown[-1].id if len(entries) > PAGE else None,
            tuple(unit_rows.former_names(work.session, unit_id)),
        )


def _line(work: Work, entry: AuditEntry) -> HistoryLine:
    person = work.world.person(entry.actor_id) if entry.actor_id is not None else None
    changes = tuple((one.label, one.before, one.after) for one in changes_of(work, entry))
    who = person.name if person is not None else ""
    return HistoryLine(entry.at, who, action_words(entry.action), changes, entry.note)
