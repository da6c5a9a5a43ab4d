"""What every service is given: the running platform, and the one transaction it works in.

`Platform` holds the few real things that a use case needs (sessions, clock, published definitions,
files, the way to the queue). `bootstrap` builds it for processes, tests build it by hand. A service
opens `platform.transaction()` to change something and `platform.reading()` to look; both give a
`Work`. Called inside another transaction, a service joins it behind a savepoint: that is how a
scenario makes thousands of records in few commits, and how a page reads everything at one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from luongviec.services.file_store import FileStore
from luongviec.settings import Settings
from luongviec.store.workspaces import Workspaces
from luongviec.store.world import StoreWorld


class Enqueue(Protocol):
    """Hands work to the queue after the commit. Losing a call is harmless: the sweeper finds rows."""

    def __call__(self, job: str, key: int) -> None:
        """Queue `job` for one row; the same job and key twice is once."""


def utc_now() -> datetime:
    """Give the present moment: the only clock of the house."""
    return datetime.now(UTC)


def enqueue_nothing(job: str, key: int) -> None:
    """Leave everything to the sweeper: for tests and for filling in histories."""


@dataclass(slots=True)
class Work:
    """One transaction or one look: its session, its moment and the engine's view of both."""

    platform: Platform
    session: Session
    world: StoreWorld
    writes: bool
    after_commit: list[tuple[str, int]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The moment of this work; it does not move."""
        return self.world.now


@dataclass(slots=True)
class Platform:
    """The running platform. Cheap to copy with another clock: `dataclasses.replace`."""

    settings: Settings
    sessions: Callable[[], Session]
    workspaces: Workspaces
    files: FileStore
    clock: Callable[[], datetime] = utc_now
    enqueue: Enqueue = enqueue_nothing
    _current: ContextVar[Work | None] = field(
        default_factory=lambda: ContextVar("luongviec_work", default=None), repr=False
    )

    @contextmanager
    def transaction(self) -> Iterator[Work]:
        """Change something: all of it or nothing; jobs are queued only after the commit."""
        ...

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """Look at one moment; joins whatever work is under way."""
        ...
