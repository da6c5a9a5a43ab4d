"""Published definitions: writing revisions, reading a generation back, compiling it.

A publication is one act: its number is the generation, and the definitions that count at a
generation are, for each kind and code, the newest revision published until then. So every pinned
revision can be compiled again exactly as it was published, together with its companions of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func, insert, select, update

from luongviec.engine.compiler import compile_workspace
from luongviec.engine.model import Module, Workspace
from luongviec.engine.sources.nodes import Positions
from luongviec.engine.sources.reading import Definition, frozen, plain
from luongviec.store.applying.derived import indexed_fields
from luongviec.store.database import AnySession, table_of
from luongviec.store.definitions.codes import StatusKey, load_codes, register_codes, sort_field_of
from luongviec.store.definitions.routes import ALL_RECORDS, Routes
from luongviec.store.definitions.workspaces import DEFINITIONS, Workspaces, touch_generation
from luongviec.store.lists.search import searchable_fields
from luongviec.store.models import AccessRow, Publication, Record, RecordStatus, Revision
from luongviec.store.models import Definition as DefinitionRow

Key = tuple[str, str]  # kind, code


@dataclass(frozen=True, slots=True)
class PublishedRevision:
    """A revision as it is stored."""

    id: int
    kind: str
    code: str
    number: int
    generation: int
    text: str
    file: str
    author_id: int | None
    at: datetime
    note: str
    scope: str
    removed: bool


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What a publication did. `rebuild`: modules whose derived tables must be built anew by a job;
    `settle`: those whose computed fields, titles or timers must be."""

    generation: int
    published: tuple[Key, ...]
    removed: tuple[Key, ...]
    unchanged: tuple[Key, ...]
    rebuild: tuple[str, ...]
    settle: tuple[str, ...] = ()
    at_once: int = 0  # records that moved with it


def make_workspaces() -> Workspaces:
    """Give the process-wide caches over the published definitions."""
    return Workspaces(load_generation, load_pinned)


# --- Reading -------------------------------------------------------------------------------------------


def _newest(generation: int | None) -> Any:
    """Give the query for the newest revision of each definition, at a generation or now."""
    newest = select(func.max(Revision.id).label("id")).group_by(Revision.definition_id)
    if generation is not None:
        newest = newest.where(Revision.publication_id <= generation)
    return (
        select(Revision, DefinitionRow.kind, DefinitionRow.code)
        .join(DefinitionRow, DefinitionRow.id == Revision.definition_id)
        .where(Revision.id.in_(newest), Revision.removed.is_(False))
        .order_by(Revision.file, Revision.definition_id)
    )


def load_generation(session: AnySession, generation: int | None) -> tuple[Workspace, Mapping[Key, int]]:
    """Compile what counts at a generation (None: now); also give the id of each revision."""
    definitions: list[Definition] = []
    revisions: dict[Key, int] = {}
    for row, kind, code in session.execute(_newest(generation)):
        definitions.append(_definition(row, kind, code))
        revisions[kind, code] = row.id
    texts = tuple((one.kind, one.code, one.file, one.text) for one in definitions)
    return _compiled(_Whole(texts, tuple(definitions))), revisions


@dataclass(frozen=True, slots=True)
class _Whole:
    """All definitions of a moment; the same texts make the same."""

    texts: tuple[tuple[str, str, str, str], ...]
    definitions: tuple[Definition, ...] = field(compare=False)


@lru_cache(maxsize=8)
def _compiled(whole: _Whole) -> Workspace:
    """Compile definitions; what was compiled is kept, as a publication asks for the same several times."""
    return compile_workspace(whole.definitions).workspace


def load_pinned(session: AnySession, revision: int) -> Workspace:
    """Compile the definitions as they were when a revision was published."""
    generation = session.execute(select(Revision.publication_id).where(Revision.id == revision)).scalar_one()
    return load_generation(session, generation)[0]


@dataclass(frozen=True, slots=True)
class _Stored:
    """A revision as it was read; the same number and text hold the same data."""

    id: int
    kind: str
    code: str
    text: str
    file: str
    data: Any = field(compare=False)


def _definition(row: Revision, kind: str, code: str) -> Definition:
    """Give a revision as a definition, without reading its YAML again: positions are not needed."""
    return _frozen(_Stored(row.id, kind, code, row.text, row.file, row.data))


@lru_cache(maxsize=1024)
def _frozen(stored: _Stored) -> Definition:
    """Give a revision as a definition; revisions never change, so each process makes it once."""
    data = frozen(stored.data)
    if not isinstance(data, Mapping):
        raise TypeError(f"revision {stored.id} holds no mapping")
    return Definition(stored.kind, stored.code, data, stored.text, stored.file, Positions())


def published_definitions(session: AnySession) -> tuple[PublishedRevision, ...]:
    """Give the revisions that count now, in the order of their files."""
    return tuple(_published(row, kind, code) for row, kind, code in session.execute(_newest(None)))


def revisions_of(
    session: AnySession, *, kind: str | None = None, code: str | None = None, limit: int = 1000
) -> tuple[PublishedRevision, ...]:
    """Give revisions, newest first."""
    query = (
        select(Revision, DefinitionRow.kind, DefinitionRow.code)
        .join(DefinitionRow, DefinitionRow.id == Revision.definition_id)
        .order_by(Revision.id.desc())
        .limit(limit)
    )
    if kind is not None:
        query = query.where(DefinitionRow.kind == kind)
    if code is not None:
        query = query.where(DefinitionRow.code == code)
    return tuple(_published(row, of_kind, of_code) for row, of_kind, of_code in session.execute(query))


def _published(row: Revision, kind: str, code: str) -> PublishedRevision:
    return PublishedRevision(
        row.id, kind, code, row.number, row.publication_id, row.text, row.file, row.author_id, row.at,
        row.note, row.scope, row.removed,
    )  # fmt: skip


def status_counts(session: AnySession, module: str) -> Mapping[Key, int]:
    """Count the records of a module by (status group, status): what may not go away unmapped."""
    module_id = load_codes(session).modules.get(module)
    rows = session.execute(
        select(RecordStatus.status_group, RecordStatus.status, func.count(Record.id))
        .join(Record, Record.record_status_id == RecordStatus.id)
        .where(RecordStatus.module_id == module_id, Record.deleted_at.is_(None))
        .group_by(RecordStatus.status_group, RecordStatus.status)
    )
    return {(group, status): count for group, status, count in rows}


# --- Publishing ------------------------------------------------------------------------------------------


def publish_revisions(
    session: AnySession,
    definitions: Iterable[Definition],
    *,
    at: datetime,
    author_id: int | None = None,
    note: str = "",
    scope: str = ALL_RECORDS,
    removed: Sequence[Key] = (),
) -> PublishReport | None:
    """Publish those of the definitions that differ from what counts now; None if none does.

    Runs in the caller's transaction; the caller has compiled and checked them together with the rest.

    Args:
        scope: which existing records move to the new revisions: `open` those that may still run,
            `all` every one, `new` none. Those of which nothing changes move at once, the others
            when `store.definitions.moving` is asked to.
        removed: definitions that count no more.
    """
    before_workspace, before = load_generation(session, None)
    current = {(row.kind, row.code): row for row in published_definitions(session)}
    changed: list[Definition] = []
    unchanged: list[Definition] = []
    for definition in definitions:
        known = current.get((definition.kind, definition.code))
        same = known is not None and (known.text, known.file) == (definition.text, definition.file)
        (unchanged if same else changed).append(definition)
    gone = [current[key] for key in removed if key in current]
    if not changed and not gone:
        return None
    generation = session.execute(
        insert(table_of(Publication)).values(at=at, author_id=author_id, note=note).returning(Publication.id)
    ).scalar_one()
    common = {"publication_id": generation, "author_id": author_id, "at": at, "note": note, "scope": scope}
    for definition in changed:
        _add_revision(
            session, definition.kind, definition.code,
            {"text": definition.text, "data": plain(definition.data), "file": definition.file, **common},
        )  # fmt: skip
    for row in gone:
        _add_revision(
            session, row.kind, row.code, {"text": "", "data": {}, "file": row.file, "removed": True, **common}
        )
    workspace, after = load_generation(session, None)
    moved = _move_along(session, (before_workspace, before), (workspace, after), scope)
    register_codes(session, workspace, after)
    number = touch_generation(session, DEFINITIONS)
    if number != generation:
        _set_generation(session, generation)
    return PublishReport(
        generation,
        tuple((one.kind, one.code) for one in changed),
        tuple((row.kind, row.code) for row in gone),
        tuple((one.kind, one.code) for one in unchanged),
        _to_rebuild(before_workspace, workspace),
        _to_settle(before_workspace, workspace),
        moved,
    )


def _set_generation(session: AnySession, generation: int) -> None:
    from luongviec.store.models import Generation  # noqa: PLC0415

    session.execute(update(Generation).where(Generation.name == DEFINITIONS).values(number=generation))


def _add_revision(session: AnySession, kind: str, code: str, values: Mapping[str, Any]) -> None:
    definition_id = session.execute(
        select(DefinitionRow.id).where(DefinitionRow.kind == kind, DefinitionRow.code == code)
    ).scalar_one_or_none()
    if definition_id is None:
        definition_id = session.execute(
            insert(table_of(DefinitionRow)).values(kind=kind, code=code).returning(DefinitionRow.id)
        ).scalar_one()
    number = session.execute(
        select(func.coalesce(func.max(Revision.number), 0)).where(Revision.definition_id == definition_id)
    ).scalar_one()
    session.execute(
        insert(table_of(Revision)).values(definition_id=definition_id, number=number + 1, **values)
    )


def _move_along(
    session: AnySession,
    before: tuple[Workspace, Mapping[Key, int]],
    after: tuple[Workspace, Mapping[Key, int]],
    scope: str,
) -> int:
    """Let records follow of which nothing changes: a status keeps its number under the new revisions.

    One statement moves all records of a status, however many. Where several statuses lead to one,
    the one of most records moves so; the others, and records that change, are `store.definitions.moving`'s.
    Gives how many moved.
    """
    moved = 0
    known: dict[int, Workspace] = dict.fromkeys(before[1].values(), before[0])

    def workspace_at(revision: int) -> Workspace:
        if revision not in known:
            known[revision] = load_pinned(session, revision)
        return known[revision]

    codes = load_codes(session)
    taken: set[StatusKey] = set()
    routes = Routes(session, after[0], after[1], codes, workspace_at)
    for module in after[0].modules:
        for route in routes.of(module, scope):
            pair, status = route.after, route.source
            key = (module, status.status_group, route.status, pair.module_revision, pair.group_revision)
            if not route.is_light or key in taken or codes.knows(key):
                continue
            taken.add(key)
            moved += route.records
            is_final = pair.group.statuses[route.status].is_final
            session.execute(
                update(RecordStatus)
                .where(RecordStatus.id == status.id)
                .values(module_revision=key[3], group_revision=key[4], final=is_final)
            )
            if is_final != status.final:
                _set_open(session, status.id, is_open=not is_final)
    return moved


def _set_open(session: AnySession, status_id: int, *, is_open: bool) -> None:
    session.execute(update(Record).where(Record.record_status_id == status_id).values(is_open=is_open))
    session.execute(update(AccessRow).where(AccessRow.record_status_id == status_id).values(is_open=is_open))


def _to_rebuild(before: Workspace, after: Workspace) -> tuple[str, ...]:
    """Give the modules for which derived tables follow other words than before."""

    def read(workspace: Workspace, module: Module) -> object:
        roles = {code: (role.of, role.side) for code, role in module.roles.items()}
        derived = {code: (one.via, one.roles, one.depth) for code, one in module.derived_roles.items()}
        words = searchable_fields(workspace, module)
        return (roles, derived, indexed_fields(module), words, sort_field_of(module))

    return tuple(
        code
        for code, module in after.modules.items()
        if code in before.modules and read(before, before.modules[code]) != read(after, module)
    )


def _to_settle(before: Workspace, after: Workspace) -> tuple[str, ...]:
    """Give the modules of which something that is computed and kept follows other words than before."""

    def read(module: Module) -> object:
        computed = {code: field.computed for code, field in module.fields.items() if field.computed}
        timers = {code: (timer.at, timer.unless, timer.every) for code, timer in module.timers.items()}
        return (computed, module.title, timers)

    return tuple(
        code
        for code, module in after.modules.items()
        if code in before.modules and read(before.modules[code]) != read(module)
    )
