"""Mail that comes in: from a mailbox on an IMAP server, or from a Maildir that a mail server fills.

A mail that was taken is marked as read, and stays where it is; what was not understood gets a flag, so
that whoever looks after the mailbox finds it. A mail is given again until it was settled.
"""

from __future__ import annotations

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from luongviec.channels.messages import ChannelUnavailable

TIMEOUT_SECONDS = 20
MOST_MAILS = 200  # of one reading; the next one goes on
LARGEST_MAIL = 2 * 1024 * 1024  # bytes; what is larger is no answer to an invitation


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that waits; a larger one than we read comes without content."""

    key: str
    content: bytes


class Incoming(Protocol):
    """A mailbox that is read."""

    def waiting(self) -> Iterator[Mail]:
        """Give the mails that nobody has read yet, the oldest first."""

    def settle(self, mail: Mail, *, understood: bool) -> None:
        """Mark a mail as read, and with a flag where it was not understood."""


class MaildirIncoming:
    """A folder into which a mail server delivers."""

    def __init__(self, folder: Path) -> None:
        mailbox.Maildir(str(folder), create=True)
        self._new, self._cur = folder / "new", folder / "cur"

    def waiting(self) -> Iterator[Mail]:
        """Give the mails of `new`; see `Incoming`."""
        found = sorted(self._new.iterdir(), key=lambda one: (one.stat().st_mtime, one.name))
        for path in found[:MOST_MAILS]:
            content = path.read_bytes() if path.stat().st_size <= LARGEST_MAIL else b""
            yield Mail(path.name, content)

    def settle(self, mail: Mail, *, understood: bool) -> None:
        """Move a mail to `cur`, unread: what is built to break a reader is moved as well. See `Incoming`."""
        name = f"{mail.key.partition(':')[0]}:2,{'S' if understood else 'FS'}"
        with suppress(FileNotFoundError):  # somebody else has moved it
            (self._new / mail.key).rename(self._cur / name)


class ImapIncoming:
    """A mailbox on an IMAP server, opened for one reading (`opened`)."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server

    def waiting(self) -> Iterator[Mail]:
        """Give the unseen mails; see `Incoming`."""
        _, found = self._server.uid("SEARCH", "UNSEEN")
        keys = found[0].split() if found and isinstance(found[0], bytes) else []
        for key in keys[:MOST_MAILS]:
            name = key.decode("ascii")
            yield Mail(name, self._content(name))

    def settle(self, mail: Mail, *, understood: bool) -> None:
        """Set the marks; see `Incoming`."""
        flags = r"(\Seen)" if understood else r"(\Seen \Flagged)"
        self._server.uid("STORE", mail.key, "+FLAGS", flags)

    def _content(self, key: str) -> bytes:
        """Read a mail without marking it, no more of it than we would understand."""
        _, parts = self._server.uid("FETCH", key, f"(BODY.PEEK[]<0.{LARGEST_MAIL}>)")
        return next((part[1] for part in parts if isinstance(part, tuple)), b"")


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where a mailbox is, and how it is opened."""

    host: str
    port: int
    user: str
    password: str
    security: str  # tls, starttls, none
    folder: str

    @contextmanager
    def opened(self) -> Iterator[ImapIncoming]:
        """Open the mailbox, and close it afterwards.

        Raises:
            ChannelUnavailable: the server is away, or refuses us.
        """
        try:
            server = self._connected()
            try:
                server.login(self.user, self.password)
                answer, _ = server.select(_quoted(self.folder))
                if answer != "OK":
                    raise ChannelUnavailable(channel=f"imap: {self.folder}")
                yield ImapIncoming(server)
            finally:
                with suppress(OSError, imaplib.IMAP4.error):
                    server.logout()
        except (OSError, imaplib.IMAP4.error) as error:
            raise ChannelUnavailable(channel=f"imap: {error}") from error

    def _connected(self) -> imaplib.IMAP4:
        context = ssl.create_default_context()
        if self.security == "tls":
            return imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
        server = imaplib.IMAP4(self.host, self.port, timeout=TIMEOUT_SECONDS)
        if self.security == "starttls":
            server.starttls(context)
        return server


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
