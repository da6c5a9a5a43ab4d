"""Who stands in for whom now: the authorities that records of modules with `stands_in` give.

An authority is read from its record each time, so that it counts from its first moment to its last
and ends with its record. A chain (he stands in for one who stands in for a third) is an authority
too, as long as every link of it allows so many; it never comes round to where it began.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from luongviec.engine.deciding.personal import note_person
from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.expressions.views import plain_value
from luongviec.engine.model import Module, People, Role, StandsIn, StandsWhere
from luongviec.engine.moments import as_datetime
from luongviec.engine.related import MAX_OWNERS, owner_of, zone_of
from luongviec.engine.world import Actor, HolderKind, Holding, RecordState

if TYPE_CHECKING:
    from luongviec.engine.expressions.compiled import Expression
    from luongviec.engine.model import Workspace
    from luongviec.engine.world import World

_NEVER = datetime.max.replace(tzinfo=UTC)
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one link counts. What is None or empty narrows nothing.

    `record`: that record and what hangs on it. `modules`: their records and what hangs on these.
    `unit`: what the person is through slots of its branch. `abilities`: what he is through slots that
    carry one, and the roles for which candidates need one. `roles`: these alone.
    """

    record: int | None = None
    modules: frozenset[str] = frozenset()
    unit: int | None = None
    abilities: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    @property
    def is_of_slots(self) -> bool:
        """Whether only slots count, and no role that the person holds himself."""
        return self.unit is not None


@dataclass(frozen=True, slots=True)
class Authority:
    """That a deputy may act for a person: through which records, how far, since when and until when.

    `records` are the links, the one that the deputy himself was given first.
    """

    person: int
    deputy: int
    records: tuple[int, ...]
    module: str
    reaches: tuple[Reach, ...]
    may: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None

    def lets(self, permission: str) -> bool:
        """Whether a permission passes; seeing always does."""
        return self.may is None or permission == "view" or permission in self.may

    def lets_role(self, role: Role) -> bool:
        """Whether a role that the person holds himself passes."""
        return all(
            not reach.is_of_slots
            and (not reach.roles or role.code in reach.roles)
            and (not reach.abilities or not reach.abilities.isdisjoint(_abilities_needed(role)))
            for reach in self.reaches
        )

    def lets_unit_role(self, code: str) -> bool:
        """Whether a role of units passes, through whatever slot."""
        return all(not reach.roles or code in reach.roles for reach in self.reaches)

    def lets_slot(self, world: World, holding: Holding) -> bool:
        """Whether a slot that the person fills passes."""
        unit = world.unit(holding.unit_id)
        side = world.workspace.sides.get(holding.side)
        slot = None if side is None else side.slots.get(holding.slot)
        carried = frozenset() if slot is None else frozenset(slot.abilities)
        return all(
            (reach.unit is None or (unit is not None and reach.unit in unit.path))
            and (not reach.abilities or not reach.abilities.isdisjoint(carried))
            for reach in self.reaches
        )

    def covers(self, world: World, record: RecordState) -> bool:
        """Whether it counts for a record: named itself, or hanging on one that is."""
        return all(_reaches(world, reach, record) for reach in self.reaches)

    def covers_module(self, workspace: Workspace, module: str) -> bool:
        """Whether it counts for new records of a module that hang on nothing."""
        return all(
            reach.record is None and (not reach.modules or module in reach.modules) for reach in self.reaches
        )


def _abilities_needed(role: Role) -> frozenset[str]:
    """Give the abilities by which people are offered for a role."""
    forms = role.candidates.any if isinstance(role.candidates, People) else ()
    return frozenset(form.ability for form in forms if form.ability is not None)


def _reaches(world: World, reach: Reach, record: RecordState) -> bool:
    if reach.record is None and not reach.modules:
        return True
    current: RecordState | None = record
    for _ in range(MAX_OWNERS):
        if current is None:
            return False
        if current.id == reach.record or current.module in reach.modules:
            return True
        current = owner_of(world, current)
    return False


def once_for(world: World, actor: Actor, record: RecordState | None) -> tuple[Actor, ...]:
    """Give the actor in the place of each person for whom he has acted on a record before.

    Rules about identity are asked as each of them too: who did something for another does not judge
    it afterwards as somebody else.
    """
    if record is None or record.id <= 0 or actor.user_id is None or not standing_modules(world.workspace):
        return ()
    if world.deputies_on(record.id):
        note_person()  # others may have acted for somebody too, or for nobody
    people = world.acted_for(record.id, actor.user_id)
    return tuple(Actor(actor.user_id, one) for one in people if one != actor.acting_for)


# --- Links ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """One record that stands in, as it counts now."""

    authority: Authority
    depth: int


_STANDING: dict[int, tuple[Workspace, dict[str, StandsIn]]] = {}


def standing_modules(workspace: Workspace) -> dict[str, StandsIn]:
    """Give the modules whose records let somebody act for another, as the newest definitions say."""
    kept = _STANDING.get(id(workspace))
    if kept is None:
        if len(_STANDING) > 50:
            _STANDING.clear()
        found = {code: module.stands_in for code, module in workspace.modules.items() if module.stands_in}
        kept = _STANDING[id(workspace)] = (workspace, found)  # it stays alive, so its identity stays its own
    return kept[1]


def authorities_of(world: World, deputy: int) -> tuple[Authority, ...]:
    """Give every authority that somebody holds now, oldest first, chains after their first links."""
    first = _links(world, deputy)
    found = [link.authority for link in first]
    for link in first:
        found += _further(world, link, frozenset({deputy, link.authority.person}), link.depth)
    return tuple(found)


def deputies_of(world: World, person: int, record: RecordState) -> tuple[int, ...]:
    """Give those who stand in for a person on a record now, each once; not through chains."""
    if not standing_modules(world.workspace):
        return ()
    found: dict[int, None] = {}
    for record_id in world.authority_ids(person, given=True):
        source = world.record(record_id)
        for link in () if source is None else links_of(world, source):
            given = link.authority
            if given.person == person and given.covers(world, record):
                found[given.deputy] = None
    return tuple(found)


def given_by(world: World, person: int) -> tuple[tuple[Authority, StandsIn], ...]:
    """Give the links that take something from a person while they are in force (`person_keeps`)."""
    found = []
    for record_id in world.authority_ids(person, given=True):
        record = world.record(record_id)
        stands = None if record is None else world.in_force(record).module.stands_in
        if record is None or stands is None or stands.person_keeps is None:
            continue
        found += [
            (link.authority, stands) for link in links_of(world, record) if link.authority.person == person
        ]
    return tuple(found)


def holdings_of(world: World, actor: Actor) -> Iterator[Holding]:
    """Give the slots in which an actor may act: his own, then those of whom he stands in for.

    Where he acts for one person, those of that person.
    """
    if actor.user_id is None:
        return
    if actor.acting_for is None:
        yield from world.holdings(actor.user_id)
    if not standing_modules(world.workspace):
        return
    for authority in authorities_of(world, actor.user_id):
        is_asked = actor.acting_for in (None, authority.person)
        if is_asked and all(reach.record is None for reach in authority.reaches):
            yield from (one for one in world.holdings(authority.person) if authority.lets_slot(world, one))


def _links(world: World, deputy: int) -> list[Link]:
    records = [world.record(record_id) for record_id in world.authority_ids(deputy)]
    links = [
        link
        for record in records
        if record is not None
        for link in links_of(world, record)
        if link.authority.deputy == deputy and _is_active(world, link.authority.person)
    ]
    return sorted(links, key=lambda link: (link.authority.since or _EVER, link.authority.records))


def _further(world: World, link: Link, met: frozenset[int], depth: int) -> Iterator[Authority]:
    """Give what comes through those whom the person of a link stands in for, while `depth` lasts."""
    own = link.authority
    if depth <= len(own.records):
        return
    for above in _links(world, own.person):
        given = above.authority
        length = len(own.records) + 1
        if given.module != own.module or given.person in met or above.depth < length:
            continue
        joined = Authority(
            person=given.person,
            deputy=own.deputy,
            records=(*own.records, *given.records),
            module=own.module,
            reaches=(*own.reaches, *given.reaches),
            may=_both(own.may, given.may),
            since=max(own.since or _EVER, given.since or _EVER),
            until=min(own.until or _NEVER, given.until or _NEVER),
        )
        yield joined
        yield from _further(
            world, Link(joined, min(depth, above.depth)), met | {given.person}, min(depth, above.depth)
        )


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _is_active(world: World, user_id: int) -> bool:
    person = world.person(user_id)
    return person is not None and person.active


def links_of(world: World, record: RecordState, *, at_any_time: bool = False) -> tuple[Link, ...]:
    """Give what a record lets its deputies do, now or (`at_any_time`) between its two moments."""
    module = world.in_force(record).module
    stands = module.stands_in
    if stands is None or record.deleted_at is not None or record.status not in stands.during:
        return ()
    try:
        since = _moment(world, record, stands.since, last=False)
        until = _moment(world, record, stands.until, last=True)
        depth = 1 if stands.depth is None else _whole(world, record, stands.depth)
    except LuongViecError:
        return ()  # what cannot be read gives nothing
    if not at_any_time and not (since or _EVER) <= world.now <= (until or _NEVER):
        return ()
    reach = _reach(module, stands, record)
    if reach is None:
        return ()
    may = None if stands.may is None else frozenset(stands.may)
    return tuple(
        Link(Authority(person, deputy, (record.id,), record.module, (reach,), may, since, until), depth)
        for person in _people(record, stands.person)
        for deputy in _people(record, stands.deputy)
        if person != deputy
    )


def _people(record: RecordState, role: str) -> tuple[int, ...]:
    return tuple(holder.id for holder in record.holders(role) if holder.kind is HolderKind.USER)


def _reach(module: Module, stands: StandsIn, record: RecordState) -> Reach | None:
    """Give how far a record reaches; None where it names nothing to reach."""
    value = None if stands.field is None else record.values.get(stands.field)
    abilities = _codes(None if stands.abilities is None else record.values.get(stands.abilities))
    roles = frozenset(stands.roles)
    match stands.reaches:
        case StandsWhere.EVERYWHERE:
            return Reach(abilities=abilities, roles=roles)
        case StandsWhere.MODULES:
            return Reach(modules=_codes(value), abilities=abilities, roles=roles)
        case StandsWhere.OWNER:
            place: object = record.owner_id
        case _:
            place = value
    if not isinstance(place, int) or isinstance(place, bool):
        return None
    if stands.reaches is StandsWhere.BRANCH:
        return Reach(unit=place, abilities=abilities, roles=roles)
    return Reach(record=place, abilities=abilities, roles=roles)


def _codes(value: object) -> frozenset[str]:
    parts = value if isinstance(value, tuple) else (value,)
    return frozenset(part for part in parts if isinstance(part, str))


def _moment(
    world: World, record: RecordState, expression: Expression | None, *, last: bool
) -> datetime | None:
    """Give a moment that a record names; a day begins with its first instant and ends with its last."""
    if expression is None:
        return None
    value = plain_value(expression.evaluate(scope_for(world, record)))
    zone = zone_of(world.workspace)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        day = value + timedelta(days=1) if last else value
        moment = as_datetime(day, zone)
        return moment - timedelta(microseconds=1) if last else moment
    return None


def _whole(world: World, record: RecordState, expression: Expression) -> int:
    value = plain_value(expression.evaluate(scope_for(world, record)))
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 1


# --- Circles ----------------------------------------------------------------------------------------


def circle_of(world: World, record: RecordState) -> tuple[int, ...]:
    """Give the people among whom a record would close a circle, in turn; nothing where it closes none.

    Two stand in a circle where each stands in for the other at some same moment.
    """
    for link in links_of(world, record, at_any_time=True):
        own = link.authority
        found = _way_to(world, own, own.person, (own.deputy,), record.id)
        if found:
            return found
    return ()


def _way_to(world: World, own: Authority, now: int, met: tuple[int, ...], skipped: int) -> tuple[int, ...]:
    """Walk from a person to those he stands in for, until the deputy of `own` is met again."""
    for record_id in world.authority_ids(now):
        record = world.record(record_id)
        if record is None or record_id == skipped:
            continue
        for link in links_of(world, record, at_any_time=True):
            other = link.authority
            apart = other.module != own.module or other.deputy != now or not _meet(own, other)
            if apart or other.person in (now, *met[1:]):
                continue
            if other.person == own.deputy:
                return (*met, now)
            found = _way_to(world, own, other.person, (*met, now), skipped)
            if found:
                return found
    return ()


def _meet(one: Authority, other: Authority) -> bool:
    """Whether two authorities share a moment and may share a record."""
    in_time = (one.since or _EVER) <= (other.until or _NEVER) and (other.since or _EVER) <= (
        one.until or _NEVER
    )
    records = {reach.record for reach in (*one.reaches, *other.reaches) if reach.record is not None}
    return in_time and len(records) < 2
