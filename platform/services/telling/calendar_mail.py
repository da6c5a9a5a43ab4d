"""Calendar entries that travel with mails (iCalendar, iTIP): taken in, changed, taken out again.

Each recipient has an entry of his own, named after record and person, so an invitation that is sent
again changes it instead of adding another, and nobody reads from it who else is invited. The name is
signed: nobody makes up the entry of somebody else. Where the platform reads mail, the entry asks for an
answer (`calendar_replies`); elsewhere its text leads to the record where one answers.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress

from luongviec.channels.messages import MessageCalendarPart
from luongviec.engine.message_calendars import CalendarFacts
from luongviec.engine.model import CalendarMethod
from luongviec.engine.related import zone_of
from luongviec.services.platform import Platform, Work

FILE_NAME = "invite.ics"
ANSWERED: Mapping[str | None, str] = {
    "accepted": "ACCEPTED",
    "declined": "DECLINED",
    "tentative": "TENTATIVE",
}


@dataclass(frozen=True, slots=True)
class Attendee:
    """Whose calendar it is; `person_id` None: somebody without an account."""

    address: str
    name: str
    person_id: int | None
    language: str


@dataclass(frozen=True, slots=True)
class EntryName:
    """Of which record an entry is, and for whom: a person, or (`address_hash`) an address."""

    record_id: int
    person_id: int | None
    address_hash: str = ""

    def is_for(self, address: str) -> bool:
        """Whether the entry was written for an address without an account."""
        return self.person_id is None and hmac.compare_digest(self.address_hash, _address_hash(address))


def uid_of(platform: Platform, record_id: int, person_id: int | None, address: str = "") -> str:
    """Name the entry of a record in one person's calendars, the same for ever."""
    host = urlsplit(platform.settings.base_url).hostname or "localhost"
    whose = str(person_id) if person_id is not None else f"x{_address_hash(address)}"
    name = f"{record_id}-{whose}"
    return f"record-{name}-{_signature(platform, name)}@{host}"


def entry_named(platform: Platform, uid: str) -> EntryName | None:
    """Read a name that `uid_of` gave; None where it is not one of ours."""
    found = _UID.match(uid)
    if found is None or not hmac.compare_digest(found["sign"], _signature(platform, found["name"])):
        return None
    whose = found["whose"]
    if whose.startswith("x"):
        return EntryName(int(found["record"]), None, whose[1:])
    return EntryName(int(found["record"]), int(whose))


_UID = re.compile(
    r"record-(?P<name>(?P<record>\d{1,18})-(?P<whose>\d{1,18}|x[0-9a-f]{16}))-(?P<sign>[0-9a-f]{20})@"
)


def _address_hash(address: str) -> str:
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:16]


def _signature(platform: Platform, name: str) -> str:
    key = platform.settings.secret_key.encode()
    return hmac.new(key, f"calendar-entry:{name}".encode(), "sha256").hexdigest()[:20]


def kept_form(facts: CalendarFacts) -> Mapping[str, object]:
    """Write an entry as the outbox keeps it."""
    return {
        "method": facts.method.value, "title": facts.title, "starts": facts.starts.isoformat(),
        "ends": None if facts.ends is None else facts.ends.isoformat(), "place": facts.place,
        "text": facts.text, "organiser": facts.organiser_id, "answer": facts.answer,
        "sequence": facts.sequence, "asks": facts.asks,
    }  # fmt: skip


def from_kept(kept: Mapping[str, object]) -> CalendarFacts:
    """Read what `kept_form` wrote."""
    ends, organiser, answer = kept["ends"], kept["organiser"], kept["answer"]
    return CalendarFacts(
        method=CalendarMethod(str(kept["method"])),
        title=str(kept["title"]),
        starts=_moment(str(kept["starts"])),
        ends=None if ends is None else _moment(str(ends)),
        place=str(kept["place"]),
        text=str(kept["text"]),
        organiser_id=organiser if isinstance(organiser, int) else None,
        answer=None if answer is None else str(answer),
        sequence=int(str(kept["sequence"])),
        asks=kept.get("asks") is True,
    )


def calendar_part(
    work: Work, facts: CalendarFacts, record_id: int, attendee: Attendee, link: str
) -> MessageCalendarPart:
    """Write an entry as the part of a mail to one attendee; `link` is where he answers, if anywhere."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{work.platform.settings.site_name}//luongviec//VI")
    calendar.add("version", "2.0")
    calendar.add("method", facts.method.value.upper())
    zone = _zone(str(zone_of(work.workspace))) if isinstance(facts.starts, datetime) else None
    if zone is not None:
        calendar.add_component(zone)
    calendar.add_component(_event(work, facts, record_id, attendee, link))
    return MessageCalendarPart(facts.method.value.upper(), calendar.to_ical(), FILE_NAME)


@cache
def _zone(name: str) -> Timezone | None:
    """Describe a zone once for all mails; None where calendars need no description, as of UTC."""
    sample, event = Calendar(), Event()
    event.add("dtstart", datetime(2026, 1, 1, tzinfo=ZoneInfo(name)))
    sample.add_component(event)
    sample.add_missing_timezones()
    return next(iter(sample.timezones), None)


def _event(work: Work, facts: CalendarFacts, record_id: int, attendee: Attendee, link: str) -> Event:
    is_cancelled = facts.method is CalendarMethod.CANCEL
    event = Event()
    event.add("uid", uid_of(work.platform, record_id, attendee.person_id, attendee.address))
    event.add("dtstamp", work.now.astimezone(UTC))
    event.add("sequence", facts.sequence)
    event.add("summary", facts.title)
    event.add("dtstart", _local(work, facts.starts))
    if facts.ends is not None:
        event.add("dtend", _local(work, facts.ends))
    if facts.place:
        event.add("location", facts.place)
    words = "\n\n".join(one for one in (facts.text, link) if one)
    if words:
        event.add("description", words)
    if link:
        event.add("url", link)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event["ORGANIZER"] = _organiser(work, facts)
    asks = bool(work.platform.settings.replies.address) and facts.asks
    event.add("ATTENDEE", _attendee(facts, attendee, asks=asks), encode=False)
    return event


def _organiser(work: Work, facts: CalendarFacts) -> vCalAddress:
    """Name who invites; the mail itself comes from the platform's own address.

    Where the platform reads answers they go to its own mailbox, under the name of who invites.
    """
    settings = work.platform.settings
    person = None if facts.organiser_id is None else work.world.person(facts.organiser_id)
    if settings.replies.address:
        return _address(settings.replies.address, settings.site_name if person is None else person.name)
    if person is None or not person.active or not person.email:
        return _address(settings.mail.sender, settings.site_name if person is None else person.name)
    found = _address(person.email, person.name)
    found.params["SENT-BY"] = f"mailto:{settings.mail.sender}"
    return found


def _attendee(facts: CalendarFacts, attendee: Attendee, *, asks: bool) -> vCalAddress:
    found = _address(attendee.address, attendee.name)
    found.params["CUTYPE"] = "INDIVIDUAL"
    found.params["ROLE"] = "REQ-PARTICIPANT"
    found.params["PARTSTAT"] = ANSWERED.get(facts.answer, "NEEDS-ACTION")
    found.params["RSVP"] = "TRUE" if asks else "FALSE"
    return found


def _address(address: str, name: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    if name:
        found.params["CN"] = name.replace('"', "'")
    return found


def _local(work: Work, at: date) -> date:
    """Give a moment in the zone of the house; a day is a day everywhere."""
    return at.astimezone(zone_of(work.workspace)) if isinstance(at, datetime) else at


def _moment(written: str) -> date:
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
