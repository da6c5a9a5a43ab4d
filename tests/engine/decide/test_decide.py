"""Decisions: what a matrix grants is granted, everything else is refused and says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from luongviec.engine.deciding.decide import Case, decide, held_roles
from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.deciding.decisions import ProofKind, RefusedBy, Via
from luongviec.engine.deciding.offers import offers
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.world import SYSTEM, Actor, Voice
from tests.engine.worlds import (
    CATEGORIES,
    Office,
    definition,
    desk,
    matrix,
    module,
    office,
    statuses,
    workspace_of,
)


def simple(**matrix_words: object) -> Office:
    """An office whose cases have a creator and a worker."""
    roles = {"creator": {"fill": "actor", "label": "Tạo"}, "worker": {"label": "Làm"}}
    actions = {
        "finish": {"label": "Xong", "effects": [{"move": "done"}]},
        "note": {"label": "Ghi", "effects": [{"set": {"name": "'x'"}}]},
    }
    return office(
        workspace_of(
            CATEGORIES,
            module(roles=roles, actions=actions),
            statuses(transitions={"open": {"worker": ["done"]}}),
            matrix(**matrix_words),
        )
    )


@pytest.mark.requirement("T-129")
def test_what_no_cell_grants_is_refused() -> None:
    place = simple(participants={"*": {"creator": ["view"]}})
    case = place.world.add_record("case", roles={"creator": place.an})
    decision = decide(place.world, Actor(place.an), "finish", place.record(case))
    assert not decision.allowed
    assert decision.refused_by is RefusedBy.PERMISSION


def test_a_stranger_does_not_even_view() -> None:
    place = simple(participants={"*": {"creator": ["view"]}})
    case = place.world.add_record("case", roles={"creator": place.an})
    decision = decide(place.world, Actor(place.binh), "view", place.record(case))
    assert decision.refused_by is RefusedBy.VIEW
    assert decision.remedy is not None
    assert decision.remedy.columns == ("creator",)


def test_a_permission_without_view_opens_nothing() -> None:
    place = simple(participants={"*": {"worker": ["finish"]}})
    case = place.world.add_record("case", roles={"worker": place.an})
    assert decide(place.world, Actor(place.an), "finish", place.record(case)).refused_by is RefusedBy.VIEW


@pytest.mark.requirement("C-76")
def test_a_move_needs_permission_and_transition() -> None:
    place = simple(participants={"*": {"creator": ["view", "finish"], "worker": ["view"]}})
    case = place.world.add_record("case", roles={"creator": place.an, "worker": place.binh})
    state = place.record(case)
    by_creator = decide(place.world, Actor(place.an), "finish", state)
    assert by_creator.refused_by is RefusedBy.TRANSITION
    assert by_creator.remedy is not None
    assert by_creator.remedy.columns == ("worker",)
    assert decide(place.world, Actor(place.binh), "finish", state).refused_by is RefusedBy.PERMISSION


@pytest.mark.requirement("C-77")
def test_rights_of_several_roles_add_up() -> None:
    place = simple(participants={"*": {"creator": ["view", "finish"], "worker": ["view"]}})
    case = place.world.add_record("case", roles={"creator": place.an, "worker": place.an})
    assert decide(place.world, Actor(place.an), "finish", place.record(case)).allowed


def test_every_status_row_adds_to_a_status_row() -> None:
    place = simple(participants={"*": {"creator": ["view"]}, "done": {"creator": ["note"]}})
    case = place.world.add_record("case", roles={"creator": place.an})
    refused = decide(place.world, Actor(place.an), "note", place.record(case))
    assert not refused.allowed
    assert refused.remedy is not None
    assert refused.remedy.statuses == ("done",)
    place.world.change(case, status="done")
    assert decide(place.world, Actor(place.an), "note", place.record(case)).allowed


def test_an_ended_participation_gives_nothing() -> None:
    place = simple(participants={"*": {"worker": ["view"]}})
    case = place.world.add_record("case", roles={"worker": place.an})
    state = place.record(case)
    ended = tuple(replace(p, until=place.world.now) for p in state.participations)
    place.world.change(case, participations=ended)
    assert not decide(place.world, Actor(place.an), "view", place.record(case)).allowed


def test_a_closed_account_holds_nothing() -> None:
    place = simple(participants={"*": {"creator": ["view"]}}, groups={"*": {"everyone": ["view"]}})
    case = place.world.add_record("case", roles={"creator": place.an})
    place.world.people[place.an] = replace(place.world.people[place.an], active=False)
    decision = decide(place.world, Actor(place.an), "view", place.record(case))
    assert decision.refused_by is RefusedBy.INACTIVE
    assert decide(place.world, Actor(place.binh), "view", place.record(case)).allowed


def test_the_system_moves_only_where_its_column_does() -> None:
    place = office(
        workspace_of(
            CATEGORIES,
            module(actions={"finish": {"label": "Xong", "effects": [{"move": "done"}]}}),
            statuses(names=("open", "done", "gone"), transitions={"open": {"system": ["done"]}}),
            matrix(participants={"*": {"creator": ["view"]}}),
        )
    )
    case = place.world.add_record("case", roles={"creator": place.an})
    assert decide(place.world, SYSTEM, "finish", place.record(case)).allowed
    place.world.change(case, status="gone")
    assert decide(place.world, SYSTEM, "finish", place.record(case)).refused_by is RefusedBy.TRANSITION


def test_a_deleted_record_is_for_those_who_restore() -> None:
    place = simple(
        participants={"*": {"creator": ["view", "history", "note"], "worker": ["view", "restore"]}}
    )
    case = place.world.add_record("case", roles={"creator": place.an, "worker": place.binh})
    assert (
        decide(place.world, Actor(place.binh), "restore", place.record(case)).refused_by is RefusedBy.DELETED
    )
    place.world.change(case, deleted_at=place.world.now)
    state = place.record(case)
    allowed = {
        (person, action): decide(place.world, Actor(person), action, state).allowed
        for person in (place.an, place.binh)
        for action in ("view", "history", "restore", "note")
    }
    assert {key for key, value in allowed.items() if value} == {
        (place.binh, "view"),
        (place.binh, "history"),
        (place.binh, "restore"),
    }


def test_who_has_no_authority_acts_for_nobody() -> None:
    place = simple(participants={"*": {"creator": ["view", "edit"]}})
    case = place.world.add_record("case", roles={"creator": place.an})
    for action in ("view", "edit"):
        actor = Actor(place.binh, acting_for=place.an)
        assert not decide(place.world, actor, action, place.record(case)).allowed


# --- Units --------------------------------------------------------------------------------------------


def with_units(role: dict[str, object], *slots: str, **matrix_words: object) -> Office:
    """An office whose cases stand in a unit of the side desk."""
    return office(
        workspace_of(
            CATEGORIES,
            desk(**{slot: {"scope": "branch"} if slot == "chief" else {} for slot in slots}),
            module(roles={"place": {"of": "unit", "side": "desk", "label": "Đơn vị", **role}}),
            statuses(),
            matrix(**matrix_words),
        )
    )


def test_a_slot_of_the_unit_opens_its_column() -> None:
    place = with_units({}, "head", "clerk", units={"*": {"place.head": ["view"]}})
    place.world.fill_slot(place.department, "desk", "head", place.an)
    place.world.fill_slot(place.department, "desk", "clerk", place.binh)
    place.world.fill_slot(place.other_department, "desk", "head", place.chi)
    case = place.record(place.world.add_record("case", roles={"place": place.department}))
    views = [
        person
        for person in (place.an, place.binh, place.chi)
        if decide(place.world, Actor(person), "view", case).allowed
    ]
    assert views == [place.an]


def test_a_branch_slot_counts_for_the_units_below() -> None:
    columns = {"place.chief": ["view"], "place.head": ["view"]}
    place = with_units({}, "chief", "head", units={"*": columns})
    place.world.fill_slot(place.department, "desk", "chief", place.an)
    place.world.fill_slot(place.department, "desk", "head", place.chi)
    place.world.fill_slot(place.other_department, "desk", "chief", place.binh)
    case = place.record(place.world.add_record("case", roles={"place": place.division}))
    (role,) = held_roles(place.world, Actor(place.an), case)
    assert (role.via, role.unit_id) == (Via.BRANCH, place.department)
    assert not decide(place.world, Actor(place.binh), "view", case).allowed
    assert not decide(place.world, Actor(place.chi), "view", case).allowed
    above = place.record(place.world.add_record("case", roles={"place": place.province}))
    assert not decide(place.world, Actor(place.an), "view", above).allowed


@pytest.mark.requirement("T-37")
def test_a_speaking_slot_holds_the_role_of_its_unit() -> None:
    place = with_units({"speaks": ["head"]}, "head", "clerk", participants={"*": {"place": ["view"]}})
    place.world.fill_slot(place.department, "desk", "head", place.an)
    place.world.fill_slot(place.department, "desk", "clerk", place.binh)
    case = place.record(place.world.add_record("case", roles={"place": place.department}))
    (role,) = held_roles(place.world, Actor(place.an), case)
    assert (role.column, role.via, role.slot) == ("place", Via.SPEAKS, "head")
    assert not held_roles(place.world, Actor(place.binh), case)


@pytest.mark.requirement("M-64", "W-11")
def test_a_role_seen_from_joining_hides_what_came_before() -> None:
    words = {"speaks": ["head"], "sees_from": "joined"}
    place = with_units(words, "head", participants={"*": {"place": ["view"]}})
    before = place.world.add_record("case", roles={"place": place.department})
    place.world.pass_time(place.world.now - place.world.now.replace(hour=0))
    place.world.fill_slot(place.department, "desk", "head", place.an, since=place.world.now)
    after = place.world.add_record("case", roles={"place": place.department})
    assert not decide(place.world, Actor(place.an), "view", place.record(before)).allowed
    assert decide(place.world, Actor(place.an), "view", place.record(after)).allowed


# --- Derived roles and owners -------------------------------------------------------------------------


def tree(depth: int) -> Office:
    """An office of cases within cases, whose workers see the cases above."""
    return office(
        workspace_of(
            CATEGORIES,
            module(
                owner={"module": "case", "optional": True},
                roles={"worker": {"label": "Làm"}},
                relations={"parts": {"owns": "case", "inverse": "whole", "tree": True, "label": "Phần"}},
                derived_roles={
                    "part": {"via": "parts", "roles": ["worker"], "depth": depth, "label": "của phần"}
                },
            ),
            statuses(),
            matrix(participants={"*": {"worker": ["view"], "part.worker": ["view"]}}),
        )
    )


@pytest.mark.parametrize(("depth", "seen"), [(1, [False, True, True]), (2, [True, True, True])])
def test_derived_roles_reach_as_deep_as_they_say(depth: int, seen: list[bool]) -> None:
    place = tree(depth)
    top = place.world.add_record("case")
    middle = place.world.add_record("case", owner=top, relation="parts")
    low = place.world.add_record("case", owner=middle, relation="parts", roles={"worker": place.an})
    found = [
        decide(place.world, Actor(place.an), "view", place.record(one)).allowed for one in (top, middle, low)
    ]
    assert found == seen


def test_a_deleted_related_record_derives_nothing() -> None:
    place = tree(1)
    top = place.world.add_record("case")
    low = place.world.add_record("case", owner=top, relation="parts", roles={"worker": place.an})
    assert decide(place.world, Actor(place.an), "view", place.record(top)).allowed
    place.world.change(low, deleted_at=place.world.now)
    assert not decide(place.world, Actor(place.an), "view", place.record(top)).allowed


def owned() -> Office:
    """Cases with remarks, which whoever sees the case sees."""
    return office(
        workspace_of(
            CATEGORIES,
            module(
                roles={"worker": {"label": "Làm"}, "reader": {"label": "Đọc"}},
                relations={"remarks": {"owns": "remark", "inverse": "case", "label": "Nhận xét"}},
            ),
            statuses(),
            matrix(
                participants={
                    "*": {"worker": ["view"], "reader": ["view"]},
                    "open": {"worker": ["add_remarks"]},
                }
            ),
            module("remark", owner="case"),
            statuses("remark"),
            matrix("remark", participants={"*": {"owner:view": ["view"], "owner:add_remarks": ["edit"]}}),
        )
    )


@pytest.mark.requirement("T-88")
def test_a_permission_on_the_owner_is_a_column_of_the_child() -> None:
    place = owned()
    case = place.world.add_record("case", roles={"worker": place.an, "reader": place.binh})
    remark = place.world.add_record("remark", owner=case, relation="remarks")
    state = place.record(remark)
    assert decide(place.world, Actor(place.binh), "view", state).allowed
    assert not decide(place.world, Actor(place.binh), "edit", state).allowed
    assert decide(place.world, Actor(place.an), "edit", state).allowed
    assert not decide(place.world, Actor(place.chi), "view", state).allowed
    place.world.change(case, status="done")
    assert not decide(place.world, Actor(place.an), "edit", state).allowed


def test_children_are_made_through_their_owner() -> None:
    place = owned()
    case = place.world.add_record("case", roles={"worker": place.an, "reader": place.binh})
    world, state = place.world, place.record(case)
    assert decide_create(world, Actor(place.an), "remark", owner=state).allowed
    assert not decide_create(world, Actor(place.binh), "remark", owner=state).allowed
    alone = decide_create(world, Actor(place.an), "remark")
    assert not alone.allowed
    assert alone.proof.children[0].kind is ProofKind.OWNER_NEEDED


def test_owners_in_a_ring_end_the_search() -> None:
    place = office(
        workspace_of(
            CATEGORIES,
            module(
                owner={"module": "case", "optional": True},
                relations={"parts": {"owns": "case", "inverse": "whole", "tree": True, "label": "Phần"}},
            ),
            statuses(),
            matrix(participants={"*": {"owner:view": ["view"]}}),
        )
    )
    one = place.world.add_record("case")
    other = place.world.add_record("case", owner=one, relation="parts")
    place.world.change(one, owner_id=other, owner_relation="parts")
    assert not decide(place.world, Actor(place.an), "view", place.record(one)).allowed


# --- Creating -----------------------------------------------------------------------------------------


@pytest.mark.requirement("T-28", "M-03")
def test_the_row_new_grants_to_slots_groups_and_everyone() -> None:
    place = office(
        workspace_of(
            CATEGORIES,
            desk(),
            definition("user_groups", "user_groups", {"clerks": {"name": "Văn thư", "may": []}}),
            module(home="place", roles={"place": {"of": "unit", "side": "desk", "label": "Đơn vị"}}),
            statuses(),
            matrix(units={"new": {"place.head": ["create"]}}, groups={"new": {"group:clerks": ["create"]}}),
        )
    )
    world = place.world
    world.fill_slot(place.department, "desk", "head", place.an)
    world.group_people["clerks"].add(place.binh)
    assert decide_create(world, Actor(place.an), "case").allowed
    assert decide_create(world, Actor(place.an), "case", home_units=[place.department]).allowed
    assert not decide_create(world, Actor(place.an), "case", home_units=[place.other_department]).allowed
    assert decide_create(world, Actor(place.binh), "case", home_units=[place.other_department]).allowed
    refused = decide_create(world, Actor(place.chi), "case")
    assert refused.remedy is not None
    assert refused.remedy.columns == ("place.head", "group:clerks")


# --- Guards and rules ---------------------------------------------------------------------------------


def guarded(**words: object) -> Office:
    """An office whose worker may finish and note, under guards or rules."""
    actions = {
        "finish": {"label": "Xong", "effects": [{"move": "done"}]},
        "note": {"label": "Ghi", "when": "record.name == 'a'", "otherwise": "Chưa đặt tên a", "effects": []},
        "pass": {"label": "Chuyển", "effects": [{"move": "done", "if": "status.code == 'held'"}]},
    }
    return office(
        workspace_of(
            CATEGORIES,
            module(roles={"worker": {"label": "Làm"}}, **{"actions": actions, **words}),
            statuses(names=("open", "held", "done"), transitions={"open": {"worker": ["done"]}}),
            matrix(participants={"*": {"worker": ["view", "finish", "note", "pass"]}}),
        )
    )


def test_a_guard_refuses_with_its_text_and_what_it_read() -> None:
    place = guarded()
    case = place.world.add_record("case", values={"name": "b"}, roles={"worker": place.an})
    decision = decide(place.world, Actor(place.an), "note", place.record(case))
    assert decision.refused_by is RefusedBy.GUARD
    assert decision.reason is not None
    assert decision.reason.vi == "Chưa đặt tên a"
    assert decision.proof.children[-1].facts["read"] == (("record.name", "b"),)
    place.world.change(case, values={"name": "a"})
    assert decide(place.world, Actor(place.an), "note", place.record(case)).allowed


def test_an_empty_value_refuses() -> None:
    place = guarded()
    case = place.world.add_record("case", roles={"worker": place.an})
    assert decide(place.world, Actor(place.an), "note", place.record(case)).refused_by is RefusedBy.GUARD


def test_a_conditional_move_needs_its_transition_only_when_it_fires() -> None:
    place = guarded()
    case = place.world.add_record("case", roles={"worker": place.an})
    assert decide(place.world, Actor(place.an), "pass", place.record(case)).allowed
    place.world.change(case, status="held")
    assert decide(place.world, Actor(place.an), "pass", place.record(case)).refused_by is RefusedBy.TRANSITION


@pytest.mark.requirement("T-132")
def test_a_refusing_rule_stands_over_any_right() -> None:
    rules = [{"for": ["finish"], "when": "not holds(actor, 'worker')", "otherwise": "Không tự làm"}]
    place = guarded(rules=rules)
    case = place.world.add_record("case", roles={"worker": place.an})
    decision = decide(place.world, Actor(place.an), "finish", place.record(case))
    assert decision.refused_by is RefusedBy.RULE
    assert decision.remedy is not None
    assert [text.vi for text in decision.remedy.texts] == ["Không tự làm"]


def test_rules_that_ask_or_read_the_outcome_are_the_planners() -> None:
    rules = [
        {"for": ["finish"], "when": "false", "level": "confirm", "otherwise": "Chắc không?"},
        {"for": ["finish"], "when": "after.name == 'x'", "otherwise": "Tên phải là x"},
    ]
    place = guarded(rules=rules)
    case = place.world.add_record("case", roles={"worker": place.an})
    assert decide(place.world, Actor(place.an), "finish", place.record(case)).allowed


def test_a_rule_to_a_status_stands_only_on_moves_there() -> None:
    rules = [{"for": "*", "except": ["view"], "to": ["done"], "when": "false", "otherwise": "Chưa được xong"}]
    place = guarded(rules=rules)
    case = place.world.add_record("case", values={"name": "a"}, roles={"worker": place.an})
    state = place.record(case)
    assert decide(place.world, Actor(place.an), "finish", state).refused_by is RefusedBy.RULE
    assert decide(place.world, Actor(place.an), "note", state).allowed


# --- Proof --------------------------------------------------------------------------------------------


def test_the_proof_names_role_cell_and_transition() -> None:
    place = simple(participants={"*": {"worker": ["view", "finish"]}})
    case = place.world.add_record("case", roles={"worker": place.an})
    decision = decide(place.world, Actor(place.an), "finish", place.record(case))
    roles, view, cell, transition = decision.proof.children
    assert roles.children[0].facts["held"] == decision.roles[0]
    assert (view.facts["permission"], cell.facts["permission"]) == ("view", "finish")
    assert cell.facts["columns"] == ("worker",)
    assert (transition.facts["from"], transition.facts["to"]) == ("open", "done")
    assert decision.roles[0].since == place.record(case).created_at


def test_one_standing_serves_many_records() -> None:
    place = simple(participants={"*": {"worker": ["view"]}})
    standing = Standing(place.world, Actor(place.an))
    mine = place.record(place.world.add_record("case", roles={"worker": place.an}))
    others = place.record(place.world.add_record("case", roles={"worker": place.binh}))
    assert Case(standing, mine).may_view
    assert not Case(standing, others).may_view


@pytest.mark.requirement("W-30")
@pytest.mark.parametrize(("need", "expected"), [("any", [True, True]), ("all", [True, False])])
def test_voices_are_given_by_those_asked_unless_one_is_enough(need: str, expected: list[bool]) -> None:
    actions = {
        "agree": {
            "label": "Đồng ý",
            "voices": {"of": "worker", "need": need, "against": "object"},
            "effects": [],
        },
        "object": {"label": "Phản đối", "effects": []},
    }
    roles = {"creator": {"fill": "actor", "label": "Tạo"}, "worker": {"label": "Làm"}}
    place = office(
        workspace_of(
            CATEGORIES,
            module(roles=roles, actions=actions),
            statuses(),
            matrix(participants={"*": {"creator": ["view", "agree"], "worker": ["view", "agree"]}}),
        )
    )
    case = place.world.add_record("case", roles={"creator": place.chi, "worker": [place.an, place.binh]})
    state = place.record(case)
    found = [decide(place.world, Actor(one), "agree", state) for one in (place.an, place.chi)]
    assert [one.allowed for one in found] == expected
    spoken = replace(state, voices=(Voice("agree", place.an, place.an, True, place.world.now),))
    again = decide(place.world, Actor(place.an), "agree", spoken)
    assert (again.refused_by, again.is_offered) == (RefusedBy.VOICE, True)


@pytest.mark.requirement("U-35", "C-85", "C-90")
def test_a_changed_slot_counts_at_once() -> None:
    place = with_units({}, "head", units={"*": {"place.head": ["view"]}})
    case = place.record(place.world.add_record("case", roles={"place": place.department}))
    assert not decide(place.world, Actor(place.an), "view", case).allowed
    place.world.fill_slot(place.department, "desk", "head", place.an)
    assert decide(place.world, Actor(place.an), "view", case).allowed
    place.world.all_holdings.clear()
    assert not decide(place.world, Actor(place.an), "view", case).allowed


def test_a_status_that_the_group_no_longer_knows_opens_nothing() -> None:
    place = simple(participants={"*": {"creator": ["view"]}})
    case = place.world.add_record("case", roles={"creator": place.an})
    place.world.change(case, status="forgotten")
    for action in ("view", "finish", "edit"):
        assert not decide(place.world, Actor(place.an), action, place.record(case)).allowed
    assert offers(place.world, Actor(place.an), place.record(case)) == ()


def test_a_deleted_owner_gives_nothing() -> None:
    place = owned()
    case = place.world.add_record("case", roles={"reader": place.an})
    remark = place.world.add_record("remark", owner=case, relation="remarks")
    assert decide(place.world, Actor(place.an), "view", place.record(remark)).allowed
    place.world.change(case, deleted_at=place.world.now)
    assert not decide(place.world, Actor(place.an), "view", place.record(remark)).allowed
