"""The functions of expressions that ask about records, people and units.

Each entry of `WORLD_FUNCTIONS` binds one function to a scope; names and arguments are those of
`functions.FUNCTIONS`. Functions speak of the scope's subject: the record before the action, in
`create` the record as it would be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from luongviec.engine.expressions.comparison import compare, identity_of
from luongviec.engine.expressions.compiled import Holders
from luongviec.engine.expressions.views import EventFacts, ScopedPerson, ScopedRecord
from luongviec.engine.people import is_among, members, members_above, people_of
from luongviec.engine.related import related_ids, zone_of
from luongviec.engine.world import RecordState

if TYPE_CHECKING:
    from luongviec.engine.expressions.scope import Scope


def _id(value: object) -> int | None:
    found = identity_of(value)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _subject(scope: Scope, of: object = None) -> RecordState | None:
    if isinstance(of, ScopedRecord):
        return of.state
    return scope.subject


def _matching(scope: Scope, relation: str, conditions: Mapping[str, object]) -> list[RecordState]:
    subject = _subject(scope, conditions.get("of"))
    if subject is None or ("of" in conditions and conditions["of"] is None):
        return []
    states = (scope.world.record(i) for i in related_ids(scope.world, subject, relation))
    return [state for state in states if state is not None and _matches(scope, state, conditions)]


def _matches(scope: Scope, state: RecordState, conditions: Mapping[str, object]) -> bool:
    return all(_fits(scope, state, name, wanted) for name, wanted in conditions.items() if name != "of")


def _fits(scope: Scope, state: RecordState, name: str, wanted: object) -> bool:
    if name == "open":
        final = scope.world.in_force(state).group.statuses[state.status].is_final
        return final is not bool(wanted)
    if name == "by":
        return state.created_by is not None and state.created_by == _id(wanted)
    view = ScopedRecord(scope.reading, state)
    value = view.status().read("category") if name == "category" else view.read(name)
    if isinstance(wanted, tuple | list) and not isinstance(wanted, Holders):
        return any(compare("==", value, one, zone_of(scope.world.workspace)) for one in wanted)
    return compare("==", value, wanted, zone_of(scope.world.workspace))


def _count(scope: Scope, relation: str, **conditions: object) -> int:
    return len(_matching(scope, relation, conditions))


def _sum(scope: Scope, relation: str, field: str, **conditions: object) -> object:
    values = [state.values.get(field) for state in _matching(scope, relation, conditions)]
    spans = [value for value in values if isinstance(value, timedelta)]
    if spans:
        return sum(spans, timedelta())
    return sum(value for value in values if isinstance(value, int | float))


def _latest(scope: Scope, relation: str, **conditions: object) -> ScopedRecord | None:
    # Records that a draft makes have ids below zero and are newer than any other.
    found = max(
        _matching(scope, relation, conditions),
        key=lambda state: (state.created_at, state.id < 0, abs(state.id)),
        default=None,
    )
    return None if found is None else ScopedRecord(scope.reading, found)


def _related(scope: Scope, relation: str, **conditions: object) -> tuple[ScopedRecord, ...]:
    return tuple(ScopedRecord(scope.reading, state) for state in _matching(scope, relation, conditions))


def _holds(scope: Scope, person: object, role: str) -> bool:
    subject, user_id = scope.subject, _id(person)
    if subject is None or user_id is None:
        return False
    asked = [user_id]
    if scope.actor is not None and scope.actor.user_id == user_id and scope.actor.acting_for is not None:
        asked.append(scope.actor.acting_for)
    form = people_of(scope.world.in_force(subject).module, role)
    return any(is_among(scope.world, form, one, record=subject, actor=scope.actor) for one in asked)


def _people(scope: Scope, notation: str) -> Holders:
    subject = scope.subject
    if subject is None:
        return Holders()
    form = people_of(scope.world.in_force(subject).module, notation)
    values, event = scope.given.get("input"), scope.given.get("event")
    found = members(
        scope.world,
        form,
        record=subject,
        actor=scope.actor,
        input=values if isinstance(values, Mapping) else None,
        row=scope.given.get("row"),
        event=event if isinstance(event, EventFacts) else None,
    )
    return _holders(scope, found)


def _people_above(scope: Scope, notation: str, levels: object) -> Holders:
    subject = scope.subject
    if subject is None or not isinstance(levels, int | float):
        return Holders()
    form = people_of(scope.world.in_force(subject).module, notation)
    return _holders(scope, members_above(scope.world, form, subject, int(levels)))


def _holders(scope: Scope, ids: Sequence[int]) -> Holders:
    return Holders(ScopedPerson(scope.reading, user_id) for user_id in ids)


def _chain(scope: Scope, role: str) -> Holders:
    subject = scope.subject
    links = [link for link in subject.hand_overs if link.role == role] if subject else []
    people = [link.giver for link in links] + ([links[-1].receiver] if links else [])
    return _holders(scope, people)


def _opened(scope: Scope, person: object, field: str | None = None) -> bool:
    subject, user_id = scope.subject, _id(person)
    if subject is None or user_id is None or subject.id < 0:
        return False
    return scope.world.opened(subject.id, user_id, field)


def _opened_file(scope: Scope, field: str, person: object) -> bool:
    return _opened(scope, person, field)


def _entered(scope: Scope, status: str) -> datetime | None:
    subject = scope.subject
    return None if subject is None else scope.world.entered(subject.id, status)


def _time_in(scope: Scope, status: str) -> timedelta | None:
    subject = scope.subject
    return None if subject is None else scope.world.time_in(subject.id, status)


def _within(scope: Scope, unit: object, ancestor: object) -> bool:
    above = {_id(one) for one in _several(ancestor)}
    for one in _several(unit):
        unit_id = _id(one)
        found = None if unit_id is None else scope.world.unit(unit_id)
        if found is not None and not above.isdisjoint(found.path):
            return True
    return False


def _several(value: object) -> Sequence[object]:
    return value if isinstance(value, tuple | list) else (value,)


def _manager(scope: Scope, person: object) -> Holders:
    found: dict[int, None] = {}
    for one in _several(person):
        user_id = _id(one)
        if user_id is not None:
            found.update(dict.fromkeys(scope.world.managers(user_id)))
    return _holders(scope, tuple(found))


def _clashes(scope: Scope, field: str, start: str, until: str) -> int:
    after = scope.given.get("after")
    state = after.state if isinstance(after, ScopedRecord) else (after or scope.record)
    if not isinstance(state, RecordState):
        return 0
    return scope.world.clashing(state, field, state.values.get(start), state.values.get(until), start, until)


def _bound(function: Any) -> Callable[[Scope], Callable[..., object]]:
    return lambda scope: partial(function, scope)


#: Name → a function that binds it to a scope.
WORLD_FUNCTIONS: Mapping[str, Callable[[Scope], Callable[..., object]]] = {
    name: _bound(function)
    for name, function in {
        "count": _count,
        "sum": _sum,
        "latest": _latest,
        "related": _related,
        "holds": _holds,
        "people": _people,
        "people_above": _people_above,
        "chain": _chain,
        "opened": _opened,
        "opened_file": _opened_file,
        "entered": _entered,
        "time_in": _time_in,
        "within": _within,
        "manager": _manager,
        "clashes": _clashes,
    }.items()
}
