"""The life of a task from the form to approval, as the shipped definitions say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NeedsAnswer, NotFound, Refused
from luongviec.engine.expressions.scope import EventFacts
from luongviec.engine.messages import Happening, messages_for
from luongviec.engine.planning.plan import Answers
from luongviec.engine.planning.planner import plan_action, plan_create
from luongviec.engine.world import Actor
from tests.engine.planning.conftest import YES, Province


def _two_units(province: Province) -> tuple[int, int]:
    """Assign one document's work to two units in one go."""
    rows = (
        {"executing": (province.health,), "assignee": (province.health_officer,)},
        {"executing": (province.roads,), "assignee": (province.roads_officer,)},
    )
    typed = {
        "name": "Rà soát",
        "assigning": (province.office,),
        "assigner": (province.chair,),
        "document": {"symbol": "12/UBND", "abstract": "Về rà soát", "issuer": (province.office,)},
        "recipients": rows,
    }
    plan = plan_create(province.world, Actor(province.clerk), "task", typed, answers=YES)
    applied = province.world.apply(plan)
    first, second = (i for i in applied.ids.values() if province.record(i).module == "task")
    return first, second


@pytest.mark.requirement("T-14", "T-16", "T-43", "T-138", "T-31")
def test_one_form_gives_two_units_a_task_of_one_document(province: Province) -> None:
    first, second = _two_units(province)
    document = province.record(first).values["document"]
    assert document == province.record(second).values["document"] is not None
    assert province.holders(second, "assignee") == [province.roads_officer]
    assert province.holders(first, "follower") == [province.clerk]
    assert province.record(first).values["priority"] == "normal"


@pytest.mark.requirement(
    "T-64", "T-67", "T-68", "T-70", "T-72", "T-73", "T-74", "T-81", "T-83", "T-85", "T-92"
)
def test_a_task_runs_from_the_form_to_approval(province: Province) -> None:
    task = province.task()
    province.act(province.health_officer, task, "accept")
    assert province.record(task).status == "doing"
    province.act(province.health_officer, task, "forward", to=province.health_second, reason="giúp")
    assert province.holders(task, "participant") == [province.health_officer]
    province.act(province.health_second, task, "refuse", "không phải việc của tôi")
    assert province.record(task).status == "refused"
    assert province.holders(task, "assignee") == [province.health_officer]
    province.act(province.chair, task, "reassign", to=province.health_third)
    assert province.record(task).status == "assigned"
    province.act(province.health_third, task, "accept")
    province.create(province.health_third, "progress_entry", owner=task, text="một nửa", percent=50)
    assert province.record(task).values["percent"] == 50
    province.act(province.health_third, task, "complete", text="xong", files=(7,))
    assert province.record(task).status == "completed"
    assert province.record(task).values["results"] == (7,)
    assert province.record(task).values["percent"] == 100
    province.act(province.clerk, task, "approve_result")
    assert province.record(task).status == "approved"
    assert province.record(task).values["finished_at"] == province.world.now


@pytest.mark.requirement("T-71", "T-51", "W-08")
def test_refusing_asks_and_wants_a_reason(province: Province) -> None:
    task = province.task()
    actor = Actor(province.health_officer)
    with pytest.raises(InvalidInput):
        plan_action(province.world, actor, task, "refuse", {}, answers=YES)
    with pytest.raises(NeedsAnswer):
        plan_action(province.world, actor, task, "refuse", {"reason": "thiếu tệp"})
    plan = plan_action(province.world, actor, task, "refuse", {"reason": "thiếu tệp"}, answers=YES)
    assert plan.entries[0].reason == "thiếu tệp"


@pytest.mark.requirement("T-117")
def test_the_first_recipients_refusal_leaves_it_to_the_assigner(province: Province) -> None:
    task = province.task()
    province.act(province.health_officer, task, "refuse", "nhầm")
    assert province.holders(task, "assignee") == []
    province.act(province.chair, task, "reassign", to=province.health_second)
    assert province.holders(task, "assignee") == [province.health_second]


@pytest.mark.requirement("T-65")
def test_only_people_who_may_receive_get_it(province: Province) -> None:
    task = province.task()
    with pytest.raises(InvalidInput) as caught:
        province.act(province.health_officer, task, "forward", to=province.roads_officer, reason="x")
    assert set(caught.value.errors) == {"to"}


@pytest.mark.requirement("T-33", "T-112")
def test_the_executing_unit_is_a_child_of_the_assigning_one(province: Province) -> None:
    with pytest.raises(InvalidInput) as caught:
        province.task(executing=(province.office,), assignee=())
    assert "recipients.0.executing" in caught.value.errors
    with pytest.raises(InvalidInput) as caught:
        province.task(executing=(), assignee=(), name="")
    assert set(caught.value.errors) == {"recipients.0.executing", "name"}


@pytest.mark.requirement("T-104")
def test_nobody_without_the_right_assigns(province: Province) -> None:
    row = {"executing": (province.health,), "assignee": (province.health_officer,)}
    typed = {
        "name": "x",
        "assigning": (province.office,),
        "assigner": (province.chair,),
        "recipients": (row,),
    }
    with pytest.raises((Refused, InvalidInput)):
        plan_create(province.world, Actor(province.health_officer), "task", typed, answers=YES)


@pytest.mark.requirement("T-49", "T-113", "W-24")
def test_a_creator_who_does_it_himself_does_not_follow(province: Province) -> None:
    province.world.fill_slot(province.health, "executing", "officer", province.clerk)
    task = province.task(assignee=(province.clerk,))
    assert province.holders(task, "follower") == []


@pytest.mark.requirement("T-114")
def test_the_executing_unit_cannot_coordinate(province: Province) -> None:
    with pytest.raises(InvalidInput) as caught:
        province.task(coordinating=(province.health,))
    assert "Sở Y tế" in caught.value.errors["recipients.0.coordinating"][0].vi


@pytest.mark.requirement("T-35", "T-36")
def test_a_coordinating_unit_gets_a_task_of_its_own(province: Province) -> None:
    task = province.task(coordinating=(province.roads,))
    (copy,) = province.world.linked(task, "task", "copies", forward=True)
    assert province.record(copy).values["name"] == "Việc chung"
    assert province.holders(copy, "executing") == [province.roads]
    assert province.holders(copy, "coordinating") == []


@pytest.mark.requirement("T-115")
def test_a_deadline_before_today_is_asked_about(province: Province) -> None:
    yesterday = province.world.now - timedelta(days=2)
    row = {"executing": (province.health,), "assignee": (province.health_officer,), "due_at": yesterday}
    typed = {
        "name": "x",
        "assigning": (province.office,),
        "assigner": (province.chair,),
        "recipients": (row,),
    }
    with pytest.raises(NeedsAnswer) as caught:
        plan_create(province.world, Actor(province.clerk), "task", typed)
    assert [question.marks for question in caught.value.questions] == ["due_at"]  # type: ignore[attr-defined]
    plan_create(province.world, Actor(province.clerk), "task", typed, answers=YES)


@pytest.mark.requirement("T-84", "W-07")
def test_completing_needs_a_file(province: Province) -> None:
    task = province.task()
    province.act(province.health_officer, task, "accept")
    with pytest.raises(InvalidInput) as caught:
        province.act(province.health_officer, task, "complete", text="xong")
    assert set(caught.value.errors) == {"files"}


def _completed(province: Province) -> int:
    task = province.task()
    province.act(province.health_officer, task, "accept")
    province.act(province.health_officer, task, "complete", text="xong", files=(1,))
    return task


@pytest.mark.requirement("T-86", "T-120")
def test_progress_is_closed_until_the_result_is_sent_back(province: Province) -> None:
    task = _completed(province)
    with pytest.raises(Refused):
        province.create(province.health_officer, "progress_entry", owner=task, text="thêm")
    with pytest.raises(InvalidInput):
        plan_action(province.world, Actor(province.clerk), task, "send_back", {}, answers=YES)
    province.act(province.clerk, task, "send_back", "làm lại")
    province.create(province.health_officer, "progress_entry", owner=task, text="thêm")


@pytest.mark.requirement("T-132")
def test_nobody_approves_his_own_result(province: Province) -> None:
    task = _completed(province)
    province.world.hold(task, "follower", province.health_officer)
    with pytest.raises(Refused):
        province.act(province.health_officer, task, "approve_result")


@pytest.mark.requirement("T-118")
def test_a_finished_task_is_left_alone(province: Province) -> None:
    task = _completed(province)
    province.act(province.clerk, task, "approve_result")
    for action in ("refuse", "complete", "accept"):
        with pytest.raises(Refused):
            province.act(province.health_officer, task, action, "x", files=(1,), text="x")
    with pytest.raises(Refused):
        province.act(province.health_officer, task, "forward", to=province.health_second, reason="x")


@pytest.mark.requirement("T-121")
@pytest.mark.parametrize(("level", "outcome"), [("refuse", Refused), ("warn", NeedsAnswer), ("allow", None)])
def test_open_subtasks_count_as_the_parameter_says(
    province: Province, level: str, outcome: type[Exception] | None
) -> None:
    task = province.task()
    province.act(province.health_officer, task, "accept")
    province.world.add_record("task", owner=task, relation="children", roles={"executing": province.health})
    province.world.set_parameter("open_children_level", level)
    actor, typed = Actor(province.health_officer), {"text": "xong", "files": (1,)}
    if outcome is None:
        plan_action(province.world, actor, task, "complete", typed)
    else:
        with pytest.raises(outcome):
            plan_action(province.world, actor, task, "complete", typed, answers=Answers())


@pytest.mark.requirement("T-44", "T-77", "T-134")
def test_a_subtask_takes_over_the_document_and_tells_its_parent(province: Province) -> None:
    world = province.world
    world.fill_slot(province.health, "assigning", "creator", province.health_officer)
    world.fill_slot(province.health, "assigning", "head", province.health_head)
    section = world.add_unit("Phòng Nghiệp vụ", province.health, sides=["executing"])
    world.fill_slot(section, "executing", "officer", province.health_third)
    parent, _ = _two_units(province)
    child = province.create(
        province.health_officer,
        "task",
        owner=parent,
        relation="children",
        name="Phần một",
        assigning=(province.health,),
        assigner=(province.health_head,),
        recipients=({"executing": (section,), "assignee": (province.health_third,)},),
    )
    assert province.record(child).values["document"] == province.record(parent).values["document"]
    province.act(province.health_third, child, "accept")
    province.act(province.health_third, child, "complete", text="xong", files=(1,))
    applied = province.act(province.health_officer, child, "approve_result")
    assert (parent, "child_finished") in [(one.record_id, one.event) for one in applied.occurrences]
    assert province.record(parent).status == "assigned"


def test_cancelling_takes_open_subtasks_along(province: Province) -> None:
    task = province.task()
    child = province.world.add_record(
        "task", owner=task, relation="children", roles={"executing": province.health}
    )
    done = province.world.add_record("task", owner=task, relation="children", status="approved")
    province.act(province.clerk, task, "cancel", "không cần nữa")
    assert [province.record(one).status for one in (task, child, done)] == [
        "cancelled",
        "cancelled",
        "approved",
    ]


@pytest.mark.requirement("T-122")
def test_a_task_with_subtasks_is_not_deleted(province: Province) -> None:
    task = province.task()
    province.world.add_record("task", owner=task, relation="children")
    with pytest.raises(Refused):
        province.act(province.clerk, task, "delete")


@pytest.mark.requirement("T-48", "W-26")
def test_only_the_creator_deletes(province: Province) -> None:
    task = province.task()
    with pytest.raises(Refused):
        province.act(province.health_officer, task, "delete")
    with pytest.raises(NotFound):
        province.act(province.roads_officer, task, "delete")
    plan = province.plan(province.clerk, task, "delete")
    assert plan.undo_until == province.world.now + timedelta(minutes=10)


def test_an_extension_granted_moves_the_deadline(province: Province) -> None:
    due = province.world.now + timedelta(days=5)
    task = province.task(due_at=due)
    request = province.create(
        province.health_officer, "extension_request", owner=task, new_due=due + timedelta(days=5), why="mưa"
    )
    applied = province.act(province.chair, request, "grant")
    assert province.record(task).values["due_at"] == due + timedelta(days=5)
    (changed,) = [one for one in applied.occurrences if one.event == "deadline_changed"]
    assert changed.data == {"old": due, "new": due + timedelta(days=5)}
    assert changed.reason == "mưa"


@pytest.mark.requirement("T-66", "T-73", "T-87", "T-93", "T-123")
def test_who_hears_of_what(province: Province) -> None:
    task = province.task()

    def told(who: int, action: str, reason: str | None = None, **typed: object) -> set[tuple[int, str]]:
        applied = province.act(who, task, action, reason, **typed)
        happened = [
            Happening(
                i, one.record_id, EventFacts(one.event, Actor(who), None, one.data, one.reason, one.people)
            )
            for i, one in enumerate(applied.occurrences)
            if one.record_id == task
        ]
        return {(one.user_id, one.event) for one in messages_for(province.world, happened, "")}

    forwarded = told(province.health_officer, "forward", to=province.health_second, reason="giúp")
    assert (province.health_second, "joined.assignee") in forwarded
    refused = told(province.health_second, "refuse", "bận")
    assert {(province.chair, "refused"), (province.health_officer, "refused")} <= refused
    told(province.health_officer, "accept")
    completed = told(province.health_officer, "complete", text="xong", files=(1,))
    assert (province.clerk, "entered.completed") in completed
    approved = told(province.clerk, "approve_result")
    assert (province.health_officer, "entered.approved") in approved


@pytest.mark.requirement("T-74", "T-125")
def test_a_task_under_way_is_given_to_somebody_else_when_its_assignee_is_gone(province: Province) -> None:
    task = province.task()
    province.act(province.health_officer, task, "accept")
    province.world.people[province.health_officer] = replace(
        province.world.people[province.health_officer], active=False
    )
    province.act(province.chair, task, "reassign", to=province.health_second)
    assert province.holders(task, "assignee") == [province.health_second]
    assert province.record(task).status == "doing"
    province.act(province.health_second, task, "complete", text="xong", files=(1,))


@pytest.mark.requirement("T-115")
def test_a_deadline_is_not_moved_into_the_past_by_mistake(province: Province) -> None:
    task = province.task()
    typed = {"to": province.world.now - timedelta(days=2), "reason": "gõ nhầm năm"}
    with pytest.raises(NeedsAnswer) as caught:
        plan_action(province.world, Actor(province.chair), task, "extend_deadline", typed)
    assert [question.marks for question in caught.value.questions] == ["due_at"]  # type: ignore[attr-defined]


@pytest.mark.requirement("T-58")
def test_the_contact_of_the_unit_gives_parts_to_units_below(province: Province) -> None:
    world, contact = province.world, province.health_third
    world.fill_slot(province.health, "executing", "follower", contact)
    world.fill_slot(province.health, "assigning", "head", province.health_head)
    section = world.add_unit("Phòng Nghiệp vụ", province.health, sides=["executing"])
    task = province.task(assignee=())
    child = province.create(
        contact, "task", owner=task, relation="children", name="Phần một", assigning=(province.health,),
        assigner=(province.health_head,), recipients=({"executing": (section,)},),
    )  # fmt: skip
    assert province.record(child).owner_id == task


@pytest.mark.requirement("T-64", "T-66")
def test_nobody_gets_a_task_by_an_edit(province: Province) -> None:
    task = province.task()
    with pytest.raises(InvalidInput) as caught:
        province.plan(
            province.chair, task, "edit", assignee=(province.health_second,), assigner=(province.clerk,)
        )
    assert set(caught.value.errors) == {"assignee", "assigner"}
