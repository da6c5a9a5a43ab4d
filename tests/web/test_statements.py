"""A page costs a bounded number of SQL statements, however much is on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.conftest import Pages
from tests.web.doing import make_task

#: The most that each page may take; the figures are of today, with a little room.
MOST = {
    "/": 90,
    "/m/task/assigned_to_me": 60,
    "/r/{id}": 90,
    "/r/{id}/do/forward": 60,
    "/m/task/new": 60,
    "/notifications": 30,
}


@pytest.mark.parametrize("address", MOST)
def test_statements_stay_within_bounds(
    pages: Pages, count_statements: Callable[[Callable[[], object]], int], address: str
) -> None:
    record_id = make_task(pages)
    reader = pages.as_("bao")
    address_here = address.format(id=record_id)
    reader.get(address_here)
    few = count_statements(lambda: reader.get(address_here))
    for number in range(12):
        make_task(pages, f"Việc thứ {number}", days=f"+{number}")
    many = count_statements(lambda: reader.get(address_here))
    assert few <= MOST[address]
    assert many <= few + 6
