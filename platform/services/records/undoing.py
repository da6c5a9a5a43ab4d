"""Taking back what one history entry did."""

from __future__ import annotations

from luongviec.engine.errors import Conflict, NotFound
from luongviec.engine.planning.planner import Done, plan_undo
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.records.applying import apply, result_of
from luongviec.services.views import ActionResult
from luongviec.store.history import load_plan


def undo(platform: Platform, actor: Actor, record_id: int, entry_id: int) -> ActionResult:
    """Take back what one history entry did, within the action's time and if nothing came after.

    Raises:
        NotFound: no such entry of this record by this person.
        Refused: too late.
        Conflict: something came after, or it was taken back already.
    """
    with platform.transaction() as work:
        stored = load_plan(work.session, entry_id)
        if stored is None or stored.record_id != record_id or stored.actor.user_id != actor.user_id:
            raise NotFound()
        if stored.undone:
            raise Conflict()
        done = Done(record_id, stored.actor, stored.changes, stored.versions, stored.undo_until)
        plan = plan_undo(work.world, actor, done)
        return result_of(plan, apply(work, plan, undoes=entry_id), record_id)
