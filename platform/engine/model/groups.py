"""Status groups and permission matrices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from luongviec.engine.model.people import Column
from luongviec.engine.model.words import Access, Tone
from luongviec.engine.text import Text


class Final(StrEnum):
    NO = "no"
    FINAL = "final"
    REOPENABLE = "reopenable"


@dataclass(frozen=True, slots=True)
class Status:
    code: str
    name: Text
    category: str
    tone: Tone
    initial: bool = False
    final: Final = Final.NO
    requires: frozenset[str] = frozenset()  # of: reason, attachment
    side_path: bool = False
    note: Text | None = None

    @property
    def is_final(self) -> bool:
        """Reopenable counts as final everywhere but in the check for exits."""
        return self.final is not Final.NO


@dataclass(frozen=True, slots=True)
class StatusGroup:
    """A named set of statuses (in order) and who may move from which to which."""

    code: str
    module: str
    name: Text
    statuses: Mapping[str, Status]
    transitions: Mapping[str, Mapping[str, tuple[str, ...]]]  # from → column code → to
    columns: Mapping[str, Column]
    note: Text | None = None
    shipped: bool = False
    migrate: Mapping[str, object] = field(default_factory=dict)

    @property
    def initial(self) -> Status:
        """The one initial status."""
        return next(status for status in self.statuses.values() if status.initial)


EVERY_STATUS = "*"
NEW = "new"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who may do what in which status: cells only add.

    `cells` maps status (or `"*"`, or `"new"`) → column code → permissions, all three tabs together;
    `tabs` says on which tab (`participants`, `units`, `groups`) a column stands.
    """

    code: str
    status_group: str
    cells: Mapping[str, Mapping[str, frozenset[str]]]
    fields: Mapping[str, Mapping[str, Mapping[str, Access]]]  # status → column → field
    columns: Mapping[str, Column]
    tabs: Mapping[str, str]
    name: Text | None = None
    note: Text | None = None
    shipped: bool = False

    def columns_with(self, permission: str, status: str) -> tuple[str, ...]:
        """Give the columns that hold a permission in a status, its own row and `"*"`."""
        own, every = self.cells.get(status, {}), self.cells.get(EVERY_STATUS, {})
        return tuple(
            code
            for code in self.columns
            if permission in own.get(code, ()) or permission in every.get(code, ())
        )
