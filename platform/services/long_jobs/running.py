"""Long jobs: work that takes longer than a request, done by a worker while a page shows how far it is.

A service that has such work offers a `JobKind` and is listed in `services.long_jobs.kinds`. `start` writes a
row, a worker runs it, and the sweeper sends another worker when the first one falls silent. So a
kind's function must do no harm when it runs twice. It has two ways to hold that:

- parts that each commit on their own and remember what is done;
- one transaction that ends with `RunningJob.finish(work, result)`: what it changed and that it is
  done are then committed together, and a run that was overtaken changes nothing.

Its owner is told when it has ended, in the transaction that says so.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from luongviec.engine.errors import LuongViecError, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.long_jobs.results import (
    JobFact,
    JobResult,
    error_json,
    result_from,
    result_json,
    text_from,
)
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import has_function
from luongviec.services.telling.notices import tell
from luongviec.store import long_jobs as rows
from luongviec.store.models import LongJob

__all__ = [
    "LONG_JOB", "Cancelled", "JobFact", "JobKind", "JobResult", "JobView", "Kinds", "RunningJob", "TakenOver",
    "cancel", "job_link", "own_jobs", "run_job", "start", "start_at_once", "view_job", "waiting",
]  # fmt: skip

log = logging.getLogger(__name__)

#: The job of the queue by name; its key is the row.
LONG_JOB = "long_job"
#: A worker that gave no sign of life for so long is taken for dead.
SILENCE = timedelta(seconds=90)
#: A job whose worker died so often is not tried again: it would kill the next one too.
MOST_ATTEMPTS = 3
#: Beside the work goes a sign of life as often as this, whatever the work says of its progress.
PULSE_SECONDS = 20.0
#: Progress is written no more often than this.
BEAT_SECONDS = 0.5


class Cancelled(LuongViecError):
    """The owner asked the job to stop; whoever works lets this pass, and what is open is rolled back."""

    code = "cancelled"
    template = Text("Công việc đã được dừng theo yêu cầu.", "The job was stopped as asked.")


class TakenOver(LuongViecError):
    """Another worker has taken the job up; this run must not write any more."""

    code = "taken_over"
    template = Text(
        "Công việc đã được một tiến trình khác tiếp nhận.", "Another worker has taken the job up."
    )


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long job: its code, what people call it, the function that does it.

    `home` is the page that such jobs are started from: theirs lead back to it. `tells`: when it is done
    the owner gets a notice; False where the kind's function tells what came of it itself.
    """

    code: str
    title: Text
    run: Callable[[Platform, RunningJob], JobResult]
    home: str = ""
    tells: bool = True


class RunningJob:
    """What the function of a kind is given: the request, and the way to say how far it is."""

    def __init__(
        self, platform: Platform, row: LongJob, kind: JobKind, *, tells: bool, beat_seconds: float
    ) -> None:
        self.id = row.id
        self.kind = kind
        self.tells = tells
        self.actor = Actor(row.owner_id)
        self.parameters: Mapping[str, Any] = row.parameters
        self.attempt = row.attempts
        self.is_finished = False
        self._platform = platform
        self._beat_seconds = beat_seconds
        self._last_beat = float("-inf")

    @property
    def cancelled(self) -> bool:
        """Whether the owner asked to stop."""
        with self._platform.sessions() as session:
            return rows.is_cancel_asked(session, self.id)

    def advance(self, done: int, total: int) -> None:
        """Say how far the job is, in a transaction of its own; call it as often as is handy.

        Within a transaction of the caller's, SQLite has no second writer: then nothing is written.

        Raises:
            Cancelled: the owner asked to stop.
            TakenOver: another worker has the job.
        """
        now = time.monotonic()
        if now - self._last_beat < self._beat_seconds and done < total:
            return
        self._last_beat = now
        if self.cancelled:
            raise Cancelled
        with self._platform.sessions() as session:
            if self._platform.is_working and session.get_bind().dialect.name == "sqlite":
                return
            held = rows.beat(session, self.id, self.attempt, self._platform.clock(), done, total)
            session.commit()
        if not held:
            raise TakenOver

    def finish(self, work: Work, result: JobResult) -> None:
        """Say within the transaction of the work that it is done: both are committed, or neither.

        Raises:
            TakenOver: another worker has the job; the transaction must not be committed.
        """
        if not rows.close(work.session, self.id, self.attempt, rows.DONE, result_json(result), work.now):
            raise TakenOver
        if self.kind.tells:
            self.tell(work, result.message, Text("đã xong", "done"))
        self.is_finished = True

    def tell(self, work: Work, text: Text, end: Text) -> None:
        """Tell the owner how the job has ended, unless somebody waits for its page."""
        if self.tells and self.actor.user_id is not None:
            title = self.kind.title
            subject = Text(f"{title.vi}: {end.vi}", f"{title.in_language('en')}: {end.in_language('en')}")
            tell(work, self.actor.user_id, text, subject, job_link(self.id))


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as its page shows it. `error` says why it failed, `time_left` is a guess."""

    id: int
    kind: str
    title: Text
    home: str
    state: str
    done: int
    total: int
    cancel_asked: bool
    created_at: datetime
    finished_at: datetime | None
    time_left: timedelta | None
    parameters: Mapping[str, Any]
    result: JobResult | None
    error: Text | None
    error_code: str
    is_own: bool

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in rows.UNFINISHED

    @property
    def percent(self) -> int:
        """How much is done, in hundredths; 0 while the whole is not known."""
        return min(100, self.done * 100 // self.total) if self.total else 0


Kinds = Mapping[str, JobKind]


def job_link(job_id: int) -> str:
    """Give the address of a job's page."""
    return f"/jobs/{job_id}"


def start(
    platform: Platform, actor: Actor, kind: str, parameters: Mapping[str, Any], *, total: int = 0
) -> int:
    """Have a worker do a job, and give its id (its page is `/jobs/ID`).

    Whoever calls has checked that the actor may; the kind's function checks again when it runs.
    """
    with platform.transaction() as work:
        job = rows.add_job(work.session, kind, actor.user_id, parameters, total, work.now)
        work.enqueue(LONG_JOB, job.id)
        return job.id


def start_at_once(
    platform: Platform, kinds: Kinds, actor: Actor, kind: str, parameters: Mapping[str, Any]
) -> int:
    """Do a small job within the request, as a worker would, and give its id: its page shows the end."""
    with platform.transaction() as work:
        job_id = rows.add_job(work.session, kind, actor.user_id, parameters, 0, work.now).id
    run_job(platform, kinds, job_id, tells=False)
    return job_id


def run_job(
    platform: Platform, kinds: Kinds, job_id: int, *, tells: bool = True, beat_seconds: float = BEAT_SECONDS
) -> None:
    """Do a job unless somebody does, and remember how it ended. A killed run is taken up again.

    Args:
        tells: False where the owner waits for the end and needs no notice.
    """
    with platform.transaction() as work:
        row = rows.claim(work.session, job_id, work.now, work.now - SILENCE)
        if row is None:
            return
        attempt, kind, cancel_asked = row.attempts, kinds.get(row.kind), row.cancel_asked
    if kind is None:
        _close(platform, job_id, attempt, rows.FAILED, error_json(_unknown(row.kind)))
        return
    job = RunningJob(platform, row, kind, tells=tells, beat_seconds=beat_seconds)
    if cancel_asked:
        _close(platform, job_id, attempt, rows.CANCELLED, None)
    elif attempt > MOST_ATTEMPTS:
        _fail(platform, job, _died())
    else:
        _run(platform, job)


def _run(platform: Platform, job: RunningJob) -> None:
    try:
        with _pulse(platform, job):
            result = job.kind.run(platform, job)
    except TakenOver:
        log.warning("another worker has taken up long job %s", job.id)
    except Cancelled:
        _close(platform, job.id, job.attempt, rows.CANCELLED, None)
    except LuongViecError as error:
        _fail(platform, job, error)
    except Exception as error:  # the edge of a process: the page must say that it ended
        code = secrets.token_hex(4).upper()
        log.exception("long job %s failed, code %s", job.id, code)
        _fail(platform, job, error, code)
    else:
        if not job.is_finished:
            _finish(platform, job, result)


def _finish(platform: Platform, job: RunningJob, result: JobResult) -> None:
    try:
        with platform.transaction() as work:
            job.finish(work, result)
    except TakenOver:
        log.warning("long job %s ended, but another worker has it", job.id)


def _fail(platform: Platform, job: RunningJob, error: Exception, code: str = "") -> None:
    kept = error_json(error, code)
    with platform.transaction() as work:
        if rows.close(work.session, job.id, job.attempt, rows.FAILED, kept, work.now):
            job.tell(work, text_from(kept["error"]), Text("không xong", "failed"))
        else:
            log.warning("long job %s failed, but another worker has it", job.id)


@contextmanager
def _pulse(platform: Platform, job: RunningJob) -> Iterator[None]:
    """Give signs of life while a step takes long, so that only a dead worker's job is taken up again."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(PULSE_SECONDS):
            try:
                with platform.sessions() as session:
                    rows.live(session, job.id, job.attempt, platform.clock())
                    session.commit()
            except SQLAlchemyError as error:  # SQLite has one writer, and that may be the work itself
                log.info("long job %s gives no sign of life: %s", job.id, error)

    thread = threading.Thread(target=beat, name=f"pulse of long job {job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()


def cancel(platform: Platform, actor: Actor, job_id: int) -> None:
    """Ask a job to stop; one that waits stops now, one that runs at its next step.

    Raises:
        NotFound: no such job, or not the actor's.
    """
    with platform.transaction() as work:
        row = _visible(work, actor, job_id)
        if row.state in rows.UNFINISHED:
            row.cancel_asked = True
        if row.state == rows.QUEUED:
            row.state, row.finished_at = rows.CANCELLED, work.now


def view_job(platform: Platform, kinds: Kinds, actor: Actor, job_id: int) -> JobView:
    """Give a job to its owner, or to who may look after the system (`admin.system`).

    Raises:
        NotFound: no such job, or not the actor's.
    """
    with platform.reading() as work:
        return _view(kinds, actor, _visible(work, actor, job_id), work.now)


def own_jobs(
    platform: Platform, kinds: Kinds, actor: Actor, codes: Sequence[str], limit: int = 10
) -> tuple[JobView, ...]:
    """Give the actor's newest jobs of some kinds."""
    with platform.reading() as work:
        found = rows.jobs_of(work.session, actor.user_id, codes, limit)
        return tuple(_view(kinds, actor, row, work.now) for row in found)


def waiting(work: Work, limit: int) -> Sequence[int]:
    """Give the jobs that nobody works on."""
    return rows.waiting_jobs(work.session, work.now - SILENCE, limit)


def _visible(work: Work, actor: Actor, job_id: int) -> LongJob:
    row = rows.job_by_id(work.session, job_id)
    if row is None or not (row.owner_id == actor.user_id or has_function(work, actor, "admin.system")):
        raise NotFound
    return row


def _view(kinds: Kinds, actor: Actor, row: LongJob, now: datetime) -> JobView:
    kind = kinds.get(row.kind)
    kept: Mapping[str, Any] = row.result or {}
    error = kept.get("error")
    return JobView(
        id=row.id, kind=row.kind, title=Text(row.kind) if kind is None else kind.title,
        home="" if kind is None else kind.home, state=row.state,
        done=row.done, total=row.total, cancel_asked=row.cancel_asked, created_at=row.created_at,
        finished_at=row.finished_at, time_left=_time_left(row, now), parameters=row.parameters,
        result=result_from(kept) if "message" in kept else None,
        error=None if error is None else text_from(error), error_code=str(kept.get("code", "")),
        is_own=row.owner_id == actor.user_id,
    )  # fmt: skip


def _time_left(row: LongJob, now: datetime) -> timedelta | None:
    """Guess from what the run has done so far; too early a guess is none."""
    if row.state != rows.RUNNING or row.started_at is None or not 0 < row.done < row.total:
        return None
    spent = (now - row.started_at).total_seconds()
    return None if spent < 2 else timedelta(seconds=round(spent * (row.total - row.done) / row.done))


def _close(
    platform: Platform, job_id: int, attempt: int, state: str, result: Mapping[str, Any] | None
) -> None:
    with platform.transaction() as work:
        if not rows.close(work.session, job_id, attempt, state, result, work.now):
            log.warning("long job %s ended as %s, but another worker has it", job_id, state)


def _unknown(kind: str) -> LuongViecError:
    return LuongViecError(Text(f"Không có loại công việc “{kind}”.", f"There is no job of kind “{kind}”."))


def _died() -> LuongViecError:
    return LuongViecError(
        Text(
            f"Công việc đã bị ngắt {MOST_ATTEMPTS} lần giữa chừng nên không được thử lại."
            " Hãy báo quản trị hệ thống.",
            f"The job was cut off {MOST_ATTEMPTS} times and is not tried again."
            " Tell the system's administrator.",
        )
    )
