"""Which statuses lead where when definitions are published: old pairs of revisions to the newest one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import func, select

from luongviec.engine.model import Module, StatusGroup, Workspace
from luongviec.engine.model.groups import Final
from luongviec.engine.planning.migration import Pinned, Step, status_after, step_between
from luongviec.store.database import AnySession
from luongviec.store.definitions.codes import Codes, StatusCode
from luongviec.store.models import Definition, Record, Revision

#: Which records a publication moves: those that may still run, all, or none of those that exist.
OPEN_RECORDS = "open"
ALL_RECORDS = "all"
NEW_RECORDS = "new"
SCOPES = (OPEN_RECORDS, ALL_RECORDS, NEW_RECORDS)

Key = tuple[str, str]  # kind, code
WorkspaceAt = Callable[[int], Workspace]


@dataclass(frozen=True, slots=True)
class Route:
    """Where the records of one status under older revisions go; `records` counts them."""

    source: StatusCode
    status: str
    steps: tuple[Step, ...]
    records: int

    @property
    def after(self) -> Pinned:
        """The revisions that the records come to."""
        return self.steps[-1].after

    @property
    def is_light(self) -> bool:
        """Whether nothing of the records changes but their revisions."""
        return self.status == self.source.status and all(step.is_light for step in self.steps)


class Routes:
    """Finds the routes of a module's records; asks for old definitions only where records need it."""

    def __init__(
        self,
        session: AnySession,
        workspace: Workspace,
        newest: Mapping[Key, int],
        codes: Codes,
        workspace_at: WorkspaceAt,
    ) -> None:
        self._session = session
        self._workspace = workspace
        self._newest = newest
        self._codes = codes
        self._workspace_at = workspace_at

    def of(self, module: str, scope: str) -> tuple[Route, ...]:
        """Give the routes of a module's records within a scope, those of most records first."""
        if scope == NEW_RECORDS or module not in self._workspace.modules:
            return ()
        counts = self._counts(module)
        found = [
            route
            for status in self._codes.statuses_of.get(module, ())
            if counts.get(status.id) and (route := self._route(status, scope, counts[status.id]))
        ]
        return tuple(sorted(found, key=lambda route: -route.records))

    def _counts(self, module: str) -> Mapping[int, int]:
        rows = self._session.execute(
            select(Record.record_status_id, func.count())
            .where(Record.module_id == self._codes.modules.get(module))
            .group_by(Record.record_status_id)
        )
        return {row[0]: row[1] for row in rows}

    def _route(self, status: StatusCode, scope: str, records: int) -> Route | None:
        last = self._pair(status)
        if last is None or 0 in (status.module_revision, status.group_revision):
            return None
        before = (status.module_revision, status.group_revision)
        if before == last:
            return None
        if scope == OPEN_RECORDS and self._is_over(status):
            return None
        revisions = self._revisions(status)
        if self._too_old(status, revisions):
            return None
        steps = self._steps(status, _pairs(before, revisions))
        to = status_after(steps, status.status)
        return None if to is None or not steps else Route(status, to, steps, records)

    def _pair(self, status: StatusCode) -> tuple[int, int] | None:
        group = self._workspace.status_groups.get(status.status_group)
        if group is None or group.module != status.module:
            return None
        return (
            self._newest.get(("module", status.module), 0),
            self._newest.get(("status_group", status.status_group), 0),
        )

    def _is_over(self, status: StatusCode) -> bool:
        """Whether records of a status are finished for good; what may be reopened still runs."""
        group = self._group(status.status_group, status.group_revision)
        known = group.statuses.get(status.status)
        return status.final if known is None else known.final is Final.FINAL

    def _revisions(self, status: StatusCode) -> Sequence[tuple[int, int, int, str]]:
        """Give (publication, revision, number, kind) of the module and the group, oldest first."""
        rows = self._session.execute(
            select(Revision.publication_id, Revision.id, Revision.number, Definition.kind)
            .join(Definition, Definition.id == Revision.definition_id)
            .where(
                Revision.removed.is_(False),
                ((Definition.kind == "module") & (Definition.code == status.module))
                | ((Definition.kind == "status_group") & (Definition.code == status.status_group)),
            )
            .order_by(Revision.id)
        )
        return [(publication, revision, number, kind) for publication, revision, number, kind in rows]

    def _too_old(self, status: StatusCode, revisions: Sequence[tuple[int, int, int, str]]) -> bool:
        numbers = {revision: number for _, revision, number, _ in revisions}
        module = self._workspace.modules[status.module]
        group = self._workspace.status_groups[status.status_group]
        return numbers.get(status.module_revision, 0) < _since(module.migrate) or numbers.get(
            status.group_revision, 0
        ) < _since(group.migrate)

    def _steps(self, status: StatusCode, pairs: Sequence[tuple[int, int]]) -> tuple[Step, ...]:
        pinned = [
            Pinned(m, g, self._module(status.module, m), self._group(status.status_group, g))
            for m, g in pairs
        ]
        return tuple(step_between(before, after) for before, after in pairwise(pinned))

    def _module(self, code: str, revision: int) -> Module:
        newest = self._newest.get(("module", code)) == revision
        return (self._workspace if newest else self._workspace_at(revision)).modules[code]

    def _group(self, code: str, revision: int) -> StatusGroup:
        newest = self._newest.get(("status_group", code)) == revision
        return (self._workspace if newest else self._workspace_at(revision)).status_groups[code]


def _since(migrate: Mapping[str, object]) -> int:
    since = migrate.get("since")
    return since if isinstance(since, int) else 0


def _pairs(first: tuple[int, int], revisions: Iterable[tuple[int, int, int, str]]) -> list[tuple[int, int]]:
    """Give the pairs of revisions that counted one after the other, from a record's own to the newest."""
    module, group = first
    by_publication: dict[int, dict[str, int]] = {}
    for publication, revision, _, kind in revisions:
        by_publication.setdefault(publication, {})[kind] = revision
    found = [first]
    for publication in sorted(by_publication):
        news = by_publication[publication]
        module = max(module, news.get("module", 0))
        group = max(group, news.get("status_group", 0))
        if (module, group) != found[-1]:
            found.append((module, group))
    return found
