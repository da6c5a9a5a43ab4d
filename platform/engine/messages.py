"""Who is told what, through which channel, in which words: from what happened to messages.

Everything that one action let happen to one record is looked at together, because of it a person gets
one message per channel: what the action emits wins over `entered`, that over `joined`, `gone` and
`mentioned`, that over the rest. Within an event the first kind of recipient in the file decides for a
person. Who may not view the record gets none, but whoever leaves a role hears of that much; hidden
fields are absent, who acted is not told what he just did.
A kind of recipient may be an address in a field instead of people: then the definition itself is the
right to tell, and nothing but its words, its calendar entry and the file that it names leaves.
Nothing is sent here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from luongviec.engine.deciding.authorities import deputies_of
from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.filters import plain
from luongviec.engine.expressions.scope import EventFacts, Scope, scope_for
from luongviec.engine.message_calendars import CalendarFacts, ToldOf, calendar_facts
from luongviec.engine.model import (
    Access,
    CalendarMethod,
    MessageCell,
    MessageText,
    Module,
    NotificationSet,
    Recipient,
)
from luongviec.engine.people import members
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Person, RecordState, World

log = logging.getLogger(__name__)

APP, EMAIL, SMS = "app", "email", "sms"
CHANNELS = (APP, EMAIL, SMS)
VIEW = "view"
OUTSIDE_LANGUAGE = "vi"  # of who has no account to choose in
MENTIONED = "mentioned"

#: How strongly an event speaks, strongest first.
EMITTED, ENTERED, PEOPLE, REST = range(4)


#: Before what somebody hears in another's place.
FOR_ABSENT = Text("Thay {name}: {said}", "For {name}: {said}")


@dataclass(frozen=True, slots=True)
class Happening:
    """One occurrence as messages see it; `id` makes a message about it unique."""

    id: int
    record_id: int
    facts: EventFacts


@dataclass(frozen=True, slots=True)
class Message:
    """One text for one person on one channel about one occurrence.

    (occurrence, `template`, person, channel) is unique: told twice is told once.
    """

    occurrence_id: int
    record_id: int
    user_id: int | None  # None: it goes to `address`
    channel: str
    recipient: str
    subject: str
    text: str
    event: str
    template: str
    language: str
    digest: bool = False
    module: str = ""
    group: str = ""  # of the set, for which people choose how they are told
    always: bool = False  # nobody may switch it off in the app
    address: str = ""
    name: str = ""  # of whom an address reaches
    calendar: CalendarFacts | None = None
    file_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Telling:
    """That one kind of recipient lets a person hear of a happening."""

    happening: Happening
    cell: MessageCell
    person: int
    channels: tuple[str, ...]
    in_place_of: int | None = None


def messages_for(world: World, happenings: Sequence[Happening], link: str) -> tuple[Message, ...]:
    """Give the messages that the occurrences of one action on one record call for.

    Args:
        world: the world after the action.
        happenings: all that one action let happen to one record.
        link: the address of the record, for the texts.
    """
    if not happenings:
        return ()
    record = world.record(happenings[0].record_id)
    if record is None:
        return ()
    in_force = world.in_force(record)
    chosen = in_force.notification_set
    if chosen is None:
        return ()
    told: dict[tuple[int, str], Message] = {}
    ranked = sorted(happenings, key=lambda one: (rank_of(in_force.module, one.facts.name), one.id))
    tellings = [one for happening in ranked for one in _tellings(world, record, chosen, happening)]
    for telling in (*tellings, *_to_deputies(world, record, tellings)):
        fresh = [channel for channel in telling.channels if (telling.person, channel) not in told]
        person = world.person(telling.person)
        known = _as_left(record, telling)
        if fresh and person is not None and _may_hear(world, known, person):
            for message in _written(world, known, chosen, telling, person, fresh, link):
                told[telling.person, message.channel] = message
    outside = {one.address.casefold(): one for one in _to_addresses(world, record, chosen, ranked)}
    return (*told.values(), *outside.values())


def _to_deputies(world: World, record: RecordState, tellings: Sequence[_Telling]) -> Iterator[_Telling]:
    """Let those who stand in for a recipient hear what he hears, as far as they see it for him.

    What lets somebody stand in speaks to its own people alone.
    """
    if not tellings or world.in_force(record).module.stands_in is not None:
        return
    deputies: dict[int, tuple[int, ...]] = {}
    for telling in tellings:
        person, actor = telling.person, telling.happening.facts.actor
        if person not in deputies:
            deputies[person] = deputies_of(world, person, record)
        for deputy in deputies[person]:
            if actor is None or actor.user_id != deputy:
                yield replace(telling, person=deputy, in_place_of=person)


def rank_of(module: Module, event: str) -> int:
    """Give how strongly an event of a module speaks; the least wins."""
    if event in module.events:
        return EMITTED
    if event.startswith("entered."):
        return ENTERED
    return PEOPLE if event.startswith(("joined.", "gone.")) or event == MENTIONED else REST


# --- Who hears ----------------------------------------------------------------------------------------


def _tellings(
    world: World, record: RecordState, chosen: NotificationSet, happening: Happening
) -> Iterator[_Telling]:
    """Go through the kinds of recipients of an event; the first one that names a person decides."""
    facts = happening.facts
    heard: set[int] = set()
    for cell in chosen.events.get(facts.name, ()):
        recipient = chosen.recipients.get(cell.recipient)
        channels = tuple(channel for channel in CHANNELS if getattr(cell, channel))
        if recipient is None or not channels or not _applies(world, record, cell, facts):
            continue
        for person in members(world, recipient.people, record=record, actor=facts.actor, event=facts):
            is_actor = facts.actor is not None and facts.actor.user_id == person
            if person not in heard and (cell.tell_actor or not is_actor):
                yield _Telling(happening, cell, person, channels)
            heard.add(person)


def _applies(world: World, record: RecordState, cell: MessageCell, facts: EventFacts) -> bool:
    if cell.when is None:
        return True
    try:
        return cell.when.holds(scope_for(world, record, event=facts))
    except LuongViecError:
        log.exception("the condition of a message about %s cannot be evaluated", facts.name)
        return False


def _as_left(record: RecordState, telling: _Telling) -> RecordState:
    """Give the record as it was for somebody who hears that he holds a role no more: he saw it until then."""
    facts, (word, _, role) = telling.happening.facts, telling.happening.facts.name.partition(".")
    moment = facts.at
    if word != "gone" or telling.person not in facts.people or moment is None:
        return record
    return replace(
        record,
        participations=tuple(
            replace(one, until=None)
            if one.role == role and one.until is not None and one.until >= moment
            else one
            for one in record.participations
        ),
    )


def _may_hear(world: World, record: RecordState, person: Person) -> bool:
    return person.active and decide(world, Actor(person.id), VIEW, record).allowed


# --- What they read -----------------------------------------------------------------------------------


def _written(
    world: World,
    record: RecordState,
    chosen: NotificationSet,
    telling: _Telling,
    person: Person,
    channels: Sequence[str],
    link: str,
) -> Iterator[Message]:
    facts, cell = telling.happening.facts, telling.cell
    own = chosen.templates_for.get((facts.name, cell.recipient))
    texts = tuple(one for one in (own, chosen.templates.get(facts.name)) if one is not None)
    template = f"{chosen.code}:{facts.name}" + (f":{cell.recipient}" if own else "")
    scope = scope_for(
        world,
        _as_seen_by(world, record, person),
        event=facts,
        recipient=person.id,
        person=person.id,
        language=person.language,
        extra={"link": link},
    )
    group = chosen.group_of(facts.name)
    for channel in channels:
        subject, text = _texts(texts, channel, person.language, scope)
        absent = None if telling.in_place_of is None else world.person(telling.in_place_of)
        if absent is not None:
            subject = _in_place_of(absent, subject or record.title, person.language)
            text = _in_place_of(absent, text, person.language) if channel == SMS and text else text
        method = _method(texts) if channel == EMAIL and absent is None else None
        seen = ToldOf(record, facts, person.id, person.language, scope)
        yield Message(
            occurrence_id=telling.happening.id,
            record_id=record.id,
            user_id=person.id,
            channel=channel,
            recipient=cell.recipient,
            subject=subject or record.title,
            text=text or (plain(subject or record.title) if channel == SMS else ""),
            event=facts.name,
            template=template,
            language=person.language,
            digest=cell.digest,
            module=chosen.module,
            group="" if group is None else group.code,
            always=group is not None and group.always,
            calendar=_entry(world, chosen, method, seen),
        )


def _method(texts: Sequence[MessageText]) -> CalendarMethod | None:
    return next((one.calendar for one in texts if one.calendar is not None), None)


def _entry(
    world: World, chosen: NotificationSet, method: CalendarMethod | None, seen: ToldOf
) -> CalendarFacts | None:
    if method is None or chosen.calendar is None:
        return None
    return calendar_facts(world, chosen.calendar, method, seen)


# --- Who has no account ---------------------------------------------------------------------------------


def _to_addresses(
    world: World, record: RecordState, chosen: NotificationSet, ranked: Sequence[Happening]
) -> Iterator[Message]:
    """Write to the addresses that fields hold: one mail for each action, of what speaks strongest."""
    written: set[str] = set()
    for happening in ranked:
        facts = happening.facts
        for cell in chosen.events.get(facts.name, ()):
            recipient = chosen.recipients.get(cell.recipient)
            if recipient is None or recipient.address is None or recipient.code in written:
                continue
            address = record.values.get(recipient.address)
            if (
                cell.email
                and isinstance(address, str)
                and address.strip()
                and _applies(world, record, cell, facts)
            ):
                written.add(recipient.code)
                yield _to_address(world, record, chosen, happening, recipient)


def _to_address(
    world: World, record: RecordState, chosen: NotificationSet, happening: Happening, recipient: Recipient
) -> Message:
    facts = happening.facts
    own = chosen.templates_for.get((facts.name, recipient.code))
    texts = tuple(one for one in (own, chosen.templates.get(facts.name)) if one is not None)
    scope = scope_for(world, record, event=facts, extra={"link": ""})
    subject, text = _texts(texts, EMAIL, OUTSIDE_LANGUAGE, scope)
    name = record.values.get(recipient.name or "")
    return Message(
        occurrence_id=happening.id,
        record_id=record.id,
        user_id=None,
        channel=EMAIL,
        recipient=recipient.code,
        subject=subject or record.title,
        text=text,
        event=facts.name,
        template=f"{chosen.code}:{facts.name}" + (f":{recipient.code}" if own else ""),
        language=OUTSIDE_LANGUAGE,
        module=chosen.module,
        address=str(record.values[recipient.address or ""]).strip(),
        name=name.strip() if isinstance(name, str) else "",
        calendar=_entry(world, chosen, _method(texts), ToldOf(record, facts, None, OUTSIDE_LANGUAGE, scope)),
        file_id=_attached(texts, scope),
    )


def _attached(texts: Sequence[MessageText], scope: Scope) -> int | None:
    """Give the file that the texts name: the first where there are several."""
    attach = next((one.attach for one in texts if one.attach is not None), None)
    if attach is None:
        return None
    try:
        found = attach.evaluate(scope)
    except LuongViecError:
        log.exception("what a message takes along cannot be evaluated")
        return None
    first = next(iter(found), None) if isinstance(found, tuple) else found
    return first if isinstance(first, int) and not isinstance(first, bool) else None


def _in_place_of(absent: Person, said: str, language: str) -> str:
    return FOR_ABSENT.filled({"name": absent.name, "said": said}).in_language(language)


def _as_seen_by(world: World, record: RecordState, person: Person) -> RecordState:
    """Give the record without what is hidden from a person."""
    access = field_access(world, Actor(person.id), record)
    hidden = {name for name, allowed in access.items() if allowed is Access.HIDDEN}
    if not hidden:
        return record
    return replace(
        record,
        values={name: value for name, value in record.values.items() if name not in hidden},
        participations=tuple(p for p in record.participations if p.role not in hidden),
    )


def _texts(texts: Sequence[MessageText], channel: str, language: str, scope: Scope) -> tuple[str, str]:
    """Give subject and text for a channel, the recipient's own words before the general ones."""
    parts = {SMS: ("sms",), EMAIL: ("email", "text"), APP: ("text",)}[channel]
    subject = _rendered(texts, ("subject",), language, scope)
    return " ".join(subject.split()), _rendered(texts, parts, language, scope)


def _rendered(
    texts: Sequence[MessageText], parts: Sequence[str], language: str, scope: Mapping[str, object]
) -> str:
    """Render the first part that somebody wrote. What cannot be rendered must not keep the news back."""
    for part in parts:
        for one in texts:
            templates = getattr(one, part)
            template = templates.get(language) or templates.get("vi")
            if template is None:
                continue
            try:
                return str(template.render(scope)).strip()
            except LuongViecError:
                log.exception("a message's %s cannot be rendered", part)
                return ""
    return ""
