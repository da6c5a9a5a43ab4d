"""What a channel is given, and what every channel promises.

In-app notifications are rows and need no channel. A channel sends one ready message to one person;
it is called at least once for it, with the same key every time, so that a receiver can drop doubles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from luongviec.engine.errors import Unavailable
from luongviec.engine.text import Text


@dataclass(frozen=True, slots=True)
class OutsideMessage:
    """One message for one person, rendered. `key` is the same at every attempt."""

    key: str
    address: str
    subject: str
    text: str
    link: str = ""
    language: str = "vi"


class UnusableAddress(Exception):
    """The address can never be served: trying again is no use."""


class ChannelUnavailable(Unavailable):
    """The outside service does not take the message now; the sender tries again later."""

    code = "channel_unavailable"
    template = Text(
        "Kênh {channel} tạm thời chưa nhận tin.", "The channel {channel} takes no message at the moment."
    )


class Channel(Protocol):
    """One way out."""

    @property
    def code(self) -> str:
        """The channel's word in notification sets: `email`, `sms`."""

    def send(self, message: OutsideMessage) -> None:
        """Send, or raise `ChannelUnavailable` (later), `UnusableAddress` or `NotYet` (never)."""
