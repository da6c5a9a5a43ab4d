"""The whole history of a record, page by page, narrowed by what happened, by whom and when (T-116)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from luongviec.engine.errors import InvalidInput
from luongviec.engine.planning import plan
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.forms.dates import read_day
from luongviec.services.platform import Platform
from luongviec.services.records.access import access_record, check_may
from luongviec.services.records.history import history_of
from luongviec.services.records.talking import ATTACHED, COMMENTED, DETACHED
from luongviec.services.showing import Showing
from luongviec.services.views import HistoryView, PersonView, RecordLink
from luongviec.store.history import HistoryQuestion, actors_of

PAGE_SIZE = 50
NO_DAY = Text("Chưa đúng ngày. Ví dụ: 27/11/2026, hôm qua.", "Not a day. Write 27/11/2026, say.")
MOST_ACTORS = 200


@dataclass(frozen=True, slots=True)
class HistoryKind:
    """One way to narrow a history by what happened."""

    label: Text
    moved: bool = False
    changes: tuple[type, ...] = ()
    actions: tuple[str, ...] = ()


KINDS: Mapping[str, HistoryKind] = {
    "moves": HistoryKind(Text("Chuyển trạng thái", "Changes of status"), moved=True),
    "people": HistoryKind(
        Text("Thay đổi người", "Changes of people"),
        changes=(plan.AddParticipant, plan.EndParticipant, plan.ReopenParticipant),
    ),
    "fields": HistoryKind(Text("Thay đổi nội dung", "Changes of content"), changes=(plan.SetValues,)),
    "talk": HistoryKind(Text("Trao đổi, tệp", "Discussion, files"), actions=(COMMENTED, ATTACHED, DETACHED)),
    "links": HistoryKind(Text("Liên kết", "Links"), changes=(plan.AddLink, plan.RemoveLink)),
    "voices": HistoryKind(Text("Ý kiến", "Voices"), changes=(plan.GiveVoice, plan.ClearVoices)),
}


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """What the address of a history page says; empty narrows nothing, days as people write them."""

    kind: str = ""
    person: int | None = None
    since: str = ""
    until: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of a record's history, newest first; `older` continues it."""

    record: RecordLink
    entries: tuple[HistoryView, ...]
    older: int | None
    people: tuple[PersonView, ...]
    asked: HistoryRequest


def history_page(platform: Platform, actor: Actor, record_id: int, asked: HistoryRequest) -> HistoryPage:
    """Give one page of the history of a record.

    Raises:
        NotFound: no such record, or not this person's to see.
        Refused: the person may see the record but not its history.
        InvalidInput: fields `kind`, `since`, `until`.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id, deleted=True)
        check_may(work, actor, "history", record)
        showing = Showing(work, actor)
        question = _question(asked, work.now, zone_of(work.workspace))
        found = history_of(showing, record, limit=PAGE_SIZE + 1, before_id=asked.before, question=question)
        page = found[:PAGE_SIZE]
        # An entry whose changes the viewer may not see tells nothing of what was asked for.
        shown = tuple(one for one in page if one.changes or not question.changes)
        people = (showing.person(one) for one in actors_of(work.session, record_id, MOST_ACTORS))
        return HistoryPage(
            showing.record_link(record),
            shown,
            page[-1].id if len(found) > PAGE_SIZE else None,
            tuple(sorted((one for one in people if one is not None), key=lambda one: one.name)),
            asked,
        )


def _question(asked: HistoryRequest, now: datetime, zone: tzinfo) -> HistoryQuestion:
    kind = HistoryKind(Text("", ""))
    if asked.kind:
        if asked.kind not in KINDS:
            raise InvalidInput({"kind": (Text("Không có loại này.", "There is no such kind."),)})
        kind = KINDS[asked.kind]
    return HistoryQuestion(
        moved=kind.moved,
        changes=tuple(one.__name__ for one in kind.changes),
        actions=kind.actions,
        user_id=asked.person,
        since=_moment("since", asked.since, now, zone, 0),
        until=_moment("until", asked.until, now, zone, 1),
    )


def _moment(name: str, text: str, now: datetime, zone: tzinfo, days: int) -> datetime | None:
    """Read a day as people write it, and give its beginning or, a day on, its end."""
    if not text.strip():
        return None
    day = read_day(text.strip()[:50], now.astimezone(zone).date())
    if day is None:
        raise InvalidInput({name: (NO_DAY,)}, {name: text})
    return datetime.combine(day + timedelta(days=days), time(), zone)
