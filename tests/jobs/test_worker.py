"""Real workers on a real Redis: what is done is told once, whoever dies on the way."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from rq import Queue
from rq.job import Job

from luongviec.bootstrap import QueueOfJobs, build_channels, build_queue
from luongviec.engine.planning.plan import Answers
from luongviec.jobs import scheduler, tasks
from luongviec.jobs.scheduler import run_scheduler, sweep
from luongviec.jobs.worker import build_worker
from luongviec.services.platform import Platform, utc_now
from luongviec.services.records import changing
from luongviec.services.telling import delivery, notifications
from luongviec.settings import Settings
from tests.services.house import House

WAIT_SECONDS = 30.0


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, or fail."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def give_task(house: House, name: str = "Sửa đường") -> int:
    raw = {
        "assigning": [house.units["town"]], "assigner": [house.users["chair"]], "name": name,
        "recipients": [
            {
                "executing": [house.units["works"]], "assignee": [house.users["contact"]],
                "due_at": (utc_now() + timedelta(days=10)).isoformat(),
            }
        ],
    }  # fmt: skip
    made = changing.create_record(
        house.platform, house.actor("planner"), "task", raw, answers=Answers(confirmed=True)
    )
    return made.record_id


def news(house: House, who: str) -> list[str]:
    return [one.subject for one in notifications.list_notifications(house.platform, house.actor(who))]


def queue_of(platform: Platform) -> Queue:
    assert isinstance(platform.enqueue, QueueOfJobs)
    return platform.enqueue.queue


@pytest.fixture
def work_here(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[], object]], None]:
    """Run the queue empty with a real worker in this process, at a moment that the test says."""

    def work(clock: Callable[[], object] = utc_now) -> None:
        platform = dataclasses.replace(house.platform, clock=clock)
        running = tasks.Running(platform, build_channels(settings))
        monkeypatch.setattr(tasks, "running_process", lambda: running)
        build_worker(queue_of(platform), "here").work(burst=True, logging_level="WARNING")

    return work


class Worker:
    """A worker in a process of its own."""

    def __init__(self, settings: Settings, **environment: str) -> None:
        own = {
            "LUONGVIEC_HOME": str(settings.home), "PYTHONWARNINGS": "default",
            "PATH": os.environ["PATH"], **environment,
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "luongviec.cli", "worker"], env=own, stdin=subprocess.DEVNULL
        )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(timeout=20)


@pytest.fixture
def start_worker(settings: Settings) -> Iterator[Callable[..., Worker]]:
    started: list[Worker] = []

    def start(**environment: str) -> Worker:
        started.append(Worker(settings, **environment))
        return started[-1]

    yield start
    for worker in started:
        worker.stop(signal.SIGKILL)


def mails(settings: Settings) -> list[Path]:
    return sorted(settings.written_mails.glob("*.eml"))


def test_a_running_worker_tells_soon_after_the_commit(
    house: House, settings: Settings, start_worker: Callable[..., Worker]
) -> None:
    worker = start_worker()
    give_task(house)
    until(lambda: news(house, "contact") == ["Nhiệm vụ mới: Sửa đường"] and len(mails(settings)) == 1)
    until(lambda: delivery.waiting(house.platform) == ())
    worker.stop()
    assert worker.process.returncode == 0


def test_a_job_that_is_queued_already_is_not_queued_again(house: House) -> None:
    give_task(house)
    queue = queue_of(house.platform)
    assert queue.count == 1
    assert sweep(house.platform, queue) == 0
    assert queue.count == 1


def test_the_sweeper_finds_what_was_never_queued(house: House, work_here: Callable[[], None]) -> None:
    give_task(house)
    queue = queue_of(house.platform)
    queue.empty()  # the queue was lost between commit and call
    assert sweep(house.platform, queue) == 1
    work_here()
    assert news(house, "contact") == ["Nhiệm vụ mới: Sửa đường"]


def test_a_lost_redis_loses_nothing(house: House, settings: Settings, redis: object) -> None:
    redis.stop()  # type: ignore[attr-defined]
    give_task(house)  # the call to the queue fails in silence
    assert [job for job, _ in delivery.waiting(house.platform)] == [delivery.TELL]


class DeafMailServer:
    """Takes connections and never answers, so that a worker hangs in the middle of sending."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.called = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        try:
            self.connection, _ = self.socket.accept()
            self.called.set()
        except OSError:
            return

    def close(self) -> None:
        self.socket.close()
        if self.called.is_set():
            self.connection.close()


def test_a_worker_killed_while_sending_loses_and_doubles_nothing(
    house: House, settings: Settings, start_worker: Callable[..., Worker],
    work_here: Callable[[Callable[[], object]], None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    server = DeafMailServer()
    worker = start_worker(SMTP_HOST="127.0.0.1", SMTP_PORT=str(server.port), SMTP_SECURITY="none")
    give_task(house)
    assert server.called.wait(WAIT_SECONDS)
    worker.stop(signal.SIGKILL)
    server.close()
    assert news(house, "contact") == ["Nhiệm vụ mới: Sửa đường"]  # told inside, the mail hangs
    assert mails(settings) == []
    monkeypatch.setattr(scheduler, "LEFT_AFTER", timedelta(0))

    def later() -> object:
        return utc_now() + delivery.LEASE + timedelta(seconds=1)

    sweep(dataclasses.replace(house.platform, clock=later), queue_of(house.platform))
    work_here(later)
    assert len(mails(settings)) == 1
    assert news(house, "contact") == ["Nhiệm vụ mới: Sửa đường"]
    assert delivery.waiting(dataclasses.replace(house.platform, clock=later)) == ()


def test_a_worker_killed_while_telling_leaves_all_of_it_to_the_next(
    house: House, settings: Settings, work_here: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = give_task(house)
    code = (
        "import os, signal\n"
        "from luongviec.services.telling import delivery\n"
        "from luongviec.jobs import tasks\n"
        "write = delivery._write\n"
        "def die(*given):\n"
        "    write(*given)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "delivery._write = die\n"
        "from luongviec.jobs.worker import run_worker\n"
        "from luongviec.settings import load_settings\n"
        "run_worker(load_settings())\n"
    )
    own = {"LUONGVIEC_HOME": str(settings.home), "PATH": os.environ["PATH"]}
    died = subprocess.run([sys.executable, "-c", code], env=own, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert news(house, "contact") == []
    monkeypatch.setattr(scheduler, "LEFT_AFTER", timedelta(0))
    assert sweep(house.platform, queue_of(house.platform)) >= 1
    work_here()
    assert news(house, "contact") == ["Nhiệm vụ mới: Sửa đường"]
    assert len(mails(settings)) == 1
    assert record_id


def test_a_failed_job_leaves_no_stone_in_the_way(
    house: House, work_here: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    give_task(house)
    queue = queue_of(house.platform)

    def fail(*given: object) -> None:
        raise RuntimeError("không được")

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_write", fail)
        work_here()
    assert news(house, "contact") == []

    def later() -> object:
        return utc_now() + timedelta(minutes=5)

    assert sweep(dataclasses.replace(house.platform, clock=later), queue) == 1
    work_here(later)
    assert news(house, "contact") == ["Nhiệm vụ mới: Sửa đường"]


def test_the_scheduler_sweeps_until_it_is_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "EVERY_SECONDS", 0.05)
    queue = queue_of(house.platform)
    give_task(house)
    queue.empty()
    stop = threading.Event()
    thread = threading.Thread(target=run_scheduler, args=(house.platform, stop))
    thread.start()
    until(lambda: queue.count == 1)
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_an_embedded_redis_is_shared_and_stops_with_its_starter(settings: Settings, redis: object) -> None:
    from luongviec.jobs.embedded import EmbeddedRedis, answers

    with EmbeddedRedis(settings.redis_socket) as second:
        assert not second.is_ours
    assert answers(settings.redis_socket)
    redis.stop()  # type: ignore[attr-defined]
    assert not answers(settings.redis_socket)


def test_a_job_gets_keys_and_an_id_made_of_them(house: House, settings: Settings) -> None:
    give_task(house)
    queue = build_queue(settings)
    (job_id,) = queue.job_ids
    job = Job.fetch(job_id, connection=queue.connection)
    assert (job_id, job.args) == (f"tell-{job.args[1]}", ("tell", job.args[1]))
    queue.connection.close()
