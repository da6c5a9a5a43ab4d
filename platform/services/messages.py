"""Who is told what, on which channel, in which words: from occurrences to messages.

All occurrences of one action on one record are looked at together, because one person gets one
message per channel of them: what the action says itself wins over the status it entered, that over
people who joined or left, that over the rest. Within an event the first recipient kind of the file
counts. Nobody is told of a record that he may not view, and hidden fields are absent.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from luongviec.engine.decide import decide
from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions import Template
from luongviec.engine.fields import field_access
from luongviec.engine.model import (
    Access,
    MessageCell,
    MessageText,
    Module,
    NotificationSet,
    Recipient,
)
from luongviec.engine.people import members
from luongviec.engine.scope import scope_for
from luongviec.engine.scope_views import EventFacts
from luongviec.engine.world import Actor, RecordState, World

log = logging.getLogger(__name__)

APP, EMAIL, SMS = "app", "email", "sms"
CHANNELS = (APP, EMAIL, SMS)


@dataclass(frozen=True, slots=True)
class Happening:
    """One occurrence as messages see it: its row's id, and its data with their types back."""

    id: int
    record_id: int
    facts: EventFacts


@dataclass(frozen=True, slots=True)
class Message:
    """One text for one person on one channel about one occurrence."""

    occurrence_id: int
    record_id: int
    user_id: int
    channel: str
    recipient: str
    subject: str
    text: str


def messages_for(world: World, happenings: Sequence[Happening], link: str) -> tuple[Message, ...]:
    """Give the messages that occurrences of one action on one record call for.

    Args:
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
    for happening in sorted(happenings, key=lambda one: (_rank(in_force.module, one.facts.name), one.id)):
        for cell in chosen.events.get(happening.facts.name, ()):
            for message in _messages_of_cell(world, record, chosen, cell, happening, link, told):
                told[message.user_id, message.channel] = message
    return tuple(told.values())


def _rank(module: Module, event: str) -> int:
    """Give how strongly an event speaks; the least number wins."""
    if event in module.events:
        return 0
    if event.startswith("entered."):
        return 1
    return 2 if event.startswith(("joined.", "gone.")) else 3


def _messages_of_cell(
    world: World,
    record: RecordState,
    chosen: NotificationSet,
    cell: MessageCell,
    happening: Happening,
    link: str,
    told: Mapping[tuple[int, str], Message],
) -> Iterator[Message]:
    channels = [channel for channel in CHANNELS if getattr(cell, channel)]
    recipient = chosen.recipients.get(cell.recipient)
    if recipient is None or not channels:
        return
    actor = happening.facts.actor
    for user_id in _people(world, record, recipient, happening):
        fresh = [channel for channel in channels if (user_id, channel) not in told]
        if not fresh or (not cell.tell_actor and actor is not None and user_id == actor.user_id):
            continue
        yield from _messages_to(world, record, chosen, cell, happening, user_id, fresh, link)


def _people(world: World, record: RecordState, recipient: Recipient, happening: Happening) -> Iterable[int]:
    """Give whom a recipient kind names; for a unit role without slots, those who speak for the unit."""
    named = members(
        world, recipient.people, record=record, actor=happening.facts.actor, event=happening.facts
    )
    return dict.fromkeys(named)


def _messages_to(
    world: World,
    record: RecordState,
    chosen: NotificationSet,
    cell: MessageCell,
    happening: Happening,
    user_id: int,
    channels: Sequence[str],
    link: str,
) -> Iterator[Message]:
    person = world.person(user_id)
    if person is None or not person.active or not decide(world, Actor(user_id), "view", record).allowed:
        return
    language = person.language
    seen = _as_seen_by(world, record, user_id)
    scope = scope_for(
        world, seen, event=happening.facts, recipient=user_id, person=user_id, language=language,
        extra={"link": link},
    )  # fmt: skip
    try:
        if cell.when is not None and not cell.when.holds(scope):
            return
        for channel in channels:
            subject, text = _texts(
                world, chosen, happening.facts.name, cell.recipient, channel, scope, language
            )
            yield Message(
                happening.id, record.id, user_id, channel, cell.recipient, subject or record.title, text
            )
    except LuongViecError:
        # A text that cannot be rendered must not keep the others from being told.
        log.exception("message %s to %s could not be rendered", happening.facts.name, cell.recipient)


def _texts(
    world: World,
    chosen: NotificationSet,
    event: str,
    recipient: str,
    channel: str,
    scope: Mapping[str, object],
    language: str,
) -> tuple[str, str]:
    own, general = chosen.templates_for.get((event, recipient)), chosen.templates.get(event)
    subject = _rendered(scope, language, own, general, ("subject",))
    if channel == SMS:
        text = _rendered(scope, language, own, general, ("sms", "subject"))
    elif channel == EMAIL:
        text = _rendered(scope, language, own, general, ("email", "text"))
    else:
        text = _rendered(scope, language, own, general, ("text",))
    return " ".join(subject.split()), text


def _rendered(
    scope: Mapping[str, object],
    language: str,
    own: MessageText | None,
    general: MessageText | None,
    parts: Sequence[str],
) -> str:
    """Render the first part that somebody wrote, the recipient's own text before the general one."""
    for part in parts:
        for texts in (own, general):
            templates: Mapping[str, Template] = getattr(texts, part) if texts is not None else {}
            template = templates.get(language) or templates.get("vi")
            if template is not None:
                return template.render(scope).strip()
    return ""


def _as_seen_by(world: World, record: RecordState, user_id: int) -> RecordState:
    """Give the record without what is hidden from a person."""
    access = field_access(world, Actor(user_id), record)
    hidden = {name for name, allowed in access.items() if allowed is Access.HIDDEN}
    if not hidden:
        return record
    return replace(
        record,
        values={name: value for name, value in record.values.items() if name not in hidden},
        participations=tuple(p for p in record.participations if p.role not in hidden),
    )


def facts_of(
    name: str,
    actor: Actor,
    at: datetime,
    data: Mapping[str, object],
    reason: str | None,
    people: Sequence[int],
) -> EventFacts:
    """Build what templates read as `event`."""
    return EventFacts(name=name, actor=actor, at=at, data=data, reason=reason, people=tuple(people))
