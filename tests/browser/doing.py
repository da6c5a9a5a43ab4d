"""What people do on pages, in terms of what they see: fill a picker, press, read a status."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, expect

WIDE = 900  # pixels from which on a page is laid out for a desk


def pick(place: Page | Locator, label: str, typed: str, name: str) -> None:
    """Choose a candidate by its name, in a picker by typing."""
    box = place.get_by_role("combobox", name=label)
    if box.evaluate("one => one.tagName") == "SELECT":  # few candidates stand in a list
        box.select_option(label=name)
        return
    chosen = box.locator("xpath=ancestor::*[@data-field][1]").get_by_role("listitem").filter(has_text=name)
    if chosen.count():  # the only one that may be chosen is there already
        return
    box.click()
    box.press_sequentially(typed, delay=15)
    place.locator(".picker-list:not([hidden])").get_by_role("option", name=name).first.click()
    expect(chosen.first).to_be_visible()


def dialog(page: Page) -> Locator:
    """Give the open dialog."""
    found = page.locator("dialog[open]")
    expect(found).to_be_visible()
    return found


def press(page: Page, name: str) -> None:
    """Press an action on the record's bar (on a phone: at the bottom), or in its menu of further actions."""
    bar = page.locator("#record-state")
    if page.viewport_size and page.viewport_size["width"] < WIDE:
        bar = page.locator(".phone-actions")
    at_once = bar.get_by_role("button", name=name, exact=True).or_(
        bar.get_by_role("link", name=name, exact=True)
    )
    if at_once.count() == 0:
        bar.get_by_role("button", name="Thao tác khác").click()
        at_once = bar.locator(".menu-panel").get_by_text(name, exact=True)
    at_once.first.click()


def expect_status(page: Page, name: str) -> None:
    """Wait until the record's heading shows a status."""
    expect(page.locator(".record-head .pill")).to_contain_text(name)  # while it runs, beside a clock


def scanned(page: Page) -> str:
    """Read the one QR code on the drawn page as a camera would; give the path that it leads to."""
    expect(page.locator(".paper-qr")).to_be_visible()
    picture = Image.open(io.BytesIO(page.screenshot())).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    return urlsplit(found.text).path
