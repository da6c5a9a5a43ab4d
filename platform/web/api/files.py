"""Files over HTTP: one upload at a time, downloads only ever as attachments."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, Response, jsonify, request

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services.files.keeping import open_file, upload
from luongviec.web.api import writing
from luongviec.web.api.entrance import caller
from luongviec.web.api.faults import WrongMediaType
from luongviec.web.api.reading import check_query
from luongviec.web.downloads import disposition
from luongviec.web.sessions import platform

MULTIPART = "multipart/form-data"
NOTHING_RUNS = "default-src 'none'; sandbox; frame-ancestors 'none'"


def add_routes(blueprint: Blueprint) -> None:
    """Add the addresses of files."""
    blueprint.add_url_rule("/files", "upload", take, methods=("POST",))
    blueprint.add_url_rule("/files/<int:file_id>", "file", send, methods=("GET",))


def take() -> tuple[Response, int]:
    """Keep one file; a record's fields then name it by id."""
    check_query()
    if request.mimetype != MULTIPART:
        raise WrongMediaType(wanted=MULTIPART)
    sent = request.files.get("file")
    if sent is None:
        raise InvalidInput({"file": (Text("Hãy gửi một tệp tên “file”.", "Send one file named 'file'."),)})
    kept = upload(platform(), caller(), sent.filename or "", cast(BinaryIO, sent.stream))
    return jsonify(writing.file_json(kept)), 201


def send(file_id: int) -> Response:
    """Send a file as an attachment; the browser neither guesses its type nor runs it."""
    check_query()
    opened = open_file(platform(), caller(), file_id)
    answer = Response(opened.content, mimetype=opened.file.media_type)
    answer.headers["Content-Disposition"] = disposition(opened.file.name)
    answer.headers["Content-Length"] = str(opened.file.size_bytes)
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.set_etag(opened.sha256)
    return answer
