"""Moves: transitions, what a status demands, bare moves, edits of fields and people."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.planning.errors import SeveralActions
from luongviec.engine.planning.plan import Answers, AttachFiles, MoveStatus
from luongviec.engine.planning.planner import plan_action, plan_move
from luongviec.engine.world import Actor
from tests.engine import worlds
from tests.engine.planning.cases import NUMBER, TEXT, Cases, cases, definitions

NAMES = ("open", "going", "proved", "done")
TABLE = {
    "open": {"creator": ["going", "proved", "open"], "system": ["going"]},
    "going": {"creator": ["proved", "done"], "doer": ["done"]},
    "proved": {"creator": ["done"]},
}


@pytest.fixture
def desk() -> Cases:
    return cases(
        names=NAMES,
        transitions=TABLE,
        requires={"going": ["reason"], "proved": ["attachment"]},
        fields={
            "size": NUMBER,
            "proofs": {"type": "files", "label": "Tệp"},
            "made": {**NUMBER, "computed": "record.size"},
            "why": {**TEXT, "required_when": "record.size > 5"},
            "only_big": {**TEXT, "shown_when": "record.size > 5"},
            "closed": {**TEXT, "locked_when": "status.code == 'going'"},
        },
        roles={
            "doer": {"label": "Người làm", "needs": 1, "many": False},
            "made_by": {"label": "Do hệ thống", "fill": "none"},
        },
        actions={
            "go": {"effects": [{"move": "going"}]},
            "prove": {"effects": [{"append": {"proofs": "input.files"}}, {"move": "proved"}]},
            "show": {"effects": [{"move": "proved"}]},
            "finish": {"effects": [{"move": "done"}]},
            "end": {"effects": [{"move": "done"}]},
            "again": {"effects": [{"move": "open"}]},
            "twice": {"effects": [{"move": "going", "if": "record.size == 1"}, {"move": "proved"}]},
        },
    )


def _move(desk: Cases, case: int, status: str, who: int | None = None, **typed: object) -> int:
    actor = Actor(who or desk.office.an)
    plan = plan_move(desk.world, actor, case, status, typed, answers=Answers(confirmed=True))
    desk.world.apply(plan)
    return len(plan.entries)


@pytest.mark.requirement("T-119", "W-08")
def test_a_status_may_demand_a_reason(desk: Cases) -> None:
    case = desk.add()
    with pytest.raises(InvalidInput) as caught:
        plan_action(desk.world, Actor(desk.office.an), case, "go", {"reason": "  "})
    assert set(caught.value.errors) == {"reason"}
    plan = desk.plan(case, "go", {"reason": "vì vậy"})
    assert (plan.entries[0].reason, plan.entries[0].status_before, plan.entries[0].status_after) == (
        "vì vậy",
        "open",
        "going",
    )


@pytest.mark.requirement("T-84", "W-07")
def test_a_status_may_demand_files_that_an_effect_takes(desk: Cases) -> None:
    case = desk.add()
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "prove")
    assert set(caught.value.errors) == {"files"}
    plan = desk.plan(case, "prove", {"files": (4,)})
    assert not [one for one in plan.changes if isinstance(one, AttachFiles)]
    desk.world.apply(plan)
    assert desk.value(case, "proofs") == (4,)


def test_files_that_no_effect_takes_are_attached(desk: Cases) -> None:
    case = desk.add()
    plan = desk.plan(case, "show", {"files": (4,)})
    assert [one.files for one in plan.changes if isinstance(one, AttachFiles)] == [(4,)]


def test_a_status_listed_under_itself_is_entered_again(desk: Cases) -> None:
    case = desk.add()
    desk.act(case, "again")
    assert desk.events() == ["left.open", "entered.open"]


def test_only_the_table_moves(desk: Cases) -> None:
    case = desk.add(status="done")
    with pytest.raises(Refused):
        desk.plan(case, "again")
    with pytest.raises(Refused):
        desk.plan(desk.add(), "finish")


def test_one_action_moves_once(desk: Cases) -> None:
    with pytest.raises(Refused):
        desk.plan(desk.add(values={"size": 1}), "twice", {"reason": "x", "files": (1,)})
    desk.plan(desk.add(values={"size": 2}), "twice", {"files": (1,)})


# --- plan_move ----------------------------------------------------------------------------------------


def test_a_move_runs_the_one_action_that_leads_there(desk: Cases) -> None:
    case = desk.add()
    _move(desk, case, "going", reason="x")
    assert desk.entries(case)[-1].action == "go"


def test_several_actions_are_named(desk: Cases) -> None:
    case = desk.add(status="going")
    with pytest.raises(SeveralActions) as caught:
        _move(desk, case, "done")
    assert set(caught.value.actions) == {"finish", "end"}


def test_a_bare_move_asks_for_what_the_status_demands() -> None:
    table = {"open": {"creator": ["going", "proved"]}, "going": {"creator": ["proved"]}}
    bare = cases(names=NAMES, transitions=table, requires={"proved": ["attachment"], "going": ["reason"]})
    case = bare.add()
    with pytest.raises(InvalidInput):
        _move(bare, case, "going")
    _move(bare, case, "going", reason="x")
    assert bare.entries(case)[-1].action == "change_status"
    plan = plan_move(bare.world, Actor(bare.office.an), case, "proved", {"files": (4,)})
    assert [type(one) for one in plan.changes if isinstance(one, MoveStatus | AttachFiles)] == [
        MoveStatus,
        AttachFiles,
    ]
    with pytest.raises(Refused):
        _move(bare, case, "open")
    with pytest.raises(NotFound):
        _move(bare, case, "nowhere")


# --- edit ---------------------------------------------------------------------------------------------


def test_an_edit_changes_only_what_differs(desk: Cases) -> None:
    case = desk.add(values={"name": "a", "size": 1, "made": 1}, roles={"doer": desk.office.binh})
    assert desk.plan(case, "edit", {"name": "a", "size": 1, "doer": (desk.office.binh,)}).entries == ()
    desk.act(case, "edit", {"size": 2, "doer": (desk.office.chi,)})
    assert desk.value(case, "made") == 2
    assert desk.holders(case, "doer") == [desk.office.chi]
    assert [one.data for one in desk.world.occurrences if one.event == "edited"] == [{"fields": ("size",)}]


@pytest.mark.requirement("T-111", "T-129")
def test_what_may_not_be_edited_is_refused_by_name(desk: Cases) -> None:
    case = desk.add(values={"size": 1, "made": 1})
    typed = {"made": 5, "creator": (2,), "made_by": (2,), "nothing": 1, "doer": ()}
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "edit", typed)
    assert set(caught.value.errors) == {"made", "creator", "made_by", "nothing"}
    case = desk.add(roles={"doer": desk.office.binh})
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "edit", {"doer": ()})
    assert set(caught.value.errors) == {"doer"}


def test_the_fields_own_conditions_bind_an_edit(desk: Cases) -> None:
    case = desk.add(values={"size": 1}, roles={"doer": desk.office.binh})
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "edit", {"size": 9})
    assert set(caught.value.errors) == {"why"}
    desk.act(case, "edit", {"size": 9, "why": "lớn", "only_big": "có"})
    assert desk.value(case, "only_big") == "có"
    desk.act(case, "edit", {"size": 1, "only_big": "khác"})
    assert desk.value(case, "only_big") == "có"  # out of sight, left as it was
    going = desk.add(status="going", values={"closed": "a"})
    with pytest.raises(InvalidInput) as caught:
        desk.plan(going, "edit", {"closed": "b"})
    assert set(caught.value.errors) == {"closed"}


def test_a_record_that_is_not_there(desk: Cases) -> None:
    with pytest.raises(NotFound):
        desk.plan(999, "go")
    with pytest.raises(NotFound):
        desk.plan(desk.add(), "fly")


# --- fields and roles that an action asks for ---------------------------------------------------------


def _asking(cell: dict[str, object] | None = None) -> Cases:
    effects = [{"set": {"size": "input.size"}}, {"replace": {"role": "doer", "who": "input.doer"}}]
    own = definitions(
        fields={"size": NUMBER},
        roles={"doer": {"label": "Làm"}},
        actions={"ask": {"input": [{"field": "size"}, {"role": "doer"}], "effects": effects}},
    )
    module, group, matrix = own
    if cell is not None:
        every = ["view", "edit", "ask"]
        matrix = worlds.matrix(participants={"*": {"creator": every}}, fields={"*": {"creator": cell}})
    workspace = worlds.workspace_of(worlds.CATEGORIES, worlds.desk(), module, group, matrix)
    return Cases(worlds.office(workspace))


def test_what_was_not_typed_keeps_what_it_holds() -> None:
    desk = _asking()
    case = desk.add(values={"size": 1}, roles={"doer": desk.office.binh})
    desk.act(case, "ask", {"size": 2})
    assert (desk.value(case, "size"), desk.holders(case, "doer")) == (2, [desk.office.binh])
    desk.act(case, "ask", {"doer": ()})
    assert (desk.value(case, "size"), desk.holders(case, "doer")) == (2, [])


@pytest.mark.requirement("T-129")
@pytest.mark.parametrize("word", ["read", "hidden"])
def test_the_matrix_closes_a_field_for_actions_too(word: str) -> None:
    desk = _asking({"size": word})
    case = desk.add(values={"size": 1})
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "ask", {"size": 2})
    assert set(caught.value.errors) == {"size"}
    desk.plan(case, "ask", {"size": 1})
