"""A report's address and figures: what pages, charts and files of reports share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from luongviec.engine.text import Text
from luongviec.services.reports.requests import ReportRequest
from luongviec.services.reports.views import ReportCell
from luongviec.web.addresses import FILTER
from luongviec.web.formatting import duration_words, number, share
from luongviec.web.language import in_language


@dataclass(frozen=True, slots=True)
class ReportAddress:
    """A report as an address says it; methods give the address after one change."""

    report: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mine: str = ""
    length: str = ""
    sort: str = ""
    compare: bool = False

    @property
    def path(self) -> str:
        """Give the address without anything chosen; forms on the page send theirs to it."""
        return f"/reports/{quote(self.report)}"

    @property
    def url(self) -> str:
        """Write the address, leaving out whatever is the default."""
        return _written(self.path, self._pairs())

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = [("mine", self.mine), ("length", self.length), ("sort", self.sort)]
        pairs.append(("compare", "1" if self.compare else ""))
        pairs += [(FILTER + name, value) for name, values in self.filters.items() for value in values]
        return [(name, value) for name, value in pairs if value]

    def hidden(self, *leave_out: str) -> tuple[tuple[str, str], ...]:
        """Give the pairs that a form on the page sends along, without those it asks itself."""
        return tuple(pair for pair in self._pairs() if pair[0] not in leave_out)

    def with_sort(self, sort: str) -> ReportAddress:
        return replace(self, sort=sort)

    def with_mine(self, mine: str) -> ReportAddress:
        return replace(self, mine=mine)

    def with_length(self, length: str) -> ReportAddress:
        return replace(self, length=length)

    def with_compare(self, compare: bool) -> ReportAddress:
        return replace(self, compare=compare)

    def without_filter(self, name: str) -> ReportAddress:
        """Take one filter away, its range included."""
        gone = {name, *(f"{name}__{end}" for end in ("from", "until", "in", "below"))}
        return replace(self, filters={n: v for n, v in self.filters.items() if n not in gone})

    def without_filters(self) -> ReportAddress:
        return replace(self, filters={}, mine="")

    def figure(self, row: Iterable[str], measure: int | None) -> str:
        """Give the address of the records behind a figure."""
        pairs = self._pairs() + [("row", code) for code in row]
        if measure is not None:
            pairs.append(("measure", str(measure)))
        return _written(f"{self.path}/records", pairs)

    def file(self, kind: str) -> str:
        """Give the address of the report as a file."""
        return _written(f"{self.path}/file/{kind}", self._pairs())

    def schedule(self) -> str:
        """Give where to have the report sent by itself as it is narrowed now."""
        return _written(f"{self.path}/schedule", self._pairs())

    def request(self) -> ReportRequest:
        """Give what the service is asked."""
        return ReportRequest(self.report, self.filters, self.mine, self.length, self.sort, self.compare)


def _written(path: str, pairs: list[tuple[str, str]]) -> str:
    query = urlencode(pairs, quote_via=quote)
    return f"{path}?{query}" if query else path


def figure_words(cell: ReportCell, unit: Text | None = None) -> str:
    """Write a figure as people read it."""
    if cell.value is None:
        return "–"
    if cell.kind == "share":
        return share(cell.value)
    if cell.kind == "duration":
        return duration_words(cell.value)
    written = number(round(cell.value, 2) if cell.kind == "number" else int(cell.value))
    return f"{written} {in_language(unit)}" if unit else written


def change_words(cell: ReportCell) -> str:
    """Write how a figure changed against the period before; nothing where it is not compared."""
    if cell.value is None or cell.before is None:
        return ""
    change = cell.value - cell.before
    if not change:
        return "±0"
    sign = "+" if change > 0 else "−"
    return sign + figure_words(ReportCell(abs(change), cell.kind))


def address_of(request: ReportRequest) -> ReportAddress:
    """Give the address that asks for what a request asks."""
    return ReportAddress(
        request.report, request.filters, request.mine, request.length, request.sort, request.compare
    )
