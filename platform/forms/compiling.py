"""Fill an open form in: the model that pages and the API draw.

Values come from the record, from defaults, or from what was typed and could not be taken; then every
control carries its errors, and nothing typed is lost. Conditions travel as trees with the values that
they read besides controls; a condition over a field that the actor may not see stays on the server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from luongviec.engine.deciding.decide import decide
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.model import Field, FieldType, UnitSet, UnitSetKind
from luongviec.engine.people import units_in
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.values import Json, as_tuple
from luongviec.engine.world import Actor, RecordState, Value, World
from luongviec.forms.conditions import Manner, limit, manners, shown_values
from luongviec.forms.form import NEW, Control
from luongviec.forms.limits import FindFile, limit_text, megabytes
from luongviec.forms.model import FormField, FormModel, FormOption, FormSectionModel
from luongviec.forms.opening import OpenForm, open_action, open_create, open_edit
from luongviec.forms.reading import Clock, control_text, longest
from luongviec.forms.tree import NotForBrowser, encode, expression_tree
from luongviec.forms.validation import CHOSEN, Sheet, is_untouched, typed_sheet

Typed = Mapping[str, object]
Errors = Mapping[str, tuple[Text, ...]]

_WIDGETS: Mapping[str, str] = {FieldType.USER: "people", FieldType.UNIT: "units"}
_CONDITIONS = ("shown", "required", "locked")
#: Units of one's own are few: they are offered as a plain select.
MOST_OPTIONS = 50


def form_for_create(
    world: World,
    actor: Actor,
    module: str,
    *,
    owner_id: int | None = None,
    relation: str | None = None,
    prefill: Mapping[str, object] | None = None,
    typed: Typed | None = None,
    errors: Errors | None = None,
) -> FormModel:
    """Give the filled-in form that makes a record."""
    opened = open_create(world, actor, module, owner_id=owner_id, relation=relation, prefill=prefill)
    return form_model(opened, typed=typed, errors=errors)


def form_for_edit(
    world: World,
    actor: Actor,
    record: RecordState,
    *,
    typed: Typed | None = None,
    errors: Errors | None = None,
) -> FormModel:
    """Give the filled-in form of a record's fields and roles."""
    return form_model(open_edit(world, actor, record), typed=typed, errors=errors)


def form_for_action(
    world: World,
    actor: Actor,
    record: RecordState,
    action: str,
    *,
    typed: Typed | None = None,
    errors: Errors | None = None,
) -> FormModel:
    """Give the filled-in form of an action."""
    return form_model(open_action(world, actor, record, action), typed=typed, errors=errors)


def form_model(
    opened: OpenForm,
    *,
    typed: Typed | None = None,
    errors: Errors | None = None,
    find_file: FindFile | None = None,
) -> FormModel:
    """Fill an open form in.

    Args:
        opened: the form on its desk.
        typed: what came back and could not be taken, to be shown again.
        errors: what to say, by dotted path.
        find_file: gives the names of uploaded files.
    """
    desk, form = opened.desk, opened.form
    clock = Clock(desk.world.now, zone_of(desk.world.workspace))
    filler = _Filler(
        opened, clock, {_place(path): texts for path, texts in (errors or {}).items()}, find_file
    )
    sheet = typed_sheet(desk, form.controls, typed, clock, partial=form.partial)
    fields = {one.name: one for one in filler.fields(sheet, typed, "")}
    sections = tuple(
        FormSectionModel(
            section.label, tuple(fields[control.name] for control in section.controls), section.columns
        )
        for section in form.sections
    )
    places = set(_places(form.controls, ""))
    stray = [text for path, texts in filler.errors.items() if _pattern(path) not in places for text in texts]
    return FormModel(
        module=form.module,
        action=form.action,
        title=form.title,
        submit=form.submit,
        sections=sections,
        errors=tuple(dict.fromkeys(stray)),
        form=form,
        context=filler.context(),
        record_id=desk.state.id if desk.state.id > 0 else None,
        owner_id=opened.owner_id,
        relation=opened.relation,
        status_to=form.status_to,
    )


def _place(path: str) -> str:
    """Give the path of a control as errors know it: a record made in place adds no word."""
    return ".".join(part for part in path.split(".") if part != NEW)


def _pattern(path: str) -> str:
    """Give the path of a control whatever its row."""
    return ".".join(part for part in path.split(".") if not part.isdigit())


@dataclass(slots=True)
class _Filler:
    """Makes form fields of controls; remembers which names conditions read besides controls."""

    opened: OpenForm
    clock: Clock
    errors: Errors
    find_file: FindFile | None

    @property
    def world(self) -> World:
        return self.opened.desk.world

    def fields(self, sheet: Sheet, raw: Typed | None, prefix: str, *, depth: int = 0) -> Iterator[FormField]:
        """Give the filled-in controls of one group: the form, a row, a record made in place."""
        found = manners(sheet.desk, sheet.controls, sheet.values)
        hidden = {name for name, manner in found.items() if not manner.shown}
        scope = sheet.desk.scope(sheet.controls, shown_values(sheet.controls, sheet.values, hidden))
        for control in sheet.controls:
            given = raw.get(control.name) if raw is not None and control.name in raw else None
            one = self._field(
                sheet, control, given, prefix + control.name, scope=scope, manner=found[control.name]
            )
            if control.is_rows:
                one = self._with_rows(one, sheet, control, given, depth)
            elif control.inline:
                one = self._with_inline(one, sheet, control, given, depth)
            yield one

    def _field(
        self,
        sheet: Sheet,
        control: Control,
        given: object,
        name: str,
        *,
        scope: Mapping[str, object],
        manner: Manner,
    ) -> FormField:
        field, value = control.field, sheet.values[control.name]
        chosen = _chosen(given, value)
        text_types = (FieldType.TEXT, FieldType.MULTILINE)
        each, total = megabytes(field, scope) if field.type == FieldType.FILES else (None, None)
        return FormField(
            name=name,
            label=field.label,
            widget=_WIDGETS.get(field.type, field.type),
            value=value if not isinstance(value, Mapping) else None,  # type: ignore[arg-type]
            display=tuple((one, self._name_of(field, one)) for one in chosen) if _is_chosen(field) else (),
            required=manner.required,
            locked=manner.locked,
            many=field.many,
            note=field.note,
            options=self._options(sheet, control),
            minimum=self._bound(field.min, scope),
            maximum=self._bound(field.max, scope),
            length=longest(field) if field.type in text_types else None,
            pattern=field.pattern,
            accept=field.accept,
            max_size_mb=each,
            max_total_mb=total,
            unit=field.unit,
            of=field.rows_form[0] if field.rows_form else field.record_of,
            candidates_from=_pattern(name) if _is_picked(field) else None,
            conditions=self._conditions(control, sheet.controls),
            errors=tuple(self.errors.get(_place(name), ())),
            kind=control.kind.value,
            text=given if isinstance(given, str) else self._text(field, value),
            chosen=chosen,
            hidden=not manner.shown,
            repeats=control.repeats,
            common=control.common,
        )

    def _with_rows(
        self, one: FormField, sheet: Sheet, control: Control, given: object, depth: int
    ) -> FormField:
        raws = [row for row in given if isinstance(row, Mapping)] if isinstance(given, list | tuple) else []
        if not raws and control.required and given is None:
            raws = [{}]
        desk = sheet.row_desk(control)
        rows = []
        for index, raw in enumerate(raws):
            row = typed_sheet(desk, control.columns, raw or None, self.clock, partial=False)
            rows.append(tuple(self.fields(row, raw or None, f"{one.name}.{index}.", depth=depth + 1)))
        blank = typed_sheet(desk, control.columns, None, self.clock, partial=False)
        columns = tuple(self.fields(blank, None, f"{one.name}.__{depth}__.", depth=depth + 1))
        return replace(one, columns=columns, rows=tuple(rows), row_count=len(rows))

    def _with_inline(
        self, one: FormField, sheet: Sheet, control: Control, given: object, depth: int
    ) -> FormField:
        raw = given.get(NEW) if isinstance(given, Mapping) else None
        typed = raw if isinstance(raw, Mapping) else None
        desk = sheet.inline_desk(control)
        inner = typed_sheet(desk, control.inline, typed, self.clock, partial=False)
        fields = tuple(self.fields(inner, typed, f"{one.name}.{NEW}.", depth=depth))
        if isinstance(given, Mapping):
            chosen = _chosen(given.get(CHOSEN), None)
            display = tuple((each, self._name_of(control.field, each)) for each in chosen)
            one = replace(one, chosen=chosen, display=display, text="".join(chosen))
        touched = typed is not None and not is_untouched(desk, control.inline, typed, self.clock)
        wrong = any(path.startswith(f"{_place(one.name)}.") for path in self.errors)
        return replace(one, inline=fields, inline_open=(touched or wrong) and not one.chosen)

    def _text(self, field: Field, value: object) -> str:
        typed: Value = value if not isinstance(value, Mapping | tuple) else None  # type: ignore[assignment]
        return control_text(field, typed, self.clock)

    def _bound(self, expression: Expression | None, scope: Mapping[str, object]) -> str | None:
        bound = limit(expression, scope)
        return None if bound is None else limit_text(bound, self.clock, "vi")

    def _options(self, sheet: Sheet, control: Control) -> tuple[FormOption, ...]:
        field = control.field
        if field.type == FieldType.CHOICE:
            return tuple(
                FormOption(one.code, one.label, one.tone.value if one.tone else None, one.icon)
                for one in field.options
            )
        candidates = field.candidates
        if isinstance(candidates, UnitSet) and candidates.kind is UnitSetKind.MINE:
            units = units_in(self.world, candidates, record=sheet.desk.state, actor=sheet.desk.actor)
            if len(units) <= MOST_OPTIONS:
                return tuple(FormOption(str(one), Text(self._name_of(field, str(one)))) for one in units)
        return ()

    def _name_of(self, field: Field, chosen: str) -> str:
        """Give the name of a chosen person, unit, record or file; its id where there is none."""
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
            return chosen
        number = int(chosen)
        if field.type == FieldType.USER:
            person = self.world.person(number)
            return person.name if person else chosen
        if field.type == FieldType.UNIT:
            unit = self.world.unit(number)
            return unit.name if unit else chosen
        if field.type == FieldType.FILES:
            fact = self.find_file(number) if self.find_file else None
            return fact.name if fact else chosen
        return self._title_of(number, chosen)

    def _title_of(self, record_id: int, otherwise: str) -> str:
        record = self.world.record(record_id)
        if record is None or not decide(self.world, self.opened.desk.actor, "view", record).allowed:
            return otherwise
        return record.title

    # --- Conditions ---------------------------------------------------------------------------------

    def _conditions(self, control: Control, controls: Sequence[Control]) -> Mapping[str, Json]:
        field = control.field
        sources = (field.shown_when, field.required_when, field.locked_when)
        return {
            word: tree
            for word, source in zip(_CONDITIONS, sources, strict=True)
            if source is not None and (tree := self._tree(source)) is not None
        }

    def _tree(self, condition: Expression) -> Json | None:
        """Give a condition's tree if the browser can know all that it reads."""
        names = {control.name for control in self._all_controls()}
        for path in condition.paths:
            if path[0] in ("now", "today") or (len(path) == 2 and path[0] in ("input", "parameters")):
                continue
            known = len(path) == 2 and path[0] == "record"
            if not known or not (path[1] in names or path[1] in self.opened.readable):
                return None
        return expression_tree(condition)

    def _all_controls(self) -> Iterator[Control]:
        waiting = list(self.opened.form.controls)
        while waiting:
            control = waiting.pop()
            yield control
            waiting += [*control.columns, *control.inline]

    def context(self) -> Mapping[str, Json]:
        """Give the values that conditions read besides controls."""
        desk = self.opened.desk
        scope = desk.scope((), {})
        here = {control.name for control in self.opened.form.controls}
        record: dict[str, Json] = {}
        parameters: dict[str, Json] = {}
        for path in sorted(self._paths()):
            if len(path) != 2:
                continue
            if path[0] == "record" and path[1] not in here and path[1] in self.opened.readable:
                record.update(_encoded(path[1], scope, "record"))
            elif path[0] == "parameters":
                parameters.update(_encoded(path[1], scope, "parameters"))
        now = desk.world.now
        shift = now.astimezone(self.clock.zone).utcoffset()
        return {
            "record": record,
            "parameters": parameters,
            "now": encode(now),
            "today": encode(self.clock.today),
            "offset_minutes": int(shift.total_seconds() // 60) if shift else 0,
        }

    def _paths(self) -> set[tuple[str, ...]]:
        found: set[tuple[str, ...]] = set()
        for control in self._all_controls():
            field = control.field
            for source in (field.shown_when, field.required_when, field.locked_when):
                found |= source.paths if source is not None else frozenset()
        return found


def _places(controls: Sequence[Control], prefix: str) -> Iterator[str]:
    """Give the dotted paths, without row numbers, at which the page can show an error."""
    for control in controls:
        path = prefix + control.name
        yield path
        yield from _places(control.columns, f"{path}.")
        yield from _places(control.inline, f"{path}.")


def _encoded(name: str, scope: Mapping[str, object], root: str) -> dict[str, Json]:
    reader = scope[root]
    try:
        return {name: encode(reader.read(name))}  # type: ignore[attr-defined]
    except (KeyError, NotForBrowser, AttributeError):
        return {}


def _is_chosen(field: Field) -> bool:
    return field.type in (FieldType.USER, FieldType.UNIT, FieldType.RECORD, FieldType.FILES)


def _is_picked(field: Field) -> bool:
    return field.type in (FieldType.USER, FieldType.UNIT, FieldType.RECORD)


def _chosen(given: object, value: object) -> tuple[str, ...]:
    """Give the chosen options or ids as texts: as typed, else as they stand."""
    if isinstance(given, str | int):
        return (str(given),) if str(given).strip() else ()
    if isinstance(given, list | tuple):
        return tuple(str(one) for one in given if isinstance(one, str | int) and str(one).strip())[:500]
    if isinstance(value, Mapping) or value is None:
        return ()
    typed: Value = value  # type: ignore[assignment]
    return tuple(str(one) for one in as_tuple(typed) if isinstance(one, str | int))
