"""Making many records of a module out of a workbook: template, check, report, import."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.services.forms import models
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import JobView, own_jobs, view_job
from luongviec.services.record_imports import work
from luongviec.web.downloads import WORKBOOK
from luongviec.web.form_pages import go_to
from luongviec.web.language import current_language
from luongviec.web.pages.records import active_list, crumbs_of
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("record_imports", __name__, url_prefix="/m/<module>/import")


@blueprint.get("")
@sign_in_required
def show(module: str) -> str:
    """Show how to import, and what one did lately."""
    return _page(module, {})


@blueprint.post("")
@sign_in_required
def take(module: str) -> AnyResponse | tuple[str, int]:
    """Take a workbook and have it checked."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InvalidInput({"file": (Text("Hãy chọn một tệp.", "Choose a file."),)})
        job_id = work.start_check(
            platform(),
            actor(),
            module,
            sent.filename,
            cast(BinaryIO, sent.stream),
            language=current_language(),
        )
    except InvalidInput as error:
        return _page(module, error.errors), 422
    finally:
        if sent is not None:
            sent.close()
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@blueprint.get("/template.xlsx")
@sign_in_required
def template(module: str) -> Response:
    """Give the workbook to fill in."""
    content = work.template(platform(), actor(), module, current_language())
    name = f"mau-nhap-{module}.xlsx" if current_language() == "vi" else f"{module}-template.xlsx"
    return send_file(io.BytesIO(content), WORKBOOK, as_attachment=True, download_name=name.replace("_", "-"))


@blueprint.get("/<int:check_id>")
@sign_in_required
def report(module: str, check_id: int) -> str | AnyResponse:
    """Show what a checked workbook would make, and what stands in its way."""
    job = _checked(module, check_id)
    if job.result is None:
        return redirect(url_for("jobs.show", job_id=check_id), 303)
    return render_page(
        "record_import_report.html", active=active_list(module), module=module, job=job,
        crumbs=crumbs_of(module), texts=_texts,
    )  # fmt: skip


@blueprint.post("/<int:check_id>")
@sign_in_required
def apply(module: str, check_id: int) -> AnyResponse:
    """Import a checked workbook."""
    _checked(module, check_id)
    job_id = work.start_import(platform(), JOB_KINDS, actor(), check_id)
    return go_to(url_for("jobs.show", job_id=job_id))


def _page(module: str, errors: object) -> str:
    form = models.create_form(platform(), actor(), module)
    jobs = own_jobs(platform(), JOB_KINDS, actor(), (work.CHECK_RECORDS, work.IMPORT_RECORDS))
    return render_page(
        "record_import.html", active=active_list(module), module=module, form=form, errors=errors,
        crumbs=crumbs_of(module), limit_mb=platform().settings.import_mb, most_rows=work.MOST_ROWS,
        jobs=[job for job in jobs if job.parameters.get("module") == module],
    )  # fmt: skip


def _checked(module: str, check_id: int) -> JobView:
    job = view_job(platform(), JOB_KINDS, actor(), check_id)
    if job.kind != work.CHECK_RECORDS or job.parameters.get("module") != module or not job.is_own:
        raise NotFound
    return job


def _texts(kept: dict[str, str | None]) -> Text:
    return Text(kept["vi"] or "", kept["en"])
