"""The life of a task from the form to approval, as the shipped definitions say."""

from __future__ import annotations

import pytest

from .conftest import Province


def test_a_task_runs_from_the_form_to_approval(province: Province) -> None:
    task = province.task()
    assert province.holders(task, "follower") == [province.clerk]
    province.act(province.health_officer, task, "accept")
    assert province.record(task).status == "doing"
    province.act(province.health_officer, task, "forward", to=province.health_second, reason="giúp")
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
    province.act(province.clerk, task, "approve_result")
    assert province.record(task).status == "approved"
    assert province.record(task).values["finished_at"] == province.world.now
