"""Who the people notation names, asked of a world.

`members` enumerates, `is_among` asks about one person and never enumerates everybody, `units_in`
gives the units of a unit set, `refusal_of_candidate` says why a choice may not be taken. Where a
record does not exist yet, give the record as it would be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from luongviec.engine.deciding.columns import NotationError, PeopleNames, SideNames
from luongviec.engine.expressions.comparison import identity_of
from luongviec.engine.expressions.compiled import EvaluationError
from luongviec.engine.expressions.views import EventFacts
from luongviec.engine.model import (
    Candidates,
    ListSource,
    Module,
    People,
    PeopleForm,
    PeopleKind,
    RelationSource,
    Role,
    UnitSet,
    UnitSetKind,
)
from luongviec.engine.people_notation import parse_people
from luongviec.engine.related import MAX_OWNERS, related_ids
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind, RecordState

if TYPE_CHECKING:
    from luongviec.engine.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Circumstances:
    """What people forms may speak of beside the organisation."""

    world: World
    record: RecordState | None = None
    actor: Actor | None = None
    input: Mapping[str, object] | None = None
    row: object = None
    event: EventFacts | None = None
    person: int | None = None


def members(
    world: World,
    people: People,
    *,
    record: RecordState | None = None,
    actor: Actor | None = None,
    input: Mapping[str, object] | None = None,  # noqa: A002 - the word of the language
    row: object = None,
    event: EventFacts | None = None,
    person: int | None = None,
) -> tuple[int, ...]:
    """Give the people that the notation names, each once, in the order of its forms."""
    around = Circumstances(world, record, actor, input, row, event, person)
    found: dict[int, None] = {}
    for form in people.any:
        found.update(dict.fromkeys(_members_of_form(around, form)))
    return tuple(
        user_id
        for user_id in found
        if not any(_among_form(around, form, user_id) for form in people.excepts)
        and _where_holds(around, people, user_id)
    )


def members_above(world: World, people: People, record: RecordState, levels: int) -> tuple[int, ...]:
    """Give who fills the slots so many units above: 0 is the unit of the role itself.

    A level is the nearest unit above that carries the role's side. Only what that unit itself has filled
    counts, so that each level is told apart from those above it.
    """
    found: dict[int, None] = {}
    for form in people.any:
        role = world.in_force(record).module.roles.get(form.role or "")
        if role is None or role.side is None:
            continue
        slots = _slots_with(world, role, form.ability) if form.ability is not None else None
        for holder in record.holders(role.code):
            unit = world.unit(holder.id) if holder.kind is HolderKind.UNIT else None
            path = () if unit is None else unit.path
            for _ in range(max(levels, 0)):
                path = _path_above(world, path, role.side)
            for holding in world.holders_of(path[-1], role.side) if path else ():
                if holding.slot in slots if slots is not None else form.slot in (None, "*", holding.slot):
                    found[holding.user_id] = None
    return tuple(found)


def is_among(
    world: World,
    people: People,
    user_id: int,
    *,
    record: RecordState | None = None,
    actor: Actor | None = None,
    input: Mapping[str, object] | None = None,  # noqa: A002 - the word of the language
    row: object = None,
    event: EventFacts | None = None,
    person: int | None = None,
) -> bool:
    """Whether the notation names a person, without enumerating large populations."""
    around = Circumstances(world, record, actor, input, row, event, person)
    return (
        any(_among_form(around, form, user_id) for form in people.any)
        and not any(_among_form(around, form, user_id) for form in people.excepts)
        and _where_holds(around, people, user_id)
    )


def _where_holds(around: Circumstances, people: People, user_id: int) -> bool:
    if people.where is None:
        return True
    from luongviec.engine.expressions.scope import scope_for  # noqa: PLC0415 - scopes offer `people()`, people use scopes

    scope = scope_for(
        around.world,
        around.record,
        actor=around.actor,
        input=around.input,
        event=around.event,
        person=user_id,
    )
    return people.where.holds(scope)


# --- One form ---------------------------------------------------------------------------------------


def _members_of_form(around: Circumstances, form: PeopleForm) -> Iterable[int]:
    return _MEMBERS[form.kind](around, form)


def _among_form(around: Circumstances, form: PeopleForm, user_id: int) -> bool:
    world = around.world
    if form.kind is PeopleKind.EVERYONE:
        person = world.person(user_id)
        return person is not None and person.active
    if form.kind is PeopleKind.GROUP:
        return form.name in world.groups(user_id)
    if form.kind is PeopleKind.SIDE:
        return any(
            holding.side == form.side and form.slot in (None, holding.slot)
            for holding in world.holdings(user_id)
        )
    return user_id in _members_of_form(around, form)


def _role(around: Circumstances, record: RecordState, code: str | None) -> Role | None:
    return None if code is None else around.world.in_force(record).module.roles.get(code)


def _role_members(around: Circumstances, record: RecordState, code: str | None) -> Iterable[int]:
    """People who hold a role, or who speak for the units that hold it."""
    role = _role(around, record, code)
    if role is None:
        return
    for holder in record.holders(role.code):
        if holder.kind is HolderKind.USER:
            yield holder.id
        elif role.speaks:
            yield from _slot_members(around.world, holder.id, role, lambda slot: slot in role.speaks)


def _slot_members(
    world: World, unit_id: int, role: Role, takes: Callable[[str], bool], *, above: bool = False
) -> Iterable[int]:
    """People in slots of a unit on the role's side; branch slots are read in the units above too."""
    unit = world.unit(unit_id)
    if unit is None or role.side is None:
        return
    path = _path_above(world, unit.path, role.side) if above else unit.path
    if not path:
        return
    for holding in world.holders_of(path[-1], role.side):
        if takes(holding.slot):
            yield holding.user_id
    side = world.workspace.sides.get(role.side)
    branch = {code for code, slot in side.slots.items() if slot.branch and takes(code)} if side else set()
    if branch:
        for ancestor in reversed(path[:-1]):
            for holding in world.holders_of(ancestor, role.side):
                if holding.slot in branch:
                    yield holding.user_id


def _path_above(world: World, path: tuple[int, ...], side: str) -> tuple[int, ...]:
    """The path to the nearest unit above that carries the side: headings in between have nobody."""
    carrying = set(world.units_with_side(side))
    path = path[:-1]
    while path and path[-1] not in carrying:
        path = path[:-1]
    return path


def _slots_with(world: World, role: Role, ability: str | None) -> frozenset[str]:
    side = None if role.side is None else world.workspace.sides.get(role.side)
    if side is None:
        return frozenset()
    return frozenset(code for code, slot in side.slots.items() if ability in slot.abilities)


def _unit_role_members(around: Circumstances, record: RecordState, form: PeopleForm) -> Iterable[int]:
    role = _role(around, record, form.role)
    if role is None:
        return
    if form.ability is not None:
        slots = _slots_with(around.world, role, form.ability)
        takes: Callable[[str], bool] = slots.__contains__
    elif form.slot is None or form.slot == "*":
        takes = _any_slot
    else:
        takes = form.slot.__eq__
    for holder in record.holders(role.code):
        if holder.kind is HolderKind.UNIT:
            yield from _slot_members(around.world, holder.id, role, takes, above=form.above)


def _any_slot(_slot: str) -> bool:
    return True


def derived_records(world: World, record: RecordState, prefix: str | None) -> Sequence[RecordState]:
    """Give the records that a derived role's prefix leads to, nearest first, without this one."""
    derived = world.in_force(record).module.derived_roles.get(prefix or "")
    if derived is None:
        return ()
    found: dict[int, RecordState] = {}
    frontier = [record]
    for _ in range(min(derived.depth, MAX_OWNERS)):
        following = []
        for state in frontier:
            for record_id in related_ids(world, state, derived.via):
                if record_id != record.id and record_id not in found:
                    reached = world.record(record_id)
                    if reached is not None:
                        found[record_id] = reached
                        following.append(reached)
        frontier = following
        if not frontier:
            break
    return tuple(found.values())


def _of_role(around: Circumstances, form: PeopleForm) -> Iterable[int]:
    if around.record is not None:
        yield from _role_members(around, around.record, form.role)


def _of_derived(around: Circumstances, form: PeopleForm) -> Iterable[int]:
    if around.record is not None:
        for state in derived_records(around.world, around.record, form.prefix):
            yield from _role_members(around, state, form.role)


def _of_slot(around: Circumstances, form: PeopleForm) -> Iterable[int]:
    if around.record is not None:
        yield from _unit_role_members(around, around.record, form)


def _of_derived_slot(around: Circumstances, form: PeopleForm) -> Iterable[int]:
    if around.record is not None:
        for state in derived_records(around.world, around.record, form.prefix):
            yield from _unit_role_members(around, state, form)


def _of_value(around: Circumstances, value: object) -> Iterable[int]:
    parts = value if isinstance(value, tuple | list) else (value,)
    for part in parts:
        plain = part.id if isinstance(part, Holder) else identity_of(part)
        if isinstance(plain, int) and not isinstance(plain, bool):
            yield plain


def _of_field(around: Circumstances, form: PeopleForm) -> Iterable[int]:
    record, name = around.record, form.name or ""
    if record is None:
        return ()
    if name in around.world.in_force(record).module.roles:
        return _role_members(around, record, name)
    return _of_value(around, record.values.get(name))


def _of_input(around: Circumstances, form: PeopleForm) -> Iterable[int]:
    return _of_value(around, (around.input or {}).get(form.name or ""))


def _of_row_value(around: Circumstances, form: PeopleForm) -> Iterable[int]:
    row = around.row
    return _of_value(around, row.get(form.name or "") if isinstance(row, Mapping) else None)


def _of_managers(around: Circumstances, form: PeopleForm) -> Iterable[int]:
    if form.of is not None:
        for user_id in _members_of_form(around, form.of):
            yield from around.world.managers(user_id)


def _of_side(around: Circumstances, form: PeopleForm) -> Iterable[int]:
    world, code = around.world, form.side or ""
    if form.slot is not None:
        return world.slot_holders(code, form.slot)
    side = world.workspace.sides.get(code)
    return [user_id for slot in (side.slots if side else ()) for user_id in world.slot_holders(code, slot)]


def _actors(user_id: int | None) -> Iterable[int]:
    return () if user_id is None else (user_id,)


_MEMBERS: Mapping[PeopleKind, Callable[[Circumstances, PeopleForm], Iterable[int]]] = {
    PeopleKind.ROLE: _of_role,
    PeopleKind.DERIVED: _of_derived,
    PeopleKind.SLOT: _of_slot,
    PeopleKind.DERIVED_SLOT: _of_derived_slot,
    PeopleKind.ABILITY: _of_slot,
    PeopleKind.ACTOR: lambda around, form: _actors(around.actor.user_id if around.actor else None),
    PeopleKind.ACTING_FOR: lambda around, form: _actors(around.actor.acting_for if around.actor else None),
    PeopleKind.EVENT_PEOPLE: lambda around, form: around.event.people if around.event else (),
    PeopleKind.PERSON: lambda around, form: _actors(around.person),
    PeopleKind.ROW: lambda around, form: _of_value(around, around.row),
    PeopleKind.FIELD: _of_field,
    PeopleKind.INPUT: _of_input,
    PeopleKind.ROW_VALUE: _of_row_value,
    PeopleKind.MANAGER: _of_managers,
    PeopleKind.GROUP: lambda around, form: around.world.group_members(form.name or ""),
    PeopleKind.SIDE: _of_side,
    PeopleKind.EVERYONE: lambda around, form: around.world.everyone(),
}


# --- Notation in expressions --------------------------------------------------------------------

_PARSED: dict[int, tuple[Module, dict[str, People]]] = {}


def people_of(module: Module, notation: str) -> People:
    """Read the notation that an expression names (`holds`, `people`); the checker has seen it."""
    kept = _PARSED.get(id(module))
    if kept is None:
        if len(_PARSED) > 500:
            _PARSED.clear()
        kept = _PARSED[id(module)] = (module, {})
    found = kept[1].get(notation)
    if found is None:
        try:
            found = parse_people(notation, _names_of(module))
        except NotationError as error:
            raise EvaluationError(source=notation, reason=str(error)) from error
        kept[1][notation] = found
    return found


def _names_of(module: Module) -> PeopleNames:
    return PeopleNames(
        roles=frozenset(module.roles),
        unit_sides={code: SideNames() for code, role in module.roles.items() if role.side is not None},
        derived={prefix: frozenset(derived.roles) for prefix, derived in module.derived_roles.items()},
        loose=True,
    )


# --- Units ------------------------------------------------------------------------------------------


def units_named(
    world: World,
    people: People,
    *,
    record: RecordState | None = None,
    input: Mapping[str, object] | None = None,  # noqa: A002 - the word of the language
    row: object = None,
) -> tuple[int, ...]:
    """Give the units that forms name (a unit role, a field, an input, a row), each once."""
    found: dict[int, None] = {}
    for form in people.any:
        if form.kind in (PeopleKind.ROLE, PeopleKind.FIELD) and record is not None:
            code = form.role or form.name or ""
            value: object = record.holders(code) or record.values.get(code)
        elif form.kind is PeopleKind.DERIVED and record is not None:
            states = derived_records(world, record, form.prefix)
            value = tuple(holder for state in states for holder in state.holders(form.role or ""))
        elif form.kind is PeopleKind.INPUT:
            value = (input or {}).get(form.name or "")
        elif form.kind is PeopleKind.ROW:
            value = row
        elif form.kind is PeopleKind.ROW_VALUE:
            value = row.get(form.name or "") if isinstance(row, Mapping) else None
        else:
            continue
        found.update(dict.fromkeys(_unit_ids(value)))
    return tuple(found)


def _unit_ids(value: object) -> Iterable[int]:
    for part in value if isinstance(value, tuple | list) else (value,):
        if isinstance(part, Holder):
            if part.kind is HolderKind.UNIT:
                yield part.id
        else:
            plain = identity_of(part)
            if isinstance(plain, int) and not isinstance(plain, bool):
                yield plain


def units_in(
    world: World, unit_set: UnitSet, *, record: RecordState | None = None, actor: Actor | None = None
) -> tuple[int, ...]:
    """Give the active units of a unit set, each once."""
    found: dict[int, None] = {}
    if unit_set.kind is UnitSetKind.SIDE:
        found.update(dict.fromkeys(world.units_with_side(unit_set.name)))
    elif unit_set.kind is UnitSetKind.MINE:
        if actor is not None and actor.user_id is not None:
            from luongviec.engine.deciding.authorities import holdings_of  # noqa: PLC0415 - authorities read scopes

            for holding in holdings_of(world, actor):
                side = world.workspace.sides.get(holding.side)
                slot = side.slots.get(holding.slot) if side else None
                if slot is None or unit_set.name not in slot.abilities:
                    continue
                found.update(
                    dict.fromkeys(
                        world.units_below(holding.unit_id, deep=True) if slot.branch else (holding.unit_id,)
                    )
                )
    elif record is not None:
        deep = unit_set.kind is UnitSetKind.WITHIN
        for holder in record.holders(unit_set.name):
            if holder.kind is HolderKind.UNIT:
                below = world.units_below(holder.id, deep=True) if deep else _units_below(world, holder.id)
                found.update(dict.fromkeys(below))
    return tuple(i for i in found if (unit := world.unit(i)) is not None and unit.active)


def _units_below(world: World, unit_id: int) -> Iterable[int]:
    """Give the units directly below, looking through headings.

    A node that carries no side only gathers units ("professional bodies", "districts"): what stands
    under it is directly below the unit above (O-15).
    """
    carrying = {carrier for side in world.workspace.sides for carrier in world.units_with_side(side)}
    waiting = list(world.units_below(unit_id, deep=False))
    while waiting:
        found = waiting.pop(0)
        gathered = () if found in carrying else world.units_below(found, deep=False)
        if gathered:
            waiting = [*gathered, *waiting]
        else:
            yield found


# --- Candidates -------------------------------------------------------------------------------------

NOT_A_CANDIDATE = Text("Không chọn được “{name}” ở đây.", "“{name}” cannot be chosen here.")
CLOSED_ACCOUNT = Text("Tài khoản “{name}” đã khóa.", "The account “{name}” is closed.")
CLOSED_UNIT = Text("Đơn vị “{name}” không còn hoạt động.", "The unit “{name}” is no longer active.")


def refusal_of_candidate(
    world: World,
    candidates: Candidates | None,
    holder: Holder,
    *,
    record: RecordState | None = None,
    actor: Actor | None = None,
    input: Mapping[str, object] | None = None,  # noqa: A002 - the word of the language
    row: object = None,
    side: str | None = None,
) -> Text | None:
    """Say why somebody may not be chosen, or nothing if he may (T-133: `from` is enforced).

    Args:
        world: where people and units live.
        candidates: the word `from` of a field, input or role; None lets every active one be chosen.
        holder: the person or unit that was chosen.
        record: the record as it would be, whose roles the notation may read.
        actor: who chooses.
        input: what else was given.
        row: the row in which the choice was made.
        side: for units, the side that they must carry.
    """
    if holder.kind is HolderKind.UNIT:
        unit = world.unit(holder.id)
        if unit is None or not unit.active:
            return CLOSED_UNIT.filled({"name": unit.name if unit else holder.id})
        if side is not None and holder.id not in world.units_with_side(side):
            return NOT_A_CANDIDATE.filled({"name": unit.name})
        if isinstance(candidates, UnitSet):
            allowed: bool = holder.id in units_in(world, candidates, record=record, actor=actor)
        else:
            allowed = not isinstance(candidates, People) or holder.id in units_named(
                world, candidates, record=record, input=input, row=row
            )
        return None if allowed else NOT_A_CANDIDATE.filled({"name": unit.name})
    person = world.person(holder.id)
    if person is None or not person.active:
        return CLOSED_ACCOUNT.filled({"name": person.name if person else holder.id})
    if candidates is None or isinstance(candidates, ListSource | RelationSource):
        return None
    if isinstance(candidates, People) and is_among(
        world, candidates, holder.id, record=record, actor=actor, input=input, row=row
    ):
        return None
    return NOT_A_CANDIDATE.filled({"name": person.name})
