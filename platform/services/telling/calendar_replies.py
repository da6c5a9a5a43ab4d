"""Answers to invitations that come back by mail (iTIP, METHOD:REPLY), and what they do here.

An answer counts when it names an entry that the platform wrote itself, for the address that answers,
and for the time at which it still takes place. What it does is said by the notification set
(`calendar.replies`): an action, as the person who answers; for an address without an account, as the
system. A mail that is read twice does it once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress

from luongviec.channels.incoming import Incoming
from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.expressions.views import EventFacts
from luongviec.engine.planning.plan import Answers
from luongviec.engine.text import Text
from luongviec.engine.world import SYSTEM, Actor, RecordState
from luongviec.services.platform import Platform, Work
from luongviec.services.records import changing
from luongviec.services.telling.calendar_mail import EntryName, entry_named
from luongviec.services.telling.notices import tell

log = logging.getLogger(__name__)

READ_REPLIES = "read_replies"  # the job
EVENT = "replied"
ANSWERS: Mapping[str, str] = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
MOST_WORDS = 500
CALENDAR_TYPE = "text/calendar"
#: What mails and calendars raise that are broken, or built to break whoever reads them.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
BY_MAIL = Text("Trả lời qua thư điện tử", "Answered by mail")
NOT_TAKEN = Text("Chưa ghi nhận trả lời qua thư: {title}", "Answer by mail not taken: {title}")
MOVED = Text(
    "Thời gian đã thay đổi sau giấy mời mà bạn trả lời. Hãy trả lời lại cho thời gian mới.",
    "The time has changed since the invitation that you answered. Please answer again.",
)


class Outcome(StrEnum):
    """What came of a mail."""

    DONE = "done"
    NOT_OURS = "not_ours"  # no answer, or to an entry of somebody else's
    REFUSED = "refused"  # understood, but it may not be done; the person was told why


@dataclass(frozen=True, slots=True)
class Reply:
    """What a mail answers."""

    uid: str
    answer: str
    address: str
    words: str
    starts: date | None
    key: str  # the same for the same answer, however often it is read


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The action that an answer asks for."""

    record: RecordState
    actor: Actor
    action: str
    raw: Mapping[str, object]
    is_late: bool


def read_replies(platform: Platform, incoming: Incoming) -> Mapping[Outcome, int]:
    """Take every mail that waits; give how many came to what."""
    counts = dict.fromkeys(Outcome, 0)
    for mail in incoming.waiting():
        outcome = take_reply(platform, mail.content)
        incoming.settle(mail, understood=outcome is not Outcome.NOT_OURS)
        counts[outcome] += 1
    return counts


def take_reply(platform: Platform, content: bytes) -> Outcome:
    """Do what one mail answers."""
    reply = reply_in(content)
    name = None if reply is None else entry_named(platform, reply.uid)
    if reply is None or name is None:
        return Outcome.NOT_OURS
    with platform.reading() as work:
        wanted = _wanted(work, reply, name)
    if wanted is None:
        return Outcome.NOT_OURS
    if wanted.is_late:
        _tell_why(platform, wanted, MOVED)
        return Outcome.REFUSED
    try:
        changing.act(
            platform, wanted.actor, wanted.record.id, wanted.action, wanted.raw,
            answers=Answers(confirmed=True), idempotency_key=reply.key,
        )  # fmt: skip
    except LuongViecError as error:
        log.info("an answer by mail to record %s was not taken: %s", wanted.record.id, error)
        _tell_why(platform, wanted, error.message)
        return Outcome.REFUSED
    return Outcome.DONE


def reply_in(content: bytes) -> Reply | None:
    """Read the answer that a mail carries; None where it carries none that we understand.

    Anybody may write to the mailbox: a mail that cannot be read must not keep the others waiting.
    """
    try:
        parts = (one for one in message_from_bytes(content).walk() if one.get_content_type() == CALENDAR_TYPE)
        found = (_reply_of(part.get_payload(decode=True)) for part in parts)
        return next((reply for reply in found if reply is not None), None)
    except UNREADABLE as error:
        log.info("a mail could not be read: %r", error)
        return None


def _reply_of(content: object) -> Reply | None:
    if not isinstance(content, bytes):
        return None
    try:
        calendar = Calendar.from_ical(content)
        events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
    except ValueError:  # no calendar at all
        return None
    if str(calendar.get("METHOD", "")).upper() != "REPLY" or len(events) != 1:
        return None
    event = events[0]
    attendee = event.get("ATTENDEE")
    if not isinstance(attendee, vCalAddress):  # none, or several: nobody speaks for others
        return None
    answer = ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
    uid, words = str(event.get("UID", "")), str(event.get("COMMENT", "") or "")
    if answer is None or not uid:
        return None
    stamp = event.decoded("DTSTAMP", None)
    key = hashlib.sha256(f"{uid}|{answer}|{stamp}|{words}".encode()).hexdigest()
    starts = event.decoded("DTSTART", None)
    return Reply(
        uid, answer, str(attendee).partition(":")[2].strip(), words.strip()[:MOST_WORDS],
        starts if isinstance(starts, date) else None, f"calendar-reply-{key}",
    )  # fmt: skip


def _wanted(work: Work, reply: Reply, name: EntryName) -> _Wanted | None:
    """Say what an answer asks for; None where it does not come from whom the entry was written for."""
    record = work.world.record(name.record_id)
    if record is None or record.deleted_at is not None:
        return None
    person = None if name.person_id is None else work.world.person(name.person_id)
    if name.person_id is None:
        is_theirs = name.is_for(reply.address)
    else:
        email = person.email if person is not None and person.active else None
        is_theirs = bool(email and email.casefold() == reply.address.casefold())
    chosen = work.world.in_force(record).notification_set
    calendar = None if chosen is None else chosen.calendar
    done = None if calendar is None else calendar.replies.get(reply.answer)
    if not is_theirs or calendar is None or done is None:
        return None
    actor = SYSTEM if person is None else Actor(person.id)
    language = work.platform.settings.language if person is None else person.language
    scope = scope_for(
        work.world, record, event=EventFacts(EVENT, actor, work.now), recipient=name.person_id,
        person=name.person_id, language=language, extra={"link": ""},
    )  # fmt: skip
    raw: dict[str, object] = {code: value.evaluate(scope) for code, value in done.input.items()}
    if done.words is not None:
        raw[done.words] = reply.words or BY_MAIL.in_language(language)
    is_late = _has_moved(reply, calendar.starts.evaluate(scope))
    return _Wanted(record, actor, done.action, raw, is_late)


def _has_moved(reply: Reply, starts: object) -> bool:
    """Whether an answer is to another time than that of now."""
    if reply.starts is None or not isinstance(starts, date):
        return False
    if isinstance(starts, datetime) and isinstance(reply.starts, datetime):
        return reply.starts.tzinfo is not None and reply.starts != starts.replace(microsecond=0)
    return reply.starts != starts


def _tell_why(platform: Platform, wanted: _Wanted, why: Text) -> None:
    if wanted.actor.user_id is None:
        return
    with platform.transaction() as work:
        subject = NOT_TAKEN.filled({"title": wanted.record.title})
        tell(work, wanted.actor.user_id, why, subject, f"/r/{wanted.record.id}")
