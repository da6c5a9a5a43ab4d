"""Telling a person something that is of no record: that a long job has ended, say.

A notice stands among the person's notifications and leads to a page of ours. It is written in the
transaction of what it tells of, so it is told once, and never of what was rolled back.
"""

from __future__ import annotations

from collections.abc import Collection

from luongviec.engine.messages import APP
from luongviec.engine.text import Text
from luongviec.services.platform import Platform, Work
from luongviec.store import outbox as rows

SEND = "send"
NOTICE = "notice"  # the event of the occurrence that a notice hangs on
IN_APP = (APP,)


def tell(
    work: Work,
    person_id: int,
    text: Text,
    subject: Text,
    link: str,
    *,
    channels: Collection[str] = IN_APP,
    file_id: int | None = None,
) -> None:
    """Write a notice to a person, in the person's language.

    Args:
        work: the transaction of what the notice tells of.
        link: the path of the page where to go on; empty: none.
        channels: where else than in the application, say by mail.
        file_id: an upload of the person's that a mail takes along.
    """
    person = work.world.person(person_id)
    if person is None or not person.active:
        return
    occurrence = rows.add_told_occurrence(work.session, None, NOTICE, None, [person_id], None, work.now)
    fresh = rows.add_notifications(
        work.session,
        [
            {
                "occurrence_id": occurrence, "user_id": person_id, "channel": channel, "record_id": None,
                "recipient": "", "subject": subject.in_language(person.language),
                "text": text.in_language(person.language), "link": link, "file_id": file_id,
                "at": work.now, "due_at": work.now, "attempts": 0,
                "state": rows.SENT if channel == APP else rows.PENDING,
                "sent_at": work.now if channel == APP else None,
            }
            for channel in channels
        ],
    )  # fmt: skip
    for notification_id in fresh:
        work.enqueue(SEND, notification_id)


def have_read(platform: Platform, person_id: int | None, link: str) -> None:
    """Take the notices that lead to a page as read: the person has it open."""
    if person_id is None:
        return
    with platform.reading() as work:
        ids = rows.unread_notices(work.session, person_id, APP, link)
    if ids:
        with platform.transaction() as work:
            rows.mark_read(work.session, person_id, APP, ids, work.now)
