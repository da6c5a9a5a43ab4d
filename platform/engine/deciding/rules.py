"""Rules: what must hold whatever roles say, and what follows where it does not.

All rules of an action are evaluated; what they refuse and what they ask is collected in the session
and shown at once.
"""

from __future__ import annotations

from collections.abc import Iterable

from luongviec.engine.deciding.authorities import once_for
from luongviec.engine.deciding.conditions import is_about_identity
from luongviec.engine.expressions.scope import Scope, ScopedRecord, scope_for
from luongviec.engine.expressions.views import Reading
from luongviec.engine.model import Level, Rule
from luongviec.engine.planning.plan import Question
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.session import RuleMessage
from luongviec.engine.planning.values import is_empty
from luongviec.engine.world import Actor, RecordState


def check_rules(run: Run, names: frozenset[str], moves_to: frozenset[str]) -> None:
    """Evaluate the rules of the run's module that concern what is done.

    Args:
        run: the action, its effects planned already.
        names: the action and the permission it needs.
        moves_to: the statuses that the record entered.
    """
    scopes = tuple(rule_scope(run, actor) for actor in run.actor.readings)
    for place, rule in enumerate(run.module.rules):
        if concerns(rule, names, moves_to):
            asked = scopes
            if not run.creating and is_about_identity(rule.when):
                asked += tuple(
                    rule_scope(run, one) for one in once_for(run.before, run.actor, run.record_before)
                )
            _judge(run, rule, f"rule:{run.module.code}:{run.action}:{place}", asked)


def check_owner_rules(run: Run, owner: RecordState, permission: str) -> None:
    """Evaluate the owner's rules about adding to it (`add_REL`)."""
    scopes = tuple(
        scope_for(run.unborn or run.before, owner, actor=actor, input=run.input)
        for actor in run.actor.readings
    )
    module = run.session.draft.in_force(owner).module
    for place, rule in enumerate(module.rules):
        if concerns(rule, frozenset({permission}), frozenset()):
            _judge(run, rule, f"rule:{module.code}:{permission}:{place}", scopes)


def _judge(run: Run, rule: Rule, code: str, scopes: Iterable[Scope]) -> None:
    """Let a rule speak where it does not hold: for who acts, or for whom he stands in."""
    for scope in scopes:
        if not rule.when.holds(scope):
            _speak(run, rule, code, scope)
            return


def concerns(rule: Rule, names: frozenset[str], moves_to: frozenset[str]) -> bool:
    """Whether a rule is asked for an action (or its permission) that moves to these statuses."""
    if rule.to and moves_to.isdisjoint(rule.to):
        return False
    if not names.isdisjoint(rule.excepts):
        return False
    return any(rule.concerns(name) for name in names)


def rule_scope(run: Run, actor: Actor) -> Scope:
    """Give what a rule reads: `record` before, `after` as the plan would leave it.

    Args:
        run: the action.
        actor: as whom the rule is asked.
    """
    return scope_for(
        run.unborn or run.before,
        None if run.creating else run.record_before,
        actor=actor,
        input=run.input,
        action=run.module.actions.get(run.action),
        after=ScopedRecord(Reading(run.session.draft), run.record),
        owner=_owner(run),
    )


def _owner(run: Run) -> RecordState | None:
    owner_id = run.record.owner_id
    return None if owner_id is None else run.before.record(owner_id)


def level_of(rule: Rule, scope: Scope) -> Level:
    """Give the level of a rule that does not hold; what no level is refuses."""
    if isinstance(rule.level, Level):
        return rule.level
    value = rule.level.evaluate(scope)
    try:
        return Level(str(value))
    except ValueError:
        return Level.REFUSE


def _speak(run: Run, rule: Rule, code: str, scope: Scope) -> None:
    level = level_of(rule, scope)
    if level is Level.ALLOW:
        return
    if level is Level.REFUSE:
        run.session.refusals.append(RuleMessage(rule.otherwise, rule.marks, run.path))
        return
    if run.actor.is_system:
        return  # nobody can be asked
    ask(run, Question(code, level.value, rule.otherwise, rule.marks))


def ask(run: Run, question: Question) -> None:
    """Note a question, and the answer in the history where the person gave it."""
    session = run.session
    if question.kind == Level.REASON:
        answered = not is_empty(run.reason) or not is_empty(session.answers.reason)
        if answered and run.reason is None:
            run.reason = session.answers.reason
            session.entries[run.entry].reason = run.reason
    else:
        answered = session.answers.confirms(question)
    if answered:
        session.entries[run.entry].confirmed.append(question.text)
    else:
        session.questions.setdefault(question.code, question)
