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

from luongviec.engine.lazily import cached_property
from luongviec.engine.model import Workspace
from luongviec.plugins import Plugins
from luongviec.services.files.store import FileStore
from luongviec.settings import Settings
from luongviec.store.database import writing
from luongviec.store.definitions.workspaces import Workspaces
from luongviec.store.world import StoreWorld

#: So many records above one are told that it changed.
MOST_ABOVE = 8


class Enqueue(Protocol):
    """Hands work to the queue after the commit. Losing a call is harmless: the sweeper finds rows."""

    def __call__(self, job: str, key: int) -> None:
        """Queue `job` for one row; the same job and key twice is once."""


def utc_now() -> datetime:
    """Give the present moment: the only clock of the house."""
    return datetime.now(UTC)


def enqueue_nothing(job: str, key: int) -> None:
    """Leave everything to the sweeper: for tests and for filling in histories."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that a change touched; `above`: what owns it, nearest first, each with its relation."""

    record_id: int
    above: tuple[tuple[int, str], ...] = ()

    def places(self) -> Iterator[tuple[int, str | None]]:
        """Give whose pages show it, and there in which relation; on its own page in none."""
        yield self.record_id, None
        yield from self.above


class Announce(Protocol):
    """Tells those who look on what a commit touched. Losing a call is harmless: pages also ask."""

    def __call__(self, touched: tuple[Touched, ...]) -> None:
        """Tell all processes."""


def announce_nothing(touched: tuple[Touched, ...]) -> None:
    """Tell nobody: for tests, commands and filling in histories."""


class Work:
    """One transaction or one look: its session, its moment and the engine's view of both."""

    def __init__(self, platform: Platform, session: Session, *, writes: bool) -> None:
        self.platform = platform
        self.session = session
        self.writes = writes
        self.now = platform.clock()
        self.jobs: dict[tuple[str, int], None] = {}  # queued after the commit, in order
        self.touched: dict[int, Touched] = {}  # announced after the commit

    @cached_property
    def world(self) -> StoreWorld:
        """The engine's view of the database at this moment."""
        return StoreWorld(self.session, self.platform.workspaces, self.now)

    @property
    def workspace(self) -> Workspace:
        """The newest published definitions."""
        return self.world.workspace

    def begin_part(self, now: datetime) -> None:
        """Go on at a moment of its own with what is known of this transaction."""
        self.now = now
        known: StoreWorld | None = self.__dict__.get("world")
        if known is not None:
            known.go_on(now)

    def look_afresh(self) -> None:
        """Forget what was read: it was changed past the world, or taken back."""
        self.__dict__.pop("world", None)

    def enqueue(self, job: str, key: int) -> None:
        """Queue a job once the change is committed, and never if it is not."""
        self.jobs[job, key] = None

    def touch(self, record_id: int) -> None:
        """Announce once the change is committed that a record was touched."""
        above: list[tuple[int, str]] = []
        record = self.world.record(record_id)
        while record is not None and record.owner_id is not None and len(above) < MOST_ABOVE:
            above.append((record.owner_id, record.owner_relation or ""))
            record = self.world.record(record.owner_id)
        self.touched[record_id] = Touched(record_id, tuple(above))


def _current_work() -> ContextVar[Work | None]:
    return ContextVar("luongviec_work", default=None)


@dataclass(slots=True)
class Platform:
    """The running platform. Cheap to copy with another clock: `dataclasses.replace`."""

    settings: Settings
    sessions: Callable[[], Session]
    workspaces: Workspaces
    files: FileStore
    clock: Callable[[], datetime] = utc_now
    enqueue: Enqueue = enqueue_nothing
    plugins: Plugins = field(default_factory=Plugins)
    announce: Announce = announce_nothing
    _current: ContextVar[Work | None] = field(default_factory=_current_work, repr=False)

    @property
    def is_working(self) -> bool:
        """Whether a transaction is under way here."""
        return self._current.get() is not None

    @contextmanager
    def transaction(self) -> Iterator[Work]:
        """Change something: all of it or nothing; jobs are queued only after the commit.

        Inside another transaction it is a part of that one: its own failure undoes its part, the
        outer commit decides about all.
        """
        outer = self._current.get()
        if outer is not None and outer.writes:
            yield from self._joined(outer)
            return
        with self.sessions() as session:
            work = Work(self, session, writes=True)
            token = self._current.set(work)
            try:
                with writing(session):
                    yield work
            finally:
                self._current.reset(token)
        for job, key in work.jobs:
            self.enqueue(job, key)
        if work.touched:
            self.announce(tuple(work.touched.values()))

    def _joined(self, outer: Work) -> Iterator[Work]:
        before, touched = dict(outer.jobs), dict(outer.touched)
        moment = outer.now
        try:
            with outer.session.begin_nested():
                outer.begin_part(self.clock())
                yield outer
        except BaseException:
            outer.jobs, outer.touched = before, touched
            outer.look_afresh()
            raise
        finally:
            outer.begin_part(moment)

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """Look at one moment; joins whatever work is under way."""
        outer = self._current.get()
        if outer is not None:
            yield outer
            return
        with self.sessions() as session:
            work = Work(self, session, writes=False)
            token = self._current.set(work)
            try:
                yield work
            finally:
                self._current.reset(token)
