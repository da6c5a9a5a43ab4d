"""What is asked of reports: which one, narrowed how, and which of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from luongviec.services.lists.reading import PAGE_SIZE


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What the address of a report says.

    `filters`: as in lists, ranges as `NAME__from`, `NAME__until`. `mine`: the code of one column of the
    reader's own. `length`: how long the rows of a period are. `sort`: the place of a column, from 0,
    with `-` for descending; empty: as the report ranks them; any other word: the order of the rows.
    `compare`: with the period before.
    """

    report: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mine: str = ""
    length: str = ""
    sort: str = ""
    compare: bool = False


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """One figure of a report: its row from the first level down (none: the total) and its column."""

    report: ReportRequest
    row: tuple[str, ...] = ()
    measure: int | None = None
    page: int = 1
    cursor: str = ""
    page_size: int = PAGE_SIZE


def kept_request(request: ReportRequest) -> dict[str, Any]:
    """Give a request as a row keeps it."""
    return {
        "report": request.report, "filters": {name: list(v) for name, v in request.filters.items()},
        "mine": request.mine, "length": request.length, "sort": request.sort, "compare": request.compare,
    }  # fmt: skip


def request_from(kept: Mapping[str, Any]) -> ReportRequest:
    """Give a request that was kept."""
    return ReportRequest(
        report=str(kept["report"]),
        filters={str(name): tuple(map(str, values)) for name, values in kept["filters"].items()},
        mine=str(kept.get("mine", "")), length=str(kept.get("length", "")), sort=str(kept.get("sort", "")),
        compare=bool(kept.get("compare")),
    )  # fmt: skip
