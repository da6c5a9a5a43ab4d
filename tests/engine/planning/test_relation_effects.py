"""The effects `link`, `unlink`, `act`, `delete`, `restore`, and the plans that join and order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.planning.errors import MAX_RECORDS, TooManyRecords
from luongviec.engine.planning.plan import AddLink
from luongviec.engine.planning.planner import plan_link, plan_reorder, plan_unlink
from luongviec.engine.world import Actor
from tests.engine.planning.cases import NUMBER, TEXT, Cases, cases, definitions

OTHER = [{"name": "other", "type": "record", "of": "case", "label": "Hồ sơ"}]
REASON = [{"name": "reason", "type": "multiline", "label": "Lý do"}]


def _desk(**child: object) -> Cases:
    moves = {"open": {"system": ["going"], "creator": ["done"]}, "going": {"creator": ["done"]}}
    note = definitions("note", owner="case")
    return cases(
        *definitions(
            "child",
            owner="case",
            fields={"size": NUMBER, "why": TEXT},
            transitions=moves,
            actions={
                "begin": {"effects": [{"set": {"why": "input.reason"}}, {"move": "going"}], "input": REASON},
                "finish": {"effects": [{"move": "done"}], "when": "record.size < 5", "otherwise": "Quá lớn"},
                "pass_on": {
                    "effects": [
                        {
                            "act": {
                                "to": "owner.children",
                                "action": "begin",
                                "as": "system",
                                "where": "record.size > source.size",
                            }
                        }
                    ]
                },
                "spoil": {
                    "effects": [{"set": {"why": "'hỏng'"}}, {"hand_over": {"role": "creator", "to": "actor"}}]
                },
                "break_rule": {"effects": [{"set": {"why": "'sai'"}}]},
                "tell": {"effects": [{"act": {"to": "owner", "action": "rename"}}]},
            },
            **child,
        ),
        *note,
        relations={
            "children": {
                "owns": "child",
                "inverse": "parent",
                "ordered": True,
                "on_delete": "with",
                "label": "Con",
            },
            "notes": {"owns": "note", "inverse": "on", "label": "Ghi chú"},
            "after": {"links": "case", "inverse": "before", "tree": True, "limit": 2, "label": "Sau"},
        },
        actions={
            "join": {
                "input": OTHER,
                "effects": [{"link": {"relation": "after", "to": "input.other"}}],
                "undo": 5,
            },
            "part": {
                "input": OTHER,
                "effects": [{"unlink": {"relation": "after", "to": "input.other"}}],
                "undo": 5,
            },
            "begin_all": {
                "input": REASON,
                "effects": [
                    {
                        "act": {
                            "to": "children",
                            "action": "begin",
                            "as": "system",
                            "where": "status.code == 'open'",
                            "input": {"reason": "input.reason"},
                        }
                    }
                ],
                "undo": 5,
            },
            "finish_all": {"effects": [{"act": {"to": "children", "action": "finish"}}]},
            "finish_some": {
                "effects": [{"act": {"to": "children", "action": "finish", "skip_refused": True}}]
            },
            "spoil_all": {
                "effects": [
                    {"act": {"to": "children", "action": "spoil", "skip_refused": True}},
                    {"act": {"to": "children", "action": "break_rule", "skip_refused": True}},
                ]
            },
            "rename": {"effects": [{"set": {"name": "'đổi'"}}]},
            "delete": {"undo": 5},
        },
        permissions=["link_before"],
    )


@pytest.fixture
def desk() -> Cases:
    return _desk()


def _child(desk: Cases, owner: int, **values: object) -> int:
    return desk.add(module="child", owner=owner, relation="children", values=values)


# --- link, unlink -------------------------------------------------------------------------------------


def test_link_tells_both_ends_and_is_taken_back(desk: Cases) -> None:
    first, second = desk.add(), desk.add()
    plan = desk.plan(first, "join", {"other": second})
    desk.world.apply(plan)
    assert desk.world.linked(first, "case", "after", forward=True) == [second]
    assert [(one.record_id, one.event) for one in desk.world.occurrences] == [
        (first, "linked.after"),
        (second, "linked.before"),
    ]
    desk.undo(plan)
    assert not desk.world.linked(first, "case", "after", forward=True)


def test_linking_twice_changes_nothing(desk: Cases) -> None:
    first, second = desk.add(), desk.add()
    desk.act(first, "join", {"other": second})
    assert desk.plan(first, "join", {"other": second}).changes == ()


def test_unlink_and_back(desk: Cases) -> None:
    first, second = desk.add(), desk.add()
    assert desk.plan(first, "part", {"other": second}).changes == ()
    desk.act(first, "join", {"other": second})
    plan = desk.plan(first, "part", {"other": second})
    desk.world.apply(plan)
    assert desk.events()[-2:] == ["unlinked.after", "unlinked.before"]
    desk.undo(plan)
    assert desk.world.linked(second, "case", "after", forward=False) == [first]


@pytest.mark.requirement("T-18", "T-78")
def test_a_tree_never_closes_a_circle(desk: Cases) -> None:
    first, second, third = desk.add(), desk.add(), desk.add()
    desk.act(first, "join", {"other": second})
    desk.act(second, "join", {"other": third})
    for near, far in ((third, first), (second, first), (first, first)):
        with pytest.raises(InvalidInput):
            desk.plan(near, "join", {"other": far})


def test_a_relation_keeps_its_limit(desk: Cases) -> None:
    first, *others = (desk.add() for _ in range(4))
    for other in others[:2]:
        desk.act(first, "join", {"other": other})
    with pytest.raises(InvalidInput):
        desk.plan(first, "join", {"other": others[2]})


def test_linking_from_either_end_is_the_same(desk: Cases) -> None:
    first, second = desk.add(), desk.add()
    actor = Actor(desk.office.an)
    with pytest.raises(NotFound):
        plan_link(desk.world, actor, first, "children", second)
    plan = plan_link(desk.world, actor, second, "before", first)
    (link,) = [one for one in plan.changes if isinstance(one, AddLink)]
    assert (link.near_id, link.far_id) == (first, second)
    desk.world.apply(plan)
    desk.world.apply(plan_unlink(desk.world, actor, first, "after", second))
    assert not desk.world.linked(first, "case", "after", forward=True)
    assert plan_unlink(desk.world, actor, first, "after", second).entries == ()


# --- act ----------------------------------------------------------------------------------------------


def test_act_selects_by_where_and_gives_each_its_entry(desk: Cases) -> None:
    case = desk.add()
    first, second = _child(desk, case), _child(desk, case)
    desk.world.change(second, status="going")
    plan = desk.plan(case, "begin_all", {"reason": "đi"})
    desk.world.apply(plan)
    assert desk.record(first).status == "going"
    assert desk.value(first, "why") == "đi"
    assert [(one.record_id, one.action, one.caused_by) for one in plan.entries] == [
        (case, "begin_all", None),
        (first, "begin", 0),
    ]
    assert plan.entries[1].actor.is_system


def test_act_reads_source_and_relations_of_the_owner(desk: Cases) -> None:
    case = desk.add()
    small, big = _child(desk, case, size=1), _child(desk, case, size=3)
    desk.act(small, "pass_on")
    assert [desk.record(one).status for one in (small, big)] == ["open", "going"]
    desk.act(small, "tell")
    assert desk.value(case, "name") == "đổi"


def test_a_refused_record_fails_all(desk: Cases) -> None:
    case = desk.add()
    _child(desk, case, size=1), _child(desk, case, size=9)
    with pytest.raises(Refused) as caught:
        desk.plan(case, "finish_all")
    assert "Quá lớn" in caught.value.message.vi


def test_a_rule_of_another_record_names_it(desk: Cases) -> None:
    ruled = _desk(rules=[{"for": ["begin"], "when": "record.size < 5", "otherwise": "Quá lớn"}])
    case = ruled.add()
    child = _child(ruled, case, name="Con cả", size=9)
    ruled.world.change(child, title="Con cả")
    with pytest.raises(Refused) as caught:
        ruled.plan(case, "begin_all", {"reason": "đi"})
    assert caught.value.message.vi == "“Con cả”: Quá lớn"


def test_a_refused_record_may_be_skipped_and_leaves_nothing(desk: Cases) -> None:
    case = desk.add()
    fine, big = _child(desk, case, size=1), _child(desk, case, size=9)
    plan = desk.plan(case, "finish_some")
    assert set(plan.versions) == {fine}
    desk.world.apply(plan)
    assert [desk.record(one).status for one in (fine, big)] == ["done", "open"]


def test_what_a_skipped_record_had_changed_is_forgotten() -> None:
    desk = _desk(rules=[{"for": ["break_rule"], "when": "after.why != 'sai'", "otherwise": "Sai"}])
    case = desk.add()
    child = _child(desk, case)
    plan = desk.plan(case, "spoil_all")
    assert (plan.changes, [entry.action for entry in plan.entries]) == ((), ["spoil_all"])
    desk.world.apply(plan)
    assert desk.value(child, "why") is None


def test_act_is_taken_back_on_every_record(desk: Cases) -> None:
    case = desk.add()
    children = [_child(desk, case), _child(desk, case)]
    plan = desk.plan(case, "begin_all", {"reason": "đi"})
    desk.world.apply(plan)
    desk.undo(plan)
    assert [desk.record(one).status for one in children] == ["open", "open"]
    assert [desk.value(one, "why") for one in children] == [None, None]


def test_more_records_than_a_request_takes_become_a_job(desk: Cases) -> None:
    case = desk.add()
    for _ in range(MAX_RECORDS + 1):
        _child(desk, case)
    with pytest.raises(TooManyRecords):
        desk.plan(case, "begin_all", {"reason": "đi"})


# --- delete, restore ----------------------------------------------------------------------------------


def test_delete_takes_children_along_and_restore_brings_them_back(desk: Cases) -> None:
    case = desk.add()
    child, early = _child(desk, case), _child(desk, case)
    desk.act(early, "delete")
    desk.world.pass_time(timedelta(minutes=1))
    desk.act(case, "delete")
    assert desk.record(case).deleted_at == desk.record(child).deleted_at == desk.world.now
    desk.act(case, "restore")
    assert desk.record(child).deleted_at is None
    assert desk.record(early).deleted_at is not None
    assert [one.action for one in desk.entries(child)] == ["delete", "restore"]


@pytest.mark.requirement("T-122")
def test_a_relation_may_refuse_the_deletion(desk: Cases) -> None:
    case = desk.add()
    desk.add(module="note", owner=case, relation="notes")
    with pytest.raises(Refused) as caught:
        desk.plan(case, "delete")
    assert "Ghi chú" in caught.value.message.vi


@pytest.mark.requirement("T-48", "W-26")
def test_delete_is_taken_back(desk: Cases) -> None:
    case = desk.add()
    child = _child(desk, case)
    plan = desk.plan(case, "delete")
    desk.world.apply(plan)
    desk.undo(plan)
    assert desk.record(case).deleted_at is None
    assert desk.record(child).deleted_at is None


def test_a_deleted_record_takes_no_action(desk: Cases) -> None:
    case = desk.add()
    desk.act(case, "delete")
    with pytest.raises(NotFound):
        desk.plan(case, "rename")
    with pytest.raises(NotFound):
        desk.plan(case, "edit", {"name": "x"})


# --- order --------------------------------------------------------------------------------------------


def test_reorder_puts_the_named_first(desk: Cases) -> None:
    case = desk.add()
    first, second, third = (_child(desk, case) for _ in range(3))
    plan = plan_reorder(desk.world, Actor(desk.office.an), case, "children", [third, first, 999])
    desk.world.apply(plan)
    assert desk.world.children(case, "children") == [third, first, second]
    with pytest.raises(NotFound):
        plan_reorder(desk.world, Actor(desk.office.an), case, "notes", [])
