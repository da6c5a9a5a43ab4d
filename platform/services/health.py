"""Whether everything that the platform needs is there, for `doctor` and the health page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text
from luongviec.services.files.store import free_bytes
from luongviec.settings import Settings
from luongviec.store.definitions.revisions import published_definitions
from luongviec.store.health import database_now
from luongviec.store.migrating import needs_upgrade
from luongviec.store.outbox import waiting_counts

LEAST_FREE_BYTES = 500 * 1024 * 1024
MOST_WAITING = 1_000
LARGEST_SKEW_SECONDS = 5


class Pinged(Protocol):
    """What answers to a ping: a client of Redis."""

    def ping(self) -> object:
        """Answer, or raise."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing, and what to do where it is not well."""

    subject: Text
    well: bool
    state: Text
    advice: Text | None = None


def examine(settings: Settings, engine: Engine, redis: Pinged) -> tuple[Finding, ...]:
    """Look at database, definitions, outbox, clock, Redis and files."""
    database = _database(engine)
    rest = _inside(engine) if database.well else ()
    return (database, *rest, _redis(redis), _files(settings.files), _mail(settings))


def _database(engine: Engine) -> Finding:
    subject = Text("Cơ sở dữ liệu", "Database")
    try:
        if needs_upgrade(engine):
            return Finding(
                subject, False, Text("cũ hơn chương trình", "older than the program"),
                Text("Chạy luongviec db upgrade.", "Run luongviec db upgrade."),
            )  # fmt: skip
    except (SQLAlchemyError, LuongViecError) as error:
        return Finding(
            subject, False, Text(f"không mở được: {error}"[:300]),
            Text("Kiểm tra DATABASE_URL và máy chủ.", "Check DATABASE_URL and the server."),
        )  # fmt: skip
    return Finding(subject, True, Text(engine.dialect.name))


def _inside(engine: Engine) -> tuple[Finding, ...]:
    now = datetime.now(UTC)
    with Session(engine) as session:
        count = len(published_definitions(session))
        waiting = waiting_counts(session, now)
        skew = abs((database_now(session) - now).total_seconds())
    words = ", ".join(f"{name} {number}" for name, number in waiting.items())
    return (
        Finding(
            Text("Định nghĩa", "Definitions"), count > 0, Text(f"{count} đã công bố", f"{count} published"),
            Text("Chạy luongviec definitions load.", "Run luongviec definitions load."),
        ),
        Finding(
            Text("Việc chờ", "Waiting"), sum(waiting.values()) < MOST_WAITING, Text(words),
            Text("Có worker và scheduler nào đang chạy không?", "Do a worker and a scheduler run?"),
        ),
        Finding(
            Text("Đồng hồ", "Clock"), skew < LARGEST_SKEW_SECONDS,
            Text(f"lệch {skew:.1f} giây", f"{skew:.1f} s apart"),
            Text("Đồng bộ giờ của các máy.", "Synchronise the clocks of the machines."),
        ),
    )  # fmt: skip


def _redis(redis: Pinged) -> Finding:
    subject = Text("Redis")
    try:
        redis.ping()
    except Exception as error:  # whatever the client raises: it is not there
        return Finding(
            subject, False, Text(f"không trả lời: {error}"[:200], f"does not answer: {error}"[:200]),
            Text("luongviec run mở một Redis nhúng, hoặc đặt REDIS_URL.",
                 "luongviec run starts an embedded one, or set REDIS_URL."),
        )  # fmt: skip
    return Finding(subject, True, Text("trả lời", "answers"))


def _files(folder: Path) -> Finding:
    subject = Text("Thư mục tệp", "Folder of files")
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
        free = free_bytes(folder)
    except OSError as error:
        return Finding(
            subject, False, Text(str(error)),
            Text("Cho chương trình quyền ghi vào thư mục này.", "Let the program write into this folder."),
        )  # fmt: skip
    return Finding(
        subject, free > LEAST_FREE_BYTES, Text(f"còn {free // 1024**2} MB", f"{free // 1024**2} MB free"),
        Text("Dọn đĩa hoặc đổi LUONGVIEC_FILES.", "Clear the disk or change LUONGVIEC_FILES."),
    )  # fmt: skip


def _mail(settings: Settings) -> Finding:
    where = settings.mail.host or str(settings.written_mails)
    return Finding(Text("Thư", "Mail"), True, Text(where))
