"""A table as the answer of a request: XLSX or CSV, made while somebody waits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Response

from luongviec.engine.errors import NotFound
from luongviec.services.files.tables import OutTable, csv_lines, write_xlsx
from luongviec.web.downloads import written_file
from luongviec.web.sessions import platform


def table_answer(table: OutTable, form: str, name: str) -> Response:
    """Give a table as a file of the form that was asked for.

    Raises:
        NotFound: a form that there is not.
    """
    zone = ZoneInfo(platform().settings.timezone)
    if form == "csv":
        content = "".join(csv_lines(table, zone)).encode()
    elif form == "xlsx":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.xlsx"
            write_xlsx(path, (table,), zone)
            content = path.read_bytes()
    else:
        raise NotFound()
    return written_file(content, f"{name}.{form}")
