"""Effective rights: everything that a person may, and everybody who may something, with where it is from.

A person's own page is his to read; those of others, and who holds what, are for those who give function
permissions, keep accounts or read the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.model import Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holding, Person
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import has_function
from luongviec.services.rights.function_words import (
    FunctionSection,
    FunctionView,
    function_sections,
    function_view,
)
from luongviec.services.rights.reasons import Reasons, SourceView, beside, filled_words, group_names
from luongviec.store.folding import fold
from luongviec.store.organisation import groups as rows
from luongviec.store.organisation.function_rights import FunctionSource, function_sources, holders_of_function

PAGE_SIZE = 50
LONGEST_QUESTION = 200
LOOKING = ("admin.groups", "admin.users", "admin.audit")
#: The most lines that leave as a table.
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class HeldFunction:
    """A function permission of a person, with every reason for it."""

    function: FunctionView
    sources: tuple[SourceView, ...]


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A slot that a person fills in a unit."""

    side_code: str
    slot_code: str
    side: Text
    slot: Text
    abilities: tuple[Text, ...]
    unit_id: int
    unit: str
    above: str  # the units above it, from the top
    branch: bool
    active: bool  # whether the unit is
    since: datetime


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """A group that a person is in."""

    code: str
    name: Text
    since: datetime | None


@dataclass(frozen=True, slots=True)
class PersonRights:
    """Everything that one person holds by his place in the organisation."""

    id: int
    name: str
    user_name: str
    post: str
    active: bool
    functions: tuple[HeldFunction, ...]
    roles: tuple[HeldRole, ...]
    groups: tuple[HeldGroup, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds what was asked for."""

    id: int
    name: str
    user_name: str
    post: str
    active: bool
    sources: tuple[SourceView, ...]


@dataclass(frozen=True, slots=True)
class HolderPage:
    """One page of holders, by name."""

    label: Text
    note: Text
    holders: tuple[Holder, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class HolderQuestion:
    """What of the holders is asked for; `q` is looked for in names, without marks."""

    q: str = ""
    page: int = 1
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class AbilityChoice:
    """An ability, to ask who carries it."""

    side: str
    code: str
    side_name: Text
    label: Text


# --- One person -----------------------------------------------------------------------------------------


def person_rights(platform: Platform, actor: Actor, user_id: int) -> PersonRights:
    """Give what a person holds; one's own is everybody's to read.

    Raises:
        NotFound: there is no such person.
        Refused: not the actor's to see.
    """
    with platform.reading() as work:
        if user_id != actor.user_id:
            check_looks(work, actor)
        person = work.world.person(user_id)
        if person is None or rows.count_people(work.session, (user_id,)) == 0:
            raise NotFound()
        post = work.world.organisation.posts.get(user_id, "")
        return PersonRights(
            person.id, person.name, person.user_name, post, person.active,
            _functions(work, user_id), tuple(_roles(work, user_id)), _groups(work, user_id),
        )  # fmt: skip


def _functions(work: Work, user_id: int) -> tuple[HeldFunction, ...]:
    world, reasons = work.world, Reasons(work, (user_id,))
    found: dict[str, list[SourceView]] = {}
    for source in function_sources(world.organisation, world.workspace, user_id):
        found.setdefault(source.function, []).append(reasons.words(user_id, source))
    return tuple(
        HeldFunction(function_view(work.workspace, function), tuple(found[function]))
        for function in sorted(found)
    )


def _roles(work: Work, user_id: int) -> Iterator[HeldRole]:
    workspace = work.workspace
    for holding in work.world.holdings(user_id):
        side = workspace.sides.get(holding.side)
        slot = side.slots.get(holding.slot) if side else None
        unit = work.world.unit(holding.unit_id)
        if side is not None and slot is not None and unit is not None:
            abilities = tuple(_ability(workspace, code) for code in sorted(slot.abilities))
            yield HeldRole(
                side.code, slot.code, side.name, slot.label, abilities, unit.id, unit.name,
                _above(work, unit.id), slot.branch, unit.active, holding.since,
            )  # fmt: skip


def _groups(work: Work, user_id: int) -> tuple[HeldGroup, ...]:
    names = group_names(work)
    return tuple(
        HeldGroup(code, names.get(code, Text(code, code)), since)
        for (_, code), since in sorted(rows.member_since(work.session, (user_id,)).items())
    )


# --- Who holds something --------------------------------------------------------------------------------


def holders_of_permission(
    platform: Platform, actor: Actor, function: str, asked: HolderQuestion
) -> HolderPage:
    """Give everybody who holds a function permission somewhere.

    Raises:
        NotFound: there is no such function permission.
    """
    with platform.reading() as work:
        check_looks(work, actor)
        if function not in work.workspace.functions():
            raise NotFound()
        view = function_view(work.workspace, function)
        found: dict[int, list[FunctionSource]] = {}
        for user_id, source in holders_of_function(work.world.organisation, work.workspace, function):
            found.setdefault(user_id, []).append(source)

        def explain(user_ids: Collection[int]) -> dict[int, tuple[SourceView, ...]]:
            reasons = Reasons(work, user_ids)
            return {one: tuple(reasons.words(one, source) for source in found[one]) for one in user_ids}

        return _page(work, beside(view.label, view.place), view.note, found, explain, asked)


def holders_of_role(
    platform: Platform, actor: Actor, side_code: str, slot_code: str, asked: HolderQuestion
) -> HolderPage:
    """Give everybody who fills a slot, with the units.

    Raises:
        NotFound: there is no such slot.
    """
    with platform.reading() as work:
        check_looks(work, actor)
        side = work.workspace.sides.get(side_code)
        slot = side.slots.get(slot_code) if side else None
        if side is None or slot is None:
            raise NotFound()
        found = _filling(work, side_code, (slot_code,))
        note = slot.note or Text("", None)
        return _page(work, beside(slot.label, side.name), note, found, _explaining(work, found), asked)


def holders_of_ability(
    platform: Platform, actor: Actor, side_code: str, ability: str, asked: HolderQuestion
) -> HolderPage:
    """Give everybody who carries an ability on a side, through whichever slots.

    Raises:
        NotFound: there is no such side or ability.
    """
    with platform.reading() as work:
        check_looks(work, actor)
        side = work.workspace.sides.get(side_code)
        if side is None or ability not in _abilities(work.workspace):
            raise NotFound()
        slots = [code for code, slot in side.slots.items() if ability in slot.abilities]
        found = _filling(work, side_code, slots)
        label = beside(_ability(work.workspace, ability), side.name)
        return _page(work, label, Text("", None), found, _explaining(work, found), asked)


def all_functions(platform: Platform, actor: Actor) -> tuple[FunctionSection, ...]:
    """Give every function permission, to ask who holds it."""
    with platform.reading() as work:
        check_looks(work, actor)
        return function_sections(work.workspace, work.workspace.functions())


def all_abilities(platform: Platform, actor: Actor) -> tuple[AbilityChoice, ...]:
    """Give every ability that some slot of a side carries."""
    with platform.reading() as work:
        check_looks(work, actor)
        return tuple(
            AbilityChoice(side.code, code, side.name, _ability(work.workspace, code))
            for side in work.workspace.sides.values()
            for code in dict.fromkeys(one for slot in side.slots.values() for one in sorted(slot.abilities))
        )


# --- Parts ----------------------------------------------------------------------------------------------


def check_looks(work: Work, actor: Actor) -> None:
    """Refuse who has nothing to do with others' rights."""
    if not any(has_function(work, actor, function) for function in LOOKING):
        raise Refused(
            Text(
                "Cần quyền phân quyền chức năng, quản lý tài khoản hoặc xem nhật ký.",
                "This needs the permission to give permissions, manage accounts or read the journal.",
            )
        )


Explain = Callable[[Collection[int]], Mapping[int, tuple[SourceView, ...]]]


def _page(
    work: Work, label: Text, note: Text, found: Collection[int], explain: Explain, asked: HolderQuestion
) -> HolderPage:
    """Give one page of people by name, with their reasons."""
    people = work.world.organisation.people
    words = fold(asked.q[:LONGEST_QUESTION]).split()
    fitting = [
        person for user_id in found if (person := people.get(user_id)) is not None and _fits(person, words)
    ]
    fitting.sort(key=lambda person: (not person.active, person.sort_key, person.id))
    start = (max(1, asked.page) - 1) * asked.size
    shown = fitting[start : start + asked.size]
    reasons = explain([person.id for person in shown])
    posts = work.world.organisation.posts
    holders = tuple(
        Holder(one.id, one.name, one.user_name, posts.get(one.id, ""), one.active, reasons[one.id])
        for one in shown
    )
    return HolderPage(
        label, note, holders, len(fitting), max(1, asked.page), max(1, -(-len(fitting) // asked.size))
    )


def _fits(person: Person, words: Sequence[str]) -> bool:
    text = f"{fold(person.name)} {person.user_name}" if words else ""
    return all(word in text for word in words)


def _filling(work: Work, side: str, slots: Collection[str]) -> dict[int, list[Holding]]:
    found: dict[int, list[Holding]] = {}
    for slot in slots:
        for user_id in work.world.slot_holders(side, slot):
            held = [one for one in work.world.holdings(user_id) if (one.side, one.slot) == (side, slot)]
            found.setdefault(user_id, []).extend(held)
    return found


def _explaining(work: Work, found: Mapping[int, Sequence[Holding]]) -> Explain:
    def explain(user_ids: Collection[int]) -> dict[int, tuple[SourceView, ...]]:
        return {
            user_id: tuple(
                SourceView(filled_words(work.workspace, one), _path(work, one.unit_id), one.since)
                for one in found[user_id]
            )
            for user_id in user_ids
        }

    return explain


def _above(work: Work, unit_id: int) -> str:
    """Give the units above a unit, without the root and without headings."""
    kinds = work.workspace.unit_kinds
    above = [work.world.unit(one) for one in work.world.organisation.path(unit_id)[1:-1]]
    names = [
        unit.name
        for unit in above
        if unit is not None and not (unit.kind in kinds and kinds[unit.kind or ""].heading)
    ]
    return " › ".join(names)


def _path(work: Work, unit_id: int) -> str:
    """Give a unit with those above it."""
    unit = work.world.unit(unit_id)
    name = "" if unit is None else unit.name
    return " › ".join(part for part in (_above(work, unit_id), name) if part)


def _abilities(workspace: Workspace) -> Mapping[str, Text]:
    return {code: label for side in workspace.sides.values() for code, label in side.abilities.items()}


def _ability(workspace: Workspace, code: str) -> Text:
    return _abilities(workspace).get(code, Text(code, code))
