"""The worker process: takes jobs from the queue and runs them, one after the other.

Jobs run in the worker's own process, so that compiled definitions and the organisation are kept from
one to the next; whoever starts workers starts another when one dies.
"""

from __future__ import annotations

import logging
import os
import socket

from redis import Redis
from rq import Queue, SimpleWorker

from luongviec.bootstrap import build_queue, long_queue
from luongviec.jobs.tasks import running_process
from luongviec.settings import Settings

log = logging.getLogger(__name__)


SHORT, LONG = "short", "long"


def build_worker(queue: Queue, name: str | None = None, *, only: str | None = None) -> SimpleWorker:
    """Give a worker for the queue and that of long jobs, or for one of both (`only`)."""
    connection: Redis = queue.connection
    own_name = name or f"{socket.gethostname()}-{os.getpid()}"
    queues = {SHORT: queue, LONG: long_queue(queue)}
    taken = list(queues.values()) if only is None else [queues[only]]
    return SimpleWorker(taken, name=own_name, connection=connection, log_job_description=False)


def run_worker(settings: Settings, *, burst: bool = False, only: str | None = None) -> None:
    """Work until told to stop (or, `burst`, until the queue is empty)."""
    if only != LONG:
        running_process()  # definitions are compiled before the first job comes
    worker = build_worker(build_queue(settings), only=only)
    worker.work(burst=burst, logging_level="WARNING", with_scheduler=False)
