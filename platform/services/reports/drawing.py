"""Reports: figures over what the reader may see, and the records behind every figure (T-94 to T-101).

A definition says rows, columns and filters; here they become one selection, a few grouping statements
and labels. Nothing is counted that the reader may not see, and the detail behind a figure is found by
the same conditions as the figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.model import (
    DimensionKind,
    Field,
    FieldType,
    Measure,
    MeasureKind,
    Module,
    PeriodLength,
    Report,
    ReportFilter,
    ReportFilterKind,
)
from luongviec.engine.related import zone_of
from luongviec.engine.setform import (
    Comparison,
    Condition,
    Operand,
    OperandKind,
    Value,
    bind,
    compile_set,
    operands,
)
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HolderKind
from luongviec.services.access import has_function
from luongviec.services.lists import PAGE_SIZE, available_columns, rows_of
from luongviec.services.narrowing import FROM, UNTIL, Narrowing
from luongviec.services.periods import LENGTH_NAMES, next_start, period_start
from luongviec.services.platform import Platform, Work
from luongviec.services.reports.levels import Level, LevelMaker, compared_condition
from luongviec.services.reports.views import (
    PeriodShortcut,
    ReportCell,
    ReportColumn,
    ReportFilterView,
    ReportOffer,
    ReportPage,
    ReportRecords,
    ReportRow,
)
from luongviec.services.showing import Showing, column_kind, column_label
from luongviec.services.views import Column, FilterOption
from luongviec.services.wording import column_text
from luongviec.store.figures import (
    MOST_ROWS,
    CountFigure,
    FieldFigure,
    Figure,
    FigureRow,
    SpentFigure,
    figure_rows,
    span_of,
)
from luongviec.store.lists import Selection, select_page
from luongviec.store.terms import Grant, terms_for

ALL_MINE = Text("Tất cả", "All")
TOTAL = Text("Tổng cộng", "Total")
NO_SUCH_ROW = Text("Báo cáo này không có dòng đó.", "This report has no such row.")
NO_SUCH_ROLE = Text("Báo cáo này không lọc theo vai trò đó.", "This report does not filter by that role.")


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What the address of a report says.

    `filters`: as in lists, ranges as `NAME__from`, `NAME__until`. `mine`: the code of one column of the
    reader's own. `length`: how long the rows of a period are. `sort`: the place of a column, from 0,
    with `-` for descending; empty: the order of the rows themselves.
    """

    report: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mine: str = ""
    length: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """One figure of a report: its row from the first level down (none: the total) and its column."""

    report: ReportRequest
    row: tuple[str, ...] = ()
    measure: int | None = None
    page: int = 1
    cursor: str = ""
    page_size: int = PAGE_SIZE


def list_reports(platform: Platform, actor: Actor) -> tuple[ReportOffer, ...]:
    """Give the reports that a person may open."""
    with platform.reading() as work:
        return tuple(
            _offer(work, report)
            for report in work.workspace.reports.values()
            if _may_open(work, actor, report)
        )


def has_reports(work: Work, actor: Actor) -> bool:
    """Whether any report is offered to a person."""
    return any(_may_open(work, actor, report) for report in work.workspace.reports.values())


def draw_report(platform: Platform, actor: Actor, request: ReportRequest) -> ReportPage:
    """Draw a report for a reader.

    Raises:
        NotFound: there is no such report, or it is not offered to him.
        InvalidInput: a filter or choice that the report does not have.
    """
    with platform.reading() as work:
        return Drawing.of(work, actor, request).page()


def list_figure(platform: Platform, actor: Actor, request: FigureRequest) -> ReportRecords:
    """Give the records behind a figure, a page of them.

    Raises:
        NotFound, InvalidInput: as `draw_report`; also for a row or column that there is not.
    """
    with platform.reading() as work:
        return Drawing.of(work, actor, request.report).records(request)


def _offer(work: Work, report: Report) -> ReportOffer:
    module = work.workspace.modules[report.module]
    return ReportOffer(report.code, report.module, report.name, module.name, report.note)


def _may_open(work: Work, actor: Actor, report: Report) -> bool:
    """Whether a report is offered: he could see records of the module, and holds what it needs."""
    if report.needs is not None and not has_function(work, actor, report.needs):
        return False
    terms = terms_for(work.world, actor.user_id, report.module, Grant(permission="view"))
    return not terms.is_empty


@dataclass(frozen=True)
class Drawing:
    """One report for one reader, with what he asked for."""

    work: Work
    actor: Actor
    request: ReportRequest
    report: Report
    module: Module
    showing: Showing
    narrowing: Narrowing

    @classmethod
    def of(cls, work: Work, actor: Actor, request: ReportRequest) -> Drawing:
        """Find the report of a request."""
        report = work.workspace.reports.get(request.report)
        if report is None or not _may_open(work, actor, report):
            raise NotFound()
        module = work.workspace.modules[report.module]
        narrowing = Narrowing(work.world, actor, module, None)
        return cls(work, actor, request, report, module, Showing(work, actor), narrowing)

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
            base = name.removesuffix(FROM).removesuffix(UNTIL)
            if base not in known:
                raise InvalidInput({f"filter.{name}": (_no_such_filter(name),)})
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

    def _figures(self) -> tuple[Figure, ...]:
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

    def _columns(self) -> tuple[ReportColumn, ...]:
        return tuple(self._column(measure) for measure in self.report.measures)

    def _column(self, measure: Measure) -> ReportColumn:
        if measure.kind is MeasureKind.SHARE:
            return ReportColumn(measure.label, "share")
        if measure.kind is MeasureKind.TIME_IN:
            return ReportColumn(measure.label, "duration")
        if measure.kind is MeasureKind.COUNT:
            return ReportColumn(measure.label, "count")
        field = self.module.fields[measure.name]
        kind = "duration" if field.type == FieldType.DURATION else "number"
        return ReportColumn(measure.label, kind, field.unit)

    # --- The page ---------------------------------------------------------------------------------------

    def page(self) -> ReportPage:
        """Draw all rows: one statement for each depth and one for the total."""
        levels, figures, selection = self.levels(), self._figures(), self.selection()
        world, viewer = self.work.world, self.actor.user_id
        total = figure_rows(world, viewer, selection, (), figures)[0]
        by_depth: list[dict[tuple[str, ...], FigureRow]] = []
        truncated = False
        for depth in range(1, len(levels) + 1):
            axes = [level.axis for level in levels[:depth]]
            drawn = figure_rows(world, viewer, selection, axes, figures)
            truncated = truncated or len(drawn) > MOST_ROWS
            by_depth.append(_merged(levels[:depth], drawn[:MOST_ROWS]))
        if len(levels) == 1:
            _add_empty(levels[0], by_depth[0], len(figures))
        rows = tuple(self._ordered(levels, by_depth, total.count, ()))
        return ReportPage(
            offer=_offer(self.work, self.report),
            row_label=Text(
                " › ".join(level.label.vi for level in levels),
                " › ".join(level.label.in_language("en") for level in levels),
            ),
            columns=self._columns(),
            rows=rows,
            total=self._row((), TOTAL, total, total.count, opens=True),
            filters=tuple(self._filter_views()),
            mine=self._mine(),
            mine_chosen=self.request.mine,
            lengths=self._lengths(),
            length_chosen=next(
                (str(one.dimension.by) for one in levels if one.dimension.kind is DimensionKind.PERIOD), ""
            ),
            sort=self.request.sort,
            truncated=truncated,
            at=self.work.now,
            outputs=self.report.outputs,
        )

    def _ordered(
        self,
        levels: Sequence[Level],
        by_depth: Sequence[Mapping[tuple[str, ...], FigureRow]],
        total: int,
        above: tuple[str, ...],
    ) -> Iterable[ReportRow]:
        """Give the rows below a row, each followed by its own."""
        depth = len(above)
        level = levels[depth]
        found = [
            (level.order(codes[-1]), self._level_row(levels, codes, row, total))
            for codes, row in by_depth[depth].items()
            if codes[:-1] == above
        ]
        found.sort(key=lambda pair: pair[0])
        rows = [row for _, row in found]
        for row in self._sorted(rows):
            yield row
            if depth + 1 < len(levels):
                yield from self._ordered(levels, by_depth, total, row.codes)

    def _sorted(self, rows: list[ReportRow]) -> list[ReportRow]:
        place = self.request.sort.removeprefix("-")
        if not place.isdigit() or int(place) >= len(self.report.measures):
            return rows
        descending = self.request.sort.startswith("-")
        known = [row for row in rows if row.cells[int(place)].value is not None]
        unknown = [row for row in rows if row.cells[int(place)].value is None]
        return sorted(known, key=lambda row: row.cells[int(place)].value or 0.0, reverse=descending) + unknown

    def _level_row(
        self, levels: Sequence[Level], codes: tuple[str, ...], row: FigureRow, total: int
    ) -> ReportRow:
        level = levels[len(codes) - 1]
        opens = all(one.condition(code) is not None for one, code in zip(levels, codes, strict=False))
        drawn = self._row(codes, level.text(codes[-1]), row, total, opens=opens)
        return replace(drawn, depth=len(codes), tone=level.tone(codes[-1]), place=level.place(codes[-1]))

    def _row(
        self, codes: tuple[str, ...], label: Text, row: FigureRow, total: int, *, opens: bool
    ) -> ReportRow:
        cells = []
        for measure, column, (amount, number) in zip(
            self.report.measures, self._columns(), row.figures, strict=True
        ):
            value = _value(measure, amount, number, row.count, total)
            if column.kind == "duration" and measure.kind is not MeasureKind.TIME_IN and value is not None:
                value /= 1_000_000  # the index counts microseconds
            cells.append(ReportCell(value, column.kind, opens and number > 0))
        return ReportRow(codes, label, tuple(cells), row.count)

    # --- Filters ------------------------------------------------------------------------------------------

    def _filter_views(self) -> Iterable[ReportFilterView]:
        for one in self.report.filters:
            if one.kind is ReportFilterKind.MINE:
                continue
            view = self.narrowing.filter_view(one.name, self.request.filters)
            shortcuts = self._shortcuts(one) if one.kind is ReportFilterKind.PERIOD else ()
            yield ReportFilterView(view, shortcuts)

    def _shortcuts(self, _filter: ReportFilter) -> tuple[PeriodShortcut, ...]:
        today = self.work.now.astimezone(zone_of(self.work.workspace)).date()
        asked = (
            (Text("Tuần này", "This week"), PeriodLength.WEEK, today),
            (Text("Tháng này", "This month"), PeriodLength.MONTH, today),
            (Text("Tháng trước", "Last month"), PeriodLength.MONTH, today.replace(day=1) - timedelta(days=1)),
            (Text("Quý này", "This quarter"), PeriodLength.QUARTER, today),
            (Text("Năm nay", "This year"), PeriodLength.YEAR, today),
        )
        found = []
        for label, length, day in asked:
            start = period_start(day, length)
            last = next_start(start, length) - timedelta(days=1)
            found.append(PeriodShortcut(label, (f"{start:%d/%m/%Y}", f"{last:%d/%m/%Y}")))
        return tuple(found)

    def _mine(self) -> tuple[FilterOption, ...]:
        columns = [column for one in self.report.filters for column in one.mine]
        if not columns:
            return ()
        named = [
            FilterOption(column.code, column_text(self.work.workspace, self.module, column.code))
            for column in columns
        ]
        return (FilterOption("", ALL_MINE), *named)

    def _lengths(self) -> tuple[FilterOption, ...]:
        if not any(dimension.kind is DimensionKind.PERIOD for dimension in self.report.rows):
            return ()
        return tuple(FilterOption(str(length), name) for length, name in LENGTH_NAMES.items())

    # --- Behind a figure ----------------------------------------------------------------------------------

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

    def records(self, request: FigureRequest) -> ReportRecords:
        """Give a page of the records behind one figure."""
        selection = self.figure_selection(request)
        world, viewer = self.work.world, self.actor.user_id
        ids = select_page(
            world, viewer, selection, size=request.page_size, page=request.page, cursor=request.cursor
        )
        columns = self.detail_columns()
        total = figure_rows(world, viewer, selection, (), ())[0].count
        levels = self.levels(spans=False)
        said = [level.text(code) for level, code in zip(levels, request.row, strict=False)] or [TOTAL]
        measure = None if request.measure is None else self.report.measures[request.measure].label
        return ReportRecords(
            offer=_offer(self.work, self.report),
            title=_joined(said),
            columns=tuple(
                Column(code, column_label(self.module, code), column_kind(self.module, code), False)
                for code in columns
            ),
            rows=rows_of(self.showing, ids.ids, columns),
            total=total,
            page=max(1, request.page),
            page_size=request.page_size,
            next_cursor=ids.next_cursor,
            previous_cursor=ids.previous_cursor,
            filters=tuple(self._filter_views()),
            figure=measure or Text("Tất cả hồ sơ", "All records"),
        )

    def detail_columns(self) -> tuple[str, ...]:
        """Give the columns of the detail: those of the report, else the first of the module."""
        return self.report.columns or available_columns(self.module)[:5]

    @property
    def now(self) -> datetime:
        """The moment that the report is about."""
        return self.work.now


def _merged(levels: Sequence[Level], drawn: Iterable[FigureRow]) -> dict[tuple[str, ...], FigureRow]:
    """Turn keys into codes and put together what is one row: statuses of two revisions, of one category.

    Only a record's status is put together so, and a record has one; so the sums stay exact.
    """
    found: dict[tuple[str, ...], FigureRow] = {}
    for row in drawn:
        codes = tuple(level.code(key) for level, key in zip(levels, row.keys, strict=True))
        known = found.get(codes)
        found[codes] = row if known is None else _sum(known, row)
    return found


def _sum(one: FigureRow, other: FigureRow) -> FigureRow:
    figures = tuple((a + c, b + d) for (a, b), (c, d) in zip(one.figures, other.figures, strict=True))
    return FigureRow(one.keys, one.count + other.count, figures)


def _add_empty(level: Level, rows: dict[tuple[str, ...], FigureRow], figures: int) -> None:
    """Put in the rows that stand there even when nothing is in them: every month of a year."""
    for code in level.every_code:
        rows.setdefault((code,), FigureRow((None,), 0, ((0.0, 0),) * figures))


def _value(measure: Measure, amount: float, number: int, count: int, total: int) -> float | None:
    match measure.kind:
        case MeasureKind.COUNT:
            return float(number)
        case MeasureKind.SUM:
            return amount
        case MeasureKind.AVG | MeasureKind.TIME_IN:
            return amount / number if number else None
        case MeasureKind.SHARE:
            whole = total if measure.where is None else count
            return number / whole if whole else None


def _joined(texts: Sequence[Text]) -> Text:
    return Text(" › ".join(one.vi for one in texts), " › ".join(one.in_language("en") for one in texts))


def _no_such_filter(name: str) -> Text:
    return Text(f"Báo cáo này không có bộ lọc “{name[:60]}”.", f"This report has no filter “{name[:60]}”.")
