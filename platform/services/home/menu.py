"""The menu: which lists stand in it for a person, in which order, with which parts and numbers.

A list stands in the menu when the person could have something in it: who fills none of the slots that
a list is about does not see it. Presets choose among the lists of their modules, and the person over
them (T-07 to T-09); neither gives a right (T-135).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from luongviec.engine.errors import NotFound
from luongviec.engine.model import List, Module
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.home.choices import HomeChoices, choices_of
from luongviec.services.home.presets import presets_for
from luongviec.services.lists.narrowing import IS_OPEN, OPEN_PART, Narrowing, splits_open
from luongviec.services.lists.reading import EVERYTHING, Asked, ListRequest
from luongviec.services.platform import Platform, Work
from luongviec.services.rights.module_access import opens
from luongviec.services.showing import part_tone
from luongviec.services.views import FilterOption, MenuItem, MenuSection
from luongviec.store.lists.reading import COUNT_CAP, Selection, count_selections
from luongviec.store.lists.terms import Grant, terms_for

URGENT_TONE = "red"


def menu_of(work: Work, actor: Actor, choices: HomeChoices) -> tuple[MenuSection, ...]:
    """Give the menu with its counters, which are one statement."""
    lists = menu_lists(work, actor, choices)
    counts = _counts(work, actor, lists)
    sections: dict[str, list[tuple[tuple[int, int], MenuItem]]] = defaultdict(list)
    for module, listed in lists:
        if listed.menu is None:
            continue
        code = f"{module.code}.{listed.code}"
        count, urgent = counts.get((module.code, listed.code), (None, False))
        split = OPEN_PART if splits_open(work.workspace, module, listed) else ""
        parts = shown_parts(choices, code, parts_of(work, actor, module, listed))
        item = MenuItem(
            module.code, listed.code, listed.label, _icon_of(module, listed), count, urgent, split, parts
        )
        sections[listed.menu.section].append(((choices.place(code), listed.menu.order), item))
    return tuple(
        MenuSection(code, section_label(work, code, items[0][1].module), _in_order(items))
        for code, items in sections.items()
    )


def menu_sections(platform: Platform, actor: Actor) -> tuple[MenuSection, ...]:
    """Give the menu alone, to a page that has stood open for a while."""
    with platform.reading() as work:
        return menu_of(work, actor, choices_of(work, actor.user_id))


def menu_parts(
    platform: Platform, actor: Actor, module_code: str, list_code: str
) -> tuple[FilterOption, ...]:
    """Count the parts of one list of the menu, “all” first (T-09): one statement.

    Raises:
        NotFound: there is no such list, or the module is closed to the person.
    """
    with platform.reading() as work:
        asked = Asked.of(work, actor, ListRequest(module_code, list_code))
        if asked.listed is None:
            raise NotFound()
        choices = choices_of(work, actor.user_id)
        parts = parts_of(work, actor, asked.module, asked.listed)
        parts = shown_parts(choices, f"{module_code}.{list_code}", parts)
        selections = [asked.selection(split=part.value) for part in parts]
        counts = count_selections(work.world, actor.user_id, selections, cap=COUNT_CAP) if parts else ()
        return tuple(
            FilterOption(part.value, part.label, count, part.tone)
            for part, count in zip(parts, counts, strict=True)
        )


def parts_of(work: Work, actor: Actor, module: Module, listed: List) -> tuple[FilterOption, ...]:
    """Give the parts of a list, “all” first; nothing where it is not split."""
    parts = Narrowing(work.world, actor, module, listed).split_options()
    return (FilterOption("", EVERYTHING), *parts) if parts else ()


def shown_parts(choices: HomeChoices, code: str, parts: tuple[FilterOption, ...]) -> tuple[FilterOption, ...]:
    """Give the parts that the person did not hide."""
    chosen = choices.menu(code)
    return parts if chosen is None else tuple(one for one in parts if one.value not in chosen.hidden_parts)


def menu_lists(work: Work, actor: Actor, choices: HomeChoices) -> tuple[tuple[Module, List], ...]:
    """Give the lists that stand in a person's menu: modules whose work falls due come first."""
    preset = preset_menus(work, actor, choices)
    return tuple(
        (module, listed)
        for module, listed in _open_lists(work, actor)
        if is_wanted(module, listed, choices, preset) and _could_hold_something(work, actor, module, listed)
    )


def unhidden_lists(work: Work, actor: Actor, choices: HomeChoices) -> tuple[MenuItem, ...]:
    """Give what would stand in the menu had the person hidden nothing, not counted (A-15)."""
    return tuple(
        MenuItem(module.code, listed.code, listed.label, _icon_of(module, listed), None)
        for module, listed in menu_lists(work, actor, replace(choices, menus=()))
    )


def possible_lists(work: Work, actor: Actor) -> tuple[tuple[Module, List], ...]:
    """Give the lists that a person may have in the menu."""
    return tuple(
        (module, listed)
        for module, listed in _open_lists(work, actor)
        if _could_hold_something(work, actor, module, listed)
    )


def _open_lists(work: Work, actor: Actor) -> Iterator[tuple[Module, List]]:
    """Give the lists that have a place in menus, of the modules open to a person."""
    for module in sorted(work.workspace.modules.values(), key=lambda one: not _falls_due(one)):
        if opens(work, actor, module):
            yield from ((module, listed) for listed in module.lists.values() if listed.menu is not None)


def preset_menus(work: Work, actor: Actor, choices: HomeChoices) -> Mapping[str, set[str]]:
    """Give the lists that presets choose, by module."""
    chosen: dict[str, set[str]] = defaultdict(set)
    for preset in presets_for(work, actor, choices):
        for name in preset.menus:
            module_code, _, list_code = name.partition(".")
            chosen[module_code].add(list_code)
    return chosen


def is_wanted(module: Module, listed: List, choices: HomeChoices, preset: Mapping[str, set[str]]) -> bool:
    """Whether a list is to stand in the menu: as the person chose, else the presets, else the list."""
    own = choices.menu(f"{module.code}.{listed.code}")
    if own is not None:
        return own.shown
    if preset.get(module.code):
        return listed.code in preset[module.code]
    return listed.menu is not None and listed.menu.shown


def section_label(work: Work, code: str, module_code: str) -> Text:
    """Give the heading of a section: a reviewed term, the module of that name, or its first module."""
    if code in work.workspace.terms:
        return work.workspace.terms[code]
    return work.workspace.modules.get(code, work.workspace.modules[module_code]).name


def _icon_of(module: Module, listed: List) -> str:
    own = None if listed.menu is None else listed.menu.icon
    return own or module.icon


def _falls_due(module: Module) -> bool:
    """Whether a module's records can be late."""
    return any(part_tone(bucket, 0) == URGENT_TONE for bucket in module.buckets.values())


def _could_hold_something(work: Work, actor: Actor, module: Module, listed: List) -> bool:
    grant = Grant(columns=listed.mine) if listed.mine else Grant(permission="view")
    return not terms_for(work.world, actor.user_id, module.code, grant).is_empty


def _in_order(items: Sequence[tuple[tuple[int, int], MenuItem]]) -> tuple[MenuItem, ...]:
    return tuple(item for _, item in sorted(items, key=lambda pair: pair[0]))


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
