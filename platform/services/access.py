"""The one way to a record: fetched with permission or refused. "Not yours" and "not there" look alike."""

from __future__ import annotations

from luongviec.engine.decide import decide
from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.planning_actions import check_decision
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.platform import Work
from luongviec.store.applying import conflict


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


def check_may(work: Work, actor: Actor, permission: str, record: RecordState) -> None:
    """Refuse, with the proof, what the actor may not do."""
    check_decision(decide(work.world, actor, permission, record))


def check_version(work: Work, record: RecordState, version: int | None) -> None:
    """Refuse to go on from a version that is not the newest, and say what came since."""
    if version is not None and version != record.version:
        raise conflict(work.world, record.id, version)


def has_function(work: Work, actor: Actor, function: str) -> bool:
    """Whether the actor holds a function permission; the system holds all."""
    return actor.user_id is None or function in work.world.functions(actor.user_id)


def check_function(work: Work, actor: Actor, *functions: str) -> None:
    """Refuse an actor who holds none of the function permissions."""
    if not any(has_function(work, actor, function) for function in functions):
        raise Refused(
            Text(
                f"Cần quyền chức năng {' hoặc '.join(functions)}.",
                f"This needs the function permission {' or '.join(functions)}.",
            )
        )
