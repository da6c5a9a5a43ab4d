"""Prints: what the reader may see, escaped, in one document that needs nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from luongviec.engine.errors import NotFound
from luongviec.engine.expressions.compiled import Context, parse_template
from luongviec.engine.model import Print
from luongviec.engine.prints import print_name, render_print
from luongviec.engine.sight import Sight
from luongviec.engine.text import Text
from luongviec.engine.world import SYSTEM, Actor
from tests.engine import worlds
from tests.engine.planning.cases import TEXT, Cases

BODY = """<p>{{ record.name }}|{{ record.secret }}|{{ record.doer | join }}|{{ count('children') }}</p>
{% for child in record.children %}<li>{{ child.name }}</li>{% endfor %}{{ viewer.name }}"""


@pytest.fixture
def desk() -> Cases:
    workspace = worlds.workspace_of(
        worlds.CATEGORIES,
        worlds.desk(),
        worlds.module(
            fields={"name": TEXT, "secret": TEXT},
            roles={"creator": {"fill": "actor", "label": "Người tạo"}, "doer": {"label": "Người làm"}},
            relations={"children": {"owns": "child", "inverse": "parent", "label": "Con"}},
        ),
        worlds.statuses(),
        worlds.matrix(
            groups={"*": {"everyone": ["view"]}},
            participants={"*": {"creator": ["view", "edit"]}},
            fields={"*": {"everyone": {"secret": "hidden"}, "creator": {"secret": "read"}}},
        ),
        worlds.module("child", owner="case"),
        worlds.statuses("child"),
        worlds.matrix("child", participants={"*": {"creator": ["view"]}}),
    )
    return Cases(worlds.office(workspace))


@pytest.fixture
def paper() -> Print:
    return Print("paper", "case", Text("Giấy", "Paper"), "a4", parse_template(BODY, Context.PRINT))


def _case(desk: Cases) -> int:
    office = desk.office
    case = desk.add(values={"name": "<b>Một & hai</b>", "secret": "kín"}, roles={"doer": office.binh})
    for name, creator in (("của An", office.an), ("của Bình", office.binh)):
        desk.world.add_record(
            "child", values={"name": name}, roles={"creator": creator}, owner=case, relation="children"
        )
    return case


@pytest.mark.requirement("T-129")
def test_it_holds_only_what_its_reader_may_see(desk: Cases, paper: Print) -> None:
    office, case = desk.office, _case(desk)
    own = render_print(desk.world, Actor(office.an), desk.record(case), paper)
    assert "&lt;b&gt;Một &amp; hai&lt;/b&gt;|kín|Trần Thị Bình|1</p>" in own
    assert "của An" in own
    assert "của Bình" not in own
    other = render_print(desk.world, Actor(office.binh), desk.record(case), paper)
    assert "||Trần Thị Bình|1</p>" in other
    assert "của Bình" in other
    assert "của An" not in other
    assert other.endswith("</html>\n")
    assert "<script" not in other


def test_who_may_not_view_gets_none(desk: Cases, paper: Print) -> None:
    (child,) = desk.world.children(_case(desk), "children")[:1]
    with pytest.raises(NotFound):
        render_print(desk.world, Actor(desk.office.chi), desk.record(child), paper)
    assert Sight(desk.world, SYSTEM).record(child) is not None


def test_its_file_is_called_by_number_or_title(desk: Cases, paper: Print) -> None:
    record = desk.record(_case(desk))
    assert print_name(desk.world, replace(record, title="Họp  a"), paper) == "Giấy Họp a.html"
    long = print_name(desk.world, replace(record, title="dài " * 200), paper)
    assert len(long) < 160
    assert long.endswith(".html")
