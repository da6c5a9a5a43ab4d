"""Mails that were written to a folder because there is no mail server: for administrators to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform


@dataclass(frozen=True, slots=True)
class WrittenMail:
    name: str  # of the file
    to: str
    subject: str
    at: datetime
    text: str


def list_mails(platform: Platform, actor: Actor, *, limit: int = 100) -> tuple[WrittenMail, ...]:
    """Give the newest written mails; needs the function `admin.mail`."""
    raise NotImplementedError


def read_mail(platform: Platform, actor: Actor, name: str) -> WrittenMail:
    """Give one written mail; needs the function `admin.mail`.

    Raises:
        NotFound
    """
    raise NotImplementedError
