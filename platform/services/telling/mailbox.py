"""Mails that were written to a folder because there is no mail server: for administrators to read."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from luongviec.engine.errors import NotFound
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.records.access import check_function


@dataclass(frozen=True, slots=True)
class WrittenMail:
    name: str  # of the file
    to: str
    subject: str
    at: datetime
    text: str


def list_mails(platform: Platform, actor: Actor, *, limit: int = 100) -> tuple[WrittenMail, ...]:
    """Give the newest written mails; needs the function `admin.mail`."""
    with platform.reading() as work:
        check_function(work, actor, "admin.mail")
    paths = sorted(platform.settings.written_mails.glob("*.eml"), reverse=True)
    return tuple(_read(path) for path in paths[:limit])


def read_mail(platform: Platform, actor: Actor, name: str) -> WrittenMail:
    """Give one written mail; needs the function `admin.mail`.

    Raises:
        NotFound: there is none of this name.
    """
    with platform.reading() as work:
        check_function(work, actor, "admin.mail")
    # Names are compared with what lies there, so that no name can lead out of the folder.
    for path in platform.settings.written_mails.glob("*.eml"):
        if path.name == name:
            return _read(path)
    raise NotFound()


def _read(path: Path) -> WrittenMail:
    mail = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
    body = mail.get_body(("plain",))
    date = mail["Date"]
    return WrittenMail(
        name=path.name,
        to=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        at=parsedate_to_datetime(str(date)).astimezone(UTC) if date else datetime.fromtimestamp(0, UTC),
        text="" if body is None else str(body.get_content()),
    )
