"""From when on a new holder of a place sees the records of his unit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from luongviec.engine.errors import InvalidInput
from luongviec.engine.world import SYSTEM
from luongviec.services import definitions
from luongviec.services.journal.writing import organisation_changed
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.record_page.reading import record_data
from luongviec.services.records import changing
from luongviec.services.units import making as units
from luongviec.services.units import slots as unit_slots
from luongviec.store.organisation.writes import add_sides
from tests.databases import BACKENDS, Database, Databases
from tests.services.house import MODULES, House
from tests.services.standing import shipped_house, standing_house


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.postgresql if name == "postgresql" else ()) for name in BACKENDS
    ]
)
def registry(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[House]:
    """A house where whoever handles documents sees those that come from his joining on."""
    database = databases.raw(request.param)
    yield standing_house(database, tmp_path / "house", "registry", _with_registry)
    database.close()


def _with_registry(database: Database, house_folder: Path) -> House:
    folder = house_folder / "incoming_document"
    shutil.copytree(MODULES / "incoming_document", folder)
    (path,) = (folder / "modules").glob("*.yaml")
    text = path.read_text(encoding="utf-8")
    line = "handling: {of: unit, side: registry, from: within registry"
    assert line in text
    path.write_text(text.replace(line, line + ", sees_from: joined"), encoding="utf-8")
    house = shipped_house(database, house_folder)
    definitions.load_definitions(house.platform, folder)
    for name in ("town", "works"):
        with house.platform.transaction() as work:
            add_sides(work.session, [(house.units[name], "registry")])
            organisation_changed(work)
    clerk = (house.users["clerk"],)
    units.fill_slot(house.platform, SYSTEM, house.units["town"], "registry", "clerk", clerk)
    return house


@pytest.mark.requirement("E-21", "W-11")
@pytest.mark.parametrize(("since", "seen"), [("now", 1), ("a day", 2), ("everything", 3)])
def test_a_new_holder_sees_from_the_chosen_moment_on(registry: House, since: str, seen: int) -> None:
    house = registry
    start = house.clock.now

    def document(name: str) -> None:
        raw = {
            "symbol": name, "sender": "Bộ Nội vụ", "received": "2026-11-23", "abstract": name,
            "registry": [house.units["town"]],
        }  # fmt: skip
        made = changing.create_record(house.platform, house.actor("clerk"), "incoming_document", raw)
        given = {"handling": [house.units["works"]], "to": []}
        house.act("clerk", made.record_id, "give", **given)

    document("1/BNV")
    house.clock.pass_by(days=5)
    document("2/BNV")
    house.clock.pass_by(days=5)
    moments = {"now": None, "a day": start + timedelta(days=3), "everything": unit_slots.EVERYTHING}
    newcomer = (house.users["other"],)
    unit_slots.fill_slot(
        house.platform, house.actor("admin"), house.units["works"], "registry", "officer", newcomer,
        since=moments[since],
    )  # fmt: skip
    document("3/BNV")
    page = list_records(house.platform, house.actor("other"), ListRequest("incoming_document"))
    assert len(page.rows) == seen
    data = record_data(house.platform, house.actor("other"), page.rows[0].record.id)
    assert data.record.id == page.rows[0].record.id
    with pytest.raises(InvalidInput):
        unit_slots.fill_slot(
            house.platform, house.actor("admin"), house.units["works"], "registry", "head", newcomer,
            since=house.clock.now + timedelta(days=1),
        )  # fmt: skip
