"""Several records from one form: one for each row of a `create` that spreads, and what `repeat` asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from luongviec.engine.errors import InvalidInput
from luongviec.engine.model import Module
from luongviec.engine.planning.actions import Cause
from luongviec.engine.planning.creation import CREATE, Birth, run_create
from luongviec.engine.planning.inputs import TEXT_REQUIRED
from luongviec.engine.planning.session import Session
from luongviec.engine.planning.values import is_empty, rows_of
from luongviec.engine.text import Text
from luongviec.engine.world import Actor


def create_all(session: Session, actor: Actor, birth: Birth) -> None:
    """Make what a form asks for: its record, or one for each row, and the same for each further block.

    Blocks (`repeat`) share what is entered once, a record made in place included (T-45, T-138).

    Raises:
        InvalidInput: whatever is wrong in any block, all at once.
    """
    create = session.draft.workspace.modules[birth.module].actions[CREATE]
    repeats = create.repeats
    if repeats is None or repeats.field is None:
        _create_block(session, actor, birth)
        return
    own = frozenset(column.name for column in repeats.field.columns)
    blocks = rows_of(birth.input.get(repeats.name), repeats.name)
    first = {name: value for name, value in birth.input.items() if name != repeats.name}
    shared = {name: value for name, value in first.items() if name not in own}
    errors: dict[str, tuple[Text, ...]] = {}
    for place, block in enumerate((first, *blocks), start=-1):
        path = f"{repeats.name}.{place}." if place >= 0 else ""
        try:
            made = _create_block(session, actor, replace(birth, input={**block, **shared}, path=path))
        except InvalidInput as error:
            errors.update(_shared_lifted(error.errors, path, "", own) if path else error.errors)
            continue
        shared |= _made_in_place(session, shared, made)
    if errors:
        raise InvalidInput(errors, birth.input)


def _create_block(session: Session, actor: Actor, birth: Birth) -> int:
    """Make the record or records of one block, and give the last one's id."""
    spread = session.draft.workspace.modules[birth.module].actions[CREATE].spread
    if spread is None:
        return run_create(session, actor, birth)
    return create_spread(session, actor, birth, spread.removeprefix("input."))[-1]


def create_spread(
    session: Session,
    actor: Actor,
    birth: Birth,
    name: str,
    cause: Cause = Cause(),  # noqa: B008 - it never changes
) -> tuple[int, ...]:
    """Make one record for each row: shared values plus the row's. All errors come at once.

    What a row leaves empty it takes from the shared values of the same name (T-40: an own deadline).

    Args:
        birth: what the rows share; its `path` is where it stands in the form.
        name: the input that holds the rows.
        cause: what makes them, where it is an effect.

    Raises:
        InvalidInput: no rows, or whatever is wrong with any of them.
    """
    rows = rows_of(birth.input.get(name), name)
    if not rows:
        raise InvalidInput({f"{birth.path}{name}": (TEXT_REQUIRED,)}, birth.input)
    shared = {key: value for key, value in birth.input.items() if key != name}
    columns = _columns(session.draft.workspace.modules[birth.module], name)
    errors: dict[str, tuple[Text, ...]] = {}
    made: list[int] = []
    for place, row in enumerate(rows):
        path = f"{birth.path}{name}.{place}."
        own = {key: value for key, value in row.items() if not is_empty(value) or key not in shared}
        one = replace(birth, input={**shared, **own, name: (row,)}, path=path)
        try:
            made.append(run_create(session, actor, one, cause))
        except InvalidInput as error:
            placed = columns - (shared.keys() - own.keys())
            errors.update(_shared_lifted(error.errors, path, birth.path, placed))
            continue
        shared |= _made_in_place(session, shared, made[-1])
    if errors:
        raise InvalidInput(errors, birth.input)
    return tuple(made)


def _columns(module: Module, name: str) -> frozenset[str]:
    """Give the names of the columns of an input of type rows."""
    asked = next((one for one in module.actions[CREATE].input if one.name == name), None)
    if asked is None or asked.field is None:
        return frozenset()
    return frozenset(column.name for column in asked.field.columns)


def _shared_lifted(
    errors: Mapping[str, tuple[Text, ...]], path: str, above: str, columns: frozenset[str]
) -> Mapping[str, tuple[Text, ...]]:
    """Put errors of shared values where they were typed: beside the rows, not in one of them."""
    lifted: dict[str, tuple[Text, ...]] = {}
    for where, texts in errors.items():
        rest = where.removeprefix(path)
        lifted[where if rest.split(".")[0] in columns else above + rest] = texts
    return lifted


def _made_in_place(session: Session, shared: Mapping[str, object], made: int) -> dict[str, object]:
    """Give the ids of records made inside the form, so that all rows share them."""
    values = session.record(made).values
    return {name: values.get(name) for name, value in shared.items() if isinstance(value, Mapping)}
