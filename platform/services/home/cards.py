"""Which cards a home page has: those of the presets, in the person's own order (T-01, T-02, T-07).

A card is called by what it shows, `KIND.MODULE.LIST` or `chart.REPORT`, so that a choice of it outlives
another preset. Nothing here counts or reads records: drawing does (`services.home.page`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from luongviec.engine.model import List, Module
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.home.choices import HomeChoices
from luongviec.services.home.menu import menu_lists, possible_lists
from luongviec.services.home.presets import presets_for
from luongviec.services.platform import Work
from luongviec.services.reports.offers import may_open
from luongviec.services.rights.module_access import opens

BUCKETS, LIST, COUNTER, CALENDAR, CHART = "buckets", "list", "counter", "calendar", "chart"
KIND_NAMES: Mapping[str, Text] = {
    BUCKETS: Text("nhắc hạn", "due dates"),
    LIST: Text("danh sách", "list"),
    COUNTER: Text("số đếm", "counter"),
    CALENDAR: Text("lịch", "calendar"),
    CHART: Text("biểu đồ", "chart"),
}


@dataclass(frozen=True, slots=True)
class CardSpec:
    """One card. `report` of a chart; of the others a list, and for due dates which bucket."""

    kind: str
    title: Text
    module: str
    list: str = ""
    bucket: str = ""
    report: str = ""
    chosen: bool = False

    @property
    def code(self) -> str:
        """What choices call it."""
        return (
            f"{self.kind}.{self.report}" if self.kind == CHART else f"{self.kind}.{self.module}.{self.list}"
        )


def shown_cards(work: Work, actor: Actor, choices: HomeChoices) -> tuple[CardSpec, ...]:
    """Give the cards of a person's home page, in order."""
    hidden = {one.code for one in choices.cards if not one.shown}
    return tuple(card for card in ordered_cards(work, actor, choices) if card.code not in hidden)


def ordered_cards(work: Work, actor: Actor, choices: HomeChoices) -> tuple[CardSpec, ...]:
    """Give the cards chosen and those of the presets, hidden ones too: the person's order comes first."""
    by_preset = {card.code: card for card in preset_cards(work, actor, choices)}
    known = by_preset if not choices.cards else {
        **{card.code: card for card in possible_cards(work, actor)}, **by_preset,
    }  # fmt: skip
    placed = [
        CardSpec(card.kind, card.title, card.module, card.list, card.bucket, card.report, chosen=True)
        for one in choices.cards
        if (card := known.get(one.code)) is not None
    ]
    names = {card.code for card in placed}
    return (*placed, *(card for code, card in by_preset.items() if code not in names))


def preset_cards(work: Work, actor: Actor, choices: HomeChoices) -> tuple[CardSpec, ...]:
    """Give the cards of the presets that count; without any list sensible ones stand in."""
    found: dict[str, CardSpec] = {}
    for preset in presets_for(work, actor, choices):
        for card in preset.cards:
            spec = _spec(work, actor, card)
            if spec is not None:
                found.setdefault(spec.code, spec)
    if not any(spec.kind == LIST for spec in found.values()):
        for spec in _default_cards(work, actor, choices):
            found.setdefault(spec.code, spec)
    return tuple(found.values())


def possible_cards(work: Work, actor: Actor) -> Iterator[CardSpec]:
    """Give every card that a person may put on the home page."""
    for module, listed in possible_lists(work, actor):
        for kind in (BUCKETS, LIST, COUNTER, CALENDAR):
            if _fits(kind, module, listed):
                yield CardSpec(kind, listed.label, module.code, listed.code, _bucket(module, ""))
    for report in work.workspace.reports.values():
        if may_open(work, actor, report):
            yield CardSpec(CHART, report.name, report.module, report=report.code)


def _spec(work: Work, actor: Actor, card: Mapping[str, object]) -> CardSpec | None:
    """Give a card of a preset, unless it is of something closed to the person."""
    kind, title = str(card.get("kind")), card.get("title")
    report = work.workspace.reports.get(str(card.get("report", "")))
    if kind == CHART:
        if report is None or not may_open(work, actor, report):
            return None
        name = title if isinstance(title, Text) else report.name
        return CardSpec(kind, name, report.module, report=report.code)
    module_code, _, list_code = str(card.get("list", "")).partition(".")
    module = work.workspace.modules.get(module_code)
    listed = None if module is None else module.lists.get(list_code)
    if module is None or listed is None or not opens(work, actor, module) or not _fits(kind, module, listed):
        return None
    bucket = _bucket(module, str(card.get("bucket") or ""))
    return CardSpec(kind, title if isinstance(title, Text) else listed.label, module_code, list_code, bucket)


def _fits(kind: str, module: Module, listed: List) -> bool:
    if kind == BUCKETS:
        return bool(module.buckets)
    if kind == CALENDAR:
        return listed.date is not None
    return kind in (LIST, COUNTER)


def _bucket(module: Module, wanted: str) -> str:
    return wanted if wanted in module.buckets else next(iter(module.buckets), "")


def _default_cards(work: Work, actor: Actor, choices: HomeChoices) -> Iterator[CardSpec]:
    """Give the first counted lists of the menu: their due parts, and the first of them row by row."""
    lists = menu_lists(work, actor, choices)
    counted = [(module, listed) for module, listed in lists if listed.count] or list(lists[:1])
    for number, (module, listed) in enumerate(counted):
        kinds = ((BUCKETS,) if module.buckets else ()) + ((LIST,) if number == 0 else ())
        if not module.buckets:
            kinds = (*kinds, CALENDAR)
        for kind in kinds:
            if _fits(kind, module, listed):
                yield CardSpec(kind, listed.label, module.code, listed.code, _bucket(module, ""))
