"""Actions, rules, reactions, timers and events of a module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from luongviec.engine.compiling.effects import compile_effects
from luongviec.engine.compiling.fields import compile_inputs, literal
from luongviec.engine.compiling.names import BUILT_IN_ACTIONS, BUILT_IN_EVENTS
from luongviec.engine.compiling.parts import Part
from luongviec.engine.compiling.scope import ModuleScope
from luongviec.engine.expressions.compiled import Context
from luongviec.engine.model import (
    Action,
    ActionTone,
    ByLink,
    Effect,
    EffectKind,
    Event,
    Field,
    FieldType,
    Input,
    InputKind,
    Level,
    Reaction,
    Rule,
    Shown,
    Timer,
    Voices,
)
from luongviec.engine.text import Text

_LABELS = {
    "create": Text("Tạo mới", "Create"),
    "edit": Text("Sửa", "Edit"),
    "delete": Text("Xóa", "Delete"),
    "restore": Text("Khôi phục", "Restore"),
}
_DEFAULT_EFFECTS = {"delete": (Effect(EffectKind.DELETE),), "restore": (Effect(EffectKind.RESTORE),)}
_DELETE_QUESTION = Text(
    "Xóa hồ sơ này? Quản trị có thể khôi phục lại.", "Delete this record? An administrator can restore it."
)
#: The rows of a create form in which further records are asked for.
MORE = "more"
_NEEDS = ("any", "all", "majority")


def compile_actions(top: Part, scope: ModuleScope) -> Mapping[str, Action]:
    """Compile the actions of a module; the built-in ones are there whether written or not."""
    written = top.parts("actions", "action")
    actions = {}
    for code in BUILT_IN_ACTIONS:
        part = written.pop(code, None) or top.at("action", {}, "actions", code)
        actions[code] = _action(part, code, scope)
    for code, part in written.items():
        actions[code] = _action(part, code, scope)
    actions["create"] = _with_repeats(top, actions["create"])
    return MappingProxyType(actions)


def _action(part: Part, code: str, scope: ModuleScope) -> Action:
    label = part.text("label") or _LABELS.get(code)
    if label is None:
        part.report("E113", where=Text(f"tác vụ {code}", f"the action {code}"), name="label")
        label = Text(code)
    inputs = compile_inputs(part, scope)
    effects = compile_effects(part, "effects", scope, Context.GUARD)
    confirm = part.text("confirm")
    tone = part.string("tone")
    if code == "delete":
        confirm, tone = confirm or _DELETE_QUESTION, tone or ActionTone.REFUSE
    return Action(
        code=code,
        label=label,
        permission=part.string("permission") or code,
        icon=part.string("icon"),
        tone=ActionTone(tone or "plain"),
        shown=Shown(part.string("shown") or "menu"),
        when=part.expression("when", Context.GUARD),
        otherwise=part.text("otherwise"),
        input=inputs,
        confirm=confirm,
        effects=effects or _DEFAULT_EFFECTS.get(code, ()),
        voices=_voices(part, scope),
        spread=_spread(part, code, {one.name for one in inputs if one.field and one.field.type == "rows"}),
        by_link=_by_link(part),
        undo_minutes=part.whole("undo") or 0,
        bulk=part.flag("bulk", True),
        note=part.text("note"),
    )


def _spread(part: Part, code: str, rows: set[str]) -> str | None:
    source = part.string("spread")
    if source is None:
        return None
    word, _, name = source.partition(".")
    if code != "create" or word != "input" or name not in rows:
        part.report(
            "E112",
            "spread",
            value=True,
            name="spread",
            detail=Text(
                "chỉ dùng ở create và phải là input.TÊN của một ô loại rows",
                "goes with create only and must be input.NAME of type rows",
            ),
        )
    return name


def _with_repeats(top: Part, create: Action) -> Action:
    """Let `create` ask for further records in rows of its form; they share what `repeat` leaves out."""
    part = top.at("action", top.mapping("actions").get("create") or {}, "actions", "create")  # type: ignore[arg-type]
    names = part.names("repeat")
    known = {one.name: one for one in create.input}
    if not names:
        return create
    if MORE in known or not set(names) <= known.keys():
        part.report(
            "E112",
            "repeat",
            value=True,
            name="repeat",
            detail=Text(
                f"phải là tên các ô trong input của create, và không ô nào tên là {MORE}",
                f"must name inputs of create, none of which may be called {MORE}",
            ),
        )
        return create
    field = Field(MORE, FieldType.ROWS, top.label("name"), columns=tuple(known[name] for name in names))
    return replace(create, repeats=Input(MORE, InputKind.OWN, field=field))


def _voices(part: Part, scope: ModuleScope) -> Voices | None:
    inner = part.part("voices")
    if inner is None:
        return None
    people = inner.people("of", scope.people)
    need = inner.raw("need")
    expression = literal(str(need)) if need in _NEEDS else inner.expression_at(need, Context.GUARD, "need")
    against = inner.string("against")
    if against is not None:
        inner.require("action", against, scope.module.actions, "against")
    ends, ordered = inner.string("one_no") != "counts", inner.flag("ordered")
    if people is None or expression is None:
        return None
    return Voices(people, expression, against, ends, ordered)


def _by_link(part: Part) -> ByLink | None:
    inner = part.part("by_link")
    if inner is None:
        return None
    valid, rotate, paper = (
        inner.expression(name, Context.PARAMETERS) for name in ("valid", "rotate", "paper")
    )
    return None if valid is None else ByLink(inner.flag("qr"), valid, rotate, inner.flag("only"), paper)


# --- Rules, reactions, timers, events -----------------------------------------------------------------


def compile_rules(top: Part, scope: ModuleScope) -> tuple[Rule, ...]:
    """Compile the rules of a module."""
    return tuple(rule for part in top.items("rules", "rule") if (rule := _rule(part, scope)) is not None)


def _rule(part: Part, scope: ModuleScope) -> Rule | None:
    known = scope.permissions | frozenset(scope.module.actions)
    every = part.names("for") == ("*",)
    actions = None if every else scope.require_names(part, "for", "permission", known)
    part.raw("for")
    when = part.expression("when", Context.RULE)
    excepts = scope.require_names(part, "except", "permission", known)
    to = scope.require_statuses(part, "to")
    level = part.raw("level")
    fixed = Level(str(level)) if level in tuple(Level) else None
    computed = None if fixed or level is None else part.expression_at(level, Context.RULE, "level")
    marks = part.string("marks")
    if marks is not None and not scope.loose:
        part.require("field", marks, {*scope.module.fields, *scope.module.roles}, "marks")
    otherwise = part.label("otherwise")
    if when is None:
        return None
    return Rule(when, otherwise, actions, excepts, to, fixed or computed or Level.REFUSE, marks)


def compile_events(top: Part) -> Mapping[str, Event]:
    """Compile the events that `emit` may say."""
    events = {}
    for code, part in top.parts("events", "event").items():
        if code in BUILT_IN_EVENTS:
            part.report(
                "E124",
                name=code,
                first=Text("một sự kiện có sẵn", "a built-in event"),
                second=Text("sự kiện này", "this event"),
            )
        data = {name: str(kind) for name, kind in part.mapping("data").items()}
        events[code] = Event(code, part.label(), MappingProxyType(data))
    return MappingProxyType(events)


def compile_reactions(top: Part, scope: ModuleScope) -> tuple[Reaction, ...]:
    """Compile the reactions of a module."""
    reactions = []
    for part in top.items("reactions", "reaction"):
        for index, event in enumerate(part.names("upon")):
            steps: tuple[str | int, ...] = (
                ("upon",) if isinstance(part.data["upon"], str) else ("upon", index)
            )
            check_event(part, event, scope, *steps)
        condition = part.expression("if", Context.REACTION)
        reactions.append(
            Reaction(part.names("upon"), compile_effects(part, "do", scope, Context.REACTION), condition)
        )
    return tuple(reactions)


def compile_timers(top: Part, scope: ModuleScope) -> Mapping[str, Timer]:
    """Compile the timers of a module."""
    timers = {}
    for code, part in top.parts("timers", "timer").items():
        at, effects = part.expression("at", Context.TIMER), compile_effects(part, "do", scope, Context.TIMER)
        unless, every = part.expression("unless", Context.TIMER), part.expression("every", Context.TIMER)
        times = part.whole("times")
        if at is not None:
            timers[code] = Timer(code, at, effects, unless, every, times)
    return MappingProxyType(timers)


def check_event(part: Part, event: str, scope: ModuleScope, *steps: str | int) -> None:
    """Report an event that can never happen to a record of the module, or to an owned one."""
    if scope.loose or not scope.statuses_known():
        return
    known = events_of(scope)
    if event in known:
        return
    relation, _, rest = event.partition(".")
    names = scope.module
    if relation in names.relations and isinstance(names.relations[relation].get("owns"), str):
        target = str(names.relations[relation]["owns"])
        child = scope.all.modules.get(target)
        if child is None or not child.sound:
            return
        inner = ModuleScope(child, scope.all)
        if inner.statuses_known() and rest not in events_of(inner):
            part.unknown("event", event, {f"{relation}.{one}" for one in events_of(inner)}, *steps)
        return
    part.unknown("event", event, known, *steps)


def events_of(scope: ModuleScope) -> frozenset[str]:
    """Give every event that may happen to a record of a module."""
    names = scope.module
    dotted = [(("entered", "left"), scope.statuses), (("joined", "gone"), names.roles)]
    voiced = [code for code, data in names.actions.items() if "voices" in data]
    return (
        BUILT_IN_EVENTS
        | names.events
        | {f"{word}.{name}" for words, known in dotted for word in words for name in known}
        | {f"{word}.{name}" for word in ("linked", "unlinked") for name in scope.relations}
        | {f"voiced.{name}" for name in voiced}
    )
