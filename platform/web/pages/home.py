"""The home page: cards of the person's preset, what waits in the lists, and the latest news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from flask import Blueprint

from luongviec.engine.model import ActionTone, Shown
from luongviec.engine.text import Text
from luongviec.services.home.page import home as load_home
from luongviec.services.lists.narrowing import OPEN_PART
from luongviec.services.telling.notifications import list_notifications
from luongviec.services.views import (
    ActionOffer,
    CreateOffer,
    FilterOption,
    HomeCard,
    ListPage,
    MenuItem,
    Row,
    Shell,
)
from luongviec.web.addresses import list_url
from luongviec.web.formatting import local, now
from luongviec.web.rendering import frame, render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("home", __name__)

NEWS = 5
CALENDAR_ROWS = 8
WAITING = 7
AT_HAND = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Share:
    """How the rows of a list card spread over its split."""

    title: Text
    module: str
    list: str
    parts: tuple[FilterOption, ...]


@blueprint.get("/")
@sign_in_required
def show() -> str:
    """Show the cards."""
    cards = load_home(platform(), actor())
    numbers = count(1)
    current = {"number": 0}

    def card_id(again: bool = False) -> int:
        if not again:
            current["number"] = next(numbers)
        return current["number"]

    return render_page(
        "home.html", active="home",
        buckets=bucket_groups(cards),
        main_cards=[card for card in cards if card.kind in ("list", "counter") and not is_idle(card, cards)],
        charts=[card for card in cards if card.kind == "chart"],
        side_cards=[card for card in cards if card.kind == "calendar"],
        shares=shares_of(cards), waiting=waiting_in(frame(), cards), urgent=urgent_in(frame()),
        news=list_notifications(platform(), actor(), limit=NEWS),
        create=main_create(frame(), cards),
        card_id=card_id, days=days_of, bucket_url=bucket_url, next_of=next_of,
    )  # fmt: skip


def bucket_url(card: HomeCard, part: str) -> str:
    """Give the list of a card with one part chosen."""
    return list_url(card.module, card.list, **({card.filter: part} if card.filter else {}))


def main_create(shell: Shell, cards: Iterable[HomeCard]) -> CreateOffer | None:
    """Give what this person makes first: of the module that the cards begin with."""
    offers = {offer.module: offer for offer in shell.create}
    return next((offers[card.module] for card in cards if card.module in offers), None)


def bucket_groups(cards: Iterable[HomeCard]) -> list[list[HomeCard]]:
    """Put bucket cards of one module and filter together; what is late comes first."""
    groups: dict[tuple[str, str], list[HomeCard]] = {}
    for card in cards:
        if card.kind == "buckets":
            groups.setdefault((card.module, card.filter), []).append(card)
    return [sorted(group, key=_emptiness) for group in groups.values()]


def _emptiness(card: HomeCard) -> tuple[bool, int]:
    counts = [part.count for part in card.content] if isinstance(card.content, tuple) else []
    return not any(counts), -counts[0] if counts else 0


def is_idle(card: HomeCard, cards: Iterable[HomeCard]) -> bool:
    """Say whether a list card may be left out: it is empty, another has something, and nobody chose it."""
    others = [one.content for one in cards if isinstance(one.content, ListPage)]
    is_empty = isinstance(card.content, ListPage) and not card.content.rows
    return is_empty and not card.chosen and any(page.rows for page in others)


def shares_of(cards: Iterable[HomeCard]) -> list[Share]:
    """Give the list cards whose split is counted, as shares; two at most."""
    shares = []
    for card in cards:
        page = card.content
        if isinstance(page, ListPage) and page.split:
            counted = (part for part in page.split[1:] if part.count is not None)
            parts = tuple(part for part in counted if part.value != OPEN_PART)
            if sum(1 for part in parts if part.count) > 1:
                shares.append(Share(card.title, card.module, card.list, parts))
    return shares[:2]


def waiting_in(shell: Shell, cards: Iterable[HomeCard]) -> list[MenuItem]:
    """Give the counted lists of the menu that have something in them."""
    items = [item for section in shell.menu for item in section.items if item.count]
    return items[:WAITING]


def urgent_in(shell: Shell) -> list[MenuItem]:
    """Give the lists whose count asks for action; two at most, for the line under the greeting."""
    return [item for section in shell.menu for item in section.items if item.urgent and item.count][:2]


def next_of(row: Row) -> ActionOffer | None:
    """Give the first open action by which work on a record goes on, to stand beside it.

    What happens at one press is offered only when its time has come: nobody begins tomorrow's by mistake.
    """
    at_hand = row.starts_at is None or row.starts_at - now() <= AT_HAND
    open_ones = (one for one in row.offers if one.enabled and one.shown == Shown.BUTTON)
    going_on = (one for one in open_ones if one.tone == ActionTone.HANDLE)
    return next((one for one in going_on if at_hand or one.asks or one.confirm), None)


def days_of(rows: Iterable[Row]) -> list[tuple[date | None, list[Row]]]:
    """Put calendar rows under their days, in the zone of the installation."""
    days: dict[date | None, list[Row]] = {}
    for row in list(rows)[:CALENDAR_ROWS]:
        days.setdefault(local(row.starts_at).date() if row.starts_at else None, []).append(row)
    return list(days.items())
