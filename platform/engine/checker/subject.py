"""What the rules of the checker look at: the compiled workspace and the files that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from luongviec.engine.checker.codes import problem
from luongviec.engine.model import Matrix, Module, NotificationSet, People, StatusGroup, Workspace
from luongviec.engine.sources.problems import Place, Problem
from luongviec.engine.sources.reading import COLLECTIONS, Definition, Steps
from luongviec.engine.text import Text

if TYPE_CHECKING:
    from luongviec.engine.checker.places import Placed


@dataclass(frozen=True, eq=False)
class Subject:
    """The workspace under the checker, with its sources by kind and code."""

    workspace: Workspace
    definitions: Mapping[tuple[str, str], Definition]
    problems: list[Problem] = field(default_factory=list)
    walked: dict[str, list[Placed]] = field(default_factory=dict)

    @classmethod
    def of(cls, definitions: Iterable[Definition], workspace: Workspace) -> Subject:
        """Index the definitions; the first of two of one code counts."""
        index: dict[tuple[str, str], Definition] = {}
        for definition in definitions:
            index.setdefault((definition.kind, definition.code), definition)
        return cls(workspace, index)

    def place(
        self, kind: str, code: str, path: Steps = (), *, offset: int | None = None, value: bool = False
    ) -> Place:
        """Give the place of a path in a definition; of its beginning, if the file is not at hand."""
        definition = self._collection(kind, path) or self.definitions.get((kind, code))
        if definition is None:
            return Place(f"{kind}/{code}", 1, 1)
        return definition.place(path, offset=offset, value=value)

    def _collection(self, kind: str, path: Steps) -> Definition | None:
        if kind not in COLLECTIONS:
            return None
        return next(
            (d for d in self.definitions.values() if d.kind == kind and d.get(path) is not None), None
        )

    def raw(self, kind: str, code: str, path: Steps) -> object:
        """Give what the author wrote at a path, None where nothing stands."""
        definition = self.definitions.get((kind, code))
        return None if definition is None else definition.get(path)

    def report(
        self,
        number: str,
        kind: str,
        code: str,
        path: Steps = (),
        /,
        *,
        hint: Text | None = None,
        offset: int | None = None,
        value: bool = False,
        **parameters: object,
    ) -> None:
        """Note a problem at a path of a definition."""
        place = self.place(kind, code, path, offset=offset, value=value)
        found = problem(number, place, hint=hint if hint and hint.vi else None, **parameters)
        if found not in self.problems:
            self.problems.append(found)

    # --- Looking around ---

    def groups_of(self, module: str) -> Iterator[StatusGroup]:
        """Give the status groups of a module."""
        return (group for group in self.workspace.status_groups.values() if group.module == module)

    def matrices_of(self, group: str) -> Iterator[Matrix]:
        """Give the matrices of a status group."""
        return (matrix for matrix in self.workspace.matrices.values() if matrix.status_group == group)

    def tables_of(self, module: Module) -> Iterator[tuple[StatusGroup, Matrix]]:
        """Give every status group of a module with each of its matrices."""
        for group in self.groups_of(module.code):
            for matrix in self.matrices_of(group.code):
                yield group, matrix

    def sets_of(self, module: str) -> Iterator[NotificationSet]:
        """Give the notification sets of a module."""
        return (one for one in self.workspace.notification_sets.values() if one.module == module)

    def people_of(self, module: Module) -> Iterator[tuple[Steps, People]]:
        """Give every people notation of a module that says who may be chosen or is filled in."""
        for code, role in module.roles.items():
            for word, value in (("from", role.candidates), ("default", role.default)):
                if isinstance(value, People):
                    yield ("roles", code, word), value
        for code, one in module.fields.items():
            if isinstance(one.candidates, People):
                yield ("fields", code, "from"), one.candidates
        for action in module.actions.values():
            for index, asked in enumerate(action.input):
                if asked.field is not None and isinstance(asked.field.candidates, People):
                    yield ("actions", action.code, "input", index, "from"), asked.field.candidates

    def tables(self) -> Iterator[tuple[Module, StatusGroup, Matrix]]:
        """Give every module that is there with its status groups and matrices."""
        for module in self.workspace.modules.values():
            for group, matrix in self.tables_of(module):
                yield module, group, matrix
