"""axe-core finds no violation of WCAG A and AA on the main pages: desk and phone, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tests.browser.seeding import make_meeting, make_tasks
from tests.web.town import Town

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]


def violations(page: Page) -> list[str]:
    """Run axe on the page and give what it finds, with the first place of each.

    A theme changes colours and nothing else, so in the dark only what hangs on colours is looked at again.
    """
    found = _run(page, {"type": "tag", "values": RULES})
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    found += _run(page, {"type": "rule", "values": OF_COLOUR})
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    return found


def _run(page: Page, only: dict[str, object]) -> list[str]:
    found = page.evaluate(
        "only => axe.run({runOnly: only, resultTypes: ['violations']}).then(found => found.violations)", only
    )
    return [
        f"{page.url} {one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['failureSummary']}"
        for one in found
    ]


@pytest.mark.parametrize("phone", [False, True])
def test_main_pages_have_no_violation(people: People, town: Town, phone: bool) -> None:
    task = make_tasks(town)
    meeting = make_meeting(town)
    visitor = people.open(phone=phone)
    visitor.add_init_script(path=AXE)
    visitor.goto("/sign-in")
    found = violations(visitor)

    page = people.sign_in("bao", phone=phone, at="")
    page.add_init_script(path=AXE)
    addresses = (
        "/", "/m/task/assigned_to_me", "/m/task/created", "/m/task/new", f"/r/{task}", f"/r/{meeting}",
        f"/r/{task}/do/forward", f"/r/{task}/explain", "/notifications", "/search?q=bao", "/preferences",
        "/my/groups/new/people", "/my/drafts", "/m/task/import", "/nowhere",
    )  # fmt: skip
    for address in addresses:
        page.goto(address)
        found += violations(page)
    assert found == []


def test_a_dialog_and_an_open_menu_have_no_violation(people: People, town: Town) -> None:
    task = make_tasks(town)
    page = people.sign_in("bao", at="")
    page.add_init_script(path=AXE)
    page.goto(f"/r/{task}")
    page.get_by_role("button", name="Tạo mới").click()
    found = violations(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Tạo mới")).to_be_focused()
    page.get_by_role("link", name="Chuyển xử lý…").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    found += violations(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Trợ giúp và phím tắt")).to_be_visible()
    found += violations(page)
    assert found == []


@pytest.mark.requirement("A-18", "T-101")
def test_pages_of_work_fit_a_phone_and_have_no_violation(people: People, town: Town) -> None:
    task = make_tasks(town)
    page = people.sign_in("bao", phone=True, at="")
    page.add_init_script(path=AXE)
    found: list[str] = []
    for address in (
        "/", "/m/task/assigned_to_me", "/m/task/assigned_to_me?view=board",
        "/m/task/assigned_to_me?view=calendar", "/m/task/of_my_unit?view=tree", "/m/task/new", f"/r/{task}",
        f"/r/{task}/history", f"/r/{task}/print", f"/r/{task}/add/progress", "/notifications",
        "/preferences/home", "/preferences/notifications", "/my/drafts", "/reports", "/reports/task_by_unit",
    ):  # fmt: skip
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 800})
            if width == 320:
                answer = page.goto(address)
                assert answer is not None
                assert answer.status == 200, address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
        found += _run(page, {"type": "tag", "values": RULES})
    assert found == []
