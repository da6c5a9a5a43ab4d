"""Every page of the settings area costs a bounded number of statements, however large the organisation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from luongviec.engine.world import SYSTEM
from luongviec.services.units.making import create_unit, fill_slot
from luongviec.services.users.making import NewUser, create_users
from tests.web.conftest import Pages

#: Of every request: session, rights and the frame. What a page itself may take comes on top.
FRAME = 12
PAGES = {
    "/settings": 8, "/settings/modules/task": 6, "/settings/parameters": 6,
    "/settings/parameters?unit={science}": 6, "/settings/units": 10, "/settings/units/{science}": 16,
    "/settings/units/{science}?tab=people": 16, "/settings/units/{science}?tab=history": 16,
    "/settings/units?show=missing": 10, "/settings/units?q=so": 10, "/settings/unit-changes": 8,
    "/settings/accounts": 12, "/settings/accounts?q=ha": 12, "/settings/accounts/{thuha}": 20,
    "/settings/accounts/{thuha}/edit": 16, "/settings/import": 8, "/settings/roles": 10,
    "/settings/roles/assigning/head": 10, "/settings/groups": 10, "/settings/groups/system_admin": 10,
    "/settings/groups/task_admin/functions": 10, "/settings/person-functions": 10, "/settings/rights": 10,
    "/settings/sign-ins": 8, "/settings/audit": 8, "/settings/pick/people?q=ng": 0,
    "/settings/pick/units?q=so": 0,
}  # fmt: skip


def test_statements_do_not_grow_with_the_organisation(
    pages: Pages, count_statements: Callable[[Callable[[], object]], int]
) -> None:
    few = statements(pages, count_statements)
    grow(pages)
    many = statements(pages, count_statements)
    too_many = {one: many[one] for one in PAGES if many[one] > FRAME + PAGES[one]}
    growing = {one: (few[one], many[one]) for one in PAGES if many[one] > few[one] + 4}
    assert (too_many, growing) == ({}, {})


def statements(pages: Pages, count: Callable[[Callable[[], object]], int]) -> dict[str, int]:
    """Open every page twice and count the second time: the process knows the organisation then."""
    reader, found = pages.as_("tung"), {}
    for one in PAGES:
        address = one.format(**pages.town.units, **pages.town.users)
        assert reader.get(address).status_code == 200, address
        found[one] = count(partial(reader.get, address))
    return found


def grow(pages: Pages) -> None:
    """Add twelve units with five people each."""
    new = [NewUser(f"nguoi{number}", f"Nguyễn Văn Số {number}", password_hash="!") for number in range(60)]
    ids = create_users(pages.platform, SYSTEM, new)
    for number in range(12):
        unit = create_unit(
            pages.platform, SYSTEM, f"Phòng số {number}", parent_id=pages.town.units["science"],
            sides=("assigning", "executing", "meeting", "office"),
        )  # fmt: skip
        fill_slot(pages.platform, SYSTEM, unit, "office", "staff", ids[number * 5 : number * 5 + 5])
        fill_slot(pages.platform, SYSTEM, unit, "executing", "officer", ids[number * 5 : number * 5 + 2])
