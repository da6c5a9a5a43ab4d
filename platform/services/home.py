"""The home page: cards of the presets that fit the person, and sensible ones where none does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

from luongviec.engine.model import List, Module
from luongviec.engine.related import zone_of
from luongviec.engine.setform import Comparison, Operand, OperandKind, Value
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.lists import Asked, ListRequest, page_of, rows_of
from luongviec.services.narrowing import IS_OPEN
from luongviec.services.platform import Platform, Work
from luongviec.services.presets import fitting_presets
from luongviec.services.rights.module_access import opens
from luongviec.services.shell import menu_lists
from luongviec.services.showing import Showing, part_tone
from luongviec.services.views import BucketCount, BucketView, HomeCard
from luongviec.store.lists import count_selections, select_page

MOST_CARDS = 6
LIST_ROWS = 8
CALENDAR_ROWS = 8


def home(platform: Platform, actor: Actor) -> tuple[HomeCard, ...]:
    """Give the cards, in order."""
    with platform.reading() as work:
        showing = Showing(work, actor)
        cards = list(_preset_cards(work, showing))
        if not any(card.kind == "list" for card in cards):
            cards += _default_cards(work, showing, {(card.kind, card.module, card.list) for card in cards})
        return tuple(cards[:MOST_CARDS])


def _preset_cards(work: Work, showing: Showing) -> Iterator[HomeCard]:
    seen: set[tuple[object, ...]] = set()
    for preset in fitting_presets(work, showing.actor):
        for card in preset.cards:
            key = (card.get("kind"), card.get("list"), card.get("report"))
            if key not in seen:
                seen.add(key)
                made = _card(work, showing, card)
                if made is not None:
                    yield made


def _card(work: Work, showing: Showing, card: Mapping[str, object]) -> HomeCard | None:
    """Give one card of a preset; those that need reports come with reports."""
    module_code, _, list_code = str(card.get("list", "")).partition(".")
    module = work.workspace.modules.get(module_code)
    listed = None if module is None else module.lists.get(list_code)
    if module is None or listed is None or not opens(work, showing.actor, module):
        return None
    title = card.get("title")
    return _make(
        work, showing, str(card.get("kind")), module, listed,
        title if isinstance(title, Text) else listed.label, str(card.get("bucket") or ""),
    )  # fmt: skip


def _make(
    work: Work, showing: Showing, kind: str, module: Module, listed: List, title: Text, bucket: str
) -> HomeCard | None:
    asked = Asked.of(work, showing.actor, ListRequest(module.code, listed.code))
    if kind == "buckets" and (bucket or module.buckets):
        code = bucket or next(iter(module.buckets))
        return HomeCard(
            kind, title, module.code, listed.code, _bucket_counts(work, showing, asked, code), filter=code
        )
    if kind == "counter":
        selection = asked.selection(more=(IS_OPEN,))
        count = count_selections(work.world, showing.actor.user_id, (selection,))[0]
        return HomeCard(kind, title, module.code, listed.code, count)
    if kind == "calendar" and listed.date is not None:
        return HomeCard(kind, title, module.code, listed.code, _coming(work, showing, asked, listed.date))
    if kind == "list":
        page = page_of(
            work, showing, ListRequest(module.code, listed.code, page_size=LIST_ROWS), open_only=True
        )
        return HomeCard(kind, title, module.code, listed.code, page)
    return None


def _bucket_counts(work: Work, showing: Showing, asked: Asked, code: str) -> tuple[BucketCount, ...]:
    bucket = asked.module.buckets[code]
    selections = [asked.selection(more=(asked.narrowing.part(bucket, part.code),)) for part in bucket.parts]
    counts = count_selections(work.world, showing.actor.user_id, selections)
    return tuple(
        BucketCount(
            BucketView(part.code, part.label, part_tone(bucket, index)), part_tone(bucket, index), count
        )
        for index, (part, count) in enumerate(zip(bucket.parts, counts, strict=True))
    )


def _coming(work: Work, showing: Showing, asked: Asked, date_field: str) -> object:
    """Give what begins from today on, in order."""
    zone = zone_of(work.workspace)
    today = datetime.combine(work.now.astimezone(zone).date(), time(), zone)
    operand = Operand(OperandKind.FIELD, date_field)
    soon = (
        Comparison(operand, ">=", Value(today)),
        Comparison(operand, "<", Value(today + timedelta(days=60))),
    )
    ids = select_page(
        work.world, showing.actor.user_id, asked.selection(more=soon), sort=date_field, size=CALENDAR_ROWS
    )
    return rows_of(showing, ids.ids, asked.columns, asked.listed)


def _default_cards(work: Work, showing: Showing, seen: set[tuple[str, str, str]]) -> Iterator[HomeCard]:
    """Give the first counted lists of the menu: their due parts, and the first of them row by row."""
    counted = [(module, listed) for module, listed in menu_lists(work, showing.actor) if listed.count]
    lists = counted or list(menu_lists(work, showing.actor))[:1]
    for number, (module, listed) in enumerate(lists):
        kinds = (("buckets",) if module.buckets else ()) + (("list",) if number == 0 else ())
        if listed.date is not None and not module.buckets:
            kinds = (*kinds, "calendar")
        for kind in kinds:
            if (kind, module.code, listed.code) not in seen:
                card = _make(work, showing, kind, module, listed, listed.label, "")
                if card is not None:
                    yield card
