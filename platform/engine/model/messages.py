"""Notification sets: who is told of what, on which channel, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from luongviec.engine.expressions import Expression, Template
from luongviec.engine.model.people import People
from luongviec.engine.text import Text


@dataclass(frozen=True, slots=True)
class Recipient:
    code: str
    label: Text
    people: People


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
    """The texts of one event: each channel's template by language (`vi`, `en`)."""

    subject: Mapping[str, Template]
    text: Mapping[str, Template]
    email: Mapping[str, Template]
    sms: Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class MessageGroup:
    """Events for which people choose together how they are told; `always`: in the app none is switched off."""

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

    def group_of(self, event: str) -> MessageGroup | None:
        """Give the group that an event belongs to, if the set names one."""
        return next((group for group in self.groups.values() if event in group.events), None)
