"""What a create form begins with besides its defaults: another record, a template (T-15).

Values go into the form as if somebody had typed them: what the actor may not see is left out, and
everything is checked anew when the form is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.errors import NotFound
from luongviec.engine.model import Access, FieldType, InputKind
from luongviec.engine.related import zone_of
from luongviec.engine.values import as_tuple
from luongviec.engine.world import Actor, RecordState, Value
from luongviec.forms.form import Control
from luongviec.forms.opening import open_create
from luongviec.forms.reading import Clock, control_text
from luongviec.forms.validation import CHOSEN
from luongviec.services.forms.input_templates import open_template
from luongviec.services.platform import Platform
from luongviec.services.records.access import access_record
from luongviec.services.records.changing import check_may_create

Typed = dict[str, object]


def like_record(
    platform: Platform, actor: Actor, module: str, record_id: int, *, owner_id: int | None = None,
    relation: str | None = None,
) -> Typed:  # fmt: skip
    """Give what a form holds to make another record like one that the actor may see.

    Files are not copied, and days that have passed are left open.

    Raises:
        NotFound: no such record of the module, or not the actor's to see.
        Refused: the actor may make none.
    """
    with platform.reading() as work:
        acting = check_may_create(work, actor, module, owner_id=owner_id, relation=relation)
        source = access_record(work, actor, record_id)
        if source.module != module:
            raise NotFound()
        form = open_create(work.world, acting, module, owner_id=owner_id, relation=relation)
        hidden = frozenset(
            code for code, one in field_access(work.world, actor, source).items() if one is Access.HIDDEN
        )
        clock = Clock(work.now, zone_of(work.workspace))
        return _typed(form.form.controls, source, hidden, clock)


def from_template(platform: Platform, actor: Actor, module: str, template_id: int) -> Typed:
    """Give what a template of a module holds.

    Raises:
        NotFound: no such template of the module, or it does not reach the actor.
    """
    of, typed = open_template(platform, actor, template_id)
    if of != module:
        raise NotFound()
    return dict(typed)


def _typed(controls: Sequence[Control], source: RecordState, hidden: frozenset[str], clock: Clock) -> Typed:
    found: Typed = {}
    for control in controls:
        if control.repeats or control.common:
            continue
        if control.is_rows:
            found[control.name] = [_typed(control.columns, source, hidden, clock)]
        elif control.name in hidden or control.kind is InputKind.OWN:
            found[control.name] = ""
        else:
            found[control.name] = _value(control, source, clock)
    return found


def _value(control: Control, source: RecordState, clock: Clock) -> object:
    if control.kind is InputKind.ROLE:
        return [str(holder.id) for holder in source.holders(control.name)]
    field, value = control.field, source.values.get(control.name)
    if field.type == FieldType.FILES or _has_passed(value, clock):
        return ""
    texts = [control_text(field, one, clock) for one in as_tuple(value)]
    if control.inline:
        return {CHOSEN: texts[0] if texts else ""}
    return texts if field.many else (texts[0] if texts else "")


def _has_passed(value: Value | object, clock: Clock) -> bool:
    if isinstance(value, datetime):
        return value < clock.now
    return isinstance(value, date) and value < clock.today
