"""Dated changes of units: planned, changed, cancelled, carried out at their day (O-14).

A change for today is carried out at once; one for a later day waits as `planned` and the scheduler
brings it. The tree changes in one transaction; open records follow in a long job, until when the
change is `running`. What the tree does not allow on the day leaves everything as it was, and the
change is `failed` with the reason until somebody edits it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from luongviec.engine.errors import InvalidInput, LuongViecError, NotFound, Refused
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.journal.writing import Subject, note_change
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.platform import Platform, Work
from luongviec.services.unit_changes.checks import check_change, check_rights
from luongviec.services.unit_changes.effects import change_tree
from luongviec.services.unit_changes.plans import (
    KINDS,
    Change,
    change_from_json,
    coming,
    going,
    made,
)
from luongviec.services.unit_changes.views import sentence_of
from luongviec.services.unit_changes.work import UNIT_CHANGE, job_parameters
from luongviec.store.models import UnitChange
from luongviec.store.organisation import unit_changes as rows
from luongviec.store.organisation import unit_rows

#: The job of the queue that carries out a change whose day has come; its key is the change.
CARRY_OUT = "unit_change"
#: So many records are handed over while the administrator waits; more by a worker.
AT_ONCE = 200

__all__ = ["CARRY_OUT", "cancel_change", "carry_out", "edit_change", "make_change", "resume_change"]


def make_change(
    platform: Platform, actor: Actor, change: Change, reason: str, effective_at: datetime | None = None
) -> int:
    """Plan a change, and carry it out if its moment has come; give its id.

    Args:
        change: what shall be done.
        reason: the decision or the reason, for the journal and the history of records.
        effective_at: from when it counts; None: from now on.

    Raises:
        NotFound, Refused: a unit is not there, or not the actor's.
        InvalidInput: by the names of the form's fields.
    """
    with platform.transaction() as work:
        unit_rows.lock_tree(work.session)
        at = work.now if effective_at is None else effective_at
        check_change(work, actor, change, at, reason)
        row = rows.add_change(work.session, change.kind, _kept(change, reason), at, actor.user_id, work.now)
        rows.set_members(work.session, row.id, _members(change))
        if at > work.now:
            _note(work, actor, row, "unit_change.scheduled", reason)
        else:
            _carry_out(work, actor, row)
        change_id = row.id
    _go_on_at_once(platform, change_id)
    return change_id


def edit_change(
    platform: Platform, actor: Actor, change_id: int, change: Change, reason: str, effective_at: datetime
) -> None:
    """Change a plan that was not carried out yet; whoever changes it answers for it from now on.

    Raises:
        NotFound, Refused, InvalidInput: as `make_change`; Refused too if it is carried out or cancelled.
    """
    with platform.transaction() as work:
        unit_rows.lock_tree(work.session)
        row = _to_change(work, actor, change_id)
        check_change(work, actor, change, effective_at, reason, but=row.id)
        before = {"kind": row.kind, "effective_at": row.effective_at.isoformat(), **row.plan}
        row.kind, row.plan, row.effective_at = change.kind, _kept(change, reason), effective_at
        row.actor_id, row.state, row.result = actor.user_id, rows.PLANNED, None
        rows.set_members(work.session, row.id, _members(change))
        after = {"kind": row.kind, "effective_at": row.effective_at.isoformat(), **row.plan}
        note_change(
            work, actor, "unit_change.changed", _subject(row), before=before, after=after, note=reason
        )
        if effective_at <= work.now:
            _carry_out(work, actor, row)
    _go_on_at_once(platform, change_id)


def cancel_change(platform: Platform, actor: Actor, change_id: int) -> None:
    """Give a plan up.

    Raises:
        NotFound: there is none for this actor.
        Refused: it is carried out or given up already.
    """
    with platform.transaction() as work:
        row = _to_change(work, actor, change_id)
        row.state, row.done_at = rows.CANCELLED, work.now
        _note(work, actor, row, "unit_change.given_up", "")


def carry_out(platform: Platform, change_id: int) -> bool:
    """Carry out a planned change whose day has come; give whether it was.

    What refuses it on that day is kept with it for the page to show; nothing else is changed then.
    """
    try:
        with platform.transaction() as work:
            unit_rows.lock_tree(work.session)
            row = rows.change_for_update(work.session, change_id)
            if row is None or row.state != rows.PLANNED or row.effective_at > work.now:
                return False
            actor = Actor(row.actor_id)
            change = change_from_json(row.kind, row.plan["change"])
            check_change(work, actor, change, max(row.effective_at, work.now), row.plan["reason"], but=row.id)
            _carry_out(work, actor, row)
    except LuongViecError as error:
        _fail(platform, change_id, error)
        return False
    _go_on_at_once(platform, change_id)
    return True


def resume_change(platform: Platform, actor: Actor, change_id: int) -> int:
    """Go on with the records of a change whose job was stopped or died; give the new job's id.

    Raises:
        NotFound, Refused: as `cancel_change`.
    """
    with platform.transaction() as work:
        row = rows.change_for_update(work.session, change_id)
        if row is None:
            raise NotFound()
        check_rights(work, actor, change_from_json(row.kind, row.plan["change"]))
        if row.state != rows.RUNNING:
            raise Refused(TEXT_NOTHING_LEFT)
        job = running.view_job(platform, JOB_KINDS, Actor(None), row.result["job"])
        if not job.is_finished:
            return job.id
        parameters = {**job.parameters}
        job_id = running.start(platform, actor, UNIT_CHANGE, parameters, total=job.total)
        row.result = {**row.result, "job": job_id}
        return job_id


# --- Carrying out -----------------------------------------------------------------------------------


def _carry_out(work: Work, actor: Actor, row: UnitChange) -> None:
    """Change the tree, and start what follows for records; all in the transaction of the work."""
    change = change_from_json(row.kind, row.plan["change"])
    about = sentence_of(work, change)  # by the names that units bear until now
    aftermath = change_tree(work, actor, change, row.plan["reason"], row.effective_at)
    if aftermath.succession is not None:
        aftermath.succession = replace(aftermath.succession, about=about)
    rows.set_members(work.session, row.id, aftermath.members)
    parameters, records = job_parameters(work, row.id, aftermath)
    if parameters is None:
        row.state, row.done_at, row.result = rows.DONE, work.now, {}
    else:
        job_id = running.start(work.platform, actor, UNIT_CHANGE, parameters, total=records)
        row.state, row.result = rows.RUNNING, {"job": job_id, "records": records}
    _note(work, actor, row, "unit_change.carried_out", row.plan["reason"])


def _go_on_at_once(platform: Platform, change_id: int) -> None:
    """Hand a few records over now, so that the answer shows the end; a worker does many."""
    with platform.reading() as work:
        row = rows.change_by_id(work.session, change_id)
        if row is None or row.state != rows.RUNNING or row.result["records"] > AT_ONCE:
            return
        job_id = int(row.result["job"])
    if not platform.is_working:
        running.run_job(platform, JOB_KINDS, job_id)


def _fail(platform: Platform, change_id: int, error: LuongViecError) -> None:
    text = error.message
    if isinstance(error, InvalidInput):
        texts = [text for found in error.errors.values() for text in found]
        text = Text(" ".join(t.vi for t in texts), " ".join(t.in_language("en") for t in texts))
    with platform.transaction() as work:
        row = rows.change_for_update(work.session, change_id)
        if row is not None and row.state == rows.PLANNED:
            row.state, row.result = rows.FAILED, {"error": {"vi": text.vi, "en": text.in_language("en")}}
            _note(work, Actor(None), row, "unit_change.failed", text.vi)


def _to_change(work: Work, actor: Actor, change_id: int) -> UnitChange:
    """Give a change that is still to come and that the actor may make himself."""
    row = rows.change_for_update(work.session, change_id)
    if row is None:
        raise NotFound()
    check_rights(work, actor, change_from_json(row.kind, row.plan["change"]))
    if row.state not in (rows.PLANNED, rows.FAILED):
        raise Refused(TEXT_TOO_LATE)
    return row


def _members(change: Change) -> list[tuple[int, str]]:
    above = [one.parent_id for one in made(change) if one.parent_id is not None]
    return [
        *((unit_id, rows.FROM) for unit_id in going(change)),
        *((unit_id, rows.TO) for unit_id in (*coming(change), *above)),
    ]


def _kept(change: Change, reason: str) -> dict[str, Any]:
    return {"change": change.to_json(), "reason": reason.strip()}


def _note(work: Work, actor: Actor, row: UnitChange, action: str, note: str) -> None:
    after = {"kind": row.kind, "effective_at": row.effective_at.isoformat(), **row.plan["change"]}
    note_change(work, actor, action, _subject(row), after=after, note=note)


def _subject(row: UnitChange) -> Subject:
    return Subject("unit_change", str(row.id), KINDS[row.kind].vi)


TEXT_TOO_LATE = Text(
    "Thay đổi này đã được thực hiện hoặc đã hủy.", "This change was carried out or cancelled already."
)
TEXT_NOTHING_LEFT = Text("Thay đổi này không còn gì để làm tiếp.", "Nothing of this change is left to do.")
