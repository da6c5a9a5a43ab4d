"""All compiled definitions at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luongviec.engine.model.groups import Matrix, StatusGroup
from luongviec.engine.model.messages import NotificationSet
from luongviec.engine.model.module import Module
from luongviec.engine.model.reports import Report
from luongviec.engine.model.shared import (
    Assistant,
    Calendar,
    Category,
    Parameter,
    Preset,
    Print,
    Side,
    UnitKind,
    UserGroup,
)
from luongviec.engine.text import Text


@dataclass(frozen=True, slots=True, eq=False)
class Workspace:
    """All compiled definitions at one moment. Compare and cache by `digest`."""

    digest: str
    modules: Mapping[str, Module]
    status_groups: Mapping[str, StatusGroup]
    matrices: Mapping[str, Matrix]  # by code
    notification_sets: Mapping[str, NotificationSet]  # by code
    sides: Mapping[str, Side]
    categories: Mapping[str, Category]
    parameters: Mapping[str, Parameter]
    calendars: Mapping[str, Calendar]  # the first is the installation's
    user_groups: Mapping[str, UserGroup]
    unit_kinds: Mapping[str, UnitKind]
    terms: Mapping[str, Text]
    presets: Mapping[str, Preset]
    reports: Mapping[str, Report]
    prints: Mapping[str, Print]
    assistants: Mapping[str, Assistant]

    def matrix_of(self, group: str) -> Matrix:
        """The matrix of a status group (the first; a unit's own is chosen by the world)."""
        return next(matrix for matrix in self.matrices.values() if matrix.status_group == group)

    def notification_set_of(self, module: str) -> NotificationSet | None:
        """The installation's notification set of a module: the first in order."""
        return next((s for s in self.notification_sets.values() if s.module == module), None)

    def is_heading(self, kind: str | None) -> bool:
        """Whether units of a kind only gather others: they carry no side and hold nobody (O-15)."""
        known = self.unit_kinds.get(kind or "")
        return known is not None and known.heading

    def sides_for(self, kind: str | None) -> tuple[Side, ...]:
        """Give the sides that a unit of a kind may carry, in the order of definitions."""
        if self.is_heading(kind):
            return ()
        return tuple(side for side in self.sides.values() if not side.kinds or kind in side.kinds)

    def functions(self) -> frozenset[str]:
        """The registry of function permissions: the fixed ones and those of each module.

        Only those that open something: `MODULE.admin`; `MODULE.open` and `MODULE.export` where the module
        is `restricted` so; and what a report or a hint of the assistant `needs`.
        """
        entries = (entry for assistant in self.assistants.values() for entry in assistant.entries.values())
        needs = (*(report.needs for report in self.reports.values()), *(entry.needs for entry in entries))
        needed = {one for one in needs if one is not None}
        modules = self.modules.values()
        restricted = {f"{module.code}.{word}" for module in modules for word in module.restricted}
        return FUNCTIONS | {f"{module.code}.admin" for module in modules} | restricted | needed


FUNCTIONS = frozenset(
    {
        "admin.users",
        "admin.groups",
        "admin.units",
        "admin.definitions",
        "admin.parameters",
        "admin.mail",
        "admin.audit",
        "admin.system",
        "admin.tags",
    }
)

#: Those that may be held for one unit, or one unit and all below it: through a slot's `may` or a grant
#: on a branch (U-16, C-72). Every other function permission knows no place.
LOCAL_FUNCTIONS = frozenset({"admin.units", "admin.users", "admin.tags"})


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """The definitions that count for one record at one moment."""

    workspace: Workspace
    module: Module
    group: StatusGroup
    matrix: Matrix
    notification_set: NotificationSet | None
