"""Runs one action on one record inside a session: from permission to the last reaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.decisions import Decision, RefusedBy
from luongviec.engine.deciding.rules import ask, check_rules
from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.model import Action, Level, Shown
from luongviec.engine.planning.edit import EDIT, apply_edit
from luongviec.engine.planning.errors import MAX_DEPTH, TooDeep
from luongviec.engine.planning.inputs import check_input, with_current
from luongviec.engine.planning.moves import FILES, REASON
from luongviec.engine.planning.plan import AttachFiles, Question
from luongviec.engine.planning.reactions import react
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.session import EntryDraft, Session
from luongviec.engine.planning.voices import speak
from luongviec.engine.world import Actor

RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Cause:
    """What led to an action: the entry it is told under, and how deep it stands."""

    entry: int | None = None
    depth: int = 0

    @property
    def is_person(self) -> bool:
        """Whether a person asked for it and can be asked in turn."""
        return self.entry is None


def run_action(
    session: Session,
    actor: Actor,
    record_id: int,
    code: str,
    input: Mapping[str, object],  # noqa: A002 - the word of the language
    *,
    reason: str | None = None,
    cause: Cause = Cause(),
) -> Run:
    """Plan an action on a record.

    Raises:
        Refused: the actor may not do it now, or its effects cannot.
        InvalidInput: what was typed cannot be taken.
        NotFound: there is no such record or action.
        TooDeep: actions call one another without an end.
    """
    if cause.depth > MAX_DEPTH:
        raise TooDeep(limit=MAX_DEPTH, action=code)
    action, actor = action_of(session, actor, record_id, code, input, cause)
    input = with_current(session.record(record_id), action, input)  # noqa: A001 - the word of the language
    run = start_run(session, actor, record_id, action, input, reason, cause)
    if code != EDIT:
        check_input(run, action, strict=cause.is_person)
    if action.confirm is not None and cause.is_person:
        ask(run, Question(f"confirm:{run.module.code}:{code}", Level.CONFIRM.value, action.confirm))
    if speak(run, action):
        if code == EDIT:
            apply_edit(run)
        run.apply(action.effects)
        _attach_unused_files(run, action)
    finish_run(run, action)
    return run


def action_of(
    session: Session,
    actor: Actor,
    record_id: int,
    code: str,
    input: Mapping[str, object],  # noqa: A002 - the word of the language
    cause: Cause,
) -> tuple[Action, Actor]:
    """Give an action of a record if the actor may do it now, and on whose behalf he then acts.

    Raises:
        NotFound: no such record or action, or only rules may call it.
        Refused: the decision says no.
    """
    record = session.record(record_id)
    action = session.draft.in_force(record).module.actions.get(code)
    if action is None or (action.shown is Shown.NEVER and cause.is_person):
        raise NotFound()
    if record.deleted_at is not None and code != RESTORE:
        raise NotFound()
    decision = decide(session.draft, actor, code, record, input=input)
    check_decision(decision)
    return action, decision.actor(actor)


def check_decision(decision: Decision) -> None:
    """Let an allowed decision pass.

    Raises:
        NotFound: the record may not be seen, so nobody is told that it is there.
        Refused: anything else stands against it; the decision holds the proof.
    """
    if decision.allowed:
        return
    if decision.refused_by in (RefusedBy.VIEW, RefusedBy.DELETED):
        raise NotFound()
    raise Refused(decision.reason, decision=decision)


def start_run(
    session: Session,
    actor: Actor,
    record_id: int,
    action: Action,
    input: Mapping[str, object],  # noqa: A002 - the word of the language
    reason: str | None,
    cause: Cause,
) -> Run:
    """Open the history entry of an action and the run that its effects share."""
    typed = input.get(REASON)
    why = typed if isinstance(typed, str) and typed.strip() else reason
    if why is None and cause.is_person:
        why = session.answers.reason
    record = session.record(record_id)
    entry = session.begin(EntryDraft(record_id, action.code, actor, why, record.status, cause.entry))
    return Run(
        session=session,
        actor=actor,
        record_id=record_id,
        action=action.code,
        entry=entry,
        before=session.draft.snapshot(),
        input=input,
        reason=why,
        trusted=actor.is_system,
        depth=cause.depth,
    )


def _attach_unused_files(run: Run, action: Action) -> None:
    """Attach files that a status demanded where no effect puts them into a field."""
    files = run.input.get(FILES)
    if not isinstance(files, tuple | list) or not files or any(i.name == FILES for i in action.input):
        return
    used = any(
        path[:2] == ("input", FILES)
        for effect in action.effects
        for expression in effect.values.values()
        for path in expression.paths
    )
    if not used:
        ids = tuple(one for one in files if isinstance(one, int))
        run.session.log(run.entry, AttachFiles(run.record_id, ids))
        run.occur("attached", data={"files": ids})


def finish_run(run: Run, action: Action) -> None:
    """Check the rules on the result, then let reactions answer what happened."""
    run.tell_edited()
    moves = frozenset({run.record.status}) if run.moved else frozenset()
    check_rules(run, frozenset({action.code, action.permission}), moves)
    react(run)
