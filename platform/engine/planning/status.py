"""Plans that no action of the definitions names: a move to a status, a timer, an event, a voice back."""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.engine.deciding.decide import decide, decide_move
from luongviec.engine.deciding.offers import OfferKind, open_moves
from luongviec.engine.deciding.rules import check_rules
from luongviec.engine.effects.built_in import EFFECTS
from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.planning.actions import check_decision, run_action
from luongviec.engine.planning.errors import SeveralActions
from luongviec.engine.planning.finish import finish
from luongviec.engine.planning.inputs import Errors
from luongviec.engine.planning.moves import FILES, REASON, missing_for, move_record
from luongviec.engine.planning.plan import TIMER, Answers, AttachFiles, Plan, TimerDue
from luongviec.engine.planning.reactions import react
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.session import EntryDraft, Session
from luongviec.engine.planning.timers import due_timers, next_due
from luongviec.engine.planning.voices import withdraw
from luongviec.engine.text import Text
from luongviec.engine.world import SYSTEM, Actor, RecordState, Value, World

CHANGE_STATUS = "change_status"
WITHDRAW_VOICE = "withdraw_voice"
VIEW = "view"
MENTIONED = "mentioned"

NO_ANSWERS = Answers()


def plan_move(
    world: World,
    actor: Actor,
    record_id: int,
    status: str,
    input: Mapping[str, object],  # noqa: A002 - the word of the language
    *,
    answers: Answers = NO_ANSWERS,
    reason: str | None = None,
) -> Plan:
    """Plan a move to a status: the one open action that leads there, a bare move if none does.

    Raises:
        SeveralActions: more than one open action leads there.
        NotFound, Refused, InvalidInput, NeedsAnswer: as `plan_action`.
    """
    session = Session(world, actor, answers, EFFECTS)
    record = session.record(record_id)
    check_decision(decide(world, actor, VIEW, record))
    if status not in world.in_force(record).group.statuses:
        raise NotFound()
    leading = _actions_to(world, actor, record, status)
    if len(leading) > 1:
        raise SeveralActions(leading)
    if leading:
        run = run_action(session, actor, record_id, leading[0], input, reason=reason)
        return finish(session, undo_minutes=run.module.actions[leading[0]].undo_minutes)
    _bare_move(session, actor, record, status, input, reason)
    return finish(session)


def _actions_to(world: World, actor: Actor, record: RecordState, status: str) -> tuple[str, ...]:
    return tuple(
        offer.action
        for offer in open_moves(world, actor, record)
        if offer.kind is OfferKind.ACTION and offer.moves_to == status
    )


def _bare_move(
    session: Session,
    actor: Actor,
    record: RecordState,
    status: str,
    input: Mapping[str, object],  # noqa: A002
    reason: str | None,
) -> None:
    decision = decide_move(session.draft, actor, record, status)
    check_decision(decision)
    actor = decision.actor(actor)
    typed = input.get(REASON)
    why = typed if isinstance(typed, str) and typed.strip() else reason or session.answers.reason
    run = _new_run(session, actor, record, CHANGE_STATUS, why, input)
    errors: Errors = missing_for(run, session.draft.in_force(record).group.statuses[status])
    if errors:
        raise InvalidInput(errors, input)
    move_record(run, status)
    files = input.get(FILES)
    if isinstance(files, tuple | list) and files:
        ids = tuple(one for one in files if isinstance(one, int))
        session.log(run.entry, AttachFiles(record.id, ids))
    check_rules(run, frozenset({CHANGE_STATUS}), frozenset({status}))
    react(run)


def plan_timer(world: World, record_id: int, timer: str, *, occurrence: int = 1) -> Plan | None:
    """Plan what a timer does, as the system; nothing if it should not fire any more.

    Args:
        world: where it happens, at the moment of firing.
        record_id: the record.
        timer: the timer's code.
        occurrence: how many times it will have fired with this one.
    """
    session = Session(world, SYSTEM, NO_ANSWERS, EFFECTS)
    record = session.record(record_id)
    defined = world.in_force(record).module.timers.get(timer)
    armed = due_timers(world, record).get(timer)
    if defined is None or armed is None:
        return None
    due = armed.at if occurrence == 1 else next_due(world, record, defined, armed.at, occurrence - 1)
    if due is None or due > world.now:
        return None
    run = _new_run(session, SYSTEM, record, f"{TIMER}{timer}", None, {})
    run.step = occurrence
    run.apply(defined.effects)
    run.tell_edited()
    react(run)
    again = next_due(world, record, defined, armed.at, occurrence)
    still = due_timers(session.draft, session.record(record_id)).get(timer)
    if again is not None and still == armed:
        session.log(run.entry, TimerDue(record_id, timer, again, occurrence + 1))
    return finish(session)


def plan_event(
    world: World,
    actor: Actor,
    record_id: int,
    event: str,
    *,
    people: tuple[int, ...] = (),
    data: Mapping[str, Value] | None = None,
    reason: str | None = None,
    notes: tuple[Text, ...] = (),
    mentioned: tuple[int, ...] = (),
) -> Plan:
    """Plan what follows from an event that a service brought about (a comment, files, tags).

    The permission is the service's to ask. The record keeps its version unless reactions change it.
    `notes` stand in the history. Who is `mentioned` with it hears of that as an event of its own.
    """
    session = Session(world, actor, NO_ANSWERS, EFFECTS)
    run = _new_run(session, actor, session.record(record_id), event, reason, {})
    for note in notes:
        session.note(run.entry, note)
    run.occur(event, people, data)
    if mentioned:
        run.occur(MENTIONED, mentioned, data)
    react(run)
    return finish(session)


def plan_withdraw_voice(world: World, actor: Actor, record_id: int, action: str) -> Plan:
    """Plan to take one's voice for an action back, while nothing is decided.

    Raises:
        NotFound: no such record or action for this actor.
        Refused: there is no voice of his.
    """
    session = Session(world, actor, NO_ANSWERS, EFFECTS)
    record = session.record(record_id)
    check_decision(decide(world, actor, VIEW, record))
    if action not in world.in_force(record).module.actions:
        raise NotFound()
    withdraw(_new_run(session, actor, record, WITHDRAW_VOICE, None, {}), action)
    return finish(session)


def _new_run(
    session: Session,
    actor: Actor,
    record: RecordState,
    action: str,
    reason: str | None,
    input: Mapping[str, object],  # noqa: A002
) -> Run:
    entry = session.begin(EntryDraft(record.id, action, actor, reason, record.status))
    return Run(
        session=session,
        actor=actor,
        record_id=record.id,
        action=action,
        entry=entry,
        before=session.draft.snapshot(),
        input=input,
        reason=reason,
        trusted=actor.is_system,
    )
