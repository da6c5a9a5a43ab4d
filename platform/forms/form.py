"""What a form asks, before anything is filled in: controls made from fields, roles and inputs.

A `Form` says for one module and action, and for what the actor may touch, which controls there are,
in which order, which of them must be filled. `compiling` adds values for a page (`FormModel`),
`schema` writes it as JSON Schema, `validation` reads against it what comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.model import (
    Access,
    Action,
    Field,
    FieldType,
    Input,
    InputKind,
    Module,
    RelationKind,
    Role,
    Status,
    Workspace,
)
from luongviec.engine.planning.editing import edit_inputs, filled_inputs
from luongviec.engine.text import Text
from luongviec.engine.values import holds_many
from luongviec.engine.world import HolderKind
from luongviec.forms import messages

CREATE, EDIT, MOVE = "create", "edit", "move"
REASON, FILES = "reason", "files"
#: Where the values of a record made in place stand: `document.new.symbol`.
NEW = "new"

#: Rows in rows in rows: no definition needs more, and a form that asks for itself must end.
MAX_NESTING = 3


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that a form asks. A role is a control whose `field` is made from the role.

    `columns` are the controls of one row of a `rows` input, `inline` those of the record that may be
    made in place. `least` people or units a role needs. `locked` ones are shown, never taken. `repeats`:
    rows that are blocks of further records; `common`: a column that has a twin beside its rows; `begins`:
    what an action on a record begins with where the record holds nothing.
    """

    name: str
    kind: InputKind
    field: Field
    role: Role | None = None
    required: bool = False
    locked: bool = False
    least: int = 0
    columns: tuple[Control, ...] = ()
    inline: tuple[Control, ...] = ()
    repeats: bool = False
    common: bool = False
    begins: Expression | None = None

    @property
    def holds_many(self) -> bool:
        """Whether its typed value is a tuple: several values, files, and roles always."""
        return self.kind is InputKind.ROLE or holds_many(self.field)

    @property
    def is_rows(self) -> bool:
        return self.field.type == FieldType.ROWS


@dataclass(frozen=True, slots=True)
class Section:
    """Controls under one heading."""

    label: Text | None
    controls: tuple[Control, ...]
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that one action asks of one actor. `partial` ones (edit) need not be sent whole."""

    module: str
    action: str
    title: Text
    submit: Text
    sections: tuple[Section, ...]
    partial: bool = False
    status_to: str | None = None

    @property
    def controls(self) -> tuple[Control, ...]:
        """All controls in order."""
        return tuple(control for section in self.sections for control in section.controls)


AccessMap = Mapping[str, Access]


def create_form(workspace: Workspace, module: Module, access: AccessMap, *, may_make: frozenset[str]) -> Form:
    """Give the form that makes a record.

    Args:
        workspace: for the modules that rows and record fields speak of.
        module: what is made.
        access: the actor's access to fields and roles while making one; unnamed ones are editable.
        may_make: modules of which the actor may make a record in place.
    """
    action = module.actions[CREATE]
    controls = _create_controls(workspace, module, access, may_make, nesting=0)
    sections = _in_sections(module, controls)
    return Form(module.code, CREATE, action.label, action.label, sections)


def edit_form(workspace: Workspace, module: Module, access: AccessMap, *, may_make: frozenset[str]) -> Form:
    """Give the form with the fields and roles that the actor may see; what he may only read is locked."""
    action = module.actions[EDIT]
    inputs = edit_inputs(module)
    builder = _Builder(workspace, module, may_make, access)
    controls = [
        replace(control, locked=True) if access.get(control.name) is Access.READ else control
        for control in builder.controls(inputs)
        if access.get(control.name) is not Access.HIDDEN
    ]
    return Form(module.code, EDIT, action.label, messages.SAVE, _in_sections(module, controls), partial=True)


def action_form(
    workspace: Workspace, module: Module, action: Action, *, targets: Sequence[Status] = (),
    may_make: frozenset[str] = frozenset(),
) -> Form:  # fmt: skip
    """Give the form of an action: its inputs, and what the statuses that it moves to require."""
    builder = _Builder(workspace, module, may_make, {})
    controls = _with_required(module, list(builder.controls(action.input)), targets)
    return Form(module.code, action.code, action.label, action.label, (Section(None, tuple(controls)),))


def move_form(module: Module, target: Status) -> Form:
    """Give the form of a bare move: only what the status requires."""
    controls = _with_required(module, [], (target,))
    sections = (Section(None, tuple(controls)),)
    return Form(module.code, MOVE, target.name, target.name, sections, status_to=target.code)


def role_field(role: Role) -> Field:
    """Give the field that asks for a role's holders."""
    return Field(
        code=role.code,
        type=FieldType.UNIT if role.of is HolderKind.UNIT else FieldType.USER,
        label=role.label,
        note=role.note,
        many=role.many,
        candidates=role.candidates,
    )


# --- Building --------------------------------------------------------------------------------------


def _create_controls(
    workspace: Workspace, module: Module, access: AccessMap, may_make: frozenset[str], nesting: int
) -> list[Control]:
    create = module.actions[CREATE]
    inputs = create.input or filled_inputs(module)
    if create.repeats is not None and nesting == 0:
        inputs = (*inputs, create.repeats)
    builder = _Builder(workspace, module, may_make, access, nesting)
    again = "" if create.repeats is None else create.repeats.name
    return [
        replace(control, repeats=True) if control.name == again else control
        for control in _with_twins(tuple(builder.controls(inputs)))
        if control.kind is InputKind.OWN or access.get(control.name) not in (Access.HIDDEN, Access.READ)
    ]


def _with_twins(controls: Sequence[Control]) -> Iterator[Control]:
    """Mark columns of the name of a control beside their rows, there and in blocks of further records."""
    beside = {control.name for control in controls}
    for control in controls:
        if not control.is_rows:
            yield control
        elif any(column.is_rows for column in control.columns):
            yield replace(control, columns=tuple(_with_twins(control.columns)))
        else:
            columns = (replace(one, common=True) if one.name in beside else one for one in control.columns)
            yield replace(control, columns=tuple(columns))


@dataclass(frozen=True, slots=True)
class _Builder:
    """Makes controls of inputs; knows how deep it stands in rows of rows."""

    workspace: Workspace
    module: Module
    may_make: frozenset[str]
    access: AccessMap
    nesting: int = 0

    def controls(self, inputs: Sequence[Input]) -> Iterator[Control]:
        for one in inputs:
            yield self._control(one)

    def _control(self, one: Input) -> Control:
        if one.kind is InputKind.ROLE and one.role is not None:
            role = self.module.roles[one.role]
            least = max(role.needs, 1 if one.required or self._demanded(one.name) else 0)
            return Control(one.name, one.kind, role_field(role), role, required=least > 0, least=least)
        field = one.field or self.module.fields[one.name]
        required = field.required or one.required or self._demanded(one.name)
        return Control(
            one.name,
            one.kind,
            field,
            required=required,
            columns=self._columns(field),
            inline=self._inline(field),
            begins=one.begins,
        )

    def _demanded(self, name: str) -> bool:
        return self.access.get(name) is Access.REQUIRED

    def _columns(self, field: Field) -> tuple[Control, ...]:
        if field.type != FieldType.ROWS or self.nesting >= MAX_NESTING:
            return ()
        deeper = replace(self, nesting=self.nesting + 1, may_make=frozenset())
        if field.rows_form is None:
            return tuple(deeper.controls(field.columns))
        made = self.workspace.modules[field.rows_form[0]]
        filled = {
            relation.field
            for relation in self.module.relations.values()
            if relation.kind is RelationKind.REFERRED_BY and relation.target == made.code
        }
        controls = _create_controls(self.workspace, made, {}, frozenset(), self.nesting + 1)
        return tuple(control for control in controls if control.name not in filled)

    def _inline(self, field: Field) -> tuple[Control, ...]:
        if not field.inline or field.record_of not in self.may_make:
            return ()
        target = self.workspace.modules[field.record_of]
        builder = _Builder(self.workspace, target, frozenset(), {}, MAX_NESTING)
        inputs = target.actions[CREATE].input or filled_inputs(target)
        controls = [control for control in builder.controls(inputs) if not control.is_rows]
        return tuple(control for section in _in_sections(target, controls) for control in section.controls)


def _with_required(module: Module, controls: list[Control], targets: Sequence[Status]) -> list[Control]:
    """Add what statuses require; an input of the same name counts and becomes required."""
    demands = {demand for status in targets for demand in status.requires}
    if REASON in demands:
        field = Field(REASON, FieldType.MULTILINE, messages.REASON_LABEL)
        _demand(controls, Control(REASON, InputKind.OWN, field))
    if "attachment" in demands:
        most = module.attachment_limit
        field = Field(FILES, FieldType.FILES, messages.FILES_LABEL, many=True, max_size=most)
        _demand(controls, Control(FILES, InputKind.OWN, field))
    return controls


def _demand(controls: list[Control], wanted: Control) -> None:
    for index, control in enumerate(controls):
        if control.name == wanted.name:
            controls[index] = replace(control, required=True)
            return
    controls.append(replace(wanted, required=True))


def _in_sections(module: Module, controls: Sequence[Control]) -> tuple[Section, ...]:
    """Order controls by the module's `form`.

    Rows stand where a section lists what their first column asks for; what no section lists follows
    under a heading of its own, and last the blocks of further records.
    """
    repeats = module.actions[CREATE].repeats
    blocks = tuple(one for one in controls if repeats is not None and one.name == repeats.name)
    by_name = {control.name: control for control in controls if control not in blocks}
    sections = []
    for section in module.form:
        chosen = tuple(
            by_name.pop(found) for name in section.fields if (found := _asking_for(name, by_name)) is not None
        )
        if chosen:
            sections.append(Section(section.label, chosen, section.columns))
    if by_name:
        heading = messages.OTHER_FIELDS if sections else None
        sections.append(Section(heading, tuple(by_name.values())))
    if blocks:
        sections.append(Section(None, blocks))
    return tuple(sections)


def _asking_for(name: str, controls: Mapping[str, Control]) -> str | None:
    """Give the control that a section's field means: itself, or rows that begin with it."""
    if name in controls:
        return name
    rows = (one for one in controls.values() if one.is_rows and one.columns)
    return next((one.name for one in rows if one.columns[0].name == name), None)
