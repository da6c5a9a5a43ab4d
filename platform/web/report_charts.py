"""A report's chart as shapes that a template draws: columns over periods, bars over anything else.

The columns of a report that have a colour are drawn upon each other; without any the first is drawn.
Every part leads to the records behind it; the table of the report is the chart's twin in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from luongviec.engine.text import Text
from luongviec.services.reports.views import ReportPage, ReportRow
from luongviec.web.charts import PART_TONES
from luongviec.web.formatting import number as number_words
from luongviec.web.report_words import ReportAddress, figure_words

#: A chart of more bars than this cannot be read; of rows without an order of their own the longest stand.
MOST_COLUMNS = 24
LONGEST_BARS = 8
#: The drawing's own units.
WIDTH, HEIGHT, LEFT, TOP = 400.0, 120.0, 30.0, 8.0
STEPS = (1, 2, 5)
MOST_LABELS = 9


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart and what it stands for."""

    label: Text
    tone: str
    measure: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a bar: which series, from where and how long, what it says, where it leads."""

    series: Series
    start: float
    length: float
    words: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its parts. `place`: the left edge of a column; `label`: what stands below it."""

    row: ReportRow
    pieces: tuple[Piece, ...]
    words: str
    url: str | None
    tone: str
    total: float
    place: float = 0.0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `kind`: columns, bars or donut; `ticks`: the lines of a scale, by height and words."""

    kind: str
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...] = ()
    thickness: float = 0.0

    @property
    def title(self) -> Text:
        """What the chart is of."""
        return self.series[0].label


def chart_of(page: ReportPage, address: ReportAddress, *, most: int = MOST_COLUMNS) -> Chart | None:
    """Draw the rows of the first level; None where there is nothing to draw."""
    series = _series(page)
    rows = [row for row in page.rows if row.depth == 1]
    if not page.is_of_periods:
        rows = [row for row in rows if _total(row, series) > 0]
        if len(rows) > LONGEST_BARS:
            rows = sorted(rows, key=lambda row: -_total(row, series))[:LONGEST_BARS]
    rows = rows[-most:]
    highest = max((_total(row, series) for row in rows), default=0.0)
    if len(rows) < 2 or not highest:
        return None
    if page.is_of_periods:
        return _columns(rows, series, address, highest)
    kind = "donut" if len(series) == 1 and all(row.tone for row in rows) else "bars"
    bars = tuple(_bar(row, series, address, 1000.0 / highest, number) for number, row in enumerate(rows))
    return Chart(kind, series, bars)


def _series(page: ReportPage) -> tuple[Series, ...]:
    toned = tuple(
        Series(column.label, column.tone, number)
        for number, column in enumerate(page.columns)
        if column.tone and column.kind == "count"
    )
    return toned or (Series(page.columns[0].label, "blue", 0),)


def _total(row: ReportRow, series: Sequence[Series]) -> float:
    return sum(row.cells[one.measure].value or 0.0 for one in series)


def _bar(row: ReportRow, series: Sequence[Series], address: ReportAddress, scale: float, number: int) -> Bar:
    """Lay the parts of a row one after another, `scale` units for one."""
    pieces, start = [], 0.0
    for one in series:
        cell = row.cells[one.measure]
        length = (cell.value or 0.0) * scale
        if length > 0:
            url = address.figure(row.codes, one.measure) if cell.opens else None
            pieces.append(Piece(one, round(start, 1), round(length, 1), figure_words(cell), url))
        start += length
    first = row.cells[series[0].measure]
    words = figure_words(first) if len(series) == 1 else number_words(int(_total(row, series)))
    url = pieces[0].url if len(pieces) == 1 else None
    tone = row.tone or (series[0].tone if len(series) == 1 else PART_TONES[number % len(PART_TONES)])
    return Bar(row, tuple(pieces), words, url, tone, _total(row, series))


def _columns(
    rows: Sequence[ReportRow], series: tuple[Series, ...], address: ReportAddress, highest: float
) -> Chart:
    top = _round_up(highest)
    step = (WIDTH - LEFT) / len(rows)
    every = -(-len(rows) // MOST_LABELS)
    bars = []
    for number, row in enumerate(rows):
        bar = _bar(row, series, address, HEIGHT / top, number)
        label = row.short if (len(rows) - 1 - number) % every == 0 else ""
        place = round(LEFT + number * step + step * 0.2, 1)
        bars.append(Bar(bar.row, bar.pieces, bar.words, bar.url, bar.tone, bar.total, place, label))
    ticks = tuple((round(TOP + HEIGHT * (1 - part / 2), 1), _tick(top * part / 2)) for part in range(3))
    return Chart("columns", series, tuple(bars), ticks, round(step * 0.6, 1))


def _round_up(number: float) -> float:
    """Give the next number that a scale may end with: even, and 2, 4 or 10 times a power of ten."""
    power = 1.0
    while True:
        for step in STEPS:
            if number <= 2 * step * power:
                return 2 * step * power
        power *= 10


def _tick(number: float) -> str:
    return f"{number:g}" if number < 10_000 else f"{number / 1000:g}k"
