"""The effects `add`, `remove`, `replace`: candidates, exclusions, what leavers keep, the way back."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import InvalidInput
from luongviec.engine.planning.plan import AddParticipant, EndParticipant
from tests.engine.planning.cases import Cases, cases

WHO = [{"name": "who", "type": "user", "many": True, "label": "Ai"}]
ROLES = {
    "doer": {"label": "Người làm", "keeps": "past"},
    "past": {"label": "Từng làm", "fill": "none"},
    "single": {"label": "Một người", "many": False},
    "watcher": {"label": "Người xem", "excludes": ["doer"], "on_clash": "give_way"},
    "judge": {"label": "Người chấm", "excludes": ["doer"], "on_clash": "refuse"},
    "heads": {"label": "Trưởng", "from": "unit.head"},
    "unit": {"label": "Đơn vị", "of": "unit", "side": "desk"},
}


def _actions() -> dict[str, object]:
    actions: dict[str, object] = {}
    for role in ("doer", "single", "watcher", "judge", "heads"):
        for effect in ("add", "remove", "replace"):
            actions[f"{effect}_{role}"] = {
                "input": WHO,
                "effects": [{effect: {"role": role, "who": "input.who"}}],
                "undo": 5,
            }
    return actions


@pytest.fixture
def desk() -> Cases:
    return cases(roles=ROLES, actions=_actions())


def test_add_tells_only_those_who_joined(desk: Cases) -> None:
    office = desk.office
    case = desk.add(roles={"doer": office.an})
    desk.act(case, "add_doer", {"who": (office.an, office.binh)})
    assert desk.holders(case, "doer") == [office.an, office.binh]
    (joined,) = [one for one in desk.world.occurrences if one.event == "joined.doer"]
    assert joined.people == (office.binh,)


def test_adding_who_is_there_changes_nothing(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.an})
    assert desk.plan(case, "add_doer", {"who": (desk.office.an,)}).changes == ()


def test_remove_keeps_the_row_and_falls_into_what_the_role_keeps(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.binh})
    desk.act(case, "remove_doer", {"who": (desk.office.binh,)})
    assert desk.holders(case, "doer") == []
    assert desk.holders(case, "past") == [desk.office.binh]
    ended = [one for one in desk.record(case).participations if one.role == "doer"]
    assert [one.until for one in ended] == [desk.world.now]
    assert {"gone.doer", "joined.past"} <= set(desk.events())


def test_removing_who_is_not_there_changes_nothing(desk: Cases) -> None:
    case = desk.add()
    assert desk.plan(case, "remove_doer", {"who": (desk.office.binh,)}).changes == ()


def test_remove_is_taken_back_with_its_old_beginning(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.binh})
    before = desk.record(case).participations
    plan = desk.plan(case, "remove_doer", {"who": (desk.office.binh,)})
    desk.world.apply(plan)
    desk.undo(plan)
    assert [one for one in desk.record(case).participations if one.until is None] == list(before)


def test_replace_removes_the_others_first(desk: Cases) -> None:
    office = desk.office
    case = desk.add(roles={"doer": (office.an, office.binh)})
    plan = desk.plan(case, "replace_doer", {"who": (office.binh, office.chi)})
    kinds = [type(one) for one in plan.changes if isinstance(one, EndParticipant | AddParticipant)]
    assert kinds == [EndParticipant, AddParticipant, AddParticipant]  # an ends, falls into past; chi joins
    desk.world.apply(plan)
    assert desk.holders(case, "doer") == [office.binh, office.chi]


def test_a_single_role_stays_single(desk: Cases) -> None:
    office = desk.office
    case = desk.add(roles={"single": office.an})
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "add_single", {"who": (office.binh,)})
    assert set(caught.value.errors) == {"who"}
    desk.act(case, "replace_single", {"who": (office.binh,)})
    assert desk.holders(case, "single") == [office.binh]


@pytest.mark.requirement("T-49")
def test_a_refusing_role_names_the_person(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.binh})
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "add_judge", {"who": (desk.office.binh,)})
    assert "Trần Thị Bình" in caught.value.errors["who"][0].vi


@pytest.mark.requirement("T-113", "W-24")
def test_a_role_that_gives_way_is_not_taken_and_noted(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.binh})
    plan = desk.plan(case, "add_watcher", {"who": (desk.office.binh,)})
    assert not [one for one in plan.changes if isinstance(one, AddParticipant)]
    assert "Trần Thị Bình" in plan.entries[0].notes[0].vi


@pytest.mark.requirement("T-113", "W-24")
def test_a_role_gives_way_when_the_other_comes_later(desk: Cases) -> None:
    case = desk.add(roles={"watcher": desk.office.binh})
    desk.act(case, "add_doer", {"who": (desk.office.binh,)})
    assert desk.holders(case, "watcher") == []
    assert desk.holders(case, "doer") == [desk.office.binh]


def test_a_refusing_role_refuses_when_the_other_comes_later(desk: Cases) -> None:
    case = desk.add(roles={"judge": desk.office.binh})
    with pytest.raises(InvalidInput):
        desk.plan(case, "add_doer", {"who": (desk.office.binh,)})


@pytest.mark.requirement("T-65", "T-108")
def test_only_candidates_can_be_chosen(desk: Cases) -> None:
    office = desk.office
    desk.world.fill_slot(office.department, "desk", "head", office.binh)
    case = desk.add(roles={"unit": office.department})
    desk.act(case, "add_heads", {"who": (office.binh,)})
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "add_heads", {"who": (office.chi,)})
    assert "Lê Minh Chi" in caught.value.errors["who"][0].vi


@pytest.mark.requirement("T-133")
def test_closed_accounts_cannot_be_chosen(desk: Cases) -> None:
    gone = desk.world.add_person("Đã nghỉ", active=False)
    case = desk.add()
    with pytest.raises(InvalidInput):
        desk.plan(case, "add_doer", {"who": (gone,)})
