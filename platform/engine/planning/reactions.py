"""Reactions: effects that follow events in the same plan, as the system.

They run after the effects of the action that caused the event, in the order of events and then of the
file. What they do is told under an entry of its own, which points to the action that led there.
"""

from __future__ import annotations

from luongviec.engine.expressions.scope import EventFacts
from luongviec.engine.model import Effect, EffectKind, Reaction
from luongviec.engine.planning.errors import MAX_DEPTH, TooDeep
from luongviec.engine.planning.plan import REACTION, Occur
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.session import EntryDraft
from luongviec.engine.world import SYSTEM

#: Effects that write their own entries or only tell something: they need no entry of the reaction.
_WITHOUT_ENTRY = frozenset({EffectKind.EMIT, EffectKind.ACT, EffectKind.CREATE})


def react(run: Run) -> None:
    """Answer every event of a run.

    Raises:
        TooDeep: reactions cause one another without an end.
    """
    for happened in run.events:
        record = run.session.record(happened.record_id)
        for reaction in run.session.draft.in_force(record).module.reactions:
            if happened.event in reaction.upon:
                _react(run, happened, reaction)


def _react(run: Run, happened: Occur, reaction: Reaction) -> None:
    if run.depth >= MAX_DEPTH:
        raise TooDeep(limit=MAX_DEPTH, action=happened.event)
    answer = _answering_run(run, happened)
    if not answer.holds(reaction.condition):
        return
    fired = tuple(effect for effect in reaction.effects if answer.holds(effect.condition))
    if _needs_entry(fired):
        answer.entry = run.session.begin(
            EntryDraft(happened.record_id, REACTION, SYSTEM, None, answer.record.status, caused_by=run.entry)
        )
    answer.apply(fired)
    answer.tell_edited()
    react(answer)


def _needs_entry(effects: tuple[Effect, ...]) -> bool:
    return any(effect.kind not in _WITHOUT_ENTRY for effect in effects)


def _answering_run(run: Run, happened: Occur) -> Run:
    facts = EventFacts(
        name=happened.event,
        actor=run.actor,
        at=run.session.draft.now,
        data=happened.data,
        reason=happened.reason,
        people=happened.people,
    )
    return Run(
        session=run.session,
        actor=SYSTEM,
        record_id=happened.record_id,
        action=REACTION,
        entry=run.entry,
        before=run.session.draft.snapshot(),
        input={},
        reason=happened.reason,
        trusted=True,
        depth=run.depth + 1,
        event=facts,
        source_id=happened.source_id or happened.record_id,
    )
