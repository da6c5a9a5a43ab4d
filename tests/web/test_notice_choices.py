"""The page of one's own account on which one says how one wants to be told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.web.conftest import Pages

ADDRESS = "/preferences/notifications"
MAIL = "way:task:progress:email"


def chosen(page: str, name: str) -> str:
    """Give the value of a choice as the page shows it."""
    box = re.search(rf'name="{re.escape(name)}".*?</select>', page, re.S)
    assert box is not None
    found = re.search(r'value="([a-z]*)" selected', box[0])
    return found[1] if found else ""


@pytest.mark.requirement("C-34", "S6")
def test_choices_are_kept_shown_and_taken_back(
    pages: Pages, count_statements: Callable[[Callable[[], object]], int]
) -> None:
    reader = pages.as_("bao")
    assert f'href="{ADDRESS}"' in reader.get("/notifications").text
    assert chosen(reader.get(ADDRESS).text, MAIL) == ""
    hours = {"quiet_from": "21:00", "quiet_until": "06:30", "daily_at": "16:45"}
    assert reader.send(ADDRESS, {MAIL: "digest", **hours}).status_code == 303
    page = reader.get(ADDRESS).text
    assert chosen(page, MAIL) == "digest"
    assert all(f'value="{at}"' in page for at in hours.values())
    wrong = reader.send(ADDRESS, {MAIL: "off", "quiet_from": "21:00", "way:task:work:app": "off"})
    assert wrong.status_code == 422
    assert "luôn hiện trong ứng dụng" in wrong.text
    assert chosen(wrong.text, MAIL) == "off"  # what was chosen is still there
    assert chosen(reader.get(ADDRESS).text, MAIL) == "digest"
    assert reader.send(ADDRESS, {"what": "reset", MAIL: "off"}).status_code == 303
    assert chosen(reader.get(ADDRESS).text, MAIL) == ""
    assert count_statements(lambda: reader.get(ADDRESS)) <= 25
    assert pages.visitor().get(ADDRESS).status_code in (302, 303)
