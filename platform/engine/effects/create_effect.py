"""The effect `create`: further records made by an action, a reaction or a timer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from luongviec.engine.errors import InvalidInput
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.expressions.scope import holders_in, plain_value
from luongviec.engine.model import Effect, Input, PeopleKind, Relation, Who
from luongviec.engine.planning.actions import Cause
from luongviec.engine.planning.creation import CREATE, Birth, run_create
from luongviec.engine.planning.plan import CopyFiles
from luongviec.engine.planning.run import EffectStep, Run
from luongviec.engine.planning.spread import create_spread
from luongviec.engine.planning.values import rows_of
from luongviec.engine.text import Text
from luongviec.engine.world import HolderKind

#: What `copy` calls the files attached to a record, beside its fields.
ATTACHMENTS = "attachments"


def apply_create(step: EffectStep) -> None:
    """Run the target's `create` with its rules, once or for each row, person or unit."""
    effect, run = step.effect, step.run
    made: int | tuple[int, ...]
    if effect.for_each is None:
        made = _create(step, None, "")[0]
    else:
        made = ()
        for row, path in _rows(run, effect.for_each):
            made += _create(step, row, path, before=made[-1] if made else None)
    if effect.made_as is not None:
        run.made[effect.made_as] = made


def _create(step: EffectStep, row: object, path: str, before: int | None = None) -> tuple[int, ...]:
    """Make one record; where the target's own `create` spreads over rows that were typed, one for each.

    Args:
        before: what was made for the row before it, which a `chained` field then names.
    """
    run, effect = step.run, step.effect
    relation = run.module.relations[effect.relation] if effect.relation else None
    birth = Birth(
        module=relation.target if relation else effect.module or "",
        input=_given(run, effect, relation, row) | _chained(effect, before),
        origin=run.record if relation else None,
        relation=relation,
        as_system=effect.as_system or run.actor.is_system,
        reason=run.reason,
        path=path,
        free=not isinstance(row, Mapping),
    )
    cause = Cause(run.entry, run.depth + 1)
    spread = _spread_of(run, birth) if path else None
    try:
        if spread is None:
            made: tuple[int, ...] = (run_create(run.session, run.actor, birth, cause),)
        else:
            made = create_spread(run.session, run.actor, birth, spread, cause)
    except InvalidInput as error:
        if path:
            raise
        raise _for_the_form(run, error) from error
    if ATTACHMENTS in effect.copy:
        for record_id in made:
            run.session.log(run.entry, CopyFiles(run.record_id, record_id))
    return made


def _spread_of(run: Run, birth: Birth) -> str | None:
    """Give the input whose rows the target's `create` spreads over, if a row of the form holds it."""
    spread = run.session.draft.workspace.modules[birth.module].actions[CREATE].spread
    name = None if spread is None else spread.removeprefix("input.")
    return name if name in birth.input else None


def _for_the_form(run: Run, error: InvalidInput) -> InvalidInput:
    """Put errors of a record that nobody typed where the form has such an input, else beside it."""
    asked = {one.name for one in run.module.actions[run.action].input} if _is_action(run) else set()
    errors: dict[str, tuple[Text, ...]] = {}
    for name, texts in error.errors.items():
        place = run.path + name if name in asked else ""
        errors[place] = (*errors.get(place, ()), *texts)
    return InvalidInput(errors, run.input)


def _given(run: Run, effect: Effect, relation: Relation | None, row: object) -> dict[str, object]:
    """Give the values of the new record: copied, then the row's, then those that the effect names."""
    values: dict[str, object] = {
        name: run.record_before.values[name]
        for name in effect.copy
        if name != ATTACHMENTS and name in run.record_before.values
    }
    if isinstance(row, Mapping):
        values.update(row)
    for name, expression in effect.values.items():
        values[name] = plain_value(run.evaluate(expression, row))
    target = relation.target if relation else effect.module or ""
    roles = run.session.draft.workspace.modules[target].roles
    for name, who in effect.roles.items():
        values[name] = run.holders(who, roles[name].of, row)
    return values


def _chained(effect: Effect, before: int | None) -> dict[str, object]:
    return {} if effect.chained is None or before is None else {effect.chained: before}


def _rows(run: Run, for_each: Who) -> Iterable[tuple[object, str]]:
    """Give what `for_each` goes through, with the path of each in the form if it was typed there."""
    name = _input_of(run, for_each)
    if name is not None:
        rows = rows_of(run.input.get(name.name), name.name)
        return [(row, f"{run.path}{name.name}.{place}.") for place, row in enumerate(rows)]
    if isinstance(for_each, Expression):
        value = run.evaluate(for_each)
        values = value if isinstance(value, tuple | list) else () if value is None else (value,)
        return [(_as_row(one), "") for one in values]
    forms = for_each.any
    kind = HolderKind.USER
    if len(forms) == 1 and forms[0].kind in (PeopleKind.ROLE, PeopleKind.FIELD):
        role = run.module.roles.get(forms[0].role or forms[0].name or "")
        kind = role.of if role else kind
    return [(holder, "") for holder in run.holders(for_each, kind)]


def _as_row(value: object) -> object:
    holders = holders_in(value, HolderKind.USER) or holders_in(value, HolderKind.UNIT)
    return holders[0] if holders and not isinstance(value, int) else value


def _input_of(run: Run, for_each: Who) -> Input | None:
    """Give the input of type rows that is gone through, if it is one."""
    asked = {one.name: one for one in run.module.actions[run.action].input} if _is_action(run) else {}
    if isinstance(for_each, Expression):
        names = [path[1] for path in for_each.paths if path[0] == "input" and len(path) == 2]
        return asked.get(names[0]) if len(names) == 1 else None
    return None


def _is_action(run: Run) -> bool:
    return run.action in run.module.actions
