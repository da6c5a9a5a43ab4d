"""What differs between two sets of definitions, by path; and what a path means, in plain words.

`definitions diff` prints differences; the config pages show what a draft changes. Comments and
layout make no difference, the order of keys makes one only where it counts for people: it is
reported as `reordered`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from luongviec.engine.sources.reading import KINDS, Definition, Steps
from luongviec.engine.sources.shapes import Shape, describe, shape_of
from luongviec.engine.text import Text


class Change(StrEnum):
    """How a path differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `path` begins with kind and code; whole definitions have no further steps."""

    change: Change
    path: Steps
    before: object = None
    after: object = None

    @property
    def dotted(self) -> str:
        """The path as people type it."""
        return ".".join(str(step) for step in self.path)


def differences(before: Iterable[Definition], after: Iterable[Definition]) -> tuple[Difference, ...]:
    """Compare two sets of definitions, kind by kind in the order of the language."""
    old = {(d.kind, d.code): d for d in before}
    new = {(d.kind, d.code): d for d in after}
    order = list(KINDS)
    found: list[Difference] = []
    for key in sorted({*old, *new}, key=lambda one: (order.index(one[0]), one[1])):
        if key not in new:
            found.append(Difference(Change.REMOVED, key, before=old[key].data))
        elif key not in old:
            found.append(Difference(Change.ADDED, key, after=new[key].data))
        elif old[key].digest != new[key].digest:
            _compare(old[key].data, new[key].data, key, found)
    return tuple(found)


def _compare(old: object, new: object, path: Steps, found: list[Difference]) -> None:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        _compare_mappings(old, new, path, found)
    elif isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            _compare(one, other, (*path, index), found)
    elif old != new or type(old) is not type(new):
        found.append(Difference(Change.CHANGED, path, old, new))


def _compare_mappings(
    old: Mapping[str, object], new: Mapping[str, object], path: Steps, found: list[Difference]
) -> None:
    for name in old:
        if name not in new:
            found.append(Difference(Change.REMOVED, (*path, name), before=old[name]))
    for name in new:
        if name not in old:
            found.append(Difference(Change.ADDED, (*path, name), after=new[name]))
        else:
            _compare(old[name], new[name], (*path, name), found)
    common = [name for name in old if name in new]
    if common != [name for name in new if name in old]:
        found.append(Difference(Change.REORDERED, path, tuple(common), tuple(n for n in new if n in old)))


# --- Explaining a path --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Explained:
    """What stands at a path: its steps with what each means, and the value."""

    definition: Definition
    path: Steps
    meanings: tuple[tuple[str, Text], ...]
    value: object


def explained(definitions: Iterable[Definition], dotted: str) -> tuple[Explained, ...]:
    """Find what a dotted path names and say what it is.

    Args:
        definitions: where to look.
        dotted: `CODE.step.step`, or `KIND.CODE.step`; parts of the path may be left out, so that
            `task.assigned.assignee` finds the transitions and the cells that it names.
    """
    steps = [step for step in dotted.split(".") if step]
    found: list[Explained] = []
    for definition in definitions:
        rest = steps
        if rest and rest[0] == definition.kind:
            rest = rest[1:]
        if not rest or rest[0] != definition.code:
            continue
        for path, value in _matching(definition.data, rest[1:], ()):
            found.append(Explained(definition, path, meanings_of(definition.kind, path), value))
    return tuple(found)


def _matching(value: object, steps: list[str], path: Steps) -> Iterable[tuple[Steps, object]]:
    """Give the paths below that pass the steps in order, skipping what the steps leave out."""
    if not steps:
        yield path, value
        return
    entries: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, Mapping):
        entries = value.items()
    elif isinstance(value, tuple):
        entries = enumerate(value)
    for name, inner in entries:
        for length in range(len(steps), 0, -1):
            if str(name) == ".".join(steps[:length]):
                yield from _matching(inner, steps[length:], (*path, name))
                break
        else:
            if isinstance(inner, Mapping | tuple):
                yield from _matching(inner, steps, (*path, name))


def meanings_of(kind: str, path: Steps) -> tuple[tuple[str, Text], ...]:
    """Say of every step of a path what it means, from the published schema."""
    shape: Shape | None = shape_of(kind)
    meanings = []
    for step in path:
        inner = shape.inner(step) if shape is not None else None
        meaning = describe(shape, str(step)) if shape is not None else None
        meanings.append((str(step), meaning or Text("tên do người soạn đặt", "a name given by the author")))
        shape = inner
    return tuple(meanings)
