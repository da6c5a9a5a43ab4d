"""The shipped tasks and meetings, as their users' manual tells who may do what."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.deciding.decisions import RefusedBy
from luongviec.engine.deciding.field_access import field_access, field_access_for_create
from luongviec.engine.deciding.offers import OfferKind, offers
from luongviec.engine.model import Access
from luongviec.engine.people import members, people_of
from luongviec.engine.world import Actor, Value
from tests.engine.worlds import Office, office, shipped


@pytest.fixture
def place() -> Office:
    """The small office: An heads the province, Bình creates tasks there, Chi and Dũng work below."""
    found = office(shipped())
    world = found.world
    world.fill_slot(found.province, "assigning", "head", found.an)
    world.fill_slot(found.province, "assigning", "creator", found.binh)
    world.fill_slot(found.department, "executing", "head", found.chi)
    world.fill_slot(found.department, "executing", "officer", found.dung)
    return found


def task(
    place: Office,
    status: str = "assigned",
    *,
    values: Mapping[str, Value] | None = None,
    owner: int | None = None,
    **roles: int | list[int],
) -> int:
    """Add a task from the province to the department, created by Bình and assigned by An."""
    people: dict[str, int | list[int]] = {
        "creator": place.binh,
        "assigner": place.an,
        "assigning": place.province,
        "executing": place.department,
    }
    return place.world.add_record(
        "task",
        status=status,
        values={"name": "Báo cáo quý", **(values or {})},
        roles={**people, **roles},
        owner=owner,
        relation=None if owner is None else "children",
        created_by=place.binh,
    )


def may(place: Office, person: int, action: str, record: int) -> bool:
    """Whether a person may do something with a record."""
    return decide(place.world, Actor(person), action, place.record(record)).allowed


@pytest.mark.requirement("T-14", "T-28")
def test_creators_of_a_unit_assign_tasks(place: Office) -> None:
    assert decide_create(place.world, Actor(place.binh), "task").allowed
    assert decide_create(place.world, Actor(place.an), "task").allowed
    refused = decide_create(place.world, Actor(place.dung), "task")
    assert refused.remedy is not None
    assert set(refused.remedy.columns) == {"assigning.creator", "assigning.head"}
    chosen = {"assigning": [place.department], "executing": [place.province]}
    assert not decide_create(place.world, Actor(place.binh), "task", home_units=chosen).allowed


@pytest.mark.requirement("C-75")
def test_a_new_task_begins_in_the_initial_status(place: Office) -> None:
    assert place.record(task(place)).status == "assigned"


@pytest.mark.requirement("T-53", "T-57", "T-58")
def test_the_unit_takes_up_what_nobody_was_named_for(place: Office) -> None:
    one = task(place)
    assert may(place, place.chi, "accept", one)
    assert may(place, place.dung, "view", one)
    assert not may(place, place.dung, "accept", one)
    named = task(place, assignee=place.dung)
    assert may(place, place.dung, "accept", named)
    assert may(place, place.dung, "refuse", named)


@pytest.mark.requirement("T-68", "T-125")
def test_whoever_forwarded_may_still_read(place: Office) -> None:
    one = task(place, assignee=place.dung, participant=place.admin)
    decision = decide(place.world, Actor(place.admin), "view", place.record(one))
    assert "participant" in {role.column for role in decision.roles}
    assert not may(place, place.admin, "accept", one)


@pytest.mark.requirement("C-77", "T-124")
def test_rights_of_roles_and_units_add_up(place: Office) -> None:
    one = task(place, status="completed", follower=place.dung)
    assert may(place, place.dung, "approve_result", one)
    officer = task(place, status="completed")
    assert may(place, place.dung, "view", officer)
    assert not may(place, place.dung, "approve_result", officer)


@pytest.mark.requirement("T-132")
def test_nobody_approves_his_own_result(place: Office) -> None:
    one = task(place, status="completed", assignee=place.dung, follower=[place.dung, place.an])
    decision = decide(place.world, Actor(place.dung), "approve_result", place.record(one))
    assert decision.refused_by in (RefusedBy.RULE, RefusedBy.VOICE)
    assert may(place, place.an, "approve_result", one)


@pytest.mark.requirement("T-37")
def test_a_coordinating_unit_helps_without_touching_the_task(place: Office) -> None:
    place.world.fill_slot(place.other_department, "executing", "officer", place.admin)
    one = task(place, coordinating=[place.other_department])
    assert may(place, place.admin, "comment", one)
    assert may(place, place.admin, "add_children", one)
    for action in ("accept", "edit", "cancel", "refuse"):
        assert not may(place, place.admin, action, one)


@pytest.mark.requirement("T-88")
def test_progress_is_seen_by_whoever_sees_the_task(place: Office) -> None:
    one = task(place, status="doing", assignee=place.dung)
    entry = place.world.add_record(
        "progress_entry",
        owner=one,
        relation="progress",
        roles={"creator": place.dung},
        values={"text": "Nửa"},
    )
    assert may(place, place.an, "view", entry)
    assert not may(place, place.admin, "view", entry) or may(place, place.admin, "view", one)
    stranger = place.world.add_person("Người lạ")
    assert not may(place, stranger, "view", entry)


@pytest.mark.requirement("T-86")
def test_no_progress_is_written_while_a_result_waits(place: Office) -> None:
    doing, waiting = (task(place, status=status, assignee=place.dung) for status in ("doing", "completed"))
    assert may(place, place.dung, "add_progress", doing)
    assert not may(place, place.dung, "add_progress", waiting)


def test_subtasks_show_their_parent_to_those_who_do_them(place: Office) -> None:
    worker = place.world.add_person("Người làm việc con")
    parent = task(place, status="doing")
    task(place, owner=parent, assignee=worker)
    assert may(place, worker, "view", parent)
    assert not may(place, worker, "edit", parent)


@pytest.mark.requirement("T-29", "T-34")
def test_pickers_follow_the_abilities_of_slots(place: Office) -> None:
    one = place.record(task(place))
    module = shipped().modules["task"]
    assert set(members(place.world, people_of(module, "assigning:assign"), record=one)) == {place.an}
    assert set(members(place.world, people_of(module, "executing:receive"), record=one)) == {
        place.chi,
        place.dung,
    }


def test_the_deadline_is_the_creators_until_work_begins(place: Office) -> None:
    module = shipped().modules["task"]
    assert field_access_for_create(place.world, Actor(place.binh), module)["due_at"] is Access.EDIT

    def due(person: int, status: str) -> Access:
        one = task(place, status=status)
        return field_access(place.world, Actor(person), place.record(one))["due_at"]

    assert due(place.binh, "assigned") is Access.EDIT
    assert due(place.binh, "doing") is Access.READ


@pytest.mark.requirement("T-129")
def test_an_assignees_page_offers_what_the_manual_says(place: Office) -> None:
    one = task(place, assignee=place.dung)
    found = offers(place.world, Actor(place.dung), place.record(one), kinds=(OfferKind.ACTION,))
    assert [offer.action for offer in found] == ["accept", "forward", "refuse"]


# --- Meetings -----------------------------------------------------------------------------------------


def meeting(place: Office, status: str = "preparing", **roles: int | list[int]) -> int:
    """Add a meeting of the province, made by Bình."""
    return place.world.add_record(
        "meeting",
        status=status,
        values={"subject": "Giao ban"},
        roles={"creator": place.binh, "host": place.province, **roles},
        created_by=place.binh,
    )


@pytest.mark.requirement("M-03", "M-04")
def test_clerks_prepare_meetings(place: Office) -> None:
    place.world.fill_slot(place.province, "meeting", "clerk", place.binh)
    assert decide_create(place.world, Actor(place.binh), "meeting").allowed
    assert not decide_create(place.world, Actor(place.chi), "meeting").allowed


@pytest.mark.requirement("M-17", "M-18")
def test_attendees_see_a_meeting_when_it_is_announced(place: Office) -> None:
    seen = {
        status: may(place, place.chi, "view", meeting(place, status, attendee=[place.chi]))
        for status in ("preparing", "upcoming", "in_progress", "postponed", "closed")
    }
    assert seen == {**dict.fromkeys(seen, True), "preparing": False}


@pytest.mark.requirement("M-87", "M-64")
def test_an_invited_unit_reads_through_its_clerk(place: Office) -> None:
    place.world.fill_slot(place.department, "meeting", "clerk", place.dung)
    one = meeting(place, "upcoming", invited_unit=[place.department])
    assert may(place, place.dung, "view", one)
    assert not may(place, place.chi, "view", one)


@pytest.mark.requirement("M-72", "M-92")
def test_papers_are_seen_as_far_as_they_are_released(place: Office) -> None:
    one = meeting(place, "upcoming", attendee=[place.chi], guest=[place.dung])
    seen = {}
    for status in ("waiting", "approved", "released"):
        paper = place.world.add_record(
            "meeting_document", status=status, owner=one, relation="documents", values={"name": "Tờ trình"}
        )
        seen[status] = [may(place, person, "view", paper) for person in (place.binh, place.chi, place.dung)]
    assert seen == {
        "waiting": [True, False, False],
        "approved": [True, True, False],
        "released": [True, True, True],
    }


@pytest.mark.requirement("M-92")
def test_guests_do_not_see_the_minutes(place: Office) -> None:
    one = place.record(meeting(place, "closed", attendee=[place.chi], guest=[place.dung]))
    assert field_access(place.world, Actor(place.dung), one)["minutes"] is Access.HIDDEN
    assert field_access(place.world, Actor(place.chi), one)["minutes"] is Access.READ


@pytest.mark.requirement("M-31")
def test_what_may_be_done_before_a_meeting_may_be_done_while_it_runs() -> None:
    cells = shipped().matrices["meeting"].cells
    before, during = cells["upcoming"], cells["in_progress"]
    over = {"start", "cancel", "answer_invitation"}  # begun; closed instead; late replies: one's own line
    missing = {column: rights - during[column] - over for column, rights in before.items()}
    assert missing == dict.fromkeys(before, frozenset())


@pytest.mark.requirement("M-29", "M-42")
def test_meeting_phases_are_the_organisers(place: Office) -> None:
    one = place.record(meeting(place, "upcoming", attendee=[place.chi], secretary=[place.dung]))

    def actions(person: int) -> set[str]:
        found = offers(place.world, Actor(person), one, kinds=(OfferKind.ACTION,))
        return {offer.action for offer in found}

    assert {"start", "postpone", "close"} <= actions(place.binh)
    assert {"start", "postpone", "close"} <= actions(place.dung)
    assert not {"start", "postpone", "close"} & actions(place.chi)
