"""A small province with its shipped definitions, new for every test."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from luongviec.engine.memory import MemoryWorld
from luongviec.engine.memory_apply import Applied
from luongviec.engine.planning.plan import Answers, Plan
from luongviec.engine.planning.planner import plan_action, plan_create
from luongviec.engine.world import Actor, RecordState
from tests.engine.worlds import shipped

YES = Answers(confirmed=True)


@dataclass
class Province:
    """A province office above two departments, with people in their slots."""

    world: MemoryWorld
    office: int
    health: int
    roads: int
    chair: int  # head and task creator of the office
    clerk: int  # clerk of the office for meetings, task creator
    health_head: int
    health_officer: int
    health_second: int
    health_third: int
    roads_head: int
    roads_officer: int

    def act(self, who: int, record: int, action: str, reason: str | None = None, **typed: object) -> Applied:
        """Do an action, answering yes to whatever is asked."""
        return self.world.apply(self.plan(who, record, action, reason, **typed))

    def plan(self, who: int, record: int, action: str, reason: str | None = None, **typed: object) -> Plan:
        """Plan an action, answering yes to whatever is asked."""
        if reason is not None:
            typed["reason"] = reason
        return plan_action(self.world, Actor(who), record, action, typed, answers=YES)

    def create(
        self, who: int, module: str, *, owner: int | None = None, relation: str | None = None, **typed: object
    ) -> int:
        """Make one record and give its id."""
        plan = plan_create(
            self.world, Actor(who), module, typed, owner_id=owner, relation=relation, answers=YES
        )
        return self.world.apply(plan).id(-1)

    def record(self, record_id: int) -> RecordState:
        """Give a record as it stands."""
        return self.world.records[record_id]

    def holders(self, record_id: int, role: str) -> list[int]:
        """Give the ids of who holds a role."""
        return [holder.id for holder in self.record(record_id).holders(role)]

    def task(self, **differences: object) -> int:
        """Make a task for the health department's first officer."""
        row = {"executing": (self.health,), "assignee": (self.health_officer,)}
        shared: dict[str, object] = {
            "name": "Việc chung",
            "assigning": (self.office,),
            "assigner": (self.chair,),
        }
        for name, value in differences.items():
            (row if name in ("executing", "assignee", "coordinating", "due_at") else shared)[name] = value
        return self.create(self.clerk, "task", recipients=(row,), **shared)


@pytest.fixture
def province() -> Province:
    """A province in which nothing has been done yet."""
    world = MemoryWorld(shipped())
    office = world.add_unit("Văn phòng", code="VP", sides=["assigning", "executing", "meeting"])
    health = world.add_unit("Sở Y tế", office, code="YT", sides=["executing", "assigning", "meeting"])
    roads = world.add_unit("Sở Giao thông", office, code="GT", sides=["executing", "assigning", "meeting"])
    people = [
        world.add_person(name) for name in ("An", "Bình", "Cường", "Dung", "Em", "Giang", "Hà", "Khánh")
    ]
    chair, clerk, health_head, officer, second, third, roads_head, roads_officer = people
    world.fill_slot(office, "assigning", "head", chair)
    world.fill_slot(office, "assigning", "creator", clerk)
    world.fill_slot(office, "meeting", "clerk", clerk)
    world.fill_slot(health, "executing", "head", health_head)
    for one in (officer, second, third):
        world.fill_slot(health, "executing", "officer", one)
    world.fill_slot(roads, "executing", "head", roads_head)
    world.fill_slot(roads, "executing", "officer", roads_officer)
    return Province(
        world,
        office,
        health,
        roads,
        chair,
        clerk,
        health_head,
        officer,
        second,
        third,
        roads_head,
        roads_officer,
    )
