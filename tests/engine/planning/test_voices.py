"""Actions that several people must agree to."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import Refused
from luongviec.engine.planning.plan import ClearVoices
from luongviec.engine.planning.planner import plan_action, plan_withdraw_voice
from luongviec.engine.world import Actor
from tests.engine.planning.cases import YES, Cases, cases


def _desk(need: str | int, **voices: object) -> Cases:
    return cases(
        roles={"judge": {"label": "Người duyệt"}},
        actions={
            "approve": {
                "voices": {"of": "judge", "need": need, "against": "reject", **voices},
                "effects": [{"move": "done"}],
            },
            "reject": {"effects": [{"move": "going"}]},
            "reopen": {"effects": [{"move": "open"}], "undo": 5},
        },
    )


def _case(desk: Cases, count: int = 3) -> tuple[int, list[int]]:
    judges = [desk.office.an, desk.office.binh, desk.office.chi][:count]
    case = desk.add(roles={"judge": tuple(judges)})
    # The table moves creators: every judge is one here.
    for judge in judges[1:]:
        desk.world.hold(case, "creator", judge)
    return case, judges


@pytest.mark.requirement("T-89", "W-30")
def test_one_press_is_enough(desk_any: Cases) -> None:
    case, judges = _case(desk_any)
    desk_any.act(case, "approve", who=judges[2])
    assert desk_any.record(case).status == "done"


@pytest.fixture
def desk_any() -> Cases:
    return _desk("any")


@pytest.mark.parametrize(("need", "presses"), [("all", 3), ("majority", 2), (2, 2), ("'all'", 3), (9, 3)])
def test_effects_run_with_the_voice_that_meets_the_need(need: str | int, presses: int) -> None:
    desk = _desk(need)
    case, judges = _case(desk)
    for judge in judges[:presses]:
        assert desk.record(case).status == "open"
        desk.act(case, "approve", who=judge)
    assert desk.record(case).status == "done"


def test_a_voice_counts_once_and_is_told() -> None:
    desk = _desk("all")
    case, judges = _case(desk)
    desk.act(case, "approve", who=judges[0])
    assert ("voiced.approve", (judges[0],)) in [(o.event, o.people) for o in desk.world.occurrences]
    with pytest.raises(Refused):
        desk.act(case, "approve", who=judges[0])
    assert [voice.person for voice in desk.record(case).voices] == [judges[0]]


def test_who_is_not_asked_gives_no_voice() -> None:
    desk = _desk("all")
    case, _ = _case(desk)
    desk.world.hold(case, "creator", desk.office.dung)
    with pytest.raises(Refused):
        desk.act(case, "approve", who=desk.office.dung)


def test_one_no_ends() -> None:
    desk = _desk("all")
    case, judges = _case(desk)
    desk.act(case, "approve", who=judges[0])
    desk.act(case, "reject", who=judges[1])
    assert desk.record(case).status == "going"
    assert desk.record(case).voices == ()


def test_a_no_that_counts_ends_when_the_need_cannot_be_met() -> None:
    desk = _desk("majority", one_no="counts")
    case, judges = _case(desk)
    desk.act(case, "reject", who=judges[0])
    assert desk.record(case).status == "open"
    desk.act(case, "reject", who=judges[1])
    assert desk.record(case).status == "going"


def test_voices_in_order() -> None:
    desk = _desk("all", ordered=True)
    case, judges = _case(desk)
    with pytest.raises(Refused):
        desk.act(case, "approve", who=judges[1])
    for judge in judges:
        desk.act(case, "approve", who=judge)
    assert desk.record(case).status == "done"


def test_leaving_the_status_clears_voices() -> None:
    desk = _desk("all")
    case, judges = _case(desk)
    desk.act(case, "approve", who=judges[0])
    plan = plan_action(desk.world, Actor(desk.office.an), case, "reopen", {}, answers=YES)
    assert [type(one) for one in plan.changes if isinstance(one, ClearVoices)] == [ClearVoices]
    desk.world.apply(plan)
    assert desk.record(case).voices == ()


def test_a_voice_is_taken_back_while_nothing_is_decided() -> None:
    desk = _desk("all")
    case, judges = _case(desk)
    desk.act(case, "approve", who=judges[0])
    desk.world.apply(plan_withdraw_voice(desk.world, Actor(judges[0]), case, "approve"))
    assert desk.record(case).voices == ()
    with pytest.raises(Refused):
        plan_withdraw_voice(desk.world, Actor(judges[0]), case, "approve")


def test_taking_a_move_back_gives_the_voices_again() -> None:
    desk = _desk("all")
    case, judges = _case(desk)
    desk.act(case, "approve", who=judges[0])
    voices = desk.record(case).voices
    plan = desk.plan(case, "reopen")
    desk.world.apply(plan)
    desk.undo(plan)
    assert desk.record(case).voices == voices
