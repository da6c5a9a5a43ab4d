"""A whole meeting: eight people at their own browsers, from preparation to what became of it.

What only prepares goes through the services; whatever people decide, say or read goes through pages,
found by what they see. Runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from luongviec.engine.planning.plan import Answers
from luongviec.services.platform import Platform, utc_now
from luongviec.services.record_page.reading import related
from luongviec.services.records import changing
from tests.browser.conftest import People, serving
from tests.browser.doing import dialog, expect_status, pick, press, scanned
from tests.web.town import Town

pytestmark = pytest.mark.browser

SUBJECT = "Họp giao ban chuyển đổi số tháng 11"
PAPER = "Báo cáo tiến độ tháng 11"
TOPIC = "Kinh phí quý IV"
QUESTION = "Thông qua báo cáo tháng 11"
CONCLUSION = "Giao Sở Khoa học và Công nghệ hoàn thiện Đề án trước 30/11."
YES = Answers(True, "Đã thống nhất")
PHONES = ("long", "stranger")


@dataclass
class Hall:
    """The pages of everybody, and the meeting that they are in."""

    town: Town
    platform: Platform
    people: People
    folder: Path
    meeting: int = 0
    pages: dict[str, Page] = field(default_factory=dict)

    def sees(self, who: str) -> Page:
        """Give somebody's browser as he left it, signed in at the first time."""
        if who not in self.pages:
            self.pages[who] = self.people.sign_in(who, phone=who in PHONES, at="")
            self.pages[who].set_default_timeout(60_000)  # eight browsers at once, on a busy machine
        return self.pages[who]

    def at(self, who: str, record_id: int | None = None) -> Page:
        """Give somebody's browser with the meeting open, or another record."""
        page = self.sees(who)
        page.goto(f"/r/{record_id or self.meeting}")
        if who in PHONES:  # nothing is wider than the phone
            assert page.evaluate("innerWidth") == page.viewport_size["width"]  # type: ignore[index]
        return page

    def act(self, who: str, record_id: int, action: str, **typed: object) -> None:
        """Run an action through the services."""
        changing.act(self.platform, self.town.actor(who), record_id, action, typed, answers=YES)

    def add(self, who: str, module: str, relation: str, **typed: object) -> int:
        """Make a child of the meeting through the services."""
        return changing.create_record(
            self.platform, self.town.actor(who), module, typed, owner_id=self.meeting, relation=relation,
            answers=YES,
        ).record_id  # fmt: skip

    def child(self, relation: str, words: str = "", of: int | None = None, who: str = "tuan") -> int:
        """Find a child by what stands in its title."""
        view = related(self.platform, self.town.actor(who), of or self.meeting, relation)
        return next(row.record.id for row in view.rows if words in row.record.title)

    def file(self, name: str) -> Path:
        path = self.folder / name
        path.write_text(name, "utf-8")
        return path


@pytest.fixture
def hall(town_on_each: Town, chromium: Browser, tmp_path: Path) -> Iterator[Hall]:
    """A meeting in preparation, to begin in half an hour."""
    town, users = town_on_each, town_on_each.users
    platform, starts = town.platform(), utc_now() + timedelta(minutes=30)
    typed = {
        "subject": SUBJECT, "host": str(town.units["province"]), "held_as": "in_person",
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat(),
        "venue": "Phòng họp A2", "chair": str(users["khanh"]), "secretary": [str(users["thuha"])],
        "attendee": [str(users[who]) for who in ("bao", "nga", "long")], "guest": [str(users["stranger"])],
        "document_contributor": [str(users["bao"])],
    }  # fmt: skip
    made = changing.create_record(platform, town.actor("tuan"), "meeting", typed, answers=YES).record_id
    with serving(platform) as address:
        people = People(chromium, address)
        found = Hall(town, platform, people, tmp_path, made)
        for subject in ("Khai mạc", "Đề án 06"):
            found.add("tuan", "agenda_item", "agenda", subject=subject, minutes="20")
        yield found
        people.close()
    platform.sessions().get_bind().dispose()
    assert people.complaints == []


def panel(page: Page, name: str) -> Locator:
    """Give the part of a page under a heading, or behind the tab of that name."""
    exactly = re.compile(rf"^{name}( \d+)?$")
    page.wait_for_load_state()
    tab = page.get_by_role("tab", name=exactly)
    if tab.count():
        tab.click()
        return page.get_by_role("tabpanel", name=exactly)
    return page.get_by_role("region", name=name, exact=True)


def offer(place: Page | Locator, name: str) -> Locator:
    """Find what may be pressed for a row, by what it does or by that and the row's title."""
    exactly = re.compile(rf"^{re.escape(name)}(…|: .*)?$")
    return place.get_by_role("button", name=exactly).or_(place.get_by_role("link", name=exactly)).first


def do(page: Page, name: str, part: str = "") -> None:
    """Press what is done for a row at once, and wait for the page that comes."""
    with page.expect_navigation():
        offer(panel(page, part) if part else page, name).click()


def open_adding(page: Page, part: str) -> Locator:
    """Open the form by which a part of the page is added to."""
    panel(page, part).locator("header").get_by_role("link").last.click()
    return dialog(page)


def send(form: Locator, page: Page) -> None:
    """Send an open dialog and wait until it has closed."""
    form.locator(".dialog-foot button").last.click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def go_on(page: Page, reason: str = "") -> None:
    """Answer what is asked before an action is done."""
    asked = dialog(page)
    if reason:
        asked.get_by_label("Lý do vẫn tiếp tục").fill(reason)
    asked.get_by_role("button", name="Vẫn tiếp tục").click()


@pytest.mark.timeout(900)  # forty pages; a busy machine takes its time
@pytest.mark.requirement("M-05", "M-10", "M-12", "M-13", "M-16", "M-17", "M-18", "M-24", "M-25", "M-28")
@pytest.mark.requirement("M-32", "M-33", "M-34", "M-35", "M-38", "M-41", "M-42", "M-43", "M-44", "M-45")
@pytest.mark.requirement(
    "M-65", "M-69", "M-72", "M-73", "M-78", "M-82", "M-85", "M-92", "A-18", "W-40", "W-43"
)
def test_eight_people_hold_a_meeting(hall: Hall) -> None:
    papers(hall)
    invitations(hall)
    presence(hall)
    the_floor(hall)
    open_vote(hall)
    secret_vote(hall)
    conclude(hall)
    close(hall)
    afterwards(hall)


def papers(hall: Hall) -> None:
    """The contributor's paper is sent back, replaced and approved; nobody else sees the meeting yet."""
    bao = hall.at("bao")
    form = open_adding(bao, "Tài liệu")
    form.get_by_label("Tên tài liệu").fill(PAPER)
    large = hall.file("qua-lon.pdf")
    with large.open("r+b") as opened:
        opened.truncate(20 * 1024 * 1024 + 1)
    form.locator("input[type=file]").set_input_files([large, hall.file("bao-cao.txt")])
    expect(form.get_by_text("bao-cao.txt").first).to_be_visible()  # each file is looked at before it is sent
    expect(form.get_by_text(re.compile("qua-lon.pdf.*tối đa 20.*chưa được chọn"))).to_be_visible()
    send(form, bao)
    tuan = hall.at("tuan")
    offer(panel(tuan, "Tài liệu"), "Không duyệt").click()
    form = dialog(tuan)
    form.get_by_label("Lý do không duyệt").fill("Thiếu phụ lục số liệu.")
    send(form, tuan)
    hall.at("bao", hall.child("documents", PAPER))
    expect(bao.get_by_text("Thiếu phụ lục số liệu.").first).to_be_attached()
    press(bao, "Thay tài liệu…")
    form = dialog(bao)
    form.locator("input[type=file]").set_input_files(hall.file("bao-cao-day-du.txt"))
    expect(form.get_by_text("bao-cao-day-du.txt").first).to_be_visible()
    send(form, bao)
    expect_status(bao, "Chờ duyệt")
    tuan.reload()
    do(tuan, "Duyệt", "Tài liệu")
    expect(panel(tuan, "Tài liệu").get_by_text("Đã duyệt")).to_be_attached()
    nga = hall.at("nga")
    expect(nga.get_by_text(SUBJECT)).to_have_count(0)  # not before preparation is confirmed


def invitations(hall: Hall) -> None:
    """Everybody is invited; one answers, one sends another, whom the clerk confirms."""
    tuan = hall.sees("tuan")
    press(tuan, "Xác nhận hoàn tất chuẩn bị")
    dialog(tuan).get_by_role("button", name="Xác nhận hoàn tất chuẩn bị").click()
    go_on(tuan)  # there is no invitation letter
    expect_status(tuan, "Sắp diễn ra")
    long = hall.at("long")
    press(long, "Trả lời giấy mời…")
    dialog(long).get_by_text("Sẽ dự", exact=True).first.click()
    send(dialog(long), long)
    nga = hall.at("nga")
    expect(nga.get_by_text(PAPER).first).to_be_attached()
    form = open_adding(nga, "Ủy quyền tham gia")
    pick(form, "Người được ủy quyền", "huu phuoc", "Đặng Hữu Phước")
    send(form, nga)
    tuan.reload()
    do(tuan, "Xác nhận", "Ủy quyền tham gia")
    expect(panel(tuan, "Ủy quyền tham gia").get_by_text("Đã xác nhận")).to_be_attached()
    guest = hall.at("stranger")
    expect(guest.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(guest.get_by_text(PAPER)).to_have_count(0)  # not released to guests


def presence(hall: Hall) -> None:
    """The chair joins by the button, others scan the code that stands on the secretary's page."""
    press(hall.sees("tuan"), "Bắt đầu họp")
    expect_status(hall.sees("tuan"), "Đang diễn ra")
    hall.act("thuha", hall.child("roll", "Ngô Bích Vân"), "mark_absent", absence_reason="Đi công tác")
    press(hall.at("khanh"), "Vào họp")
    thuha = hall.at("thuha")
    for who in ("bao", "phuoc", "long"):
        page = hall.sees(who)
        page.goto(scanned(thuha))  # marked at once
        expect_status(page, "Đang diễn ra")
    expect(panel(thuha, "Điểm danh").get_by_text("4 Có mặt")).to_be_visible()  # without loading it again
    expect(panel(hall.sees("bao"), "Điểm danh").get_by_text("4 Có mặt")).to_be_visible()


def the_floor(hall: Hall) -> None:
    """The agenda moves on and one asks for the floor; all see at once who speaks on what."""
    thuha, khanh, bao, long = (hall.sees(who) for who in ("thuha", "khanh", "bao", "long"))
    do(thuha, "Bắt đầu bàn")
    press(bao, "Đăng ký phát biểu")
    form = dialog(bao)
    form.get_by_label("Nội dung phát biểu").fill(TOPIC)
    send(form, bao)
    do(thuha, "Mời phát biểu", "Phát biểu")
    for page in (khanh, long):
        expect(page.locator(".queue-now")).to_contain_text("Trần Quốc Bảo")
        expect(page.locator(".current-line")).to_contain_text("Khai mạc")
    do(thuha, "Đã phát biểu", "Phát biểu")
    expect(long.locator(".queue-now")).to_have_count(0)


def cast(page: Page, choice: str, instead: str = "") -> None:
    """Vote beside the question on the meeting's page."""
    offer(panel(page, "Biểu quyết"), f"Bỏ phiếu{instead}").click()
    form = dialog(page)
    form.get_by_text(choice, exact=True).first.click()
    send(form, page)


def open_vote(hall: Hall) -> None:
    """Those present vote before everybody's eyes; the stand-in votes for whom he stands in."""
    thuha = hall.sees("thuha")
    form = open_adding(thuha, "Biểu quyết")
    form.get_by_label("Nội dung biểu quyết").fill(QUESTION)
    send(form, thuha)
    do(thuha, "Bắt đầu biểu quyết", "Biểu quyết")
    cast(hall.sees("bao"), "Tán thành")
    cast(hall.sees("phuoc"), "Tán thành", " thay Bùi Thúy Nga")
    cast(hall.sees("long"), "Không tán thành")
    hall.at("thuha", hall.child("votes", QUESTION))
    expect(thuha.get_by_role("link", name="Trần Quốc Bảo").first).to_be_attached()  # an open ballot
    press(thuha, "Kết thúc và kiểm phiếu")
    expect_status(thuha, "Đã kiểm phiếu")


def secret_vote(hall: Hall) -> None:
    """Nobody sees another's ballot, nor any figure before the count."""
    vote = hall.add("thuha", "vote", "votes", motion="Bầu tổ trưởng tổ giúp việc", secret_ballot=True)
    hall.act("thuha", vote, "begin_vote")
    cast(hall.at("khanh"), "Không tán thành")
    cast(hall.at("bao"), "Tán thành")
    ballot = hall.child("ballots", of=vote, who="khanh")
    for who in ("thuha", "bao"):
        page = hall.at(who, vote)
        expect(page.locator(f"a[href*='/r/{ballot}']")).to_have_count(0)
        assert page.request.get(f"/r/{ballot}").status == 404
    thuha = hall.sees("thuha")
    press(thuha, "Kết thúc và kiểm phiếu")
    expect_status(thuha, "Đã kiểm phiếu")


def conclude(hall: Hall) -> None:
    """The chair concludes; the clerk makes a task of it, filled in from the conclusion."""
    khanh = hall.at("khanh")
    form = open_adding(khanh, "Kết luận")
    form.get_by_label("Nội dung kết luận").fill(CONCLUSION)
    send(form, khanh)
    tuan = hall.at("tuan", hall.child("conclusions"))
    form = open_adding(tuan, "Nhiệm vụ")
    expect(form.locator("input[name=name]")).to_have_value(CONCLUSION)
    pick(form, "Đơn vị thực hiện", "khoa hoc", "Sở Khoa học và Công nghệ")
    pick(form, "Người thực hiện", "quoc bao", "Trần Quốc Bảo")
    form.get_by_role("textbox", name="Hạn xử lý").fill("+5")
    send(form, tuan)


def close(hall: Hall) -> None:
    """The secretary closes, saying why with a remark open; the minutes are read on the page and as files."""
    hall.act("thuha", hall.meeting, "open_feedback")
    hall.add("long", "feedback", "feedback", text="Đề nghị gửi tài liệu sớm hơn")
    thuha = hall.at("thuha")
    press(thuha, "Đóng cuộc họp")
    dialog(thuha).get_by_role("button", name="Đóng cuộc họp").click()
    expect(dialog(thuha)).to_contain_text("Còn góp ý chưa giải quyết.")
    go_on(thuha, "Sẽ trả lời bằng văn bản.")
    expect_status(thuha, "Đã diễn ra")
    phuoc = hall.at("phuoc")
    minutes = phuoc.get_by_role("link", name="Biên bản").first
    phuoc.goto(minutes.get_attribute("href") or "")
    taken = {
        ending: phuoc.request.get(phuoc.locator(f"a[href$='print.{ending}']").get_attribute("href") or "")
        for ending in ("pdf", "docx")
    }
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(taken["pdf"].body())).pages)
    document = docx.Document(io.BytesIO(taken["docx"].body()))
    written = "".join(element.text or "" for element in document.element.body.iter())
    for text in (pdf, written):
        flat = re.sub(r"\s+", "", text)
        for said in (SUBJECT, CONCLUSION, TOPIC, QUESTION, "Đi công tác", "Đặng Hữu Phước"):
            assert re.sub(r"\s+", "", said) in flat, said
    guest = hall.at("stranger")
    expect(guest.get_by_text(CONCLUSION).first).to_be_attached()
    expect(guest.get_by_role("link", name="Biên bản")).to_have_count(0)


def afterwards(hall: Hall) -> None:
    """The meeting shows how its task stands; the next one lists what is not done yet."""
    bao = hall.at("bao", hall.child("tasks", who="tuan"))
    press(bao, "Tiếp nhận")
    expect_status(bao, "Đang thực hiện")
    tuan = hall.at("tuan")
    expect(panel(tuan, "Nhiệm vụ").get_by_role("listitem")).to_contain_text("Đang thực hiện")
    press(tuan, "Lập cuộc họp tiếp theo…")
    send(dialog(tuan), tuan)
    hall.at("tuan", hall.child("later_meetings"))
    expect_status(tuan, "Chuẩn bị")
    expect(panel(tuan, "Việc kỳ trước chưa xong").get_by_role("listitem")).to_contain_text(CONCLUSION)
