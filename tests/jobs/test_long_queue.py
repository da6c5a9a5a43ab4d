"""Long jobs wait in a queue of their own: messages do not wait for them, a dead worker's job is taken up."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from rq import Queue

from luongviec.bootstrap import QueueOfJobs, build_channels, long_queue
from luongviec.jobs import scheduler, tasks
from luongviec.jobs.scheduler import sweep
from luongviec.jobs.worker import LONG, SHORT, build_worker
from luongviec.services.exchange import work
from luongviec.services.long_jobs import running as long_jobs
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import LONG_JOB
from luongviec.services.platform import utc_now
from luongviec.settings import Settings
from tests.services.house import House


def queue_of(house: House) -> Queue:
    assert isinstance(house.platform.enqueue, QueueOfJobs)
    return house.platform.enqueue.queue


def start(house: House) -> int:
    return work.start_export(house.platform, house.actor("admin"), language="vi")


def state(house: House, job_id: int) -> str:
    return long_jobs.view_job(house.platform, JOB_KINDS, house.actor("admin"), job_id).state


def test_a_long_job_waits_beside_the_short_ones(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = tasks.Running(house.platform, build_channels(settings))
    monkeypatch.setattr(tasks, "running_process", lambda: running)
    job_id, queue = start(house), queue_of(house)
    assert (queue.count, long_queue(queue).job_ids) == (0, [f"{LONG_JOB}-{job_id}"])
    assert sweep(house.platform, queue) == 0  # it is queued already
    build_worker(queue, "short", only=SHORT).work(burst=True, logging_level="WARNING")
    assert state(house, job_id) == "queued"
    build_worker(queue, "long", only=LONG).work(burst=True, logging_level="WARNING")
    assert state(house, job_id) == "done"
    other = start(house)
    build_worker(queue, "both").work(burst=True, logging_level="WARNING")
    assert state(house, other) == "done"


def test_a_long_job_of_a_killed_worker_is_taken_up_by_the_next(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = start(house)
    code = (
        "import os, signal\n"
        "from luongviec.services.long_jobs.running import RunningJob\n"
        "RunningJob.advance = lambda *given: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from luongviec.jobs.worker import run_worker\n"
        "from luongviec.settings import load_settings\n"
        "run_worker(load_settings(), only='long')\n"
    )
    own = {"LUONGVIEC_HOME": str(settings.home), "PATH": os.environ["PATH"]}
    died = subprocess.run([sys.executable, "-c", code], env=own, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert state(house, job_id) == "running"
    monkeypatch.setattr(scheduler, "LEFT_AFTER", timedelta(0))
    queue = queue_of(house)
    assert sweep(house.platform, queue) == 0  # it may still live
    later = dataclasses.replace(house.platform, clock=lambda: utc_now() + 2 * long_jobs.SILENCE)
    assert sweep(later, queue) == 1
    running = tasks.Running(later, build_channels(settings))
    monkeypatch.setattr(tasks, "running_process", lambda: running)
    build_worker(queue, "next", only=LONG).work(burst=True, logging_level="WARNING")
    assert state(house, job_id) == "done"
