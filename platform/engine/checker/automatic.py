"""What runs by itself: chains of steps that would never end, timers that never fire. E106, W111."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.checker.codes import register
from luongviec.engine.checker.fields import filled_fields
from luongviec.engine.checker.graphs import cycle
from luongviec.engine.checker.logic import always_holds
from luongviec.engine.checker.places import targets_of
from luongviec.engine.checker.subject import Subject
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.model import Effect, EffectKind, Module, People, RelationKind, Timer
from luongviec.engine.sources.reading import Steps
from luongviec.engine.text import Text

register(
    "E106",
    Text("Các bước tự động chạy vòng tròn", "Automatic steps that run in a circle"),
    Text(
        "Các bước tự động gọi lẫn nhau không dừng: {circle}.",
        "These automatic steps call each other without end: {circle}.",
    ),
    Text(
        "Thêm điều kiện if, hoặc đặt hẹn giờ hay một người ở giữa.",
        "Add an if, or put a timer or a person in between.",
    ),
)

register(
    "W111",
    Text("Hẹn giờ không bao giờ chạy", "A timer that never fires"),
    Text("Hẹn giờ “{timer}” không bao giờ chạy: {why}.", "The timer '{timer}' never fires: {why}."),
    Text("Sửa at hoặc unless.", "Mend at or unless."),
)
#: (module, "action" | "event" | "reaction", name or index).
Step = tuple[str, str, str]


def check_automatic(subject: Subject) -> None:
    """Check what runs by itself: that it ends, and that timers can fire."""
    _check_circle(subject)
    for module in subject.workspace.modules.values():
        _check_timers(subject, module)


def _check_circle(subject: Subject) -> None:
    """Find a circle of steps of which none waits for a condition, a timer or a person."""
    graph: dict[Step, set[Step]] = {}
    for module in subject.workspace.modules.values():
        for source, target in _edges(subject, module):
            graph.setdefault(source, set()).add(target)
    found = cycle({source: sorted(targets) for source, targets in sorted(graph.items())})
    if not found:
        return
    circle = " → ".join(f"{module}.{name}" for module, _, name in found)
    code, kind, name = next((step for step in found if step[1] == "reaction"), found[0])
    path: Steps = ("reactions", int(name)) if kind == "reaction" else (f"{kind}s", name)
    subject.report("E106", "module", code, path, circle=circle)


def _edges(subject: Subject, module: Module) -> Iterator[tuple[Step, Step]]:
    for action in module.actions.values():
        source: Step = (module.code, "action", action.code)
        if action.code in ("create", "edit"):
            yield source, (module.code, "event", "created" if action.code == "create" else "edited")
        for effect in action.effects:
            for target in effect_steps(subject, module, effect):
                yield source, target
    for index, reaction in enumerate(module.reactions):
        source = (module.code, "reaction", str(index))
        if reaction.condition is not None:
            continue
        for event in reaction.upon:
            yield _heard(subject, module, event), source
        for effect in reaction.effects:
            for target in effect_steps(subject, module, effect):
                yield source, target


def _heard(subject: Subject, module: Module, event: str) -> Step:
    """Give the step of an event that a reaction hears, also from an owned child (`REL.EVENT`)."""
    relation, _, inner = event.partition(".")
    if inner and relation in module.relations:
        return module.relations[relation].target, "event", inner
    return module.code, "event", event


def effect_steps(subject: Subject, module: Module, effect: Effect) -> Iterator[Step]:
    """Give the steps that an effect surely leads to; conditions, and acting down a tree, end chains."""
    if effect.condition is not None:
        return
    for event in events_of_effect(effect):
        yield module.code, "event", event
    if effect.kind == EffectKind.CREATE:
        yield from _creates(module, effect)
    elif effect.kind == EffectKind.ACT and effect.where is None and not _goes_down(module, effect):
        for code in targets_of(subject, module, effect.target or ""):
            yield code, "action", effect.action or ""


def events_of_effect(effect: Effect) -> Iterator[str]:
    """Give the events of the record itself that an effect may say."""
    match effect.kind:
        case EffectKind.SET | EffectKind.APPEND | EffectKind.RENDER:
            yield "edited"
        case EffectKind.MOVE:
            yield f"entered.{effect.status}"
        case EffectKind.ADD:
            yield f"joined.{effect.role}"
        case EffectKind.REMOVE:
            yield f"gone.{effect.role}"
        case EffectKind.REPLACE | EffectKind.HAND_OVER | EffectKind.HAND_BACK:
            yield f"gone.{effect.role}"
            yield f"joined.{effect.role}"
        case EffectKind.LINK:
            yield f"linked.{effect.relation}"
        case EffectKind.UNLINK:
            yield f"unlinked.{effect.relation}"
        case EffectKind.EMIT:
            yield effect.event or ""
        case EffectKind.DELETE:
            yield "deleted"
        case EffectKind.RESTORE:
            yield "restored"


def _creates(module: Module, effect: Effect) -> Iterator[Step]:
    target = effect.module
    if target is None and effect.relation is not None and effect.relation in module.relations:
        target = module.relations[effect.relation].target
    if target is not None and not (target == module.code and _runs_dry(effect)):
        yield target, "action", "create"


def _runs_dry(effect: Effect) -> bool:
    """Whether the record that is made leaves empty what the effect goes through, so that it stops."""
    over = effect.for_each
    if isinstance(over, Expression):
        names = {path[1] for path in over.paths if path[0] == "record" and len(path) > 1}
    elif isinstance(over, People):
        names = {form.role for form in over.any if form.role is not None}
    else:
        return False
    return bool(names) and not names & (set(effect.roles) | set(effect.values))


def _goes_down(module: Module, effect: Effect) -> bool:
    """Whether an `act` goes to owned children: every level has fewer below it, so it ends."""
    relation = module.relations.get(effect.target or "")
    return relation is not None and relation.kind is RelationKind.OWNS


# --- Timers ---------------------------------------------------------------------------------------


def _check_timers(subject: Subject, module: Module) -> None:
    filled = filled_fields(subject, module)
    for code, timer in module.timers.items():
        word, why = "at", _never_at(module, timer, filled)
        if why is None and timer.unless is not None and always_holds(timer.unless.tree):
            word, why = "unless", Text("unless luôn đúng", "unless always holds")
        if why is not None:
            path: Steps = ("timers", code, word)
            subject.report("W111", "module", module.code, path, value=True, timer=code, why=why)


def _never_at(module: Module, timer: Timer, filled: set[str]) -> Text | None:
    """Say why the time of a timer is always empty; None if it may have a value."""
    if timer.at.is_literal:
        return Text("at không phải một lúc nào", "at is no moment")
    for path in sorted(timer.at.paths):
        if path[0] == "record" and len(path) > 1 and path[1] in module.fields and path[1] not in filled:
            return Text(f"không gì điền “{path[1]}”", f"nothing fills '{path[1]}'")
    return None
