"""The real chart of the province stands as one tree, with headings that hold nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from luongviec.engine.world import SYSTEM
from luongviec.services import definitions
from luongviec.services.units import making as units
from luongviec.services.units.making import UnitNode
from luongviec.store.models import Unit
from tests.services.house import House

CHART = Path(__file__).parents[2] / "demo" / "org_tree.yaml"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")

Node = Mapping[str, Any]


@pytest.fixture(scope="module")
def chart() -> Node:
    found: Node = YAML(typ="safe").load(CHART.read_text(encoding="utf-8"))
    return found


def walk(node: Node, above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    yield node, above
    for child in node.get("children", ()):
        yield from walk(child, (*above, node))


@pytest.mark.requirement("O-02", "O-07")
def test_nine_branches_stand_below_the_province(chart: Node) -> None:
    branches = chart["children"]
    assert [branch["name"].partition(".")[0] for branch in branches] == list(ROMAN)
    districts = branches[8]["children"]
    assert len(districts) == 10
    assert {one["kind"] for one in districts} == {"district"}
    assert any(child["kind"] == "commune" for one in districts for child, _ in walk(one))


@pytest.mark.requirement("O-03")
def test_only_the_first_branch_is_divided_into_numbered_groups(chart: Node) -> None:
    first, *others = chart["children"]
    assert [one["name"].partition(".")[0] for one in first["children"]] == list("123456")
    assert {one["kind"] for one in first["children"]} == {"group"}
    for branch in others:
        assert not any(re.match(r"\d\. ", one["name"]) for one in branch.get("children", ()))


@pytest.mark.requirement("O-04")
def test_agencies_have_rooms_and_centres_of_their_own(chart: Node) -> None:
    agencies = [node for node, _ in walk(chart) if node.get("kind") == "department" and node.get("children")]
    assert len(agencies) >= 20
    inner = {child.get("kind") for agency in agencies for child in agency["children"]}
    assert {"division", "centre"} <= inner


@pytest.mark.requirement("O-05", "O-06", "O-15")
def test_deep_branches_and_headings_are_taken_as_they_are(house: House, chart: Node) -> None:
    kinds = definitions.workspace(house.platform).unit_kinds
    depths = [len(above) for _, above in walk(chart)]
    assert max(depths) == 6
    headings = [node for node, _ in walk(chart) if node.get("kind") and kinds[node["kind"]].heading]
    inside_a_district = [
        node for node, above in walk(chart)
        if node in headings and any(one.get("kind") == "district" for one in above)
    ]  # fmt: skip
    assert inside_a_district
    assert all(node.get("children") for node in headings)


@pytest.mark.requirement("O-01", "O-08", "O-09", "O-11")
def test_the_whole_chart_is_loaded_in_its_order_with_a_code_for_each(house: House, chart: Node) -> None:
    def made(node: Node) -> UnitNode:
        return UnitNode(
            node["name"], node.get("kind"), "", tuple(made(one) for one in node.get("children", ()))
        )

    ids = units.import_tree(house.platform, SYSTEM, made(chart), sides_by_kind={})
    count = sum(1 for _ in walk(chart))
    assert len(ids) == count
    with house.platform.reading() as work:
        rows = [work.session.get_one(Unit, one) for one in ids.values()]
        codes = [row.code for row in rows]
        names = [row.name for row in rows]
        tree = work.world.organisation
        root = next(row for row in rows if row.parent_id is None)
        below = [tree.units[one].name for one in tree.below[root.id]]
    assert len(set(codes)) == count
    assert len(set(names)) < count  # equal names stand side by side: the code tells them apart
    assert below == [" ".join(one["name"].split()) for one in chart["children"]]
    assert "Phòng Thử nghiệm" in names
