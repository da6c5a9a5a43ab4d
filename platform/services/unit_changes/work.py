"""What follows a change of the tree, as a long job: open records to successors, access rows anew.

All of it is asked of the database again when the job is taken up by another worker, so nothing is done
twice. Only when both are through is the change called done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from luongviec.engine.text import Text
from luongviec.services.long_jobs.running import JobKind, JobResult, RunningJob
from luongviec.services.platform import Platform, Work
from luongviec.services.succession.handing_over import Succession
from luongviec.services.succession.notice import tell_successors
from luongviec.services.succession.work import Outcome, carry_out, result_of
from luongviec.services.unit_changes.effects import Aftermath
from luongviec.store.applying import derived
from luongviec.store.organisation import successions as open_rows
from luongviec.store.organisation import unit_changes as rows
from luongviec.store.organisation.unit_moves import records_of_units
from luongviec.store.states import AT_ONCE

UNIT_CHANGE = "unit_change"


def job_parameters(work: Work, change_id: int, aftermath: Aftermath) -> tuple[dict[str, Any] | None, int]:
    """Give what the job must know and how many records it is about; None: there is nothing to do."""
    succession, moved = aftermath.succession, sorted(aftermath.moved)
    waiting: Sequence[int] = ()
    if succession is not None:
        waiting = open_rows.open_records(work.world, succession.holders)
    seen_otherwise = records_of_units(work.session, moved, limit=AT_ONCE) if moved else ()
    if not waiting and not seen_otherwise:
        return None, 0
    return {
        "change": change_id,
        "succession": None if succession is None else succession.to_json(),
        "moved": moved,
        "records": len(waiting),
        "first": waiting[0] if waiting else None,
    }, max(len(waiting), len(seen_otherwise))


def run_unit_change(platform: Platform, job: RunningJob) -> JobResult:
    """Do a job of the kind `UNIT_CHANGE`."""
    kept = job.parameters["succession"]
    succession = None if kept is None else Succession.from_json(kept)
    total = int(job.parameters["records"])
    outcome = Outcome()
    if succession is not None:
        outcome = carry_out(platform, job.actor, succession, job.advance)
    _rebuild(platform, job, tuple(job.parameters["moved"]), total)
    with platform.transaction() as work:
        if succession is not None:
            open_rows.refresh_homes(work.world, [holder.id for holder in succession.holders])
            tell_successors(work, job.actor, succession, outcome.handed, job.parameters["first"])
        result = result_of(outcome, total, f"/settings/unit-changes/{job.parameters['change']}")
        row = rows.change_for_update(work.session, int(job.parameters["change"]))
        if row is not None:
            row.state, row.done_at = rows.DONE, work.now
            row.result = {**(row.result or {}), **_numbers(result)}
        job.finish(work, result)
    return result


def _numbers(result: JobResult) -> Mapping[str, Any]:
    problems = [{"vi": one.vi, "en": one.in_language("en")} for one in result.problems]
    return {**result.data, "problems": problems}


def _rebuild(platform: Platform, job: RunningJob, moved: Sequence[int], total: int) -> None:
    """Build anew who sees the records of units that stand elsewhere now, closed ones too."""
    after_id, done = 0, total
    while moved:
        with platform.transaction() as work:
            part = records_of_units(work.session, moved, after_id=after_id, limit=AT_ONCE)
            derived.rebuild(work.world, part)
        if len(part) < AT_ONCE:
            return
        after_id, done = part[-1], done + len(part)
        job.advance(done, done + AT_ONCE)


UNIT_CHANGE_KIND = JobKind(
    UNIT_CHANGE, Text("Hồ sơ theo đơn vị mới", "Records follow the changed units"), run_unit_change
)
