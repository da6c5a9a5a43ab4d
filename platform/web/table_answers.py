"""A table as the answer of a request: XLSX or CSV, made while somebody waits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Response, make_response

from luongviec.engine.errors import NotFound
from luongviec.services.files.tables import OutTable, csv_lines, write_xlsx
from luongviec.web.downloads import WORKBOOK
from luongviec.web.sessions import platform


def table_answer(table: OutTable, form: str, name: str) -> Response:
    """Give a table as a file of the form that was asked for.

    Raises:
        NotFound: a form that there is not.
    """
    zone = ZoneInfo(platform().settings.timezone)
    if form == "csv":
        content, kind = "".join(csv_lines(table, zone)).encode(), "text/csv; charset=utf-8"
    elif form == "xlsx":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.xlsx"
            write_xlsx(path, (table,), zone)
            content, kind = path.read_bytes(), WORKBOOK
    else:
        raise NotFound()
    answer = make_response(content)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
