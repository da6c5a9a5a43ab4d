"""What the worker runs: one job, named by what is to be done and the row it is done to.

A job gets keys, never objects; it opens its own transactions and may be killed anywhere and run
again (see `services.telling.delivery`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from luongviec.bootstrap import build_channels, build_platform, opened_mailbox
from luongviec.channels.messages import Channel
from luongviec.services.platform import Platform
from luongviec.services.telling import delivery
from luongviec.services.telling.calendar_replies import READ_REPLIES, read_replies
from luongviec.settings import load_settings


@dataclass(frozen=True, slots=True)
class Running:
    """What jobs work with, built once per process."""

    platform: Platform
    channels: Mapping[str, Channel]


def run(job: str, key: int) -> None:
    """Do one job; RQ calls this by name."""
    running = running_process()
    if job == READ_REPLIES:
        with opened_mailbox(running.platform.settings) as incoming:
            read_replies(running.platform, incoming)
        return
    delivery.do(running.platform, running.channels, job, key)


@cache
def running_process() -> Running:
    """Give the platform of this process, from its environment."""
    settings = load_settings()
    platform = build_platform(settings)
    return Running(platform, build_channels(settings, platform.plugins))
