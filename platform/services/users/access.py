"""Which accounts an administrator may handle (U-29): everybody's, or those of people in his branch.

Who works elsewhere does not exist for a branch's administrator. And nobody changes the account of a
person who administers more than he does himself: a new password or e-mail address would be a way to
all of that person's rights.
"""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Work
from luongviec.services.records.access import check_function_somewhere, reach
from luongviec.services.users.posts import belonging_sides
from luongviec.store.models import User
from luongviec.store.organisation.function_rights import function_sources
from luongviec.store.organisation.people import Within
from luongviec.store.organisation.snapshot import Organisation

USERS = "admin.users"
ADMINISTRATION = "admin."


def people_within(work: Work, actor: Actor) -> Within | None:
    """Give where the actor administers people; None: everywhere.

    Raises:
        Refused: nowhere.
    """
    check_function_somewhere(work, actor, USERS)
    units = reach(work, actor, USERS)
    return None if units is None else within(work.world.organisation, units)


def within(organisation: Organisation, units: frozenset[int]) -> Within:
    """Give a set of units as few branches and single units."""
    roots: list[int] = []
    single: list[int] = []
    for unit_id in sorted(units, key=lambda one: (len(organisation.path(one)), one)):
        if any(above in roots for above in organisation.path(unit_id)):
            continue
        (roots if units.issuperset(organisation.branch.get(unit_id, ())) else single).append(unit_id)
    return Within(tuple(roots), tuple(single))


def is_within(work: Work, actor: Actor, user_id: int) -> bool:
    """Whether somebody has a post where the actor administers people."""
    units = reach(work, actor, USERS)
    if units is None:
        return True
    sides = belonging_sides(work.workspace)
    holdings = work.world.organisation.holdings.get(user_id, ())
    return any(holding.side in sides and holding.unit_id in units for holding in holdings)


def account(work: Work, actor: Actor, user_id: int, *, deleted: bool = False) -> User:
    """Give an account that the actor may see.

    Args:
        deleted: deleted ones too.

    Raises:
        Refused: the actor administers nobody.
        NotFound: there is none, or not in his branch.
    """
    check_function_somewhere(work, actor, USERS)
    user = work.session.get(User, user_id)
    if user is None or (user.deleted_at is not None and not deleted) or not is_within(work, actor, user_id):
        raise NotFound()
    return user


def account_to_change(
    work: Work, actor: Actor, user_id: int, *, deleted: bool = False, whole: bool = False
) -> User:
    """Give an account that the actor may change; see `account`.

    Args:
        whole: the change touches all that the person is (password, state), not only what he is here.

    Raises:
        Refused: the person administers more than the actor; with `whole` also one who holds a place
            beyond the actor's branch.
    """
    user = account(work, actor, user_id, deleted=deleted)
    if whole and (outside := places_beyond(work, actor, user_id)):
        raise Refused(beyond_branch(user.name, outside))
    more = administers_more(work, actor, user_id)
    if more:
        raise Refused(
            Text(
                f"{user.name} có quyền {', '.join(more)} mà bạn không có. Hãy nhờ quản trị viên có quyền đó.",
                f"{user.name} holds {', '.join(more)}, which you do not. Ask an administrator who holds it.",
            )
        )
    return user


def places_beyond(work: Work, actor: Actor, user_id: int) -> Sequence[str]:
    """Name the units beyond the actor's branch in which a person holds a post or fills a slot."""
    reached = reach(work, actor, USERS)
    if reached is None or actor.user_id == user_id:
        return ()
    organisation = work.world.organisation
    outside = dict.fromkeys(
        holding.unit_id
        for holding in organisation.holdings.get(user_id, ())
        if holding.unit_id not in reached
    )
    return tuple(organisation.units[one].name for one in outside)


def beyond_branch(name: str, units: Sequence[str]) -> Text:
    """Say that a person is not one's own to change as a whole."""
    named = ", ".join(units[:3]) + (" …" if len(units) > 3 else "")
    return Text(
        f"{name} còn có vai trò ở {named}, ngoài nhánh bạn quản trị. Hãy nhờ quản trị viên cấp trên.",
        f"{name} also has a place in {named}, beyond your branch. Ask an administrator above.",
    )


def administers_more(work: Work, actor: Actor, user_id: int) -> Sequence[str]:
    """Give the administration functions that a person holds beyond the actor's own."""
    if actor.user_id is None or actor.user_id == user_id:
        return ()
    theirs = _administration(work, user_id)
    if not theirs:
        return ()
    own = _administration(work, actor.user_id)
    return sorted(
        function
        for function, units in theirs.items()
        if function not in own or not _covers(own[function], units)
    )


def _administration(work: Work, user_id: int) -> dict[str, frozenset[int] | None]:
    """Give the administration functions of a person with their units; None: everywhere."""
    found: dict[str, frozenset[int] | None] = {}
    for source in function_sources(work.world.organisation, work.workspace, user_id):
        if not source.function.startswith(ADMINISTRATION):
            continue
        known = found.get(source.function, frozenset())
        if source.units is None or known is None:
            found[source.function] = None
        else:
            found[source.function] = known | frozenset(source.units)
    return found


def _covers(own: frozenset[int] | None, units: frozenset[int] | None) -> bool:
    return own is None or (units is not None and units <= own)
