"""Reports: dimensions, measures and filters over one module."""

from __future__ import annotations

from typing import TypeVar

from luongviec.engine.compiling.modules import read_head
from luongviec.engine.compiling.parts import Part, Work
from luongviec.engine.compiling.scope import ModuleScope
from luongviec.engine.expressions.compiled import Context
from luongviec.engine.model import FUNCTIONS
from luongviec.engine.model.reports import (
    Dimension,
    DimensionKind,
    Measure,
    MeasureKind,
    PeriodLength,
    Report,
    ReportFilter,
    ReportFilterKind,
)

#: Function permissions that every module brings with it.
MODULE_FUNCTIONS = ("open", "admin", "report", "export")


def compile_report(work: Work) -> Report | None:
    """Compile a report; None where its module is not there to judge by."""
    top = work.top
    read_head(top, "report")
    note = top.text("note")
    top.raw("shipped")
    module = top.string("module")
    if not top.need("module", module, "module"):
        return None
    scope = ModuleScope(work.names.modules[module or ""], work.names)
    needs = top.string("needs")
    if needs is not None:
        known = FUNCTIONS | {f"{code}.{word}" for code in work.names.modules for word in MODULE_FUNCTIONS}
        top.require("function", needs, known, "needs")
    return Report(
        code=work.definition.code,
        module=scope.code,
        name=top.label("name"),
        rows=tuple(_dimension(part, scope) for part in top.items("rows", "dimension")),
        measures=tuple(_measure(part, scope) for part in top.items("measures", "measure")),
        filters=tuple(_filter(part, scope) for part in top.items("filters", "filter")),
        columns=scope.require_names(top, "columns", "column", scope.columns),
        outputs=top.names("outputs"),
        needs=needs,
        note=note,
    )


Kind = TypeVar("Kind", DimensionKind, MeasureKind, ReportFilterKind)


def _the_one(part: Part, kinds: type[Kind]) -> Kind:
    """Give the one kind whose word stands there; the shape has seen to it that it is one."""
    found = [kind for kind in kinds if part.has(kind.value)]
    return found[0]


def _dimension(part: Part, scope: ModuleScope) -> Dimension:
    kind = _the_one(part, DimensionKind)
    level, by = part.whole("level"), part.string("by")
    length = PeriodLength(by) if by is not None else PeriodLength.MONTH
    return Dimension(kind, _name(part, scope, kind.value), level, length, part.text("label"))


def _measure(part: Part, scope: ModuleScope) -> Measure:
    kind = _the_one(part, MeasureKind)
    return Measure(
        kind, part.label(), _name(part, scope, kind.value), part.expression("where", Context.SET),
        part.string("tone"), part.flag("ranked"),
    )  # fmt: skip


def _filter(part: Part, scope: ModuleScope) -> ReportFilter:
    kind = _the_one(part, ReportFilterKind)
    if kind is ReportFilterKind.MINE:
        return ReportFilter(kind, mine=scope.columns_of(part, "mine"))
    return ReportFilter(kind, _name(part, scope, kind.value))


def _name(part: Part, scope: ModuleScope, word: str) -> str:
    """Read what a dimension, measure or filter goes by; nothing for those that are merely switched on."""
    if word in ("status", "category", "count", "share"):
        part.raw(word)
        return ""
    if word in ("field", "period", "sum", "avg"):
        return scope.require_field(part, word)
    if word == "role":
        return scope.require_role(part, word)
    name = part.string(word) or ""
    if word == "bucket" and not scope.loose:
        part.require("bucket", name, scope.module.buckets, word)
    if word == "time_in" and scope.statuses_known():
        part.require("status", name, scope.statuses, word)
    return name
