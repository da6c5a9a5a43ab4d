"""The filters of a report as its page offers them."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.model import DimensionKind, ReportFilterKind
from luongviec.engine.text import Text
from luongviec.services.named_periods import NAMED_PERIODS
from luongviec.services.periods import LENGTH_NAMES
from luongviec.services.reports.asked import AskedReport
from luongviec.services.reports.views import PeriodShortcut, ReportFilterView
from luongviec.services.views import FilterOption
from luongviec.services.wording import column_text

ALL_MINE = Text("Tất cả", "All")
SHORTCUTS = tuple(
    PeriodShortcut(NAMED_PERIODS[code].label, code)
    for code in (
        "this_week",
        "last_week",
        "this_month",
        "last_month",
        "this_quarter",
        "last_quarter",
        "this_year",
    )
)


def filter_views(asked: AskedReport) -> Iterator[ReportFilterView]:
    """Give the filters with what is chosen."""
    for one in asked.report.filters:
        if one.kind is ReportFilterKind.MINE:
            continue
        view = asked.narrowing.filter_view(one.name, asked.request.filters)
        shortcuts = SHORTCUTS if one.kind is ReportFilterKind.PERIOD else ()
        yield ReportFilterView(view, shortcuts)


def own_roles(asked: AskedReport) -> tuple[FilterOption, ...]:
    """Give the reader's roles to choose among (S7)."""
    columns = [column for one in asked.report.filters for column in one.mine]
    if not columns:
        return ()
    named = [
        FilterOption(column.code, column_text(asked.work.workspace, asked.module, column.code))
        for column in columns
    ]
    return (FilterOption("", ALL_MINE), *named)


def lengths(asked: AskedReport) -> tuple[FilterOption, ...]:
    """Give how long rows may be, where they are periods."""
    if not any(dimension.kind is DimensionKind.PERIOD for dimension in asked.report.rows):
        return ()
    return tuple(FilterOption(str(length), name) for length, name in LENGTH_NAMES.items())
