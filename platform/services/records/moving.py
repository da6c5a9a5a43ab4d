"""Records after a publication: they move to the newest revisions in small transactions.

What is left to do stands in the database. Whoever has time goes on with it: the command that
published, or a worker that the scheduler sends; a killed one is followed by another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from luongviec.services.platform import Platform
from luongviec.store.definitions import moving as rows

#: The job by name; its key is the publication.
MOVE = "move"
#: A job ends after so many transactions, and the scheduler sends the next one.
PARTS_OF_A_JOB = 10
#: Somebody else's action may hold a record; how often a part is tried.
TRIES = 5


@dataclass(frozen=True, slots=True)
class MoveProgress:
    """How far the records of a module are; `failed` ones stay where they were."""

    module: str
    total: int
    moved: int
    settled: int
    failed: int
    is_done: bool


def go_on(platform: Platform, publication_id: int, *, parts: int = PARTS_OF_A_JOB) -> bool:
    """Do a part of what a publication has left to do; give whether more is left."""
    return all(_part(platform, publication_id) for _ in range(parts))


def finish(
    platform: Platform, publication_id: int, tell: Callable[[tuple[MoveProgress, ...]], None] | None = None
) -> tuple[MoveProgress, ...]:
    """Do all that a publication has left to do; `tell` hears after each part how far it is."""
    while _part(platform, publication_id):
        if tell is not None:
            tell(progress(platform, publication_id))
    return progress(platform, publication_id)


def progress(platform: Platform, publication_id: int) -> tuple[MoveProgress, ...]:
    """Give how far a publication is with the records of each module."""
    with platform.reading() as work:
        return tuple(
            MoveProgress(one.module, one.total, one.moved, one.settled, one.failed, one.stage == rows.DONE)
            for one in rows.moves_of(work.session, publication_id)
        )


def _part(platform: Platform, publication_id: int) -> bool:
    for attempt in range(TRIES):
        try:
            with platform.transaction() as work:
                return rows.go_on(work.world, publication_id)
        except OperationalError:  # a deadlock with somebody's action, or a database that is busy
            if attempt == TRIES - 1:
                raise
    return False
