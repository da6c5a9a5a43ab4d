"""The compiler: definitions as authors wrote them → one immutable `Workspace`, and their problems.

It judges shape, names and syntax (E11x, E12x); what the definitions mean together is judged by
`checker`. It is total: whatever definitions it is given, it ends in problems or in a workspace. One
broken definition does not stop the others: those that need it get one clear problem each, all others
are compiled. Areas of the language are compiled by the modules of `compiling`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from luongviec.engine.checker.codes import did_you_mean, problem
from luongviec.engine.compiling.groups import compile_matrix, compile_status_group
from luongviec.engine.compiling.messages import compile_notification_set
from luongviec.engine.compiling.modules import compile_module
from luongviec.engine.compiling.names import AllNames
from luongviec.engine.compiling.outputs import compile_assistant, compile_preset, compile_print
from luongviec.engine.compiling.parts import KIND_WORDS, Work
from luongviec.engine.compiling.reports import compile_report
from luongviec.engine.compiling.shared import (
    compile_calendar,
    compile_categories,
    compile_parameters,
    compile_side,
    compile_terms,
    compile_unit_kinds,
    compile_user_groups,
)
from luongviec.engine.errors import DefinitionError
from luongviec.engine.model import Workspace
from luongviec.engine.sources.problems import Problem
from luongviec.engine.sources.reading import COLLECTIONS, Definition
from luongviec.engine.sources.shapes import check_shape
from luongviec.engine.text import Text

Key = tuple[str, str]

_COMPILERS: Mapping[str, Callable[[Work], Any]] = {
    "module": compile_module,
    "status_group": compile_status_group,
    "matrix": compile_matrix,
    "notification_set": compile_notification_set,
    "side": compile_side,
    "categories": compile_categories,
    "parameters": compile_parameters,
    "calendar": compile_calendar,
    "user_groups": compile_user_groups,
    "unit_kinds": compile_unit_kinds,
    "terms": compile_terms,
    "preset": compile_preset,
    "report": compile_report,
    "print": compile_print,
    "assistant": compile_assistant,
}


@dataclass(frozen=True)
class Compiled:
    """What compiling gave: the workspace of all sound definitions, and every problem, worst first.

    `workspace` holds only what is whole in itself, so that the engine can run it; with errors among
    the problems it must not be published.
    """

    workspace: Workspace
    problems: tuple[Problem, ...]
    definitions: Mapping[Key, Definition]  # whole data of those that extend others
    broken: frozenset[Key] = frozenset()

    @property
    def has_errors(self) -> bool:
        """Whether anything blocks publishing."""
        return any(found.code.startswith("E") for found in self.problems)

    def definition(self, kind: str, code: str) -> Definition | None:
        """Give a definition with its whole data, for the places of later problems."""
        return self.definitions.get((kind, code))

    def require_workspace(self) -> Workspace:
        """Give the workspace, or refuse where anything is wrong with the definitions.

        Raises:
            DefinitionError: with every error.
        """
        errors = tuple(found for found in self.problems if found.code.startswith("E"))
        if errors:
            raise DefinitionError(errors)
        return self.workspace


def compile_workspace(
    definitions: Iterable[Definition], *, read_words: set[tuple[str, str, str]] | None = None
) -> Compiled:
    """Compile definitions into a workspace.

    Args:
        definitions: in any order; that of status groups, matrices and sets of one module counts.
        read_words: filled with every (kind, part, word) that is read, for the test that compares
            the words of schema, compiler and documentation.
    """
    unique, problems = _without_twins(definitions)
    whole, found = _extended(unique)
    problems += found
    sound: dict[Key, bool] = {}
    for key, definition in whole.items():
        shape_problems = check_shape(definition)
        problems += shape_problems
        sound[key] = not shape_problems
    names = AllNames((definition, definition.data, sound[key]) for key, definition in whole.items())
    problems += _twin_entries(whole)
    works: dict[Key, Work] = {}
    models: dict[Key, Any] = {}
    for key, definition in whole.items():
        if sound[key]:
            works[key] = Work(definition, names, read_words)
            models[key] = _COMPILERS[definition.kind](works[key])
            problems += works[key].problems
    broken = {key for key in whole if key not in works or works[key].broken or models[key] is None}
    problems += _spread_brokenness(works, broken, whole, names)
    workspace = _workspace(whole, {key: model for key, model in models.items() if key not in broken})
    return Compiled(workspace, ordered(problems), MappingProxyType(whole), frozenset(broken))


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Order problems worst first, then by place; twice the same is once."""
    rank = {"E": 0, "W": 1, "I": 2}
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (rank[one.code[0]], one.place, one.code)))


def _without_twins(definitions: Iterable[Definition]) -> tuple[dict[Key, Definition], list[Problem]]:
    """Keep the first of definitions with one kind and code."""
    unique: dict[Key, Definition] = {}
    problems = []
    for definition in definitions:
        key = (definition.kind, definition.code)
        first = unique.setdefault(key, definition)
        if first is not definition:
            kind = KIND_WORDS[definition.kind]
            place = definition.place((definition.kind,))
            problems.append(
                problem("E114", place, kind=kind, name=definition.code, other=first.place((first.kind,)))
            )
    return unique, problems


def _twin_entries(whole: Mapping[Key, Definition]) -> list[Problem]:
    """Find entries of collections that two files hold."""
    problems = []
    first: dict[Key, Definition] = {}
    for (kind, _), definition in whole.items():
        entries = definition.data.get(kind) if kind in COLLECTIONS else None
        for entry in entries if isinstance(entries, Mapping) else ():
            other = first.setdefault((kind, entry), definition)
            if other is not definition:
                place, there = definition.place((kind, entry)), other.place((kind, entry))
                problems.append(problem("E114", place, kind=KIND_WORDS[kind], name=entry, other=there))
    return problems


# --- extends ------------------------------------------------------------------------------------------


def _extended(unique: Mapping[Key, Definition]) -> tuple[dict[Key, Definition], list[Problem]]:
    """Give every definition whole: `extends` laid over its base."""
    whole: dict[Key, Definition] = {}
    problems: list[Problem] = []
    for (kind, code), definition in unique.items():
        base_code = definition.data.get("extends")
        if base_code is None or kind in COLLECTIONS:
            whole[kind, code] = definition
            continue
        base = unique.get((kind, base_code)) if isinstance(base_code, str) else None
        place = definition.place(("extends",), value=True)
        if base is None or base is definition:
            known = [other for one, other in unique if one == kind and other != code]
            problems.append(_unknown_base(definition, base_code, known))
        elif "extends" in base.data:
            detail = Text("định nghĩa đó cũng kế thừa", "that one extends another itself")
            problems.append(
                problem("E122", place, kind=KIND_WORDS[kind], name=code, other=base_code, detail=detail)
            )
        else:
            data = laid_over(base.data, definition.data)
            data = {
                kind: code,
                **{word: value for word, value in data.items() if word not in (kind, "extends")},
            }
            whole[kind, code] = replace(definition, data=MappingProxyType(data), base=base)
    return whole, problems


def _unknown_base(definition: Definition, base_code: object, known: list[str]) -> Problem:
    place = definition.place(("extends",), value=True)
    hint = did_you_mean(base_code, known)
    return problem("E115", place, hint=hint, kind=KIND_WORDS[definition.kind], name=base_code)


def laid_over(base: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    """Lay a definition's words over its base: mappings by key, null removes, all else replaces."""
    data = dict(base)
    for word, value in own.items():
        below = data.get(word)
        if value is None:
            data.pop(word, None)
        elif isinstance(value, Mapping) and isinstance(below, Mapping):
            data[word] = MappingProxyType(laid_over(below, value))
        else:
            data[word] = value
    return data


# --- Brokenness and the workspace ---------------------------------------------------------------------


def _spread_brokenness(
    works: Mapping[Key, Work], broken: set[Key], whole: Mapping[Key, Definition], names: AllNames
) -> list[Problem]:
    """Take out what needs something broken, with one problem each, until nothing changes."""
    problems: dict[Key, Problem] = {}
    changed = True
    while changed:
        changed = False
        for key, work in works.items():
            if key in problems or (key in broken and work.broken):
                continue
            needed = next((need for need in work.needs if need in broken), None)
            if needed is None:
                continue
            kind, code = needed
            other = whole[needed].place((kind,)) if needed in whole else ""
            problems[key] = problem("E123", work.needs[needed], kind=KIND_WORDS[kind], name=code, other=other)
            if key not in broken:
                broken.add(key)
                changed = True
    return list(problems.values())


def _workspace(whole: Mapping[Key, Definition], models: Mapping[Key, Any]) -> Workspace:
    def of(kind: str) -> Mapping[str, Any]:
        return MappingProxyType({code: model for (one, code), model in models.items() if one == kind})

    def entries(kind: str) -> Mapping[str, Any]:
        merged: dict[str, Any] = {}
        for model in of(kind).values():
            merged = {**model, **merged}
        return MappingProxyType(merged)

    digests = "".join(sorted(whole[key].digest for key in models))
    return Workspace(
        digest=hashlib.sha256(digests.encode()).hexdigest(),
        modules=of("module"),
        status_groups=of("status_group"),
        matrices=of("matrix"),
        notification_sets=of("notification_set"),
        sides=of("side"),
        categories=entries("categories"),
        parameters=entries("parameters"),
        calendars=of("calendar"),
        user_groups=entries("user_groups"),
        unit_kinds=entries("unit_kinds"),
        terms=entries("terms"),
        presets=of("preset"),
        reports=of("report"),
        prints=of("print"),
        assistants=of("assistant"),
    )
