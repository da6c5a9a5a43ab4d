"""Guards and rules as decisions ask them: when they can be judged, and the proof step they give."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.deciding.decisions import ProofKind, ProofStep
from luongviec.engine.deciding.personal import answered, note_person, noting_persons
from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.comparison import Readable
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.expressions.scope import Scope
from luongviec.engine.expressions.views import plain_value
from luongviec.engine.model import Action, Level, Module, Rule, Voices
from luongviec.engine.moments import voices_needed
from luongviec.engine.people import is_among, members
from luongviec.engine.text import Text
from luongviec.engine.world import RecordState

#: What only an action under way can say.
_OF_INPUT = frozenset({"input", "row", "made"})

VOICE_GIVEN = Text("Bạn đã cho ý kiến.", "You have given your voice already.")
VOICE_NOT_YET = Text("Chưa đến lượt bạn cho ý kiến.", "It is not your turn yet.")
VOICE_NOT_ASKED = Text("Ý kiến của bạn không được hỏi ở đây.", "Your voice is not asked for here.")
GUARD_FAILS = Text("Điều kiện của tác vụ chưa thỏa.", "The action's condition does not hold.")


def waits_for_input(expression: Expression, *, given: bool) -> bool:
    """Whether an expression cannot be judged yet: it reads `after`, or input that is not given."""
    names = expression.names
    return "after" in names or (not given and not names.isdisjoint(_OF_INPUT))


def is_about_identity(expression: Expression) -> bool:
    """Whether a condition asks what somebody is to the record."""
    return any(call.function == "holds" for call in expression.calls)


def value_or_refusal(expression: Expression, scope: Scope) -> tuple[bool, Text | None]:
    """Say whether a condition holds; one that cannot be evaluated does not, and says why."""
    return answered(
        lambda: _value_or_refusal(expression, scope),
        lambda world, actor: _value_or_refusal(expression, scope.asked_by(world, actor)),
    )


def _value_or_refusal(expression: Expression, scope: Scope) -> tuple[bool, Text | None]:
    try:
        return expression.holds(scope), None
    except LuongViecError as error:
        return False, error.message


def guard_step(action: Action, scope: Scope) -> ProofStep:
    """Ask an action's guard (`when`); its message is `otherwise`."""
    guard = action.when
    if guard is None:
        return ProofStep(ProofKind.GUARD, True, {"source": ""})
    holds, error = value_or_refusal(guard, scope)
    facts: dict[str, object] = {"source": guard.source}
    if not holds:
        facts["read"] = values_read(guard, scope)
    return ProofStep(ProofKind.GUARD, holds, facts, error or action.otherwise or GUARD_FAILS)


def voice_step(action: Action, voices: Voices, scope: Scope) -> ProofStep:
    """Ask whether the actor's voice counts for an action that several must agree to.

    Where one voice is enough, whoever may press it decides alone, asked or not.
    """
    note_person()
    record, actor = scope.record, scope.actor
    facts: dict[str, object] = {"action": action.code}
    if record is None or actor is None or actor.user_id is None:
        return ProofStep(ProofKind.VOICE, True, facts)
    asked = actor.principal or actor.user_id
    if any(voice.action == action.code and voice.cast_for == asked for voice in record.voices):
        return ProofStep(ProofKind.VOICE, False, facts, VOICE_GIVEN)
    if is_among(scope.world, voices.of, asked, record=record, actor=actor):
        is_next = not voices.ordered or asked == _next_to_speak(action.code, voices, scope, record)
        return ProofStep(ProofKind.VOICE, is_next, facts, None if is_next else VOICE_NOT_YET)
    total = len(members(scope.world, voices.of, record=record, actor=actor))
    alone = _voices_needed(voices, total, scope) <= 1
    return ProofStep(ProofKind.VOICE, alone, facts, None if alone else VOICE_NOT_ASKED)


def _next_to_speak(action: str, voices: Voices, scope: Scope, record: RecordState) -> int | None:
    """Give whose turn it is where people speak one after another."""
    spoken = {voice.cast_for for voice in record.voices if voice.action == action}
    in_order = members(scope.world, voices.of, record=record, actor=scope.actor)
    return next((user_id for user_id in in_order if user_id not in spoken), None)


def _voices_needed(voices: Voices, total: int, scope: Scope) -> int:
    try:
        needed = voices_needed(plain_value(voices.need.evaluate(scope)), total)
    except (LuongViecError, ValueError):
        return total  # what is no rule asks everybody
    return min(needed, max(total, 1))


def rules_concerning(module: Module, action: str, moves: tuple[str, ...]) -> Iterator[Rule]:
    """Give the rules for an action, and of those `to` statuses the ones it moves to."""
    for rule in module.rules:
        if rule.concerns(action) and (not rule.to or not set(rule.to).isdisjoint(moves)):
            yield rule


def early_rules(module: Module, action: str) -> Iterator[tuple[Rule, bool]]:
    """Give the rules for an action that may refuse before the plan is known, with whether they wait
    for input. Those that read `after` are the planner's."""
    for rule in module.rules:
        if not rule.concerns(action) or "after" in rule.when.names:
            continue
        if isinstance(rule.level, Level) and rule.level is not Level.REFUSE:
            continue
        yield rule, waits_for_input(rule.when, given=False)


def refusing_rule_step(rule: Rule, scope: Scope) -> ProofStep | None:
    """Ask a rule whose level is to refuse; None for one that would only ask or warn."""
    if level_of(rule, scope) is not Level.REFUSE:
        return None
    holds, error = value_or_refusal(rule.when, scope)
    facts: dict[str, object] = {"source": rule.when.source}
    if not holds:
        facts["read"] = values_read(rule.when, scope)
    return ProofStep(ProofKind.RULE, holds, facts, error or rule.otherwise)


def level_of(rule: Rule, scope: Scope) -> Level:
    """Give a rule's level; one that cannot be found out refuses."""
    if isinstance(rule.level, Level):
        return rule.level
    try:
        return Level(str(plain_value(rule.level.evaluate(scope))))
    except (LuongViecError, ValueError):
        return Level.REFUSE


def values_read(expression: Expression, scope: Scope) -> tuple[tuple[str, object], ...]:
    """Give what an expression read, by dotted name, for its proof."""
    found = []
    with noting_persons():  # a proof decides nothing
        for path in sorted(expression.paths):
            try:
                value: object = scope[path[0]]
                for name in path[1:]:
                    value = value.read(name) if isinstance(value, Readable) else None
            except (KeyError, LuongViecError):
                continue
            found.append((".".join(path), plain_value(value)))
    return tuple(found)
