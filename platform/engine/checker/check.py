"""The whole check of a workspace: every rule that needs no database, worst problems first.

`compile_workspace` says what cannot be read; this says what cannot work. Each module beside this one
holds the rules of one concern together with their codes.
"""

from __future__ import annotations

from collections.abc import Iterable

from luongviec.engine.checker import organisation
from luongviec.engine.checker.automatic import check_automatic
from luongviec.engine.checker.codes import CODES, ProblemCode
from luongviec.engine.checker.features import check_features
from luongviec.engine.checker.fields import check_fields
from luongviec.engine.checker.functions import check_functions
from luongviec.engine.checker.lists import check_lists
from luongviec.engine.checker.messages import check_messages
from luongviec.engine.checker.names import check_names
from luongviec.engine.checker.people import check_people
from luongviec.engine.checker.shape import check_shape
from luongviec.engine.checker.sides import check_sides
from luongviec.engine.checker.subject import Subject
from luongviec.engine.compiler import Compiled
from luongviec.engine.model import Workspace
from luongviec.engine.sources.problems import Problem, Severity
from luongviec.engine.sources.reading import Definition

CHECKS = (
    check_shape,
    check_automatic,
    check_people,
    check_sides,
    check_functions,
    check_names,
    check_fields,
    check_features,
    check_lists,
    check_messages,
)

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFORMATION: 2}


def check_workspace(compiled: Compiled) -> tuple[Problem, ...]:
    """Give every problem of the definitions: those of compiling and those of meaning, worst first.

    What a definition that extends another did not write itself stands at its place in the other.
    """
    found = list(compiled.problems)
    if compiled.workspace is not None:
        found += problems_of(compiled.definitions.values(), compiled.workspace)
    return in_order(found)


def problems_of(definitions: Iterable[Definition], workspace: Workspace) -> list[Problem]:
    """Give the problems of meaning of a compiled workspace, in the order of the rules."""
    subject = Subject.of(definitions, workspace)
    for check in CHECKS:
        check(subject)
    return subject.problems


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort worst first, then by place; each problem once."""
    unique = dict.fromkeys(problems)
    return tuple(
        sorted(unique, key=lambda one: (_ORDER[one.severity], one.code == _FOLLOWS, one.place, one.code))
    )


#: What follows from another problem stands behind its causes.
_FOLLOWS = "E123"


def all_codes() -> dict[str, ProblemCode]:
    """Give every code of compiler and checker, sorted."""
    return dict(sorted(CODES.items()))


def needs_organisation(code: str) -> bool:
    """Whether a code is only found where a database is at hand."""
    return code in organisation.NEEDS_ORGANISATION
