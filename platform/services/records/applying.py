"""The doing of every change: the plan is written, and the queue will hear of it after the commit."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.planning.plan import CreateRecord, Plan
from luongviec.services.platform import Work
from luongviec.services.record_page.freezing import freeze_prints
from luongviec.services.views import ActionResult
from luongviec.store.applying.changes import AppliedPlan, apply_plan

TELL = "tell"


def apply(work: Work, plan: Plan, *, undoes: int | None = None) -> AppliedPlan:
    """Write a plan in the transaction of a work.

    Raises:
        Conflict: a record is newer than the plan.
        Refused: a print that the plan freezes cannot be made.
    """
    applied = apply_plan(work.world, plan, undoes=undoes)
    freeze_prints(work, plan, applied)
    for record_id in dict.fromkeys(applied.id(one) for one in _touched(plan)):
        work.touch(record_id)
    if applied.occurrences:
        for entry_id, entry in zip(applied.entries, plan.entries, strict=True):
            if entry.caused_by is None:
                work.enqueue(TELL, entry_id)
    return applied


def _touched(plan: Plan) -> Iterator[int]:
    """Give the records that a plan changes or tells of, as it numbers them."""
    for entry in plan.entries:
        yield entry.record_id
    for change in plan.changes:
        for name in ("record_id", "near_id", "far_id"):
            record_id = getattr(change, name, None)
            if isinstance(record_id, int):
                yield record_id


def result_of(
    plan: Plan, applied: AppliedPlan, record_id: int | None = None, *, module: str | None = None
) -> ActionResult:
    """Say what a plan did.

    Args:
        record_id: the record that it was about; for a creation give `module`, whose first new record
            counts (others may have been made on the way).
    """
    created = [change for change in plan.changes if isinstance(change, CreateRecord)]
    made = tuple(applied.id(change.record_id) for change in created)
    first = record_id
    if first is None:
        wanted = {
            change.record_id
            for change in plan.changes
            if isinstance(change, CreateRecord) and module in (None, change.module)
        }
        roots = [e for e in plan.entries if e.caused_by is None and e.record_id in wanted]
        first = next((applied.id(entry.record_id) for entry in roots), made[0] if made else 0)
    own = [
        entry_id
        for entry_id, entry in zip(applied.entries, plan.entries, strict=True)
        if applied.id(entry.record_id) == first
    ]
    return ActionResult(
        record_id=first,
        made=made,
        entry_id=own[0] if own else None,
        undo_until=plan.undo_until,
        warnings=plan.entries[0].confirmed if plan.entries else (),
        notes=tuple(note for entry in plan.entries for note in entry.notes),
        made_alone=tuple(applied.id(change.record_id) for change in created if change.owner_id is None),
    )
