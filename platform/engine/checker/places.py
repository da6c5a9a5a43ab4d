"""Every expression and template of a module's definitions, with its path and what it may name there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from luongviec.engine.checker.subject import Subject
from luongviec.engine.expressions.compiled import Context, Expression, Template
from luongviec.engine.expressions.types import (
    ANY,
    NUMBER,
    PERSON,
    TEXT,
    Environment,
    Type,
    ValueKind,
    environment,
    record_type,
    role_type,
    type_named,
    type_of_field,
)
from luongviec.engine.model import (
    Action,
    Candidates,
    Effect,
    EffectKind,
    Field,
    InputKind,
    MessageText,
    Module,
    NotificationSet,
    People,
)
from luongviec.engine.sources.reading import Steps

#: Built-in events that bring what somebody wrote.
WRITTEN_EVENTS = frozenset({"commented", "mentioned"})


@dataclass(frozen=True, eq=False)
class Placed:
    """An expression or template where it stands; `set_form` where it must become one query."""

    kind: str
    code: str
    path: Steps
    source: Expression | Template
    environment: Environment
    set_form: Module | None = None
    wanted: Type | None = None  # the type that the place takes


class ModulePlaces:
    """Walks one module."""

    def __init__(self, subject: Subject, module: Module) -> None:
        self.subject = subject
        self.module = module
        self._known: dict[tuple[Context, str | None], Environment] = {}

    def all(self) -> Iterator[Placed]:
        """Give every expression and template of the module itself."""
        yield self.placed(("title",), self.module.title, self.at(Context.TITLE))
        if self.module.numbering is not None:
            pattern = self.module.numbering.pattern
            yield self.placed(("number", "pattern"), pattern, self.at(Context.NUMBER))
        if self.module.attachment_limit is not None:
            most = self.module.attachment_limit
            yield self.placed(("attachment_limit",), most, self.at(Context.FIELD_LIMIT))
        for code, field in self.module.fields.items():
            yield from self.field(field, ("fields", code), None)
        yield from self.roles()
        for code, relation in self.module.relations.items():
            for name, value in relation.prefill.items():
                yield self.placed(("relations", code, "prefill", name), value, self.at(Context.PREFILL))
        for action in self.module.actions.values():
            yield from self.action(action)
        yield from self.rules()
        yield from self.reactions()
        yield from self.timers()
        yield from self.views()
        yield from self.standing_in()

    def at(self, context: Context, action: Action | None = None, **more: object) -> Environment:
        """Give the environment of a place of this module."""
        if more:
            return environment(self.subject.workspace, self.module, context, action=action, **more)  # type: ignore[arg-type]
        key = (context, None if action is None else action.code)
        if key not in self._known:
            self._known[key] = environment(self.subject.workspace, self.module, context, action=action)
        return self._known[key]

    def placed(
        self,
        path: Steps,
        source: Expression | Template,
        here: Environment,
        set_form: Module | None = None,
        wanted: Type | None = None,
    ) -> Placed:
        return Placed("module", self.module.code, path, source, here, set_form, wanted)

    # --- fields and roles ---

    def field(self, field: Field, path: Steps, action: Action | None) -> Iterator[Placed]:
        contexts = {
            "default": (field.default, Context.FIELD_DEFAULT),
            "computed": (field.computed, Context.FIELD_COMPUTED),
            "min": (field.min, Context.FIELD_LIMIT),
            "max": (field.max, Context.FIELD_LIMIT),
            "max_size": (field.max_size, Context.FIELD_LIMIT),
            "max_total": (field.max_total, Context.FIELD_LIMIT),
            "shown_when": (field.shown_when, Context.FIELD_CONDITION),
            "required_when": (field.required_when, Context.FIELD_CONDITION),
            "locked_when": (field.locked_when, Context.FIELD_CONDITION),
        }
        for word, (expression, context) in contexts.items():
            if expression is None:
                continue
            here = self.at(context, action)
            if action is not None and word == "default":
                here = here.with_names(**self.at(Context.GUARD, action).names)
            wanted = type_of_field(field) if word in ("default", "computed") else None
            yield self.placed((*path, word), expression, here, wanted=wanted)
        yield from self.candidates(field.candidates, (*path, "from"))
        for index, column in enumerate(field.columns):
            if column.field is not None and column.kind is InputKind.OWN:
                yield from self.field(column.field, (*path, "columns", index), action)

    def candidates(self, candidates: Candidates | None, path: Steps) -> Iterator[Placed]:
        if isinstance(candidates, People):
            yield from self.people(candidates, path, {})

    def people(self, people: object, path: Steps, names: Mapping[str, Type]) -> Iterator[Placed]:
        if isinstance(people, People) and people.where is not None:
            here = self.at(Context.PEOPLE).with_names(**{**names, "person": PERSON})
            yield self.placed((*path, "where"), people.where, here)

    def roles(self) -> Iterator[Placed]:
        for code, role in self.module.roles.items():
            path = ("roles", code)
            yield from self.candidates(role.candidates, (*path, "from"))
            if isinstance(role.default, Expression):
                here = self.at(Context.FIELD_DEFAULT)
                yield self.placed((*path, "default"), role.default, here)
            elif isinstance(role.default, People):
                yield from self.people(role.default, (*path, "default"), {})

    # --- actions, rules, reactions, timers ---

    def action(self, action: Action) -> Iterator[Placed]:
        path: Steps = ("actions", action.code)
        guard = self.at(Context.GUARD, action)
        if action.when is not None:
            yield self.placed((*path, "when"), action.when, guard)
        for index, one in enumerate(action.input):
            if one.kind is InputKind.OWN and one.field is not None:
                yield from self.field(one.field, (*path, "input", index), action)
        if action.voices is not None:
            yield self.placed((*path, "voices", "need"), action.voices.need, guard)
            yield from self.people(action.voices.of, (*path, "voices", "of"), guard.names)
        if action.by_link is not None:
            yield self.placed((*path, "by_link", "valid"), action.by_link.valid, guard)
            if action.by_link.rotate is not None:
                yield self.placed((*path, "by_link", "rotate"), action.by_link.rotate, guard)
            if action.by_link.paper is not None:
                yield self.placed((*path, "by_link", "paper"), action.by_link.paper, guard)
        yield from self.effects(action.effects, (*path, "effects"), guard)

    def effects(self, effects: tuple[Effect, ...], path: Steps, here: Environment) -> Iterator[Placed]:
        for index, effect in enumerate(effects):
            yield from self.effect(effect, (*path, index), here)

    def effect(self, effect: Effect, path: Steps, here: Environment) -> Iterator[Placed]:
        if effect.condition is not None:
            yield self.placed((*path, "if"), effect.condition, here)
        inside = (*path, effect.kind)
        words = {EffectKind.CREATE: "set", EffectKind.ACT: "input", EffectKind.EMIT: "data"}
        within: Steps = (*inside, words[EffectKind(effect.kind)]) if effect.kind in words else inside
        wanted = self.wanted_values(effect)
        for name, value in effect.values.items():
            yield self.placed((*within, name), value, here, wanted=wanted.get(name))
        for word, who in self.named(effect).items():
            if isinstance(who, Expression):
                yield self.placed((*inside, *word), who, here)
            else:
                yield from self.people(who, (*inside, *word), here.names)
        if effect.to is not None:
            yield self.placed((*inside, "to"), effect.to, here)
        if effect.where is not None:
            yield from self.target_condition(effect, inside, here)

    @staticmethod
    def named(effect: Effect) -> dict[Steps, object]:
        """Give what names people in an effect, by its words."""
        named: dict[Steps, object] = {
            ("to" if effect.kind == EffectKind.HAND_OVER else "who",): effect.who,
            ("for_each",): effect.for_each,
            ("people",): effect.people,
        }
        named.update({("roles", role): who for role, who in effect.roles.items()})
        return {word: who for word, who in named.items() if who is not None}

    def wanted_values(self, effect: Effect) -> dict[str, Type]:
        """Give the types that the values of an effect must have."""
        if effect.kind in (EffectKind.SET, EffectKind.APPEND):
            return {
                code: type_of_field(self.module.fields[code])
                for code in effect.values
                if code in self.module.fields
            }
        if effect.event is not None and effect.event in self.module.events:
            data = self.module.events[effect.event].data
            return {name: type_named(kind) for name, kind in data.items()}
        targets = self.targets(effect)
        if effect.kind == EffectKind.CREATE and len(targets) == 1:
            made = targets[0]
            return {code: type_of_field(made.fields[code]) for code in effect.values if code in made.fields}
        if effect.action is not None and len(targets) == 1 and effect.action in targets[0].actions:
            return self.wanted_input(targets[0], targets[0].actions[effect.action])
        return {}

    @staticmethod
    def wanted_input(module: Module, action: Action) -> dict[str, Type]:
        wanted = {}
        for one in action.input:
            if one.field is not None:
                wanted[one.name] = type_of_field(one.field)
            elif one.role is not None and one.role in module.roles:
                wanted[one.name] = role_type(module, one.role)
        return wanted

    def targets(self, effect: Effect) -> tuple[Module, ...]:
        """Give the modules of the records that a `create` makes or an `act` acts on."""
        modules = self.subject.workspace.modules
        if effect.module is not None:
            codes: tuple[str, ...] = (effect.module,)
        elif effect.kind == EffectKind.ACT and effect.target is not None:
            codes = targets_of(self.subject, self.module, effect.target)
        elif effect.relation is not None and effect.relation in self.module.relations:
            codes = (self.module.relations[effect.relation].target,)
        else:
            codes = ()
        return tuple(modules[code] for code in codes if code in modules)

    def target_condition(self, effect: Effect, path: Steps, here: Environment) -> Iterator[Placed]:
        targets = self.targets(effect)
        if effect.where is None or len(targets) != 1:
            return
        target = targets[0]
        names = {
            **here.names,
            "source": record_type(self.module.code),
            "record": record_type(target.code),
            "status": Type(ValueKind.STATUS, modules=(target.code,)),
        }
        there = Environment(here.workspace, target, names)
        yield self.placed((*path, "where"), effect.where, there, set_form=target)

    def rules(self) -> Iterator[Placed]:
        for index, rule in enumerate(self.module.rules):
            path: Steps = ("rules", index)
            action = None
            if rule.actions is not None and len(rule.actions) == 1:
                action = self.module.actions.get(rule.actions[0])
            here = self.at(Context.RULE, action)
            yield self.placed((*path, "when"), rule.when, here)
            if isinstance(rule.level, Expression):
                yield self.placed((*path, "level"), rule.level, here)

    def reactions(self) -> Iterator[Placed]:
        for index, reaction in enumerate(self.module.reactions):
            path: Steps = ("reactions", index)
            data = self.event_data(reaction.upon)
            here = self.at(Context.REACTION, event_data=data)
            if reaction.condition is not None:
                yield self.placed((*path, "if"), reaction.condition, here)
            yield from self.effects(reaction.effects, (*path, "do"), here)

    def event_data(self, events: tuple[str, ...]) -> Mapping[str, Type] | None:
        """Give what `event.data` holds when only one event may have come; None if that is not known."""
        if len(events) == 1 and events[0] in WRITTEN_EVENTS:
            return {"text": TEXT}
        if len(events) == 1 and events[0] in self.module.events:
            return {name: type_named(kind) for name, kind in self.module.events[events[0]].data.items()}
        return None

    def timers(self) -> Iterator[Placed]:
        for code, timer in self.module.timers.items():
            path: Steps = ("timers", code)
            here = self.at(Context.TIMER)
            moment = Type(ValueKind.DATETIME)
            yield self.placed((*path, "at"), timer.at, here, wanted=moment)
            if timer.unless is not None:
                yield self.placed((*path, "unless"), timer.unless, here)
            if timer.every is not None:
                yield self.placed((*path, "every"), timer.every, here, wanted=Type(ValueKind.DURATION))
            acting = self.at(Context.REACTION, event_data={}).with_names(step=NUMBER)
            yield from self.effects(timer.effects, (*path, "do"), acting)

    # --- what people see, standing in ---

    def views(self) -> Iterator[Placed]:
        here = self.at(Context.SET)
        for code, one in self.module.lists.items():
            if one.where is not None:
                yield self.placed(("lists", code, "where"), one.where, here, set_form=self.module)
        for code, bucket in self.module.buckets.items():
            for part in bucket.parts:
                path: Steps = ("buckets", code, "parts", part.code)
                yield self.placed((*path, "when"), part.when, here, set_form=self.module)
                for language, note in part.note.items():
                    yield self.placed((*path, "note", language), note, self.at(Context.NOTE))
        page = self.at(Context.PRINT)
        if self.module.stage_when is not None:
            yield self.placed(("stage_when",), self.module.stage_when, page)
        for index, block in enumerate(self.module.page):
            if block.show_when is not None:
                yield self.placed(("page", index, "show_when"), block.show_when, page)
            if block.live_when is not None:
                yield self.placed(("page", index, "live_when"), block.live_when, page)

    def standing_in(self) -> Iterator[Placed]:
        stands = self.module.stands_in
        if stands is None:
            return
        here = self.at(Context.TIMER)
        moment, number = Type(ValueKind.DATETIME), Type(ValueKind.NUMBER)
        words = (
            ("from", stands.since, moment),
            ("until", stands.until, moment),
            ("depth", stands.depth, number),
        )
        for word, expression, wanted in words:
            if expression is not None:
                yield self.placed(("stands_in", word), expression, here, wanted=wanted)


def targets_of(subject: Subject, module: Module, target: str) -> tuple[str, ...]:
    """Give the modules that `act.to` reaches: a relation, `owner` or `owner.RELATION`."""
    if target == "owner":
        return module.owners
    if target.startswith("owner."):
        relation = target.removeprefix("owner.")
        owners = (subject.workspace.modules.get(code) for code in module.owners)
        found = [o.relations[relation].target for o in owners if o is not None and relation in o.relations]
        return tuple(dict.fromkeys(found))
    return (module.relations[target].target,) if target in module.relations else ()


def set_places(subject: Subject, notifications: NotificationSet) -> Iterator[Placed]:
    """Give every template and condition of a notification set."""
    module = subject.workspace.modules.get(notifications.module)
    if module is None:
        return
    walk = ModulePlaces(subject, module)

    def at(event: str) -> Environment:
        return walk.at(Context.MESSAGE, event_data=walk.event_data((event,)))

    for event, cells in notifications.events.items():
        for cell in cells:
            if cell.when is not None:
                path: Steps = ("events", event, cell.recipient, "when")
                here = at(event).with_names(person=PERSON, actor=PERSON)
                yield Placed("notification_set", notifications.code, path, cell.when, here)
    for code, recipient in notifications.recipients.items():
        if recipient.people.where is not None:
            here = walk.at(Context.PEOPLE)
            path = ("recipients", code, "people", "where")
            yield Placed("notification_set", notifications.code, path, recipient.people.where, here)
    texts: list[tuple[str, Steps, MessageText]] = [
        *((event, (event,), text) for event, text in notifications.templates.items()),
        *((event, (event, "for", who), text) for (event, who), text in notifications.templates_for.items()),
    ]
    for event, steps, text in texts:
        for word in ("subject", "text", "email", "sms"):
            for language, template in getattr(text, word).items():
                path = ("templates", *steps, word, language)
                yield Placed("notification_set", notifications.code, path, template, at(event))
        if text.attach is not None:
            path = ("templates", *steps, "attach")
            wanted = Type(ValueKind.FILE, many=True)
            yield Placed("notification_set", notifications.code, path, text.attach, at(event), wanted=wanted)
    yield from _calendar_places(notifications, walk.at(Context.MESSAGE))


def _calendar_places(notifications: NotificationSet, here: Environment) -> Iterator[Placed]:
    calendar = notifications.calendar
    if calendar is None:
        return
    values = (("from", calendar.starts), ("until", calendar.until), ("answer", calendar.answer))
    for word, expression in values:
        if expression is not None:
            wanted = Type(ValueKind.TEXT if word == "answer" else ValueKind.DATETIME)
            path: Steps = ("calendar", word)
            yield Placed("notification_set", notifications.code, path, expression, here, wanted=wanted)
    for answer, reply in calendar.replies.items():
        for name, expression in reply.input.items():
            path = ("calendar", "replies", answer, "input", name)
            yield Placed("notification_set", notifications.code, path, expression, here)
    for word, texts in (("title", calendar.title), ("place", calendar.place), ("text", calendar.text)):
        for language, template in texts.items():
            path = ("calendar", word, language)
            yield Placed("notification_set", notifications.code, path, template, here)


def print_places(subject: Subject) -> Iterator[Placed]:
    """Give the body of every print."""
    for code, one in subject.workspace.prints.items():
        module = subject.workspace.modules.get(one.module)
        if module is not None:
            here = environment(subject.workspace, module, Context.PRINT)
            yield Placed("print", code, ("body",), one.body, here)


def module_places(subject: Subject, module: Module) -> list[Placed]:
    """Give every expression and template of a module, walked once for each check."""
    if module.code not in subject.walked:
        subject.walked[module.code] = list(ModulePlaces(subject, module).all())
    return subject.walked[module.code]


def places(subject: Subject) -> Iterator[Placed]:
    """Give every expression and template of the workspace."""
    for module in subject.workspace.modules.values():
        yield from module_places(subject, module)
    for notifications in subject.workspace.notification_sets.values():
        yield from set_places(subject, notifications)
    yield from print_places(subject)


__all__ = ["ANY", "ModulePlaces", "Placed", "module_places", "places", "targets_of"]
