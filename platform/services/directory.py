"""People and units that administrators choose from: for slots, groups, managers, branches (C-63, W-44).

Everybody who works here may be chosen for anything, so a branch's administrator is offered everybody
too; units may be kept to those that he administers. Who is switched off or deleted is never offered,
nor is a unit that is switched off or stands below one that is. Searching ignores marks and case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts.sessions import person_id
from luongviec.services.forms.name_index import RANKS, formerly, index_of
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import check_function_somewhere, reach
from luongviec.services.views import Candidate, CandidatePage
from luongviec.store.folding import fold
from luongviec.store.organisation.snapshot import Organisation

LIMIT = 30
FEWEST_LETTERS = 2
LONGEST_QUESTION = 100
#: Several may be chosen at once; what a page sends back beyond that is no choice of a person.
MOST_CHOSEN = 500

TOO_SHORT = Text("Gõ ít nhất hai chữ của tên để tìm.", "Type at least two letters of the name to search.")
NO_PERSON = Text(
    "Không có ai khớp với “{q}”. Tài khoản đã ngừng hoặc đã xóa không chọn được.",
    "Nobody matches “{q}”. Accounts that are switched off or deleted cannot be chosen.",
)
NO_UNIT = Text(
    "Không có đơn vị nào khớp với “{q}”. Đơn vị đã ngừng không chọn được.",
    "No unit matches “{q}”. Units that are switched off cannot be chosen.",
)
NOBODY_THERE = Text(
    "Đơn vị này chưa có ai. Gõ tên để tìm người khác.",
    "Nobody works in this unit yet. Type a name to find others.",
)
NO_UNIT_OF_YOURS = Text("Bạn không quản trị đơn vị nào.", "You administer no unit.")
IN_BRANCH = Text(
    "Là chính đơn vị này hoặc nằm dưới đơn vị này.", "This is the unit itself, or it stands below the unit."
)


def pick_people(
    platform: Platform,
    actor: Actor,
    q: str,
    *,
    unit_id: int | None = None,
    exclude: Iterable[int] = (),
    own_use: bool = False,
) -> CandidatePage:
    """Give at most `LIMIT` people who match: whose words begin so come first, then by name.

    Args:
        q: words of name, user name or post; with none the people of the unit are offered.
        unit_id: people of this unit and those below it come first.
        exclude: those who are chosen already.
        own_use: for something of one's own that gives nobody a right: whoever is signed in may name others.

    Raises:
        Refused: the actor administers nothing.
    """
    with platform.reading() as work:
        _check(work, actor, own_use)
        organisation, words, taken = work.world.organisation, _words(q), frozenset(exclude)
        index = index_of(organisation)
        near = people_of_branch(organisation, unit_id)
        if not words and not near:
            return CandidatePage((), reason=TOO_SHORT if unit_id is None or q.strip() else NOBODY_THERE)

        def rank(user_id: int) -> int | None:
            if user_id in taken or not organisation.people[user_id].active:
                return None
            if not words:
                return 0 if user_id in near else None
            place = index.rank(user_id, words)
            return None if place is None else place + (RANKS if near and user_id not in near else 0)

        found = _best(index.people_with(words), rank, tiers=2 * RANKS)
        shown = tuple(_person(work, one) for one in found[:LIMIT])
        return CandidatePage(shown, len(found) > LIMIT, None if shown else NO_PERSON.filled({"q": _short(q)}))


def pick_units(
    platform: Platform, actor: Actor, q: str, *, within: str | None = None, not_below: int | None = None,
    exclude: Iterable[int] = (), own_use: bool = False,
) -> CandidatePage:  # fmt: skip
    """Give at most `LIMIT` units that match, those whose words begin so first, then as in the tree.

    Args:
        q: words of name or code; with none the tree is offered from its root.
        within: a function permission; only units where the actor holds it are offered.
        not_below: a unit that, with all below it, is shown with the reason why it cannot be chosen.
        exclude: those that are chosen already.
        own_use: as for `pick_people`.

    Raises:
        Refused: the actor administers nothing, or holds `within` nowhere.
    """
    with platform.reading() as work:
        _check(work, actor, own_use)
        reached = None
        if within is not None:
            check_function_somewhere(work, actor, within)
            reached = reach(work, actor, within)
        organisation, words, taken = work.world.organisation, _words(q), frozenset(exclude)
        index = index_of(organisation)

        def rank(unit_id: int) -> int | None:
            if unit_id in taken or (reached is not None and unit_id not in reached):
                return None
            place = index.rank(-unit_id, words)
            return place if place is not None and is_open(organisation, unit_id) else None

        found = _best(index.units_with(words), rank, tiers=RANKS)
        shown = tuple(_unit(organisation, one, not_below, words) for one in found[:LIMIT])
        reason = NO_UNIT.filled({"q": _short(q)}) if words else NO_UNIT_OF_YOURS
        return CandidatePage(shown, len(found) > LIMIT, None if shown else reason)


def named_people(
    platform: Platform, actor: Actor, user_ids: Iterable[int], *, own_use: bool = False
) -> tuple[Candidate, ...]:
    """Give chosen people as pickers show them; unknown ids are left out, closed accounts say so."""
    with platform.reading() as work:
        _check(work, actor, own_use)
        people = work.world.organisation.people
        ids = list(dict.fromkeys(user_ids))[:MOST_CHOSEN]
        return tuple(_person(work, one) for one in ids if one in people)


def named_units(
    platform: Platform, actor: Actor, unit_ids: Iterable[int], *, own_use: bool = False
) -> tuple[Candidate, ...]:
    """Give chosen units as pickers show them; unknown ids are left out."""
    with platform.reading() as work:
        _check(work, actor, own_use)
        organisation = work.world.organisation
        ids = list(dict.fromkeys(unit_ids))[:MOST_CHOSEN]
        return tuple(_unit(organisation, one) for one in ids if one in organisation.units)


def _check(work: Work, actor: Actor, own_use: bool) -> None:
    if own_use:
        person_id(actor)
    else:
        check_administers(work, actor)


def check_administers(work: Work, actor: Actor) -> None:
    """Refuse whoever holds no administration's function permission anywhere."""
    if actor.user_id is None:
        return
    held = work.world.functions(actor.user_id)
    if not any(is_administration(function) for function in held):
        check_function_somewhere(work, actor, "admin.users")


def is_administration(function: str) -> bool:
    """Whether a function permission is for setting something up: the platform or one module."""
    return function.startswith("admin.") or function.endswith(".admin")


def is_open(organisation: Organisation, unit_id: int) -> bool:
    """Whether a unit counts: it and all above it are there and switched on."""
    unit = organisation.units.get(unit_id)
    return unit is not None and unit.active


def _words(q: str) -> list[str]:
    folded = fold(q[:LONGEST_QUESTION])
    return folded.split() if len(folded) >= FEWEST_LETTERS else []


def _short(q: str) -> str:
    return " ".join(q[:LONGEST_QUESTION].split())


def _best(ids: Sequence[int], rank: Callable[[int], int | None], *, tiers: int) -> list[int]:
    """Give the first of the best: by rank, then in the given order; one more than is shown."""
    found: list[list[int]] = [[] for _ in range(tiers)]
    for one in ids:
        place = rank(one)
        if place is not None and len(found[place]) <= LIMIT:
            found[place].append(one)
            if place == 0 and len(found[0]) > LIMIT:
                break
    return [one for tier in found for one in tier][: LIMIT + 1]


def people_of_branch(organisation: Organisation, unit_id: int | None) -> frozenset[int]:
    """Give who holds a post in a unit or in one below it."""
    if unit_id is None or unit_id not in organisation.units:
        return frozenset()
    sides = organisation.sides
    below = organisation.branch.get(unit_id, ())
    holders = organisation.holders
    return frozenset(
        holding.user_id for one in below for side in sides for holding in holders.get((one, side), ())
    )


def _person(work: Work, user_id: int) -> Candidate:
    person = work.world.organisation.people[user_id]
    reason = None if person.active else Text("Tài khoản đã ngừng.", "The account is switched off.")
    return Candidate(str(user_id), person.name, post_and_place(work, user_id), person.active, reason)


def post_and_place(work: Work, user_id: int) -> str:
    """Say where a person works: the post, its unit, and the units above that are more than headings."""
    organisation = work.world.organisation
    post = organisation.posts.get(user_id, "")
    holdings = organisation.holdings.get(user_id, ())
    unit = organisation.units.get(holdings[0].unit_id) if holdings else None
    if unit is None:
        return post
    named = unit.name if unit.name not in post else ""
    above = [organisation.units[one] for one in unit.path[1:-1] if one in organisation.units]
    place = " › ".join(one.name for one in above if not work.workspace.is_heading(one.kind))
    return " · ".join(part for part in (post, named, place) if part)


def _unit(
    organisation: Organisation, unit_id: int, not_below: int | None = None, words: Sequence[str] = ()
) -> Candidate:
    unit = organisation.units[unit_id]
    parts = (_place(organisation, unit.path), unit.code, formerly(organisation, unit_id, words))
    detail = " · ".join(part for part in parts if part)
    reason = None
    if not is_open(organisation, unit_id):
        reason = Text("Đơn vị đã ngừng.", "The unit is switched off.")
    elif not_below is not None and not_below in unit.path:
        reason = IN_BRANCH
    return Candidate(str(unit_id), unit.name, detail, reason is None, reason)


def _place(organisation: Organisation, path: Sequence[int]) -> str:
    """Name the units above the last one, from the top; the root says nothing new."""
    above = (organisation.units.get(one) for one in path[1:-1])
    return " › ".join(unit.name for unit in above if unit is not None)
