"""The address of a list: everything a person chose stands in it, so that it can be kept and shared.

`split`, `q`, `sort`, `page`, `size`, `view`, `columns`, `rows` and `for` are ours; a filter is `filter.NAME`,
its ranges `filter.NAME__from` and `filter.NAME__until`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from luongviec.services.lists.narrowing import BELOW, FROM, IN, UNTIL
from luongviec.services.lists.reading import LARGEST_PAGE, PAGE_SIZE, ListRequest

FILTER = "filter."
#: Stands for everything of a module where an address must name a list.
NO_LIST = "-"
#: What a picker without script sends beside its boxes: words, which count as one more value.
TYPED = "__q"
COMPACT = "compact"
LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class ListAddress:
    """One list as an address says it; methods give the address after one change."""

    module: str
    list: str
    split: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    q: str = ""
    sort: str = ""
    page: int = 1
    size: int = PAGE_SIZE
    view: str = ""
    columns: tuple[str, ...] = ()
    behalf: str = ""
    rows: str = ""

    def request(self) -> ListRequest:
        """Give what the list service is asked."""
        return ListRequest(
            module=self.module, list=self.list, split=self.split, filters=self.filters, q=self.q,
            sort=self.sort, page=self.page, page_size=self.size, view=self.view, columns=self.columns,
            behalf=self.behalf,
        )  # fmt: skip

    @property
    def url(self) -> str:
        """Write the address, leaving out whatever is the default."""
        pairs = self._pairs()
        if self.columns:
            pairs.append(("columns", ",".join(self.columns)))
        if self.size != PAGE_SIZE:
            pairs.append(("size", str(self.size)))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        query = urlencode([(name, value) for name, value in pairs if value], quote_via=quote)
        path = list_path(self.module, self.list)
        return f"{path}?{query}" if query else path

    def hidden(self, *leave_out: str) -> tuple[tuple[str, str], ...]:
        """Give the pairs that a form on the page sends along, without those it asks itself."""
        pairs = [*self._pairs(), ("columns", ",".join(self.columns))]
        return tuple((name, value) for name, value in pairs if value and name not in leave_out)

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = [("split", self.split), ("q", self.q), ("sort", self.sort), ("view", self.view)]
        pairs += [("for", self.behalf), ("rows", self.rows)]
        return pairs + [(FILTER + name, value) for name, values in self.filters.items() for value in values]

    def part(self, part: str) -> str:
        """Give the address of a part of the list (its file, names for a filter), narrowed like the list."""
        _, _, query = self.with_page(1).url.partition("?")
        path = f"/list-parts/{quote(self.module)}/{quote(self.list or NO_LIST)}/{part}"
        return f"{path}?{query}" if query else path

    @property
    def path(self) -> str:
        """Give the address without anything chosen; forms on the page send theirs to it."""
        return list_path(self.module, self.list)

    @property
    def everything_url(self) -> str:
        """Give where the whole list, as it is narrowed, is chosen for one action."""
        return self._everything("")

    def everything_url_of(self, action: str) -> str:
        """Give where one action is done to the whole list."""
        return self._everything(f"/{quote(action)}")

    def _everything(self, step: str) -> str:
        _, _, query = self.with_page(1).url.partition("?")
        path = f"/bulk/list/{quote(self.module)}/{quote(self.list)}{step}"
        return f"{path}?{query}" if query else path

    def with_columns(self, columns: tuple[str, ...]) -> ListAddress:
        return replace(self, columns=columns)

    def with_rows(self, rows: str) -> ListAddress:
        return replace(self, rows=rows)

    def with_moved(self, shown: tuple[str, ...], code: str, step: int) -> ListAddress:
        """Move a column among those shown, one place to the left (-1) or right (1); the first one stays."""
        codes, place = list(shown), shown.index(code)
        other = place + step
        if place and 1 <= other < len(codes):
            codes[place], codes[other] = codes[other], codes[place]
        return replace(self, columns=tuple(codes))

    def with_behalf(self, behalf: str) -> ListAddress:
        return replace(self, behalf=behalf, page=1)

    def with_split(self, split: str) -> ListAddress:
        return replace(self, split=split, page=1)

    def with_sort(self, sort: str) -> ListAddress:
        return replace(self, sort=sort, page=1)

    def with_page(self, page: int) -> ListAddress:
        return replace(self, page=page)

    def with_view(self, view: str) -> ListAddress:
        return replace(self, view=view, page=1)

    def without_filter(self, name: str) -> ListAddress:
        """Take one filter away, its range included."""
        gone = {name, *(f"{name}{end}" for end in (FROM, UNTIL, IN, BELOW))}
        return replace(self, filters={n: v for n, v in self.filters.items() if n not in gone}, page=1)

    def without_filters(self) -> ListAddress:
        return replace(self, filters={}, q="", split="", page=1)


def here_with(**changes: object) -> str:
    """Give the address of the present page after some changes of its query; None takes a name away."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    pairs += [(name, str(value)) for name, value in changes.items() if value is not None and value != ""]
    query = urlencode(pairs, quote_via=quote)
    return f"{request.path}?{query}" if query else request.path


def list_path(module: str, list_code: str) -> str:
    """Give the address of a list, or of everything in a module."""
    return f"/m/{quote(module)}/{quote(list_code)}" if list_code else f"/m/{quote(module)}"


def list_url(module: str, list_code: str, **filters: str) -> str:
    """Give the address of a list with filters or a split chosen; for cards and counters."""
    split = filters.pop("split", "")
    chosen = {name: (value,) for name, value in filters.items()}
    return ListAddress(module, list_code, split=split, filters=chosen).url


def read_address(module: str, list_code: str, arguments: MultiDict[str, str]) -> ListAddress:
    """Read an address; numbers that are none count as not given."""
    return ListAddress(
        module=module,
        list=list_code,
        split=arguments.get("split", ""),
        filters=read_filters(arguments),
        q=arguments.get("q", "").strip(),
        sort=arguments.get("sort", ""),
        page=read_number(arguments.get("page"), 1, LAST_PAGE),
        size=read_number(arguments.get("size"), PAGE_SIZE, LARGEST_PAGE),
        view=arguments.get("view", ""),
        rows=COMPACT if arguments.get("rows") == COMPACT else "",
        behalf=arguments.get("for", ""),
        columns=tuple(code for code in arguments.get("columns", "").split(",") if code),
    )


def read_filters(arguments: MultiDict[str, str]) -> Mapping[str, tuple[str, ...]]:
    """Read the filters of an address: names without their mark, values that say something."""
    filters: dict[str, tuple[str, ...]] = {}
    for name, values in arguments.lists():
        said = tuple(value for value in values if value.strip())
        if name.startswith(FILTER) and said:
            base = name.removeprefix(FILTER).removesuffix(TYPED)
            filters[base] = (*filters.get(base, ()), *said)
    return filters


def read_number(text: str | None, otherwise: int, most: int = LAST_PAGE) -> int:
    """Read a counting number from an address; what is none counts as not given."""
    if text is None or not text.isascii() or not text.isdigit():
        return otherwise
    return min(max(1, int(text)) if len(text) < 9 else most, most)
