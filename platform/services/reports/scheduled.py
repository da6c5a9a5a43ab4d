"""Sending the reports whose moment has come, each by a long job of its receiver.

The moment is spent and the job begun in one transaction; the file is drawn for the receiver when the job
runs, so it holds what he may see then; the job is done in the transaction that tells him.
"""

from __future__ import annotations

from luongviec.engine.errors import InvalidInput, LuongViecError, NotFound, Refused
from luongviec.engine.messages import APP, EMAIL
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.services.files.written import kept
from luongviec.services.long_jobs.running import LONG_JOB, JobFact, JobKind, JobResult, RunningJob, job_link
from luongviec.services.platform import Platform, Work
from luongviec.services.reports.files import report_file
from luongviec.services.reports.requests import request_from
from luongviec.services.reports.schedules import Timing, next_moment
from luongviec.services.telling.notices import tell
from luongviec.store import long_jobs
from luongviec.store.models import ReportSchedule
from luongviec.store.own import report_schedules as rows

BEGIN_SCHEDULED = "begin_scheduled"
SCHEDULED_REPORT = "scheduled_report"
ENDED = Text("Lịch gửi báo cáo này đã được bỏ.", "The schedule of this report was ended.")


def begin_scheduled(platform: Platform, schedule_id: int) -> None:
    """Begin the sending of a schedule whose moment has come, and set its next; run twice it is once.

    Moments that passed while nothing ran are made up for by one sending.
    """
    with platform.transaction() as work:
        row = rows.claim_schedule(work.session, schedule_id, work.now)
        if row is None:
            return
        timing = Timing(row.every, row.on_day, row.minute)
        row.next_at = next_moment(timing, work.now, zone_of(work.workspace))
        person = work.world.person(row.user_id)
        if person is None or not person.active:
            return  # who is off gets nothing; back again he does
        job = long_jobs.add_job(
            work.session, SCHEDULED_REPORT, row.user_id, {"schedule": row.id}, 0, work.now
        )
        work.enqueue(LONG_JOB, job.id)


def run_scheduled(platform: Platform, job: RunningJob) -> JobResult:
    """Do a job of the kind `SCHEDULED_REPORT`: draw the file, then tell and be done in one transaction."""
    with platform.reading() as work:
        row = rows.schedule_by_id(work.session, int(job.parameters["schedule"]))
        if row is None:
            return JobResult(ENDED)
        schedule_id, kind, request = row.id, row.kind, request_from(row.asked)
        person = work.world.person(row.user_id)
        language = "vi" if person is None else person.language
    try:
        file = kept(platform, job, report_file(platform, job.actor, request, kind, language, job.advance))
    except (NotFound, InvalidInput, Refused) as error:
        _note_fault(platform, schedule_id, error)
        raise
    with platform.transaction() as work:
        row = rows.schedule_by_id(work.session, schedule_id)
        name = file.name.rpartition(".")[0] or file.name
        result = JobResult(
            Text(f"Đã gửi “{name}”.", f"“{name}” was sent."),
            facts=(JobFact(Text("Tệp", "File"), file.name),), file_id=file.id,
            address=f"/reports/{request.report}",
        )  # fmt: skip
        job.finish(work, result)
        if row is not None:
            row.last_at, row.last_fault = work.now, None
            _tell(work, job, row, name, file.id)
    return result


SCHEDULED_REPORT_KIND = JobKind(
    SCHEDULED_REPORT, Text("Gửi báo cáo theo lịch", "Scheduled report"), run_scheduled,
    home="/reports/schedules", tells=False,
)  # fmt: skip


def _tell(work: Work, job: RunningJob, row: ReportSchedule, name: str, file_id: int) -> None:
    """Tell the receiver, in the application and by mail with the file; the mail says how to end it."""
    stop = f"{work.platform.settings.base_url}/reports/schedules/stop/{row.stop_code}"
    subject = Text(f"Báo cáo: {name}", f"Report: {name}")
    ready = Text("Báo cáo theo lịch của bạn đã có.", "Your scheduled report is here.")
    tell(work, row.user_id, ready, subject, job_link(job.id), channels=(APP,))
    text = Text(
        f"{ready.vi} Tệp đính kèm chỉ gồm những hồ sơ bạn được xem.\n\nThôi nhận báo cáo này: {stop}",
        f"{ready.en} The file attached holds only what you may see.\n\nReceive it no more: {stop}",
    )
    tell(work, row.user_id, text, subject, job_link(job.id), channels=(EMAIL,), file_id=file_id)


def _note_fault(platform: Platform, schedule_id: int, error: LuongViecError) -> None:
    with platform.transaction() as work:
        row = rows.schedule_by_id(work.session, schedule_id)
        if row is not None:
            row.last_fault = error.message.vi[:500]
