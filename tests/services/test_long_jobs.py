"""Long jobs: done by a worker, resumed after a death, stopped when asked, seen by their owner alone."""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from luongviec import services
from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.services import housekeeping
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import JobFact, JobKind, JobResult, Kinds, RunningJob
from luongviec.services.platform import Platform
from luongviec.services.telling import notices, notifications
from luongviec.store import long_jobs as rows
from luongviec.store.models import UserGroup
from tests.services.house import House

DONE = JobResult(Text("Xong.", "Done."), facts=(JobFact(Text("Dòng", "Rows"), 3),))


class Died(BaseException):
    """A worker that is killed: nothing of ours sees it."""


def kinds_of(run: Callable[[Platform, RunningJob], JobResult]) -> Kinds:
    return {"count": JobKind("count", Text("Đếm", "Count"), run)}


def start(house: House) -> int:
    return running.start(house.platform, house.actor("admin"), "count", {"to": 3})


def run(house: House, kinds: Kinds, job_id: int) -> None:
    running.run_job(house.platform, kinds, job_id, beat_seconds=0)


def test_a_job_is_queued_done_and_shown_to_its_owner(house: House) -> None:
    def count(_: Platform, job: RunningJob) -> JobResult:
        for done in range(job.parameters["to"] + 1):
            job.advance(done, 3)
        return DONE

    kinds, owner = kinds_of(count), house.actor("admin")
    job_id = start(house)
    assert house.queued == [(running.LONG_JOB, job_id)]
    assert running.view_job(house.platform, kinds, owner, job_id).state == "queued"
    run(house, kinds, job_id)
    seen = running.view_job(house.platform, kinds, owner, job_id)
    assert (seen.state, seen.done, seen.total, seen.percent, seen.result) == ("done", 3, 3, 100, DONE)
    with pytest.raises(NotFound):
        running.view_job(house.platform, kinds, house.actor("chair"), job_id)
    with pytest.raises(NotFound):
        running.cancel(house.platform, house.actor("chair"), job_id)


def test_the_owner_is_told_once_how_a_job_ended(house: House) -> None:
    def fail(_: Platform, job: RunningJob) -> JobResult:
        raise InvalidInput({"to": (Text("Quá nhiều.", "Too many."),)})

    def end_itself(platform: Platform, job: RunningJob) -> JobResult:
        with platform.transaction() as work:
            job.finish(work, DONE)
        return DONE

    owner = house.actor("admin")
    notifications.mark_read(house.platform, owner)
    expected: list[tuple[str, str, str]] = []
    for kinds, subject, text in (
        (kinds_of(lambda platform, job: DONE), "Đếm: đã xong", "Xong."),
        (kinds_of(end_itself), "Đếm: đã xong", "Xong."),
        (kinds_of(fail), "Đếm: không xong", "Quá nhiều."),
    ):
        job_id = start(house)
        run(house, kinds, job_id)
        run(house, kinds, job_id)
        expected.insert(0, (subject, text, f"/jobs/{job_id}"))
    running.start_at_once(house.platform, kinds_of(lambda platform, job: DONE), owner, "count", {})
    found = notifications.list_notifications(house.platform, owner, unread_only=True)
    assert [(one.subject, one.text, one.link) for one in found if one.link] == expected
    others = notifications.list_notifications(house.platform, house.actor("chair"))
    assert not {link for _, _, link in expected} & {one.link for one in others}
    notices.have_read(house.platform, owner.user_id, expected[0][2])
    left = notifications.list_notifications(house.platform, owner, unread_only=True)
    assert [one.link for one in left if one.link] == [link for _, _, link in expected[1:]]


def test_a_notice_may_leave_by_mail_and_leads_to_its_page(house: House) -> None:
    with house.platform.transaction() as work:
        notices.tell(
            work, house.users["chair"], Text("Đã sẵn sàng.", "Ready."), Text("Báo cáo", "Report"), "/reports",
            channels=("app", "email"),
        )  # fmt: skip
    house.deliver()
    (mail,) = [one for one in house.email.sent if one.subject == "Báo cáo"]
    assert (mail.text, mail.link) == ("Đã sẵn sàng.", f"{house.platform.settings.base_url}/reports")


def test_who_looks_after_the_system_sees_everybodys_jobs(house: House) -> None:
    kinds = kinds_of(lambda platform, job: DONE)
    job_id = running.start(house.platform, house.actor("chair"), "count", {})
    assert running.view_job(house.platform, kinds, house.actor("chair"), job_id).is_own
    assert not running.view_job(house.platform, kinds, house.actor("admin"), job_id).is_own
    assert job_id not in {
        one.id for one in running.own_jobs(house.platform, kinds, house.actor("admin"), ["count"])
    }


def test_a_job_whose_worker_died_is_taken_up_again_but_not_for_ever(house: House) -> None:
    runs: list[int] = []

    def die(_: Platform, job: RunningJob) -> JobResult:
        runs.append(job.attempt)
        job.advance(1, 3)
        raise Died

    kinds, job_id = kinds_of(die), start(house)
    for _ in range(running.MOST_ATTEMPTS):
        with pytest.raises(Died):
            run(house, kinds, job_id)
        run(house, kinds, job_id)  # it may still live: nobody takes it up yet
        with house.platform.reading() as work:
            assert job_id not in running.waiting(work, 100)
        house.clock.pass_by(minutes=2)
        with house.platform.reading() as work:
            assert job_id in running.waiting(work, 100)
    run(house, kinds, job_id)
    assert runs == [1, 2, 3]
    seen = running.view_job(house.platform, kinds, house.actor("admin"), job_id)
    assert seen.state == "failed"
    assert seen.error is not None


def test_a_job_that_ends_in_its_transaction_is_done_once(house: House) -> None:
    """A run that was overtaken while it worked commits nothing."""
    overtaken: list[bool] = []

    def add_tag(platform: Platform, job: RunningJob) -> JobResult:
        if not overtaken:
            overtaken.append(True)
            house.clock.pass_by(minutes=2)
            run(house, kinds, job.id)  # another worker takes it for dead, and is done first
        with platform.transaction() as work:
            work.session.add(UserGroup(owner_id=house.users["admin"], name=f"{job.id}-{job.attempt}"))
            work.session.flush()
            job.finish(work, DONE)
        return DONE

    kinds = kinds_of(add_tag)
    job_id = start(house)
    run(house, kinds, job_id)
    with house.platform.reading() as work:
        names = [one.name for one in work.session.query(UserGroup) if one.name.startswith(f"{job_id}-")]
    assert names == [f"{job_id}-2"]
    assert running.view_job(house.platform, kinds, house.actor("admin"), job_id).state == "done"


def test_a_job_stops_when_asked(house: House) -> None:
    def count(platform: Platform, job: RunningJob) -> JobResult:
        job.advance(1, 3)
        running.cancel(platform, house.actor("admin"), job.id)
        assert job.cancelled
        job.advance(2, 3)
        raise AssertionError("it went on")

    kinds = kinds_of(count)
    job_id = start(house)
    run(house, kinds, job_id)
    assert running.view_job(house.platform, kinds, house.actor("admin"), job_id).state == "cancelled"
    waits = start(house)
    running.cancel(house.platform, house.actor("admin"), waits)
    run(house, kinds, waits)
    assert running.view_job(house.platform, kinds, house.actor("admin"), waits).state == "cancelled"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InvalidInput({"file": (Text("Tệp hỏng.", "The file is broken."),)}), "The file is broken."),
        (ZeroDivisionError("secret"), "Something went wrong on our side"),
    ],
)
def test_a_failure_is_told_in_words(house: House, error: Exception, words: str) -> None:
    def fail(_: Platform, __: RunningJob) -> JobResult:
        raise error

    kinds, job_id = kinds_of(fail), start(house)
    run(house, kinds, job_id)
    seen = running.view_job(house.platform, kinds, house.actor("admin"), job_id)
    assert seen.state == "failed"
    assert seen.error is not None
    assert words in seen.error.in_language("en")
    assert "secret" not in str(seen)


def test_progress_guesses_what_is_left(house: House) -> None:
    seen: list[timedelta | None] = []

    def count(platform: Platform, job: RunningJob) -> JobResult:
        house.clock.pass_by(seconds=30)
        job.advance(30, 90)
        seen.append(running.view_job(platform, kinds, house.actor("admin"), job.id).time_left)
        return DONE

    kinds = kinds_of(count)
    run(house, kinds, start(house))
    assert seen == [timedelta(seconds=60)]


def test_a_long_step_gives_signs_of_life(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes a job away from a worker that lives, however long a step of it takes."""
    monkeypatch.setattr(running, "PULSE_SECONDS", 0.01)
    beats = threading.Semaphore(0)
    live = rows.live

    def lives(*given: object) -> bool:
        beats.release()
        return live(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(rows, "live", lives)
    silent: list[bool] = []

    def wait(platform: Platform, job: RunningJob) -> JobResult:
        house.clock.pass_by(minutes=2)
        assert beats.acquire(timeout=20)
        assert beats.acquire(timeout=20)  # the first is committed
        with platform.reading() as work:
            silent.append(job.id in running.waiting(work, 100))
        return DONE

    run(house, kinds_of(wait), start(house))
    assert silent == [False]


def test_jobs_that_ended_long_ago_are_forgotten(house: House) -> None:
    kinds = kinds_of(lambda platform, job: DONE)
    ended = start(house)
    run(house, kinds, ended)
    house.clock.pass_by(days=91)
    waits = start(house)
    housekeeping.clean(house.platform)
    with pytest.raises(NotFound):
        running.view_job(house.platform, kinds, house.actor("admin"), ended)
    assert running.view_job(house.platform, kinds, house.actor("admin"), waits).state == "queued"


def test_every_kind_of_job_is_in_the_list() -> None:
    """A kind that is not in the list would fail only when its job runs."""
    found = {}
    for module in pkgutil.walk_packages(services.__path__, "luongviec.services."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, JobKind):
                found[value.code] = value
    assert found == dict(JOB_KINDS)
