"""Pickers of administrators: everybody who works here, searched without marks; never who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import update

from luongviec.engine.errors import Refused
from luongviec.engine.world import SYSTEM
from luongviec.services.directory import named_people, named_units, pick_people, pick_units
from luongviec.services.journal.writing import organisation_changed
from luongviec.services.units.making import fill_slot
from luongviec.services.views import CandidatePage
from luongviec.store.models import Unit, User
from tests.services.house import House


def people(house: House, q: str, who: str = "admin", **options: object) -> CandidatePage:
    return pick_people(house.platform, house.actor(who), q, **options)


def units(house: House, q: str, who: str = "admin", **options: object) -> CandidatePage:
    return pick_units(house.platform, house.actor(who), q, **options)


def labels(page: CandidatePage) -> list[str]:
    return [one.label for one in page.candidates]


@contextmanager
def switched_off(house: House, table: type[User] | type[Unit], row_id: int) -> Iterator[None]:
    """Switch somebody or a unit off for a while."""
    _set_active(house, table, row_id, active=False)
    try:
        yield
    finally:
        _set_active(house, table, row_id, active=True)


def _set_active(house: House, table: type[User] | type[Unit], row_id: int, *, active: bool) -> None:
    with house.platform.transaction() as work:
        work.session.execute(update(table).where(table.id == row_id).values(active=active))
        organisation_changed(work)


@pytest.mark.requirement("C-63", "W-44")
def test_names_are_found_without_marks_in_any_order(house: House) -> None:
    assert labels(people(house, "thu ha")) == ["Nguyễn Thị Thu Hà"]
    assert labels(people(house, "HÀ NGUYỄN")) == ["Nguyễn Thị Thu Hà"]
    assert labels(people(house, "dang phuoc")) == ["Đặng Hữu Phước"]
    assert labels(units(house, "cau duong")) == ["Tổ Cầu đường"]


def test_each_comes_with_his_place_in_the_tree(house: House) -> None:
    (head,) = people(house, "quoc bao").candidates
    assert head.detail == "Thủ trưởng, Phòng Xây dựng"
    (road,) = units(house, "cau duong").candidates
    assert road.detail.startswith("Phòng Xây dựng")


def test_beginnings_of_words_come_before_their_middles(house: House) -> None:
    found = labels(people(house, "an"))
    assert found.index("Quản trị") > 0 or found == ["Quản trị"]
    assert labels(people(house, "ph"))[:2] == ["Đặng Hữu Phước", "Phạm Minh Tuấn"]


def test_too_little_is_no_question(house: House) -> None:
    for q in ("", " ", "h", "ă"):
        page = people(house, q)
        assert page.candidates == ()
        assert page.reason is not None


def test_the_people_of_a_unit_come_first_and_unasked(house: House) -> None:
    works = house.units["works"]
    assert set(labels(people(house, "", unit_id=works))) == {
        "Trần Quốc Bảo", "Nguyễn Thị Thu Hà", "Đặng Hữu Phước",
    }  # fmt: skip
    assert labels(people(house, "bu", unit_id=house.units["health"]))[0] == "Bùi Thúy Nga"
    empty = people(house, "", unit_id=house.units["empty"])
    assert empty.candidates == ()
    assert "chưa có ai" in (empty.reason.vi if empty.reason else "")


def test_who_is_chosen_already_is_not_offered_again(house: House) -> None:
    assert labels(people(house, "bui", exclude=[house.users["clerk"]])) == ["Bùi Thúy Nga"]


@pytest.mark.requirement("U-33")
def test_who_is_switched_off_is_not_offered(house: House) -> None:
    with switched_off(house, User, house.users["stranger"]):
        page = people(house, "bich van")
        assert page.candidates == ()
        assert "đã ngừng" in (page.reason.vi if page.reason else "")
        (shown,) = named_people(house.platform, house.actor("admin"), [house.users["stranger"]])
        assert not shown.usable
    assert labels(people(house, "bich van")) == ["Ngô Bích Vân"]


@pytest.mark.requirement("U-18")
def test_a_branch_below_a_unit_that_is_switched_off_is_not_offered(house: House) -> None:
    with switched_off(house, Unit, house.units["works"]):
        assert labels(units(house, "xay dung")) == labels(units(house, "cau duong")) == []
        (road,) = named_units(house.platform, house.actor("admin"), [house.units["road"]])
        assert not road.usable
    assert labels(units(house, "cau duong")) == ["Tổ Cầu đường"]


@pytest.mark.requirement("U-13")
def test_a_unit_that_is_moved_cannot_go_below_itself(house: House) -> None:
    page = units(house, "cau duong", not_below=house.units["works"])
    assert [(one.usable, one.reason is not None) for one in page.candidates] == [(False, True)]


@pytest.mark.requirement("U-17", "U-29", "C-83")
def test_who_administers_a_branch_chooses_its_units_but_anybody(house: House) -> None:
    fill_slot(house.platform, SYSTEM, house.units["works"], "assigning", "admin", (house.users["contact"],))
    mine = units(house, "", "contact", within="admin.units")
    assert labels(mine) == ["Phòng Xây dựng", "Tổ Cầu đường"]
    assert labels(people(house, "thuy nga", "contact")) == ["Bùi Thúy Nga"]
    with pytest.raises(Refused):
        units(house, "", "contact", within="admin.users")


@pytest.mark.requirement("A-25")
def test_staff_may_not_ask(house: House) -> None:
    for ask in (people, units):
        with pytest.raises(Refused):
            ask(house, "an", "officer")
    with pytest.raises(Refused):
        named_people(house.platform, house.actor("officer"), [1])


@pytest.mark.parametrize("q", ["%", "_%", "'; --", "a" * 10_000, "\x00\x00", "🙂🙂"])
def test_odd_questions_find_nobody(house: House, q: str) -> None:
    assert people(house, q).candidates == ()
    assert units(house, f"{q} xyzzy").candidates == ()
