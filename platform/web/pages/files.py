"""Files: looked into in a page, sent as downloads only, taken one upload at a time."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, Response, jsonify, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.services.files import pictures, zipped
from luongviec.services.files.keeping import open_file, upload
from luongviec.services.files.previews import page_picture, picture, preview, print_of
from luongviec.services.paper import as_docx, as_pdf
from luongviec.services.paper.as_html import paper_html
from luongviec.services.views import FileView
from luongviec.web.downloads import disposition
from luongviec.web.formatting import now, size
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("files", __name__, url_prefix="/files")

FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
SIDES = {"small": pictures.SMALL, "large": pictures.LARGE}
DAY_SECONDS = 86_400


@blueprint.get("/<int:file_id>")
@sign_in_required
def download(file_id: int) -> Response:
    """Send a file as an attachment; the browser neither guesses its type nor runs it."""
    opened = open_file(platform(), actor(), file_id)
    answer = _sent(Response(opened.content, mimetype=opened.file.media_type), opened.file.name)
    answer.headers["Content-Length"] = str(opened.file.size_bytes)
    answer.headers["ETag"] = f'"{opened.sha256}"'
    return answer


@blueprint.get("/<int:file_id>/view")
@sign_in_required
def view(file_id: int) -> str:
    """Show a file in a page: a PDF page by page, a picture, words; else how to get it."""
    shown = preview(platform(), actor(), file_id)
    paper = "" if shown.paper is None else Markup(paper_html(shown.paper, heading=2))  # noqa: S704 (escaped text)
    back = "/" if shown.record is None else url_for("records.show", record_id=shown.record.id)
    return render_page("file.html", shown=shown, paper=paper, back_url=back)


@blueprint.get("/<int:file_id>/picture")
@sign_in_required
def draw(file_id: int) -> Response:
    """Send a picture drawn anew, for a page to show."""
    side = SIDES.get(request.args.get("size", "large"))
    if side is None:
        raise NotFound
    shown = picture(platform(), actor(), file_id, side)
    answer = Response(shown.drawn.content, mimetype=shown.drawn.media_type)
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Cache-Control"] = f"private, max-age={DAY_SECONDS}" if shown.may_keep else "no-store"
    if shown.may_keep:
        answer.headers["ETag"] = f'"{shown.sha256}-{side}"'
    return answer


@blueprint.get("/<int:file_id>/pages/<int:number>")
@sign_in_required
def page(file_id: int, number: int) -> Response:
    """Send a page of a PDF as a picture, for who may look at it and not take it away."""
    drawn = page_picture(platform(), actor(), file_id, number)
    answer = Response(drawn.content, mimetype=drawn.media_type)
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/<int:file_id>/print.<ending>")
@sign_in_required
def printed(file_id: int, ending: str) -> Response:
    """Send a print that a record keeps as a PDF, or as a document to edit."""
    if ending not in ("pdf", "docx"):
        raise NotFound
    file, paper = print_of(platform(), actor(), file_id)
    name = f"{file.name.rpartition('.')[0] or file.name}.{ending}"
    if ending == "pdf":
        return _sent(Response(as_pdf.paper_pdf(paper), mimetype=as_pdf.MEDIA_TYPE), name)
    return _sent(Response(as_docx.paper_docx(paper, now()), mimetype=as_docx.MEDIA_TYPE), name)


@blueprint.get("/of/<int:record_id>.zip")
@sign_in_required
def archive(record_id: int) -> Response:
    """Send all files of a record as one archive, written while it is sent."""
    packed = zipped.files_zipped(platform(), actor(), record_id)
    return _sent(Response(packed.content, mimetype=zipped.MEDIA_TYPE), packed.name)


@blueprint.post("")
@sign_in_required
def take() -> tuple[Response, int]:
    """Keep one file and give its id, for forms that upload before they are sent."""
    sent = request.files.get("file")
    if sent is None:
        raise InvalidInput({"file": (Text("Hãy chọn một tệp.", "Choose a file."),)})
    kept = keep(sent)
    return jsonify({"id": kept.id, "name": kept.name, "size": size(kept.size_bytes)}), 201


def keep(sent: FileStorage) -> FileView:
    """Keep one uploaded file."""
    return upload(platform(), actor(), sent.filename or "", cast(BinaryIO, sent.stream))


def keep_all(name: str) -> list[int]:
    """Keep the files that a form sends under a name, and give their ids."""
    return [keep(sent).id for sent in request.files.getlist(name) if sent.filename]


def _sent(answer: Response, name: str) -> Response:
    """Let an answer be a file to keep, that runs nowhere."""
    answer.headers["Content-Disposition"] = disposition(name)
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
