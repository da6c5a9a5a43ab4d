"""The chain of handlers: `hand_over` pushes, `hand_back` returns along it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from luongviec.engine.errors import InvalidInput
from tests.engine.planning.cases import Cases, cases

WHO = [{"name": "to", "type": "user", "label": "Ai"}]
ACTIONS = {
    "give": {"input": WHO, "effects": [{"hand_over": {"role": "doer", "to": "input.to"}}], "undo": 5},
    "refuse": {"effects": [{"hand_back": {"role": "doer"}}], "undo": 5},
    "assign": {"input": WHO, "effects": [{"replace": {"role": "doer", "who": "input.to"}}], "undo": 5},
}


@pytest.fixture
def desk() -> Cases:
    roles = {
        "doer": {"label": "Người làm", "keeps": "past"},
        "past": {"label": "Từng làm", "fill": "none"},
    }
    return cases(roles=roles, actions=ACTIONS)


def _links(desk: Cases, case: int) -> list[tuple[int, int]]:
    return [(link.giver, link.receiver) for link in desk.record(case).hand_overs]


@pytest.mark.requirement("T-67", "T-68", "T-69", "T-72", "T-125")
def test_four_hands_and_all_the_way_back(desk: Cases) -> None:
    an, binh, chi, dung = desk.office.an, desk.office.binh, desk.office.chi, desk.office.dung
    case = desk.add(roles={"doer": an})
    for giver, receiver in ((an, binh), (binh, chi), (chi, dung)):
        desk.act(case, "give", {"to": receiver}, who=giver)
    assert desk.holders(case, "doer") == [dung]
    assert desk.holders(case, "past") == [an, binh, chi]
    assert _links(desk, case) == [(an, binh), (binh, chi), (chi, dung)]
    for leaver, returned in ((dung, chi), (chi, binh), (binh, an)):
        desk.act(case, "refuse", who=leaver)
        assert desk.holders(case, "doer") == [returned]
    assert _links(desk, case) == []


@pytest.mark.requirement("T-117")
def test_the_first_handler_leaves_the_role_empty(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.an})
    desk.act(case, "refuse", who=desk.office.an)
    assert desk.holders(case, "doer") == []


def test_with_several_first_handlers_only_the_refuser_leaves(desk: Cases) -> None:
    case = desk.add(roles={"doer": (desk.office.an, desk.office.binh)})
    desk.act(case, "refuse", who=desk.office.binh)
    assert desk.holders(case, "doer") == [desk.office.an]


def test_an_inactive_giver_is_passed_by(desk: Cases) -> None:
    an, binh, chi = desk.office.an, desk.office.binh, desk.office.chi
    case = desk.add(roles={"doer": an})
    desk.act(case, "give", {"to": binh}, who=an)
    desk.act(case, "give", {"to": chi}, who=binh)
    desk.world.people[binh] = replace(desk.world.people[binh], active=False)
    desk.act(case, "refuse", who=chi)
    assert desk.holders(case, "doer") == [an]
    assert _links(desk, case) == []


def test_the_role_is_empty_when_no_giver_is_active(desk: Cases) -> None:
    an, binh = desk.office.an, desk.office.binh
    case = desk.add(roles={"doer": binh})
    desk.act(case, "give", {"to": an}, who=binh)
    desk.world.people[binh] = replace(desk.world.people[binh], active=False)
    desk.act(case, "refuse", who=an)
    assert desk.holders(case, "doer") == []


def test_handing_over_to_the_holder_himself_is_an_error(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.an})
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "give", {"to": desk.office.an})
    assert set(caught.value.errors) == {"to"}


@pytest.mark.requirement("T-57")
def test_who_hands_an_empty_role_on_gets_it_back(desk: Cases) -> None:
    case = desk.add()
    desk.act(case, "give", {"to": desk.office.binh}, who=desk.office.chi)
    desk.act(case, "refuse", who=desk.office.binh)
    assert desk.holders(case, "doer") == [desk.office.chi]


def test_who_hands_on_for_others_moves_the_longest_holder(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.an})
    desk.act(case, "give", {"to": desk.office.binh}, who=desk.office.dung)
    assert desk.holders(case, "doer") == [desk.office.binh]
    assert desk.record(case).hand_overs[0].by == desk.office.dung
    assert _links(desk, case) == [(desk.office.an, desk.office.binh)]


def test_replace_begins_the_chain_anew(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.an})
    desk.act(case, "give", {"to": desk.office.binh})
    desk.act(case, "assign", {"to": desk.office.chi})
    assert _links(desk, case) == []
    desk.act(case, "refuse", who=desk.office.chi)
    assert desk.holders(case, "doer") == []


def test_gone_and_joined_are_told(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.an})
    desk.act(case, "give", {"to": desk.office.binh})
    told = {one.event: one.people for one in desk.world.occurrences}
    assert told["gone.doer"] == (desk.office.an,)
    assert told["joined.doer"] == (desk.office.binh,)


@pytest.mark.parametrize(("action", "typed"), [("give", {"to": 3}), ("assign", {"to": 3}), ("refuse", {})])
def test_they_are_taken_back(desk: Cases, action: str, typed: dict[str, object]) -> None:
    case = desk.add(roles={"doer": desk.office.an})
    desk.act(case, "give", {"to": desk.office.binh})
    before = desk.record(case)
    plan = desk.plan(case, action, typed, who=desk.office.binh)
    desk.world.apply(plan)
    assert desk.record(case).hand_overs != before.hand_overs
    desk.undo(plan, who=desk.office.binh)
    assert desk.record(case).hand_overs == before.hand_overs
    assert desk.record(case).holders("doer") == before.holders("doer")
