"""Templates of inputs: a form filled in beforehand, for what somebody makes again and again.

One's own, or shared with a group as saved views are. A template holds no rights and no promise: people
and units in it are chosen anew by the rules of the form when it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.forms.reading import echo
from luongviec.services.accounts.sessions import person_id
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import has_function
from luongviec.services.shares import reach_of, share_options, share_problem, shared_words
from luongviec.services.views import FilterOption
from luongviec.store.models import InputTemplate
from luongviec.store.own import personal as rows

MOST_OWN = 50
LONGEST_NAME = 100

NAME_NEEDED = Text("Hãy đặt tên, không quá 100 ký tự.", "Give a name of at most 100 characters.")
TOO_MANY = Text(
    "Bạn đang giữ {most} mẫu, là mức nhiều nhất. Hãy xóa bớt.",
    "You keep {most} templates, which is the most. Remove some.",
)


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template as somebody sees whom it reaches."""

    id: int
    name: str
    module: str
    module_name: Text
    owner: str
    shared: Text | None
    removable: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates of a form that a person has, and with whom he may share new ones."""

    templates: tuple[TemplateView, ...]
    shares: tuple[FilterOption, ...]


def templates_of(platform: Platform, actor: Actor, module: str | None = None) -> Templates:
    """Give the templates that the actor may use, of one module or of all."""
    with platform.reading() as work:
        user_id = person_id(actor)
        found = rows.templates_for(work.session, user_id, reach_of(work, user_id), module)
        shares = () if module is None else _shares(work, actor, module)
        return Templates(tuple(_view(work, actor, one) for one in found), shares)


def keep_template(
    platform: Platform, actor: Actor, module: str, name: str, typed: Mapping[str, object], *,
    shared_with: str = "",
) -> int:  # fmt: skip
    """Keep what a form holds as a template; one's own of the same name is replaced.

    Files are left out: they belong to one record, not to all that follow.

    Raises:
        InvalidInput: fields `name`, `shared_with`.
        NotFound: there is no such module.
    """
    with platform.transaction() as work:
        user_id = person_id(actor)
        if module not in work.workspace.modules:
            raise NotFound()
        name = " ".join(name.split())
        own = [one for one in rows.templates_for(work.session, user_id, (), module) if one.user_id == user_id]
        same = next((one for one in own if one.name == name), None)
        errors: dict[str, tuple[Text, ...]] = {}
        if not name or len(name) > LONGEST_NAME:
            errors["name"] = (NAME_NEEDED,)
        elif same is None and len(own) >= MOST_OWN:
            errors["name"] = (TOO_MANY.filled({"most": MOST_OWN}),)
        if problem := share_problem(_shares(work, actor, module), shared_with):
            errors["shared_with"] = problem
        if errors:
            raise InvalidInput(errors)
        if same is None:
            same = InputTemplate(user_id=user_id, module=module, name=name)
            work.session.add(same)
        same.typed = echo(_without_files(work, typed))
        same.shared_with, same.updated_at = shared_with or None, work.now
        work.session.flush()
        return same.id


def open_template(platform: Platform, actor: Actor, template_id: int) -> tuple[str, Mapping[str, object]]:
    """Give the module and the values of a template that reaches the actor.

    Raises:
        NotFound: no such template, or it does not reach him.
    """
    with platform.reading() as work:
        found = _reaching(work, actor, template_id)
        return found.module, found.typed


def remove_template(platform: Platform, actor: Actor, template_id: int) -> None:
    """Remove one's own template, or a shared one of a module that one administers.

    Raises:
        NotFound: no such template, or not the actor's to remove.
    """
    with platform.transaction() as work:
        found = _reaching(work, actor, template_id)
        if not _removable(work, actor, found):
            raise NotFound()
        work.session.delete(found)


def _reaching(work: Work, actor: Actor, template_id: int) -> InputTemplate:
    user_id = person_id(actor)
    found = work.session.get(InputTemplate, template_id)
    if found is None or not (found.user_id == user_id or found.shared_with in reach_of(work, user_id)):
        raise NotFound()
    return found


def _removable(work: Work, actor: Actor, template: InputTemplate) -> bool:
    return template.user_id == actor.user_id or has_function(work, actor, f"{template.module}.admin")


def _shares(work: Work, actor: Actor, module: str) -> tuple[FilterOption, ...]:
    return share_options(work, actor, may_all=has_function(work, actor, f"{module}.admin"))


def _view(work: Work, actor: Actor, template: InputTemplate) -> TemplateView:
    module = work.workspace.modules.get(template.module)
    owner = work.world.person(template.user_id)
    return TemplateView(
        template.id, template.name, template.module,
        Text(template.module, template.module) if module is None else module.name,
        "" if owner is None else owner.name, shared_words(work, template.shared_with),
        _removable(work, actor, template), template.updated_at,
    )  # fmt: skip


def _without_files(work: Work, typed: object) -> object:
    names = {
        code
        for one in work.workspace.modules.values()
        for code, field in one.fields.items()
        if field.type == "files"
    }
    return _kept(typed, names)


def _kept(typed: object, left_out: set[str]) -> object:
    if isinstance(typed, Mapping):
        return {name: _kept(value, left_out) for name, value in typed.items() if name not in left_out}
    if isinstance(typed, list | tuple):
        return [_kept(one, left_out) for one in typed]
    return typed
