"""Files: uploaded first, then named by id in forms, comments and attachments.

Content is kept once by its hash. What a file is, is sniffed, not believed. A file that no record
names yet belongs to whoever uploaded it; afterwards whoever may see the place it stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import FileView


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file to be sent: always as a download, with a safe name."""

    file: FileView
    sha256: str
    safe_name: str  # ASCII, for old clients
    content: Iterator[bytes]


def upload(platform: Platform, actor: Actor, name: str, content: BinaryIO) -> FileView:
    """Keep a file. The field's own limits are checked when a form names it.

    Raises:
        InvalidInput: empty, without a name, or over the installation's upload limit.
    """
    raise NotImplementedError


def open_file(platform: Platform, actor: Actor, file_id: int, *, note_opening: bool = True) -> OpenedFile:
    """Give a file that the actor may see, and remember it where the module keeps receipts.

    Raises:
        NotFound: no such file, or not in any place that the actor may see.
    """
    raise NotImplementedError
