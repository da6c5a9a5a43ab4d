"""Reactions: same plan, as the system, in order, heard by owners, never without end."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import Refused
from luongviec.engine.planning.errors import TooDeep
from luongviec.engine.planning.plan import REACTION, Occur
from luongviec.engine.planning.planner import plan_event
from luongviec.engine.world import Actor
from tests.engine.planning.cases import NUMBER, TEXT, Cases, cases, definitions

GO = {"go": {"effects": [{"move": "going"}]}}


def _desk(*reactions: object, **words: object) -> Cases:
    return cases(
        fields={"size": NUMBER, "said": TEXT},
        events={"rang": {"label": "Chuông", "data": {"times": "number"}}},
        reactions=list(reactions),
        actions={**GO, **words.pop("actions", {})},  # type: ignore[dict-item]
        **words,
    )


def test_a_reaction_writes_its_own_entry_as_the_system() -> None:
    desk = _desk({"upon": "entered.going", "do": [{"set": {"said": "event.name"}}]})
    case = desk.add()
    plan = desk.plan(case, "go")
    assert [(entry.action, entry.actor.is_system, entry.caused_by) for entry in plan.entries] == [
        ("go", False, None),
        (REACTION, True, 0),
    ]
    desk.world.apply(plan)
    assert desk.value(case, "said") == "entered.going"


def test_a_condition_reads_the_event() -> None:
    upon_edit = {"upon": "edited", "if": "'size' in event.data.fields", "do": [{"emit": "rang"}]}
    desk = _desk(upon_edit)
    case = desk.add()
    desk.act(case, "edit", {"said": "a"})
    assert "rang" not in desk.events()
    desk.act(case, "edit", {"size": 2})
    assert "rang" in desk.events()


def test_reactions_run_in_the_order_of_events_and_file() -> None:
    desk = _desk(
        {"upon": "left.open", "do": [{"set": {"said": "'một'"}}]},
        {"upon": "entered.going", "do": [{"set": {"said": "record.said ~ ' hai'"}}]},
        {"upon": ["left.open", "entered.going"], "if": "record.size", "do": [{"set": {"said": "'không'"}}]},
    )
    case = desk.add()
    desk.act(case, "go")
    assert desk.value(case, "said") == "một hai"


@pytest.mark.requirement("T-134")
def test_the_owner_hears_and_source_is_the_child() -> None:
    desk = cases(
        *definitions("child", owner="case", fields={"size": NUMBER}, actions=GO),
        events={"rang": {"label": "Chuông", "data": {"times": "number"}}},
        reactions=[
            {
                "upon": "children.entered.going",
                "if": "source.size > 1",
                "do": [{"emit": {"event": "rang", "data": {"times": "source.size"}}}],
            }
        ],
        relations={"children": {"owns": "child", "inverse": "parent", "label": "Con"}},
    )
    case = desk.add()
    small, big = (
        desk.add(module="child", owner=case, relation="children", values={"size": n}) for n in (1, 2)
    )
    desk.act(small, "go")
    assert "rang" not in desk.events()
    plan = desk.plan(big, "go")
    told = [one for one in plan.changes if isinstance(one, Occur) and one.record_id == case]
    assert [(one.event, one.source_id) for one in told] == [("children.entered.going", big), ("rang", None)]
    assert told[1].data == {"times": 2}
    assert plan.versions == {big: 1}  # the owner was only told


def test_reactions_without_an_end_are_stopped() -> None:
    desk = _desk({"upon": "edited", "do": [{"set": {"size": "record.size + 1"}}]})
    with pytest.raises(TooDeep):
        desk.act(desk.add(values={"size": 1}), "edit", {"said": "a"})


def test_a_service_event_lets_reactions_run_without_a_new_version() -> None:
    desk = _desk({"upon": "commented", "do": [{"emit": {"event": "rang", "people": ["event.people"]}}]})
    case = desk.add()
    plan = plan_event(desk.world, Actor(desk.office.an), case, "commented", people=(desk.office.binh,))
    assert plan.versions == {}
    desk.world.apply(plan)
    assert [(one.event, one.people) for one in desk.world.occurrences] == [
        ("commented", (desk.office.binh,)),
        ("rang", (desk.office.binh,)),
    ]


def test_a_reaction_may_move_where_the_table_lets_the_system() -> None:
    reactions = [{"upon": "joined.doer", "do": [{"move": "going"}]}]
    actions = {"take": {"effects": [{"add": {"role": "doer", "who": "actor"}}]}}
    free = cases(roles={"doer": {"label": "Làm"}}, reactions=reactions, actions=actions)
    case = free.add()
    free.act(case, "take")
    assert free.record(case).status == "going"


def test_a_reaction_does_not_move_past_the_table() -> None:
    desk = cases(
        roles={"doer": {"label": "Làm"}},
        reactions=[{"upon": "joined.doer", "do": [{"move": "going"}]}],
        actions={"take": {"effects": [{"add": {"role": "doer", "who": "actor"}}]}},
        transitions={"open": {"creator": ["going"]}},
    )
    case = desk.add()
    with pytest.raises(Refused):
        desk.act(case, "take")
    assert desk.holders(case, "doer") == []
