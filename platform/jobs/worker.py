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

from luongviec.bootstrap import build_queue
from luongviec.jobs.tasks import running_process
from luongviec.settings import Settings

log = logging.getLogger(__name__)


def build_worker(queue: Queue, name: str | None = None) -> SimpleWorker:
    """Give a worker for a queue."""
    connection: Redis = queue.connection
    own_name = name or f"{socket.gethostname()}-{os.getpid()}"
    return SimpleWorker([queue], name=own_name, connection=connection, log_job_description=False)


def run_worker(settings: Settings, *, burst: bool = False) -> None:
    """Work until told to stop (or, `burst`, until the queue is empty)."""
    running_process()  # definitions are compiled before the first job comes
    build_worker(build_queue(settings)).work(burst=burst, logging_level="WARNING", with_scheduler=False)
