"""The people notation against a world: who is named, who is not, and why a choice is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from luongviec.engine.expressions.views import EventFacts
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.model import UnitSet, UnitSetKind
from luongviec.engine.people import is_among, members, people_of, refusal_of_candidate, units_in
from luongviec.engine.people_notation import parse_people
from luongviec.engine.world import Actor, Holder, HolderKind
from tests.engine.random_workspaces import worlds
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


@pytest.fixture
def place() -> Office:
    """An office of cases in a unit, with a worker and a helper field; its slots are filled."""
    found = office(
        workspace_of(
            CATEGORIES,
            desk(
                head={"abilities": ["take"]},
                clerk={"abilities": ["take"]},
                chief={"scope": "branch"},
                guard={},
            ),
            definition("user_groups", "user_groups", {"admins": {"name": "Quản trị", "may": []}}),
            module(
                fields={
                    "name": {"type": "text", "label": "Tên"},
                    "helper": {"type": "user", "label": "Người giúp"},
                },
                roles={
                    "worker": {"label": "Làm"},
                    "place": {"of": "unit", "side": "desk", "label": "Đơn vị"},
                    "guest_unit": {
                        "of": "unit", "side": "desk", "many": True, "speaks": ["head"], "label": "Đơn vị mời",
                    },
                },
                relations={"parts": {"owns": "case", "inverse": "whole", "tree": True, "label": "Phần"}},
                owner={"module": "case", "optional": True},
                derived_roles={
                    "part": {"via": "parts", "roles": ["worker", "place.head"], "label": "của phần"}
                },
            ),
            statuses(),
            matrix(),
        )
    )  # fmt: skip
    found.world.fill_slot(found.department, "desk", "head", found.an)
    found.world.fill_slot(found.department, "desk", "clerk", found.binh)
    found.world.fill_slot(found.department, "desk", "guard", found.chi)
    found.world.fill_slot(found.province, "desk", "head", found.dung)
    return found


def named(place: Office, notation: str, record: int | None = None, **around: object) -> set[int]:
    """Who is named; `is_among` must say the same of every person."""
    case = place.world.workspace.modules["case"]
    state = None if record is None else place.record(record)
    people = people_of(case, notation)
    found = members(place.world, people, record=state, **around)  # type: ignore[arg-type]
    for person in place.world.people:
        among = is_among(place.world, people, person, record=state, **around)  # type: ignore[arg-type]
        assert among is (person in found)
    return set(found)


@pytest.mark.requirement("T-29", "T-34", "C-55", "C-56", "C-90")
def test_forms_of_the_unit_in_a_role(place: Office) -> None:
    case = place.world.add_record("case", roles={"place": place.department, "worker": place.chi})
    assert named(place, "worker", case) == {place.chi}
    assert named(place, "place", case) == set()
    assert named(place, "place.head", case) == {place.an}
    assert named(place, "place.*", case) == {place.an, place.binh, place.chi}
    assert named(place, "place:take", case) == {place.an, place.binh}
    assert named(place, "place^.head", case) == {place.dung}


def test_a_unit_that_speaks_is_its_speaking_people(place: Office) -> None:
    case = place.world.add_record("case", roles={"guest_unit": [place.department, place.province]})
    assert named(place, "guest_unit", case) == {place.an, place.dung}


def test_branch_slots_are_read_in_the_units_above(place: Office) -> None:
    place.world.fill_slot(place.province, "desk", "chief", place.admin)
    case = place.world.add_record("case", roles={"place": place.division})
    assert named(place, "place.chief", case) == {place.admin}
    assert named(place, "place.head", case) == set()


def test_above_the_root_is_nobody(place: Office) -> None:
    case = place.world.add_record("case", roles={"place": place.province})
    assert named(place, "place^.head", case) == set()


def test_forms_without_a_record(place: Office) -> None:
    world = place.world
    assert named(place, "actor", actor=Actor(place.an)) == {place.an}
    assert named(place, "manager of actor", actor=Actor(place.binh)) == {place.an}
    assert named(place, "group:admins") == {place.admin}
    assert named(place, "side:desk.head") == {place.an, place.dung}
    assert named(place, "everyone") == set(world.people)
    assert named(place, "event.people", event=EventFacts("joined", people=(place.chi,))) == {place.chi}
    assert named(place, "input.who", input={"who": (place.an, place.chi)}) == {place.an, place.chi}


def test_derived_people_and_fields(place: Office) -> None:
    case = place.world.add_record("case", values={"helper": place.dung})
    place.world.add_record(
        "case", owner=case, relation="parts", roles={"worker": place.binh, "place": place.department}
    )
    assert named(place, "part.worker", case) == {place.binh}
    assert named(place, "part.place.head", case) == {place.an}
    assert named(place, "record.helper", case) == {place.dung}


def test_except_and_where_narrow(place: Office) -> None:
    case = place.world.add_record("case", roles={"worker": [place.an, place.binh, place.chi]})
    state = place.record(case)
    names = people_of(place.world.workspace.modules["case"], "worker")
    narrowed = replace(names, excepts=people_of(place.world.workspace.modules["case"], "actor").any)
    assert members(place.world, narrowed, record=state, actor=Actor(place.an)) == (place.binh, place.chi)
    assert not is_among(place.world, narrowed, place.an, record=state, actor=Actor(place.an))
    assert is_among(place.world, narrowed, place.binh, record=state, actor=Actor(place.an))
    unread = parse_people({"any": ["everyone"], "where": "not opened(person) and person.id < 4"}, _loose())
    place.world.open(case, place.binh)
    assert members(place.world, unread, record=state) == (place.an, place.chi)
    among = [is_among(place.world, unread, one, record=state) for one in (place.an, place.binh)]
    assert among == [True, False]


def _loose() -> object:
    from luongviec.engine.deciding.columns import PeopleNames

    return PeopleNames(loose=True)


@pytest.mark.requirement("T-33", "T-28")
def test_unit_sets(place: Office) -> None:
    case = place.record(place.world.add_record("case", roles={"place": place.department}))

    def units(kind: UnitSetKind, name: str) -> set[int]:
        return set(units_in(place.world, UnitSet(kind, name), record=case, actor=Actor(place.an)))

    assert units(UnitSetKind.BELOW, "place") == {place.division}
    assert units(UnitSetKind.WITHIN, "place") == {place.department, place.division}
    assert units(UnitSetKind.MINE, "take") == {place.department}
    assert units(UnitSetKind.SIDE, "desk") == set(place.world.units)


@pytest.mark.requirement("T-133")
def test_the_server_refuses_whoever_is_no_candidate(place: Office) -> None:
    case = place.record(place.world.add_record("case", roles={"place": place.department}))
    takers = people_of(place.world.workspace.modules["case"], "place:take")

    def refusal(person: int) -> object:
        return refusal_of_candidate(place.world, takers, Holder(HolderKind.USER, person), record=case)

    assert refusal(place.binh) is None
    assert "Lê Minh Chi" in str(refusal(place.chi))
    place.world.people[place.binh] = replace(place.world.people[place.binh], active=False)
    assert "khóa" in str(refusal(place.binh))


def test_the_server_refuses_units_outside_their_set(place: Office) -> None:
    case = place.record(place.world.add_record("case", roles={"place": place.department}))
    below = UnitSet(UnitSetKind.BELOW, "place")

    def refusal(unit: int) -> object:
        return refusal_of_candidate(
            place.world, below, Holder(HolderKind.UNIT, unit), record=case, side="desk"
        )

    assert refusal(place.division) is None
    assert refusal(place.other_department) is not None
    place.world.units[place.division] = replace(place.world.units[place.division], active=False)
    assert refusal(place.division) is not None


@pytest.mark.requirement("O-15")
def test_headings_are_looked_through(place: Office) -> None:
    """A node that carries no side only gathers units: who stands under it is directly below."""
    world = place.world
    heading = world.add_unit("1. Cơ quan chuyên môn", place.department)
    inner = world.add_unit("Nhóm", heading)
    gathered = world.add_unit("Phòng Nội vụ", inner, sides=["desk"])
    deeper = world.add_unit("Tổ", gathered, sides=["desk"])
    case = place.record(world.add_record("case", roles={"place": place.department}))
    below = units_in(world, UnitSet(UnitSetKind.BELOW, "place"), record=case)
    assert gathered in below
    assert place.division in below
    assert not {heading, inner, deeper} & set(below)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_members_and_is_among_agree(world: MemoryWorld) -> None:
    for record in world.records.values():
        module_of = world.in_force(record).module
        forms = [*module_of.roles, "everyone", "group:admins", "side:desk.head"]
        forms += [f"{prefix}.{role}" for prefix, one in module_of.derived_roles.items() for role in one.roles]
        for form in forms:
            people = people_of(module_of, form)
            found = members(world, people, record=record)
            assert len(found) == len(set(found))
            for person in world.people:
                assert is_among(world, people, person, record=record) is (person in found)
