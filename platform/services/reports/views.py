"""What reports show: plain data for pages, files and cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from luongviec.engine.text import Text
from luongviec.services.views import NO_TEXT, Column, Filter, FilterOption, Row


@dataclass(frozen=True, slots=True)
class ReportOffer:
    """A report that a person may open."""

    code: str
    module: str
    name: Text
    module_name: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of figures. `kind`: count, number, share (0 to 1) or duration (seconds)."""

    label: Text
    kind: str
    unit: Text | None = None
    tone: str | None = None  # drawn in the chart, in this colour


@dataclass(frozen=True, slots=True)
class ReportCell:
    """One figure; None where there is nothing to tell. `opens`: its records can be listed.

    `before`: the same figure of the period before, where the two are compared.
    """

    value: float | None
    kind: str
    opens: bool = False
    before: float | None = None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row: the codes from the first level down, what it is called, its figures."""

    codes: tuple[str, ...]
    label: Text
    cells: tuple[ReportCell, ...]
    count: int
    depth: int = 1
    tone: str | None = None
    short: str = ""  # of a period: what has room below a bar of a chart
    place: str = ""  # where a unit stands in the tree, when names alone are ambiguous (O-13)


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report, drawn for one reader at one moment."""

    offer: ReportOffer
    row_label: Text
    columns: tuple[ReportColumn, ...]
    rows: tuple[ReportRow, ...]
    total: ReportRow
    filters: tuple[Filter, ...]
    mine: tuple[FilterOption, ...]
    mine_chosen: str
    lengths: tuple[FilterOption, ...]  # for a period: how long its rows are
    length_chosen: str
    sort: str
    truncated: bool
    at: datetime
    outputs: tuple[str, ...] = ()
    is_of_periods: bool = False
    comparable: bool = False  # a period is chosen that another lies before
    compared_with: str = ""  # the period before, where it is compared


@dataclass(frozen=True, slots=True)
class ReportRecords:
    """The records behind one figure, a page of them."""

    offer: ReportOffer
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: int
    page: int
    page_size: int
    next_cursor: str | None
    previous_cursor: str | None
    filters: tuple[Filter, ...] = field(default=())
    figure: Text = NO_TEXT
