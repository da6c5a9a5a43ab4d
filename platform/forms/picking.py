"""What a picker may offer: the control that asks, and who or what can be chosen there now.

A picker asks while the form is being filled in, so its candidates depend on what is typed: the people
of the unit that was chosen in the same row. `choice_at` finds the control and lays the typed values
around it; `Choice.pool` names the candidates where they can be counted out, and `Choice.refusal` says
of any one why it may not be chosen (W-44).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luongviec.engine.draft import Draft
from luongviec.engine.errors import NotFound
from luongviec.engine.model import Field, FieldType, ListSource, People, PeopleKind, UnitSet
from luongviec.engine.people import members, units_in, units_named
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.forms.choosing import Circle
from luongviec.forms.conditions import filled_state
from luongviec.forms.form import NEW, Control
from luongviec.forms.opening import OpenForm
from luongviec.forms.reading import Clock
from luongviec.forms.validation import Sheet, typed_sheet

#: Forms of the people notation that may name very many: the store searches them instead.
_LARGE = frozenset({PeopleKind.EVERYONE, PeopleKind.GROUP})


@dataclass(frozen=True, slots=True)
class Choice:
    """One picker with its circumstances."""

    control: Control
    circle: Circle

    @property
    def field(self) -> Field:
        return self.control.field

    @property
    def side(self) -> str | None:
        """The side that a chosen unit must carry."""
        return self.control.role.side if self.control.role else None

    def refusal(self, chosen: int) -> Text | None:
        """Say why one person, unit or record may not be chosen, nothing if it may."""
        return self.circle.refusal(self.field, chosen, self.side)

    def pool(self) -> tuple[int, ...] | None:
        """Give the candidates, `None` where there are too many to count out: then search and ask
        `refusal` of what was found. Records are always searched."""
        candidates, circle = self.field.candidates, self.circle
        if self.field.type == FieldType.UNIT:
            if isinstance(candidates, UnitSet):
                return units_in(circle.world, candidates, record=circle.state, actor=circle.actor)
            if isinstance(candidates, People):
                values = circle.values
                return units_named(circle.world, candidates, record=circle.state, input=values, row=values)
            return tuple(circle.world.units_with_side(self.side)) if self.side else None
        if self.field.type == FieldType.RECORD or candidates is None or isinstance(candidates, ListSource):
            return None
        if not isinstance(candidates, People) or any(form.kind in _LARGE for form in candidates.any):
            return None
        found = members(
            circle.world,
            candidates,
            record=circle.state,
            actor=circle.actor,
            input=circle.values,
            row=circle.values,
        )
        return tuple(one for one in found if (person := circle.world.person(one)) and person.active)


def choice_at(opened: OpenForm, name: str, typed: Mapping[str, object]) -> Choice:
    """Give the picker with a dotted name, row numbers included (`recipients.0.assignee`).

    A row whose number is left out or unknown counts as one that is still empty.

    Raises:
        NotFound: the form has no such picker.
    """
    desk = opened.desk
    clock = Clock(desk.world.now, zone_of(desk.world.workspace))
    form = opened.form
    sheet = typed_sheet(desk, form.controls, typed, clock, partial=form.partial)
    parts = [part for part in name.split(".") if part != NEW]
    raw: Mapping[str, object] = typed
    while parts:
        control = next((one for one in sheet.controls if one.name == parts[0]), None)
        if control is None:
            break
        parts = parts[1:]
        if not parts or parts == ["id"]:
            return _choice(sheet, control)
        number = int(parts[0]) if parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 6 else None
        parts = parts[1:] if number is not None else parts
        raw = _inside(raw.get(control.name), number)
        inner = sheet.row_desk(control) if control.is_rows else sheet.inline_desk(control)
        sheet = typed_sheet(inner, control.columns or control.inline, raw, clock, partial=False)
    raise NotFound()


def _inside(raw: object, number: int | None) -> Mapping[str, object]:
    """Give the typed values of one row, or of a record made in place."""
    if isinstance(raw, list | tuple):
        raw = raw[number] if number is not None and number < len(raw) else {}
    if isinstance(raw, Mapping):
        inner = raw.get(NEW, raw)
        if isinstance(inner, Mapping):
            return inner
    return {}


def _choice(sheet: Sheet, control: Control) -> Choice:
    if control.field.type not in (FieldType.USER, FieldType.UNIT, FieldType.RECORD):
        raise NotFound()
    state = filled_state(sheet.desk.state, sheet.controls, sheet.values)
    draft = Draft(sheet.desk.world)
    draft.put(state)
    return Choice(control, Circle(draft, sheet.desk.actor, state, sheet.values))
