"""Making records: rows, inline records, defaults, prefill, numbers, copies, refusals."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.planning.plan import CopyFiles, CreateRecord
from luongviec.engine.planning.planner import plan_create
from luongviec.engine.world import Actor
from tests.engine.planning.cases import NUMBER, TEXT, YES, Cases, cases, definitions

WATCHER = {"label": "Người xem"}
PAPER = definitions("paper", fields={"symbol": {**TEXT, "required": True}})
ROWS = [
    {"field": "name"},
    {"field": "paper"},
    {
        "name": "rows",
        "type": "rows",
        "required": True,
        "label": "Giao cho",
        "columns": [{"role": "doer"}, {"field": "size"}],
    },
]


@pytest.fixture
def desk() -> Cases:
    return cases(
        *PAPER,
        fields={
            "name": {**TEXT, "required": True},
            "size": {**NUMBER, "default": "7"},
            "why": {**TEXT, "required_when": "record.size > 10"},
            "paper": {"type": "record", "of": "paper", "inline": True, "label": "Văn bản"},
        },
        roles={"doer": {"label": "Người làm", "needs": 1}, "watcher": {**WATCHER, "default": "creator"}},
        actions={"create": {"input": ROWS, "spread": "input.rows"}},
    )


@pytest.mark.requirement("T-16", "T-43")
def test_one_record_for_each_row_with_what_they_share(desk: Cases) -> None:
    rows = ({"doer": (desk.office.an,), "size": 1}, {"doer": (desk.office.binh,)})
    applied = desk.create({"name": "Chung", "rows": rows})
    first, second = (desk.record(applied.id(one)) for one in (-1, -2))
    assert (first.values["name"], second.values["name"]) == ("Chung", "Chung")
    assert (first.values["size"], second.values["size"]) == (1, 7)
    assert desk.holders(second.id, "doer") == [desk.office.binh]
    assert [entry.action for entry in applied.entries] == ["create", "create"]


@pytest.mark.requirement("T-16", "T-46", "T-111")
def test_rows_are_all_or_none_and_tell_every_error(desk: Cases) -> None:
    rows = ({"doer": (desk.office.an,)}, {"doer": ()}, {"size": 20, "doer": (desk.office.an,)})
    with pytest.raises(InvalidInput) as caught:
        desk.create({"name": "", "rows": rows})
    assert set(caught.value.errors) == {"name", "rows.1.doer", "why"}
    assert desk.world.records == {}


@pytest.fixture
def blocks() -> Cases:
    """A desk whose form may ask again: one paper, several cases, each for several people."""
    create = {
        "spread": "input.rows",
        "repeat": ["name", "size", "rows"],
        "input": [{"field": "name"}, {"field": "paper"}, {"field": "size"}, ROWS[-1]],
    }
    return cases(
        *PAPER,
        fields={
            "name": {**TEXT, "required": True},
            "size": NUMBER,
            "paper": {"type": "record", "of": "paper", "inline": True, "label": "Văn bản"},
        },
        roles={"doer": {"label": "Người làm", "needs": 1}},
        actions={"create": create},
    )


@pytest.mark.requirement("T-43", "T-45", "T-138")
def test_blocks_make_further_records_that_share_what_is_entered_once(blocks: Cases) -> None:
    an, binh = blocks.office.an, blocks.office.binh
    again = {"name": "Hai", "size": 5, "rows": ({"doer": (an,)}, {"doer": (binh,), "size": 9})}
    blocks.create(
        {"name": "Một", "paper": {"symbol": "12/CV"}, "rows": ({"doer": (binh,)},), "more": (again,)}
    )
    made = [one for one in blocks.world.records.values() if one.module == "case"]
    # What a row leaves empty it takes from its block, not from another one.
    sizes = [(one.values["name"], one.values.get("size")) for one in made]
    assert sizes == [("Một", None), ("Hai", 5), ("Hai", 9)]
    papers = {one.id for one in blocks.world.records.values() if one.module == "paper"}
    assert len(papers) == 1
    assert {one.values["paper"] for one in made} == papers


@pytest.mark.requirement("T-45", "T-111")
def test_errors_of_blocks_stand_where_they_were_typed(blocks: Cases) -> None:
    again = {"name": "", "rows": ({"doer": ()},)}
    with pytest.raises(InvalidInput) as caught:
        blocks.create({"name": "Một", "rows": (), "more": (again,)})
    assert set(caught.value.errors) == {"rows", "more.0.name", "more.0.rows.0.doer"}
    assert blocks.world.records == {}


def test_no_row_is_an_error(desk: Cases) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk.create({"name": "Chung", "rows": ()})
    assert set(caught.value.errors) == {"rows"}


@pytest.mark.requirement("T-22", "T-138")
def test_an_inline_record_is_made_once_and_shared(desk: Cases) -> None:
    rows = ({"doer": (desk.office.an,)}, {"doer": (desk.office.binh,)})
    desk.create({"name": "Chung", "paper": {"symbol": "12/CV"}, "rows": rows})
    papers = [one.id for one in desk.world.records.values() if one.module == "paper"]
    assert len(papers) == 1
    assert {one.values["paper"] for one in desk.world.records.values() if one.module == "case"} == set(papers)


@pytest.mark.requirement("T-27")
def test_an_inline_record_keeps_its_own_rules(desk: Cases) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk.create({"name": "Chung", "paper": {"symbol": ""}, "rows": ({"doer": (desk.office.an,)},)})
    assert set(caught.value.errors) == {"paper.symbol"}


@pytest.mark.requirement("T-31")
def test_a_role_default_names_another_role(desk: Cases) -> None:
    applied = desk.create({"name": "Chung", "rows": ({"doer": (desk.office.binh,)},)})
    assert desk.holders(applied.id(-1), "watcher") == [desk.office.an]


def test_events_of_a_creation(desk: Cases) -> None:
    desk.create({"name": "Chung", "rows": ({"doer": (desk.office.binh,)},)})
    assert desk.events() == ["created", "entered.open", "joined.creator", "joined.doer", "joined.watcher"]


def test_what_the_form_does_not_ask_is_refused(desk: Cases) -> None:
    row = {"doer": (desk.office.an,)}
    with pytest.raises(InvalidInput) as caught:
        desk.create({"name": "Chung", "watcher": (desk.office.chi,), "rows": (row,)})
    assert set(caught.value.errors) == {"watcher"}


def test_nobody_makes_what_he_may_not(desk: Cases) -> None:
    outside = cases(*PAPER, owner="paper")
    with pytest.raises(Refused):
        outside.create({"name": "Một"})
    with pytest.raises(NotFound):
        outside.create({"name": "Một"}, module="nothing")


# --- Children -----------------------------------------------------------------------------------------


@pytest.fixture
def family() -> Cases:
    child = definitions(
        "child",
        owner="case",
        fields={
            "size": {**NUMBER, "required": True},
            "copy_of": TEXT,
            "files": {"type": "files", "label": "Tệp"},
        },
        roles={"doer": {"label": "Người làm"}},
    )
    return cases(
        *child,
        fields={
            "total": {**NUMBER, "computed": "sum('children', 'size')"},
            "files": {"type": "files", "label": "T"},
        },
        roles={"doers": {"label": "Những người làm"}},
        relations={
            "children": {
                "owns": "child",
                "inverse": "parent",
                "ordered": True,
                "label": "Con",
                "prefill": {"name": "record.name", "doer": "record.creator"},
            }
        },
        actions={
            "split": {
                "effects": [
                    {
                        "create": {
                            "relation": "children",
                            "for_each": "record.doers",
                            "as": "made",
                            "set": {"size": 5},
                            "roles": {"doer": "row"},
                            "copy": ["files", "attachments"],
                            "as_system": True,
                        }
                    },
                    {"set": {"name": "made.made | length"}},
                ]
            },
            "spoil": {"effects": [{"set": {"name": "'mất'"}}, {"create": {"relation": "children"}}]},
        },
    )


def test_a_child_takes_prefill_place_and_owner(family: Cases) -> None:
    case = family.add(values={"name": "Cha"})
    for size in (3, 4):
        family.create({"size": size}, module="child", owner_id=case, relation="children")
    first, second = family.world.children(case, "children")
    assert family.record(first).values["name"] == "Cha"
    assert family.holders(first, "doer") == [family.office.an]
    assert (family.record(first).position, family.record(second).position) == (1, 2)
    assert family.value(case, "total") == 7


@pytest.mark.requirement("T-35")
def test_create_runs_for_each_and_copies(family: Cases) -> None:
    office = family.office
    case = family.add(values={"name": "Cha", "files": (4,)}, roles={"doers": (office.binh, office.chi)})
    plan = family.plan(case, "split")
    assert [one.to_id for one in plan.changes if isinstance(one, CopyFiles)] == [-1, -2]
    family.world.apply(plan)
    children = family.world.children(case, "children")
    assert [family.holders(one, "doer") for one in children] == [[office.binh], [office.chi]]
    assert family.record(children[0]).values["files"] == (4,)
    assert family.value(case, "name") == 2


def test_the_entries_of_what_was_made_point_to_the_cause(family: Cases) -> None:
    case = family.add(roles={"doers": (family.office.binh,)})
    plan = family.plan(case, "split")
    assert [(entry.action, entry.caused_by) for entry in plan.entries] == [("split", None), ("create", 0)]


def test_a_failing_creation_undoes_the_whole_action(family: Cases) -> None:
    case = family.add(values={"name": "Cha"})
    with pytest.raises(InvalidInput) as caught:
        family.act(case, "spoil")
    assert set(caught.value.errors) == {""}  # the form has no such input
    assert family.value(case, "name") == "Cha"


def test_adding_a_child_does_not_stop_others_from_adding() -> None:
    desk = cases(
        *definitions("child", owner="case"),
        relations={"children": {"owns": "child", "inverse": "parent", "label": "Con"}},
    )
    case, actor = desk.add(), Actor(desk.office.an)
    first, second = (
        plan_create(desk.world, actor, "child", {"name": name}, owner_id=case, answers=YES) for name in "ab"
    )
    assert first.versions == second.versions == {}
    for plan in (first, second):
        desk.world.apply(plan)
    assert len(desk.world.children(case, "children")) == 2


def test_a_child_of_no_relation_is_not_found(family: Cases) -> None:
    case = family.add()
    with pytest.raises(NotFound):
        family.create({"size": 1}, module="child", owner_id=case, relation="cousins")


# --- Numbers ------------------------------------------------------------------------------------------


def _numbered(at: str) -> Cases:
    return cases(
        fields={"number": TEXT},
        roles={"unit": {"label": "Đơn vị", "of": "unit", "side": "desk"}},
        home="unit",
        number={
            "field": "number",
            "pattern": "{{ counter | pad(3) }}/{{ home.code }}-{{ year }}",
            "per": ["unit", "year"],
            "at": at,
        },
        actions={"go": {"effects": [{"move": "going"}]}, "back": {"effects": [{"move": "open"}]}},
    )


@pytest.mark.requirement("M-06")
def test_numbers_count_by_unit_and_year() -> None:
    numbered = _numbered("create")
    office = numbered.office
    made = [
        numbered.create({"name": "x", "unit": (unit,)}).id(-1)
        for unit in (office.department, office.department, office.other_department)
    ]
    assert [numbered.value(one, "number") for one in made] == [
        "001/SNV-2026",
        "002/SNV-2026",
        "001/STC-2026",
    ]


def test_a_status_numbers_once() -> None:
    numbered = _numbered("going")
    case = numbered.create({"name": "x", "unit": (numbered.office.department,)}).id(-1)
    assert numbered.value(case, "number") is None
    for action in ("go", "back", "go"):
        numbered.act(case, action)
    assert numbered.value(case, "number") == "001/SNV-2026"


def test_records_are_made_in_order(family: Cases) -> None:
    case = family.add(roles={"doers": (family.office.binh, family.office.chi)})
    made = [one.record_id for one in family.plan(case, "split").changes if isinstance(one, CreateRecord)]
    assert made == [-1, -2]


def test_a_relation_takes_no_more_than_it_says() -> None:
    desk = cases(
        *definitions("child", owner="case"),
        relations={"children": {"owns": "child", "inverse": "parent", "one": True, "label": "Con"}},
    )
    case = desk.add()
    desk.create({"name": "một"}, module="child", owner_id=case)
    with pytest.raises(Refused):
        desk.create({"name": "hai"}, module="child", owner_id=case)
