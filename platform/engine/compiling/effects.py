"""Effects of actions, reactions and timers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from luongviec.engine.compiling.names import ModuleNames
from luongviec.engine.compiling.parts import Part
from luongviec.engine.compiling.scope import ModuleScope
from luongviec.engine.expressions.compiled import Context, Expression
from luongviec.engine.model import Effect, EffectKind, FieldType, Who


@dataclass(frozen=True)
class EffectPlace:
    """Where effects stand: the module and the context of their expressions."""

    scope: ModuleScope
    context: Context


def compile_effects(part: Part, word: str, scope: ModuleScope, context: Context) -> tuple[Effect, ...]:
    """Compile a list of effects under `word`."""
    place = EffectPlace(scope, context)
    return tuple(_effect(item, place) for item in part.items(word, "effect"))


def _effect(part: Part, place: EffectPlace) -> Effect:
    condition = part.expression("if", place.context)
    kind = next((k for k in EffectKind if part.has(k.value)), None)
    if kind is None:
        return Effect("nothing", condition)
    return _COMPILERS[kind](part, place, kind, condition)


def _values(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    fields = place.scope.module.fields
    for name in part.mapping(kind.value):
        known = fields if kind is EffectKind.SET else [c for c, d in fields.items() if _holds_many(d)]
        part.require("field", name, known, kind.value, name)
    return Effect(kind, condition, values=part.expressions(kind.value, place.context))


def _holds_many(data: Mapping[str, object]) -> bool:
    return data.get("many", data.get("type") == FieldType.FILES) is True


def _move(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    status = part.string(kind.value)
    if status is not None and place.scope.statuses_known():
        part.require("status", status, place.scope.statuses, kind.value)
    return Effect(kind, condition, status=status)


def _people(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    inner = part.part(kind.value, "effect_people")
    if inner is None:
        return Effect(kind, condition)
    role = place.scope.require_role(inner, "role")
    return Effect(kind, condition, role=role, who=inner.who("who", place.scope.people, place.context))


def _hand_over(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    inner = part.part(kind.value, "effect_hand_over")
    if inner is None:
        return Effect(kind, condition)
    role = place.scope.require_role(inner, "role")
    return Effect(kind, condition, role=role, who=inner.who("to", place.scope.people, place.context))


def _hand_back(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    inner = part.part(kind.value, "effect_hand_back")
    return Effect(kind, condition, role=place.scope.require_role(inner, "role") if inner else None)


def _create(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    inner = part.part(kind.value, "effect_create")
    if inner is None:
        return Effect(kind, condition)
    scope = place.scope
    relation, module = inner.string("relation"), inner.string("module")
    if relation is not None and inner.require("relation", relation, scope.relations, "relation"):
        module_made = scope.all.related(scope.code, relation)
    else:
        module_made = module
        if module is not None:
            inner.need("module", module, "module")
    target = _sound_module(module_made, scope)
    values = inner.expressions("set", place.context)
    roles = _roles(inner, place)
    chained = inner.string("chained")
    if target is not None:
        for name in values:
            inner.require("field", name, target.fields, "set", name)
        for name in roles:
            inner.require("role", name, target.roles, "roles", name)
        if chained is not None:
            inner.require("field", chained, _references(target, module_made), "chained")
        for index, name in enumerate(inner.names("copy")):
            inner.require("field", name, {*_files(target), "attachments"}, "copy", index)
    return Effect(
        kind,
        condition,
        values=values,
        relation=relation,
        module=module,
        for_each=inner.who("for_each", scope.people, place.context),
        made_as=inner.string("as"),
        chained=chained,
        roles=roles,
        copy=inner.names("copy"),
        as_system=inner.flag("as_system"),
    )


def _roles(inner: Part, place: EffectPlace) -> Mapping[str, Who]:
    roles = {}
    for name, value in inner.mapping("roles").items():
        who = inner.who_at(value, place.scope.people, place.context, "roles", name)
        if who is not None:
            roles[name] = who
    return MappingProxyType(roles)


def _files(module: ModuleNames) -> set[str]:
    return {code for code, data in module.fields.items() if data.get("type") == FieldType.FILES}


def _references(module: ModuleNames, to: str | None) -> set[str]:
    return {
        code for code, data in module.fields.items()
        if data.get("type") == FieldType.RECORD and data.get("of") == to
    }  # fmt: skip


def _sound_module(code: str | None, scope: ModuleScope) -> ModuleNames | None:
    return scope.all.modules[code] if code is not None and scope.all.is_sound("module", code) else None


def _link(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    inner = part.part(kind.value, "effect_link")
    if inner is None:
        return Effect(kind, condition)
    relation = inner.string("relation") or ""
    inner.require("relation", relation, place.scope.relations, "relation")
    return Effect(kind, condition, relation=relation, to=inner.expression("to", place.context))


def _act(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    inner = part.part(kind.value, "effect_act")
    if inner is None:
        return Effect(kind, condition)
    target = inner.string("to") or ""
    action = inner.string("action") or ""
    for module in _modules_at(inner, target, place.scope):
        names = _sound_module(module, place.scope)
        if names is not None:
            inner.require("action", action, names.actions, "action")
    return Effect(
        kind,
        condition,
        values=inner.expressions("input", place.context),
        target=target,
        action=action,
        where=inner.expression("where", Context.SET),
        as_system=inner.string("as") == "system",
        skip_refused=inner.flag("skip_refused"),
    )


def _modules_at(part: Part, target: str, scope: ModuleScope) -> tuple[str, ...]:
    """Give the modules that `relation`, `owner` or `owner.RELATION` leads to."""
    if target == "owner" or target.startswith("owner."):
        if not scope.module.owners:
            part.unknown("relation", target, scope.relations, "to")
        if target == "owner":
            return scope.module.owners
        relation = target.removeprefix("owner.")
        owners = [owner for owner in scope.module.owners if scope.all.is_sound("module", owner)]
        known = {name for owner in owners for name in scope.all.relation_names(owner)}
        if owners:
            part.require("relation", relation, known, "to")
        reached = (scope.all.related(owner, relation) for owner in owners)
    else:
        part.require("relation", target, scope.relations, "to")
        reached = (scope.all.related(scope.code, one) for one in (target,))
    return tuple(module for module in reached if module is not None)


def _emit(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    inner = part.part(kind.value, "effect_emit")
    event = part.string(kind.value) if inner is None else inner.string("event")
    steps = (kind.value,) if inner is None else (kind.value, "event")
    if event is not None:
        part.require("event", event, place.scope.module.events, *steps)
    if inner is None:
        return Effect(kind, condition, event=event)
    values = inner.expressions("data", place.context)
    return Effect(
        kind,
        condition,
        event=event,
        values=values,
        people=inner.who("people", place.scope.people, place.context),
    )


def _render(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    inner = part.part(kind.value, "effect_render")
    if inner is None:
        return Effect(kind, condition)
    inner.need("print", inner.string("print"), "print")
    into = inner.string("into") or ""
    inner.require("field", into, _files(place.scope.module), "into")
    return Effect(kind, condition, print=inner.string("print"), into=into)


def _deletion(part: Part, place: EffectPlace, kind: EffectKind, condition: Expression | None) -> Effect:
    return Effect(kind, condition)


_COMPILERS = {
    EffectKind.SET: _values,
    EffectKind.APPEND: _values,
    EffectKind.MOVE: _move,
    EffectKind.ADD: _people,
    EffectKind.REMOVE: _people,
    EffectKind.REPLACE: _people,
    EffectKind.HAND_OVER: _hand_over,
    EffectKind.HAND_BACK: _hand_back,
    EffectKind.CREATE: _create,
    EffectKind.LINK: _link,
    EffectKind.UNLINK: _link,
    EffectKind.ACT: _act,
    EffectKind.EMIT: _emit,
    EffectKind.RENDER: _render,
    EffectKind.DELETE: _deletion,
    EffectKind.RESTORE: _deletion,
}
