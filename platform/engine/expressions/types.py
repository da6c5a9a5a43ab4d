"""The types of everything that expressions can name, and what each place of a definition knows.

A `Type` says what a value is; `Environment` gives the names of one place with their types and can
tell what an attribute of a typed value is. `typing_of` (in `checker.typing`) walks expressions with
them; editors and documentation list names from the same tables. Which names there are is the table
of `docs/language.md`, Expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from luongviec.engine.expressions.compiled import Context
from luongviec.engine.expressions.functions import Kind
from luongviec.engine.model import (
    Action,
    Field,
    Module,
    RelationKind,
    Workspace,
)
from luongviec.engine.world import HolderKind


class ValueKind(StrEnum):
    """What a value is."""

    ANY = "any"
    NOTHING = "nothing"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    CHOICE = "choice"  # a text out of `options`
    PERSON = "person"
    UNIT = "unit"
    RECORD = "record"  # of one of `modules`; none named: of any
    FILE = "file"
    STATUS = "status"  # of one of `modules`
    OBJECT = "object"  # with exactly these `names`


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value. `many`: a list of such values. `role`: who holds a role."""

    kind: ValueKind
    many: bool = False
    options: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    names: Mapping[str, Type] = field(default_factory=dict)
    role: bool = False
    open: bool = False  # an object whose further names are not known

    def __str__(self) -> str:
        return f"list of {self.kind.value}" if self.many else self.kind.value

    @property
    def one(self) -> Type:
        """The type of one of several."""
        return replace(self, many=False, role=False)


ANY = Type(ValueKind.ANY)
NOTHING = Type(ValueKind.NOTHING)
TEXT = Type(ValueKind.TEXT)
NUMBER = Type(ValueKind.NUMBER)
BOOLEAN = Type(ValueKind.BOOLEAN)
DATE = Type(ValueKind.DATE)
DATETIME = Type(ValueKind.DATETIME)
DURATION = Type(ValueKind.DURATION)
PERSON = Type(ValueKind.PERSON)
PEOPLE = Type(ValueKind.PERSON, many=True, role=True)
UNIT = Type(ValueKind.UNIT)
FILE = Type(ValueKind.FILE)

PERSON_NAMES: Mapping[str, Type] = MappingProxyType(
    {
        "id": NUMBER,
        "name": TEXT,
        "user_name": TEXT,
        "email": TEXT,
        "phone": TEXT,
        "language": TEXT,
        "active": BOOLEAN,
    }
)
#: The typed model of a unit.
UNIT_NAMES: Mapping[str, Type] = MappingProxyType(
    {
        "id": NUMBER,
        "name": TEXT,
        "code": TEXT,
        "kind": TEXT,
        "level": NUMBER,
        "active": BOOLEAN,
        "parent": UNIT,
    }
)
CHOICE_NAMES: Mapping[str, Type] = MappingProxyType(
    {"code": TEXT, "label": TEXT, "name": TEXT, "tone": TEXT, "icon": TEXT}
)
FILE_NAMES: Mapping[str, Type] = MappingProxyType({"id": NUMBER, "name": TEXT, "size": NUMBER})
_RECORD_NAMES: Mapping[str, Type] = MappingProxyType(
    {
        "id": NUMBER,
        "number": TEXT,
        "title": TEXT,
        "created_at": DATETIME,
        "updated_at": DATETIME,
        "created_by": PERSON,
        "status_since": DATETIME,
        "position": NUMBER,
        "is_late": BOOLEAN,
    }
)
_LOOP_NAMES: Mapping[str, Type] = MappingProxyType(
    {
        "index": NUMBER,
        "index0": NUMBER,
        "first": BOOLEAN,
        "last": BOOLEAN,
        "length": NUMBER,
        "revindex": NUMBER,
    }
)
LOOP = Type(ValueKind.OBJECT, names=_LOOP_NAMES)

_FIELD_KINDS: Mapping[str, ValueKind] = {
    "text": ValueKind.TEXT,
    "multiline": ValueKind.TEXT,
    "number": ValueKind.NUMBER,
    "boolean": ValueKind.BOOLEAN,
    "date": ValueKind.DATE,
    "datetime": ValueKind.DATETIME,
    "duration": ValueKind.DURATION,
    "choice": ValueKind.CHOICE,
    "user": ValueKind.PERSON,
    "unit": ValueKind.UNIT,
    "record": ValueKind.RECORD,
    "files": ValueKind.FILE,
}
_RESULT_KINDS: Mapping[Kind, Type] = {
    Kind.ANY: ANY,
    Kind.TEXT: TEXT,
    Kind.NUMBER: NUMBER,
    Kind.BOOLEAN: BOOLEAN,
    Kind.DATE: DATE,
    Kind.DATETIME: DATETIME,
    Kind.MOMENT: DATETIME,
    Kind.DURATION: DURATION,
    Kind.PERSON: PERSON,
    Kind.PEOPLE: PEOPLE,
    Kind.UNIT: UNIT,
    Kind.RECORD: Type(ValueKind.RECORD),
    Kind.LIST: Type(ValueKind.ANY, many=True),
}


def type_of_kind(kind: Kind) -> Type:
    """Give the type that a kind of argument or result stands for; literals are texts."""
    return _RESULT_KINDS.get(kind, TEXT)


def type_named(name: str) -> Type:
    """Give the type of a field type's name, as in the data of events and in parameters."""
    return Type(_FIELD_KINDS.get(name, ValueKind.ANY))


def type_of_field(one: Field) -> Type:
    """Give the type of a field or an own input."""
    if one.type == "rows":
        return Type(ValueKind.OBJECT, many=True, names=_row_names(one), open=one.rows_form is not None)
    kind = _FIELD_KINDS.get(one.type, ValueKind.ANY)
    modules = (one.record_of,) if one.record_of is not None else ()
    options = tuple(option.code for option in one.options)
    return Type(kind, many=one.many, options=options, modules=modules)


def _row_names(one: Field) -> Mapping[str, Type]:
    names: dict[str, Type] = {}
    for column in one.columns:
        names[column.name] = type_of_field(column.field) if column.field is not None else ANY
    return names


def record_type(*modules: str) -> Type:
    """Give the type of a record of one of some modules."""
    return Type(ValueKind.RECORD, modules=tuple(dict.fromkeys(modules)))


def role_type(module: Module, code: str) -> Type:
    """Give the type of a role: a list of people or units."""
    of_units = module.roles[code].of is HolderKind.UNIT
    return Type(ValueKind.UNIT if of_units else ValueKind.PERSON, many=True, role=True)


def record_names(workspace: Workspace, module: Module) -> Mapping[str, Type]:
    """Give the names that a record of a module has, with their types."""
    if workspace.modules.get(module.code) is module:
        return _names_of(workspace, module.code)
    return _make_names(workspace, module)


@lru_cache(maxsize=256)
def _names_of(workspace: Workspace, code: str) -> Mapping[str, Type]:
    return _make_names(workspace, workspace.modules[code])


def _make_names(workspace: Workspace, module: Module) -> Mapping[str, Type]:
    names: dict[str, Type] = dict(_RECORD_NAMES)
    names["status"] = Type(ValueKind.STATUS, modules=(module.code,))
    names["owner"] = record_type(*module.owners) if module.owners else NOTHING
    names["home"] = UNIT
    for code, relation in module.relations.items():
        is_owner = relation.kind is RelationKind.OWNS and not relation.forward
        many = not (relation.one or is_owner)
        names[code] = Type(ValueKind.RECORD, many=many, modules=(relation.target,))
    for code in module.roles:
        names[code] = role_type(module, code)
    for code, one in module.fields.items():
        names[code] = type_of_field(one)
    return names


def status_names(workspace: Workspace, modules: tuple[str, ...]) -> Mapping[str, Type]:
    """Give the names of a status with the codes that it may have."""
    return {
        "code": Type(ValueKind.CHOICE, options=status_codes(workspace, modules)),
        "category": Type(ValueKind.CHOICE, options=tuple(workspace.categories)),
        "final": BOOLEAN,
        "name": TEXT,
        "label": TEXT,
        "tone": TEXT,
    }


def status_codes(workspace: Workspace, modules: tuple[str, ...]) -> tuple[str, ...]:
    """Give every status of every group of some modules."""
    codes: dict[str, None] = {}
    for group in workspace.status_groups.values():
        if not modules or group.module in modules:
            codes.update(dict.fromkeys(group.statuses))
    return tuple(codes)


@dataclass(frozen=True, slots=True)
class Environment:
    """The names of one place, and the workspace in which their attributes are looked up."""

    workspace: Workspace
    module: Module | None
    names: Mapping[str, Type]
    template: bool = False

    def with_names(self, **more: Type) -> Environment:
        """Give the environment with further names, as inside a loop."""
        return replace(self, names={**self.names, **more})

    def attributes(self, type_: Type) -> Mapping[str, Type] | None:
        """Give the names that a value has; None if they are not known, empty if it has none."""
        match type_.kind:
            case ValueKind.ANY:
                return None
            case ValueKind.OBJECT:
                return None if type_.open and not type_.names else type_.names
            case ValueKind.PERSON:
                return PERSON_NAMES
            case ValueKind.UNIT:
                return UNIT_NAMES
            case ValueKind.FILE:
                return FILE_NAMES
            case ValueKind.CHOICE:
                return CHOICE_NAMES
            case ValueKind.STATUS:
                return status_names(self.workspace, type_.modules)
            case ValueKind.RECORD:
                return self._record_names(type_.modules)
            case _:
                return {}

    def _record_names(self, modules: tuple[str, ...]) -> Mapping[str, Type] | None:
        if not modules:
            return None
        if len(modules) == 1 and modules[0] in self.workspace.modules:
            return record_names(self.workspace, self.workspace.modules[modules[0]])
        names: dict[str, Type] = {}
        for code in modules:
            module = self.workspace.modules.get(code)
            if module is None:
                return None
            for name, type_ in record_names(self.workspace, module).items():
                names[name] = type_ if names.get(name, type_) == type_ else ANY
        return names


@lru_cache(maxsize=4)
def _parameters(workspace: Workspace) -> Type:
    names = {
        code: replace(type_named(parameter.type), options=parameter.options)
        for code, parameter in workspace.parameters.items()
    }
    return Type(ValueKind.OBJECT, names=names)


def everywhere(workspace: Workspace) -> dict[str, Type]:
    """Give the names of every place."""
    return {"parameters": _parameters(workspace), "now": DATETIME, "today": DATE}


def inputs_of(module: Module, action: Action | None) -> Type:
    """Give the type of `input` in an action: what its form asks, and what a status may require."""
    names: dict[str, Type] = {}
    if action is None:
        return Type(ValueKind.OBJECT, open=True)
    for one in action.input:
        if one.role is not None and one.role in module.roles:
            names[one.name] = role_type(module, one.role)
        elif one.field is not None:
            names[one.name] = type_of_field(one.field)
    names.setdefault("reason", TEXT)
    names.setdefault("files", Type(ValueKind.FILE, many=True))
    if action.code in ("create", "edit"):
        for code, one_field in module.fields.items():
            names.setdefault(code, type_of_field(one_field))
        for code in module.roles:
            names.setdefault(code, role_type(module, code))
    return Type(ValueKind.OBJECT, names=names)


def event_type(data: Mapping[str, Type] | None) -> Type:
    """Give the type of `event`; `data` None where events of several kinds may come."""
    return Type(
        ValueKind.OBJECT,
        names={
            "name": TEXT,
            "actor": PERSON,
            "at": DATETIME,
            "reason": TEXT,
            "people": PEOPLE,
            "data": Type(ValueKind.OBJECT, names=data or {}, open=data is None),
        },
    )


def environment(
    workspace: Workspace,
    module: Module,
    context: Context,
    *,
    action: Action | None = None,
    event_data: Mapping[str, Type] | None = None,
    extra: Mapping[str, Type] | None = None,
    source: Type | None = None,
) -> Environment:
    """Give the environment of a place of a module.

    Args:
        workspace: all definitions.
        module: whose record `record` is.
        context: the place.
        action: whose `input` there is.
        event_data: what `event.data` has, None if it is not known.
        extra: further names (`row`, `made`).
        source: in reactions and `act.where`: the record from which it comes.
    """
    record = record_type(module.code)
    about = {
        "record": record,
        "owner": record_type(*module.owners) if module.owners else NOTHING,
        "status": Type(ValueKind.STATUS, modules=(module.code,)),
        "home": UNIT,
    }
    acting = {"actor": PERSON, "acting_for": PERSON}
    event = event_type(event_data)
    steps = {"row": ANY, "made": Type(ValueKind.OBJECT, open=True)}
    came_from = source or Type(ValueKind.RECORD)
    input_ = inputs_of(module, action)
    names: Mapping[Context, Callable[[], Mapping[str, Type]]] = {
        Context.GUARD: lambda: {**about, **acting, **steps, "input": input_},
        Context.RULE: lambda: {**about, **acting, **steps, "input": input_, "after": record},
        Context.REACTION: lambda: {**about, **acting, **steps, "event": event, "source": came_from},
        Context.TIMER: lambda: {**about, **steps},
        Context.FIELD_DEFAULT: lambda: {"actor": PERSON, "owner": about["owner"], "home": UNIT},
        Context.FIELD_COMPUTED: lambda: {
            "record": record,
            "owner": about["owner"],
            "status": about["status"],
        },
        Context.FIELD_CONDITION: lambda: {"record": record, "input": input_, "owner": about["owner"]},
        Context.FIELD_LIMIT: lambda: {"record": record, "input": input_},
        Context.PEOPLE: lambda: {"person": PERSON, "record": record, "owner": about["owner"], "event": event},
        Context.SET: lambda: {"record": record, "status": about["status"], "viewer": PERSON},
        Context.PREFILL: lambda: {**about, "actor": PERSON},
        Context.MESSAGE: lambda: {**about, "event": event, "recipient": PERSON, "link": TEXT},
        Context.PRINT: lambda: {**about, "viewer": PERSON},
        Context.TITLE: lambda: {"record": record, "owner": about["owner"], "home": UNIT},
        Context.NUMBER: lambda: {
            "record": record,
            "owner": about["owner"],
            "home": UNIT,
            "counter": NUMBER,
            "year": NUMBER,
        },
        Context.NOTE: dict,
        Context.PARAMETERS: dict,
    }
    is_template = context in (
        Context.MESSAGE, Context.PRINT, Context.TITLE, Context.NUMBER, Context.NOTE
    )  # fmt: skip
    return Environment(
        workspace, module, {**everywhere(workspace), **names[context](), **(extra or {})}, is_template
    )
