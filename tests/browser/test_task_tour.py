"""The life of a task, clicked through as people do it, found by what they see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.doing import dialog, expect_status, pick, press

pytestmark = pytest.mark.browser

TITLE = "Đề xuất danh mục nhiệm vụ khoa học năm 2027"


def assign(page: Page) -> None:
    """Assign a task to two units at once."""
    page.get_by_role("button", name="Tạo mới").click()
    page.get_by_role("link", name="Giao nhiệm vụ mới").first.click()
    page.get_by_label("Nhiệm vụ", exact=False).and_(page.locator("input[name=name]")).fill(TITLE)
    page.get_by_label("Chỉ đạo/bút phê").fill("Gửi dự thảo trước thứ Sáu.")
    first = page.get_by_role("group", name="Giao cho 1")
    pick(first, "Đơn vị thực hiện", "khoa hoc", "Sở Khoa học và Công nghệ")
    pick(first, "Người thực hiện", "bao", "Trần Quốc Bảo")
    first.get_by_role("textbox", name="Hạn xử lý").fill("+5")
    page.get_by_role("button", name="Thêm dòng: Giao cho").click()
    second = page.locator("[data-row]").nth(1)
    pick(second, "Đơn vị thực hiện", "y te", "Sở Y tế")
    pick(second, "Người thực hiện", "nga", "Bùi Thúy Nga")
    page.get_by_role("button", name="Giao nhiệm vụ mới").last.click()
    expect(page.get_by_text("Đã tạo 2 hồ sơ.")).to_be_visible()


def open_from_list(page: Page, name: str) -> None:
    """Open the task from a list of the menu."""
    page.get_by_role("navigation", name="Điều hướng chính").get_by_role("link", name=name).first.click()
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


@pytest.mark.requirement("T-16", "T-64", "T-70", "T-74", "T-84", "T-89")
def test_task_from_assignment_to_approval(sign_in: Callable[..., Page], tmp_path: Path) -> None:
    tuan = sign_in("tuan")
    assign(tuan)

    bao = sign_in("bao")
    open_from_list(bao, "Nhiệm vụ được giao")
    press(bao, "Chuyển xử lý…")
    pick(dialog(bao), "Chuyển đến", "thu ha", "Nguyễn Thị Thu Hà")
    dialog(bao).get_by_label("Nội dung").fill("Nhờ chị xử lý.")
    dialog(bao).get_by_role("button", name="Chuyển xử lý").click()
    expect(bao.locator("dialog[open]")).to_have_count(0)

    ha = sign_in("thuha")
    open_from_list(ha, "Nhiệm vụ được giao")
    press(ha, "Từ chối nhiệm vụ…")
    dialog(ha).get_by_label("Lý do").fill("Không thuộc phạm vi của tôi.")
    dialog(ha).get_by_role("button", name="Từ chối nhiệm vụ").click()
    expect(ha.locator("dialog[open]")).to_have_count(0)

    bao.reload()
    expect_status(bao, "Từ chối")
    expect(bao.get_by_text("Không thuộc phạm vi của tôi.").first).to_be_attached()

    open_from_list(tuan, "Nhiệm vụ đã tạo")
    if tuan.locator(".record-head .pill").inner_text() != "Từ chối":
        tuan.go_back()
        tuan.get_by_role("link", name=TITLE).nth(1).click()
    press(tuan, "Giao lại…")
    pick(dialog(tuan), "Giao cho", "quoc bao", "Trần Quốc Bảo")
    dialog(tuan).get_by_role("button", name="Giao lại").click()
    expect_status(tuan, "Mới giao")

    bao.reload()
    press(bao, "Tiếp nhận")
    expect_status(bao, "Đang thực hiện")

    bao.get_by_role("tab", name="Cập nhật tiến độ").click()
    bao.get_by_role("link", name="Thêm: Cập nhật tiến độ").first.click()
    form = dialog(bao)
    form.get_by_label("Nội dung").first.fill("Đã xong phần số liệu.")
    form.locator("input[name=percent]").fill("60")
    form.locator(".dialog-foot button.btn-primary").click()
    expect(bao.locator("dialog[open]")).to_have_count(0)
    expect(bao.get_by_text("Đã xong phần số liệu.").first).to_be_visible()

    result = tmp_path / "ket-qua.txt"
    result.write_text("Kết quả", "utf-8")
    press(bao, "Hoàn thành…")
    form = dialog(bao)
    form.get_by_label("Nội dung tiến độ").fill("Đã hoàn thành, kèm kết quả.")
    form.locator("input[type=file]").set_input_files(result)
    expect(form.get_by_text("ket-qua.txt").first).to_be_visible()
    form.get_by_role("button", name="Hoàn thành").click()
    expect_status(bao, "Hoàn thành, chờ duyệt kết quả")

    tuan.reload()
    press(tuan, "Duyệt kết quả")
    expect_status(tuan, "Đã duyệt kết quả")
    expect(tuan.get_by_text("ket-qua.txt").first).to_be_visible()
