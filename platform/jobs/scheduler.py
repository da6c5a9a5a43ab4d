"""The scheduler: looks every second for what waits, and queues it.

It brings due timers, messages whose time has come, mails that answer invitations, and whatever a lost
call or a killed worker left behind. Two schedulers do no harm: ids of jobs are made of what is to be
done, and every job asks its row again. Once an hour it clears away what nobody needs any more.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job, JobStatus
from sqlalchemy.exc import SQLAlchemyError

from luongviec.bootstrap import RUN_JOB, QueueOfJobs, queue_for
from luongviec.services import housekeeping
from luongviec.services.platform import Platform
from luongviec.services.telling import delivery
from luongviec.services.telling.calendar_replies import READ_REPLIES

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
CLEAN_EVERY = timedelta(hours=1)
READ_EVERY = timedelta(minutes=1)
#: A job that began so long ago and is not done was left by a worker that died.
LEFT_AFTER = timedelta(seconds=30)


def sweep(platform: Platform, queue: Queue) -> int:
    """Queue everything that waits; give how many jobs are new."""
    return sum(enqueue_again(queue, job, key) for job, key in delivery.waiting(platform))


def enqueue_again(queue: Queue, job: str, key: int) -> bool:
    """Queue a job unless it is queued or running already."""
    job_id = f"{job}-{key}"
    queue = queue_for(queue, job)
    for _ in range(2):
        try:
            queue.enqueue(RUN_JOB, job, key, job_id=job_id, unique=True, result_ttl=0, failure_ttl=60)
            return True
        except DuplicateJobError:
            if not _forget_if_left(queue, job_id):
                return False
    return False


def _forget_if_left(queue: Queue, job_id: str) -> bool:
    """Take away a job that ended, or that nobody works on any more."""
    try:
        job = Job.fetch(job_id, connection=queue.connection)
    except NoSuchJobError:
        return True
    status = job.get_status()
    if status == JobStatus.QUEUED:
        return False
    started = job.started_at
    if status == JobStatus.STARTED and started is not None:
        started = started if started.tzinfo is not None else started.replace(tzinfo=UTC)
        if datetime.now(UTC) - started < LEFT_AFTER:
            return False
    job.delete()
    return True


def run_scheduler(platform: Platform, stop: threading.Event) -> None:
    """Sweep until told to stop; a database or Redis that is away for a while is waited for."""
    queue = platform.enqueue.queue if isinstance(platform.enqueue, QueueOfJobs) else None
    if queue is None:
        raise TypeError("the scheduler needs a platform with a queue")
    cleaned: datetime | None = None
    read: datetime | None = None
    while not stop.wait(EVERY_SECONDS):
        try:
            sweep(platform, queue)
            if platform.settings.replies.address and (read is None or datetime.now(UTC) - read > READ_EVERY):
                enqueue_again(queue, READ_REPLIES, 0)
                read = datetime.now(UTC)
            if cleaned is None or datetime.now(UTC) - cleaned > CLEAN_EVERY:
                housekeeping.clean(platform)
                cleaned = datetime.now(UTC)
        except (RedisError, SQLAlchemyError) as error:
            log.warning("the scheduler waits: %s", error)
            stop.wait(5)
        except Exception:  # the edge of a process: it must go on
            log.exception("the scheduler failed")
            stop.wait(5)
