"""What the parts of one module need while they are compiled: the module's names and those around it."""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.engine.compiling.names import RECORD_COLUMNS, AllNames, ModuleNames
from luongviec.engine.compiling.parts import Part
from luongviec.engine.deciding.columns import PeopleNames
from luongviec.engine.lazily import cached_property
from luongviec.engine.model import Column


@dataclass(frozen=True)
class ModuleScope:
    """A module's names, as its own definition and those that serve it use them."""

    module: ModuleNames
    all: AllNames

    @property
    def code(self) -> str:
        return self.module.code

    @cached_property
    def people(self) -> PeopleNames:
        """Names for columns and people notation."""
        return self.all.people(self.code)

    @property
    def loose(self) -> bool:
        """Whether names cannot be judged because what they come from is broken."""
        return self.people.loose

    @cached_property
    def relations(self) -> frozenset[str]:
        """All relations, inverse ends included."""
        return self.all.relation_names(self.code)

    @cached_property
    def statuses(self) -> frozenset[str]:
        """The statuses of every group of the module."""
        return self.all.statuses(self.code)

    @cached_property
    def permissions(self) -> frozenset[str]:
        """What matrices and rules may name."""
        return self.all.permissions(self.code)

    @cached_property
    def columns(self) -> frozenset[str]:
        """What a list may show as a column."""
        return RECORD_COLUMNS | frozenset(self.module.fields) | frozenset(self.module.roles)

    def require_role(self, part: Part, word: str) -> str:
        """Read a role of the module."""
        return self._require(part, word, "role", self.module.roles)

    def require_field(self, part: Part, word: str) -> str:
        """Read a field of the module."""
        return self._require(part, word, "field", self.module.fields)

    def require_names(self, part: Part, word: str, kind: str, known: object) -> tuple[str, ...]:
        """Read names that must be known."""
        names = part.names(word)
        for index, name in enumerate(names):
            steps: tuple[str | int, ...] = (word,) if isinstance(part.data.get(word), str) else (word, index)
            if not self.loose:
                part.require(kind, name, known, *steps)  # type: ignore[arg-type]
        return names

    def columns_of(self, part: Part, word: str) -> tuple[Column, ...]:
        """Read roles and unit slots as columns."""
        found = []
        for index, name in enumerate(part.names(word)):
            steps: tuple[str | int, ...] = (word,) if isinstance(part.data.get(word), str) else (word, index)
            column = part.column(name, self.people, *steps)
            if column is not None:
                found.append(column)
        return tuple(found)

    def statuses_known(self) -> bool:
        """Whether every status group of the module is there and sound."""
        return all(self.all.is_sound("status_group", group) for group in self.module.groups)

    def require_statuses(self, part: Part, word: str) -> tuple[str, ...]:
        """Read statuses of any of the module's groups."""
        if not self.statuses_known():
            return part.names(word)
        return self.require_names(part, word, "status", self.statuses)

    def _require(self, part: Part, word: str, kind: str, known: object) -> str:
        name = part.string(word) or ""
        if not self.loose:
            part.require(kind, name, known, word)  # type: ignore[arg-type]
        return name
