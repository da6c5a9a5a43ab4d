"""Rows of long jobs: added, taken up by one worker at a time, counted on, closed.

`attempts` names the run that holds a job: what an older run still writes changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from luongviec.store.database import AnySession
from luongviec.store.models import LongJob

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
UNFINISHED = (QUEUED, RUNNING)


def add_job(
    session: AnySession,
    kind: str,
    owner_id: int | None,
    parameters: Mapping[str, Any],
    total: int,
    at: datetime,
) -> LongJob:
    """Add a job that waits for a worker."""
    job = LongJob(
        kind=kind, owner_id=owner_id, state=QUEUED, total=total, parameters=dict(parameters), created_at=at
    )
    session.add(job)
    session.flush()
    return job


def job_by_id(session: AnySession, job_id: int) -> LongJob | None:
    """Give a job as it stands now."""
    return session.get(LongJob, job_id, populate_existing=True)


def claim(session: AnySession, job_id: int, at: datetime, silent_since: datetime) -> LongJob | None:
    """Take up a job that waits, or one whose worker has given no sign of life since a moment."""
    taken = session.execute(
        update(LongJob)
        .where(LongJob.id == job_id, _is_free(silent_since))
        .values(state=RUNNING, attempts=LongJob.attempts + 1, beat_at=at, started_at=at)
        .execution_options(synchronize_session=False)
    )
    return job_by_id(session, job_id) if taken.rowcount else None  # type: ignore[attr-defined]


def beat(session: AnySession, job_id: int, attempt: int, at: datetime, done: int, total: int) -> bool:
    """Give a sign of life and how far it is; False: another run holds the job."""
    return _change(session, job_id, attempt, {"beat_at": at, "done": done, "total": total})


def live(session: AnySession, job_id: int, attempt: int, at: datetime) -> bool:
    """Give a sign of life alone; False: another run holds the job."""
    return _change(session, job_id, attempt, {"beat_at": at})


def forget_jobs(session: AnySession, before: datetime) -> int:
    """Forget the jobs that ended before a moment, and count them."""
    gone = session.execute(delete(LongJob).where(LongJob.finished_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def close(
    session: AnySession, job_id: int, attempt: int, state: str, result: Mapping[str, Any] | None, at: datetime
) -> bool:
    """Say how a run ended; False: another run holds the job."""
    return _change(session, job_id, attempt, {"state": state, "result": result, "finished_at": at})


def is_cancel_asked(session: AnySession, job_id: int) -> bool:
    """Whether the owner wants the job to stop."""
    return bool(session.scalar(select(LongJob.cancel_asked).where(LongJob.id == job_id)))


def waiting_jobs(session: AnySession, silent_since: datetime, limit: int) -> Sequence[int]:
    """Give jobs that nobody works on, oldest first."""
    query = select(LongJob.id).where(LongJob.state.in_(UNFINISHED), _is_free(silent_since))
    return session.scalars(query.order_by(LongJob.id).limit(limit)).all()


def jobs_of(session: AnySession, owner_id: int | None, kinds: Sequence[str], limit: int) -> Sequence[LongJob]:
    """Give somebody's jobs of some kinds, newest first."""
    query = select(LongJob).where(LongJob.owner_id == owner_id, LongJob.kind.in_(kinds))
    return session.scalars(query.order_by(LongJob.id.desc()).limit(limit)).all()


def _is_free(silent_since: datetime) -> Any:
    silent = or_(LongJob.beat_at.is_(None), LongJob.beat_at < silent_since)
    return or_(LongJob.state == QUEUED, and_(LongJob.state == RUNNING, silent))


def _change(session: AnySession, job_id: int, attempt: int, values: Mapping[str, Any]) -> bool:
    changed = session.execute(
        update(LongJob)
        .where(LongJob.id == job_id, LongJob.attempts == attempt, LongJob.state == RUNNING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]
