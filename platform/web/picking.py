"""What a form's picker of people or units holds: chosen ones, and without a script what a search found.

With a script the picker sends nothing but ids. Without one its search box is an ordinary text field
`NAME__q`: one match is taken at once; several come back as boxes to tick (`is_asking`), and the page
draws its form again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request

from luongviec.engine.text import Text
from luongviec.services import directory
from luongviec.services.views import Candidate, CandidatePage
from luongviec.web.sessions import actor, platform

SEARCH_BUTTON = "_search"
GREATEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Picking:
    """The state of one picker. `offered` is what a search without script found."""

    kind: str  # people | units
    chosen: tuple[Candidate, ...] = ()
    question: str = ""
    offered: tuple[Candidate, ...] = ()
    reason: Text | None = None
    is_asking: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of those chosen."""
        return tuple(int(one.value) for one in self.chosen)

    @property
    def id(self) -> int | None:
        """The id of the one chosen, where a picker holds one."""
        return self.ids[0] if self.chosen else None


def people_picking(user_ids: Iterable[int] = ()) -> Picking:
    """Give a picker that holds people: for a form that is opened."""
    return Picking("people", directory.named_people(platform(), actor(), user_ids))


def units_picking(unit_ids: Iterable[int] = ()) -> Picking:
    """Give a picker that holds units: for a form that is opened."""
    return Picking("units", directory.named_units(platform(), actor(), unit_ids))


def posted_people(name: str, *, many: bool = True, unit_id: int | None = None) -> Picking:
    """Read a picker of people from what was sent."""
    chosen = directory.named_people(platform(), actor(), _posted_ids(name))
    question = _question(name)
    if not question:
        return _settled("people", name, chosen, many=many)
    page = directory.pick_people(platform(), actor(), question, unit_id=unit_id)
    return _answered("people", name, chosen, page, many=many)


def posted_units(
    name: str, *, many: bool = False, within: str | None = None, not_below: int | None = None
) -> Picking:
    """Read a picker of units from what was sent."""
    chosen = directory.named_units(platform(), actor(), _posted_ids(name))
    question = _question(name)
    if not question:
        return _settled("units", name, chosen, many=many)
    page = directory.pick_units(platform(), actor(), question, within=within, not_below=not_below)
    return _answered("units", name, chosen, page, many=many)


def _settled(kind: str, name: str, chosen: tuple[Candidate, ...], *, many: bool) -> Picking:
    return Picking(kind, chosen if many else chosen[-1:], is_asking=_is_searched(name))


def _answered(
    kind: str, name: str, chosen: tuple[Candidate, ...], page: CandidatePage, *, many: bool
) -> Picking:
    usable = [one for one in page.candidates if one.usable]
    if len(usable) == 1 and not page.more:
        kept = tuple(one for one in chosen if one.value != usable[0].value) if many else ()
        return Picking(kind, (*kept, usable[0]), is_asking=_is_searched(name))
    kept = chosen if many else chosen[-1:]
    return Picking(kind, kept, _question(name), page.candidates, page.reason, is_asking=True)


def _is_searched(name: str) -> bool:
    return request.values.get(SEARCH_BUTTON) == name


def _question(name: str) -> str:
    return request.values.get(f"{name}__q", "").strip()[: directory.LONGEST_QUESTION]


def _posted_ids(name: str) -> list[int]:
    texts = request.values.getlist(name)[: directory.MOST_CHOSEN * 2]
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 12]
    return [one for one in ids if one <= GREATEST_ID]


def posted_own(kind: str, name: str) -> Picking:
    """Read a picker of something of one's own, which anybody may fill with anybody."""
    chosen = named_own(kind, _posted_ids(name))
    question = _question(name)
    if not question:
        return _settled(kind, name, chosen, many=True)
    pick = directory.pick_people if kind == "people" else directory.pick_units
    page = pick(platform(), actor(), question, own_use=True)
    return _answered(kind, name, chosen, page, many=True)


def named_own(kind: str, ids: Iterable[int]) -> tuple[Candidate, ...]:
    """Give people or units of something of one's own as pickers show them."""
    named = directory.named_people if kind == "people" else directory.named_units
    return named(platform(), actor(), ids, own_use=True)
