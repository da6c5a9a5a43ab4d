"""Figures of the one decision: a page of 50 records with all actions, and one transition.

Run `python bench/decide.py`; it prints medians of one run on the shipped definitions and asserts
nothing. Ratios matter more than the figures of one machine.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from transitions import Machine

from luongviec.engine.compiler import compile_workspace
from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.deciding.offers import OfferKind, offers
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.machines import StatusModel, machine_for, move
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.model import Module, Workspace
from luongviec.engine.sources.reading import load_sources
from luongviec.engine.world import Actor, HolderKind, RecordState

ROWS = 50


def median_ms(work: Callable[[], object], repeats: int = 60) -> float:
    """Give the median processor time of one call in milliseconds, after a few to warm up."""
    for _ in range(5):
        work()
    times = []
    for _ in range(repeats):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1000


def a_page(workspace: Workspace, module: Module, seed: int = 1) -> tuple[MemoryWorld, int, list[RecordState]]:
    """Make 50 records in all statuses, on each of which one person holds a role or two."""
    chance = random.Random(seed)
    world = MemoryWorld(workspace)
    units = [world.add_unit("U1", sides=workspace.sides)]
    units += [world.add_unit(f"U{n}", chance.choice(units), sides=workspace.sides) for n in range(2, 30)]
    people = [world.add_person(f"P{n}") for n in range(40)]
    person = people[0]
    for side in workspace.sides.values():
        for unit in units:
            for slot in side.slots:
                world.fill_slot(unit, side.code, slot, chance.choice(people))
    group = workspace.status_groups[module.status_groups[0]]
    users = [role.code for role in module.roles.values() if role.of is HolderKind.USER]
    for _ in range(ROWS):
        roles: dict[str, list[int]] = {}
        for role in module.roles.values():
            ids = people[1:] if role.of is HolderKind.USER else units
            roles[role.code] = [chance.choice(ids)]
        for mine in chance.sample(users, k=min(2, len(users))):
            roles[mine] = [person]
        world.add_record(module.code, status=chance.choice(list(group.statuses)), roles=roles)
    return world, person, list(world.records.values())


def report(workspace: Workspace, module: Module) -> None:
    """Print the figures of one module."""
    world, person, rows = a_page(workspace, module)
    actor = Actor(person)

    def page(kinds: tuple[OfferKind, ...]) -> int:
        standing = Standing(world, actor)
        return sum(len(offers(world, actor, row, kinds=kinds, standing=standing)) for row in rows)

    def every_action() -> int:
        standing = Standing(world, actor)
        return sum(
            decide(world, actor, action, row, standing=standing).allowed
            for row in rows
            for action in module.actions
        )

    def fields() -> int:
        standing = Standing(world, actor)
        return sum(len(field_access(world, actor, row, standing=standing)) for row in rows)

    whole = tuple(OfferKind)
    rules = (OfferKind.ACTION, OfferKind.MOVE)
    print(f"{module.code}: {ROWS} records, {len(module.actions)} actions")
    print(f"  actions and moves offered ({page(rules)})  {median_ms(lambda: page(rules)):8.3f} ms")
    print(f"  everything offered ({page(whole)})        {median_ms(lambda: page(whole)):8.3f} ms")
    print(f"  every action decided with proof    {median_ms(every_action):8.3f} ms")
    print(f"  access to every field              {median_ms(fields):8.3f} ms")


def report_transitions(workspace: Workspace, module: Module) -> None:
    """Compare one transition through the engine with a bare machine."""
    group = workspace.status_groups[module.status_groups[0]]
    begin = group.initial.code
    column, targets = next(iter(group.transitions[begin].items()))
    to = targets[0]
    bare = Machine(
        model=None, states=list(group.statuses), initial=begin, auto_transitions=False, send_event=True,
        model_attribute="status",
    )  # fmt: skip
    bare.add_transition(to, begin, to)
    machine_for(group)

    def times(work: Callable[[], object]) -> float:
        return median_ms(lambda: [work() for _ in range(100)], 30) * 10

    through_engine = times(lambda: move(group, begin, (column,), to))
    through_bare = times(lambda: bare.events[to].trigger(StatusModel(begin)))
    print(f"one transition: engine {through_engine:.2f} µs, bare machine {through_bare:.2f} µs,"
          f" ratio {through_engine / through_bare:.2f}")  # fmt: skip


def report_standing_in(workspace: Workspace, module: Module) -> None:
    """Print what a page costs somebody who stands in for none, one and three others."""
    general = next(
        (one for one in workspace.modules.values() if one.stands_in and one.stands_in.is_general), None
    )
    if general is None or general.stands_in is None:
        return
    stands = general.stands_in
    print(f"standing in: {ROWS} records, actions and moves")
    for others in (0, 1, 3):
        world, person, rows = a_page(workspace, module)
        for other in list(world.people)[1 : others + 1]:
            today = world.now.date()
            days = {code: today for code, field in general.fields.items() if field.type == "date"}
            world.add_record(
                general.code, status=stands.during[0], values=days,
                roles={stands.person: other, stands.deputy: person},
            )  # fmt: skip
        page = partial(_offered, world, Actor(person), rows)
        print(f"  for {others} others ({page()} offered)       {median_ms(page):8.3f} ms")


def _offered(world: MemoryWorld, actor: Actor, rows: list[RecordState]) -> int:
    standing, kinds = Standing(world, actor), (OfferKind.ACTION, OfferKind.MOVE)
    return sum(len(offers(world, actor, row, kinds=kinds, standing=standing)) for row in rows)


def main() -> None:
    """Print all figures."""
    definitions = load_sources(Path(__file__).parents[1] / "definitions").definitions
    workspace = compile_workspace(definitions).require_workspace()
    largest = sorted(workspace.modules.values(), key=lambda module: -len(module.actions))[:2]
    for module in largest:
        report(workspace, module)
    report_transitions(workspace, largest[0])
    report_standing_in(workspace, largest[0])


if __name__ == "__main__":
    main()
