"""Electronic mail: by SMTP, or written to a folder where there is no mail server.

Both build the same message. `Message-ID` is made from the key, so that a mail sent twice after a
crash is one mail to any reader that threads by it.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from html import escape
from pathlib import Path

from luongviec.channels.messages import (
    ChannelUnavailable,
    MessageCalendarPart,
    OutsideMessage,
    UnusableAddress,
)

TIMEOUT_SECONDS = 20
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
CODE = "email"


@dataclass(frozen=True, slots=True)
class Sender:
    """From whom mails come."""

    address: str
    name: str


class _MailPolicy(EmailPolicy):
    """Folds long subjects so that no space is lost.

    Python before 3.13 puts the space between two encoded words outside of them, where readers drop it.
    """

    def fold(self, name: str, value: str) -> str:
        """Write one header."""
        if name.lower() != "subject" or value.isascii():
            return str(super().fold(name, value))
        encoded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write one header as bytes."""
        if name.lower() != "subject" or value.isascii():
            return bytes(super().fold_binary(name, value))
        return self.fold(name, value).encode("ascii")


_POLICY = _MailPolicy(linesep=SMTP.linesep)


def mail_of(message: OutsideMessage, sender: Sender, at: datetime) -> EmailMessage:
    """Build the mail: plain text with an HTML twin, both from the rendered text.

    Raises:
        UnusableAddress: the address is none.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(sender.address, sender.name)
    mail["To"] = _address(message.address)
    mail["Subject"] = " ".join(message.subject.split())  # a line break would begin another header
    mail["Date"] = format_datetime(at)
    domain = sender.address.rpartition("@")[2] or "localhost"
    mail["Message-ID"] = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:40]}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = message.language
    text = f"{message.text}\n\n{message.link}\n" if message.link else f"{message.text}\n"
    mail.set_content(text, cte="base64")
    mail.add_alternative(_html(message), subtype="html", cte="base64")
    if message.calendar is not None:
        _add_calendar(mail, message.calendar)
    for file in message.files:
        main, _, sub = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=file.name)
    return mail


def _add_calendar(mail: EmailMessage, part: MessageCalendarPart) -> None:
    """Add a calendar's entry twice, as others do: for programs that act on it, and as a file to open."""
    mail.add_alternative(
        part.content.decode("utf-8"), subtype="calendar", charset="utf-8", cte="base64",
        params={"method": part.method},
    )  # fmt: skip
    mail.add_attachment(part.content, maintype="application", subtype="ics", filename=part.name)


def _address(address: str, name: str = "") -> Address:
    real = parseaddr(address)[1]
    if real != address or real.count("@") != 1 or any(sign.isspace() for sign in real):
        raise UnusableAddress(address)
    user, _, domain = real.partition("@")
    if not user or not domain or not real.isascii() or not real.isprintable():
        raise UnusableAddress(address)
    return Address(display_name=name, username=user, domain=domain)


def _html(message: OutsideMessage) -> str:
    lines = [line.strip() for line in (*message.text.splitlines(), message.link)]
    paragraphs = "".join(f"<p>{_linked(line)}</p>" for line in lines if line)
    return (
        f'<!doctype html><html lang="{escape(message.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(message.subject)}</title></head><body>{paragraphs}</body></html>"
    )


def _linked(line: str) -> str:
    """Write a line as HTML; one that is nothing but an address can be followed."""
    said = escape(line)
    return f'<a href="{said}">{said}</a>' if _ADDRESS.fullmatch(line) else said


@dataclass(frozen=True, slots=True)
class SmtpServer:
    host: str
    port: int
    user: str = ""
    password: str = ""
    security: str = "starttls"  # starttls | tls | none


class SmtpMail:
    """Sends by SMTP, one connection a message."""

    code = CODE

    def __init__(self, server: SmtpServer, sender: Sender, now: datetime | None = None) -> None:
        self._server = server
        self._sender = sender
        self._now = now

    def send(self, message: OutsideMessage) -> None:
        """Send one mail; see `Channel.send`."""
        mail = mail_of(message, self._sender, self._now or datetime.now().astimezone())
        try:
            with self._connect() as connection:
                connection.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refusal:
            if any(500 <= code < 600 for code, _ in refusal.recipients.values()):
                raise UnusableAddress(message.address) from refusal
            raise ChannelUnavailable(channel=CODE) from refusal
        except (smtplib.SMTPException, OSError) as failure:
            raise ChannelUnavailable(channel=CODE) from failure

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        try:
            if server.security == "starttls":
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


class FolderMail:
    """Writes each mail as an .eml file named by time and key; the same message writes one file."""

    code = CODE

    def __init__(self, folder: Path, sender: Sender, now: datetime | None = None) -> None:
        self._folder = folder
        self._sender = sender
        self._now = now

    def send(self, message: OutsideMessage) -> None:
        """Write one mail; see `Channel.send`."""
        at = self._now or datetime.now().astimezone()
        mail = mail_of(message, self._sender, at)
        self._folder.mkdir(parents=True, exist_ok=True)
        key = hashlib.sha256(message.key.encode()).hexdigest()[:16]
        if next(self._folder.glob(f"*-{key}.eml"), None) is not None:
            return
        fresh = self._folder / f".{key}.part"
        fresh.write_bytes(mail.as_bytes())
        fresh.replace(self._folder / f"{at:%Y%m%dT%H%M%S%f}-{key}.eml")
