"""One action, reaction or timer while its effects run: who acts, on what, and what it has said.

Expressions read the record as it was before (`Run.before`), plus what was typed and what earlier
effects made. Events are noted here and answered by reactions once the effects are through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.expressions.scope import EventFacts, Scope, holders_in, scope_for
from luongviec.engine.model import Effect, Module, People, PeopleForm, PeopleKind, Role, Who
from luongviec.engine.people import members
from luongviec.engine.planning.plan import Occur
from luongviec.engine.planning.session import Session
from luongviec.engine.world import Actor, Holder, HolderKind, RecordState, Value, World

#: The name by which a timer's effects read how many times it has fired.
STEP = "step"


@dataclass(slots=True)
class Run:
    """What the effects of one action share.

    `trusted` runs come from rules, not from a person's choice: candidates (`from`) do not bind them.
    `path` stands before the names of inputs in errors (`recipients.0.`). `unborn` is the world without
    the record that is being made: what its rules count. A `quiet` run tells of no event.
    """

    session: Session
    actor: Actor
    record_id: int
    action: str
    entry: int
    before: World
    input: Mapping[str, object]
    reason: str | None = None
    trusted: bool = False
    depth: int = 0
    event: EventFacts | None = None
    source_id: int | None = None
    row: object = None
    made: dict[str, object] = field(default_factory=dict)
    events: list[Occur] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    moved: bool = False
    creating: bool = False
    unborn: World | None = None
    path: str = ""
    quiet: bool = False
    step: int | None = None  # of a timer: how many times it has fired with this one

    # --- Reading ----------------------------------------------------------------------------------

    @property
    def record_before(self) -> RecordState:
        """The record as it was before the effects."""
        record = self.before.record(self.record_id)
        return record if record is not None else self.session.record(self.record_id)

    @property
    def record(self) -> RecordState:
        """The record as the effects so far leave it."""
        return self.session.record(self.record_id)

    @property
    def module(self) -> Module:
        """The record's module at its pinned revision."""
        return self.session.draft.in_force(self.record_before).module

    def scope(self, row: object = None) -> Scope:
        """Give the names that the effects' expressions may read."""
        source = None if self.source_id is None else self.session.draft.record(self.source_id)
        return scope_for(
            self.before,
            self.record_before,
            actor=self.actor,
            input=self.input,
            action=self.module.actions.get(self.action),
            row=self.row if row is None else row,
            made={name: self._made_states(made) for name, made in self.made.items()},
            event=self.event,
            source=source,
            extra=None if self.step is None else {STEP: self.step},
        )

    def _made_states(self, made: object) -> object:
        if isinstance(made, tuple):
            return tuple(self._made_states(one) for one in made)
        return self.session.draft.record(made) if isinstance(made, int) else made

    def evaluate(self, expression: Expression, row: object = None) -> object:
        """Give the value of an expression of the effects."""
        return expression.evaluate(self.scope(row))

    def holds(self, condition: Expression | None, row: object = None) -> bool:
        """Whether a condition lets an effect run."""
        return condition is None or bool(self.evaluate(condition, row))

    def role(self, code: str) -> Role:
        """Give a role of the module."""
        return self.module.roles[code]

    def holders(self, who: Who | None, kind: HolderKind, row: object = None) -> tuple[Holder, ...]:
        """Give the people or units that an effect names."""
        if who is None:
            return ()
        if isinstance(who, Expression):
            return holders_in(self.evaluate(who, row), kind)
        if kind is HolderKind.UNIT:
            parts = [holder for form in who.any for holder in self._units(form, row)]
            return tuple(dict.fromkeys(parts))
        return tuple(Holder(kind, user_id) for user_id in self.people(who, row))

    def people(self, people: People, row: object = None) -> tuple[int, ...]:
        """Give the people that a people notation stands for, before the action."""
        return tuple(
            members(
                self.before,
                people,
                record=self.record_before,
                actor=self.actor,
                input=self.input,
                row=self.row if row is None else row,
                event=self.event,
            )
        )

    def _units(self, form: PeopleForm, row: object) -> tuple[Holder, ...]:
        """Give units where the notation of people stands for a unit role."""
        record = self.record_before
        name = form.name or form.role or ""
        if form.kind is PeopleKind.ROW:
            return holders_in(self.row if row is None else row, HolderKind.UNIT)
        if form.kind is PeopleKind.INPUT:
            return holders_in(self.input.get(name), HolderKind.UNIT)
        if form.kind is PeopleKind.ROW_VALUE:
            values = self.row if row is None else row
            value = values.get(name) if isinstance(values, Mapping) else None
            return holders_in(value, HolderKind.UNIT)
        if name in self.module.roles:
            return record.holders(name)
        return holders_in(record.values.get(name), HolderKind.UNIT)

    def apply(self, effects: Iterable[Effect]) -> None:
        """Plan effects in order; each is asked its `if` on the record as it was before."""
        for effect in effects:
            if self.holds(effect.condition):
                self.session.effects.apply(EffectStep(effect, self))

    # --- Telling ----------------------------------------------------------------------------------

    def occur(
        self,
        event: str,
        people: tuple[int, ...] = (),
        data: Mapping[str, Value] | None = None,
        *,
        at: int | None = None,
    ) -> None:
        """Note an event of the record (or of `at`), and of its owner where somebody listens there."""
        if self.quiet:
            return
        record = self.record if at is None else self.session.record(at)
        self._tell(Occur(record.id, event, people, data or {}, self.reason))
        if record.owner_id is None or record.owner_relation is None:
            return
        owner = self.session.draft.record(record.owner_id)
        heard = f"{record.owner_relation}.{event}"
        if owner is not None and self._listens(owner, heard):
            self._tell(Occur(owner.id, heard, people, data or {}, self.reason, record.id))

    def _tell(self, happened: Occur) -> None:
        self.session.log(self.entry, happened)
        self.events.append(happened)

    def _listens(self, owner: RecordState, event: str) -> bool:
        in_force = self.session.draft.in_force(owner)
        notified = in_force.notification_set
        return any(event in reaction.upon for reaction in in_force.module.reactions) or (
            notified is not None and event in notified.events
        )

    def tell_edited(self) -> None:
        """Note once which fields the effects changed."""
        if self.edited and not self.creating:
            self.occur("edited", data={"fields": tuple(dict.fromkeys(self.edited))})


@dataclass(frozen=True, slots=True)
class EffectStep:
    """What the function of an effect gets: the effect and the run it is part of."""

    effect: Effect
    run: Run

    @property
    def session(self) -> Session:
        """The workbench on which changes are made."""
        return self.run.session
