"""What every answer says that is a file to keep."""

from __future__ import annotations

from urllib.parse import quote

from luongviec.services.files.keeping import safe_name

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def disposition(name: str) -> str:
    """Give the header under which a browser keeps a file: its name, and one in plain letters for old ones."""
    return f"attachment; filename=\"{safe_name(name)}\"; filename*=UTF-8''{quote(name, safe='')}"
