"""Computed fields and timers follow the records that they read, over every kind of relation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.planning.planner import plan_link, plan_unlink
from luongviec.engine.planning.readers import relations_read
from luongviec.engine.world import Actor
from tests.engine.planning.cases import NUMBER, Cases, cases, definitions


@pytest.fixture
def desk() -> Cases:
    child = definitions(
        "child",
        owner="case",
        fields={
            "size": NUMBER,
            "about": {"type": "record", "of": "case", "label": "Về"},
            "twice": {**NUMBER, "computed": "owner.size * 2"},
        },
        timers={"late": {"at": "owner.due", "do": [{"set": {"size": 9}}]}},
    )
    return cases(
        *child,
        fields={
            "size": NUMBER,
            "due": {"type": "datetime", "label": "Hạn"},
            "below": {**NUMBER, "computed": "sum('children', 'size')"},
            "linked": {**NUMBER, "computed": "count('after')"},
            "named": {**NUMBER, "computed": "count('mentions')"},
        },
        relations={
            "children": {"owns": "child", "inverse": "parent", "on_delete": "with", "label": "Con"},
            "after": {"links": "case", "inverse": "before", "label": "Sau"},
            "mentions": {"referred_by": "child.about", "label": "Nhắc"},
        },
    )


def _child(desk: Cases, case: int, **typed: object) -> int:
    return desk.create(typed, module="child", owner_id=case).id(-1)


def test_what_a_module_reads_is_found(desk: Cases) -> None:
    modules = desk.world.workspace.modules
    assert relations_read(modules["case"]) == {"children", "after", "mentions"}
    assert relations_read(modules["child"]) == {"owner"}


def test_owners_follow_their_children(desk: Cases) -> None:
    case = desk.create({"name": "x"}).id(-1)
    child = _child(desk, case, size=3)
    assert desk.value(case, "below") == 3
    desk.act(child, "edit", {"size": 5})
    assert desk.value(case, "below") == 5
    desk.act(child, "delete")
    assert desk.value(case, "below") == 0


def test_children_follow_their_owner(desk: Cases) -> None:
    case = desk.create({"name": "x", "size": 4}).id(-1)
    child = _child(desk, case, size=1)
    assert desk.value(child, "twice") == 8
    due = desk.world.now + timedelta(days=2)
    desk.act(case, "edit", {"size": 6, "due": due})
    assert desk.value(child, "twice") == 12
    assert desk.world.timers[child, "late"].at == due


def test_both_ends_of_a_link_follow(desk: Cases) -> None:
    first, second = (desk.create({"name": name}).id(-1) for name in "ab")
    actor = Actor(desk.office.an)
    desk.world.apply(plan_link(desk.world, actor, first, "after", second))
    assert (desk.value(first, "linked"), desk.value(second, "linked")) == (1, 0)
    desk.act(second, "delete")
    assert desk.value(first, "linked") == 0
    desk.act(second, "restore")
    desk.world.apply(plan_unlink(desk.world, actor, first, "after", second))
    assert desk.value(first, "linked") == 0


def test_what_a_field_points_to_follows_when_it_points_elsewhere(desk: Cases) -> None:
    first, second = (desk.create({"name": name}).id(-1) for name in "ab")
    child = _child(desk, first, about=first)
    assert (desk.value(first, "named"), desk.value(second, "named")) == (1, 0)
    desk.act(child, "edit", {"about": second})
    assert (desk.value(first, "named"), desk.value(second, "named")) == (0, 1)


def test_a_record_that_only_follows_is_guarded_too(desk: Cases) -> None:
    case = desk.create({"name": "x"}).id(-1)
    child = _child(desk, case, size=3)
    plan = desk.plan(child, "edit", {"size": 4})
    assert plan.versions == {child: 1, case: 2}
    assert [entry.record_id for entry in plan.entries] == [child]
