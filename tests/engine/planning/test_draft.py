"""The draft: what it lays over the world is read everywhere, what it kept stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from luongviec.engine.planning.draft import Draft, empty_record
from tests.engine.planning.cases import Cases, cases, definitions

BOND = {"links": "case", "inverse": "before", "label": "Sau"}


@pytest.fixture
def desk() -> Cases:
    return cases(
        *definitions("child", owner="case", fields={"of": {"type": "record", "of": "case", "label": "Của"}}),
        relations={"children": {"owns": "child", "inverse": "parent", "label": "Con"}, "after": BOND},
    )


def _new(draft: Draft, owner: int | None = None, **values: object) -> int:
    record_id = draft.new_id()
    module = "case" if owner is None else "child"
    state = empty_record(record_id, module, module, "open", draft.now, values)  # type: ignore[arg-type]
    draft.put(replace(state, owner_id=owner, owner_relation="children" if owner is not None else None))
    return record_id


def test_new_records_stand_after_the_old_ones(desk: Cases) -> None:
    case = desk.add()
    old = desk.add(module="child", owner=case, relation="children", position=1)
    draft = Draft(desk.world)
    first, second = _new(draft, case), _new(draft, case)
    assert (first, second) == (-1, -2)
    assert draft.children(case, "children") == (old, first, second)
    draft.change(second, position=0)
    assert draft.children(case, "children") == (second, old, first)


def test_deleted_ones_are_gone_from_everything_but_record(desk: Cases) -> None:
    case, other = desk.add(), desk.add()
    child = desk.add(module="child", owner=case, relation="children", values={"of": other})
    desk.world.link("case", "after", case, other)
    draft = Draft(desk.world)
    draft.change(child, deleted_at=draft.now)
    draft.change(other, deleted_at=draft.now)
    assert not draft.children(case, "children")
    assert draft.deleted_children(case) == (child,)
    assert not draft.referring(other, "child", "of")
    assert not draft.linked(case, "case", "after", forward=True)
    assert draft.record(child) is not None


def test_links_and_references_follow_the_draft(desk: Cases) -> None:
    case, other, third = desk.add(), desk.add(), desk.add()
    child = desk.add(module="child", owner=case, relation="children", values={"of": other})
    desk.world.link("case", "after", case, other)
    draft = Draft(desk.world)
    draft.part(("case", "after", case, other))
    draft.join(("case", "after", case, third))
    assert list(draft.linked(case, "case", "after", forward=True)) == [third]
    assert list(draft.linked(third, "case", "after", forward=False)) == [case]
    draft.change(child, values={"of": third})
    assert list(draft.referring(other, "child", "of")) == []
    assert list(draft.referring(third, "child", "of")) == [child]


def test_a_snapshot_keeps_what_was(desk: Cases) -> None:
    case = desk.add(values={"name": "cũ"})
    draft = Draft(desk.world)
    kept = draft.snapshot()
    draft.change(case, values={"name": "mới"})
    draft.enter(case, "done")
    before, after = kept.record(case), draft.record(case)
    assert before is not None
    assert after is not None
    assert (before.values["name"], after.values["name"]) == ("cũ", "mới")
    assert (kept.entered(case, "done"), draft.entered(case, "done")) == (None, draft.now)
    draft.restore(kept)
    assert draft.record(case) == before
    assert desk.record(case) == before


def test_the_world_below_is_never_touched(desk: Cases) -> None:
    case = desk.add()
    before = dict(desk.world.records)
    draft = Draft(desk.world)
    _new(draft, case)
    draft.change(case, status="done")
    assert desk.world.records == before


def test_a_record_that_is_not_there_cannot_change(desk: Cases) -> None:
    with pytest.raises(LookupError):
        Draft(desk.world).change(99, status="done")
