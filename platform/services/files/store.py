"""Where the bytes of files are kept: by their hash, so that equal content is kept once.

`FileStore` is all that the services ask, small enough for an object store to implement.
`FolderStore` keeps them in a folder, `ab/cd/abcd…`, written beside and then renamed, so that a
killed process leaves no half file under a good name.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from luongviec.engine.errors import LuongViecError, NotFound
from luongviec.engine.text import Text

CHUNK_BYTES = 1 << 18


class TooLarge(LuongViecError):
    """The content is over the limit; nothing was kept."""

    code = "too_large"
    template = Text("Tệp vượt quá {limit_bytes} byte.", "The file is over {limit_bytes} bytes.")


@dataclass(frozen=True, slots=True)
class Kept:
    """Content that is kept: its hash, its size and its first bytes (to sniff the type)."""

    sha256: str
    size_bytes: int
    head: bytes


class FileStore(Protocol):
    """Keeps content by hash. Putting the same content twice keeps it once."""

    def put(self, content: BinaryIO, *, limit_bytes: int) -> Kept:
        """Keep the content, at most `limit_bytes` of it (inclusive), else raise `TooLarge`."""

    def read(self, sha256: str) -> Iterator[bytes]:
        """Give the content in chunks, or raise `NotFound`."""

    def has(self, sha256: str) -> bool:
        """Whether the content is kept."""

    def drop(self, sha256: str) -> None:
        """Forget content that no file names; unknown content is nothing."""


class FolderStore:
    """A `FileStore` in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: BinaryIO, *, limit_bytes: int) -> Kept:
        """Keep the content; see `FileStore.put`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{secrets.token_hex(12)}"
        digest, size, head = hashlib.sha256(), 0, b""
        try:
            with fresh.open("wb") as out:
                while chunk := content.read(CHUNK_BYTES):
                    size += len(chunk)
                    if size > limit_bytes:
                        raise TooLarge(limit_bytes=limit_bytes)
                    head = head or chunk[:8192]
                    digest.update(chunk)
                    out.write(chunk)
            sha256 = digest.hexdigest()
            path = self._path(sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        return Kept(sha256, size, head)

    def read(self, sha256: str) -> Iterator[bytes]:
        """Give the content in chunks; see `FileStore.read`."""
        path = self._path(sha256)
        if not path.is_file():
            raise NotFound()
        return _chunks(path)

    def has(self, sha256: str) -> bool:
        """Whether the content is kept."""
        return self._path(sha256).is_file()

    def drop(self, sha256: str) -> None:
        """Forget content; see `FileStore.drop`."""
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not all(letter in "0123456789abcdef" for letter in sha256):
            raise NotFound()
        return self.folder / sha256[:2] / sha256[2:4] / sha256


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            yield chunk


def free_bytes(folder: Path) -> int:
    """How much a folder's disk still takes (for `doctor`)."""
    usage = os.statvfs(folder)
    return usage.f_bavail * usage.f_frsize
