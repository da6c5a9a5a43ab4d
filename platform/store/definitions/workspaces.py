"""What every process keeps of shared data: compiled definitions, their numbers, the organisation.

`Workspaces` is made once per process and given to every `StoreWorld`. Each transaction reads the two
rows of `generation` (one statement), so a publication or a new slot holder counts from the next
transaction on, in every process, without a restart; only then is anything loaded again.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from luongviec.engine.model import Module, StatusGroup, Workspace
from luongviec.store.database import AnySession, table_of
from luongviec.store.definitions.codes import Codes, load_codes, register_codes
from luongviec.store.models import Generation
from luongviec.store.organisation.snapshot import Organisation, load_organisation
from luongviec.store.statements import run

DEFINITIONS = "definitions"
ORGANISATION = "organisation"

_KEPT = 16
#: Asked at the beginning of everything.
_GENERATIONS = select(*(table_of(Generation).c[name] for name in ("name", "number", "token")))


@dataclass(frozen=True, slots=True)
class Published:
    """The definitions of one generation. `revisions`: (kind, code) → id of the newest revision."""

    generation: int
    token: int
    workspace: Workspace
    revisions: Mapping[tuple[str, str], int]
    codes: Codes
    #: Statements that hang on the definitions alone, built once.
    statements: dict[tuple[object, ...], Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shared:
    """What one transaction sees of shared data."""

    published: Published
    organisation: Organisation


def touch_generation(session: AnySession, name: str) -> int:
    """Tell every process that shared data has changed; part of the transaction that changes it."""
    row = session.get(Generation, name, with_for_update=True, populate_existing=True)
    if row is None:
        row = Generation(name=name, number=0)
        session.add(row)
    row.number += 1
    row.token = secrets.randbits(62)
    session.flush()
    return row.number


def hold_generation(session: AnySession, name: str) -> None:
    """Let nobody else change shared data until the end of this transaction."""
    session.get(Generation, name, with_for_update=True, populate_existing=True)


class Workspaces:
    """Caches by generation, safe for threads. `load` and `load_pinned` come from `definitions.revisions`."""

    def __init__(
        self,
        load: Callable[[AnySession, int], tuple[Workspace, Mapping[tuple[str, str], int]]],
        load_pinned: Callable[[AnySession, int], Workspace],
    ) -> None:
        self._load = load
        self._load_pinned = load_pinned
        self._lock = threading.RLock()
        self._published: OrderedDict[int, Published] = OrderedDict()
        self._organisations: OrderedDict[int, Organisation] = OrderedDict()
        self._pinned: OrderedDict[int, Workspace] = OrderedDict()
        self.terms: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def shared(self, session: AnySession) -> Shared:
        """Give what counts in this transaction: one statement when nothing has changed."""
        rows = run(session, _GENERATIONS)
        numbers = {row.name: (row.number, row.token) for row in rows}
        generation, token = numbers.get(DEFINITIONS, (0, 0))
        _, organisation_token = numbers.get(ORGANISATION, (0, 0))
        return Shared(
            self._published_at(session, generation, token), self._organisation_at(session, organisation_token)
        )

    def _published_at(self, session: AnySession, generation: int, token: int) -> Published:
        with self._lock:
            found = self._published.get(token)
            if found is None:
                workspace, revisions = self._load(session, generation)
                found = Published(generation, token, workspace, revisions, load_codes(session))
                _keep(self._published, token, found)
            return found

    def _organisation_at(self, session: AnySession, token: int) -> Organisation:
        with self._lock:
            found = self._organisations.get(token)
            if found is None:
                found = load_organisation(session, token)
                _keep(self._organisations, token, found, 4)
            return found

    def module_at(self, session: AnySession, revision: int, code: str) -> Module:
        """Give a module as a record's pinned revision has it."""
        return self.workspace_at(session, revision).modules[code]

    def group_at(self, session: AnySession, revision: int, code: str) -> StatusGroup:
        """Give a status group as a record's pinned revision has it."""
        return self.workspace_at(session, revision).status_groups[code]

    def workspace_at(self, session: AnySession, revision: int) -> Workspace:
        """Give the definitions as they were when a revision was published."""
        with self._lock:
            found = self._pinned.get(revision)
            if found is None:
                found = self._load_pinned(session, revision)
                _keep(self._pinned, revision, found, 64)
            return found


class FixedWorkspaces(Workspaces):
    """One workspace that was never published: for tests and measurements. Nothing is pinned."""

    def __init__(self, workspace: Workspace) -> None:
        def load(session: AnySession, generation: int) -> tuple[Workspace, Mapping[tuple[str, str], int]]:
            return workspace, {}

        def load_pinned(session: AnySession, revision: int) -> Workspace:
            return workspace

        super().__init__(load, load_pinned)
        self.workspace = workspace

    def register(self, session: AnySession) -> None:
        """Give the workspace's codes their numbers, as publishing does."""
        register_codes(session, self.workspace)
        touch_generation(session, DEFINITIONS)


def _keep(cache: OrderedDict[Any, Any], key: Any, value: Any, limit: int = _KEPT) -> None:
    cache[key] = value
    while len(cache) > limit:
        cache.popitem(last=False)
