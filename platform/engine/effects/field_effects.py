"""The effects `set` and `append`."""

from __future__ import annotations

from luongviec.engine.model import Field
from luongviec.engine.planning.run import EffectStep
from luongviec.engine.planning.values import field_value
from luongviec.engine.world import Value


def apply_set(step: EffectStep) -> None:
    """Replace values of fields; the same value changes nothing."""
    run = step.run
    fields = run.module.fields
    values = {
        name: field_value(run.evaluate(expression), fields[name])
        for name, expression in step.effect.values.items()
    }
    run.edited += step.session.set_values(run.entry, run.record_id, values)


def apply_append(step: EffectStep) -> None:
    """Add to fields that take many; what is there already is not added again."""
    run = step.run
    fields = run.module.fields
    values = {
        name: _appended(run.record.values.get(name), field_value(run.evaluate(expression), fields[name]),
                        fields[name])
        for name, expression in step.effect.values.items()
    }  # fmt: skip
    run.edited += step.session.set_values(run.entry, run.record_id, values)


def _appended(current: Value, added: Value, field: Field) -> Value:
    before = current if isinstance(current, tuple) else () if current is None else (current,)
    new = added if isinstance(added, tuple) else () if added is None else (added,)
    both = tuple(dict.fromkeys((*before, *new)))
    if not field.many and both:
        return both[-1:]  # a field of one file holds the newest
    return both
