"""The names that expressions and templates read, for every place in which one may stand.

`scope_for` gives a lazy mapping: nothing is asked of the world before an expression reads it, and
what was read once is kept for the next expression of the same decision. A name that the place does
not have is nothing here; the checker refuses it when definitions are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from luongviec.engine.deciding.personal import PERSONAL_NAMES, note_person
from luongviec.engine.expressions.scope_functions import WORLD_FUNCTIONS
from luongviec.engine.expressions.views import (
    EventFacts,
    Reading,
    ScopedEvent,
    ScopedInput,
    ScopedParameters,
    ScopedPerson,
    ScopedRecord,
    ScopedUnit,
    holders_in,
    loose_view,
    plain_value,
)
from luongviec.engine.model import Action, Calendar, Input
from luongviec.engine.related import home_unit, owner_of, zone_of
from luongviec.engine.world import Actor, RecordState

if TYPE_CHECKING:
    from luongviec.engine.world import World


class Scope(Mapping[str, object]):
    """The names of one evaluation. `record`, `after` and the rest are kept as they were given."""

    __slots__ = ("_known", "action", "actor", "given", "owner_state", "reading", "record", "unit_id", "world")

    def __init__(
        self,
        world: World,
        record: RecordState | None,
        *,
        actor: Actor | None,
        owner_state: RecordState | None,
        action: Action | None,
        unit_id: int | None,
        language: str,
        given: dict[str, object],
    ) -> None:
        self.world = world
        self.record = record
        self.actor = actor
        self.owner_state = owner_state
        self.action = action
        self.unit_id = unit_id
        self.given = given
        self.reading = Reading(world, language)
        self._known: dict[str, object] = {"_timezone": zone_of(world.workspace), "_language": language}

    def __getitem__(self, name: str) -> object:
        known = self._known
        if name in known:
            return known[name]
        maker = _MAKERS.get(name)
        if maker is not None:
            value = maker(self)
        elif name in WORLD_FUNCTIONS:
            value = WORLD_FUNCTIONS[name](self)
        else:
            value = self.given[name]
        if name in PERSONAL_NAMES:
            note_person()  # each time, so it is not kept
        else:
            known[name] = value
        return value

    def get(self, name: str, default: object = None) -> object:
        """Give a name's value, or another where there is none."""
        try:
            return self[name]
        except KeyError:
            return default

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*_MAKERS, *WORLD_FUNCTIONS, *self.given, *self._known)))

    def __len__(self) -> int:
        return len(tuple(iter(self)))

    def asked_by(self, world: World, actor: Actor) -> Scope:
        """Give the same scope as another would have it, in a world where the same is known."""
        viewer = None if self.given["viewer"] is None else actor.user_id
        return Scope(
            world,
            self.record,
            actor=None if self.actor is None else actor,
            owner_state=self.owner_state,
            action=self.action,
            unit_id=self.unit_id,
            language=self.reading.language,
            given={**self.given, "viewer": viewer},
        )

    @property
    def subject(self) -> RecordState | None:
        """The record that functions speak of: before the action, or in `create` after it."""
        if self.record is not None:
            return self.record
        after = self.given.get("after")
        return after.state if isinstance(after, ScopedRecord) else after  # type: ignore[return-value]

    @property
    def owner_record(self) -> RecordState | None:
        """The owner, as given or as the record has it."""
        if self.owner_state is not None:
            return self.owner_state
        subject = self.subject
        return None if subject is None else owner_of(self.world, subject)

    @property
    def home_id(self) -> int | None:
        """The unit for which parameters and calendar are resolved."""
        if self.unit_id is not None:
            return self.unit_id
        for state in (self.subject, self.owner_state):
            if state is not None:
                found = home_unit(self.world, state)
                if found is not None:
                    return found
        return None


def scope_for(
    world: World,
    record: RecordState | None,
    *,
    actor: Actor | None = None,
    owner: RecordState | None = None,
    input: Mapping[str, object] | None = None,  # noqa: A002 - the word of the language
    action: Action | None = None,
    row: object = None,
    made: Mapping[str, object] | None = None,
    after: RecordState | ScopedRecord | None = None,
    event: EventFacts | None = None,
    source: RecordState | None = None,
    person: int | None = None,
    viewer: int | None = None,
    recipient: int | None = None,
    home: int | None = None,
    language: str = "vi",
    extra: Mapping[str, object] | None = None,
) -> Scope:
    """Build the scope of an evaluation; leave out what the place does not have.

    Args:
        world: what is read; for `after` give a `ScopedRecord` of the draft world.
        record: the record before the action, None while one is being made.
        actor: who acts; the system acts without a person.
        owner: the owner of a record that does not exist yet.
        input: what the action was given.
        action: the action whose inputs type `input`.
        row: the row or holder that `spread` or `for_each` stands at.
        made: what earlier effects made, by their `as` names: records or ids.
        after: the state that the plan would leave.
        event: what happened, for reactions and people forms.
        source: the record that the event happened to, or that acts.
        person: whom a people form asks about.
        viewer: who looks, in lists and prints.
        recipient: whom a message is written to.
        home: the home unit, where no record says it yet.
        language: the language of printed names.
        extra: further names, such as `link`, `counter`, `year`.
    """
    given: dict[str, object] = dict(extra) if extra else {}
    given["input"] = input
    given["row"] = row
    given["made"] = made
    given["after"] = after
    given["event"] = event
    given["source"] = source
    given["person"] = person
    given["viewer"] = viewer
    given["recipient"] = recipient
    return Scope(
        world,
        record,
        actor=actor,
        owner_state=owner,
        action=action,
        unit_id=home,
        language=language,
        given=given,
    )


# --- One maker for each name ------------------------------------------------------------------------


def _record(scope: Scope) -> object:
    return None if scope.record is None else ScopedRecord(scope.reading, scope.record)


def _owner(scope: Scope) -> object:
    owner = scope.owner_record
    return None if owner is None else ScopedRecord(scope.reading, owner)


def _status(scope: Scope) -> object:
    return None if scope.record is None else ScopedRecord(scope.reading, scope.record).status()


def _home(scope: Scope) -> object:
    unit_id = scope.home_id
    return None if unit_id is None else ScopedUnit(scope.reading, unit_id)


def _actor(scope: Scope) -> object:
    return _person_view(scope, scope.actor.user_id if scope.actor else None)


def _acting_for(scope: Scope) -> object:
    return _person_view(scope, scope.actor.acting_for if scope.actor else None)


def _person_view(scope: Scope, user_id: object) -> object:
    return ScopedPerson(scope.reading, user_id) if isinstance(user_id, int) else user_id


def _given_person(name: str) -> Callable[[Scope], object]:
    return lambda scope: _person_view(scope, scope.given[name])


def _input(scope: Scope) -> object:
    values = scope.given["input"]
    asked: dict[str, Input] = {one.name: one for one in scope.action.input} if scope.action else {}
    module = None if scope.record is None else scope.world.in_force(scope.record).module
    return ScopedInput(scope.reading, values if isinstance(values, Mapping) else {}, asked, module)


def _row(scope: Scope) -> object:
    return loose_view(scope.reading, scope.given["row"])


def _made(scope: Scope) -> object:
    made = scope.given["made"]
    if not isinstance(made, Mapping):
        return None
    return {name: _made_view(scope, one) for name, one in made.items()}


def _made_view(scope: Scope, one: object) -> object:
    if isinstance(one, tuple | list):
        return tuple(_made_view(scope, part) for part in one)
    if isinstance(one, int):
        state = scope.world.record(one)
        return None if state is None else ScopedRecord(scope.reading, state)
    return loose_view(scope.reading, one)


def _after(scope: Scope) -> object:
    return loose_view(scope.reading, scope.given["after"])


def _event(scope: Scope) -> object:
    facts = scope.given["event"]
    return ScopedEvent(scope.reading, facts) if isinstance(facts, EventFacts) else facts


def _source(scope: Scope) -> object:
    return loose_view(scope.reading, scope.given["source"])


def _today(scope: Scope) -> object:
    return scope.world.now.astimezone(zone_of(scope.world.workspace)).date()


def _calendar(scope: Scope) -> Callable[[], Calendar]:
    return lambda: scope.world.calendar(scope.home_id)


_MAKERS: Mapping[str, Callable[[Scope], object]] = {
    "record": _record,
    "owner": _owner,
    "status": _status,
    "home": _home,
    "actor": _actor,
    "acting_for": _acting_for,
    "person": _given_person("person"),
    "viewer": _given_person("viewer"),
    "recipient": _given_person("recipient"),
    "input": _input,
    "row": _row,
    "made": _made,
    "after": _after,
    "event": _event,
    "source": _source,
    "parameters": lambda scope: ScopedParameters(scope.world, scope.home_id),
    "now": lambda scope: scope.world.now,
    "today": _today,
    "_calendar": _calendar,
}

__all__ = ["EventFacts", "Scope", "ScopedRecord", "holders_in", "plain_value", "scope_for"]
