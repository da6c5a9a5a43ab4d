"""Who administers a branch of the tree: given by name (U-16, C-72), through a slot, or everywhere.

Nobody gives or takes what he does not hold himself in the whole branch (C-83).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput, Refused
from luongviec.engine.model.workspace import LOCAL_FUNCTIONS
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import reach
from luongviec.services.units.reach import UNITS, UnitReach, reach_of
from luongviec.services.units.writes import changed, unit_to_change
from luongviec.store.organisation import unit_rows
from luongviec.store.organisation.function_rights import FunctionSource, FunctionVia, holders_of_function

#: person → the function permissions that he holds on a branch.
Grants = Mapping[int, frozenset[str]]
MOST_NAMED = 3

NOT_HELD = Text(
    "Bạn không giao hay thu hồi được {function} ở đây, vì chính bạn không có quyền này trên cả nhánh.",
    "You cannot give or take {function} here: you do not hold it on the whole branch yourself.",
)


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody who administers a unit, and through what; `unit` where it was given."""

    user_id: int
    name: str
    post: str
    function: str
    via: str
    unit_id: int | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class AdministratorsView:
    """Who administers a unit. `granted`: by name, on this very branch; `others`: in any other way."""

    granted: tuple[tuple[int, frozenset[str]], ...]
    others: tuple[Administrator, ...]
    functions: tuple[str, ...]  # that the actor may give here
    version: int


def set_administrators(
    platform: Platform, actor: Actor, unit_id: int, grants: Grants, *, version: int | None = None
) -> None:
    """Let exactly these people hold these function permissions on a branch by name.

    Raises:
        NotFound: the unit is not the actor's to see.
        Refused: not his to change; or a permission is given or taken that he does not hold on the
            whole branch.
        Conflict: somebody changed the unit since the form was made.
        InvalidInput: at `people`: a closed account, or no permission that counts on a branch.
    """
    with platform.transaction() as work:
        unit_reach = reach_of(work, actor)
        unit_reach.check_edits((unit_id,))
        unit = unit_to_change(work, unit_id, version)
        old = _pairs(granted_on(work, unit_id))
        new = _pairs(grants)
        touched = {function for _, function in old ^ new}
        if not touched:
            return
        _check(work, actor, unit_id, touched, {user_id for user_id, _ in new - old})
        unit_rows.end_grants(work.session, unit_id, old - new, work.now)
        unit_rows.add_grants(work.session, unit_id, sorted(new - old), work.now)
        before, after = _named(work, old), _named(work, new)
        changed(work, actor, "unit.administrators", unit, before=before, after=after)


def administrators_view(platform: Platform, actor: Actor, unit_id: int) -> AdministratorsView:
    """Give who administers a unit, and what the actor may give on its branch.

    Raises:
        NotFound: the unit is not the actor's to see.
    """
    with platform.reading() as work:
        unit_reach = reach_of(work, actor)
        unit_reach.unit(unit_id)
        row = unit_rows.unit_row(work.session, unit_id)
        grants = granted_on(work, unit_id)
        others = [
            one for one in administrators_of(work, unit_id) if one.unit_id != unit_id or one.via != "branch"
        ]
        return AdministratorsView(
            tuple(sorted(grants.items())), tuple(others), givable(work, actor, unit_reach, unit_id),
            row.version if row is not None else 1,
        )  # fmt: skip


def granted_on(work: Work, unit_id: int) -> Grants:
    """Give who holds what by name on this very branch."""
    found: dict[int, frozenset[str]] = {}
    for grant in unit_rows.grants_of(work.session, (unit_id,)):
        found[grant.user_id] = found.get(grant.user_id, frozenset()) | {grant.function}
    return found


def givable(work: Work, actor: Actor, unit_reach: UnitReach, unit_id: int) -> tuple[str, ...]:
    """Give the function permissions that an actor may give on the branch of a unit."""
    if not unit_reach.edits(unit_id):
        return ()
    return tuple(one for one in sorted(LOCAL_FUNCTIONS) if _holds_on_branch(work, actor, unit_id, one))


def administrators_of(work: Work, unit_id: int, function: str = UNITS) -> tuple[Administrator, ...]:
    """Give who holds a function permission for a unit, the nearest first; open accounts only, each once."""
    organisation = work.world.organisation
    found: dict[int, tuple[int, Administrator]] = {}
    for user_id, source in holders_of_function(organisation, work.workspace, function):
        person = organisation.people.get(user_id)
        if person is None or not person.active:
            continue
        if source.units is not None and unit_id not in source.units:
            continue
        depth = len(organisation.path(source.unit_id)) if source.units is not None else 0
        known = found.get(user_id)
        if known is None or known[0] < depth:
            post = organisation.posts.get(user_id, "")
            found[user_id] = (depth, _administrator(work, user_id, person.name, post, function, source))
    ordered = sorted(found.values(), key=lambda one: (-one[0], one[1].name))
    return tuple(one for _, one in ordered)


def _administrator(
    work: Work, user_id: int, name: str, post: str, function: str, source: FunctionSource
) -> Administrator:
    units = work.world.organisation.units
    place = units.get(source.unit_id) if source.unit_id is not None else None
    via = (
        "slot" if source.via is FunctionVia.SLOT else "branch" if source.via is FunctionVia.BRANCH else "all"
    )
    return Administrator(
        user_id, name, post, function, via, source.unit_id, place.name if place is not None else None
    )


def _pairs(grants: Grants) -> set[tuple[int, str]]:
    return {(user_id, function) for user_id, functions in grants.items() for function in functions}


def _named(work: Work, pairs: set[tuple[int, str]]) -> dict[str, object]:
    people = work.world.organisation.people
    found: dict[str, object] = {}
    for user_id in sorted({one for one, _ in pairs}):
        name = people[user_id].user_name if user_id in people else f"#{user_id}"
        found[name] = sorted(function for one, function in pairs if one == user_id)
    return found


def _check(work: Work, actor: Actor, unit_id: int, functions: set[str], fresh: set[int]) -> None:
    for function in sorted(functions):
        if function not in LOCAL_FUNCTIONS:
            fault = Text(
                f"Không giao {function} theo nhánh được.", f"{function} cannot be given on a branch."
            )
            raise InvalidInput({"people": (fault,)})
        if not _holds_on_branch(work, actor, unit_id, function):
            raise Refused(NOT_HELD.filled({"function": function}))
    people = work.world.organisation.people
    closed = [one for one in sorted(fresh) if one not in people or not people[one].active]
    if closed:
        names = ", ".join(people[one].name if one in people else f"#{one}" for one in closed)
        fault = Text(f"Tài khoản đã ngừng: {names}.", f"The account is switched off: {names}.")
        raise InvalidInput({"people": (fault,)})


def _holds_on_branch(work: Work, actor: Actor, unit_id: int, function: str) -> bool:
    units = reach(work, actor, function)
    return units is None or units.issuperset(work.world.organisation.branch.get(unit_id, (unit_id,)))
