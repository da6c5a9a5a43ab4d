"""Taking back what one history entry did, and doing one thing to many records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.errors import Conflict, InvalidInput, LuongViecError, NeedsAnswer, NotFound
from luongviec.engine.plan import Answers
from luongviec.engine.planning import Done, plan_undo
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.applying import apply, result_of
from luongviec.services.platform import Platform
from luongviec.services.records import NO_ANSWERS, act
from luongviec.services.views import ActionResult
from luongviec.store import history as rows


def undo(platform: Platform, actor: Actor, record_id: int, entry_id: int) -> ActionResult:
    """Take back what one history entry did, within the action's time and if nothing came after.

    Raises:
        NotFound: no such entry of this record by this person.
        Refused: too late.
        Conflict: something came after, or it was taken back already.
    """
    with platform.transaction() as work:
        entries = rows.actions_caused_by(work.session, entry_id)
        root = entries[0] if entries else None
        if root is None or root.record_id != record_id or root.actor_id != actor.user_id:
            raise NotFound()
        if rows.undone_entries(work.session, (entry_id,)):
            raise Conflict()
        changes = rows.changes_of(work.session, [entry.id for entry in entries])
        done = Done(
            record_id=record_id,
            actor=Actor(root.actor_id, root.acting_for_id),
            changes=tuple(change for entry in entries for change in changes.get(entry.id, ())),
            versions={entry.record_id: entry.record_version for entry in entries},
            undo_until=root.undo_until,
        )
        plan = plan_undo(work.world, actor, done)
        return result_of(plan, apply(work, plan, undoes=entry_id), record_id)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one row of a bulk action; `refusal` says in words why not."""

    record_id: int
    done: bool
    refusal: Text | None = None


def act_on_many(
    platform: Platform, actor: Actor, record_ids: Sequence[int], action: str, raw: Mapping[str, object], *,
    answers: Answers = NO_ANSWERS, whole: bool = False,
) -> tuple[BulkResult, ...]:  # fmt: skip
    """Run one action on several records, each in a transaction and with a result of its own."""
    results = []
    for record_id in dict.fromkeys(record_ids):
        try:
            act(platform, actor, record_id, action, raw, answers=answers, whole=whole)
            results.append(BulkResult(record_id, done=True))
        except LuongViecError as error:
            results.append(BulkResult(record_id, done=False, refusal=_words(error)))
    return tuple(results)


def _words(error: LuongViecError) -> Text:
    if isinstance(error, InvalidInput):
        return next((texts[0] for texts in error.errors.values() if texts), error.message)
    if isinstance(error, NeedsAnswer):
        texts = (getattr(question, "text", None) for question in error.questions)
        return next((text for text in texts if isinstance(text, Text)), error.message)
    return error.message
