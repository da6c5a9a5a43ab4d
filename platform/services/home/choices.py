"""What a person chose for home page and menu: a preset, cards, lists, in an order (T-02, T-07, W-47).

A choice shows and hides, and gives no right (T-135): whatever it names is still asked for as anybody
would ask. What the definitions no longer have is passed over; what is new in them comes after the
person's own order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from luongviec.services.platform import Work
from luongviec.store.own import preferences as rows

NAME = "home"


@dataclass(frozen=True, slots=True)
class CardChoice:
    """Whether a card is shown; its place is its place among the choices."""

    code: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class MenuChoice:
    """Whether a list (`MODULE.LIST`) stands in the menu, and which of its parts do not."""

    code: str
    shown: bool = True
    hidden_parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeChoices:
    """A person's choices; empty: everything as the presets of his posts have it."""

    preset: str = ""
    cards: tuple[CardChoice, ...] = ()
    menus: tuple[MenuChoice, ...] = ()

    def menu(self, code: str) -> MenuChoice | None:
        """Give what was chosen for a list."""
        return next((one for one in self.menus if one.code == code), None)

    def place(self, code: str) -> int:
        """Give where a list stands; what nobody placed comes last."""
        return next((number for number, one in enumerate(self.menus) if one.code == code), len(self.menus))


AS_IT_IS = HomeChoices()


def choices_of(work: Work, user_id: int | None) -> HomeChoices:
    """Give a person's choices."""
    kept = None if user_id is None else rows.preference(work.session, user_id, NAME)
    return _read(kept) if isinstance(kept, dict) else AS_IT_IS


def keep_choices(work: Work, user_id: int, choices: HomeChoices) -> None:
    """Keep a person's choices; those that say nothing are forgotten."""
    rows.put_preference(work.session, user_id, NAME, None if choices == AS_IT_IS else _written(choices))


def _read(kept: Mapping[str, Any]) -> HomeChoices:
    return HomeChoices(
        preset=str(kept.get("preset", "")),
        cards=tuple(CardChoice(str(code), bool(shown)) for code, shown in kept.get("cards", ())),
        menus=tuple(
            MenuChoice(str(code), bool(shown), tuple(str(part) for part in hidden))
            for code, shown, hidden in kept.get("menus", ())
        ),
    )


def _written(choices: HomeChoices) -> dict[str, Any]:
    return {
        "preset": choices.preset,
        "cards": [[one.code, one.shown] for one in choices.cards],
        "menus": [[one.code, one.shown, list(one.hidden_parts)] for one in choices.menus],
    }
