"""Titles that follow another record are written with it, without a new version."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from luongviec.engine.memory import MemoryWorld
from luongviec.engine.planning.planner import plan_action
from luongviec.engine.world import Actor
from luongviec.store import models
from luongviec.store.applying.changes import apply_plan
from luongviec.store.database import writing
from tests.databases import Database
from tests.engine.planning.cases import YES, cases, definitions
from tests.store.loading import load_world


@pytest.fixture
def family() -> MemoryWorld:
    desk = cases(
        *definitions("child", owner="case", title="{{ record.name }} của {{ owner.title }}"),
        relations={"children": {"owns": "child", "inverse": "parent", "label": "Con"}},
    )
    case = desk.add(values={"name": "Cha"})
    desk.create({"name": "Con"}, module="child", owner_id=case)
    return desk.world


def test_a_childs_title_follows_its_owner(database: Database, family: MemoryWorld) -> None:
    world = load_world(database.session(), family)
    child = family.children(1, "children")[0]
    with writing(world.session):
        apply_plan(world, plan_action(world, Actor(1), 1, "edit", {"name": "Cả"}, answers=YES))
    found = world.session.scalars(select(models.Record).where(models.Record.id == child)).one()
    assert (found.title, found.version) == ("Con của Cả", family.records[child].version)
