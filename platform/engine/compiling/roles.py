"""Participant roles, unit roles, derived roles and relations of a module."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from luongviec.engine.compiling.fields import compile_candidates
from luongviec.engine.compiling.names import target_of, text_of
from luongviec.engine.compiling.parts import KIND_WORDS, Part
from luongviec.engine.compiling.scope import ModuleScope
from luongviec.engine.deciding.columns import NotationError
from luongviec.engine.expressions.compiled import Context, Expression, parse_expression
from luongviec.engine.model import (
    ClashAnswer,
    DerivedRole,
    People,
    Relation,
    RelationKind,
    Role,
    Shown,
    UnitSet,
)
from luongviec.engine.people_notation import RESERVED_NAMES, parse_people, parse_unit_set
from luongviec.engine.text import Text
from luongviec.engine.world import HolderKind


def compile_roles(top: Part, scope: ModuleScope) -> Mapping[str, Role]:
    """Compile the roles of a module."""
    return MappingProxyType(
        {code: _role(part, code, scope) for code, part in top.parts("roles", "role").items()}
    )


def _role(part: Part, code: str, scope: ModuleScope) -> Role:
    if code in RESERVED_NAMES:
        _reserved(part, code)
    if code in scope.module.fields:
        part.report("E124", name=code, first=KIND_WORDS["field"], second=KIND_WORDS["role"])
    of = HolderKind(part.string("of") or "user")
    side = part.string("side")
    if side is not None:
        part.need("side", side, "side")
    for word in ("side", "speaks"):
        if of is HolderKind.USER and part.data.get(word) is not None:
            part.report(
                "E112", word, name=word, detail=Text("chỉ dùng với of: unit", "goes with of: unit only")
            )
    slots = scope.all.sides[side].slots if side in scope.all.sides else ()
    speaks = scope.require_names(part, "speaks", "column", slots) if slots else part.names("speaks")
    keeps = scope.require_role(part, "keeps") if part.has("keeps") else None
    return Role(
        code=code,
        label=part.label(),
        of=of,
        side=side,
        speaks=speaks,
        many=part.flag("many", of is HolderKind.USER),
        needs=part.whole("needs") or 0,
        fill=part.string("fill") or "pick",
        default=_default(part, scope, of),
        candidates=compile_candidates(part, scope.people, "", scope),
        excludes=scope.require_names(part, "excludes", "role", scope.module.roles),
        on_clash=ClashAnswer(part.string("on_clash") or "refuse"),
        keeps=keeps,
        sees_from_joined=part.string("sees_from") == "joined",
        mine_label=part.text("mine_label"),
        note=part.text("note"),
    )


def _default(part: Part, scope: ModuleScope, of: HolderKind) -> People | UnitSet | Expression | None:
    value = part.raw("default")
    if value is None:
        return None

    def read() -> People | UnitSet | Expression:
        units = parse_unit_set(value, scope.people)
        if units is not None:
            return units
        try:
            return parse_people(value, scope.people)
        except NotationError:
            if not isinstance(value, str) or not value.startswith(("owner", "home")):
                raise
            return parse_expression(value, Context.FIELD_DEFAULT)

    return part.noted(read, value, "default")


def compile_derived_roles(top: Part, scope: ModuleScope) -> Mapping[str, DerivedRole]:
    """Compile the derived roles of a module."""
    return MappingProxyType(
        {
            prefix: _derived(part, prefix, scope)
            for prefix, part in top.parts("derived_roles", "derived_role").items()
        }
    )


def _derived(part: Part, prefix: str, scope: ModuleScope) -> DerivedRole:
    if prefix in RESERVED_NAMES:
        _reserved(part, prefix)
    if prefix in scope.module.roles:
        part.report("E124", name=prefix, first=KIND_WORDS["role"], second=Text("tiền tố", "prefix"))
    via = part.string("via") or ""
    targets: tuple[str, ...] = ()
    if via == "owner":
        targets = scope.module.owners
        if not targets:
            part.unknown("relation", via, scope.relations, "via")
    elif part.require("relation", via, scope.relations, "via"):
        targets = (scope.all.related(scope.code, via) or "",)
    for index, role in enumerate(part.names("roles")):
        _check_derived_role(part, role, index, targets, scope)
    return DerivedRole(prefix, via, part.names("roles"), part.whole("depth") or 1, part.label())


def _check_derived_role(
    part: Part, role: str, index: int, targets: tuple[str, ...], scope: ModuleScope
) -> None:
    steps = ("roles", index) if not isinstance(part.data.get("roles"), str) else ("roles",)
    code, _, slot = role.partition(".")
    known: set[str] = set()
    for target in targets:
        if not scope.all.is_sound("module", target):
            return
        names = scope.all.people(target)
        if code in names.roles and not slot:
            return
        if slot and code in names.unit_sides and slot in names.unit_sides[code].slots:
            return
        known |= names.roles
    if targets:
        part.unknown("role", role, known, *steps)


def _reserved(part: Part, code: str) -> None:
    part.report(
        "E124",
        name=code,
        first=Text("một từ của ngôn ngữ", "a word of the language"),
        second=KIND_WORDS["role"],
    )


# --- Relations ----------------------------------------------------------------------------------------


def compile_relations(top: Part, scope: ModuleScope) -> Mapping[str, Relation]:
    """Compile the relations that a module declares, and the inverse ends of others'."""
    relations = {
        code: _relation(part, code, scope) for code, part in top.parts("relations", "relation").items()
    }
    for inverse, (home, code) in scope.all.inverse.get(scope.code, {}).items():
        if inverse in relations or inverse in scope.module.fields or inverse in scope.module.roles:
            continue  # reported where the inverse is declared
        relations[inverse] = _inverse(inverse, home, code, scope)
    return MappingProxyType(relations)


def _relation(part: Part, code: str, scope: ModuleScope) -> Relation:
    kind = next((k for k in RelationKind if part.has(k.value)), RelationKind.OWNS)
    target = target_of(part.data)
    sound = part.need("module", target, kind.value)
    field = None
    if kind is RelationKind.REFERRED_BY:
        field = (part.string(kind.value) or "").partition(".")[2]
        if sound:
            _check_referring(part, target, field, scope)
    if kind is RelationKind.OWNS and sound and scope.code not in scope.all.modules[target].owners:
        part.report(
            "E115",
            "owns",
            value=True,
            kind=Text("owner trong", "owner in"),
            name=target,
            hint=Text(
                f"Thêm owner: {scope.code} vào phân hệ {target}.",
                f"Add owner: {scope.code} to the module {target}.",
            ),
        )
    inverse = part.string("inverse")
    part.text("inverse_label")  # read by the far end
    if inverse is not None and sound:
        _check_inverse(part, code, inverse, target, scope)
    if code in scope.module.fields or code in scope.module.roles:
        part.report(
            "E124",
            name=code,
            first=KIND_WORDS["relation"],
            second=Text("trường hoặc vai trò", "a field or role"),
        )
    return Relation(
        code=code,
        kind=kind,
        target=target,
        label=part.label(),
        inverse=inverse,
        forward=True,
        home_module=scope.code,
        home_code=code,
        field=field,
        one=part.flag("one"),
        ordered=part.flag("ordered"),
        tree=part.flag("tree"),
        adds=part.flag("adds"),
        add_label=part.text("add_label"),
        shown=Shown(part.string("shown") or "menu"),
        limit=part.whole("limit"),
        on_delete=part.string("on_delete") or "refuse",
        prefill=_prefill(part, target, sound, scope),
        note=part.text("note"),
    )


def _check_referring(part: Part, target: str, field: str, scope: ModuleScope) -> None:
    fields = scope.all.modules[target].fields
    pointing = {
        code for code, data in fields.items() if data.get("type") == "record" and data.get("of") == scope.code
    }
    part.require("field", field, pointing, "referred_by")


def _check_inverse(part: Part, code: str, inverse: str, target: str, scope: ModuleScope) -> None:
    names = scope.all.modules[target]
    first: object = None
    if inverse in names.relations:
        first = KIND_WORDS["relation"]
    elif inverse in names.fields:
        first = KIND_WORDS["field"]
    elif inverse in names.roles:
        first = KIND_WORDS["role"]
    elif scope.all.inverse.get(target, {}).get(inverse, (scope.code, code)) != (scope.code, code):
        other = ".".join(scope.all.inverse[target][inverse])
        first = Text(f"đầu kia của {other}", f"the other end of {other}")
    if first is not None:
        part.report("E124", "inverse", value=True, name=inverse, first=first, second=KIND_WORDS["relation"])


def _prefill(part: Part, target: str, sound: bool, scope: ModuleScope) -> Mapping[str, Expression]:
    prefill = part.expressions("prefill", Context.PREFILL)
    if sound:
        names = scope.all.modules[target]
        for name in prefill:
            part.require("field", name, {*names.fields, *names.roles}, "prefill", name)
    return prefill


def _inverse(inverse: str, home: str, code: str, scope: ModuleScope) -> Relation:
    """Make the far end of another module's relation."""
    data = scope.all.modules[home].relations[code]
    kind = RelationKind.OWNS if "owns" in data else RelationKind.LINKS
    label = text_of(data.get("inverse_label")) or scope.all.labels.get(home) or Text(home)
    return Relation(
        code=inverse,
        kind=kind,
        target=home,
        label=label,
        inverse=code,
        forward=False,
        home_module=home,
        home_code=code,
        one=kind is RelationKind.OWNS,
        tree=data.get("tree") is True,
    )
