"""The effects `emit` and `render`."""

from __future__ import annotations

from luongviec.engine.expressions.scope import plain_value
from luongviec.engine.planning.plan import RenderPrint
from luongviec.engine.planning.run import EffectStep
from luongviec.engine.world import HolderKind


def apply_emit(step: EffectStep) -> None:
    """Declare that something happened, so that messages and reactions hear it."""
    effect, run = step.effect, step.run
    people = run.holders(effect.people, HolderKind.USER)
    data = {name: plain_value(run.evaluate(expression)) for name, expression in effect.values.items()}
    run.occur(effect.event or "", tuple(holder.id for holder in people), data)


def apply_render(step: EffectStep) -> None:
    """Freeze a print of the state after the action; whoever applies the plan makes the file."""
    effect, run = step.effect, step.run
    step.session.log(run.entry, RenderPrint(run.record_id, effect.print or "", effect.into or ""))
