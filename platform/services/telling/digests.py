"""The one mail a day: what was gathered for a person, seen with the eyes that he has when it leaves.

A record that he may no longer see is not named, and neither is what was said of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from luongviec.channels.messages import MessageFile, OutsideMessage
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Person
from luongviec.services.platform import Work
from luongviec.services.showing import Showing
from luongviec.services.telling.calendar_mail import Attendee, calendar_part, from_kept
from luongviec.store import outbox as rows
from luongviec.store.models import Notification

MOST_LINES = 100

SUBJECT = Text("Tin trong ngày {day}: {count} tin", "News of {day}: {count} in all")
GREETING = Text("Kính gửi {name},", "Dear {name},")
OPENING = Text("Các tin sau đây được gộp cho bạn.", "The following news was gathered for you.")
MORE = Text("… và {count} tin khác trong ứng dụng.", "… and {count} more in the app.")
CLOSING = Text(
    "Bạn chọn cách nhận tin trong Quản lý tài khoản, mục Thông báo:",
    "You choose how you are told under your account, Notifications:",
)


@dataclass(frozen=True, slots=True)
class Digest:
    """What is to be sent; `message` is None where nothing may be said or nobody can be reached."""

    user_id: int
    ids: tuple[int, ...]
    message: OutsideMessage | None


def compose(work: Work, user_id: int, until: datetime) -> Digest | None:
    """Take a person's gathered messages until a moment and write the mail; None where there are none."""
    gathered = rows.lease_gathered(work.session, user_id, work.now, until)
    if not gathered:
        return None
    ids = tuple(one.id for one in gathered)
    person = work.world.person(user_id)
    if person is None or not person.active or not person.email:
        return Digest(user_id, ids, None)
    told = _still_to_tell(work, person, gathered)
    return Digest(user_id, ids, _mail(work, person, told, ids) if told else None)


def still_gathered(work: Work, digest: Digest) -> Sequence[Notification]:
    """Give what the digest told of and nobody has settled meanwhile."""
    found = (work.session.get(Notification, one) for one in digest.ids)
    return [one for one in found if one is not None and one.state == rows.GATHERED]


def _still_to_tell(work: Work, person: Person, gathered: Sequence[Notification]) -> list[Notification]:
    """Leave out what the person may not see any more, and what he has read in the app already."""
    work.world.preload(one.record_id for one in gathered if one.record_id is not None)
    showing = Showing(work, Actor(person.id))
    read = rows.read_in_app(work.session, person.id, [one.occurrence_id for one in gathered])
    found = []
    for one in gathered:
        record = None if one.record_id is None else work.world.record(one.record_id)
        is_gone = one.record_id is not None and (
            record is None or record.deleted_at is not None or not showing.may_view(record)
        )
        if not is_gone and one.occurrence_id not in read:
            found.append(one)
    return found


def _mail(work: Work, person: Person, told: Sequence[Notification], ids: Sequence[int]) -> OutsideMessage:
    language, base = person.language, work.platform.settings.base_url
    day = work.now.astimezone(zone_of(work.workspace)).strftime("%d/%m/%Y")
    facts = {"day": day, "count": len(told), "name": person.name}
    lines = [GREETING.filled(facts).in_language(language), "", OPENING.in_language(language), ""]
    for one in told[:MOST_LINES]:
        lines += _lines_of(one, base)
    if len(told) > MOST_LINES:
        lines.append(MORE.filled({"count": len(told) - MOST_LINES}).in_language(language))
    lines += [CLOSING.in_language(language), f"{base}/preferences/notifications"]
    return OutsideMessage(
        key=f"digest:{person.id}:{ids[0]}:{ids[-1]}", address=person.email or "",
        subject=SUBJECT.filled(facts).in_language(language), text="\n".join(lines),
        link=f"{base}/notifications", language=language, files=tuple(_entries(work, person, told)),
    )  # fmt: skip


def _entries(work: Work, person: Person, told: Sequence[Notification]) -> Iterator[MessageFile]:
    """Give the calendar entries that were gathered, of each record the newest, as files to open."""
    newest = {one.record_id: one for one in told if one.calendar is not None and one.record_id is not None}
    attendee = Attendee(person.email or "", person.name, person.id, person.language)
    for number, (record_id, one) in enumerate(newest.items(), 1):
        link = f"{work.platform.settings.base_url}/r/{record_id}"
        part = calendar_part(work, from_kept(one.calendar), record_id, attendee, link)
        yield MessageFile(f"invite-{number}.ics", "application/ics", part.content)


def _lines_of(one: Notification, base: str) -> Iterator[str]:
    yield f"• {one.subject}"
    if one.text and one.text != one.subject:
        yield f"  {' '.join(one.text.split())}"
    path = one.link if one.record_id is None else f"/r/{one.record_id}"
    if path:
        yield f"  {base}{path}"
    yield ""
