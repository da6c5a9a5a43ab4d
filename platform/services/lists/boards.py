"""Lists as boards: one column for each status, in the order of the status group (T-10, C-16).

A column shows its first cards and how many there are; the rest is a click away. Where a card may go
follows from the actions open to the reader, so a board never moves what `decide` would refuse.
"""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.engine.errors import NotFound
from luongviec.engine.expressions.setform import Among, Operand, OperandKind, Value
from luongviec.engine.world import Actor
from luongviec.services.lists.narrowing import statuses_of
from luongviec.services.lists.reading import Asked, ListRequest, stored_sort
from luongviec.services.lists.rows import rows_of
from luongviec.services.platform import Platform
from luongviec.services.showing import Showing
from luongviec.services.views import Row, StatusView
from luongviec.store.lists.reading import COUNT_CAP, count_selections, select_page

CARDS = 20
MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """The cards of one status; `total` counts them all, to a cap."""

    status: StatusView
    rows: tuple[Row, ...]
    total: int
    capped: bool


def list_board(platform: Platform, actor: Actor, request: ListRequest) -> tuple[BoardColumn, ...]:
    """Draw a list as a board: one statement for each column, one for all counts.

    Raises:
        NotFound: no such list, or it is not drawn so.
        InvalidInput: as `list_records`.
    """
    with platform.reading() as work:
        asked = Asked.of(work, actor, request)
        if asked.listed is None or "board" not in asked.listed.views:
            raise NotFound()
        showing, viewer = Showing(work, actor), actor.user_id
        statuses = list(statuses_of(work.workspace, asked.module).values())[:MOST_COLUMNS]
        operand = Operand(OperandKind.STATUS_CODE, "status")
        selections = [
            asked.selection(split="", more=(Among(operand, Value((status.code,))),)) for status in statuses
        ]
        totals = count_selections(work.world, viewer, selections)
        sort = stored_sort(work, asked, viewer)
        pages = [
            select_page(work.world, viewer, selection, sort=sort, size=CARDS).ids if total else ()
            for selection, total in zip(selections, totals, strict=True)
        ]
        rows = {
            row.record.id: row
            for row in rows_of(showing, [one for ids in pages for one in ids], asked.columns, asked.listed)
        }
        return tuple(
            BoardColumn(
                showing.status_view(status),
                tuple(rows[one] for one in ids if one in rows),
                min(total, COUNT_CAP),
                total > COUNT_CAP,
            )
            for status, ids, total in zip(statuses, pages, totals, strict=True)
        )
