"""Titles that read another record follow it, from record to record, within bounds."""

from __future__ import annotations

import pytest

from luongviec.engine.planning import titles
from tests.engine.planning.cases import Cases, cases, definitions


@pytest.fixture
def desk() -> Cases:
    return cases(
        *definitions("child", owner="case", title="{{ record.name }} của {{ owner.title }}"),
        *definitions(
            "note",
            fields={"about": {"type": "record", "of": "child", "label": "Về"}},
            title="Về {{ record.about }}",
        ),
        relations={"children": {"owns": "child", "inverse": "parent", "label": "Con"}},
    )


def _family(desk: Cases) -> tuple[int, int, int]:
    case = desk.add(values={"name": "Cha"})
    child = desk.create({"name": "Con"}, module="child", owner_id=case).id(-1)
    note = desk.create({"about": child}, module="note").id(-1)
    return case, child, note


def test_titles_follow_from_record_to_record(desk: Cases) -> None:
    case, child, note = _family(desk)
    version = desk.record(child).version
    desk.act(case, "edit", {"name": "Cả"})
    assert desk.record(child).title == "Con của Cả"
    assert desk.record(note).title == "Về Con của Cả"
    assert desk.record(child).version == version  # nobody at work on it is disturbed


def test_not_more_than_so_many(desk: Cases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "MAX_FOLLOWING", 1)
    case, child, note = _family(desk)
    desk.act(case, "edit", {"name": "Cả"})
    assert (desk.record(child).title, desk.record(note).title) == ("Con của Cả", "Về Con của Cha")
