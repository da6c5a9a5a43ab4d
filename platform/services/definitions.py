"""The life of definitions: files → checked → published as revisions → compiled by every process."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from luongviec.engine.checker.check import all_codes, check_workspace, in_order
from luongviec.engine.checker.codes import ProblemCode, problem
from luongviec.engine.compiler import Compiled, compile_workspace
from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.errors import DefinitionError, NotFound
from luongviec.engine.model import Module, StatusGroup, Workspace
from luongviec.engine.planning.migration import mapping_of
from luongviec.engine.sources.difference import Explained, explained
from luongviec.engine.sources.problems import Problem, Severity
from luongviec.engine.sources.reading import Definition, definition_from_text, load_sources
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform, Work
from luongviec.services.records.moving import MOVE, MoveProgress, finish, progress
from luongviec.services.rights.module_access import opens
from luongviec.store.definitions import moving, usage
from luongviec.store.definitions import revisions as rows
from luongviec.store.definitions.routes import OPEN_RECORDS

Tell = Callable[[tuple[MoveProgress, ...]], None]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What `load_definitions` did: codes as `kind/code`. `generation` None: nothing was new.

    `at_once` records moved with the publication itself; `moves` tells of those that take longer.
    """

    generation: int | None
    published: tuple[str, ...]
    unchanged: int
    problems: tuple[Problem, ...]  # warnings and information only
    at_once: int = 0
    moves: tuple[MoveProgress, ...] = ()


@dataclass(frozen=True, slots=True)
class RevisionView:
    kind: str
    code: str
    revision: int
    published_at: datetime
    published_by: str
    file: str


@dataclass(frozen=True, slots=True)
class DefinitionDiff:
    """One definition that differs: `lines` is a unified diff from the published to the other text."""

    kind: str
    code: str
    change: str  # added | changed | removed
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModuleInfo:
    """A module as the API lists it."""

    code: str
    name: Text
    icon: str
    may_create: bool
    owned: bool


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check of files found, worst first; `files` definitions were read."""

    problems: tuple[Problem, ...]
    definitions: int

    @property
    def has_errors(self) -> bool:
        """Whether anything blocks publishing."""
        return any(found.severity is Severity.ERROR for found in self.problems)


@dataclass(frozen=True, slots=True)
class Examined:
    """What drafts would make of the published definitions, and what is wrong with that, worst first."""

    definitions: tuple[Definition, ...]
    workspace: Workspace
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What blocks publishing."""
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)


def workspace(platform: Platform) -> Workspace:
    """Give the newest published definitions, compiled once per process and generation."""
    with platform.reading() as work:
        return work.workspace


def problem_codes() -> Mapping[str, ProblemCode]:
    """Give every code that a check may give, with its title, message and hint."""
    return all_codes()


def check_files(*paths: Path) -> CheckReport:
    """Check files and folders; needs no database."""
    sources = load_sources(*paths)
    compiled = compile_workspace(sources.definitions)
    problems = (*sources.problems, *check_workspace(compiled))
    return CheckReport(in_order(problems), len(sources.definitions))


def load_definitions(
    platform: Platform,
    *paths: Path,
    actor: Actor | None = None,
    note: str = "",
    scope: str | None = None,
    wait: bool = True,
    tell: Tell | None = None,
) -> LoadReport:
    """Check folders together with what is published, and publish what changed, all or nothing.

    Definitions that are published but not in the folders stay; unchanged ones make no revision.

    Args:
        scope: which existing records move to the new revisions: `open` (those that may still run, the
            default), `all`, or `new` (none). When nothing has changed, records move only if it is given.
        wait: whether to move the records here and now; else a worker does.
        tell: hears how far the records are.

    Raises:
        DefinitionError: errors in the files, or a status, role or field with records goes away
            without `migrate` (E501).
    """
    sources = load_sources(*paths)
    return publish(
        platform, sources.definitions, actor=actor, note=note, scope=scope, wait=wait, tell=tell,
        found=sources.problems,
    )  # fmt: skip


def publish(
    platform: Platform,
    definitions: Sequence[Definition],
    *,
    actor: Actor | None = None,
    note: str = "",
    scope: str | None = None,
    wait: bool = True,
    tell: Tell | None = None,
    found: Sequence[Problem] = (),
) -> LoadReport:
    """Check definitions together with what is published, and publish those that changed, all or nothing.

    Whoever calls has checked that the actor may; the other words are those of `load_definitions`.

    Args:
        found: problems of reading the definitions.

    Raises:
        DefinitionError: errors in them, or what they mean for records.
    """
    chosen = scope or OPEN_RECORDS
    with platform.transaction() as work:
        examined = examine(work, definitions, found)
        problems = examined.problems
        if examined.errors or not examined.definitions:
            raise DefinitionError(examined.errors)
        report = rows.publish_revisions(
            work.session,
            definitions,
            at=work.now,
            author_id=None if actor is None else actor.user_id,
            note=note,
            scope=chosen,
        )
        work.look_afresh()
        publication = _begin_moves(work, report, chosen if report or scope else None)
        if publication is not None and not wait:
            work.enqueue(MOVE, publication)
    moves = () if publication is None else progress(platform, publication)
    if publication is not None and wait:
        moves = finish(platform, publication, tell)
    if report is None:
        return LoadReport(None, (), len(definitions), problems, moves=moves)
    published = tuple(f"{kind}/{code}" for kind, code in report.published)
    return LoadReport(report.generation, published, len(report.unchanged), problems, report.at_once, moves)


def examine(work: Work, definitions: Sequence[Definition], found: Sequence[Problem] = ()) -> Examined:
    """Compile and check drafts together with what is published beside them; publish nothing."""
    together = _together(work, definitions)
    compiled = compile_workspace(together)
    problems = in_order((*found, *check_workspace(compiled), *_lost(work, together, compiled)))
    return Examined(together, compiled.workspace, problems)


def published(work: Work, kind: str, code: str) -> tuple[Definition, int]:
    """Give the newest revision of a definition as its author wrote it, and the revision's number.

    Raises:
        NotFound: there is no such definition, or it counts no more.
    """
    newest = rows.revisions_of(work.session, kind=kind, code=code, limit=1)
    if not newest or newest[0].removed:
        raise NotFound()
    return definition_from_text(newest[0].text, newest[0].file), newest[0].number


def _begin_moves(work: Work, report: rows.PublishReport | None, scope: str | None) -> int | None:
    """Note what is left to do to records; give the publication whose work it is, if there is any."""
    if scope is None:
        return None
    settles, rebuilds = (report.settle, report.rebuild) if report else ((), ())
    begun = moving.begin_moves(work.world, scope, settles=settles, rebuilds=rebuilds)
    return begun[0].publication_id if begun else None


def export_definitions(platform: Platform, path: Path) -> tuple[Path, ...]:
    """Write the newest revisions into a folder, comments kept, and give the files written."""
    with platform.reading() as work:
        published = rows.published_definitions(work.session)
    written = []
    for one in published:
        target = path / _safe_file(one.file or f"{one.kind}/{one.code}.yaml")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(one.text, encoding="utf-8")
        written.append(target)
    return tuple(written)


def diff_definitions(platform: Platform, *paths: Path) -> tuple[DefinitionDiff, ...]:
    """Compare the published definitions with folders.

    Raises:
        DefinitionError: a file cannot be read.
    """
    sources = load_sources(*paths)
    if sources.problems:
        raise DefinitionError(sources.problems)
    with platform.reading() as work:
        before = {(one.kind, one.code): one.text for one in rows.published_definitions(work.session)}
    after = {(one.kind, one.code): one.text for one in sources.definitions}
    return tuple(
        _diff(kind, code, before.get((kind, code)), after.get((kind, code)))
        for kind, code in sorted(before.keys() | after.keys())
        if before.get((kind, code)) != after.get((kind, code))
    )


def explain_path(folder: Path, dotted: str) -> tuple[Explained, ...]:
    """Find what a dotted path names in the files of a folder, with what each step means."""
    return explained(load_sources(folder).definitions, dotted)


def written_value(value: object) -> str:
    """Write a value of a definition on one line."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def revisions(
    platform: Platform, *, kind: str | None = None, code: str | None = None, limit: int = 200
) -> tuple[RevisionView, ...]:
    """Give the published revisions, newest first."""
    with platform.reading() as work:
        found = rows.revisions_of(work.session, kind=kind, code=code, limit=limit)
        people = work.world.organisation.people
        return tuple(
            RevisionView(
                one.kind, one.code, one.number, one.at,
                people[one.author_id].name if one.author_id in people else "", one.file,
            )
            for one in found
        )  # fmt: skip


def revision_text(platform: Platform, kind: str, code: str, revision: int | None = None) -> str:
    """Give the text of a revision, the newest by default.

    Raises:
        NotFound: there is no such revision.
    """
    with platform.reading() as work:
        for one in rows.revisions_of(work.session, kind=kind, code=code):
            if revision in (None, one.number):
                return one.text
    raise NotFound()


def modules(platform: Platform, actor: Actor) -> tuple[ModuleInfo, ...]:
    """Give the modules that the actor may meet, in the order of their files."""
    with platform.reading() as work:
        standing = Standing(work.world, actor)
        return tuple(
            ModuleInfo(
                code=module.code,
                name=module.name,
                icon=module.icon,
                may_create=decide_create(work.world, actor, module.code, standing=standing).allowed,
                owned=bool(module.owners) and not module.owner_optional,
            )
            for module in work.workspace.modules.values()
            if opens(work, actor, module)
        )


# --- Checking ---------------------------------------------------------------------------------------


def _together(work: Work, fresh: Sequence[Definition]) -> tuple[Definition, ...]:
    """Give the definitions as they would count: the fresh ones, and those published beside them."""
    given = {(one.kind, one.code) for one in fresh}
    kept = [
        definition_from_text(one.text, one.file)
        for one in rows.published_definitions(work.session)
        if (one.kind, one.code) not in given
    ]
    return (*fresh, *kept)


def _lost(work: Work, together: Sequence[Definition], compiled: Compiled) -> Iterator[Problem]:
    """Find statuses, roles and fields that records have and that would go away without `migrate`."""
    before, _ = rows.load_generation(work.session, None)
    for module in before.modules.values():
        after = compiled.workspace.modules.get(module.code)
        definition = next((one for one in together if (one.kind, one.code) == ("module", module.code)), None)
        if definition is None or (after is None and ("module", module.code) in compiled.broken):
            continue  # it has problems of its own
        for detail in _lost_of(work, before, module, compiled.workspace, after):
            yield problem("E501", definition.place(("module",)), detail=detail)


def _lost_of(
    work: Work, before: Workspace, module: Module, workspace: Workspace, after: Module | None
) -> Iterator[str]:
    migrated = after.migrate if after is not None else {}
    counts = rows.status_counts(work.session, module.code)
    for (group, status), count in counts.items():
        left = workspace.status_groups.get(group)
        if not _keeps(left, status) and not _leads(left, migrated, status):
            yield f"{module.code}: {group}.{status} ({count})"
    gone_roles = set(module.roles) - set(after.roles if after else ()) - set(mapping_of(migrated, "roles"))
    for role in sorted(gone_roles):
        if count := usage.count_holders(work.session, module.code, role):
            yield f"{module.code}: {role} ({count})"
    gone_fields = (
        set(module.fields) - set(after.fields if after else ()) - set(mapping_of(migrated, "fields"))
    )
    for code in sorted(gone_fields):
        if count := usage.count_values(work.session, module.code, code):
            yield f"{module.code}: {code} ({count})"


def _keeps(group: StatusGroup | None, status: str) -> bool:
    return group is not None and status in group.statuses


def _leads(group: StatusGroup | None, migrated: Mapping[str, object], status: str) -> bool:
    """Whether `migrate` of the module or of the group leads from a status to one that there is."""
    if group is None:
        return False
    lines = {**mapping_of(migrated, "statuses"), **mapping_of(group.migrate, "statuses")}
    return str(lines.get(status)) in group.statuses


# --- Files ------------------------------------------------------------------------------------------


def _safe_file(name: str) -> PurePosixPath:
    """Give a relative path that cannot leave its folder."""
    parts = [part for part in PurePosixPath(name).parts if part not in ("", ".", "..", "/")]
    return PurePosixPath(*parts) if parts else PurePosixPath("definition.yaml")


def _diff(kind: str, code: str, before: str | None, after: str | None) -> DefinitionDiff:
    change = "added" if before is None else "removed" if after is None else "changed"
    lines = difflib.unified_diff(
        (before or "").splitlines(), (after or "").splitlines(), f"published/{kind}/{code}",
        f"files/{kind}/{code}", lineterm="",
    )  # fmt: skip
    return DefinitionDiff(kind, code, change, tuple(lines))
