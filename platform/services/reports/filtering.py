"""The filters of a report as its page offers them."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.model import DimensionKind, ReportFilterKind
from luongviec.engine.text import Text
from luongviec.services.periods import LENGTH_NAMES
from luongviec.services.reports.asked import AskedReport
from luongviec.services.views import Filter, FilterOption
from luongviec.services.wording import column_text

ALL_MINE = Text("Tất cả", "All")


def filter_views(asked: AskedReport) -> Iterator[Filter]:
    """Give the filters with what is chosen."""
    for one in asked.report.filters:
        if one.kind is ReportFilterKind.MINE:
            continue
        yield asked.narrowing.filter_view(one.name, asked.request.filters)


def own_roles(asked: AskedReport) -> tuple[FilterOption, ...]:
    """Give the reader's roles to choose among (S7, T-98)."""
    columns = [column for one in asked.report.filters for column in one.mine]
    if not columns:
        return ()
    named = [FilterOption(column.code, _own_role_text(asked, column.code)) for column in columns]
    return (FilterOption("", ALL_MINE), *named)


def _own_role_text(asked: AskedReport, column: str) -> Text:
    role = asked.module.roles.get(column)
    if role is not None and role.mine_label is not None:
        return role.mine_label
    return column_text(asked.work.workspace, asked.module, column)


def lengths(asked: AskedReport) -> tuple[FilterOption, ...]:
    """Give how long rows may be, where they are periods."""
    if not any(dimension.kind is DimensionKind.PERIOD for dimension in asked.report.rows):
        return ()
    return tuple(FilterOption(str(length), name) for length, name in LENGTH_NAMES.items())
