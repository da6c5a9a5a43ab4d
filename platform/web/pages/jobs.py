"""A long job: how far it is, how to stop it, what came of it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import JobView, cancel, job_link, view_job
from luongviec.services.telling.notices import have_read
from luongviec.web.form_pages import go_to
from luongviec.web.rendering import render_page, render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("/<int:job_id>")
@sign_in_required
def show(job_id: int) -> str:
    """Show a job; the part that changes asks for itself again until the job ends."""
    return _draw("job.html", _job(job_id))


@blueprint.get("/<int:job_id>/progress")
@sign_in_required
def progress(job_id: int) -> Response:
    """Give the part of the page that changes; where the end has a page of its own, lead there."""
    job = _job(job_id)
    answer = Response(render_template("parts/job_progress.html", job=job), mimetype="text/html")
    if job.result is not None and job.result.goes_on and job.is_own:
        answer.headers["HX-Redirect"] = job.result.address
    return answer


@blueprint.get("/<int:job_id>/cancel")
@sign_in_required
def ask(job_id: int) -> str | AnyResponse:
    """Ask whether the job is to stop."""
    job = view_job(platform(), JOB_KINDS, actor(), job_id)
    if job.is_finished:
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    return _draw("job_cancel.html", job)


@blueprint.post("/<int:job_id>/cancel")
@sign_in_required
def stop(job_id: int) -> AnyResponse:
    """Stop the job."""
    cancel(platform(), actor(), job_id)
    return go_to(url_for("jobs.show", job_id=job_id))


def _job(job_id: int) -> JobView:
    """Give a job; the owner who sees its end needs no notice of it any more."""
    job = view_job(platform(), JOB_KINDS, actor(), job_id)
    if job.is_finished and job.is_own:
        have_read(platform(), actor().user_id, job_link(job_id))
    return job


def _draw(template: str, job: JobView) -> str:
    """Draw a page in the frame that the job was started in."""
    if not job.home.startswith("/settings/"):
        return render_page(template, job=job, base="frame.html")
    return render_settings(
        template, active=job.home.removeprefix("/settings/"), job=job, base="settings/frame.html"
    )
