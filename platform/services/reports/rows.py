"""The rows of a report: what the database counted, put in order, named, and made into figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from luongviec.engine.model import Measure, MeasureKind
from luongviec.engine.text import Text
from luongviec.services.reports.asked import AskedReport
from luongviec.services.reports.levels import Level
from luongviec.services.reports.views import ReportCell, ReportRow
from luongviec.store.lists.figures import MOST_ROWS, FigureRow, figure_rows

TOTAL = Text("Tổng cộng", "Total")

Counted = dict[tuple[str, ...], FigureRow]


@dataclass(frozen=True, slots=True)
class DrawnRows:
    """All rows of a report, each followed by its own, and the total."""

    rows: tuple[ReportRow, ...]
    total: ReportRow
    truncated: bool


def draw_rows(asked: AskedReport, levels: Sequence[Level]) -> DrawnRows:
    """Count and draw: one statement for each depth and one for the total."""
    figures, selection = asked.figures(), asked.selection()
    world, viewer = asked.work.world, asked.actor.user_id
    total = figure_rows(world, viewer, selection, (), figures)[0]
    by_depth: list[Counted] = []
    truncated = False
    for depth in range(1, len(levels) + 1):
        axes = [level.axis for level in levels[:depth]]
        counted = figure_rows(world, viewer, selection, axes, figures)
        truncated = truncated or len(counted) > MOST_ROWS
        by_depth.append(_merged(levels[:depth], counted[:MOST_ROWS]))
    if len(levels) == 1:
        _add_empty(levels[0], by_depth[0], len(figures))
    below = [_by_parent(counted) for counted in by_depth]
    return DrawnRows(
        tuple(_ordered(asked, levels, below, total.count, ())),
        _row(asked, (), TOTAL, total, total.count, opens=True),
        truncated,
    )


def compared(drawn: DrawnRows, former: DrawnRows) -> DrawnRows:
    """Put beside each figure what it was in the period before; a row that was not there had nothing."""
    known = {row.codes: row for row in former.rows}
    return replace(
        drawn,
        rows=tuple(_beside(row, known.get(row.codes)) for row in drawn.rows),
        total=_beside(drawn.total, former.total),
    )


def _beside(row: ReportRow, former: ReportRow | None) -> ReportRow:
    before = [0.0 if cell.kind == "count" else None for cell in row.cells]
    if former is not None:
        before = [cell.value for cell in former.cells]
    cells = tuple(replace(cell, before=was) for cell, was in zip(row.cells, before, strict=True))
    return replace(row, cells=cells)


def _ordered(
    asked: AskedReport,
    levels: Sequence[Level],
    below: Sequence[Mapping[tuple[str, ...], Counted]],
    total: int,
    above: tuple[str, ...],
) -> Iterator[ReportRow]:
    """Give the rows below a row, each followed by its own."""
    depth = len(above)
    level = levels[depth]
    found = [
        (level.order(codes[-1]), _level_row(asked, levels, codes, row, total))
        for codes, row in below[depth].get(above, {}).items()
    ]
    found.sort(key=lambda pair: pair[0])
    rows = [row for _, row in found]
    for row in _sorted(asked, rows):
        yield row
        if depth + 1 < len(levels):
            yield from _ordered(asked, levels, below, total, row.codes)


def _by_parent(counted: Counted) -> Mapping[tuple[str, ...], Counted]:
    """Give the rows of a depth by the row above them."""
    found: dict[tuple[str, ...], Counted] = {}
    for codes, row in counted.items():
        found.setdefault(codes[:-1], {})[codes] = row
    return found


def _sorted(asked: AskedReport, rows: list[ReportRow]) -> list[ReportRow]:
    place = asked.sort.removeprefix("-")
    if not place.isdigit() or int(place) >= len(asked.report.measures):
        return rows
    descending = asked.sort.startswith("-")
    known = [row for row in rows if row.cells[int(place)].value is not None]
    unknown = [row for row in rows if row.cells[int(place)].value is None]
    return sorted(known, key=lambda row: row.cells[int(place)].value or 0.0, reverse=descending) + unknown


def _level_row(
    asked: AskedReport, levels: Sequence[Level], codes: tuple[str, ...], row: FigureRow, total: int
) -> ReportRow:
    level = levels[len(codes) - 1]
    opens = all(one.condition(code) is not None for one, code in zip(levels, codes, strict=False))
    drawn = _row(asked, codes, level.text(codes[-1]), row, total, opens=opens)
    return replace(
        drawn,
        depth=len(codes),
        tone=level.tone(codes[-1]),
        place=level.place(codes[-1]),
        short=level.short(codes[-1]),
    )


def _row(
    asked: AskedReport, codes: tuple[str, ...], label: Text, row: FigureRow, total: int, *, opens: bool
) -> ReportRow:
    cells = []
    for measure, column, (amount, number) in zip(
        asked.report.measures, asked.columns(), row.figures, strict=True
    ):
        value = _value(measure, amount, number, row.count, total)
        if column.kind == "duration" and measure.kind is not MeasureKind.TIME_IN and value is not None:
            value /= 1_000_000  # the index counts microseconds
        cells.append(ReportCell(value, column.kind, opens and number > 0))
    return ReportRow(codes, label, tuple(cells), row.count)


def _merged(levels: Sequence[Level], drawn: Iterable[FigureRow]) -> Counted:
    """Turn keys into codes and put together what is one row: statuses of two revisions, of one category.

    Only a record's status is put together so, and a record has one; so the sums stay exact.
    """
    found: Counted = {}
    for row in drawn:
        codes = tuple(level.code(key) for level, key in zip(levels, row.keys, strict=True))
        known = found.get(codes)
        found[codes] = row if known is None else _sum(known, row)
    return found


def _sum(one: FigureRow, other: FigureRow) -> FigureRow:
    figures = tuple((a + c, b + d) for (a, b), (c, d) in zip(one.figures, other.figures, strict=True))
    return FigureRow(one.keys, one.count + other.count, figures)


def _add_empty(level: Level, rows: Counted, figures: int) -> None:
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
