"""Draws the pictures of the guides for staff from a running demonstration.

    ./dev run                                        in one window
    python docs/draw_pictures.py [ADDRESS]           in another; default http://127.0.0.1:8000

Needs Chromium and the accounts that `./dev run` prints. The pictures of one guide should stay below a
megabyte and a half.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
PASSWORD = os.environ.get("LUONGVIEC_DEMO_PASSWORD", "binhthuan-2026")
CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
WORK = "/m/task"
MEETINGS = "/m/meeting"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: who looks at what, and what he does before it is drawn."""

    name: str
    who: str
    address: str
    prepare: Callable[[Page], None] = lambda page: None
    phone: bool = False


def open_first(page: Page) -> None:
    """Open the first record of a list."""
    page.locator("a.row-title").first.click()
    page.wait_for_load_state("load")


def open_code(page: Page) -> None:
    """Open the code of the first meeting of a list."""
    open_first(page)
    page.locator("a[href*='/code/']").first.click()
    page.wait_for_load_state("load")


def open_screen(page: Page) -> None:
    """Show the first meeting of a list as the wall of the room does."""
    open_first(page)
    page.goto(f"{page.url}/screen")


def open_minutes(page: Page) -> None:
    """Open the minutes of the first meeting of a list."""
    open_first(page)
    page.get_by_role("link", name="Biên bản họp").first.click()
    page.wait_for_load_state("load")


def open_roll(page: Page) -> None:
    """Open the roll of the first meeting of a list, to be called."""
    open_first(page)
    page.locator("a[href*='/mark/']").first.click()
    page.wait_for_load_state("load")


def fill_assignment(page: Page) -> None:
    """Type a task for two units, so that the panel has something to count."""
    page.locator("input[name=name]").fill("Rà soát danh mục dịch vụ công trực tuyến toàn trình")
    page.get_by_label("Chỉ đạo/bút phê").fill("Báo cáo Thường trực trước thứ Sáu.")
    page.get_by_role("textbox", name="Hạn xử lý").fill("+7")
    choose(page.get_by_role("combobox", name="Người giao"), page)
    for place, unit in enumerate(("Sở Xây dựng", "Sở Y tế")):
        if place:
            page.get_by_role("button", name="Thêm dòng: Giao cho").click()
        row = page.get_by_role("group", name=f"Giao cho {place + 1}")
        box = row.get_by_role("combobox", name="Đơn vị thực hiện")
        box.click()
        box.press_sequentially(unit, delay=20)
        choose(box, page)
    page.wait_for_timeout(2500)  # the panel counts once typing has stopped
    page.evaluate("scrollTo(0, 0)")


def choose(box: object, page: Page) -> None:
    """Take the first candidate that a picker offers."""
    box.click()  # type: ignore[attr-defined]
    page.locator(".picker-list:not([hidden]) [role=option]").first.click()


PICTURES = (
    Picture("using-home", "daumoi", "/"),
    Picture("using-list", "theodoi", f"{WORK}/created?split=not-over"),
    Picture("using-assign", "theodoi", f"{WORK}/new", fill_assignment),
    Picture("using-record", "lanhdao", f"{WORK}/to_approve", open_first),
    Picture("using-notices", "chuyenvien", "/notifications"),
    Picture("using-report", "lanhdao", "/reports/task_by_unit"),
    Picture("using-phone", "chuyenvien", f"{WORK}/assigned_to_me?split=doing", open_first, phone=True),
    Picture("meetings-prepare", "vanthu", f"{MEETINGS}/created?split=preparing", open_first),
    Picture("meetings-live", "vanthu", f"{MEETINGS}/created?split=in_progress", open_first),
    Picture("meetings-code", "vanthu", f"{MEETINGS}/created?split=in_progress", open_code),
    Picture("meetings-screen", "vanthu", f"{MEETINGS}/created?split=in_progress", open_screen),
    Picture("meetings-minutes", "vanthu", f"{MEETINGS}/created?split=closed", open_minutes),
    Picture("meetings-roll", "vanthu", f"{MEETINGS}/created?split=in_progress", open_roll, phone=True),
    Picture("meetings-phone", "lanhdao", f"{MEETINGS}/invited?split=in_progress", open_first, phone=True),
)


@contextmanager
def signed_in(browser: Browser, base: str, picture: Picture) -> Iterator[Page]:
    """Give a page of somebody who has signed in."""
    context = browser.new_context(
        base_url=base, viewport=PHONE if picture.phone else DESK, is_mobile=picture.phone,
        has_touch=picture.phone, locale="vi-VN", color_scheme="light", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill(picture.who)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/")
    yield page
    context.close()


def draw(base: str, *names: str) -> None:
    """Draw the pictures named, or all."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM or None, args=FLAGS)
        for picture in PICTURES:
            if names and picture.name not in names:
                continue
            with signed_in(browser, base, picture) as page:
                page.goto(picture.address)
                picture.prepare(page)
                page.wait_for_timeout(500)
                shot = Image.open(io.BytesIO(page.screenshot()))
            target = FOLDER / f"{picture.name}.png"
            shot.convert("RGB").save(target, optimize=True)
            print(f"{target.name}: {target.stat().st_size // 1024} KB")
        browser.close()


if __name__ == "__main__":
    draw(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000", *sys.argv[2:])
