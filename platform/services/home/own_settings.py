"""The one page of one's own home page and menu: presets, cards, lists, their parts (T-02 to T-08, W-47)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts.sessions import person_id
from luongviec.services.home.cards import KIND_NAMES, ordered_cards, possible_cards
from luongviec.services.home.choices import (
    AS_IT_IS,
    CardChoice,
    HomeChoices,
    MenuChoice,
    choices_of,
    keep_choices,
)
from luongviec.services.home.menu import is_wanted, parts_of, possible_lists, preset_menus, section_label
from luongviec.services.home.presets import fitting_presets
from luongviec.services.platform import Platform, Work

NO_SUCH_PRESET = Text("Không có mẫu này. Hãy chọn mẫu khác.", "There is no such preset. Choose another.")
NO_SUCH_CARD = Text("Không có thẻ này. Hãy chọn thẻ khác.", "There is no such card. Choose another.")


@dataclass(frozen=True, slots=True)
class PresetOffer:
    """A ready-made preset; `fits`: made for people in this person's posts."""

    code: str
    name: Text
    fits: bool


@dataclass(frozen=True, slots=True)
class CardLine:
    """One card as the settings show it."""

    code: str
    title: Text
    kind: Text
    module: Text
    shown: bool


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part of a list: a sub-item of the menu."""

    value: str
    label: Text
    shown: bool


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One list as the settings show it."""

    code: str
    label: Text
    icon: str
    shown: bool
    parts: tuple[PartLine, ...]


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """The lists below one heading of the menu."""

    label: Text
    lines: tuple[MenuLine, ...]


@dataclass(frozen=True, slots=True)
class HomeSettings:
    """Everything the page shows. `applied`: code of the preset applied by hand; empty: those that fit."""

    presets: tuple[PresetOffer, ...]
    applied: str
    cards: tuple[CardLine, ...]
    more: tuple[CardLine, ...]
    groups: tuple[MenuGroup, ...]
    is_changed: bool


def home_settings(platform: Platform, actor: Actor) -> HomeSettings:
    """Give a person's settings as they are."""
    with platform.reading() as work:
        choices = choices_of(work, person_id(actor))
        cards = _card_lines(work, actor, choices)
        known = {line.code for line in cards}
        fitting = {preset.code for preset in fitting_presets(work, actor)}
        return HomeSettings(
            presets=tuple(
                PresetOffer(preset.code, preset.name, preset.code in fitting)
                for preset in work.workspace.presets.values()
            ),
            applied=choices.preset,
            cards=cards,
            more=tuple(line for line in _possible_lines(work, actor) if line.code not in known),
            groups=_groups(work, actor, choices),
            is_changed=choices != AS_IT_IS,
        )


def apply_preset(platform: Platform, actor: Actor, code: str) -> None:
    """Take a preset in place of one's own choices; empty: what fits one's posts (T-02).

    Raises:
        InvalidInput: field `preset`: there is none of that code.
    """
    with platform.transaction() as work:
        if code and code not in work.workspace.presets:
            raise InvalidInput({"preset": (NO_SUCH_PRESET,)})
        keep_choices(work, person_id(actor), HomeChoices(preset=code))


def keep_home(
    platform: Platform, actor: Actor, cards: Collection[CardChoice], menus: Collection[MenuChoice]
) -> None:
    """Keep which cards and lists are shown, in their order; the preset stays.

    Raises:
        InvalidInput: field `card`: a card that this person cannot have.
    """
    with platform.transaction() as work:
        user_id = person_id(actor)
        before = choices_of(work, user_id)
        known = {line.code for line in (*_card_lines(work, actor, before), *_possible_lines(work, actor))}
        if any(one.code not in known for one in cards):
            raise InvalidInput({"card": (NO_SUCH_CARD,)})
        lists = {f"{module.code}.{listed.code}" for module, listed in possible_lists(work, actor)}
        kept = {one.code: one for one in menus if one.code in lists}
        by_code = {one.code: one for one in cards}
        fresh = replace(before, cards=tuple(by_code.values()), menus=tuple(kept.values()))
        keep_choices(work, user_id, fresh)


def _card_lines(work: Work, actor: Actor, choices: HomeChoices) -> tuple[CardLine, ...]:
    hidden = {one.code for one in choices.cards if not one.shown}
    return tuple(
        CardLine(
            card.code, card.title, KIND_NAMES[card.kind], work.workspace.modules[card.module].name,
            card.code not in hidden,
        )
        for card in ordered_cards(work, actor, choices)
    )  # fmt: skip


def _possible_lines(work: Work, actor: Actor) -> tuple[CardLine, ...]:
    return tuple(
        CardLine(
            card.code, card.title, KIND_NAMES[card.kind], work.workspace.modules[card.module].name, False
        )
        for card in possible_cards(work, actor)
    )


def _groups(work: Work, actor: Actor, choices: HomeChoices) -> tuple[MenuGroup, ...]:
    preset = preset_menus(work, actor, choices)
    found: dict[str, list[tuple[tuple[int, int], MenuLine, str]]] = {}
    for module, listed in possible_lists(work, actor):
        if listed.menu is None:
            continue
        code = f"{module.code}.{listed.code}"
        own = choices.menu(code)
        hidden = () if own is None else own.hidden_parts
        line = MenuLine(
            code, listed.label, listed.menu.icon or module.icon,
            is_wanted(module, listed, choices, preset),
            tuple(
                PartLine(part.value, part.label, part.value not in hidden)
                for part in parts_of(work, actor, module, listed)
            ),
        )  # fmt: skip
        place = (choices.place(code), listed.menu.order)
        found.setdefault(listed.menu.section, []).append((place, line, module.code))
    return tuple(
        MenuGroup(
            section_label(work, section, lines[0][2]),
            tuple(line for _, line, _ in sorted(lines, key=lambda one: one[0])),
        )
        for section, lines in found.items()
    )
