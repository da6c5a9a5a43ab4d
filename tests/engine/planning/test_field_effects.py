"""The effects `set` and `append`: what they change, repeats, events, history, the way back."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import InvalidInput, Refused
from luongviec.engine.planning.plan import SetValues
from tests.engine.planning.cases import NUMBER, TEXT, Cases, cases

FILES = {"type": "files", "label": "Tệp"}


@pytest.fixture
def desk() -> Cases:
    return cases(
        fields={
            "size": NUMBER,
            "note": TEXT,
            "files": FILES,
            "tens": {**NUMBER, "computed": "record.size * 10"},
        },
        actions={
            "resize": {
                "input": [{"name": "to", "type": "number", "label": "Đến"}],
                "effects": [{"set": {"size": "input.to"}}, {"set": {"note": "record.size"}}],
                "undo": 5,
            },
            "attach_more": {
                "input": [{"name": "more", "type": "files", "label": "Tệp"}],
                "effects": [{"append": {"files": "input.more"}}],
                "undo": 5,
            },
        },
    )


def test_set_reads_the_record_as_it_was_before(desk: Cases) -> None:
    case = desk.add(values={"size": 1})
    desk.act(case, "resize", {"to": 2})
    assert (desk.value(case, "size"), desk.value(case, "note")) == (2, 1)


def test_computed_fields_follow_in_the_same_entry(desk: Cases) -> None:
    case = desk.add(values={"size": 1})
    desk.act(case, "resize", {"to": 2})
    assert desk.value(case, "tens") == 20
    (entry,) = desk.entries(case)
    assert entry.action == "resize"


def test_one_edited_event_names_all_fields(desk: Cases) -> None:
    case = desk.add(values={"size": 1})
    desk.act(case, "resize", {"to": 2})
    (edited,) = [one for one in desk.world.occurrences if one.event == "edited"]
    assert edited.data["fields"] == ("size", "note")


def test_the_same_value_leaves_no_row_and_no_event(desk: Cases) -> None:
    case = desk.add(values={"size": 2, "note": 2, "tens": 20})
    plan = desk.plan(case, "resize", {"to": 2})
    assert plan.changes == ()
    assert plan.versions == {}


def test_set_is_taken_back(desk: Cases) -> None:
    case = desk.add(values={"size": 1, "tens": 10})
    plan = desk.plan(case, "resize", {"to": 2})
    desk.world.apply(plan)
    desk.undo(plan)
    assert desk.value(case, "size") == 1
    assert desk.value(case, "note") is None
    assert desk.value(case, "tens") == 10


def test_append_drops_duplicates(desk: Cases) -> None:
    case = desk.add(values={"files": (1, 2)})
    plan = desk.plan(case, "attach_more", {"more": (2, 3)})
    (change,) = [one for one in plan.changes if isinstance(one, SetValues)]
    assert change.before == {"files": (1, 2)}
    assert change.after == {"files": (1, 2, 3)}
    desk.world.apply(plan)
    desk.undo(plan)
    assert desk.value(case, "files") == (1, 2)


def test_unknown_inputs_are_refused(desk: Cases) -> None:
    case = desk.add()
    with pytest.raises(InvalidInput) as caught:
        desk.plan(case, "resize", {"to": 2, "size": 3})
    assert set(caught.value.errors) == {"size"}


def test_undo_is_for_who_did_it_and_for_a_while(desk: Cases) -> None:
    case = desk.add(values={"size": 1})
    plan = desk.plan(case, "resize", {"to": 2})
    desk.world.apply(plan)
    with pytest.raises(Refused):
        desk.undo(plan, who=desk.office.binh)
    assert desk.value(case, "size") == 2
