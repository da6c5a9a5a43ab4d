"""Fields of records and inputs of actions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from luongviec.engine.compiling.parts import Part
from luongviec.engine.compiling.scope import ModuleScope
from luongviec.engine.deciding.columns import PeopleNames
from luongviec.engine.expressions.compiled import Context, Expression, parse_expression
from luongviec.engine.model import (
    Candidates,
    Field,
    FieldType,
    Input,
    InputKind,
    ListSource,
    Option,
    RelationSource,
    Tone,
    UnitSet,
)
from luongviec.engine.people_notation import parse_candidates
from luongviec.engine.text import Text

_WITH_CANDIDATES = (FieldType.USER, FieldType.UNIT, FieldType.RECORD)
_TEXTS = (FieldType.TEXT, FieldType.MULTILINE)


def compile_fields(top: Part, scope: ModuleScope) -> Mapping[str, Field]:
    """Compile the fields of a module."""
    return MappingProxyType(
        {code: compile_field(part, code, scope) for code, part in top.parts("fields", "field").items()}
    )


def compile_field(part: Part, code: str, scope: ModuleScope) -> Field:
    """Compile one field, or an input's own field."""
    kind = part.string("type") or FieldType.TEXT
    _check_fitting_words(part, kind)
    limit = part.expression("max", Context.FIELD_LIMIT)
    length = part.whole("length")
    if kind in _TEXTS and isinstance(part.data.get("max"), int):
        length, limit = length or part.whole("max"), None
    record_of = part.string("of")
    if kind == FieldType.RECORD:
        if record_of is None:
            part.report("E113", where=Text(f"trường {code}", f"the field {code}"), name="of")
        else:
            part.need("module", record_of, "of")
    many = part.flag("many", kind == FieldType.FILES)
    return Field(
        code=code,
        type=kind,
        label=part.text("label") or Text(code),
        note=part.text("note"),
        many=many,
        required=part.flag("required"),
        default=part.expression("default", Context.FIELD_DEFAULT),
        computed=part.expression("computed", Context.FIELD_COMPUTED),
        min=part.expression("min", Context.FIELD_LIMIT),
        max=limit,
        length=length,
        pattern=_pattern(part),
        accept=part.names("accept"),
        max_size=compile_size(part, "max_size"),
        max_total=compile_size(part, "max_total"),
        candidates=compile_candidates(part, scope.people, record_of or "", scope),
        shown_when=part.expression("shown_when", Context.FIELD_CONDITION),
        required_when=part.expression("required_when", Context.FIELD_CONDITION),
        locked_when=part.expression("locked_when", Context.FIELD_CONDITION),
        index=part.flag("index"),
        search=part.flag("search"),
        unit=part.text("unit"),
        options=_options(part, scope),
        options_from=part.string("options_from"),
        record_of=record_of,
        inline=part.flag("inline"),
    )


def compile_candidates(part: Part, names: PeopleNames, module: str, scope: ModuleScope) -> Candidates | None:
    """Read the word `from`."""
    value = part.raw("from")
    if value is None:
        return None
    found = part.noted(lambda: parse_candidates(value, names, module), value, "from")
    if isinstance(found, ListSource):
        target = scope.all.modules.get(module)
        if target is not None and target.sound:
            part.require("list", found.list, target.lists, "from")
    kind = part.data.get("type", "unit" if part.data.get("of") == "unit" else "user")
    if isinstance(found, RelationSource):
        _check_relation_source(part, found, module, scope)
    wanted = {FieldType.RECORD: ListSource | RelationSource, FieldType.UNIT: UnitSet}.get(kind)  # type: ignore[call-overload]
    if found is not None and (
        (wanted is not None and not isinstance(found, wanted))
        or (wanted is None and isinstance(found, ListSource | RelationSource | UnitSet))
    ):
        part.report(
            "E112",
            "from",
            value=True,
            name="from",
            detail=Text(
                "phải là: người với user, tập đơn vị với unit, list:MÃ hay owner.QUAN_HỆ với record",
                "must be people for a user, units for a unit, list:CODE or owner.RELATION for a record",
            ),
        )
    return found


def _check_relation_source(part: Part, source: RelationSource, module: str, scope: ModuleScope) -> None:
    """Refuse a relation that no owner has, or that leads to another module than the field's."""
    owners = [owner for owner in scope.module.owners if scope.all.is_sound("module", owner)]
    known = {
        relation
        for owner in owners
        for relation in scope.all.relation_names(owner)
        if scope.all.related(owner, relation) == module
    }
    if owners or not scope.module.owners:
        part.require("relation", source.relation, known, "from")


def _check_fitting_words(part: Part, kind: str) -> None:
    """Refuse words that mean nothing for the type."""
    fitting = {
        "options": (FieldType.CHOICE,),
        "options_from": (FieldType.CHOICE,),
        "of": (FieldType.RECORD,),
        "inline": (FieldType.RECORD,),
        "from": _WITH_CANDIDATES,
        "accept": (FieldType.FILES,),
        "max_size": (FieldType.FILES,),
        "max_total": (FieldType.FILES,),
        "pattern": _TEXTS,
        "length": _TEXTS,
        "columns": (FieldType.ROWS,),
        "form": (FieldType.ROWS,),
    }
    for word, kinds in fitting.items():
        if part.data.get(word) is not None and kind not in kinds:
            names = ", ".join(str(one) for one in kinds)
            part.report(
                "E112",
                word,
                name=word,
                detail=Text(f"chỉ dùng với loại {names}", f"goes with the type {names} only"),
            )
    sources = [word for word in ("options", "options_from") if part.data.get(word) is not None]
    if kind == FieldType.CHOICE and not sources:
        part.report("E113", where=Text("trường choice", "a choice"), name="options")
    if len(sources) > 1:
        part.report(
            "E112",
            "options_from",
            name="options_from",
            detail=Text("không đi cùng options", "does not go together with options"),
        )


def _pattern(part: Part) -> str | None:
    pattern = part.string("pattern")
    if pattern is None:
        return None
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        part.report(
            "E112",
            "pattern",
            value=True,
            name="pattern",
            detail=Text(f"không phải là biểu thức chính quy: {error}", f"is no regular expression: {error}"),
        )
    return pattern


def compile_size(part: Part, word: str) -> Expression | None:
    """Compile a size in MB: a number or an expression."""
    value = part.raw(word)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return part.expression_at(value, Context.FIELD_LIMIT, word)
    return None


def _options(part: Part, scope: ModuleScope) -> tuple[Option, ...]:
    """Give the options in order: those written down, or what the installation has of a kind."""
    source = part.data.get("options_from")
    if source is not None:
        named = scope.all.standing_modules if source == "modules" else scope.all.ability_labels
        return tuple(Option(code, label) for code, label in named.items())
    return tuple(
        Option(code, option.label(), _tone(option), option.string("icon"))
        for code, option in part.parts("options", "option").items()
    )


def _tone(part: Part) -> Tone | None:
    name = part.string("tone")
    return Tone(name) if name is not None else None


def compile_inputs(part: Part, scope: ModuleScope, word: str = "input") -> tuple[Input, ...]:
    """Compile what an action's form asks, or the columns of rows (`word`)."""
    inputs: dict[str, Input] = {}
    for item in part.items(word, "input"):
        made = _input(item, scope)
        if made.name in inputs:
            item.report(
                "E124",
                name=made.name,
                first=Text("một ô nhập", "one input"),
                second=Text("một ô khác", "another"),
            )
        inputs[made.name] = made
    return tuple(inputs.values())


def _input(part: Part, scope: ModuleScope) -> Input:
    if part.has("role"):
        role = scope.require_role(part, "role")
        needs = scope.module.roles.get(role, {}).get("needs", 0)
        return Input(role, InputKind.ROLE, role=role, required=part.flag("required", bool(needs)))
    if part.has("field"):
        code = scope.require_field(part, "field")
        field = None
        if code in scope.module.fields:
            own = Part(part.work, "field", scope.module.fields[code], ("fields", code))
            field = compile_field(own, code, scope)
            field = _as_asked(part, field)
        return Input(
            code,
            InputKind.FIELD,
            field=field,
            required=part.flag("required", bool(field and field.required)),
            begins=part.expression("default", Context.FIELD_DEFAULT),
        )
    name = part.string("name") or ""
    if part.string("type") is None:
        part.report("E113", where=Text(f"ô nhập {name}", f"the input {name}"), name="type")
    field = compile_field(part, name, scope)
    if field.type == FieldType.ROWS:
        field = _rows(part, field, scope)
    return Input(name, InputKind.OWN, field=field, required=field.required, begins=field.default)


def _as_asked(part: Part, field: Field) -> Field:
    """Give a field as an action asks for it: with the words that the action says otherwise."""
    if part.has("label"):
        field = replace(field, label=part.label())
    return replace(
        field,
        shown_when=part.expression("shown_when", Context.FIELD_CONDITION) or field.shown_when,
        required_when=part.expression("required_when", Context.FIELD_CONDITION) or field.required_when,
        locked_when=part.expression("locked_when", Context.FIELD_CONDITION) or field.locked_when,
    )


def _rows(part: Part, field: Field, scope: ModuleScope) -> Field:
    form = part.string("form")
    columns = compile_inputs(part, scope, "columns")
    if (form is None) == (not columns):
        part.report(
            "E112",
            name=field.code,
            detail=Text("phải có đúng một trong: columns, form", "needs exactly one of: columns, form"),
        )
    if form is None:
        return replace(field, columns=columns)
    module, _, action = form.partition(".")
    if part.need("module", module, "form"):
        part.require("action", action, scope.all.modules[module].actions, "form")
    return replace(field, rows_form=(module, action))


def literal(value: str) -> Expression:
    """Give a text as an expression that stands for itself."""
    return parse_expression("'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'", Context.GUARD)
