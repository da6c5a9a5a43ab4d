"""All files of a record in one archive, written while it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import RawIOBase
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.text import Text
from luongviec.engine.values import display_size
from luongviec.engine.world import Actor
from luongviec.services.files.keeping import ONLY_LOOKED_AT, clean_name
from luongviec.services.files.store import FileStore
from luongviec.services.platform import Platform
from luongviec.services.record_page.held_files import visible_files
from luongviec.services.records.access import access_record
from luongviec.services.showing import Showing
from luongviec.store import sharing as rows

MEDIA_TYPE = "application/zip"
MOST_FILES = 300
MOST_BYTES = 500 * 1024 * 1024
NO_FILES = Text("Hồ sơ này không có tệp nào bạn được xem.", "This record has no file that you may see.")


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive to send."""

    name: str
    content: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    sha256: str
    at: datetime


def files_zipped(platform: Platform, actor: Actor, record_id: int) -> Archive:
    """Give every file of a record that the actor may see, as one archive.

    Raises:
        NotFound: no such record, or not the actor's to see.
        Refused: it has no files for him, he may only look at them, or they are more than one archive takes.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id)
        showing = Showing(work, actor)
        if not showing.may_keep_files(record):
            raise Refused(ONLY_LOOKED_AT)
        places = rows.attachments_of(work.session, record_id)
        found = list(visible_files(showing, record, places))
        if not found:
            raise Refused(NO_FILES)
        total = sum(file.size_bytes for _, file in found)
        if len(found) > MOST_FILES or total > MOST_BYTES:
            raise Refused(_too_much(len(found), total))
        zone = ZoneInfo(platform.settings.timezone)
        names = _apart([file.name for _, file in found])
        parts = [
            _Part(name, file.content_hash, file.uploaded_at.astimezone(zone))
            for name, (_, file) in zip(names, found, strict=True)
        ]
        kept = frozenset(showing.module(record).receipts.fields)
        opened = [(place.field, file.id) for place, file in found if place.field in kept]
        name = clean_name(f"{showing.number(record) or record.title}".replace("/", "-"))[:120]
    if opened and actor.user_id is not None:
        with platform.transaction() as work:
            for field, file_id in opened:
                rows.add_receipt(
                    work.session, record_id, actor.user_id, work.now, field=field or "", file_id=file_id
                )
    return Archive(f"{name}.zip", _written(platform.files, parts))


def _too_much(count: int, total: int) -> Text:
    most = display_size(MOST_BYTES)
    return Text(
        f"Hồ sơ có {count} tệp, {display_size(total)}; một lần tải được nhiều nhất {MOST_FILES} tệp, {most}."
        " Hãy tải từng tệp.",
        f"The record has {count} files, {display_size(total, 'en')}; one archive takes at most {MOST_FILES}"
        f" files, {display_size(MOST_BYTES, 'en')}. Download them one by one.",
    )


def _apart(names: Sequence[str]) -> list[str]:
    """Give names of which no two are alike."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        count = seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        stem, dot, ending = name.rpartition(".")
        if count > 1:
            name = f"{stem} ({count}).{ending}" if dot else f"{name} ({count})"  # noqa: PLW2901
        found.append(name)
    return found


def _written(store: FileStore, parts: Sequence[_Part]) -> Iterator[bytes]:
    """Write the archive piece by piece; contents are packed already for the most part, so they are stored."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for part in parts:
            info = ZipInfo(part.name, max(part.at.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
            try:
                content = store.read(part.sha256)
            except NotFound:
                continue  # lost from the store; the others are worth having
            with archive.open(info, "w", force_zip64=False) as entry:
                for chunk in content:
                    entry.write(chunk)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


class _Sink(RawIOBase):
    """Takes what the archive writes until it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        """It may be written to, and nothing else."""
        return True

    def write(self, data: object) -> int:
        """Keep a piece."""
        piece = bytes(data)  # type: ignore[call-overload]
        self._waiting += piece
        return len(piece)

    def taken(self) -> bytes:
        """Give what came since last time."""
        piece = bytes(self._waiting)
        self._waiting.clear()
        return piece
