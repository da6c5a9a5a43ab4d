"""Open a form: who fills it in, about which record, and what it asks.

An `OpenForm` is what services hold: it gives the model for a page and reads what comes back. Whether
the actor may do the thing at all is decided by services before, and again by the planner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.deciding.field_access import field_access, field_access_for_create
from luongviec.engine.errors import NotFound
from luongviec.engine.expressions.compiled import EvaluationError
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.model import Access, Action, EffectKind, Field, InForce, Status
from luongviec.engine.world import Actor, RecordState, World
from luongviec.forms.conditions import Desk, blank_desk
from luongviec.forms.defaults import prefill_through
from luongviec.forms.form import EDIT, Form, action_form, create_form, edit_form, move_form
from luongviec.forms.limits import FindFile
from luongviec.forms.validation import Input, read_input


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form on a desk. `readable` are the record's fields that the actor may know."""

    desk: Desk
    form: Form
    readable: frozenset[str] = frozenset()
    owner_id: int | None = None
    relation: str | None = None

    def read(self, raw: object, *, whole: bool = False, find_file: FindFile | None = None) -> Input:
        """Read what came back into the plan's input; see `validation.read_input`."""
        return read_input(self.desk, self.form, raw, whole=whole, find_file=find_file)


def open_create(
    world: World,
    actor: Actor,
    module_code: str,
    *,
    owner_id: int | None = None,
    relation: str | None = None,
    prefill: Mapping[str, object] | None = None,
) -> OpenForm:
    """Open the form that makes a record, on its own or through a relation of another record.

    Args:
        world: where it happens.
        actor: who makes it.
        module_code: what is made.
        owner_id: the record from which it is made: its owner, or one that it will be linked to.
        relation: the relation of that record.
        prefill: what the address of the page brings; a relation's own prefill comes first.

    Raises:
        NotFound: no such module, record or relation.
    """
    module = world.workspace.modules.get(module_code)
    source = None if owner_id is None else world.record(owner_id)
    if module is None or (owner_id is not None and source is None):
        raise NotFound()
    desk = blank_desk(world, actor, module, owner_id=owner_id, relation=relation)
    brought = dict(prefill or {})
    through = None
    if source is not None and relation is not None:
        through = world.in_force(source).module.relations.get(relation)
        if through is None:
            raise NotFound()
        brought.update(prefill_through(desk, through, source))
    access = field_access_for_create(world, actor, module, owner=source, conditions=False)
    form = create_form(
        world.workspace, module, access, may_make=_may_make(world, actor, module.fields.values())
    )
    if through is not None and through.add_label is not None:
        form = replace(form, title=through.add_label, submit=through.add_label)
    readable = frozenset(code for code, one in access.items() if one is not Access.HIDDEN)
    return OpenForm(replace(desk, prefill=brought), form, readable, owner_id, relation)


def open_edit(world: World, actor: Actor, record: RecordState) -> OpenForm:
    """Open the form with the fields and roles of a record that the actor may see."""
    module = world.in_force(record).module
    access = field_access(world, actor, record, conditions=False)
    roles = Access.EDIT if decide(world, actor, EDIT, record).allowed else Access.READ
    whole_access = {**dict.fromkeys(module.roles, roles), **access}
    form = edit_form(
        world.workspace, module, whole_access, may_make=_may_make(world, actor, module.fields.values())
    )
    readable = frozenset(code for code, one in access.items() if one is not Access.HIDDEN)
    return OpenForm(Desk(world, actor, module, record, module.actions[EDIT]), form, readable)


def open_action(world: World, actor: Actor, record: RecordState, action_code: str) -> OpenForm:
    """Open the form of an action; `edit` is `open_edit`.

    Raises:
        NotFound: the record's module has no such action.
    """
    if action_code == EDIT:
        return open_edit(world, actor, record)
    force = world.in_force(record)
    action = force.module.actions.get(action_code)
    if action is None:
        raise NotFound()
    targets = tuple(_targets(world, actor, record, force, action))
    may_make = _may_make(world, actor, (one.field for one in action.input if one.field is not None))
    form = action_form(world.workspace, force.module, action, targets=targets, may_make=may_make)
    access = field_access(world, actor, record, conditions=False)
    readable = frozenset(code for code, one in access.items() if one is not Access.HIDDEN)
    return OpenForm(Desk(world, actor, force.module, record, action), form, readable)


def open_move(world: World, actor: Actor, record: RecordState, status_code: str) -> OpenForm:
    """Open the form of a bare move: what its status requires.

    Raises:
        NotFound: the record's group has no such status.
    """
    force = world.in_force(record)
    status = force.group.statuses.get(status_code)
    if status is None:
        raise NotFound()
    return OpenForm(Desk(world, actor, force.module, record), move_form(force.module, status))


def _targets(
    world: World, actor: Actor, record: RecordState, force: InForce, action: Action
) -> Iterator[Status]:
    """Give the statuses that an action will move to, as far as that is certain before any input."""
    scope = scope_for(world, record, actor=actor, action=action)
    for effect in action.effects:
        status = force.group.statuses.get(effect.status or "")
        if effect.kind != EffectKind.MOVE or status is None:
            continue
        if effect.condition is not None:
            if effect.condition.names & {"input", "row", "made"}:
                continue  # the planner asks when it comes to it
            try:
                if not effect.condition.holds(scope):
                    continue
            except EvaluationError:
                continue
        yield status


def _may_make(world: World, actor: Actor, asked: Iterable[Field]) -> frozenset[str]:
    """Give the modules of which the actor may make a record in place, as far as the form asks for one."""
    targets = {one.record_of for one in asked if one.inline and one.record_of}
    return frozenset(
        code
        for code in targets
        if code in world.workspace.modules and decide_create(world, actor, code).allowed
    )
