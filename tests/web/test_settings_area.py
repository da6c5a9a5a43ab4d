"""The settings area's frame, menu and pickers: who sees what, what searching finds, what is refused."""

from __future__ import annotations

import pytest

from luongviec.engine.world import SYSTEM
from luongviec.store import organisation_writes as rows
from luongviec.services.audit import organisation_changed
from luongviec.store.models import Unit, User
from tests.web.conftest import Pages


@pytest.mark.requirement("A-25")
def test_settings_are_for_administrators(pages: Pages) -> None:
    shown = pages.as_("tung").get("/settings")
    assert shown.status_code == 200
    assert "Về không gian làm việc" in shown.text
    assert pages.as_("phuoc").get("/settings").status_code == 403


@pytest.mark.requirement("C-63")
def test_a_person_is_found_without_marks(pages: Pages) -> None:
    found = pages.as_("tung").get("/settings/pick/people?q=nguyen+ha").json["candidates"]
    assert [one["label"] for one in found] == ["Nguyễn Thị Thu Hà"]
    assert "Sở Khoa học và Công nghệ" in found[0]["detail"]
