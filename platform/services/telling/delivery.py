"""After the commit: telling of occurrences, sending messages, firing timers, finding what waits.

Every function does one row's work in its own transaction, may be killed anywhere and run again.
In the application a person is told once, because the message's row is unique; on other channels at
least once, always under the same key. What fails is tried again later, each time after a longer wait.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from luongviec.channels.messages import (
    Channel,
    MessageCalendarPart,
    MessageFile,
    OutsideMessage,
    UnusableAddress,
)
from luongviec.engine.errors import Conflict, LuongViecError, NotYet
from luongviec.engine.expressions.views import EventFacts
from luongviec.engine.messages import (
    APP,
    EMAIL,
    OUTSIDE_LANGUAGE,
    Happening,
    Message,
    messages_for,
)
from luongviec.engine.planning.planner import plan_timer
from luongviec.engine.world import Actor
from luongviec.services.accounts.resets import ANSWER_RESET, answer_reset, send_secret, waiting_secrets
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import LONG_JOB, run_job
from luongviec.services.long_jobs.running import waiting as waiting_long_jobs
from luongviec.services.one_time_secrets import SEND_SECRET
from luongviec.services.platform import Platform, Work
from luongviec.services.records.applying import apply
from luongviec.services.records.moving import MOVE, go_on
from luongviec.services.reports.scheduled import BEGIN_SCHEDULED, begin_scheduled
from luongviec.services.telling import digests
from luongviec.services.telling.calendar_mail import Attendee, calendar_part, from_kept, kept_form
from luongviec.services.telling.notice_choices import NoticeChoices, Timing, choices_of, timing_of
from luongviec.services.unit_changes.planning import CARRY_OUT, carry_out
from luongviec.store import outbox as rows
from luongviec.store.applying.history_codec import decode_value
from luongviec.store.definitions.moving import unfinished
from luongviec.store.models import File, Notification, Occurrence, TimerRow
from luongviec.store.organisation.unit_changes import due_changes
from luongviec.store.own.report_schedules import due_schedules

log = logging.getLogger(__name__)

TELL, SEND, FIRE, DIGEST = "tell", "send", "fire", "digest"  # the jobs by name
LEASE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=6)
LARGEST_FILE = 10 * 1024 * 1024  # that a mail takes along; a larger one is only linked to
MOST_ATTEMPTS = 20  # of sending one message: two days and a half


def tell(platform: Platform, entry_id: int) -> int:
    """Write the messages that the occurrences of one history entry call for; give how many."""
    try:
        with platform.transaction() as work:
            occurrences = rows.claim_occurrences(work.session, entry_id, work.now)
            if not occurrences:
                return 0
            messages: list[Message] = []
            if not rows.is_undone(work.session, entry_id):  # what was taken back is told to nobody
                messages = [m for group in _by_record(occurrences) for m in _messages_of(work, group)]
            _write(work, occurrences, messages)
            for occurrence in occurrences:
                occurrence.done_at = work.now
            return len(messages)
    except Exception as error:
        _postpone_occurrences(platform, entry_id, error)
        raise


def send(platform: Platform, channels: Mapping[str, Channel], notification_id: int) -> bool:
    """Send one message on its channel; give whether it left now."""
    with platform.transaction() as work:
        if not rows.lease_notification(work.session, notification_id, work.now, work.now + LEASE):
            return False
        message = work.session.get_one(Notification, notification_id)
        work.session.refresh(message)
        outside = _outside(work, message)
        code = message.channel
    state, error = _send(channels.get(code), code, outside)
    with platform.transaction() as work:
        message = work.session.get_one(Notification, notification_id)
        if message.state == rows.PENDING:
            message.last_error = error
            if state == rows.PENDING and message.attempts >= MOST_ATTEMPTS:
                state = rows.FAILED
            message.state = state
            if state == rows.SENT:
                message.sent_at = work.now
            elif state == rows.PENDING:
                message.due_at = work.now + wait_after(message.attempts)
    return state == rows.SENT


def send_digest(platform: Platform, channels: Mapping[str, Channel], user_id: int) -> bool:
    """Send a person the one mail of what was gathered; give whether it left now."""
    with platform.transaction() as work:
        digest = digests.compose(work, user_id, work.now + LEASE)
    if digest is None:
        return False
    state, error = _send(channels.get(EMAIL), EMAIL, digest.message)
    with platform.transaction() as work:
        for message in digests.still_gathered(work, digest):
            message.last_error = error
            if state == rows.PENDING and message.attempts < MOST_ATTEMPTS:
                message.due_at = work.now + wait_after(message.attempts)
                continue
            message.state = rows.FAILED if state == rows.PENDING else state
            message.sent_at = work.now if state == rows.SENT else None
    return state == rows.SENT


def fire(platform: Platform, timer_id: int) -> bool:
    """Run a timer whose moment has come, once for this moment; give whether it ran."""
    try:
        with platform.transaction() as work:
            timer = rows.claim_timer(work.session, timer_id, work.now)
            if timer is None:
                return False
            record_id, code, occurrence = timer.record_id, timer.timer, timer.occurrence
            work.session.delete(timer)  # this moment is spent; the plan arms the next one
            work.session.flush()
            plan = plan_timer(work.world, record_id, code, occurrence=occurrence)
            if plan is not None:
                apply(work, plan)
            return plan is not None
    except Conflict:
        return False  # somebody changed the record meanwhile: the sweeper comes again
    except Exception as error:
        _postpone_timer(platform, timer_id, error)
        raise


def waiting(platform: Platform, limit: int = 500) -> tuple[tuple[str, int], ...]:
    """Give the jobs that wait to be done: what a lost call or a killed worker left behind."""
    with platform.reading() as work:
        return (
            *((TELL, key) for key in rows.due_occurrences(work.session, work.now, limit)),
            *((SEND, key) for key in rows.due_notifications(work.session, work.now, limit)),
            *((DIGEST, key) for key in rows.due_digests(work.session, work.now, limit)),
            *((FIRE, key) for key in rows.due_timers(work.session, work.now, limit)),
            *((MOVE, key) for key in unfinished(work.session, limit)),
            *waiting_secrets(work, limit),
            *((LONG_JOB, key) for key in waiting_long_jobs(work, limit)),
            *((CARRY_OUT, key) for key in due_changes(work.session, work.now, limit)),
            *((BEGIN_SCHEDULED, key) for key in due_schedules(work.session, work.now, limit)),
        )


def settle(platform: Platform, *, before: datetime) -> None:
    """Let the past rest: what happened before a moment is told to nobody, timers due by now do not fire.

    For histories that are brought in, where the news is none.
    """
    with platform.transaction() as work:
        rows.settle(work.session, before, work.now)


def drop_outside(platform: Platform) -> int:
    """Drop every message that waits to leave the house, and count them."""
    with platform.transaction() as work:
        return rows.drop_pending(work.session)


def do(platform: Platform, channels: Mapping[str, Channel], job: str, key: int) -> None:
    """Do one job by its name."""
    if job == TELL:
        tell(platform, key)
    elif job == SEND:
        send(platform, channels, key)
    elif job == DIGEST:
        send_digest(platform, channels, key)
    elif job == FIRE:
        fire(platform, key)
    elif job == MOVE:
        go_on(platform, key)
    elif job == LONG_JOB:
        run_job(platform, JOB_KINDS, key)
    elif job == CARRY_OUT:
        carry_out(platform, key)
    elif job == BEGIN_SCHEDULED:
        begin_scheduled(platform, key)
    elif job == ANSWER_RESET:
        answer_reset(platform, key)
    elif job == SEND_SECRET:
        send_secret(platform, channels, key)
    else:
        raise ValueError(f"there is no job {job!r}")


def wait_after(attempts: int) -> timedelta:
    """Give how long to wait after so many failures."""
    return min(timedelta(seconds=10 * 2 ** min(attempts, 20)), LONGEST_WAIT)


# --- Telling --------------------------------------------------------------------------------------


def _by_record(occurrences: Sequence[Occurrence]) -> Iterator[Sequence[Occurrence]]:
    """Give the occurrences of one entry apart by record: each record speaks for itself."""
    groups: dict[int | None, list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        groups[occurrence.record_id].append(occurrence)
    yield from groups.values()


def _messages_of(work: Work, occurrences: Sequence[Occurrence]) -> Sequence[Message]:
    record_id = occurrences[0].record_id
    if record_id is None:
        return ()  # a notice: its message was written with it
    happenings = [
        Happening(
            occurrence.id,
            record_id,
            EventFacts(
                name=occurrence.event,
                actor=Actor(occurrence.actor_id, occurrence.acting_for_id),
                at=occurrence.at,
                data={name: decode_value(value) for name, value in (occurrence.data or {}).items()},
                reason=occurrence.reason,
                people=tuple(occurrence.people or ()),
            ),
        )
        for occurrence in occurrences
    ]
    link = f"{work.platform.settings.base_url}/r/{record_id}"
    return messages_for(work.world, happenings, link)


def _write(work: Work, occurrences: Sequence[Occurrence], messages: Sequence[Message]) -> None:
    at = {occurrence.id: occurrence.at for occurrence in occurrences}
    choices = choices_of(work, {one.user_id for one in messages if one.user_id is not None})
    timed = [(message, _timing(work, message, choices)) for message in messages]
    fresh = rows.add_notifications(
        work.session,
        [
            {
                "occurrence_id": message.occurrence_id, "user_id": message.user_id,
                "channel": message.channel, "record_id": message.record_id,
                "recipient": message.recipient, "subject": message.subject, "text": message.text,
                "at": at[message.occurrence_id],
                "due_at": timing.due_at,
                "state": _first_state(message, timing),
                "sent_at": work.now if message.channel == APP else None,
                "attempts": 0,
                "address": message.address, "name": message.name, "file_id": message.file_id,
                "calendar": None if message.calendar is None else kept_form(message.calendar),
            }
            for message, timing in timed
            if timing is not None
        ],
    )  # fmt: skip
    for notification_id in fresh:
        work.enqueue(SEND, notification_id)


def _timing(work: Work, message: Message, choices: Mapping[int, NoticeChoices]) -> Timing | None:
    """Say when a message leaves; who has no account has nothing to choose."""
    if message.user_id is None:
        return Timing(work.now)
    return timing_of(work, message, choices[message.user_id])


def _first_state(message: Message, timing: Timing) -> str:
    if message.channel == APP:
        return rows.SENT
    return rows.GATHERED if timing.gathered else rows.PENDING


def _postpone_occurrences(platform: Platform, entry_id: int, error: Exception) -> None:
    log.exception("occurrences of entry %s could not be told", entry_id)
    with platform.transaction() as work:
        for occurrence in rows.claim_occurrences(work.session, entry_id, work.now):
            occurrence.attempts += 1
            occurrence.last_error = _words(error)
            occurrence.due_at = work.now + wait_after(occurrence.attempts)


# --- Sending --------------------------------------------------------------------------------------


def _outside(work: Work, message: Notification) -> OutsideMessage | None:
    """Build what leaves the house; None where the person can no longer be reached or told."""
    if message.user_id is None:
        return _to_address(work, message)
    person = work.world.person(message.user_id)
    if person is None or not person.active:
        return None
    address = person.email if message.channel == EMAIL else person.phone
    if not address:
        return None
    path = message.link if message.record_id is None else f"/r/{message.record_id}"
    link = f"{work.platform.settings.base_url}{path}" if path else ""
    return OutsideMessage(
        key=f"{message.occurrence_id}:{message.user_id}:{message.channel}", address=address,
        subject=message.subject, text=message.text, link="" if link in message.text else link,
        language=person.language, files=_files_of(work, message),
        calendar=_calendar_of(
            work, message, Attendee(address, person.name, person.id, person.language), link
        ),
    )  # fmt: skip


def _to_address(work: Work, message: Notification) -> OutsideMessage | None:
    """Build a mail to somebody without an account: no link, because there is nothing that he may open."""
    record = None if message.record_id is None else work.world.record(message.record_id)
    if record is None or record.deleted_at is not None:
        return None
    attendee = Attendee(message.address, message.name, None, OUTSIDE_LANGUAGE)
    return OutsideMessage(
        key=f"{message.occurrence_id}:{message.address}:{message.channel}", address=message.address,
        subject=message.subject, text=message.text, language=attendee.language,
        files=_files_of(work, message), calendar=_calendar_of(work, message, attendee, ""),
    )  # fmt: skip


def _calendar_of(
    work: Work, message: Notification, attendee: Attendee, link: str
) -> MessageCalendarPart | None:
    if message.calendar is None or message.record_id is None or message.channel != EMAIL:
        return None
    return calendar_part(work, from_kept(message.calendar), message.record_id, attendee, link)


def _files_of(work: Work, message: Notification) -> tuple[MessageFile, ...]:
    """Give the file that a mail takes along, while it is there and not too large to travel.

    To people only what they uploaded themselves; to an address what the definition named when it was told.
    """
    file = None if message.file_id is None else work.session.get(File, message.file_id)
    if file is None or message.channel != EMAIL:
        return ()
    if message.user_id is not None and file.uploaded_by_id != message.user_id:
        return ()
    if file.size_bytes > LARGEST_FILE or not work.platform.files.has(file.content_hash):
        return ()
    content = b"".join(work.platform.files.read(file.content_hash))
    return (MessageFile(file.name, file.media_type, content),)


def _send(channel: Channel | None, code: str, message: OutsideMessage | None) -> tuple[str, str | None]:
    """Give the state that a message is in after trying, and what went wrong."""
    if message is None:
        return rows.DROPPED, "no address"
    if channel is None:
        log.warning("there is no channel %s: message %s is dropped", code, message.key)
        return rows.DROPPED, "no channel"
    try:
        channel.send(message)
    except UnusableAddress:
        return rows.FAILED, "unusable address"
    except NotYet as error:
        return rows.DROPPED, _words(error)
    except Exception as error:  # a channel's own failure must not stop the worker
        log.warning("channel %s failed: %s", code, error)
        return rows.PENDING, _words(error)
    return rows.SENT, None


# --- Timers ---------------------------------------------------------------------------------------


def _postpone_timer(platform: Platform, timer_id: int, error: Exception) -> None:
    log.exception("timer %s could not be fired", timer_id)
    with platform.transaction() as work:
        timer: TimerRow | None = rows.claim_timer(work.session, timer_id, work.now)
        if timer is not None:
            timer.attempts += 1
            timer.last_error = _words(error)
            timer.due_at = work.now + wait_after(timer.attempts)


def _words(error: Exception) -> str:
    if isinstance(error, LuongViecError):
        return (error.message.en or error.message.vi)[:500]
    return f"{type(error).__name__}: {error}"[:500]
