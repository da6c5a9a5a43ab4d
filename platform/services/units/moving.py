"""Moving a branch of the tree, with the rows that say who sees its records.

A few records are built anew at once, many by a long job in parts; until a part is done its records
are seen from the old place.
"""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.running import JobFact, JobKind, JobResult, RunningJob
from luongviec.services.platform import Platform, Work
from luongviec.store.applying import derived
from luongviec.store.models import Unit
from luongviec.store.organisation import unit_rows
from luongviec.store.organisation.unit_moves import MovesBelowItself, move_unit, records_of_units
from luongviec.store.states import AT_ONCE

REBUILD = "unit_records"


def put_below(work: Work, actor: Actor, unit: Unit, parent_id: int | None) -> tuple[int, ...]:
    """Put a unit with its branch below another, last among its new neighbours; give the branch's units.

    The caller has checked that the actor may, and says that the organisation changed.

    Raises:
        InvalidInput: the new place lies in the branch itself (C-84).
    """
    neighbours = unit_rows.siblings(work.session, parent_id)
    try:
        branch = move_unit(work.session, unit.id, parent_id)
    except MovesBelowItself as error:
        raise InvalidInput({"parent": (error.message,)}) from error
    unit.position = max((one.position for one in neighbours), default=-1) + 1
    work.session.flush()
    work.look_afresh()
    rebuild_records(work, actor, branch)
    return branch


def rebuild_records(work: Work, actor: Actor, unit_ids: Sequence[int]) -> None:
    """Build anew who sees the records of units whose place in the tree changed."""
    few = records_of_units(work.session, unit_ids, limit=AT_ONCE + 1)
    if len(few) <= AT_ONCE:
        derived.rebuild(work.world, few)
    else:
        running.start(work.platform, actor, REBUILD, {"units": list(unit_ids)})


def _run(platform: Platform, job: RunningJob) -> JobResult:
    """Build the records of units anew, part by part; doing a part twice does no harm."""
    unit_ids = tuple(int(one) for one in job.parameters["units"])
    done, after_id = 0, 0
    while True:
        with platform.transaction() as work:
            part = records_of_units(work.session, unit_ids, after_id=after_id, limit=AT_ONCE)
            done += derived.rebuild(work.world, part)
        if len(part) < AT_ONCE:
            break
        after_id = part[-1]
        job.advance(done, done + AT_ONCE)
    return JobResult(
        Text(
            "Đã cập nhật ai được xem hồ sơ của các đơn vị vừa chuyển.",
            "Who sees the moved units' records is up to date.",
        ),
        (JobFact(Text("Hồ sơ", "Records"), done),),
    )


REBUILD_RECORDS = JobKind(
    REBUILD, Text("Cập nhật hồ sơ của đơn vị vừa chuyển", "Records of moved units"), _run
)
