"""The life of definitions: files → checked → published as revisions → compiled by every process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from luongviec.engine.model import Workspace
from luongviec.engine.problems import Problem
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What `load_definitions` did: codes as `kind/code`."""

    generation: int
    published: tuple[str, ...]
    unchanged: int
    problems: tuple[Problem, ...]  # warnings and information only


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


def workspace(platform: Platform) -> Workspace:
    """Give the newest published definitions, compiled once per process and generation."""
    raise NotImplementedError


def load_definitions(platform: Platform, path: Path, *, actor: Actor | None = None) -> LoadReport:
    """Check a folder and publish what changed, all or nothing. Unchanged ones make no revision.

    Raises:
        DefinitionError: errors in the files, or a status, field or role with records goes away
            without `migrate` (E501).
    """
    raise NotImplementedError


def export_definitions(platform: Platform, path: Path) -> tuple[Path, ...]:
    """Write the newest revisions into a folder, comments kept, and give the files written."""
    raise NotImplementedError


def diff_definitions(platform: Platform, path: Path) -> tuple[DefinitionDiff, ...]:
    """Compare the published definitions with a folder."""
    raise NotImplementedError


def revisions(
    platform: Platform, *, kind: str | None = None, code: str | None = None
) -> tuple[RevisionView, ...]:
    """Give the published revisions, newest first."""
    raise NotImplementedError


def revision_text(platform: Platform, kind: str, code: str, revision: int | None = None) -> str:
    """Give the text of a revision, the newest by default.

    Raises:
        NotFound
    """
    raise NotImplementedError


def modules(platform: Platform, actor: Actor) -> tuple[ModuleInfo, ...]:
    """Give the modules that the actor may open."""
    raise NotImplementedError
