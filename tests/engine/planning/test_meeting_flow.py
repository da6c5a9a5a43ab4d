"""The life of a meeting: prepared, papers approved, confirmed, opened, closed, by hand and by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NeedsAnswer, Refused
from luongviec.engine.planning.plan import Answers, RenderPrint
from luongviec.engine.planning.planner import plan_action, plan_timer
from luongviec.engine.world import Actor
from tests.engine.planning.conftest import Province


@pytest.fixture
def meeting(province: Province) -> int:
    """A meeting in preparation, in three days."""
    starts = province.world.now + timedelta(days=3)
    return province.create(
        province.clerk,
        "meeting",
        subject="Họp giao ban",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        host=(province.office,),
        secretary=(province.chair,),
        attendee=(province.health_head, province.roads_head),
        guest=(province.health_officer,),
        document_contributor=(province.roads_officer,),
    )


def _confirmed(province: Province, meeting: int) -> None:
    room = province.world.add_record("room", values={"name": "A1"})
    province.act(province.clerk, meeting, "edit", room=room, invitation=(9,))
    province.act(province.clerk, meeting, "confirm_preparation")


@pytest.mark.requirement("M-01", "M-10", "M-12", "M-20", "M-34", "M-57", "M-74")
def test_a_meeting_runs_from_preparation_to_its_end(province: Province, meeting: int) -> None:
    roll = province.world.children(meeting, "roll")
    assert [province.holders(one, "person") for one in roll] == [
        [province.health_head],
        [province.roads_head],
        [province.health_officer],
    ]
    paper = province.create(
        province.roads_officer, "meeting_document", owner=meeting, name="Báo cáo", files=(3,)
    )
    province.act(province.clerk, paper, "approve")
    assert province.record(paper).status == "approved"
    _confirmed(province, meeting)
    assert (province.record(meeting).status, province.record(meeting).values["number"]) == (
        "upcoming",
        "001/GM-VP",
    )
    province.world.pass_time(timedelta(days=3))
    province.act(province.chair, meeting, "start")
    province.act(province.chair, roll[0], "mark_present")
    assert province.record(roll[0]).values["arrived_at"] == province.world.now
    plan = province.plan(province.clerk, meeting, "close", reason="họp xong")
    assert [(one.print, one.into) for one in plan.changes if isinstance(one, RenderPrint)] == [
        ("minutes", "minutes")
    ]
    province.world.apply(plan)
    assert province.record(meeting).status == "closed"


@pytest.mark.requirement("M-74")
def test_confirming_checks_what_is_missing(province: Province, meeting: int) -> None:
    actor = Actor(province.clerk)
    with pytest.raises(Refused):  # no room yet
        plan_action(province.world, actor, meeting, "confirm_preparation", {})
    room = province.world.add_record("room", values={"name": "A1"})
    province.act(province.clerk, meeting, "edit", room=room)
    with pytest.raises(NeedsAnswer) as caught:
        plan_action(province.world, actor, meeting, "confirm_preparation", {})
    assert len(caught.value.questions) == 2  # its own question, and the missing letter


@pytest.mark.requirement("M-84")
def test_nobody_is_attendee_and_guest(province: Province, meeting: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        province.act(
            province.clerk,
            meeting,
            "change_people",
            attendee=(province.health_head,),
            guest=(province.health_head,),
            summary_writer=(),
            invited_unit=(),
        )
    assert "Cường" in caught.value.errors["guest"][0].vi


@pytest.mark.requirement("M-26", "M-77")
def test_changing_people_keeps_the_roll_and_invites_the_new(province: Province, meeting: int) -> None:
    _confirmed(province, meeting)
    applied = province.act(
        province.clerk,
        meeting,
        "change_people",
        attendee=(province.health_head, province.health_third),
        guest=(province.health_officer,),
        summary_writer=(),
        invited_unit=(),
    )
    people = [province.holders(one, "person")[0] for one in province.world.children(meeting, "roll")]
    assert people == [province.health_head, province.health_officer, province.health_third]
    invited = [one.people for one in applied.occurrences if one.event == "invited"]
    assert invited == [(province.health_third,)]


@pytest.mark.requirement("M-29", "W-40")
def test_closing_early_wants_a_reason_that_is_kept(province: Province, meeting: int) -> None:
    _confirmed(province, meeting)
    actor = Actor(province.chair)
    with pytest.raises(NeedsAnswer) as caught:
        plan_action(province.world, actor, meeting, "close", {}, answers=Answers(confirmed=True))
    assert {question.kind for question in caught.value.questions} == {"reason"}  # type: ignore[attr-defined]
    assert len(caught.value.questions) == 2  # no conclusion, and the roll is not taken
    plan = plan_action(province.world, actor, meeting, "close", {}, answers=Answers(True, "hoãn vô hạn"))
    assert plan.entries[0].reason == "hoãn vô hạn"
    province.world.apply(plan)
    province.act(province.clerk, meeting, "reopen", reason="bổ sung")
    assert province.record(meeting).status == "in_progress"


@pytest.mark.requirement("M-15", "M-16")
def test_the_clock_starts_a_meeting(province: Province, meeting: int) -> None:
    _confirmed(province, meeting)
    assert province.world.timers[meeting, "begin"].at == province.record(meeting).values["starts_at"]
    province.world.pass_time(timedelta(days=3))
    plan = plan_timer(province.world, meeting, "begin")
    assert plan is not None
    province.world.apply(plan)
    assert province.record(meeting).status == "in_progress"


@pytest.mark.requirement("M-29", "M-56")
def test_postponing_and_back(province: Province, meeting: int) -> None:
    _confirmed(province, meeting)
    with pytest.raises(InvalidInput):
        province.act(province.chair, meeting, "postpone")
    province.act(province.chair, meeting, "postpone", reason="bão")
    assert (meeting, "begin") not in province.world.timers
    province.act(province.chair, meeting, "lift_postponement")
    assert (meeting, "begin") in province.world.timers


@pytest.mark.requirement("M-61", "M-62")
def test_rescheduling_is_told(province: Province, meeting: int) -> None:
    _confirmed(province, meeting)
    later = province.world.now + timedelta(days=4)
    applied = province.act(
        province.clerk, meeting, "edit", starts_at=later, ends_at=later + timedelta(hours=1)
    )
    assert "rescheduled" in [one.event for one in applied.occurrences]
    with pytest.raises(InvalidInput) as caught:
        province.act(province.clerk, meeting, "edit", ends_at=later - timedelta(hours=1))
    assert set(caught.value.errors) == {"ends_at"}


@pytest.mark.requirement("M-25", "M-32")
def test_joining_marks_the_roll(province: Province, meeting: int) -> None:
    _confirmed(province, meeting)
    with pytest.raises(Refused):  # days before
        province.act(province.health_head, meeting, "check_in")
    province.world.pass_time(timedelta(days=3, minutes=-30))
    province.act(province.health_head, meeting, "check_in")
    statuses = [province.record(one).status for one in province.world.children(meeting, "roll")]
    assert statuses == ["present", "expected", "expected"]


@pytest.mark.requirement("M-35", "M-37")
def test_one_speech_at_a_time(province: Province, meeting: int) -> None:
    _confirmed(province, meeting)
    province.act(province.chair, meeting, "start")
    first = province.create(province.health_head, "speech_request", owner=meeting, topic="một")
    second = province.create(province.roads_head, "speech_request", owner=meeting, topic="hai")
    with pytest.raises(Refused):
        province.create(province.roads_head, "speech_request", owner=meeting, topic="nữa")
    province.act(province.chair, first, "call")
    province.act(province.chair, second, "call")
    assert [province.record(one).status for one in (first, second)] == ["spoken", "speaking"]
    waiting = province.create(province.health_head, "speech_request", owner=meeting, topic="ba")
    province.act(province.chair, meeting, "close", reason="xong")
    assert [province.record(one).status for one in (second, waiting)] == ["spoken", "cancelled"]


@pytest.mark.requirement("M-63", "M-69", "M-91")
def test_a_delegation_reaches_the_roll(province: Province, meeting: int) -> None:
    _confirmed(province, meeting)
    delegation = province.create(
        province.health_head, "attendance_delegation", owner=meeting, delegate=(province.health_second,)
    )
    province.act(province.clerk, delegation, "confirm")
    roll = province.world.children(meeting, "roll")[0]
    assert province.holders(roll, "stand_in") == [province.health_second]
