"""A task from the province down to a hamlet's team and its result back up, five levels deep.

Six people sit at their own browsers at once and find their way by what they read. Runs on SQLite and
on PostgreSQL; people for the lower levels are put into their posts first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from luongviec.engine.world import SYSTEM
from luongviec.services.telling import delivery
from luongviec.services.units.making import create_unit, fill_slot
from luongviec.services.users.making import NewUser, create_user
from tests.browser.conftest import People, serving
from tests.browser.doing import dialog, expect_status, pick, press
from tests.web.town import PASSWORD, SIDES, Town

pytestmark = pytest.mark.browser

TITLE = "Phổ cập kỹ năng số cho người dân"
#: Below the two upper levels, which the town has: unit, above, and its head.
LOWER = (
    ("commune", "UBND xã Hòa Thắng", "digital", "xa", "Mai Văn Lợi"),
    ("culture", "Phòng Văn hóa - Xã hội xã", "commune", "phongxa", "Lương Thị Sen"),
    ("hamlet", "Tổ công nghệ số thôn Hồng Lâm", "culture", "thon", "Hồ Tấn Đạt"),
)
#: Who has the task on each level, and what each calls his part.
CHAIN = ("bao", "thuha", "xa", "phongxa", "thon")
UNITS = (
    "Sở Khoa học và Công nghệ", "Phòng Chuyển đổi số", "UBND xã Hòa Thắng", "Phòng Văn hóa - Xã hội xã",
    "Tổ công nghệ số thôn Hồng Lâm",
)  # fmt: skip
NAMES = ("Trần Quốc Bảo", "Nguyễn Thị Thu Hà", "Mai Văn Lợi", "Lương Thị Sen", "Hồ Tấn Đạt")


@dataclass
class Floor:
    """The pages of everybody, and the record that each has on his level."""

    town: Town
    people: People
    pages: dict[str, Page]
    work: dict[str, str]  # the address of a person's own task
    result: Path

    def page(self, who: str) -> Page:
        """Give somebody's browser, signed in at the first time."""
        if who not in self.pages:
            self.pages[who] = self.people.sign_in(who)
        return self.pages[who]

    def at(self, who: str, whose: str) -> Page:
        """Give somebody's browser, with the task of a level open."""
        page = self.page(who)
        page.goto(self.work[whose])
        return page

    def deliver(self) -> None:
        """Do what waits, as the worker would."""
        platform = self.town.platform()
        while waiting := delivery.waiting(platform):
            for job, key in waiting:
                delivery.do(platform, {}, job, key)
        platform.sessions().get_bind().dispose()


@pytest.fixture
def floor(town_on_each: Town, chromium: Browser, tmp_path: Path) -> Iterator[Floor]:
    """The town with its lower levels, live on the test's database."""
    town = town_on_each
    platform, units, users = town.platform(), dict(town.units), dict(town.users)
    for code, name, above, who, person in LOWER:
        units[code] = create_unit(platform, SYSTEM, name, parent_id=units[above], sides=SIDES)
        users[who] = create_user(platform, SYSTEM, NewUser(who, person, PASSWORD))
    heads = {"digital": "thuha", **{code: who for code, _, _, who, _ in LOWER}}
    for unit, who in heads.items():
        for side in ("assigning", "executing"):
            fill_slot(platform, SYSTEM, units[unit], side, "head", (users[who],))
    result = tmp_path / "ket-qua.txt"
    result.write_text("Kết quả", "utf-8")
    with serving(platform) as address:
        people = People(chromium, address)
        yield Floor(town, people, {}, {}, result)
        people.close()
    platform.sessions().get_bind().dispose()
    assert people.complaints == []


def find(page: Page, menu: str) -> str:
    """Open the newest task of the tour from a menu's list; give its address."""
    page.get_by_role("navigation", name="Điều hướng chính").get_by_role("link", name=menu).first.click()
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    return page.url


def assign(page: Page) -> None:
    """Assign the task to two units at once."""
    page.get_by_role("button", name="Tạo mới").click()
    page.get_by_role("link", name="Giao nhiệm vụ mới").first.click()
    page.locator("input[name=name]").fill(TITLE)
    expect(page.get_by_text("Lê Văn Khánh").first).to_be_visible()  # the one who may assign here
    page.get_by_role("textbox", name="Hạn xử lý").fill("+20")
    page.get_by_label("Chỉ đạo/bút phê").fill("Mỗi thôn có một tổ công nghệ số.")
    for place, (unit, person) in enumerate(
        ((UNITS[0], NAMES[0]), ("Sở Y tế", "Bùi Thúy Nga")),
    ):
        if place:
            page.get_by_role("button", name="Thêm dòng: Giao cho").click()
        row = page.get_by_role("group", name=f"Giao cho {place + 1}")
        pick(row, "Đơn vị thực hiện", unit, unit)
        pick(row, "Người thực hiện", person, person)
    row.get_by_role("textbox", name="Hạn riêng").fill("+10")
    page.get_by_role("button", name="Giao nhiệm vụ mới").last.click()
    expect(page.get_by_text("Đã tạo 2 hồ sơ.")).to_be_visible()


def hand_down(page: Page, level: int) -> None:
    """Make the subtask for the next level; what the task has is filled in already."""
    press(page, "Tạo nhiệm vụ con")
    form = dialog(page)
    expect(form.locator("input[name=name]")).to_have_value(TITLE)
    pick(form, "Người giao", NAMES[level - 1], NAMES[level - 1])
    pick(form, "Đơn vị thực hiện", UNITS[level], UNITS[level])
    pick(form, "Người thực hiện", NAMES[level], NAMES[level])
    form.locator(".dialog-foot button.btn-primary").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.get_by_role("link", name=TITLE).first).to_be_visible()


def decide(page: Page, action: str, **typed: str) -> None:
    """Run an action whose dialog asks something."""
    press(page, f"{action}…")
    form = dialog(page)
    for label, text in typed.items():
        form.get_by_label(label).first.fill(text)
    form.get_by_role("button", name=action).click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def complete(page: Page, result: Path) -> None:
    """Report the task done, with the file that the status demands."""
    press(page, "Hoàn thành…")
    form = dialog(page)
    form.get_by_label("Nội dung tiến độ").fill("Đã làm xong, kèm kết quả.")
    form.locator("input[type=file]").set_input_files(result)
    expect(form.get_by_text(result.name).first).to_be_visible()
    form.get_by_role("button", name="Hoàn thành").click()
    expect_status(page, "Chờ duyệt kết quả")


@pytest.mark.timeout(900)  # fifty pages; a busy machine takes its time
@pytest.mark.requirement("T-16", "T-18", "T-19", "T-20", "T-44", "T-64", "T-70", "T-72", "T-74", "T-77")
@pytest.mark.requirement("T-81", "T-84", "T-85", "T-89", "T-92", "T-117", "T-120")
def test_down_five_levels_and_back_up(floor: Floor) -> None:
    tuan = floor.page("tuan")
    assign(tuan)
    for level, who in enumerate(CHAIN):  # down: take it, hand a part to the next level
        page = floor.page(who)
        floor.work[who] = find(page, "Nhiệm vụ được giao")
        if who == "thuha":
            back_and_forth(floor)
        press(page, "Tiếp nhận")
        expect_status(page, "Đang thực hiện")
        if level + 1 < len(CHAIN):
            hand_down(page, level + 1)
    report(floor.at("thon", "thon"))
    more_time(floor)
    above = ("khanh", *CHAIN)
    for level in range(len(CHAIN) - 1, -1, -1):  # up: result with file, then whoever assigned it accepts
        who, chief = CHAIN[level], above[level]
        complete(floor.at(who, who), floor.result)
        page = floor.at(chief, who)
        if level == 0:
            decide(page, "Không duyệt kết quả", **{"Lý do": "Cần thêm số liệu của các xã."})
            expect_status(page, "Không duyệt kết quả")
            page = floor.at(who, who)
            expect(page.get_by_text("Cần thêm số liệu của các xã.").first).to_be_attached()
            complete(page, floor.result)
            page = floor.at(chief, who)
        press(page, "Duyệt kết quả")
        expect_status(page, "Đã duyệt kết quả")
    floor.deliver()
    told = floor.page("thon")
    told.goto("/notifications")
    expect(told.get_by_text(TITLE).first).to_be_visible()


def back_and_forth(floor: Floor) -> None:
    """Forward within the office; refused back along its handlers to the assigner, who gives it anew."""
    thuha, phuoc = floor.page("thuha"), floor.page("phuoc")
    press(thuha, "Chuyển xử lý…")
    pick(dialog(thuha), "Chuyển đến", "huu phuoc", "Đặng Hữu Phước")
    dialog(thuha).get_by_label("Nội dung").fill("Nhờ anh xử lý.")
    dialog(thuha).get_by_role("button", name="Chuyển xử lý").click()
    expect(thuha.locator("dialog[open]")).to_have_count(0)
    phuoc.goto(floor.work["thuha"])
    decide(phuoc, "Từ chối nhiệm vụ", **{"Lý do": "Không thuộc phạm vi của tôi."})
    thuha.reload()
    expect_status(thuha, "Từ chối")
    expect(thuha.get_by_text("Không thuộc phạm vi của tôi.").first).to_be_attached()
    decide(thuha, "Từ chối nhiệm vụ", **{"Lý do": "Phòng chưa có người."})
    bao = floor.at("bao", "thuha")
    press(bao, "Giao lại…")
    pick(dialog(bao), "Giao cho", "thu ha", "Nguyễn Thị Thu Hà")
    dialog(bao).get_by_role("button", name="Giao lại").click()
    expect_status(bao, "Mới giao")
    thuha.reload()


def report(page: Page) -> None:
    """Tell how far the work has come."""
    page.get_by_role("tab", name="Cập nhật tiến độ").click()
    page.get_by_role("link", name="Cập nhật tiến độ").first.click()
    form = dialog(page)
    form.get_by_label("Nội dung").first.fill("Đã đến được một nửa số hộ.")
    form.locator("input[name=percent]").fill("50")
    form.locator(".dialog-foot button.btn-primary").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.get_by_text("Đã đến được một nửa số hộ.").first).to_be_visible()


def more_time(floor: Floor) -> None:
    """The last level asks for more time, and the level above grants it."""
    thon = floor.at("thon", "thon")
    press(thon, "Xin gia hạn")
    form = dialog(thon)
    form.get_by_role("textbox", name="Hạn đề nghị").fill("+40")
    form.get_by_label("Lý do").fill("Mưa lũ kéo dài.")
    form.locator(".dialog-foot button.btn-primary").click()
    expect(thon.locator("dialog[open]")).to_have_count(0)
    chief = floor.at("phongxa", "thon")
    chief.get_by_role("tab", name="Xin gia hạn").click()
    chief.get_by_role("tabpanel", name="Xin gia hạn").get_by_role("link").first.click()
    press(chief, "Đồng ý gia hạn")
    expect_status(chief, "Đồng ý")
