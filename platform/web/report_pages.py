"""The rows of a report that one page draws: a long report is leafed through, its file has all (T-100)."""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.services.reports.views import ReportPage, ReportRow

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True)
class RankedRow:
    """A row with its rank, where rows are ordered by a column; equals share one.

    `is_repeated`: it stands above the first row of the page once more, because that belongs to it.
    """

    row: ReportRow
    rank: int | None
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class RowsOfPage:
    """The rows of one page; `first` and `last` count from 1 among all."""

    rows: tuple[RankedRow, ...]
    number: int
    last_number: int
    first: int
    last: int
    count: int
    size: int = PAGE_ROWS


def rows_of_page(page: ReportPage, number: int) -> RowsOfPage:
    """Give the rows that a page draws; a number beyond the last gives the last."""
    count = len(page.rows)
    last_number = max(1, -(-count // PAGE_ROWS))
    number = min(max(number, 1), last_number)
    start = (number - 1) * PAGE_ROWS
    end = min(start + PAGE_ROWS, count)
    ranks = ranks_of(page)
    rows = (*_above(page, start), *(RankedRow(page.rows[at], ranks[at]) for at in range(start, end)))
    return RowsOfPage(rows, number, last_number, min(start + 1, count), end, count)


def _above(page: ReportPage, start: int) -> tuple[RankedRow, ...]:
    """Give the rows that the first row of a page belongs to and that stand on pages before."""
    if not start or start >= len(page.rows):
        return ()
    codes = page.rows[start].codes
    wanted = {codes[:depth] for depth in range(1, len(codes))}
    return tuple(RankedRow(row, None, is_repeated=True) for row in page.rows[:start] if row.codes in wanted)


def ranks_of(page: ReportPage) -> tuple[int | None, ...]:
    """Give the rank of each row of a table that is ordered by a column, best first; equals share one."""
    place = page.sort.removeprefix("-")
    if not page.sort.startswith("-") or not place.isdigit() or int(place) >= len(page.columns):
        return (None,) * len(page.rows)
    ranks: list[int | None] = []
    number, rank, last = 0, 0, None
    for row in page.rows:
        value = row.cells[int(place)].value
        if row.depth > 1 or value is None:
            ranks.append(None)
            continue
        number += 1
        rank, last = (rank, last) if value == last else (number, value)
        ranks.append(rank)
    return tuple(ranks)
