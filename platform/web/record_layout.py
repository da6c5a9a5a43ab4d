"""Where the blocks of a record page go: stepper on top, reading in the middle, facts at the side.

The definition orders the blocks; this only tells long from short. Fields split into words (long text,
files), marks beside the status (choices with an icon) and facts. Lists, discussion, files and history
share one place as tabs. A block that has nothing in it and lets nothing be added is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from luongviec.engine.text import Text
from luongviec.services.views import (
    ActionOffer,
    BlockView,
    Cell,
    HistoryView,
    RecordPage,
    RelatedView,
    TreeNode,
)

BAR_LENGTH = 5
STAGE_BAR_LENGTH = 3
SIDE_KINDS = frozenset({"own", "people", "roll", "queue", "inline", "chart"})
TAB_KINDS = frozenset({"list", "timeline", "comments", "history", "files"})
PRESSED_KINDS = frozenset({"action", "move", "add", "link"})
#: Where a block stands while people take part, where it does not say so itself.
STAGE_PLACES: Mapping[str, str] = {
    "agenda": "left", "words": "left", "current": "middle", "own": "right", "comments": "tabs",
}  # fmt: skip
LAST_KINDS = frozenset({"facts", "people", "files", "history"})  # to look up, below what goes on
WORDS = Text("Nội dung", "Content")
FACTS = Text("Thông tin", "Facts")


@dataclass(frozen=True, slots=True)
class DrawnBlock:
    """A block as the templates draw it; `index` finds it again for live refreshing."""

    kind: str
    label: Text
    content: object
    settings: Mapping[str, object] = field(default_factory=dict)
    live: bool = False
    index: int | None = None
    count: int | None = None
    add: ActionOffer | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A record page in parts."""

    stepper: DrawnBlock | None
    main: tuple[DrawnBlock, ...]
    tabs: tuple[DrawnBlock, ...]
    side: tuple[DrawnBlock, ...]
    marks: tuple[Cell, ...]
    bar: tuple[ActionOffer, ...]
    rest: tuple[ActionOffer, ...]
    primary: ActionOffer | None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """The page of those who take part, in columns; the middle has tabs for the work and for the rest."""

    left: tuple[DrawnBlock, ...]
    middle: tuple[DrawnBlock, ...]
    tabs: tuple[DrawnBlock, ...]
    rest: tuple[DrawnBlock, ...]
    right: tuple[DrawnBlock, ...]


def lay_out(page: RecordPage) -> Layout:
    """Give the parts of a record page."""
    stepper: DrawnBlock | None = None
    main: list[DrawnBlock] = []
    tabs: list[DrawnBlock] = []
    side: list[DrawnBlock] = []
    marks: tuple[Cell, ...] = ()
    for block in page.blocks:
        if block.kind == "stepper":
            stepper = _drawn(block, None)
        elif block.kind == "record":
            words, marks, facts = split_fields(_cells(block))
            shown = {one.settings.get("field") for one in page.blocks if one.kind == "inline"}
            drawn_percent = any(one.kind == "chart" for one in page.blocks)
            told = {code for one in page.head for code in one.codes}
            facts = tuple(
                cell
                for cell in facts
                if cell.code not in shown | told
                and not _stands_above(page, cell)
                and not (drawn_percent and cell.is_percent)
            )
            if words:
                main.append(DrawnBlock("words", WORDS if len(words) > 1 else words[0].label or WORDS, words))
            if facts:
                side.append(DrawnBlock("facts", FACTS, facts))
        elif not _is_idle(page, block):
            drawn = _drawn(block, _add_offer(page, block))
            place = side if drawn.kind in SIDE_KINDS else tabs if drawn.kind in TAB_KINDS else main
            if drawn.kind == "files" and drawn.count:  # beside the words that they belong to
                main.insert(1 if main and main[0].kind == "words" else 0, drawn)
            else:
                place.append(drawn)
    offers = sorted(page.offers, key=lambda one: one.tone == "refuse") if page.is_staged else page.offers
    bar, rest = split_offers(offers, STAGE_BAR_LENGTH if page.is_staged else BAR_LENGTH)
    stage = _stage((*main, *tabs, *side)) if page.is_staged else None
    return Layout(stepper, tuple(main), tuple(tabs), tuple(side), marks, bar, rest, primary_of(bar), stage)


def _stage(blocks: Iterable[DrawnBlock]) -> Stage:
    """Part the blocks as they name their places, else by kind."""
    parts: dict[str, list[DrawnBlock]] = {name: [] for name in ("left", "middle", "tabs", "rest", "right")}
    for block in sorted(blocks, key=lambda one: one.kind in LAST_KINDS):
        usual = STAGE_PLACES.get(block.kind, "rest" if block.kind in TAB_KINDS else "right")
        parts[str(block.settings.get("stage", usual))].append(block)
    return Stage(**{name: tuple(found) for name, found in parts.items()})


def block_at(page: RecordPage, index: int) -> DrawnBlock | None:
    """Give one block again, for live refreshing; only kinds that stand for themselves."""
    block = next((one for one in page.blocks if one.place == index), None)
    if block is None or block.kind in ("stepper", "record"):
        return None
    return _drawn(block, _add_offer(page, block))


def split_fields(cells: Iterable[Cell]) -> tuple[tuple[Cell, ...], tuple[Cell, ...], tuple[Cell, ...]]:
    """Tell words, marks and facts apart; what is empty is left out."""
    words, marks, facts = [], [], []
    for cell in cells:
        if cell.value is None or cell.value in ("", ()) or cell.kind in ("title", "status"):
            continue
        if cell.kind in ("multiline", "files"):
            words.append(cell)
        elif cell.kind == "choice" and cell.icon and not isinstance(cell.value, tuple):
            marks.append(cell)
        else:
            facts.append(cell)
    return tuple(words), tuple(marks), tuple(facts)


def pressable(offers: Iterable[ActionOffer]) -> list[ActionOffer]:
    """Give the offers that are buttons; permissions such as commenting have their own place on a page."""
    return [offer for offer in offers if offer.shown != "never" and offer.kind in PRESSED_KINDS]


def split_offers(
    offers: Iterable[ActionOffer], most: int = BAR_LENGTH
) -> tuple[tuple[ActionOffer, ...], tuple[ActionOffer, ...]]:
    """Give what stands on the bar and what waits in the menu; what is open comes first."""
    shown = pressable(offers)
    wanted = [offer for offer in shown if offer.shown in ("button", "row")]
    bar = sorted(wanted, key=lambda offer: (not offer.enabled, offer.shown != "button"))[:most]
    rest = [offer for offer in shown if offer not in bar]
    return tuple(bar), tuple(rest)


def primary_of(bar: Iterable[ActionOffer]) -> ActionOffer | None:
    """Give the one filled button: the first open action that carries the work on."""
    open_ones = [offer for offer in bar if offer.enabled and offer.tone != "refuse"]
    wanted = ("approve", "handle", "plain")
    return min(
        open_ones, key=lambda offer: wanted.index(offer.tone) if offer.tone in wanted else 3, default=None
    )


def live_sources(block: DrawnBlock) -> str:
    """Give the relations whose records a live block shows, for scripts; `*`: it looks at everything."""
    if block.kind == "own":
        return "-"  # everybody's own differs: it comes with the page's own beat, not with every change
    inside = block.settings.get("inside")
    named = [block.settings.get("relation"), *(inside if isinstance(inside, list | tuple) else ())]
    return " ".join(str(one) for one in named if one) or "*"


def drawn_live(page: RecordPage) -> tuple[DrawnBlock, ...]:
    """Give the blocks of a page that holds live ones only."""
    return tuple(_drawn(block, None) for block in page.blocks)


def _drawn(block: BlockView, add: ActionOffer | None) -> DrawnBlock:
    kind, count = block.kind, None
    content = block.content
    if isinstance(content, RelatedView):
        counts = block.settings.get("counts")
        told = sum(number for _, number in counts) if isinstance(counts, tuple) else 0
        count = max(told, len(content.rows))
    elif isinstance(content, tuple):
        if kind == "timeline" and all(isinstance(entry, HistoryView) for entry in content):
            kind = "history"
        count = len(content) if kind in ("comments", "files", "history") else None
    return DrawnBlock(kind, block.label, content, block.settings, block.live, block.place, count, add)


def _stands_above(page: RecordPage, cell: Cell) -> bool:
    """Say whether a field repeats what the head of the page says: the title, the due moment."""
    return cell.value == page.record.title or (cell.due is not None and cell.value == page.due_at)


def _is_idle(page: RecordPage, block: BlockView) -> bool:
    content = block.content
    if block.live:
        return False  # something may come into it at any moment
    if isinstance(content, RelatedView):
        return not content.rows and _add_offer(page, block) is None
    if block.kind == "files":
        return not content and not page.may_attach
    if block.kind == "comments":
        return not content and not page.may_comment
    if isinstance(content, TreeNode):
        return content.is_this and not content.children and _add_offer(page, block) is None
    return False


def _add_offer(page: RecordPage, block: BlockView) -> ActionOffer | None:
    """Give the offer to add a record to a block's relation."""
    if isinstance(block.content, RelatedView):
        return block.content.add
    relation = block.settings.get("relation")
    adding = (offer for offer in page.offers if offer.kind == "add" and relation)
    return next((offer for offer in adding if offer.relation == relation), None)


def _cells(block: BlockView) -> tuple[Cell, ...]:
    return block.content if isinstance(block.content, tuple) else ()
