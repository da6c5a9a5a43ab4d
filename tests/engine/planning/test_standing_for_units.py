"""Who creates stands for the unit of the role that his column names, not for any unit chosen."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import Refused
from tests.engine import worlds
from tests.engine.planning.cases import Cases

UNITS = {
    "asking": {"of": "unit", "side": "desk", "label": "Bên hỏi"},
    "answering": {"of": "unit", "side": "desk", "label": "Bên trả lời"},
}


@pytest.fixture
def desk() -> Cases:
    workspace = worlds.workspace_of(
        worlds.CATEGORIES,
        worlds.desk(),
        worlds.module(roles={"creator": {"fill": "actor", "label": "Người tạo"}, **UNITS}, home="asking"),
        worlds.statuses(),
        worlds.matrix(units={"new": {"asking.head": ["create"]}}),
    )
    return Cases(worlds.office(workspace))


@pytest.mark.requirement("T-28", "T-104")
def test_a_unit_in_another_role_gives_no_right(desk: Cases) -> None:
    office = desk.office
    office.world.fill_slot(office.department, "desk", "head", office.an)
    own, other = (office.department,), (office.other_department,)
    desk.create({"name": "a", "asking": own, "answering": other})
    with pytest.raises(Refused):
        desk.create({"name": "b", "asking": other, "answering": own})
    with pytest.raises(Refused):
        desk.create({"name": "c", "answering": own})
