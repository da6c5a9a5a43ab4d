"""The one way to a record: fetched with permission or refused. "Not yours" and "not there" look alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from luongviec.engine.deciding.decide import decide
from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.planning.actions import check_decision
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.platform import Work
from luongviec.services.rights.function_words import function_label
from luongviec.store.applying.changes import conflict
from luongviec.store.organisation.function_rights import holders_of_function

#: Whoever holds it gives function permissions to others.
GIVES_FUNCTIONS = "admin.groups"
MOST_NAMED = 3


def access_record(work: Work, actor: Actor, record_id: int, *, deleted: bool = False) -> RecordState:
    """Give a record that the actor may see.

    Args:
        deleted: give deleted ones too (for history and restoring).

    Raises:
        NotFound: no such record, or not this actor's to see.
    """
    record = work.world.record(record_id)
    if record is None or (record.deleted_at is not None and not deleted):
        raise NotFound()
    if not decide(work.world, actor, "view", record).allowed:
        raise NotFound()
    return record


def may(work: Work, actor: Actor, permission: str, record: RecordState) -> bool:
    """Whether the actor may do something to a record that he may see."""
    return decide(work.world, actor, permission, record).allowed


def check_may(work: Work, actor: Actor, permission: str, record: RecordState) -> Actor:
    """Refuse, with the proof, what the actor may not do; give him as he then acts: on whose behalf."""
    decision = decide(work.world, actor, permission, record)
    check_decision(decision)
    return decision.actor(actor)


def check_version(work: Work, record: RecordState, version: int | None) -> None:
    """Refuse to go on from a version that is not the newest, and say what came since."""
    if version is not None and version != record.version:
        raise conflict(work.world, record.id, version)


def has_function(work: Work, actor: Actor, function: str) -> bool:
    """Whether the actor holds a function permission everywhere; the system holds all."""
    return reach(work, actor, function) is None


def reach(work: Work, actor: Actor, function: str) -> frozenset[int] | None:
    """Give the units in which the actor holds a function permission; None: everywhere."""
    return None if actor.user_id is None else work.world.function_units(actor.user_id, function)


def check_function(work: Work, actor: Actor, *functions: str) -> None:
    """Refuse an actor who holds none of the function permissions everywhere."""
    if not any(has_function(work, actor, function) for function in functions):
        raise _refusal(work, functions)


def check_function_in(work: Work, actor: Actor, function: str, unit_ids: Iterable[int]) -> None:
    """Refuse an actor who does not hold a function permission in each of the units (U-29, C-83).

    Without units the permission must be held everywhere.
    """
    units = reach(work, actor, function)
    wanted = frozenset(unit_ids)
    if units is not None and not (wanted and wanted <= units):
        raise _refusal(work, (function,))


def check_function_somewhere(work: Work, actor: Actor, function: str) -> None:
    """Refuse an actor who holds a function permission nowhere: for screens that then keep to his units."""
    units = reach(work, actor, function)
    if units is not None and not units:
        raise _refusal(work, (function,))


class FunctionNeeded(Refused):
    """A function permission is missing; the message says which, and who gives it (A-25)."""


def _refusal(work: Work, functions: Sequence[str]) -> FunctionNeeded:
    labels = [function_label(work.workspace, function) for function in functions]
    vietnamese = " hoặc ".join(f"“{label.vi}”" for label in labels)
    english = " or ".join(f"“{label.in_language('en')}”" for label in labels)
    message = Text(f"Cần quyền chức năng {vietnamese}.", f"This needs the function permission {english}.")
    givers = ", ".join(_givers(work))
    if givers:
        message = Text(
            f"{message.vi} Hãy đề nghị một trong những người cấp quyền: {givers}.",
            f"{message.en} Ask somebody who gives it: {givers}.",
        )
    return FunctionNeeded(message)


def _givers(work: Work) -> tuple[str, ...]:
    """Name a few people who give function permissions."""
    organisation = work.world.organisation
    holders = holders_of_function(organisation, work.workspace, GIVES_FUNCTIONS)
    ids = {user_id for user_id, source in holders if source.units is None}
    people = [organisation.people[one] for one in ids if one in organisation.people]
    active = sorted((one for one in people if one.active), key=lambda one: one.sort_key)
    return tuple(person.name for person in active[:MOST_NAMED])
