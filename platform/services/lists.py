"""Lists: what the gate lets through, narrowed by the list, its split, filters and search words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import ListPage

PAGE_SIZE = 20
LARGEST_PAGE = 100
COUNT_CAP = 1000


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What the address of a list says. Unknown filters and values are `InvalidInput`, never ignored.

    `list` empty: everything of the module that the person may see. `filters`: filter name → values,
    ranges as `name__from`, `name__until`. `cursor` continues after a page, else `page` counts from 1.
    """

    module: str
    list: str = ""
    split: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    q: str = ""
    sort: str = ""
    page: int = 1
    page_size: int = PAGE_SIZE
    cursor: str = ""
    view: str = ""


def list_records(platform: Platform, actor: Actor, request: ListRequest) -> ListPage:
    """Give one page of a list, with the row actions and filters that belong to it."""
    raise NotImplementedError


def count_records(platform: Platform, actor: Actor, request: ListRequest) -> int:
    """Count what the request would list, at most `COUNT_CAP` + 1."""
    raise NotImplementedError
