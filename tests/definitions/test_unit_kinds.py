"""Kinds of unit, and sides that say where people work."""

from __future__ import annotations

import pytest

from luongviec.engine.compiler import Compiled, compile_workspace

from . import small

KINDS = """\
unit_kinds:
  body:      {name: {vi: Cơ quan, en: Body}}
  gathering: {name: {vi: Nhóm, en: Group}, heading: true}
format: 1
"""


def read(side_words: str, kinds: str = KINDS) -> Compiled:
    files = {"sides/office.yaml": small.SIDE + side_words, "unit_kinds.yaml": kinds}
    return compile_workspace(small.definitions(**files))


@pytest.mark.requirement("O-15")
def test_a_heading_carries_no_side_even_where_the_side_names_no_kinds():
    workspace = read("").require_workspace()
    assert [side.code for side in workspace.sides_for("body")] == ["office"]
    assert [side.code for side in workspace.sides_for(None)] == ["office"]
    assert workspace.sides_for("gathering") == ()
    assert workspace.unit_kinds["gathering"].name.in_language("en") == "Group"


@pytest.mark.requirement("O-15")
def test_a_side_keeps_to_the_kinds_that_it_names():
    workspace = read("kinds: [body]\n").require_workspace()
    assert workspace.sides["office"].kinds == {"body"}
    assert workspace.sides_for(None) == ()


def test_a_side_that_names_an_unknown_kind_is_a_problem_at_the_name():
    (unknown,) = (one for one in read("kinds: [bodi]\n").problems if one.code == "E115")
    assert str(unknown.place).startswith("sides/office.yaml:")
    assert unknown.hint is not None
    assert "body" in unknown.hint.in_language("en")


@pytest.mark.requirement("U-11")
def test_a_side_says_whether_its_people_work_in_the_unit():
    assert read("belonging: true\n").require_workspace().sides["office"].belonging
    assert not read("").require_workspace().sides["office"].belonging


@pytest.mark.requirement("U-11", "O-15")
def test_the_shipped_definitions_know_one_place_of_work_and_two_headings(compiled):
    workspace = compiled.require_workspace()
    assert [side.code for side in workspace.sides.values() if side.belonging] == ["office"]
    assert {code for code, kind in workspace.unit_kinds.items() if kind.heading} == {"block", "group"}
