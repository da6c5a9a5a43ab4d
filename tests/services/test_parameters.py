"""Parameters: types and limits, the installation and units, who may set which, the journal, conflicts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from luongviec.engine.errors import Conflict, InvalidInput, NotFound, Refused
from luongviec.engine.world import SYSTEM
from luongviec.services.parameters.platform import number_parameter
from luongviec.services.parameters.values import (
    Typed,
    change_parameters,
    parameter_page,
    plan_changes,
    value_words,
)
from luongviec.services.rights.groups import add_to_group
from luongviec.services.units.making import fill_slot
from luongviec.store.models import AuditEntry
from tests.services.house import House


def line_of(house: House, subject: str, unit: str | None = None, who: str = "admin"):
    page = parameter_page(house.platform, house.actor(who), None if unit is None else house.units[unit])
    return next(line for line in page.lines if line.subject == subject)


def put(house: House, subject: str, text: str, unit: str | None = None, who: str = "admin", **rest: object):
    unit_id = None if unit is None else house.units[unit]
    return change_parameters(house.platform, house.actor(who), Typed({subject: text}, **rest), unit_id)


def counts_in(house: House, code: str, unit: str) -> object:
    with house.platform.reading() as work:
        return work.world.parameter(code, house.units[unit])


@pytest.mark.requirement("C-30", "C-80")
def test_the_nearest_unit_wins_over_the_installation_and_that_over_the_default(house: House) -> None:
    assert line_of(house, "due_soon_days").value == 3
    put(house, "due_soon_days", "5")
    put(house, "due_soon_days", "9", "works")
    road = line_of(house, "due_soon_days", "road")
    assert (road.own, road.value, road.otherwise_from.vi) == (None, 9, "Phòng Xây dựng")
    assert counts_in(house, "due_soon_days", "road") == 9
    assert counts_in(house, "due_soon_days", "health") == 5

    back = Typed({}, reset={"due_soon_days"})
    change_parameters(house.platform, house.actor("admin"), back, house.units["works"])
    assert counts_in(house, "due_soon_days", "road") == 5
    change_parameters(house.platform, house.actor("admin"), back)
    assert line_of(house, "due_soon_days").own is None


@pytest.mark.requirement("C-80")
@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("task_file_mb", "0"),
        ("task_file_mb", "1025"),
        ("task_file_mb", "nhiều"),
        ("task_file_mb", ""),
        ("task_file_mb", "nan"),
        ("task_file_mb", "1e999"),
        ("result_voices", "everybody"),
        ("platform.password_length", "7"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(house: House, subject: str, text: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        put(house, subject, text)
    assert set(problem.value.errors) == {f"value.{subject}"}
    assert line_of(house, subject).own is None


@pytest.mark.requirement("C-80")
def test_one_wrong_value_keeps_all_from_being_saved(house: House) -> None:
    typed = Typed({"qr_minutes": "20", "delegation_depth": "99"})
    with pytest.raises(InvalidInput):
        change_parameters(house.platform, house.actor("admin"), typed)
    assert line_of(house, "qr_minutes").own is None


def test_numbers_are_read_as_people_write_them(house: House) -> None:
    put(house, "meeting_file_mb", " 2,5 ")
    line = line_of(house, "meeting_file_mb")
    assert (line.value, value_words(line.parameter, line.value).vi) == (2.5, "2,5 MB")
    put(house, "meeting_auto_start", "")
    assert line_of(house, "meeting_auto_start").value is False


@pytest.mark.requirement("W-37")
def test_the_summary_says_what_would_change_and_changes_nothing(house: House) -> None:
    typed = Typed({"escalate_days": "7", "meeting_remind_hours": "24"})
    (change,) = plan_changes(house.platform, house.actor("admin"), typed)
    assert (change.before.vi, change.after.vi) == ("3 ngày làm việc", "7 ngày làm việc")
    assert change.after.in_language("en") == "7 working days"
    assert line_of(house, "escalate_days").own is None


@pytest.mark.requirement("C-88")
def test_the_journal_has_before_and_after(house: House) -> None:
    put(house, "meeting_papers_days", "4", "health")
    with house.platform.reading() as work:
        entry = work.session.scalars(
            select(AuditEntry).where(AuditEntry.subject_id == f"meeting_papers_days@{house.units['health']}")
        ).one()
        assert (entry.actor_id, entry.before, entry.after) == (
            house.users["admin"], {"value": None}, {"value": 4},
        )  # fmt: skip


def test_somebody_elses_change_is_not_overwritten(house: House) -> None:
    put(house, "open_children_level", "refuse")
    with pytest.raises(Conflict) as conflict:
        put(house, "open_children_level", "allow", shown={"open_children_level": ""})
    assert "Quản trị" in conflict.value.message.vi
    assert "Từ chối" in conflict.value.message.vi
    put(house, "open_children_level", "allow", shown={"open_children_level": "refuse"})
    assert line_of(house, "open_children_level").value == "allow"


def test_platform_parameters_count_at_once(house: House) -> None:
    put(house, "platform.lock_after", "8")
    with house.platform.reading() as work:
        assert number_parameter(work, "lock_after") == 8


@pytest.mark.requirement("A-25", "U-29")
def test_who_may_set_what(house: House) -> None:
    with pytest.raises(Refused):
        parameter_page(house.platform, house.actor("officer"))
    with pytest.raises(NotFound):
        parameter_page(house.platform, house.actor("admin"), 10**9)

    add_to_group(house.platform, SYSTEM, "meeting_admin", (house.users["clerk"],))
    sections = parameter_page(house.platform, house.actor("clerk")).sections
    assert [section.code for section in sections] == ["meeting"]
    assert put(house, "task_file_mb", "20", who="clerk") == ()
    assert line_of(house, "task_file_mb").own is None


@pytest.mark.requirement("U-29", "C-83")
def test_who_administers_a_branch_sets_its_parameters_and_no_others(house: House) -> None:
    fill_slot(house.platform, SYSTEM, house.units["works"], "assigning", "admin", (house.users["stranger"],))
    assert parameter_page(house.platform, house.actor("stranger")).sections == ()
    put(house, "qr_minutes", "15", "road", who="stranger")
    assert counts_in(house, "qr_minutes", "road") == 15
    with pytest.raises(NotFound):
        put(house, "qr_minutes", "15", "health", who="stranger")
