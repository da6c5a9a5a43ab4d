"""Files: sent as downloads only, taken one upload at a time."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import FileStorage

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services.files import open_file, upload
from luongviec.services.views import FileView
from luongviec.web.downloads import disposition
from luongviec.web.formatting import size
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("files", __name__, url_prefix="/files")

FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@blueprint.get("/<int:file_id>")
@sign_in_required
def download(file_id: int) -> Response:
    """Send a file as an attachment; the browser neither guesses its type nor runs it."""
    opened = open_file(platform(), actor(), file_id)
    answer = Response(opened.content, mimetype=opened.file.media_type)
    answer.headers["Content-Disposition"] = disposition(opened.file.name)
    answer.headers["Content-Length"] = str(opened.file.size_bytes)
    answer.headers["ETag"] = f'"{opened.sha256}"'
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@blueprint.post("")
@sign_in_required
def take() -> tuple[Response, int]:
    """Keep one file and give its id, for forms that upload before they are sent."""
    sent = request.files.get("file")
    if sent is None:
        raise InvalidInput({"file": (Text("Hãy chọn một tệp.", "Choose a file."),)})
    view = keep(sent)
    return jsonify({"id": view.id, "name": view.name, "size": size(view.size_bytes)}), 201


def keep(sent: FileStorage) -> FileView:
    """Keep one uploaded file."""
    return upload(platform(), actor(), sent.filename or "", cast(BinaryIO, sent.stream))


def keep_all(name: str) -> list[int]:
    """Keep the files that a form sends under a name, and give their ids."""
    return [keep(sent).id for sent in request.files.getlist(name) if sent.filename]
