"""Import and export of units, people, posts and roles: a file is checked, shown, then imported (U-42)."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.services.exchange import importing, work
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import JobView, own_jobs, view_job
from luongviec.web.downloads import WORKBOOK
from luongviec.web.form_pages import go_to
from luongviec.web.language import current_language
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_files", __name__, url_prefix=work.IMPORT_PAGE)

SHEET_NAMES = {
    SheetCode.UNITS: Text("Đơn vị", "Units"),
    SheetCode.PEOPLE: Text("Người dùng", "People"),
    SheetCode.POSTS: Text("Chức vụ", "Posts"),
    SheetCode.ROLES: Text("Vai trò", "Roles"),
}


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show how to import and export, and what one did lately."""
    return _page({})


@blueprint.post("")
@sign_in_required
def take() -> AnyResponse | tuple[str, int]:
    """Take a file and have it checked."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InvalidInput({"file": (Text("Hãy chọn một tệp.", "Choose a file."),)})
        job_id = work.start_check(
            platform(), actor(), sent.filename, cast(BinaryIO, sent.stream), language=current_language()
        )
    except InvalidInput as error:
        return _page(error.errors), 422
    finally:
        if sent is not None:
            sent.close()
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@blueprint.get("/template.xlsx")
@sign_in_required
def template() -> Response:
    """Give the workbook to fill in."""
    content = importing.template(platform(), actor(), current_language())
    name = "mau-nhap-to-chuc.xlsx" if current_language() == "vi" else "organisation-template.xlsx"
    return send_file(io.BytesIO(content), WORKBOOK, as_attachment=True, download_name=name)


@blueprint.post("/export")
@sign_in_required
def export() -> AnyResponse:
    """Export what one administers: all as a workbook, or one sheet as CSV."""
    wanted = request.form.get("sheet", "")
    sheet = next((code for code in SheetCode if code.value == wanted), None)
    if wanted and sheet is None:
        raise NotFound
    job_id = work.start_export(platform(), actor(), language=current_language(), sheet=sheet)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@blueprint.get("/<int:check_id>")
@sign_in_required
def report(check_id: int) -> str | AnyResponse:
    """Show what importing a checked file would do, and what stands in its way."""
    job = _checked(check_id)
    if job.result is None:
        return redirect(url_for("jobs.show", job_id=check_id), 303)
    return _report(job)


@blueprint.get("/<int:check_id>/apply")
@sign_in_required
def ask(check_id: int) -> str | AnyResponse:
    """Ask before importing."""
    job = _checked(check_id)
    if job.result is None or job.result.data["errors"] or not job.result.data["changes"]:
        return redirect(url_for("settings_files.report", check_id=check_id), 303)
    return render_settings("settings/import_confirm.html", active="import", job=job, counts=_counts(job))


@blueprint.post("/<int:check_id>/apply")
@sign_in_required
def apply(check_id: int) -> AnyResponse:
    """Import a checked file."""
    job_id = work.start_import(platform(), JOB_KINDS, actor(), check_id)
    return go_to(url_for("jobs.show", job_id=job_id))


def _page(errors: object) -> str:
    allowed = importing.allowed(platform(), actor())
    kinds = (work.CHECK, work.IMPORT, work.EXPORT)
    return render_settings(
        "settings/import.html", active="import", errors=errors, limit_mb=platform().settings.import_mb,
        sheets=[(code.value, SHEET_NAMES[code]) for code in allowed],
        jobs=own_jobs(platform(), JOB_KINDS, actor(), kinds),
    )  # fmt: skip


def _report(job: JobView) -> str:
    return render_settings("settings/import_report.html", active="import", job=job, counts=_counts(job),
                           names={code.value: name for code, name in SHEET_NAMES.items()},
                           texts=_texts)  # fmt: skip


def _counts(job: JobView) -> list[tuple[Text, dict[str, int]]]:
    counts = job.result.data["counts"] if job.result is not None else {}
    return [(name, counts[code.value]) for code, name in SHEET_NAMES.items() if code.value in counts]


def _texts(kept: dict[str, str | None]) -> Text:
    return Text(kept["vi"] or "", kept["en"])


def _checked(check_id: int) -> JobView:
    importing.allowed(platform(), actor())
    job = view_job(platform(), JOB_KINDS, actor(), check_id)
    if job.kind != work.CHECK or not job.is_own:
        raise NotFound
    return job
