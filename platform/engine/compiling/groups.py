"""Status groups and the matrices over them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from luongviec.engine.compiling.modules import read_head
from luongviec.engine.compiling.parts import Part, Work
from luongviec.engine.compiling.scope import ModuleScope
from luongviec.engine.model import (
    EVERY_STATUS,
    NEW,
    Access,
    Column,
    ColumnKind,
    Final,
    Matrix,
    Status,
    StatusGroup,
    Tone,
)
from luongviec.engine.sources.reading import frozen
from luongviec.engine.text import Text

_GROUP_COLUMNS = (ColumnKind.GROUP, ColumnKind.EVERYONE)


def compile_status_group(work: Work) -> StatusGroup | None:
    """Compile a status group of sound shape; None where its module is not there to judge by."""
    top = work.top
    module = top.string("module")
    read_head(top, "status_group")
    if not top.need("module", module, "module"):
        return None
    scope = ModuleScope(work.names.modules[module or ""], work.names)
    statuses = {code: _status(part, code) for code, part in top.parts("statuses", "status").items()}
    columns: dict[str, Column] = {}
    transitions = _transitions(top, scope, statuses, columns)
    migrate = top.part("migrate")
    if migrate is not None:
        migrate.raw("since")
        for old, new in migrate.mapping("statuses").items():
            migrate.require("status", str(new), statuses, "statuses", old)
    return StatusGroup(
        code=work.definition.code,
        module=scope.code,
        name=top.label("name"),
        statuses=MappingProxyType(statuses),
        transitions=MappingProxyType(transitions),
        columns=MappingProxyType(columns),
        note=top.text("note"),
        shipped=top.flag("shipped"),
        migrate=frozen(migrate.data) if migrate is not None else MappingProxyType({}),  # type: ignore[arg-type]
    )


def _status(part: Part, code: str) -> Status:
    category = part.string("category") or ""
    categories = part.work.names.entries.get("categories", {})
    if categories.get(category, True) or category not in categories:
        part.require("categories", category, categories, "category")
    if code == NEW:
        part.report(
            "E124",
            name=code,
            first=Text("dòng new của bảng quyền", "the row new of matrices"),
            second=Text("trạng thái", "a status"),
        )
    final, tone = part.raw("final"), part.string("tone")
    return Status(
        code=code,
        name=part.label("name"),
        category=category,
        tone=Tone(tone) if tone else part.work.names.category_tones.get(category, Tone.GREY),
        initial=part.flag("initial"),
        final=Final.REOPENABLE if final == "reopenable" else Final.FINAL if final is True else Final.NO,
        requires=frozenset(part.names("requires")),
        side_path=part.flag("side_path"),
        note=part.text("note"),
    )


def _transitions(
    top: Part, scope: ModuleScope, statuses: Mapping[str, Status], columns: dict[str, Column]
) -> dict[str, Mapping[str, tuple[str, ...]]]:
    transitions: dict[str, Mapping[str, tuple[str, ...]]] = {}
    table = top.mapping("transitions")
    for source, cells in table.items():
        top.require("status", source, statuses, "transitions", source)
        row: dict[str, tuple[str, ...]] = {}
        part = top.at("transitions", cells if isinstance(cells, Mapping) else {}, "transitions", source)
        for code in part.data:
            column = part.column(code, scope.people, code, system=True)
            if column is None:
                continue
            if column.kind is ColumnKind.OWNER_PERMISSION:
                part.report(
                    "E112",
                    code,
                    name=code,
                    detail=Text("không đứng trong transitions", "cannot stand in transitions"),
                )
            columns[code] = column
            row[code] = _targets(part, code, statuses)
        transitions[source] = MappingProxyType(row)
    for source in statuses:
        transitions.setdefault(source, MappingProxyType({}))
    return transitions


def _targets(part: Part, code: str, statuses: Mapping[str, Status]) -> tuple[str, ...]:
    targets = []
    value = part.data[code]
    for index, target in enumerate(
        (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
    ):
        if part.require(
            "status", str(target), statuses, *((code,) if isinstance(value, str) else (code, index))
        ):
            targets.append(str(target))
    return tuple(dict.fromkeys(targets))


# --- Matrices -----------------------------------------------------------------------------------------


def compile_matrix(work: Work) -> Matrix | None:
    """Compile a matrix of sound shape; None where its group or module is not there to judge by."""
    top = work.top
    group = top.string("status_group")
    read_head(top, "matrix")
    if not top.need("status_group", group, "status_group"):
        return None
    names = work.names.groups[group or ""]
    if not top.need("module", names.module, "status_group"):
        return None
    scope = ModuleScope(work.names.modules[names.module], work.names)
    cells = _Cells(scope, names.statuses)
    for tab in ("participants", "units", "groups"):
        cells.read(top, tab)
    fields = _field_cells(top, scope, names.statuses, cells.columns)
    return Matrix(
        code=work.definition.code,
        status_group=group or "",
        cells=MappingProxyType({status: MappingProxyType(row) for status, row in cells.rows.items()}),
        fields=fields,
        columns=MappingProxyType(cells.columns),
        tabs=MappingProxyType(cells.tabs),
        name=top.text("name"),
        note=top.text("note"),
        shipped=top.flag("shipped"),
    )


def _rows(top: Part, tab: str, statuses: tuple[str, ...], extra: tuple[str, ...]) -> list[tuple[str, Part]]:
    rows = []
    for status, cells in top.mapping(tab).items():
        if status not in extra:
            top.require("status", status, statuses, tab, status)
        if isinstance(cells, Mapping):
            rows.append((status, top.at(tab, cells, tab, status)))
    return rows


class _Cells:
    """The cells of a matrix, gathered tab by tab."""

    def __init__(self, scope: ModuleScope, statuses: tuple[str, ...]) -> None:
        self.scope = scope
        self.statuses = statuses
        self.columns: dict[str, Column] = {}
        self.tabs: dict[str, str] = {}
        self.rows: dict[str, dict[str, frozenset[str]]] = {}

    def read(self, top: Part, tab: str) -> None:
        """Read one tab."""
        for status, part in _rows(top, tab, self.statuses, (EVERY_STATUS, NEW)):
            row = self.rows.setdefault(status, {})
            for code in part.data:
                column = part.column(code, self.scope.people, code)
                if column is None:
                    continue
                if (column.kind in _GROUP_COLUMNS) is not (tab == "groups"):
                    detail = Text("không thuộc thẻ này", "does not belong on this tab")
                    part.report("E112", code, name=code, detail=detail)
                self.columns[code] = column
                self.tabs.setdefault(code, tab)
                row[code] = row.get(code, frozenset()) | _permissions(part, code, self.scope)


def _permissions(part: Part, code: str, scope: ModuleScope) -> frozenset[str]:
    value = part.data[code]
    names = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
    for index, permission in enumerate(names):
        if not scope.loose:
            steps: tuple[str | int, ...] = (code,) if isinstance(value, str) else (code, index)
            part.require("permission", str(permission), scope.permissions, *steps)
    return frozenset(str(one) for one in names)


def _field_cells(
    top: Part, scope: ModuleScope, statuses: tuple[str, ...], columns: dict[str, Column]
) -> Mapping[str, Mapping[str, Mapping[str, Access]]]:
    table: dict[str, Mapping[str, Mapping[str, Access]]] = {}
    known = {*scope.module.fields, *scope.module.roles}
    for status, part in _rows(top, "fields", statuses, (EVERY_STATUS,)):
        row: dict[str, Mapping[str, Access]] = {}
        for code, fields in part.data.items():
            column = part.column(code, scope.people, code)
            if column is None or not isinstance(fields, Mapping):
                continue
            columns.setdefault(code, column)
            for name in fields:
                if not scope.loose:
                    part.require("field", name, known, code, name)
            row[code] = MappingProxyType({name: Access(str(access)) for name, access in fields.items()})
        table[status] = MappingProxyType(row)
    return MappingProxyType(table)
