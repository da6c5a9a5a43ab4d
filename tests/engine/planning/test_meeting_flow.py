"""The life of a meeting: prepared, papers approved, confirmed, opened, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from luongviec.engine.errors import NeedsAnswer
from luongviec.engine.plan import Answers
from luongviec.engine.planning import plan_action
from luongviec.engine.world import Actor

from .conftest import Province


def _meeting(province: Province) -> int:
    starts = province.world.now + timedelta(days=3)
    room = province.create(province.clerk, "room", name="A1") if False else None
    del room
    return province.create(
        province.clerk, "meeting", subject="Họp giao ban", starts_at=starts,
        ends_at=starts + timedelta(hours=2), host=(province.office,),
        secretary=(province.chair,), attendee=(province.health_head, province.roads_head),
        guest=(province.health_officer,), document_contributor=(province.roads_officer,),
    )  # fmt: skip


def test_a_meeting_runs_from_preparation_to_its_end(province: Province) -> None:
    meeting = _meeting(province)
    roll = province.world.children(meeting, "roll")
    assert len(roll) == 3
    paper = province.create(
        province.roads_officer, "meeting_document", owner=meeting, name="Báo cáo", files=(3,)
    )
    assert province.record(paper).status == "waiting"
    province.act(province.clerk, paper, "approve")
    assert province.record(paper).status == "approved"
    province.world.change(meeting, values={**province.record(meeting).values, "invitation": (9,)})
    room = province.world.add_record("room", values={"name": "A1"})
    province.act(province.clerk, meeting, "edit", room=room)
    province.act(province.clerk, meeting, "confirm_preparation")
    assert province.record(meeting).values["number"] == "001/GM-VP"
    province.act(province.chair, meeting, "start")
    province.act(province.clerk, meeting, "close", reason="họp xong")
    assert province.record(meeting).status == "closed"
