"""What every answer says that is a file to keep."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response

from luongviec.services.files.keeping import safe_name
from luongviec.services.paper import as_docx, as_pdf

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What we write ourselves, by the ending of its name.
MEDIA_TYPES = {
    "xlsx": WORKBOOK,
    "csv": "text/csv; charset=utf-8",
    "pdf": as_pdf.MEDIA_TYPE,
    "docx": as_docx.MEDIA_TYPE,
}


def disposition(name: str) -> str:
    """Give the header under which a browser keeps a file: its name, and one in plain letters for old ones."""
    return f"attachment; filename=\"{safe_name(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def written_file(content: bytes | Iterable[bytes] | Iterable[str], name: str) -> Response:
    """Answer with a file that was written for this reader alone; nobody on the way keeps it.

    Args:
        content: the bytes, or parts of them that are made while it is sent.
        name: with one of the endings of `MEDIA_TYPES`.
    """
    answer = Response(content, content_type=MEDIA_TYPES[name.rpartition(".")[2]])
    answer.headers["Content-Disposition"] = disposition(name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
