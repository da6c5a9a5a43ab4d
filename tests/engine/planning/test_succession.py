"""Others take the places of those who go: what roles promise holds, chains and fields follow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from luongviec.engine.errors import InvalidInput
from luongviec.engine.planning.plan import Plan
from luongviec.engine.planning.succession import plan_succession
from luongviec.engine.world import Actor, Holder, HolderKind
from tests.engine.planning.cases import Cases, cases

WHO = [{"name": "to", "type": "user", "label": "Ai"}]
ROLES = {
    "doer": {"label": "Người làm", "keeps": "past", "needs": 1},
    "past": {"label": "Từng làm", "fill": "none"},
    "boss": {"label": "Người giao", "many": False, "excludes": ["doer"], "on_clash": "refuse"},
    "watcher": {"label": "Người dõi", "excludes": ["doer"], "on_clash": "give_way"},
    "pair": {"label": "Hai người", "needs": 2, "from": "place.head"},
    "place": {"of": "unit", "side": "desk", "label": "Nơi làm"},
    "guests": {"of": "unit", "side": "desk", "many": True, "label": "Nơi phối hợp"},
}
FIELDS = {
    "expert": {"type": "user", "label": "Chuyên gia"},
    "experts": {"type": "user", "many": True, "label": "Các chuyên gia"},
    "seat": {"type": "unit", "label": "Trụ sở"},
}
ACTIONS = {
    "give": {"input": WHO, "effects": [{"hand_over": {"role": "doer", "to": "input.to"}}]},
    "refuse": {"effects": [{"hand_back": {"role": "doer"}}]},
}


@pytest.fixture
def desk() -> Cases:
    return cases(roles=ROLES, actions=ACTIONS, fields=FIELDS)


def user(one: int) -> Holder:
    return Holder(HolderKind.USER, one)


def unit(one: int) -> Holder:
    return Holder(HolderKind.UNIT, one)


def plan(desk: Cases, case: int, old: Holder, new: Holder, **words: object) -> Plan:
    return plan_succession(desk.world, Actor(desk.office.admin), case, {old: new}, reason="Nghỉ", **words)  # type: ignore[arg-type]


def succeed(desk: Cases, case: int, old: Holder, new: Holder, **words: object) -> None:
    desk.world.apply(plan(desk, case, old, new, **words))


@pytest.mark.requirement("U-32", "W-46")
def test_every_role_and_field_passes_under_one_entry_and_nobody_is_told(desk: Cases) -> None:
    an, binh, chi = desk.office.an, desk.office.binh, desk.office.chi
    values = {"expert": an, "experts": (an, chi), "seat": desk.office.division}
    case = desk.add(roles={"doer": an, "past": an}, values=values)
    told = len(desk.world.occurrences)
    succeed(desk, case, user(an), user(binh))
    assert desk.holders(case, "doer") == desk.holders(case, "past") == desk.holders(case, "creator") == [binh]
    assert (desk.value(case, "expert"), desk.value(case, "experts")) == (binh, (binh, chi))
    assert desk.value(case, "seat") == desk.office.division
    (entry,) = desk.entries(case)
    assert (entry.action, entry.actor, entry.reason) == ("succession", Actor(desk.office.admin), "Nghỉ")
    assert len(desk.world.occurrences) == told
    assert desk.record(case).created_by == an  # who made it did make it


@pytest.mark.requirement("U-32")
def test_only_the_chosen_places_pass(desk: Cases) -> None:
    an, binh = desk.office.an, desk.office.binh
    case = desk.add(roles={"doer": an}, values={"expert": an})
    succeed(desk, case, user(an), user(binh), places=("expert",))
    assert (desk.holders(case, "doer"), desk.value(case, "expert")) == ([an], binh)


def test_whoever_stands_there_already_is_there_once(desk: Cases) -> None:
    an, binh = desk.office.an, desk.office.binh
    case = desk.add(roles={"doer": (an, binh), "creator": binh}, values={"experts": (an, binh)})
    succeed(desk, case, user(an), user(binh))
    assert desk.holders(case, "doer") == [binh]
    assert desk.value(case, "experts") == (binh,)


def test_nothing_is_planned_where_nobody_of_them_stands(desk: Cases) -> None:
    case = desk.add(roles={"doer": desk.office.an, "creator": desk.office.an})
    nothing = plan(desk, case, user(desk.office.chi), user(desk.office.binh))
    assert (nothing.changes, nothing.entries, nothing.versions) == ((), (), {})


@pytest.mark.requirement("U-32", "W-46")
def test_what_is_handed_back_comes_to_the_successor(desk: Cases) -> None:
    an, binh, chi, dung = desk.office.an, desk.office.binh, desk.office.chi, desk.office.dung
    case = desk.add(roles={"doer": an})
    desk.act(case, "give", {"to": binh}, who=an)
    desk.act(case, "give", {"to": chi}, who=binh)
    succeed(desk, case, user(binh), user(dung))
    desk.act(case, "refuse", who=chi)
    assert desk.holders(case, "doer") == [dung]
    succeed(desk, case, user(dung), user(an))  # who gave and who received are one now: no link is left
    assert desk.holders(case, "doer") == [an]
    assert desk.record(case).hand_overs == ()


@pytest.mark.requirement("W-46")
def test_a_clash_refuses_or_gives_way_as_the_role_says(desk: Cases) -> None:
    an, binh = desk.office.an, desk.office.binh
    refused = desk.add(roles={"doer": an, "boss": binh})
    with pytest.raises(InvalidInput) as caught:
        plan(desk, refused, user(an), user(binh))
    assert "không thể vừa là" in caught.value.errors[""][0].vi
    assert desk.holders(refused, "doer") == [an]
    gives_way = desk.add(roles={"doer": an, "watcher": binh})
    told = len(desk.world.occurrences)
    succeed(desk, gives_way, user(an), user(binh))
    assert (desk.holders(gives_way, "doer"), desk.holders(gives_way, "watcher")) == ([binh], [])
    assert len(desk.world.occurrences) == told


@pytest.mark.requirement("W-46")
def test_no_role_falls_below_what_it_needs(desk: Cases) -> None:
    an, binh = desk.office.an, desk.office.binh
    case = desk.add(roles={"pair": (an, binh)})
    with pytest.raises(InvalidInput) as caught:
        plan(desk, case, user(an), user(binh))
    assert "cần ít nhất 2" in caught.value.errors[""][0].vi
    succeed(desk, case, user(an), user(desk.office.chi))  # whom `from` would offer does not count
    assert sorted(desk.holders(case, "pair")) == [binh, desk.office.chi]


@pytest.mark.requirement("U-32", "O-14")
def test_nobody_inactive_and_no_unit_without_the_side_comes_after(desk: Cases) -> None:
    an, binh, world = desk.office.an, desk.office.binh, desk.world
    case = desk.add(roles={"doer": an, "place": desk.office.department})
    world.people[binh] = replace(world.people[binh], active=False)
    with pytest.raises(InvalidInput):
        plan(desk, case, user(an), user(binh))
    bare = world.add_unit("Tổ mới")
    with pytest.raises(InvalidInput) as caught:
        plan(desk, case, unit(desk.office.department), unit(bare))
    assert "không mang vai trò" in caught.value.errors[""][0].vi
    succeed(desk, case, unit(desk.office.department), unit(desk.office.other_department))
    assert desk.holders(case, "place") == [desk.office.other_department]


@pytest.mark.requirement("O-14")
def test_two_units_of_one_role_become_one(desk: Cases) -> None:
    one, two, heir = desk.office.department, desk.office.division, desk.office.other_department
    case = desk.add(roles={"guests": (one, two), "place": one})
    made = plan_succession(
        desk.world, Actor(desk.office.admin), case, {unit(one): unit(heir), unit(two): unit(heir)}
    )
    desk.world.apply(made)
    assert desk.holders(case, "guests") == desk.holders(case, "place") == [heir]
