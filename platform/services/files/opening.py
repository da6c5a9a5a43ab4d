"""Taking a workbook in: what is too large, no workbook, locked, has macros or is built to do harm is refused.

Everything is looked at before a parser sees it: the size before reading, the directory of the archive
before unpacking and whether it tells the truth, the beginning of each part for declarations that a
workbook never has (entities).
"""

from __future__ import annotations

import copy
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text

MEGABYTE = 1024 * 1024
MOST_PARTS = 2_000
LARGEST_UNPACKED = 200 * MEGABYTE
LARGEST_STRINGS = 60 * MEGABYTE  # kept in memory as a whole
LARGEST_RATIO = 200  # of a part over a megabyte; sheets pack to a tenth or twentieth
PEEK_BYTES = 4096
PIECE_BYTES = 64 * 1024

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK = b"spreadsheetml.sheet.main+xml"
#: How each part begins: a declaration, remarks, then at once the first element.
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^>]*?(?:encoding=[\"']([A-Za-z0-9._-]+)[\"'][^>]*?)?\?>\s*)?"
    rb"(?:<!--(?:[^-]|-[^-])*-->\s*|<\?[^>]*\?>\s*)*<[A-Za-z_]"
)


class UnusableFile(InvalidInput):
    """A file that is no workbook of ours; the message stands at the field `file`."""

    def __init__(self, message: Text) -> None:
        super().__init__({"file": (message,)})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold."""

    megabytes: int
    rows: int = 200_000
    columns: int = 120


def check_workbook(content: BinaryIO, limits: Limits) -> None:
    """Refuse what cannot be a harmless workbook; leaves the stream at its beginning.

    Raises:
        UnusableFile: with what to do.
    """
    check_size(content, limits)
    head = content.read(len(_OLD_OFFICE))
    content.seek(0)
    if head == _OLD_OFFICE:
        raise UnusableFile(_locked() if _ENCRYPTED in content.read(2 * MEGABYTE) else _old_format())
    if not zipfile.is_zipfile(content):
        raise UnusableFile(_wrong_type())
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            _check_archive(archive)
    except (
        zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError,
    ) as error:  # fmt: skip
        raise UnusableFile(_broken()) from error
    content.seek(0)


def check_size(content: BinaryIO, limits: Limits) -> int:
    """Refuse a file over the limit before anything is read, and give its size."""
    size = content.seek(0, 2)
    content.seek(0)
    if size > limits.megabytes * MEGABYTE:
        raise UnusableFile(
            Text(
                f"Tệp có {size / MEGABYTE:.0f} MB, vượt quá {limits.megabytes} MB. Hãy chia thành nhiều tệp.",
                f"The file has {size / MEGABYTE:.0f} MB, over {limits.megabytes} MB. Split it into several.",
            )
        )
    if not size:
        raise UnusableFile(Text("Tệp trống.", "The file is empty."))
    return size


def unpacks_as_said(archive: zipfile.ZipFile) -> bool:
    """Whether no part holds more than the directory says, which is all that other limits look at.

    Whoever reads a part as a whole gets no more of it than was said, but has all of it in memory first.

    Raises:
        BadZipFile, NotImplementedError, RuntimeError, zlib.error: a part cannot be unpacked.
    """
    # Of other ways of packing the library unpacks a piece without bounds.
    return all(
        part.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and _is_as_said(archive, part)
        for part in archive.infolist()
    )


def _is_as_said(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    asked = copy.copy(part)
    asked.file_size += 1  # one more than said would come, if it is there
    count = 0
    with archive.open(asked) as opened:
        while piece := opened.read(PIECE_BYTES):
            count += len(piece)
            if count > part.file_size:
                return False
    return True


def _check_archive(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise UnusableFile(_locked())
    is_odd = len(parts) > MOST_PARTS or len(names) != len(parts)
    if is_odd or _is_bomb(parts) or not unpacks_as_said(archive):
        raise UnusableFile(
            Text(
                "Tệp giải nén ra quá lớn nên không được mở. Hãy sao dữ liệu sang tệp mẫu rồi gửi lại.",
                "Unpacked the file would be too large, so it is not opened. Copy the data into the template.",
            )
        )
    if _CONTENT_TYPES not in names:
        raise UnusableFile(_wrong_type())
    types = archive.read(_CONTENT_TYPES)
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnusableFile(
            Text(
                "Tệp có macro nên không được mở. Hãy lưu thành “Excel Workbook (.xlsx)” rồi gửi lại.",
                "The file has macros, so it is not opened. Save it as “Excel Workbook (.xlsx)”.",
            )
        )
    if _WORKBOOK not in types:
        raise UnusableFile(_wrong_type())
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            _check_part(archive, part)


def _is_bomb(parts: list[zipfile.ZipInfo]) -> bool:
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        return True
    return any(
        (part.file_size > MEGABYTE and part.file_size > LARGEST_RATIO * max(1, part.compress_size))
        or (part.filename.lower().endswith("sharedstrings.xml") and part.file_size > LARGEST_STRINGS)
        for part in parts
    )


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse document types: they alone can declare entities. Another encoding could hide one."""
    with archive.open(part) as opened:
        beginning = _BEGINNING.match(opened.read(PEEK_BYTES))
    if beginning is None or (beginning[1] and beginning[1].lower() not in (b"utf-8", b"us-ascii")):
        raise UnusableFile(_broken())


def _locked() -> Text:
    return Text(
        "Tệp được bảo vệ bằng mật khẩu nên không mở được. Hãy bỏ mật khẩu rồi gửi lại.",
        "The file is protected by a password. Take the password away and send it again.",
    )


def _old_format() -> Text:
    return Text(
        "Tệp là định dạng Excel cũ (.xls). Hãy lưu thành “Excel Workbook (.xlsx)” rồi gửi lại.",
        "The file has the old format of Excel (.xls). Save it as “Excel Workbook (.xlsx)”.",
    )


def _wrong_type() -> Text:
    return Text(
        "Đây không phải tệp Excel (.xlsx). Hãy tải tệp mẫu, điền vào rồi gửi lại.",
        "This is not an Excel workbook (.xlsx). Download the template, fill it in and send it.",
    )


def _broken() -> Text:
    return Text(
        "Tệp bị hỏng hoặc có nội dung không dùng được. Hãy mở bằng Excel, lưu lại rồi gửi.",
        "The file is broken or holds something unusable. Open it with Excel, save it and send it again.",
    )
