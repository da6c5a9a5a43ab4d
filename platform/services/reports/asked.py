"""A report as it was asked for by one reader: which records it is about, its rows, its columns.

A definition says rows, columns and filters; here they become one selection, levels and figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.expressions.setform import (
    Comparison,
    Condition,
    Operand,
    OperandKind,
    Value,
    bind,
    compile_set,
    operands,
)
from luongviec.engine.model import (
    DimensionKind,
    Field,
    FieldType,
    Measure,
    MeasureKind,
    Module,
    PeriodLength,
    Report,
)
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HolderKind
from luongviec.services.lists.narrowing import BELOW, FROM, IN, UNTIL, Narrowing
from luongviec.services.lists.reading import available_columns
from luongviec.services.platform import Work
from luongviec.services.reports.levels import Level, LevelMaker, compared_condition
from luongviec.services.reports.offers import may_open
from luongviec.services.reports.requests import FigureRequest, ReportRequest
from luongviec.services.reports.views import ReportColumn
from luongviec.services.rights.module_access import check_exports, exports
from luongviec.services.showing import Showing
from luongviec.store.lists.figures import CountFigure, FieldFigure, Figure, SpentFigure, span_of
from luongviec.store.lists.reading import Selection

NO_SUCH_ROW = Text("Báo cáo này không có dòng đó.", "This report has no such row.")
KINDS = ("xlsx", "csv", "pdf")
NO_SUCH_KIND = Text("Báo cáo này không xuất ra dạng đó.", "This report does not leave in that form.")
NO_SUCH_ROLE = Text("Báo cáo này không lọc theo vai trò đó.", "This report does not filter by that role.")


@dataclass(frozen=True)
class AskedReport:
    """One report for one reader, with what he asked for."""

    work: Work
    actor: Actor
    request: ReportRequest
    report: Report
    module: Module
    showing: Showing
    narrowing: Narrowing

    @classmethod
    def of(cls, work: Work, actor: Actor, request: ReportRequest) -> AskedReport:
        """Find the report of a request.

        Raises:
            NotFound: there is no such report, or it is not offered to him.
        """
        report = work.workspace.reports.get(request.report)
        if report is None or not may_open(work, actor, report):
            raise NotFound()
        module = work.workspace.modules[report.module]
        narrowing = Narrowing(work.world, actor, module, None)
        return cls(work, actor, request, report, module, Showing(work, actor), narrowing)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Give the forms in which this reader may take the report away as a file."""
        if not exports(self.work, self.actor, self.module):
            return ()
        return tuple(kind for kind in self.report.outputs if kind in KINDS)

    def check_leaves(self, kind: str) -> None:
        """Refuse a form in which the report does not leave, and who may not export.

        Raises:
            Refused: files of the module are restricted, and the reader may not export.
            InvalidInput: the report has no such form.
        """
        check_exports(self.work, self.actor, self.module)
        if kind not in self.outputs:
            raise InvalidInput({"kind": (NO_SUCH_KIND,)})

    # --- Which records ------------------------------------------------------------------------------

    def selection(self, more: Iterable[Condition] = ()) -> Selection:
        """Give the records that the report is about."""
        columns = {column.code: column for one in self.report.filters for column in one.mine}
        if self.request.mine and self.request.mine not in columns:
            raise InvalidInput({"mine": (NO_SUCH_ROLE,)})
        return Selection(
            module=self.module.code,
            mine=(columns[self.request.mine],) if self.request.mine else (),
            conditions=(*self._filters(), *compared_condition(self._compared()), *more),
        )

    def _filters(self) -> tuple[Condition, ...]:
        known = {one.name for one in self.report.filters if one.name}
        conditions: list[Condition] = []
        for name, given in self.request.filters.items():
            values = tuple(value for value in given if value.strip())
            if not values:
                continue
            base = name.removesuffix(FROM).removesuffix(UNTIL).removesuffix(IN).removesuffix(BELOW)
            if base not in known:
                raise InvalidInput({f"filter.{name}": (_no_such_filter(name),)})
            if name.endswith(BELOW):
                continue  # a unit counts with all below it anyway
            role = self.module.roles.get(base)
            if role is not None and role.of is HolderKind.UNIT:
                conditions.append(self._within(role.code, values))
            else:
                conditions += self.narrowing.filters({name: values})
        return tuple(conditions)

    def _within(self, role: str, values: Sequence[str]) -> Condition:
        """Give the condition that a unit or one below it stands in a role: a report is about branches."""
        branch = self.work.world.organisation.branch
        named = [unit for value in values for unit in self.narrowing.units_named(value)]
        ids = dict.fromkeys(one for unit in named for one in branch.get(unit, (unit,)))
        return Comparison(Operand(OperandKind.ROLE, role, many=True), "==", Value(tuple(ids)))

    def _compared(self) -> list[Field]:
        """Give every field that rows and columns read."""
        names: list[str] = []
        for dimension in self.report.rows:
            if dimension.kind in (DimensionKind.FIELD, DimensionKind.PERIOD):
                names.append(dimension.name)
            if dimension.kind is DimensionKind.BUCKET:
                names.append(self.module.buckets[dimension.name].over)
        for measure in self.report.measures:
            names.append(measure.name)
            condition = self._where(measure)
            if condition is not None:
                names += [one.name for one in operands(condition) if one.kind is OperandKind.FIELD]
        return [self.module.fields[name] for name in dict.fromkeys(names) if name in self.module.fields]

    def _where(self, measure: Measure) -> Condition | None:
        if measure.where is None:
            return None
        return bind(compile_set(measure.where, self.module), self.narrowing.scope())

    # --- Rows and columns -----------------------------------------------------------------------------

    def levels(self, *, spans: bool = True) -> tuple[Level, ...]:
        """Give the levels of rows; with `spans` periods know where they begin and end."""
        maker = LevelMaker(self.showing, self.module, self.narrowing)
        length = self._length()
        found = []
        for dimension in self.report.rows:
            if dimension.kind is DimensionKind.PERIOD:
                asked = replace(dimension, by=length or dimension.by)
                span = self._span(self.module.fields[dimension.name]) if spans else None
                found.append(maker.level(asked, span))
            else:
                found.append(maker.level(dimension))
        return tuple(found)

    def _length(self) -> PeriodLength | None:
        if not self.request.length:
            return None
        try:
            return PeriodLength(self.request.length)
        except ValueError as error:
            fault = Text("Không có độ dài kỳ này.", "There is no such length of a period.")
            raise InvalidInput({"length": (fault,)}) from error

    def _span(self, field: Field) -> tuple[float, float] | None:
        return span_of(self.work.world, self.actor.user_id, self.selection(), field)

    @property
    def sort(self) -> str:
        """Give by which column rows are ordered: as asked for, else by the one that they are ranked by."""
        ranked = (f"-{place}" for place, measure in enumerate(self.report.measures) if measure.ranked)
        return self.request.sort or next(ranked, "")

    def figures(self) -> tuple[Figure, ...]:
        """Give what the database is to count, one for each column."""
        found: list[Figure] = []
        for measure in self.report.measures:
            where = self._where(measure)
            if measure.kind in (MeasureKind.SUM, MeasureKind.AVG):
                found.append(FieldFigure(self.module.fields[measure.name], where))
            elif measure.kind is MeasureKind.TIME_IN:
                found.append(SpentFigure(measure.name, where))
            else:
                found.append(CountFigure(where))
        return tuple(found)

    def columns(self) -> tuple[ReportColumn, ...]:
        """Give the columns as they are shown."""
        return tuple(self._column(measure) for measure in self.report.measures)

    def _column(self, measure: Measure) -> ReportColumn:
        if measure.kind is MeasureKind.SHARE:
            return ReportColumn(measure.label, "share", tone=measure.tone)
        if measure.kind is MeasureKind.TIME_IN:
            return ReportColumn(measure.label, "duration", tone=measure.tone)
        if measure.kind is MeasureKind.COUNT:
            return ReportColumn(measure.label, "count", tone=measure.tone)
        field = self.module.fields[measure.name]
        kind = "duration" if field.type == FieldType.DURATION else "number"
        return ReportColumn(measure.label, kind, field.unit, measure.tone)

    # --- Behind a figure --------------------------------------------------------------------------------

    def figure_selection(self, request: FigureRequest) -> Selection:
        """Give the records behind one figure."""
        levels = self.levels(spans=False)
        if len(request.row) > len(levels):
            raise InvalidInput({"row": (NO_SUCH_ROW,)})
        more: list[Condition] = []
        for level, code in zip(levels, request.row, strict=False):
            condition = level.condition(code)
            if condition is None:
                raise InvalidInput({"row": (NO_SUCH_ROW,)})
            more.append(condition)
        if request.measure is not None:
            if not 0 <= request.measure < len(self.report.measures):
                raise InvalidInput({"measure": (NO_SUCH_ROW,)})
            where = self._where(self.report.measures[request.measure])
            more += [] if where is None else [where]
        return self.selection(more)

    def detail_columns(self) -> tuple[str, ...]:
        """Give the columns of the detail: those of the report, else the first of the module."""
        return self.report.columns or available_columns(self.module)[:5]


def _no_such_filter(name: str) -> Text:
    return Text(f"Báo cáo này không có bộ lọc “{name[:60]}”.", f"This report has no filter “{name[:60]}”.")
