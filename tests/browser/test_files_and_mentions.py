"""A PDF is read page by page in its page, and somebody is named in a comment by typing @."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import expect

from luongviec.services.files import keeping
from luongviec.services.paper.as_pdf import paper_pdf
from luongviec.services.paper.model import Draft, Paper
from luongviec.services.records import talking
from tests.browser.conftest import People
from tests.browser.seeding import make_tasks
from tests.web.town import Town

pytestmark = pytest.mark.browser


@pytest.mark.requirement("T-12", "T-130", "M-20")
def test_a_pdf_is_read_and_somebody_is_named(people: People, town: Town) -> None:
    task = make_tasks(town)
    platform, tuan = town.platform(), town.actor("tuan")
    draft = Draft()
    for number in range(90):
        draft.text(f"Dòng {number} của công văn")
    content = paper_pdf(Paper("Công văn", tuple(draft.blocks)))
    file = keeping.upload(platform, tuan, "Công văn.pdf", io.BytesIO(content))
    talking.attach(platform, tuan, task, [file.id])

    page = people.sign_in("bao", at="")
    page.goto(f"/r/{task}")
    page.get_by_role("link", name="Công văn.pdf", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Công văn.pdf")
    expect(page.locator("[data-count]")).to_have_text("3")
    expect(page.get_by_text("Dòng 0 của công văn")).to_be_attached()
    painted = "one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some(x => x < 128)"
    assert page.locator(".pdf-page canvas").first.evaluate(painted)
    page.get_by_role("button", name="Trang sau").click()
    expect(page.get_by_label("Đến trang")).to_have_value("2")
    expect(page.get_by_text("Dòng 60 của công văn")).to_be_attached()

    page.goto(f"/r/{task}")
    page.get_by_role("tab", name="Trao đổi").click()
    box = page.get_by_label("Nội dung trao đổi")
    box.press_sequentially("Nhờ @khanh", delay=15)
    page.get_by_role("option", name=re.compile("Lê Văn Khánh")).click()
    expect(box).to_have_value("Nhờ @Lê Văn Khánh ")
    box.press_sequentially("xem giúp.")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator(".mention")).to_have_text("@Lê Văn Khánh")
