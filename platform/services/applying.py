"""The doing of every change: the plan is written, and the queue will hear of it after the commit."""

from __future__ import annotations

from luongviec.engine.plan import Plan
from luongviec.services.platform import Work
from luongviec.services.views import ActionResult
from luongviec.store.applying import AppliedPlan, apply_plan

TELL = "tell"


def apply(work: Work, plan: Plan, *, undoes: int | None = None) -> AppliedPlan:
    """Write a plan in the transaction of a work.

    Raises:
        Conflict: a record is newer than the plan.
    """
    applied = apply_plan(work.world, plan, undoes=undoes)
    if applied.occurrences:
        for entry_id in applied.entries:
            work.enqueue(TELL, entry_id)
    return applied


def result_of(plan: Plan, applied: AppliedPlan, record_id: int | None = None) -> ActionResult:
    """Say what a plan did: the record it was about, what it made, and what to tell the person."""
    made = tuple(applied.ids.values())
    first = record_id if record_id is not None else (made[0] if made else 0)
    own = [
        entry_id
        for entry_id, entry in zip(applied.entries, plan.entries, strict=True)
        if applied.id(entry.record_id) == first
    ]
    root = plan.entries[0] if plan.entries else None
    return ActionResult(
        record_id=first,
        made=made,
        entry_id=own[0] if own else None,
        undo_until=plan.undo_until,
        warnings=() if root is None else root.confirmed,
        notes=() if root is None else tuple(note for entry in plan.entries for note in entry.notes),
    )
