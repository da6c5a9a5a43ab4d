"""What a mail puts into a calendar: the entry of a notification set, evaluated for one recipient.

The entry's number grows with the record's version, so a calendar that is told late or twice keeps the
newest; taking an entry out again names the same entry (M-16, M-77).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.compiled import Expression, Template
from luongviec.engine.expressions.scope import Scope
from luongviec.engine.expressions.views import EventFacts
from luongviec.engine.model import CalendarMethod, MessageCalendar
from luongviec.engine.people import is_among, members
from luongviec.engine.related import owner_of
from luongviec.engine.world import RecordState, World

log = logging.getLogger(__name__)

ANSWERS = frozenset({"accepted", "declined", "tentative"})


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """One entry for one recipient. `starts` and `ends`: moments, or days as a whole."""

    method: CalendarMethod
    title: str
    starts: date
    ends: date | None
    place: str
    text: str
    organiser_id: int | None
    answer: str | None
    sequence: int
    asks: bool = False  # an answer by mail would be understood


@dataclass(frozen=True, slots=True)
class ToldOf:
    """What an entry is told of: the record as its recipient knew it, what happened, what texts may read.

    `person` is None where the mail goes to an address.
    """

    record: RecordState
    event: EventFacts
    person: int | None
    language: str
    scope: Scope


def calendar_facts(
    world: World, calendar: MessageCalendar, method: CalendarMethod, told: ToldOf
) -> CalendarFacts | None:
    """Give what a mail says to a calendar; None where its recipient attends nothing or no time is set."""
    if not _attends(world, calendar, told):
        return None
    starts = _value(calendar.starts, told.scope)
    if not isinstance(starts, date):
        return None
    ends = _value(calendar.until, told.scope)
    answer = _value(calendar.answer, told.scope)
    return CalendarFacts(
        method=method,
        title=_said(calendar.title, told) or told.record.title,
        starts=starts,
        ends=ends if isinstance(ends, date) and type(ends) is type(starts) and ends > starts else None,
        place=_said(calendar.place, told),
        text=_said(calendar.text, told),
        organiser_id=_organiser(world, calendar, told),
        answer=answer if isinstance(answer, str) and answer in ANSWERS else None,
        sequence=_version(world, told.record),
        asks=method is CalendarMethod.REQUEST and bool(calendar.replies),
    )


def _attends(world: World, calendar: MessageCalendar, told: ToldOf) -> bool:
    if calendar.attendees is None or told.person is None:
        return True
    actor = told.event.actor
    return is_among(world, calendar.attendees, told.person, record=told.record, actor=actor)


def _organiser(world: World, calendar: MessageCalendar, told: ToldOf) -> int | None:
    if calendar.organiser is None:
        return None
    found = members(world, calendar.organiser, record=told.record, actor=told.event.actor, event=told.event)
    return next(iter(found), None)


def _version(world: World, record: RecordState) -> int:
    """Give a number that grows whenever the record or its owner changes."""
    owner = owner_of(world, record)
    return record.version + (0 if owner is None else owner.version)


def _value(expression: Expression | None, scope: Scope) -> object:
    """Evaluate; what cannot be evaluated must not keep the news back."""
    if expression is None:
        return None
    try:
        return expression.evaluate(scope)
    except LuongViecError:
        log.exception("a calendar's part cannot be evaluated")
        return None


def _said(templates: Mapping[str, Template], told: ToldOf) -> str:
    template = templates.get(told.language) or templates.get("vi")
    if template is None:
        return ""
    try:
        return str(template.render(told.scope)).strip()
    except LuongViecError:
        log.exception("a calendar's text cannot be rendered")
        return ""
