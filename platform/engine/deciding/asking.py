"""What is asked of the record itself, once status and roles allow: moves, voices, guard, rules.

`decide.Case` makes one `Asking` for each action that its outline leaves open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from luongviec.engine.deciding.authorities import once_for
from luongviec.engine.deciding.conditions import (
    guard_step,
    is_about_identity,
    refusing_rule_step,
    value_or_refusal,
    voice_step,
    waits_for_input,
)
from luongviec.engine.deciding.decisions import ProofStep, RefusedBy
from luongviec.engine.deciding.tables import Outline
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.expressions.scope import Scope, scope_for
from luongviec.engine.model import Action

if TYPE_CHECKING:
    from luongviec.engine.deciding.decide import Case


class Asking:
    """What is asked of the record itself, after status and roles: moves, voices, guard, rules."""

    __slots__ = ("_scopes", "action", "case", "defined", "input", "moves", "outline", "steps")

    def __init__(
        self,
        case: Case,
        action: str,
        defined: Action | None,
        input: Mapping[str, object] | None,  # noqa: A002
        outline: Outline,
    ) -> None:
        self.case = case
        self.action = action
        self.defined = defined
        self.input = input
        self.outline = outline
        self.steps: list[ProofStep] = list(outline.steps)
        self.moves = outline.moves
        self._scopes: tuple[Scope, ...] | None = None

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What conditions read: without input the scopes of the case. All must hold in each."""
        case = self.case
        if self.input is None:
            return case.scopes
        if self._scopes is None:
            self._scopes = tuple(
                scope_for(case.world, case.record, actor=one, input=self.input, action=self.defined)
                for one in case.standing.actor.readings
            )
        return self._scopes

    def scopes_for(self, condition: Expression) -> tuple[Scope, ...]:
        """What a guard or rule reads; one about identity also for whom the actor acted here before."""
        if not is_about_identity(condition):
            return self.scopes
        case, actor = self.case, self.case.standing.actor
        before = once_for(case.world, actor, case.record)
        return self.scopes + tuple(
            scope_for(case.world, case.record, actor=one, input=self.input, action=self.defined)
            for one in before
        )

    @property
    def scope(self) -> Scope:
        """What the conditions of effects read."""
        return self.scopes[0]

    def refused_by(self) -> RefusedBy | None:
        """Ask everything in turn; the last step says what refused."""
        return self._moves() or self._voices() or self._guard() or self._rules()

    def _waits(self, waits: bool, expression: Expression) -> bool:
        return waits if self.input is None else waits_for_input(expression, given=True)

    def _moves(self) -> RefusedBy | None:
        for effect, waits in self.outline.conditional:
            condition, to = effect.condition, effect.status
            if condition is None or to is None or self._waits(waits, condition):
                continue  # left to the moment of doing
            if value_or_refusal(condition, self.scope)[0]:
                self.moves = (*self.moves, to)
                case = self.case
                mask = case.mask_for(self.action if self.defined is None else self.defined.permission)
                self.steps.append(case.held.table.move_step(case.status, to, mask))
                if not self.steps[-1].holds:
                    return RefusedBy.TRANSITION
        return None

    def _voices(self) -> RefusedBy | None:
        if not self.outline.has_voices or self.defined is None or self.defined.voices is None:
            return None
        self.steps.append(voice_step(self.defined, self.defined.voices, self.scope))
        return None if self.steps[-1].holds else RefusedBy.VOICE

    def _guard(self) -> RefusedBy | None:
        defined = self.defined
        if defined is None or defined.when is None or self._waits(self.outline.guard_waits, defined.when):
            return None
        self.steps.append(_worst(guard_step(defined, scope) for scope in self.scopes_for(defined.when)))
        return None if self.steps[-1].holds else RefusedBy.GUARD

    def _rules(self) -> RefusedBy | None:
        """Ask the rules that can refuse already now; the first that does ends the decision."""
        for rule, waits in self.outline.rules:
            if self._waits(waits, rule.when) or (rule.to and set(rule.to).isdisjoint(self.moves)):
                continue
            scopes = self.scopes_for(rule.when)
            asked = [step for scope in scopes if (step := refusing_rule_step(rule, scope)) is not None]
            if asked:
                self.steps.append(_worst(asked))
                if not self.steps[-1].holds:
                    return RefusedBy.RULE
        return None


def _worst(steps: Iterable[ProofStep]) -> ProofStep:
    """Give the first step that does not hold, else the first."""
    asked = tuple(steps)
    return next((step for step in asked if not step.holds), asked[0])
