"""What expressions read: small views of records, people, units, statuses and options.

Every view is lazy (it keeps an id and asks the world when a name is read) and equal to its plain id
or code. `plain_value` leads back from a view to the value that a field stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from luongviec.engine.expressions.compiled import Holders, Readable
from luongviec.engine.model import Field, FieldType, Input, InputKind, Module, Option, Status
from luongviec.engine.related import home_unit, is_one, owner_of, related_ids, zone_of
from luongviec.engine.world import Actor, Holder, HolderKind, RecordState, Value

if TYPE_CHECKING:
    from luongviec.engine.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The world that views read, and the language in which they print."""

    world: World
    language: str = "vi"


class View(Readable):
    """A readable thing with an identity, equal to a plain id or code."""

    __slots__ = ("_reading",)
    _reading: Reading

    def __eq__(self, other: object) -> bool:
        return bool(self.identity == (other.identity if isinstance(other, Readable) else other))

    def __hash__(self) -> int:
        return hash(self.identity)


class ScopedPerson(View):
    """A person: `id, name, user_name, email, phone, language, active`."""

    __slots__ = ("_id",)

    def __init__(self, reading: Reading, user_id: int) -> None:
        self._reading = reading
        self._id = user_id

    @property
    def identity(self) -> object:
        return self._id

    def read(self, name: str) -> object:
        if name == "id":
            return self._id
        person = self._reading.world.person(self._id)
        if name not in _PERSON_NAMES:
            raise KeyError(name)
        return None if person is None else getattr(person, name)

    def __str__(self) -> str:
        return str(self.read("name") or "")


class ScopedActor(ScopedPerson):
    """Who acted; his name says in whose place, where he acted for somebody."""

    __slots__ = ("_principal",)

    def __init__(self, reading: Reading, user_id: int, principal: int | None) -> None:
        super().__init__(reading, user_id)
        self._principal = principal

    def read(self, name: str) -> object:
        found = super().read(name)
        if name != "name" or self._principal is None or not found:
            return found
        return ACTS_FOR[self._reading.language == "en"].format(
            found, ScopedPerson(self._reading, self._principal).read("name")
        )


#: How Vietnamese and English name somebody who acts in another's place.
ACTS_FOR = ("{} thay {}", "{} for {}")

_PERSON_NAMES = frozenset({"name", "user_name", "email", "phone", "language", "active"})


class ScopedUnit(View):
    """A unit: `id, name, code, kind, active, parent, level` (the root has level 1)."""

    __slots__ = ("_id",)

    def __init__(self, reading: Reading, unit_id: int) -> None:
        self._reading = reading
        self._id = unit_id

    @property
    def identity(self) -> object:
        return self._id

    def read(self, name: str) -> object:
        if name == "id":
            return self._id
        unit = self._reading.world.unit(self._id)
        if name in _UNIT_NAMES:
            return None if unit is None else getattr(unit, name)
        if name == "parent":
            has_parent = unit is not None and unit.parent_id is not None
            return ScopedUnit(self._reading, unit.parent_id) if has_parent else None  # type: ignore[arg-type, union-attr]
        if name == "level":
            return 0 if unit is None else len(unit.path)
        raise KeyError(name)

    def __str__(self) -> str:
        return str(self.read("name") or "")


_UNIT_NAMES = frozenset({"name", "code", "kind", "active"})


class ScopedStatus(View):
    """A status: `code, name, category, final, tone`."""

    __slots__ = ("_status",)

    def __init__(self, reading: Reading, status: Status) -> None:
        self._reading = reading
        self._status = status

    @property
    def identity(self) -> object:
        return self._status.code

    def read(self, name: str) -> object:
        if name == "final":
            return self._status.is_final
        if name == "tone":
            return self._status.tone.value
        if name == "label":
            return self._status.name
        if name in ("code", "name", "category"):
            return getattr(self._status, name)
        raise KeyError(name)

    def __str__(self) -> str:
        return self._status.name.in_language(self._reading.language)


class ScopedChoice(View):
    """An option of a choice: `code, label, tone, icon`; prints its label."""

    __slots__ = ("_option",)

    def __init__(self, reading: Reading, option: Option) -> None:
        self._reading = reading
        self._option = option

    @property
    def identity(self) -> object:
        return self._option.code

    def read(self, name: str) -> object:
        if name in ("label", "name"):
            return self._option.label
        if name == "tone":
            return self._option.tone.value if self._option.tone else None
        if name in ("code", "icon"):
            return getattr(self._option, name)
        raise KeyError(name)

    def __str__(self) -> str:
        return self._option.label.in_language(self._reading.language)


class ScopedRecord(View):
    """A record: its fields, roles and relations by their codes, and the names of every record."""

    __slots__ = ("_module", "_state")

    def __init__(self, reading: Reading, state: RecordState) -> None:
        self._reading = reading
        self._state = state
        self._module: Module | None = None

    @property
    def state(self) -> RecordState:
        """The record as it stands."""
        return self._state

    @property
    def identity(self) -> object:
        return self._state.id

    @property
    def module(self) -> Module:
        """The module in force for the record."""
        if self._module is None:
            self._module = self._reading.world.in_force(self._state).module
        return self._module

    def read(self, name: str) -> object:
        module = self.module
        field = module.fields.get(name)
        if field is not None:
            return view_of(self._reading, field, self._state.values.get(name))
        if name in module.roles:
            return holders_view(self._reading, self._state.holders(name))
        maker = _RECORD_NAMES.get(name)
        if maker is not None:
            return maker(self)
        if name in module.relations:
            return self._related(name)
        raise KeyError(name)

    def _related(self, name: str) -> object:
        world = self._reading.world
        ids = related_ids(world, self._state, name)
        states = [state for i in ids if (state := world.record(i)) is not None]
        if is_one(self.module, name):
            return ScopedRecord(self._reading, states[0]) if states else None
        return tuple(ScopedRecord(self._reading, state) for state in states)

    def status(self) -> ScopedStatus:
        """The status in the record's own group."""
        group = self._reading.world.in_force(self._state).group
        return ScopedStatus(self._reading, group.statuses[self._state.status])

    def owner(self) -> ScopedRecord | None:
        """The record that owns this one."""
        owner = owner_of(self._reading.world, self._state)
        return None if owner is None else ScopedRecord(self._reading, owner)

    def home(self) -> ScopedUnit | None:
        """The home unit."""
        unit_id = home_unit(self._reading.world, self._state)
        return None if unit_id is None else ScopedUnit(self._reading, unit_id)

    def number(self) -> object:
        """The number that the module's counter gave."""
        numbering = self.module.numbering
        return None if numbering is None else self._state.values.get(numbering.field)

    def creator(self) -> ScopedPerson | None:
        """Who made the record."""
        user_id = self._state.created_by
        return None if user_id is None else ScopedPerson(self._reading, user_id)

    def is_late(self) -> bool:
        """Whether an open record is past the field that its first buckets divide."""
        bucket = next(iter(self.module.buckets.values()), None)
        due = None if bucket is None else self._state.values.get(bucket.over)
        world = self._reading.world
        if due is None or self.status().read("final"):
            return False
        if isinstance(due, datetime):
            return due < world.now
        return due < world.now.astimezone(zone_of(world.workspace)).date()  # type: ignore[operator]

    def __str__(self) -> str:
        return self._state.title


_RECORD_NAMES = {
    "id": lambda record: record.state.id,
    "title": lambda record: record.state.title,
    "created_at": lambda record: record.state.created_at,
    "updated_at": lambda record: record.state.updated_at,
    "status_since": lambda record: record.state.status_since,
    "position": lambda record: record.state.position,
    "created_by": ScopedRecord.creator,
    "number": ScopedRecord.number,
    "is_late": ScopedRecord.is_late,
    "status": ScopedRecord.status,
    "owner": ScopedRecord.owner,
    "home": ScopedRecord.home,
}


class ScopedParameters(Readable):
    """`parameters.CODE`, resolved for a unit when read."""

    __slots__ = ("_unit_id", "_world")

    def __init__(self, world: World, unit_id: int | None) -> None:
        self._world = world
        self._unit_id = unit_id

    def read(self, name: str) -> object:
        if name not in self._world.workspace.parameters:
            raise KeyError(name)
        return self._world.parameter(name, self._unit_id)


class ScopedInput(Readable):
    """What an action was given, typed by its inputs; what was not given is nothing."""

    __slots__ = ("_inputs", "_module", "_reading", "_values")

    def __init__(
        self,
        reading: Reading,
        values: Mapping[str, object],
        inputs: Mapping[str, Input],
        module: Module | None = None,
    ) -> None:
        self._reading = reading
        self._values = values
        self._inputs = inputs
        self._module = module

    def read(self, name: str) -> object:
        value = self._values.get(name)
        asked = self._inputs.get(name)
        if asked is not None:
            return input_view(self._reading, asked, value)
        if self._module is not None and name in self._module.fields:
            return view_of(self._reading, self._module.fields[name], value)
        return loose_view(self._reading, value)


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What happened, as reactions and people forms read it (`event`)."""

    name: str
    actor: Actor | None = None
    at: datetime | None = None
    data: Mapping[str, object] | None = None
    reason: str | None = None
    people: tuple[int, ...] = ()


class ScopedEvent(Readable):
    """`event.name, actor, at, data, reason, people`."""

    __slots__ = ("_facts", "_reading")

    def __init__(self, reading: Reading, facts: EventFacts) -> None:
        self._reading = reading
        self._facts = facts

    def read(self, name: str) -> object:
        if name == "people":
            return Holders(ScopedPerson(self._reading, user_id) for user_id in self._facts.people)
        if name == "actor":
            actor = self._facts.actor
            if actor is None or actor.user_id is None:
                return None
            return ScopedActor(self._reading, actor.user_id, actor.acting_for)
        if name == "data":
            return ScopedInput(self._reading, self._facts.data or {}, {})
        if name in ("name", "at", "reason"):
            return getattr(self._facts, name)
        raise KeyError(name)


# --- From values to views and back ------------------------------------------------------------------


def holder_view(reading: Reading, holder: Holder) -> ScopedPerson | ScopedUnit:
    """Show one holder of a role."""
    if holder.kind is HolderKind.USER:
        return ScopedPerson(reading, holder.id)
    return ScopedUnit(reading, holder.id)


def holders_view(reading: Reading, holders: tuple[Holder, ...]) -> Holders:
    """Show those who hold a role."""
    return Holders(holder_view(reading, holder) for holder in holders)


def view_of(reading: Reading, field: Field, value: object) -> object:
    """Show a field's value: people, units, records and options as views, the rest as it is."""
    if value is None:
        return () if field.many or field.type == FieldType.FILES else None
    if isinstance(value, tuple):
        return tuple(_one_view(reading, field, part) for part in value)
    return _one_view(reading, field, value)


def _one_view(reading: Reading, field: Field, value: object) -> object:
    if isinstance(value, Readable):
        return value
    if isinstance(value, Holder):
        return holder_view(reading, value)
    if field.type == FieldType.CHOICE:
        option = field.option(value)
        return value if option is None else ScopedChoice(reading, option)
    if not isinstance(value, int):
        return value
    if field.type == FieldType.USER:
        return ScopedPerson(reading, value)
    if field.type == FieldType.UNIT:
        return ScopedUnit(reading, value)
    if field.type == FieldType.RECORD:
        state = reading.world.record(value)
        return None if state is None else ScopedRecord(reading, state)
    return value


def input_view(reading: Reading, asked: Input, value: object) -> object:
    """Show what was given for one input."""
    if asked.kind is InputKind.ROLE:
        parts = value if isinstance(value, tuple | list) else (() if value is None else (value,))
        return Holders(loose_view(reading, part) for part in parts)
    if asked.field is None:
        return loose_view(reading, value)
    if asked.field.type == FieldType.ROWS:
        columns = {column.name: column for column in asked.field.columns}
        rows = value if isinstance(value, tuple | list) else ()
        return tuple(ScopedInput(reading, row, columns) for row in rows)
    return view_of(reading, asked.field, value)


def loose_view(reading: Reading, value: object) -> object:
    """Show a value whose type nobody declared: holders, states and rows become views."""
    if isinstance(value, Holder):
        return holder_view(reading, value)
    if isinstance(value, RecordState):
        return ScopedRecord(reading, value)
    if isinstance(value, Mapping):
        return ScopedInput(reading, value, {})
    if isinstance(value, tuple | list) and not isinstance(value, Holders):
        return tuple(loose_view(reading, part) for part in value)
    return value


def plain_value(value: object) -> Value:
    """Give the value that a field would store for what an expression gave.

    People, units and records become ids, options their codes, lists tuples.
    """
    if isinstance(value, Readable):
        return plain_value(value.identity)
    if isinstance(value, Holder):
        return value.id
    if isinstance(value, RecordState):
        return value.id
    if isinstance(value, tuple | list | set | frozenset):
        return tuple(plain_value(part) for part in value)
    return value  # type: ignore[return-value]


def holders_in(value: object, kind: HolderKind) -> tuple[Holder, ...]:
    """Give the people or units that the result of an expression names, each once, in order."""
    parts = value if isinstance(value, tuple | list) else (value,)
    found: dict[Holder, None] = {}
    for part in parts:
        if isinstance(part, Holder):
            found[part] = None
        elif isinstance(part, ScopedPerson | ScopedUnit):
            own = HolderKind.USER if isinstance(part, ScopedPerson) else HolderKind.UNIT
            found[Holder(own, part._id)] = None
        elif isinstance(part, int) and not isinstance(part, bool):
            found[Holder(kind, part)] = None
    return tuple(holder for holder in found if holder.kind is kind)
