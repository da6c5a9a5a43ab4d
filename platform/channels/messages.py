"""What a channel is given, and what every channel promises: words of the plugins' interface.

In-app notifications are rows and need no channel. A channel sends one ready message to one person;
it is called at least once for it, with the same key every time, so that a receiver can drop doubles.
"""

from __future__ import annotations

from luongviec.plugins import (
    Channel,
    ChannelUnavailable,
    MessageCalendarPart,
    MessageFile,
    OutsideMessage,
    UnusableAddress,
)

__all__ = [
    "Channel",
    "ChannelUnavailable",
    "MessageCalendarPart",
    "MessageFile",
    "OutsideMessage",
    "UnusableAddress",
]
