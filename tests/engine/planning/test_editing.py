"""What `edit` may change: not past the actions that a role has of its own."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import InvalidInput
from luongviec.engine.planning.editing import edit_inputs
from tests.engine.planning.cases import NUMBER, TEXT, Cases, cases

ROLES = {
    "doer": {"label": "Làm"},
    "helper": {"label": "Giúp"},
    "watcher": {"label": "Xem"},
    "past": {"label": "Đã làm", "fill": "none"},
}
ACTIONS = {
    "forward": {
        "input": [{"name": "to", "type": "user", "label": "Đến"}],
        "effects": [{"hand_over": {"role": "doer", "to": "input.to"}}],
    },
    "reassign": {
        "input": [{"role": "helper"}],
        "effects": [{"replace": {"role": "helper", "who": "input.helper"}}],
    },
}


def _names(desk: Cases) -> list[str]:
    return [one.name for one in edit_inputs(desk.world.workspace.modules["case"])]


@pytest.mark.requirement("T-64", "T-74")
@pytest.mark.parametrize("role", ["doer", "helper"])
def test_a_role_with_actions_of_its_own_is_not_edited(role: str) -> None:
    desk = cases(fields={"size": NUMBER}, roles=ROLES, actions=ACTIONS)
    assert _names(desk) == ["name", "size", "watcher"]
    case = desk.add(roles={role: desk.office.binh})
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "edit", {role: (desk.office.chi,)})
    assert set(caught.value.errors) == {role}
    assert desk.plan(case, "edit", {role: (desk.office.binh,)}).changes == ()  # sent back as it was shown
    desk.act(case, "edit", {"watcher": (desk.office.chi,)})
    assert desk.holders(case, "watcher") == [desk.office.chi]


def test_what_edit_names_is_all_that_it_changes() -> None:
    edit = {"label": "Sửa", "input": [{"field": "name"}, {"role": "doer"}]}
    desk = cases(fields={"size": NUMBER}, roles=ROLES, actions={**ACTIONS, "edit": edit})
    case = desk.add(values={"name": "a", "size": 1}, roles={"doer": desk.office.binh})
    desk.act(case, "edit", {"name": "b", "size": 1, "doer": (desk.office.chi,)})
    assert (desk.value(case, "name"), desk.holders(case, "doer")) == ("b", [desk.office.chi])
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "edit", {"size": 2, "watcher": (desk.office.chi,), "past": (desk.office.chi,)})
    assert set(caught.value.errors) == {"size", "watcher", "past"}


def test_what_edit_does_not_ask_is_not_demanded() -> None:
    edit = {"label": "Sửa", "input": [{"field": "name"}]}
    desk = cases(fields={"must": {**TEXT, "required": True}}, actions={"edit": edit})
    case = desk.add(values={"name": "a"})
    desk.act(case, "edit", {"name": "b"})
    assert desk.value(case, "name") == "b"
