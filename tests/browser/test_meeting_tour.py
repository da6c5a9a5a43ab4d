"""A small meeting: prepared, its papers approved, opened and closed, found by what people see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.doing import dialog, expect_status, pick, press

pytestmark = pytest.mark.browser

SUBJECT = "Họp giao ban chuyển đổi số tháng 11"
PAPER = "Báo cáo tiến độ tháng 11"


def create(page: Page, name: str) -> None:
    """Open a form from the menu of what may be created."""
    page.get_by_role("button", name="Tạo mới").click()
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def prepare(page: Page) -> None:
    """Enter a room and the meeting itself."""
    create(page, "Thêm phòng họp")
    page.get_by_label("Tên phòng").fill("Phòng họp A2")
    page.get_by_role("button", name="Thêm phòng họp").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phòng họp A2")

    create(page, "Tạo cuộc họp")
    page.get_by_label("Tên cuộc họp").fill(SUBJECT)
    page.get_by_role("textbox", name="Bắt đầu").fill("+1 08:00")
    page.get_by_role("textbox", name="Kết thúc").fill("+1 10:30")
    pick(page, "Phòng họp", "A2", "Phòng họp A2")
    pick(page, "Thành phần tham dự", "thuy nga", "Bùi Thúy Nga")
    pick(page, "Người thêm tài liệu", "bao", "Trần Quốc Bảo")
    page.get_by_role("button", name="Tạo cuộc họp").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect_status(page, "Chuẩn bị")


@pytest.mark.requirement("M-10", "M-12", "M-16", "M-17", "M-42", "W-40")
def test_meeting_from_preparation_to_closing(sign_in: Callable[..., Page], tmp_path: Path) -> None:
    tuan = sign_in("tuan")
    prepare(tuan)

    bao = sign_in("bao")
    bao.get_by_role("link", name="Cuộc họp được mời").first.click()
    bao.get_by_role("link", name=SUBJECT).first.click()
    bao.get_by_role("link", name="Thêm tài liệu", exact=True).first.click()
    form = dialog(bao)
    form.get_by_label("Tên tài liệu").fill(PAPER)
    paper = tmp_path / "bao-cao.txt"
    paper.write_text("Báo cáo", "utf-8")
    form.locator("input[type=file]").set_input_files(paper)
    expect(form.get_by_text("bao-cao.txt").first).to_be_visible()
    form.get_by_role("button", name="Thêm tài liệu").click()
    expect(bao.locator("dialog[open]")).to_have_count(0)

    tuan.reload()
    line = tuan.get_by_role("listitem").filter(has_text=PAPER).first
    line.get_by_role("button", name="Duyệt", exact=True).click()
    expect(tuan.get_by_role("listitem").filter(has_text=PAPER).first).to_contain_text("Đã duyệt")

    press(tuan, "Xác nhận hoàn tất chuẩn bị")
    asked = dialog(tuan)
    expect(asked).to_contain_text("Gửi giấy mời đến mọi thành phần?")
    asked.get_by_role("button", name="Xác nhận hoàn tất chuẩn bị").click()
    dialog(tuan).get_by_role("button", name="Vẫn tiếp tục").click()  # there is no invitation letter
    expect_status(tuan, "Sắp diễn ra")

    nga = sign_in("nga", phone=True)
    nga.goto("/notifications")
    press(tuan, "Bắt đầu họp")
    expect_status(tuan, "Đang diễn ra")

    press(tuan, "Đóng cuộc họp")
    dialog(tuan).get_by_role("button", name="Đóng cuộc họp").click()
    reason = dialog(tuan).get_by_label("Lý do vẫn tiếp tục")
    reason.fill("Họp kết thúc sớm, kết luận gửi sau.")
    dialog(tuan).get_by_role("button", name="Vẫn tiếp tục").click()
    expect_status(tuan, "Đã diễn ra")
