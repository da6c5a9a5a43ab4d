"""The filters of a report as its page offers them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from luongviec.engine.model import DimensionKind, PeriodLength, ReportFilterKind
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.services.periods import LENGTH_NAMES, next_start, period_start
from luongviec.services.reports.asked import AskedReport
from luongviec.services.reports.views import PeriodShortcut, ReportFilterView
from luongviec.services.views import FilterOption
from luongviec.services.wording import column_text

ALL_MINE = Text("Tất cả", "All")


def filter_views(asked: AskedReport) -> Iterator[ReportFilterView]:
    """Give the filters with what is chosen."""
    for one in asked.report.filters:
        if one.kind is ReportFilterKind.MINE:
            continue
        view = asked.narrowing.filter_view(one.name, asked.request.filters)
        shortcuts = _shortcuts(asked) if one.kind is ReportFilterKind.PERIOD else ()
        yield ReportFilterView(view, shortcuts)


def _shortcuts(asked: AskedReport) -> tuple[PeriodShortcut, ...]:
    today = asked.work.now.astimezone(zone_of(asked.work.workspace)).date()
    offered = (
        (Text("Tuần này", "This week"), PeriodLength.WEEK, today),
        (Text("Tháng này", "This month"), PeriodLength.MONTH, today),
        (Text("Tháng trước", "Last month"), PeriodLength.MONTH, today.replace(day=1) - timedelta(days=1)),
        (Text("Quý này", "This quarter"), PeriodLength.QUARTER, today),
        (Text("Năm nay", "This year"), PeriodLength.YEAR, today),
    )
    found = []
    for label, length, day in offered:
        start = period_start(day, length)
        last = next_start(start, length) - timedelta(days=1)
        found.append(PeriodShortcut(label, (f"{start:%d/%m/%Y}", f"{last:%d/%m/%Y}")))
    return tuple(found)


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
