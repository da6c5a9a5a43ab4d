"""The effects `link`, `unlink`, `act`, `delete` and `restore`."""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.engine.errors import InvalidInput, LuongViecError, NotFound, Refused
from luongviec.engine.expressions.scope import plain_value, scope_for
from luongviec.engine.model import Effect, Relation
from luongviec.engine.planning.actions import Cause, run_action
from luongviec.engine.planning.links import delete_record, link_records, restore_record, unlink_records
from luongviec.engine.planning.run import EffectStep, Run
from luongviec.engine.planning.session import RuleMessage
from luongviec.engine.related import OWNER, related_ids
from luongviec.engine.text import Text
from luongviec.engine.world import SYSTEM, RecordState


def apply_link(step: EffectStep) -> None:
    """Join the record to others; joined twice changes nothing."""
    for other in _others(step):
        link_records(step.run, _relation(step), other)


def apply_unlink(step: EffectStep) -> None:
    """Take the record and others apart; who is not joined changes nothing."""
    for other in _others(step):
        unlink_records(step.run, _relation(step), other)


def _relation(step: EffectStep) -> Relation:
    return step.run.module.relations[step.effect.relation or ""]


def _others(step: EffectStep) -> Sequence[int]:
    if step.effect.to is None:
        return ()
    value = plain_value(step.run.evaluate(step.effect.to))
    values = value if isinstance(value, tuple) else (value,)
    return tuple(dict.fromkeys(one for one in values if isinstance(one, int)))


def apply_delete(step: EffectStep) -> None:
    """Take the record out of every exit but history, owned ones as their relation says."""
    delete_record(step.run)


def apply_restore(step: EffectStep) -> None:
    """Bring the record back, and what went with it."""
    restore_record(step.run)


# --- act ------------------------------------------------------------------------------------------


def apply_act(step: EffectStep) -> None:
    """Run an action on related records in the order of their ids.

    Raises:
        Refused: one of them refuses, and the effect does not skip those.
    """
    for target_id in sorted(targets_of(step.run, step.effect), key=lambda i: (i < 0, abs(i))):
        if _selected(step, target_id):
            _act_on(step, target_id)


def targets_of(run: Run, effect: Effect) -> Sequence[int]:
    """Give the records that `to` names: a relation, the owner, or a relation of the owner."""
    target = effect.target or ""
    start, _, relation = target.partition(".")
    if start == OWNER and relation:
        owner_id = run.record_before.owner_id
        owner = None if owner_id is None else run.before.record(owner_id)
        return () if owner is None else related_ids(run.before, owner, relation)
    return related_ids(run.before, run.record_before, target)


def _selected(step: EffectStep, target_id: int) -> bool:
    run, where = step.run, step.effect.where
    target = run.before.record(target_id)
    if target is None or target.deleted_at is not None:
        return False
    if where is None:
        return True
    scope = scope_for(
        run.before,
        target,
        actor=run.actor,
        input=run.input,
        event=run.event,
        source=run.record_before,
        viewer=run.actor.user_id,
    )
    return bool(where.evaluate(scope))


def _act_on(step: EffectStep, target_id: int) -> None:
    run, effect, session = step.run, step.effect, step.session
    values = {name: plain_value(run.evaluate(given)) for name, given in effect.values.items()}
    actor = SYSTEM if effect.as_system else run.actor
    savepoint = session.savepoint()
    try:
        run_action(
            session, actor, target_id, effect.action or "", values, reason=run.reason,
            cause=Cause(run.entry, run.depth + 1),
        )  # fmt: skip
    except (Refused, InvalidInput, NotFound) as error:
        if not effect.skip_refused:
            raise _refused_at(session.draft.record(target_id), error) from error
        session.go_back(savepoint)
        return
    refused = session.refusals[savepoint.refusals :]
    if refused and effect.skip_refused:
        session.go_back(savepoint)
    elif refused:
        title = session.record(target_id).title
        session.refusals[savepoint.refusals :] = [RuleMessage(_named(title, one.text)) for one in refused]


def _refused_at(target: RecordState | None, error: LuongViecError) -> Refused:
    """Say which other record refuses, and why."""
    why = error.message
    if isinstance(error, InvalidInput):
        texts = [text for messages in error.errors.values() for text in messages]
        why = Text("; ".join(t.vi for t in texts), "; ".join(t.in_language("en") for t in texts))
    decision = error.decision if isinstance(error, Refused) else None
    return Refused(_named(target.title if target is not None else "", why), decision=decision)


def _named(title: str, why: Text) -> Text:
    return Text(f"“{title}”: {why.vi}", f"'{title}': {why.in_language('en')}")
