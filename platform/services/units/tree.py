"""Reading the unit tree for administrators: what is open of it, a search through it, its figures.

Everything comes from the organisation's snapshot, so that a tree of seven thousand units is drawn
without asking the database for one of them (O-12).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from luongviec.engine.errors import NotFound
from luongviec.engine.model import Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.forms.name_index import RANKS, formerly, index_of
from luongviec.services.platform import Platform, Work
from luongviec.services.units.gaps import Gaps, gaps_of
from luongviec.services.units.reach import UnitReach, reach_of
from luongviec.store.folding import fold
from luongviec.store.organisation.snapshot import Organisation

PAGE = 50
LONGEST_QUESTION = 100
FEWEST_LETTERS = 2
PEOPLE_SEARCHED = 30

MISSING, OFF = "missing", "off"


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A unit as the tree shows it.

    `place` of `among` siblings; `below`: how many units its branch holds; `gaps`: what it lacks people
    for; `way_only`: shown as the way to somebody's branch, and not his.
    """

    id: int
    name: str
    kind: Text | None
    level: int
    place: int
    among: int
    below: int
    gaps: int
    gaps_below: bool
    is_off: bool
    is_closed: bool
    is_heading: bool
    way_only: bool
    is_chosen: bool
    has_children: bool
    is_open: bool
    children: tuple[TreeNode, ...] = ()


@dataclass(frozen=True, slots=True)
class TreeView:
    """The tree as far as it is open, and its figures: all, lacking people, switched off."""

    nodes: tuple[TreeNode, ...]
    chosen: int | None
    units: int
    levels: int
    accounts: int
    missing: int
    off: int
    side: str | None
    sides: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit that a search found; `who` where it was found through one of its people."""

    id: int
    name: str
    code: str
    place: str
    gaps: int
    is_off: bool
    who: str = ""


@dataclass(frozen=True, slots=True)
class FoundUnits:
    """A part of what a search found."""

    units: tuple[FoundUnit, ...]
    total: int
    offset: int
    reason: Text | None = None

    @property
    def next_offset(self) -> int | None:
        """Where the next part begins."""
        end = self.offset + len(self.units)
        return end if end < self.total else None


def tree(
    platform: Platform, actor: Actor, *, chosen: int | None = None, side: str | None = None,
    figures_only: bool = False,
) -> TreeView:  # fmt: skip
    """Give the tree, open from the root down to a chosen unit and its children.

    Args:
        chosen: the unit that is shown.
        side: only units that carry it, and those on the way to them.
        figures_only: leave the units out, for a page that shows what a search found.

    Raises:
        NotFound: the chosen unit, or the side, is not there or not the actor's to see.
        Refused: the actor administers no unit.
    """
    with platform.reading() as work:
        drawing = _Drawing(work, reach_of(work, actor), side)
        if chosen is not None:
            drawing.reach.unit(chosen)
        return drawing.view(chosen, figures_only=figures_only)


def children(
    platform: Platform, actor: Actor, unit_id: int, *, side: str | None = None
) -> tuple[TreeNode, ...]:
    """Give what opens when a unit of the tree is opened.

    Raises:
        NotFound: there is no such unit, or it is neither the actor's nor on the way to his.
    """
    with platform.reading() as work:
        drawing = _Drawing(work, reach_of(work, actor), side)
        if not drawing.shows(unit_id):
            raise NotFound()
        return drawing.children(unit_id, frozenset(), None)


class _Drawing:
    """One drawing of the tree for one actor."""

    def __init__(self, work: Work, reach: UnitReach, side: str | None) -> None:
        if side is not None and side not in work.workspace.sides:
            raise NotFound()
        self.organisation: Organisation = work.world.organisation
        self.workspace: Workspace = work.workspace
        self.reach = reach
        self.side = side
        self.gaps: Gaps = gaps_of(work)
        self.way = reach.on_the_way()
        self._carrying = _carrying(self.organisation, side) if side is not None else None
        self._shows_all = side is None and (reach.units is None or bool(reach.sides))

    def view(self, chosen: int | None, *, figures_only: bool) -> TreeView:
        tops = [one for one in top_units(self.organisation) if not figures_only and self.shows(one)]
        opened = {*self.organisation.path(chosen), *tops, *self.way}
        return TreeView(
            nodes=self._nodes(tops, 1, frozenset(opened), chosen), chosen=chosen,
            units=self._seen(self.organisation.units) - self._seen(self.organisation.deleted),
            levels=_levels(self.organisation),
            accounts=_accounts(self.organisation) if self.reach.units is None else 0,
            missing=self._seen(self.gaps.of_unit), off=self._seen(self.organisation.switched_off),
            side=self.side,
            sides=tuple((side.code, side.name) for side in self.workspace.sides.values()),
        )  # fmt: skip

    def _seen(self, unit_ids: Collection[int]) -> int:
        """Count those of some units that the actor may look at."""
        if self.reach.units is None or self.reach.sides:
            return len(unit_ids)
        return sum(1 for one in self.reach.units if one in unit_ids)

    def shows(self, unit_id: int) -> bool:
        """Whether a unit stands in the tree that is drawn."""
        known = self.reach.sees(unit_id) or unit_id in self.way
        return known and (self._carrying is None or unit_id in self._carrying)

    def children(self, unit_id: int, opened: frozenset[int], chosen: int | None) -> tuple[TreeNode, ...]:
        level = len(self.organisation.path(unit_id)) + 1
        return self._nodes(self._shown_below(unit_id), level, opened, chosen)

    def _shown_below(self, unit_id: int) -> Sequence[int]:
        if self._shows_all:
            return self.organisation.below.get(unit_id, ())
        return [one for one in self.organisation.below.get(unit_id, ()) if self.shows(one)]

    def _nodes(
        self, unit_ids: Sequence[int], level: int, opened: frozenset[int], chosen: int | None
    ) -> tuple[TreeNode, ...]:
        return tuple(
            self._node(one, level, place, len(unit_ids), opened, chosen)
            for place, one in enumerate(unit_ids, start=1)
        )

    def _node(
        self, unit_id: int, level: int, place: int, among: int, opened: frozenset[int], chosen: int | None
    ) -> TreeNode:
        unit = self.organisation.units[unit_id]
        kind = self.workspace.unit_kinds.get(unit.kind or "")
        own = len(self.gaps.of_unit.get(unit_id, ()))
        below = self._shown_below(unit_id)
        is_open = bool(below) and unit_id in opened
        return TreeNode(
            id=unit_id, name=unit.name, kind=kind.name if kind else None, level=level, place=place,
            among=among, below=len(self.organisation.branch.get(unit_id, ())) - 1, gaps=own,
            gaps_below=self.gaps.in_branch.get(unit_id, 0) > (1 if own else 0),
            is_off=unit_id in self.organisation.switched_off, is_closed=not unit.active,
            is_heading=bool(kind and kind.heading), way_only=unit_id in self.way, is_chosen=unit_id == chosen,
            has_children=bool(below), is_open=is_open,
            children=self._nodes(below, level + 1, opened, chosen) if is_open else (),
        )  # fmt: skip


def top_units(organisation: Organisation) -> tuple[int, ...]:
    """Give the units that stand below no other, in their order."""
    return organisation.derived(
        "tops",
        lambda: tuple(
            unit.id
            for unit in organisation.units.values()
            if unit.parent_id is None and unit.id not in organisation.deleted
        ),
    )


def _accounts(organisation: Organisation) -> int:
    return organisation.derived("accounts", lambda: sum(one.active for one in organisation.people.values()))


def _levels(organisation: Organisation) -> int:
    return organisation.derived(
        "levels", lambda: max((len(unit.path) for unit in organisation.units.values()), default=0)
    )


def _carrying(organisation: Organisation, side: str) -> frozenset[int]:
    """Give the units that carry a side, and those on the way to them."""
    return organisation.derived(
        ("carrying", side),
        lambda: frozenset(
            above for one in organisation.sides.get(side, ()) for above in organisation.path(one)
        ),
    )


# --- Searching --------------------------------------------------------------------------------------


def find_units(
    platform: Platform, actor: Actor, q: str = "", *, show: str = "", side: str | None = None, offset: int = 0
) -> FoundUnits:
    """Give units by name, code or the name of somebody in them; accents and case do not count.

    Args:
        show: `missing`: those that lack people; `off`: those switched off; else all.
        side: only those that carry it.
        offset: where the part of `PAGE` begins.
    """
    with platform.reading() as work:
        reach, organisation = reach_of(work, actor), work.world.organisation
        gaps = gaps_of(work)
        words = fold(q[:LONGEST_QUESTION]).split()
        if not words and not show and side is None:
            return FoundUnits((), 0, 0)

        def fits(unit_id: int) -> bool:
            if not reach.sees(unit_id) or (side and side not in organisation.sides_of.get(unit_id, ())):
                return False
            if show == MISSING:
                return unit_id in gaps.of_unit
            return show != OFF or not organisation.units[unit_id].active

        found = _by_name(organisation, words, fits)
        if len("".join(words)) >= FEWEST_LETTERS and len(found) < PAGE:
            found = _with_people(work, organisation, words, fits, found)
        shown = list(found.items())[offset : offset + PAGE]
        reason = None if found else Text("Không có đơn vị nào khớp.", "No unit matches.")
        units = (
            _found(organisation, gaps, one, who or formerly(organisation, one, words)) for one, who in shown
        )
        return FoundUnits(tuple(units), len(found), offset, reason)


def _by_name(organisation: Organisation, words: Sequence[str], fits: Callable[[int], bool]) -> dict[int, str]:
    """Give matching units, those whose words begin so first, else as they stand in the tree."""
    index = index_of(organisation)
    ranked: list[list[int]] = [[] for _ in range(RANKS)]
    for unit_id in index.units_with(words):
        rank = index.rank(-unit_id, words)
        if rank is not None and fits(unit_id):
            ranked[rank].append(unit_id)
    return {one: "" for tier in ranked for one in tier}


def _with_people(
    work: Work,
    organisation: Organisation,
    words: Sequence[str],
    fits: Callable[[int], bool],
    found: dict[int, str],
) -> dict[int, str]:
    """Add the units in which somebody of that name fills a slot."""
    index = index_of(organisation)
    for user_id in index.people_with(words)[:PEOPLE_SEARCHED]:
        for holding in organisation.holdings.get(user_id, ()):
            if holding.unit_id not in found and fits(holding.unit_id):
                side = work.workspace.sides.get(holding.side)
                slot = side.slots.get(holding.slot) if side else None
                label = f", {slot.label.vi}" if slot else ""
                found[holding.unit_id] = f"{organisation.people[user_id].name}{label}"
    return found


def _found(organisation: Organisation, gaps: Gaps, unit_id: int, who: str) -> FoundUnit:
    unit = organisation.units[unit_id]
    return FoundUnit(
        unit_id, unit.name, unit.code, place_of(organisation, unit.path), len(gaps.of_unit.get(unit_id, ())),
        not unit.active, who,
    )  # fmt: skip


def place_of(organisation: Organisation, path: Iterable[int]) -> str:
    """Name the units above the last of a path, from the top (O-13)."""
    above = [organisation.units[one].name for one in path if one in organisation.units][:-1]
    return " › ".join(above[1:] or above)  # the root says nothing new
