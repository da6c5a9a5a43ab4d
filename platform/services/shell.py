"""The frame around every page: who, where, menu with counters, what may be created, unread count.

A list stands in the menu when the person could have something in it: who fills none of the slots
that a list is about does not see it. Presets choose among the lists of their modules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from luongviec.engine.decide_create import decide_create
from luongviec.engine.errors import NotFound
from luongviec.engine.messages import APP
from luongviec.engine.model import List, Module
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.launcher import launcher
from luongviec.services.lists import Asked, ListRequest
from luongviec.services.narrowing import IS_OPEN, OPEN_PART, splits_open
from luongviec.services.platform import Platform, Work
from luongviec.services.presets import fitting_presets
from luongviec.services.reports.offers import has_reports
from luongviec.services.rights.module_access import opens
from luongviec.services.showing import Showing, part_tone
from luongviec.services.views import CreateOffer, MenuItem, MenuSection, Shell
from luongviec.store.lists import COUNT_CAP, Selection, count_selections
from luongviec.store.outbox import count_unread
from luongviec.store.terms import Grant, terms_for

MOST_UNITS = 12
URGENT_TONE = "red"


def shell(platform: Platform, actor: Actor) -> Shell:
    """Give the frame's data in a bounded number of queries."""
    with platform.reading() as work:
        showing = Showing(work, actor)
        person = showing.person(actor.user_id)
        if person is None or actor.user_id is None:
            raise NotFound()
        unit_ids = dict.fromkeys(holding.unit_id for holding in work.world.holdings(actor.user_id))
        menu, functions = _menu(work, actor), work.world.functions(actor.user_id)
        return Shell(
            person=person,
            units=tuple(showing.unit(unit_id) for unit_id in list(unit_ids)[:MOST_UNITS]),
            menu=menu,
            create=_create(work, showing),
            unread=count_unread(work.session, actor.user_id, APP),
            functions=functions,
            apps=launcher(work.workspace, menu, functions),
            has_reports=bool(menu) and has_reports(work, actor),
        )


def _create(work: Work, showing: Showing) -> tuple[CreateOffer, ...]:
    found = []
    for module in work.workspace.modules.values():
        if (module.owners and not module.owner_optional) or not opens(work, showing.actor, module):
            continue
        decision = decide_create(work.world, showing.actor, module.code, standing=showing.standing)
        if decision.allowed:
            action = module.actions["create"]
            found.append(CreateOffer(module.code, action.label, action.icon or module.icon))
    return tuple(found)


def menu_lists(work: Work, actor: Actor) -> tuple[tuple[Module, List], ...]:
    """Give the lists that stand in a person's menu: modules whose work falls due come first."""
    chosen: dict[str, set[str]] = defaultdict(set)
    for preset in fitting_presets(work, actor):
        for name in preset.menus:
            module_code, _, list_code = name.partition(".")
            chosen[module_code].add(list_code)
    found = []
    for module in sorted(work.workspace.modules.values(), key=lambda one: not _falls_due(one)):
        for listed in module.lists.values():
            if listed.menu is None or not _is_wanted(listed, chosen.get(module.code)):
                continue
            if not opens(work, actor, module):
                continue
            if _could_hold_something(work, actor, module, listed):
                found.append((module, listed))
    return tuple(found)


def _falls_due(module: Module) -> bool:
    """Whether a module's records can be late."""
    return any(part_tone(bucket, 0) == URGENT_TONE for bucket in module.buckets.values())


def _is_wanted(listed: List, chosen: set[str] | None) -> bool:
    if chosen:
        return listed.code in chosen
    return listed.menu is not None and listed.menu.shown


def _could_hold_something(work: Work, actor: Actor, module: Module, listed: List) -> bool:
    grant = Grant(columns=listed.mine) if listed.mine else Grant(permission="view")
    return not terms_for(work.world, actor.user_id, module.code, grant).is_empty


def _menu(work: Work, actor: Actor) -> tuple[MenuSection, ...]:
    lists = menu_lists(work, actor)
    counts = _counts(work, actor, lists)
    sections: dict[str, list[tuple[int, MenuItem]]] = defaultdict(list)
    for module, listed in lists:
        if listed.menu is None:
            continue
        count, urgent = counts.get((module.code, listed.code), (None, False))
        icon = listed.menu.icon or module.icon
        split = OPEN_PART if splits_open(work.workspace, module, listed) else ""
        item = MenuItem(module.code, listed.code, listed.label, icon, count, urgent, split)
        sections[listed.menu.section].append((listed.menu.order, item))
    return tuple(
        MenuSection(code, _section_label(work, code, items[0][1]), tuple(item for _, item in _sorted(items)))
        for code, items in sections.items()
    )


def _sorted(items: Sequence[tuple[int, MenuItem]]) -> list[tuple[int, MenuItem]]:
    return sorted(items, key=lambda pair: pair[0])


def _section_label(work: Work, code: str, first: MenuItem) -> Text:
    """Give the heading of a section: a reviewed term, the module of that name, or its first module."""
    if code in work.workspace.terms:
        return work.workspace.terms[code]
    return work.workspace.modules.get(code, work.workspace.modules[first.module]).name


def _counts(
    work: Work, actor: Actor, lists: Sequence[tuple[Module, List]]
) -> Mapping[tuple[str, str], tuple[int, bool]]:
    """Count the open records of the lists that count, and whether any is late: one statement."""
    selections: list[Selection] = []
    places: list[tuple[tuple[str, str], str]] = []
    for module, listed in lists:
        if not listed.count:
            continue
        asked = Asked.of(work, actor, ListRequest(module.code, listed.code))
        key = (module.code, listed.code)
        selections.append(asked.selection(more=(IS_OPEN,)))
        places.append((key, "count"))
        bucket = next(iter(module.buckets.values()), None)
        if bucket is not None and part_tone(bucket, 0) == URGENT_TONE:
            late = asked.narrowing.part(bucket, bucket.parts[0].code)
            selections.append(asked.selection(more=(IS_OPEN, late)))
            places.append((key, "late"))
    if not selections:
        return {}
    found: dict[tuple[str, str], tuple[int, bool]] = {}
    for (key, what), number in zip(
        places, count_selections(work.world, actor.user_id, selections, cap=COUNT_CAP), strict=True
    ):
        count, urgent = found.get(key, (0, False))
        found[key] = (number, urgent) if what == "count" else (count, number > 0)
    return found
