"""Pages of a PDF as pictures, for those who may look at it and not take it away.

The file itself never reaches their browsers; across each picture stands who looks at it. The drawing is
done by `pdf_drawer` in a process of its own, with bounds of time and memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from luongviec.engine.errors import NotFound
from luongviec.services.files.marks import mark_across
from luongviec.services.files.pictures import Picture, as_jpeg
from luongviec.services.files.store import FileStore

DRAWER = Path(__file__).with_name("pdf_drawer.py")
SIDE = 1600  # dots of a page's longer side
SECONDS = 30
#: Pages kept for the next reader, in each process: some 300 KB each.
KEPT_PAGES, KEPT_FILES = 48, 32


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What a page shows before its pictures come: as many pages, the shape of the first, their words."""

    width: int
    height: int
    words: tuple[str, ...]

    @property
    def pages(self) -> int:
        """Give the number of pages that can be shown."""
        return len(self.words)


@lru_cache(maxsize=KEPT_FILES)
def pdf_facts(store: FileStore, sha256: str) -> PdfFacts | None:
    """Read what a PDF is; None where it cannot be opened."""
    try:
        said, _ = _asked(store, sha256, "about")
    except NotFound:
        return None
    return PdfFacts(round(said["width"]), round(said["height"]), tuple(said["words"]))


def draw_page(store: FileStore, sha256: str, number: int, mark: str) -> Picture:
    """Draw a page with a mark across it.

    Raises:
        NotFound: there is no such page, or the file cannot be opened.
    """
    picture = Image.open(BytesIO(_page(store, sha256, number)))
    mark_across(picture, mark)
    return as_jpeg(picture)


@lru_cache(maxsize=KEPT_PAGES)
def _page(store: FileStore, sha256: str, number: int) -> bytes:
    said, dots = _asked(store, sha256, str(number), str(SIDE))
    return as_jpeg(Image.frombytes("RGB", (said["width"], said["height"]), dots)).content


def _asked(store: FileStore, sha256: str, *wanted: str) -> tuple[Mapping[str, Any], bytes]:
    content = b"".join(store.read(sha256))
    try:
        answer = subprocess.run(  # noqa: S603 (our own script; the file comes as input, never as a word)
            [sys.executable, "-I", str(DRAWER), *wanted],
            input=content, capture_output=True, timeout=SECONDS, check=True,
        ).stdout  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotFound() from error
    head, _, dots = answer.partition(b"\n")
    return json.loads(head), dots
