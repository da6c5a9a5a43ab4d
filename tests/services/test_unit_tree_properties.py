"""Whatever is done to the tree, it stays one tree: parents, paths, closure and order agree (C-84, U-30)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.world import SYSTEM
from luongviec.services.units import edits as unit_edits
from luongviec.services.units.data import UnitData
from luongviec.store.models import Unit, UnitClosure
from tests.services.house import House

RANDOM = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
PLACES = st.integers(0, 30)
STEPS = st.one_of(
    st.tuples(st.just("add"), PLACES, st.just(0)),
    st.tuples(st.just("move"), PLACES, PLACES),
    st.tuples(st.just("place"), PLACES, st.integers(-3, 3)),
    st.tuples(st.just("switch"), PLACES, st.integers(0, 1)),
    st.tuples(st.just("delete"), PLACES, st.just(0)),
)


def do(house: House, units: list[int], step: tuple[str, int, int]) -> None:
    """Do one step to units made so far; what the services refuse is left undone."""
    what, first, second = step
    unit_id = units[first % len(units)]
    try:
        if what == "add":
            units.append(
                unit_edits.add_unit(house.platform, SYSTEM, UnitData(f"Đơn vị {len(units)}", unit_id))
            )
        elif unit_id == units[0]:
            return
        elif what == "move":
            unit_edits.move_unit_below(house.platform, SYSTEM, unit_id, units[second % len(units)])
        elif what == "place":
            unit_edits.place_unit(house.platform, SYSTEM, unit_id, step=second)
        elif what == "switch":
            unit_edits.switch_unit(house.platform, SYSTEM, unit_id, bool(second))
        else:
            unit_edits.delete_unit(house.platform, SYSTEM, unit_id)
            units.remove(unit_id)
    except (InvalidInput, NotFound):
        return


def check(house: House) -> None:
    """Compare paths, closure, order and snapshot with what the parents say."""
    with house.platform.reading() as work:
        units = {unit.id: unit for unit in work.session.scalars(select(Unit))}
        closure: dict[int, set[int]] = {unit_id: set() for unit_id in units}
        for unit_id, ancestor_id in work.session.execute(
            select(UnitClosure.unit_id, UnitClosure.ancestor_id)
        ):
            closure[unit_id].add(ancestor_id)
        organisation = work.world.organisation
        for unit in units.values():
            above = list(_above(units, unit))
            assert unit.path == "/" + "".join(f"{one}/" for one in reversed(above))
            assert closure[unit.id] == set(above)
            assert organisation.units[unit.id].path == tuple(reversed(above))
            gone = [units[one] for one in above if units[one].deleted_at or not units[one].active]
            assert organisation.units[unit.id].active is not bool(gone)
        for parent_id, below in organisation.below.items():
            rows = [one for one in units.values() if one.parent_id == parent_id and one.deleted_at is None]
            assert below == [one.id for one in sorted(rows, key=lambda one: (one.position, one.id))]


def _above(units: dict[int, Unit], unit: Unit) -> Iterator[int]:
    seen: set[int] = set()
    here: Unit | None = unit
    while here is not None:
        assert here.id not in seen, "a circle"
        seen.add(here.id)
        yield here.id
        here = units.get(here.parent_id) if here.parent_id is not None else None


@pytest.mark.requirement("C-84", "U-30", "O-01", "O-05", "O-11")
@RANDOM
@given(steps=st.lists(STEPS, min_size=3, max_size=25))
def test_the_tree_stays_a_tree(house: House, steps: list[tuple[str, int, int]]) -> None:
    units = [unit_edits.add_unit(house.platform, SYSTEM, UnitData("Gốc", house.units["town"]))]
    for step in steps:
        do(house, units, step)
    check(house)
