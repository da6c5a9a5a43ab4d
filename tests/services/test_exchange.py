"""Import and export of units, people, posts and roles: a dry run, all or nothing, nothing by halves."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from luongviec.engine.world import SYSTEM, Actor
from luongviec.services.exchange import importing
from luongviec.services.exchange.cells import Level
from luongviec.services.exchange.exporting import rows_of
from luongviec.services.exchange.plan import ImportPlan
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.exchange.writing import write_export
from tests.services.house import House
from tests.services.workbooks import organisation, read_back


def plan_of(house: House, content: io.BytesIO, actor: Actor = SYSTEM) -> ImportPlan:
    raw = importing.read_file(house.platform, actor, content, lambda done, total: None)
    return importing.check(house.platform, actor, raw)


def load(house: House, content: io.BytesIO, actor: Actor = SYSTEM) -> ImportPlan:
    raw = importing.read_file(house.platform, actor, content, lambda done, total: None)
    plan = importing.check(house.platform, actor, raw)
    assert said(plan) == []
    return importing.write(house.platform, actor, raw, digest=plan.digest())


def said(plan: ImportPlan, level: Level = Level.ERROR) -> list[tuple[str, int, str, str]]:
    """Give the problems as (sheet, row, column, English words)."""
    return [
        (one.sheet.value if one.sheet else "", one.row, one.column, one.text.in_language("en"))
        for one in plan.problems
        if one.level is level
    ]


def exported(house: House, actor: Actor = SYSTEM, language: str = "vi") -> bytes:
    with house.platform.reading() as work:
        return write_export(rows_of(work, actor), language)


@pytest.mark.requirement("U-42", "O-10")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_importing_an_export_changes_nothing(house: House, language: str) -> None:
    content = exported(house, language=language)
    plan = plan_of(house, io.BytesIO(content))
    assert said(plan) == []
    assert said(plan, Level.WARNING) == []
    assert not plan.changes_something
    assert {code: dict(counter) for code, counter in plan.counts.items()}[SheetCode.PEOPLE] == {"same": 9}
