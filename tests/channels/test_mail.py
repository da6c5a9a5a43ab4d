"""Mails: built safely, sent by SMTP to a real server, or written to a folder."""

from __future__ import annotations

import email
import email.policy
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from luongviec.channels.mail import FolderMail, Sender, SmtpMail, SmtpServer, mail_of
from luongviec.channels.messages import (
    ChannelUnavailable,
    MessageCalendarPart,
    OutsideMessage,
    UnusableAddress,
)
from luongviec.channels.sms import LoggedSms
from luongviec.engine.errors import NotYet

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
SENDER = Sender("dieuhanh@tinh.example", "Điều hành")


def make_message(**differences: str) -> OutsideMessage:
    values = {
        "key": "occurrence:1:person:2:email",
        "address": "lan@tinh.example",
        "subject": "Hồ sơ sắp tới hạn",
        "text": "Kính gửi chị Lan,\nHồ sơ sắp tới hạn.",
        "link": "https://tinh.example/r/7",
    }
    return OutsideMessage(**(values | differences))


class Mailbox:
    """What an SMTP server took, and what it answers."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if not self.answer.startswith("250"):
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox, unused_tcp_port: int) -> Iterator[SmtpServer]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=unused_tcp_port)
    controller.start()
    yield SmtpServer("127.0.0.1", unused_tcp_port, security="none")
    controller.stop()


def test_a_mail_arrives_whole_with_vietnamese_marks(server: SmtpServer, mailbox: Mailbox) -> None:
    SmtpMail(server, SENDER, AT).send(make_message())
    (mail,) = mailbox.taken
    assert mail["Subject"] == "Hồ sơ sắp tới hạn"
    assert mail["To"] == "lan@tinh.example"
    assert "Kính gửi chị Lan" in mail.get_body(("plain",)).get_content()
    assert 'href="https://tinh.example/r/7"' in mail.get_body(("html",)).get_content()


def test_the_same_key_gives_the_same_message_id() -> None:
    first, second = (mail_of(make_message(), SENDER, AT) for _ in range(2))
    other = mail_of(make_message(key="another"), SENDER, AT)
    assert first["Message-ID"] == second["Message-ID"] != other["Message-ID"]


def test_a_line_break_in_a_subject_makes_no_header() -> None:
    mail = mail_of(make_message(subject="Họp\r\nBcc: ai@do.example"), SENDER, AT)
    assert mail["Subject"] == "Họp Bcc: ai@do.example"
    assert mail["Bcc"] is None


def test_markup_in_a_text_stays_text() -> None:
    html = mail_of(make_message(text="<script>alert(1)</script>"), SENDER, AT).get_body(("html",))
    assert "<script>" not in html.get_content()


@pytest.mark.parametrize("address", ["", "khong", "a@b@c", "a b@c.vn", "a@\nb", "@c.vn", "a@", "lần@c.vn"])
def test_an_address_that_is_none_is_never_tried(address: str) -> None:
    with pytest.raises(UnusableAddress):
        mail_of(make_message(address=address), SENDER, AT)


def test_a_refused_recipient_is_final_and_a_busy_server_is_not(server: SmtpServer, mailbox: Mailbox) -> None:
    mailbox.answer = "550 no such user"
    with pytest.raises(UnusableAddress):
        SmtpMail(server, SENDER, AT).send(make_message())
    mailbox.answer = "450 busy"
    with pytest.raises(ChannelUnavailable):
        SmtpMail(server, SENDER, AT).send(make_message())


def test_no_server_is_tried_again_later(unused_tcp_port: int) -> None:
    with pytest.raises(ChannelUnavailable):
        SmtpMail(SmtpServer("127.0.0.1", unused_tcp_port, security="none"), SENDER, AT).send(make_message())


def test_a_written_mail_is_written_once(tmp_path: Path) -> None:
    channel = FolderMail(tmp_path / "mail", SENDER, AT)
    channel.send(make_message())
    channel.send(make_message())
    (path,) = (tmp_path / "mail").iterdir()
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert path.suffix == ".eml"
    assert mail["Subject"] == "Hồ sơ sắp tới hạn"


@pytest.mark.requirement("C-82")
def test_a_missing_channel_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(NotYet):
        LoggedSms().send(make_message())
    assert "not sent" in caplog.text


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("words", range(1, 40, 3))
def test_no_space_of_a_long_subject_is_lost(words: int) -> None:
    subject = "Nhiệm vụ bị từ chối: " + " ".join(["Khảo sát hiện trạng nhà ở 3"] * words)
    written = mail_of(make_message(subject=subject), SENDER, AT).as_bytes()
    assert email.message_from_bytes(written, policy=email.policy.default)["Subject"] == subject
    assert all(len(line) < 80 for line in written.split(b"\r\n\r\n")[0].split(b"\r\n"))


def test_a_calendar_entry_travels_as_part_of_the_mail_and_as_a_file() -> None:
    entry = MessageCalendarPart("REQUEST", "BEGIN:VCALENDAR\r\nSUMMARY:Họp\r\nEND:VCALENDAR\r\n".encode())
    mail = mail_of(replace(make_message(), calendar=entry), SENDER, AT)
    read = email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)
    kinds = [part.get_content_type() for part in read.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
    [part] = [part for part in read.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    assert part.get_param("charset") == "utf-8"
    assert part.get_payload(decode=True).replace(b"\r\n", b"\n") == entry.content.replace(b"\r\n", b"\n")
    [attached] = read.iter_attachments()
    assert attached.get_filename() == "invite.ics"
