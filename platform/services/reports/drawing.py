"""Reports: figures over what the reader may see, and the records behind every figure (T-94 to T-101).

A definition says rows, columns and filters; here they become one selection, a few grouping statements
and labels. Nothing is counted that the reader may not see, and the detail behind a figure is found by
the same conditions as the figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from luongviec.engine.model import DimensionKind
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.lists.rows import rows_of
from luongviec.services.platform import Platform
from luongviec.services.reports.asked import AskedReport
from luongviec.services.reports.filtering import filter_views, lengths, own_roles
from luongviec.services.reports.former import former_period
from luongviec.services.reports.offers import offer_of
from luongviec.services.reports.requests import FigureRequest, ReportRequest
from luongviec.services.reports.rows import TOTAL, compared, draw_rows
from luongviec.services.reports.views import ReportPage, ReportRecords
from luongviec.services.showing import column_kind, column_label
from luongviec.services.views import Column
from luongviec.store.lists.figures import figure_rows
from luongviec.store.lists.reading import select_page


def draw_report(platform: Platform, actor: Actor, request: ReportRequest) -> ReportPage:
    """Draw a report for a reader.

    Raises:
        NotFound: there is no such report, or it is not offered to him.
        InvalidInput: a filter or choice that the report does not have.
    """
    with platform.reading() as work:
        return page_of(AskedReport.of(work, actor, request))


def list_figure(platform: Platform, actor: Actor, request: FigureRequest) -> ReportRecords:
    """Give the records behind a figure, a page of them.

    Raises:
        NotFound, InvalidInput: as `draw_report`; also for a row or column that there is not.
    """
    with platform.reading() as work:
        return _records_of(AskedReport.of(work, actor, request.report), request)


def page_of(asked: AskedReport) -> ReportPage:
    """Draw a report inside a work that is under way."""
    levels = asked.levels()
    drawn = draw_rows(asked, levels)
    former = former_period(asked)
    if former is not None and asked.request.compare:
        drawn = compared(drawn, draw_rows(replace(asked, request=former.request), levels))
    return ReportPage(
        offer=offer_of(asked.work, asked.report),
        row_label=_joined([level.label for level in levels]),
        columns=asked.columns(),
        rows=drawn.rows,
        total=drawn.total,
        filters=tuple(filter_views(asked)),
        mine=own_roles(asked),
        mine_chosen=asked.request.mine,
        lengths=lengths(asked),
        length_chosen=next(
            (str(one.dimension.by) for one in levels if one.dimension.kind is DimensionKind.PERIOD), ""
        ),
        sort=asked.sort,
        truncated=drawn.truncated,
        at=asked.work.now,
        outputs=asked.outputs,
        is_of_periods=any(level.dimension.kind is DimensionKind.PERIOD for level in levels),
        comparable=former is not None,
        compared_with=former.words if former is not None and asked.request.compare else "",
    )


def _records_of(asked: AskedReport, request: FigureRequest) -> ReportRecords:
    """Give a page of the records behind one figure."""
    selection = asked.figure_selection(request)
    world, viewer = asked.work.world, asked.actor.user_id
    ids = select_page(
        world, viewer, selection, size=request.page_size, page=request.page, cursor=request.cursor
    )
    columns = asked.detail_columns()
    total = figure_rows(world, viewer, selection, (), ())[0].count
    levels = asked.levels(spans=False)
    said = [level.text(code) for level, code in zip(levels, request.row, strict=False)] or [TOTAL]
    measure = None if request.measure is None else asked.report.measures[request.measure].label
    return ReportRecords(
        offer=offer_of(asked.work, asked.report),
        title=_joined(said),
        columns=tuple(
            Column(code, column_label(asked.module, code), column_kind(asked.module, code), False)
            for code in columns
        ),
        rows=rows_of(asked.showing, ids.ids, columns),
        total=total,
        page=max(1, request.page),
        page_size=request.page_size,
        next_cursor=ids.next_cursor,
        previous_cursor=ids.previous_cursor,
        filters=tuple(filter_views(asked)),
        figure=measure or Text("Tất cả hồ sơ", "All records"),
    )


def _joined(texts: Sequence[Text]) -> Text:
    return Text(" › ".join(one.vi for one in texts), " › ".join(one.in_language("en") for one in texts))
