"""Notification sets: who is told of what, on which channel, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from luongviec.engine.expressions.compiled import Expression, Template
from luongviec.engine.model.people import People
from luongviec.engine.text import Text


@dataclass(frozen=True, slots=True)
class Recipient:
    """People of ours, or (`address`) whoever reads the mail that goes to the address in a field."""

    code: str
    label: Text
    people: People
    address: str | None = None
    name: str | None = None  # with an address: the field that says whose it is


@dataclass(frozen=True, slots=True)
class MessageCell:
    """Which channels tell a recipient of an event."""

    recipient: str
    app: bool = False
    email: bool = False
    sms: bool = False
    tell_actor: bool = False
    digest: bool = False
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class MessageText:
    """The texts of one event: each channel's template by language (`vi`, `en`).

    `calendar`: what a mail does to the recipient's calendar; `attach`: the file that a mail to an address
    takes along.
    """

    subject: Mapping[str, Template]
    text: Mapping[str, Template]
    email: Mapping[str, Template]
    sms: Mapping[str, Template]
    calendar: CalendarMethod | None = None
    attach: Expression | None = None


class CalendarMethod(StrEnum):
    """What a mail asks of a calendar: to take an entry in, or out again."""

    REQUEST = "request"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """What an answer that comes by mail does; `words` names the input for what was written with it."""

    action: str
    input: Mapping[str, Expression]
    words: str | None = None


@dataclass(frozen=True, slots=True)
class MessageCalendar:
    """The entry that mails put into calendars. `attendees` None: everybody who is told."""

    starts: Expression
    until: Expression | None = None
    title: Mapping[str, Template] = field(default_factory=dict)
    place: Mapping[str, Template] = field(default_factory=dict)
    text: Mapping[str, Template] = field(default_factory=dict)
    organiser: People | None = None
    attendees: People | None = None
    answer: Expression | None = None
    replies: Mapping[str, CalendarReply] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageGroup:
    """Events for which people choose together how they are told; `always`: in the app nothing is off."""

    code: str
    label: Text
    events: frozenset[str]
    always: bool = False


@dataclass(frozen=True, slots=True)
class NotificationSet:
    code: str
    module: str
    name: Text
    recipients: Mapping[str, Recipient]
    events: Mapping[str, tuple[MessageCell, ...]]  # in file order
    templates: Mapping[str, MessageText]
    templates_for: Mapping[tuple[str, str], MessageText]  # (event, recipient) → own text
    note: Text | None = None
    shipped: bool = False
    groups: Mapping[str, MessageGroup] = field(default_factory=dict)  # in file order
    calendar: MessageCalendar | None = None

    def group_of(self, event: str) -> MessageGroup | None:
        """Give the group that an event belongs to, if the set names one."""
        return next((group for group in self.groups.values() if event in group.events), None)
