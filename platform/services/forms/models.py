"""Form models for pages and API: permission first, then what `luongviec.forms` compiles.

`typed` and `errors` bring a refused form back with nothing lost. A form of something that the actor
may not do is refused like the thing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from luongviec.engine.deciding.decide import decide_move
from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.errors import NotFound
from luongviec.engine.planning.actions import check_decision
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.forms.casting import castings, clashes
from luongviec.forms.compiling import form_model
from luongviec.forms.form import CREATE
from luongviec.forms.model import FormModel
from luongviec.forms.opening import OpenForm, open_action, open_create, open_edit
from luongviec.services.files.keeping import file_finder
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import access_record, check_may
from luongviec.services.records.changing import RESTORE, check_may_create, form_of_move
from luongviec.services.showing import Showing
from luongviec.services.views import PersonView
from luongviec.services.wording import on_behalf

Typed = Mapping[str, object]
Errors = Mapping[str, tuple[Text, ...]]


def create_form(
    platform: Platform, actor: Actor, module: str, *, owner_id: int | None = None,
    relation: str | None = None, prefill: Mapping[str, object] | None = None, typed: Typed | None = None,
    errors: Errors | None = None,
) -> FormModel:  # fmt: skip
    """Give the form that makes a record, on its own or through a relation of `owner_id`."""
    with platform.reading() as work:
        actor = check_may_create(work, actor, module, owner_id=owner_id, relation=relation)
        form = open_create(work.world, actor, module, owner_id=owner_id, relation=relation, prefill=prefill)
        return _model(work, actor, form, None, typed, errors)


def makers(platform: Platform, actor: Actor, module: str) -> Iterator[PersonView]:
    """Give those in whose place the actor could make a record of a module."""
    with platform.reading() as work:
        if module not in work.workspace.modules or work.workspace.modules[module].stands_in is not None:
            return
        showing = Showing(work, actor)
        for user_id in dict.fromkeys(other.user_id for other in showing.standing.others):
            principal = replace(actor, acting_for=user_id)
            person = showing.person(user_id)
            if person is not None and decide_create(work.world, principal, module).allowed:
                yield person


def action_form(
    platform: Platform, actor: Actor, record_id: int, action: str, *, typed: Typed | None = None,
    errors: Errors | None = None,
) -> FormModel:  # fmt: skip
    """Give the form of an action; it may have no fields (then it only confirms)."""
    with platform.reading() as work:
        record = access_record(work, actor, record_id, deleted=action == RESTORE)
        actor = check_may(work, actor, action, record)
        form = open_action(work.world, actor, record, action)
        return _model(work, actor, form, record, typed, errors)


def edit_form(
    platform: Platform, actor: Actor, record_id: int, *, typed: Typed | None = None,
    errors: Errors | None = None,
) -> FormModel:  # fmt: skip
    """Give the form with the fields and roles that the actor may see, editable or locked."""
    with platform.reading() as work:
        record = access_record(work, actor, record_id)
        actor = check_may(work, actor, "edit", record)
        return _model(work, actor, open_edit(work.world, actor, record), record, typed, errors)


def move_form(
    platform: Platform, actor: Actor, record_id: int, status: str, *, typed: Typed | None = None,
    errors: Errors | None = None,
) -> FormModel:  # fmt: skip
    """Give the form of a move: what the status requires, or the form of the action that moves there."""
    with platform.reading() as work:
        record = access_record(work, actor, record_id)
        form = form_of_move(work, actor, record, status)
        if form.form.action == "move":
            decision = decide_move(work.world, actor, record, status)
            check_decision(decision)
            actor = decision.actor(actor)
        return _model(work, actor, form, record, typed, errors)


def target_of(platform: Platform, actor: Actor, record_id: int, relation: str) -> str:
    """Give the module that a record's relation leads to.

    Raises:
        NotFound: no such record or relation, or not the actor's to see.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id)
        found = work.world.in_force(record).module.relations.get(relation)
        if found is None:
            raise NotFound()
        return found.target


def _model(
    work: Work,
    actor: Actor,
    form: OpenForm,
    record: RecordState | None,
    typed: Typed | None,
    errors: Errors | None,
) -> FormModel:
    finder = file_finder(work, actor, None if record is None else record.id)
    model = form_model(form, typed=typed, errors=errors, find_file=finder)
    if typed is not None and form.form.action == CREATE:
        model = replace(model, clashes=clashes(form.desk, castings(form, typed)))
    principal = None if form.desk.actor is None else form.desk.actor.acting_for
    person = None if principal is None else work.world.person(principal)
    return model if person is None else replace(model, title=on_behalf(model.title, person.name))
