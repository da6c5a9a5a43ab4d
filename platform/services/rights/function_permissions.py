"""Function permissions of persons, and who may give which (E-08, E-15).

Who holds `admin.groups` gives any function permission. Who administers a module (`MODULE.admin`) gives
that module's and no other, to persons and to groups. So nobody can give more than he could take.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from luongviec.engine.errors import Conflict, InvalidInput, NotFound, Refused
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.journal.writing import Subject, note_change, organisation_changed
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import has_function
from luongviec.services.rights.administrators import keeping_an_administrator
from luongviec.services.rights.function_words import (
    FunctionSection,
    FunctionView,
    function_label,
    function_sections,
    function_view,
)
from luongviec.store.models import User
from luongviec.store.organisation import groups as rows
from luongviec.store.organisation.function_rights import FunctionVia, function_sources

PAGE_SIZE = 50
LONGEST_QUESTION = 200

CHANGED_MEANWHILE = Text(
    "Người khác vừa thay đổi các quyền này. Hãy tải lại trang, xem lại rồi lưu.",
    "Somebody has just changed these permissions. Load the page again, look and save.",
)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person with what was given to him alone."""

    id: int
    name: str
    user_name: str
    post: str
    active: bool
    functions: tuple[FunctionView, ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people who were given something alone."""

    people: tuple[PersonLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class FunctionChange:
    """What a change of function permissions means: for each one gained or lost, for how many people."""

    gained: tuple[tuple[FunctionView, int], ...]
    lost: tuple[tuple[FunctionView, int], ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not self.gained and not self.lost


@dataclass(frozen=True, slots=True)
class PersonFunctions:
    """One person's check list: what he was given alone, and what he holds through something else."""

    id: int
    name: str
    post: str
    sections: tuple[FunctionSection, ...]
    given: frozenset[str]
    elsewhere: frozenset[str]  # held through groups, slots or branches anyway
    may_give: frozenset[str]
    state: str  # what the form was made from: a changed one is told


def may_give(work: Work, actor: Actor) -> frozenset[str]:
    """Give the function permissions that the actor may give and take away."""
    known = work.workspace.functions()
    if has_function(work, actor, "admin.groups"):
        return known
    world = work.world
    sources = function_sources(world.organisation, world.workspace, actor.user_id or 0)
    modules = {
        source.function.removesuffix(".admin")
        for source in sources
        if source.units is None and source.function.endswith(".admin")
    }
    return frozenset(one for one in known if one.partition(".")[0] in modules & set(world.workspace.modules))


def check_gives(work: Work, actor: Actor) -> frozenset[str]:
    """Refuse who may give no function permission at all; give those that the actor may."""
    found = may_give(work, actor)
    if not found:
        raise Refused(
            Text(
                "Cần quyền “Phân quyền chức năng” hoặc quyền quản trị một phân hệ.",
                "This needs the permission to give function permissions, or to administer a module.",
            )
        )
    return found


def wanted_functions(work: Work, actor: Actor, typed: Iterable[str], now: frozenset[str]) -> frozenset[str]:
    """Give what somebody shall hold: what was ticked, and what the actor may not take away.

    Raises:
        InvalidInput: a function permission that does not exist.
        Refused: one more than the actor may give.
    """
    asked = frozenset(typed)
    givable = check_gives(work, actor)
    if unknown := sorted(asked - work.workspace.functions() - now):
        fault = Text(
            f"Không có quyền chức năng {', '.join(unknown)}.",
            f"There is no function permission {', '.join(unknown)}.",
        )
        raise InvalidInput({"functions": (fault,)})
    if beyond := sorted(asked - now - givable):
        labels = [function_label(work.workspace, one) for one in beyond]
        raise Refused(
            Text(
                f"Bạn không được cấp: {', '.join(one.vi for one in labels)}.",
                f"You may not give: {', '.join(one.in_language('en') for one in labels)}.",
            )
        )
    return (asked & (givable | now)) | (now - givable)


def grant_functions(platform: Platform, actor: Actor, user_id: int, functions: Sequence[str]) -> None:
    """Give function permissions to one person, beside those he has."""
    with platform.transaction() as work:
        now = rows.person_functions(work.session, user_id)
        wanted = wanted_functions(work, actor, now | frozenset(functions), now)
        _save(work, actor, _person(work, user_id), now, wanted)


def people_with_functions(
    platform: Platform, actor: Actor, *, q: str = "", page: int = 1, module: str = ""
) -> PeoplePage:
    """Give people who were given something alone, by name; with a module only something of it."""
    with platform.reading() as work:
        shown = _shown(check_gives(work, actor), module)
        page = max(1, page)
        found, total = rows.people_with_functions(
            work.session, shown, q[:LONGEST_QUESTION], offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE
        )
        people = tuple(
            PersonLine(
                user.id, user.name, user.user_name, user.post, user.active,
                tuple(function_view(work.workspace, one) for one in sorted(given & shown)),
            )
            for user, given in found
        )  # fmt: skip
        return PeoplePage(people, total, page, max(1, -(-total // PAGE_SIZE)))


def person_functions(platform: Platform, actor: Actor, user_id: int, *, module: str = "") -> PersonFunctions:
    """Give one person's check list.

    Raises:
        NotFound: there is no such person.
    """
    with platform.reading() as work:
        givable = check_gives(work, actor)
        user = _person(work, user_id)
        given = rows.person_functions(work.session, user_id)
        elsewhere = _elsewhere(work, user_id)
        everything = has_function(work, actor, "admin.groups")
        visible = work.workspace.functions() if everything else givable
        return PersonFunctions(
            user.id, user.name, user.post, function_sections(work.workspace, visible, first=module),
            given & visible, elsewhere & visible, givable, state_of(given),
        )  # fmt: skip


def preview_person(
    platform: Platform, actor: Actor, user_id: int, functions: Iterable[str]
) -> FunctionChange:
    """Say what a person would gain and lose; what he also holds through a group he does not lose."""
    with platform.reading() as work:
        now = rows.person_functions(work.session, user_id)
        wanted = wanted_functions(work, actor, functions, now)
        _person(work, user_id)
        elsewhere = _elsewhere(work, user_id)

        def seen(functions: Iterable[str]) -> tuple[tuple[FunctionView, int], ...]:
            return tuple(
                (function_view(work.workspace, one), int(one not in elsewhere)) for one in sorted(functions)
            )

        return FunctionChange(seen(wanted - now), seen(now - wanted))


def set_person_functions(
    platform: Platform, actor: Actor, user_id: int, functions: Iterable[str], *, state: str | None = None
) -> None:
    """Let a person alone hold exactly these function permissions; group rights stay (E-15).

    Args:
        state: what the form was made from, if it says so.

    Raises:
        Conflict: somebody changed them since.
        InvalidInput: a function permission that does not exist, or no administrator would be left.
        Refused: more than the actor may give.
    """
    with platform.transaction() as work:
        user = _person(work, user_id, for_update=True)
        now = rows.person_functions(work.session, user_id)
        check_state(now, state)
        _save(work, actor, user, now, wanted_functions(work, actor, functions, now))


def state_of(functions: Iterable[str]) -> str:
    """Give what a form carries to tell whether somebody else was first; it does not say what they are."""
    return hashlib.sha256(" ".join(sorted(functions)).encode()).hexdigest()[:16]


def check_state(now: frozenset[str], state: str | None) -> None:
    """Refuse to save over what somebody else has saved since.

    Raises:
        Conflict: the form was made from something else.
    """
    if state and state != state_of(now):
        raise Conflict(CHANGED_MEANWHILE)


def _save(work: Work, actor: Actor, user: User, now: frozenset[str], wanted: frozenset[str]) -> None:
    if now == wanted:
        return
    with keeping_an_administrator(work):
        rows.set_functions(work.session, wanted, work.now, user_id=user.id)
        note_change(
            work, actor, "user.functions_set", Subject("user", str(user.id), user.name),
            before={"functions": sorted(now)}, after={"functions": sorted(wanted)},
        )  # fmt: skip
        organisation_changed(work)


def _elsewhere(work: Work, user_id: int) -> frozenset[str]:
    """Give what a person holds everywhere through something else than what was given to him alone."""
    world = work.world
    return frozenset(
        source.function
        for source in function_sources(world.organisation, world.workspace, user_id)
        if source.via is not FunctionVia.PERSON and source.units is None
    )


def _shown(givable: frozenset[str], module: str) -> frozenset[str]:
    return frozenset(one for one in givable if not module or one.partition(".")[0] == module)


def _person(work: Work, user_id: int, *, for_update: bool = False) -> User:
    user = work.session.get(User, user_id, with_for_update=for_update or None)
    if user is None or user.deleted_at is not None:
        raise NotFound()
    return user
