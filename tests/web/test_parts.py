"""The small parts of pages by themselves: addresses, charts, words, posted names, layout."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from luongviec.engine.text import Text
from luongviec.services.views import (
    ActionOffer,
    BlockView,
    Cell,
    RecordLink,
    RecordPage,
    RelatedView,
    Row,
    StatusView,
)
from luongviec.web import charts, formatting, words
from luongviec.web.addresses import list_url, read_address
from luongviec.web.posted import nested
from luongviec.web.record_layout import block_at, lay_out

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # Monday, 10:00 in Vietnam
STATUS = StatusView("open", Text("Đang mở"), "blue", "x", final=False)


@pytest.fixture
def at_ten(tmp_path: Path):
    """Stand at ten in the morning of a Monday."""

    class Running:
        class settings:  # noqa: N801
            timezone = "Asia/Ho_Chi_Minh"

        @staticmethod
        def clock() -> datetime:
            return NOW

    app = Flask(__name__)
    app.extensions["luongviec"] = Running()
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("passed", "words_said"),
    [
        (timedelta(seconds=20), "vừa xong"),
        (timedelta(minutes=12), "12 phút trước"),
        (timedelta(hours=2), "Hôm nay 08:00"),
        (timedelta(hours=18), "Hôm qua 16:00"),
        (timedelta(days=5), "18/11 10:00"),
        (timedelta(days=400), "19/10/2025 10:00"),
    ],
)
def test_ago(at_ten: None, passed: timedelta, words_said: str) -> None:
    assert formatting.ago(NOW - passed) == words_said


@pytest.mark.requirement("S5")
@pytest.mark.parametrize(
    ("distance", "tone", "said", "second", "shown_tone"),
    [
        (timedelta(days=-6), None, "Trễ 6 ngày", "17/11", "red"),
        (timedelta(hours=-3), "red", "Trễ 3 giờ", "23/11", "red"),
        (timedelta(hours=-1), "orange", "Hôm nay", "09:00", "orange"),
        (timedelta(hours=1), None, "Hôm nay", "11:00", "orange"),
        (timedelta(days=2), None, "Còn 2 ngày", "25/11", "yellow"),
        (timedelta(days=5), "green", "28/11", "Thứ Bảy", "green"),
    ],
)
def test_due_words(
    at_ten: None, distance: timedelta, tone: str | None, said: str, second: str, shown_tone: str
) -> None:
    due = formatting.due_words(NOW + distance, tone=tone)
    assert (due.brief, due.second, due.tone) == (said, second, shown_tone)


def test_finished_work_is_never_late(at_ten: None) -> None:
    assert formatting.due_words(NOW - timedelta(days=9), late=False).tone == "grey"


def test_names() -> None:
    assert formatting.initials("Nguyễn Thị Thu Hà") == "TH"
    assert formatting.initials("") == ""
    assert formatting.short_name("Nguyễn Thị Thu Hà") == "Thu Hà"
    assert formatting.file_kind("bao-cao.v2.PDF") == ("PDF", "red")
    assert formatting.file_kind("không đuôi") == ("?", "grey")


def test_an_address_reads_as_it_was_written() -> None:
    given = MultiDict(
        [
            ("filter.status", "a"),
            ("filter.status", "b"),
            ("q", "đề án & 06"),
            ("page", "3"),
            ("sort", "-due_at"),
        ]
    )
    address = read_address("task", "mine", given)
    again = read_address("task", "mine", MultiDict([
        tuple(part.split("=")) for part in address.url.replace("%C3%A1", "á").split("?")[1].split("&")
    ]))  # fmt: skip
    assert address.filters == {"status": ("a", "b")}
    assert again.filters == address.filters
    assert address.with_split("x").page == 1
    assert address.without_filter("status").filters == {}
    assert list_url("task", "mine", due="over") == "/m/task/mine?filter.due=over"
    assert read_address("task", "mine", MultiDict([("page", "-1"), ("size", "99999")])).size == 100


def test_shares_fill_the_strip_and_leave_nothing_out() -> None:
    parts = charts.share_strip([4, 0, 3, 25], ["red", None, "orange", "green"])
    assert [part.index for part in parts] == [0, 2, 3]
    assert parts[-1].start + parts[-1].length == pytest.approx(320, abs=0.1)
    assert charts.share_strip([0, 0], [None, None]) == ()
    assert sum(part.length for part in charts.donut([1], ["red"])) == pytest.approx(295.3, abs=0.1)
    assert [bar.length for bar in charts.bars([0, 10], [None, None], height=90)] == [0, 90]


def test_posted_names_nest() -> None:
    pairs = [
        ("name", "a"), ("who", "1"), ("who", "2"), ("rows.0.x", "p"), ("rows.7.x", "q"), ("new.id", ""),
        ("new.new.title", "t"), ("_version", "3"),
    ]  # fmt: skip
    assert nested(pairs) == {
        "name": "a", "who": ["1", "2"], "rows": [{"x": "p"}, {"x": "q"}],
        "new": {"id": "", "new": {"title": "t"}},
    }  # fmt: skip
    assert nested(pairs, remove="rows.0")["rows"] == [{"x": "q"}]
    assert nested(pairs, add="rows")["rows"] == [{"x": "p"}, {"x": "q"}, {}]
    assert nested([("a", "1"), ("a.b", "2")]) == {"a": "1"}


def row(title: str, *cells: Cell) -> Row:
    """Make a row."""
    return Row(RecordLink(1, "m", title, STATUS), cells)


def test_a_title_is_not_said_twice() -> None:
    text = Cell("text", "multiline", "Đã tổng hợp xong số liệu của 45/45 xã, phường")
    cut = row("Đã tổng hợp xong số liệu của 45…", text, Cell("percent", "number", 70))
    assert [cell.code for cell in words.beside_title(cut)] == ["percent"]
    assert words.long_title(cut) == text.value
    assert words.long_title(row("Khác", text)) == "Khác"
    numbered = row("1. Khai mạc", Cell("subject", "text", "Khai mạc"))
    assert words.beside_title(numbered) == []


def page_with(*blocks: BlockView, offers: tuple[ActionOffer, ...] = ()) -> RecordPage:
    """Make a record page."""
    return RecordPage(
        RecordLink(1, "m", "Tên", STATUS), Text("M"), None, 1, None, None, False, (), offers, blocks,
        may_comment=False, may_attach=False, attach_limit_mb=0,
    )  # fmt: skip


def test_layout_tells_words_marks_and_facts_apart_and_leaves_idle_blocks_out() -> None:
    fields = BlockView(
        "record", Text("x"),
        (
            Cell("name", "text", "Tên"), Cell("body", "multiline", "Dài"),
            Cell("p", "choice", "u", Text("U"), "red", "flag"),
            Cell("n", "number", 3), Cell("e", "number", None),
        ),
    )  # fmt: skip
    empty = BlockView("list", Text("Trống"), RelatedView("r", Text("r"), (), (), more=False))
    layout = lay_out(page_with(fields, empty, BlockView("people", Text("P"), ())))
    assert [block.kind for block in layout.main] == ["words"]
    assert [block.kind for block in layout.side] == ["facts", "people"]
    assert [cell.code for cell in layout.marks] == ["p"]
    assert layout.tabs == ()
    assert block_at(page_with(fields), 0) is None


def test_one_filled_button_carries_the_work_on() -> None:
    def offer(code: str, tone: str, *, enabled: bool = True, shown: str = "button") -> ActionOffer:
        return ActionOffer(code, Text(code), tone, None, shown, enabled)

    layout = lay_out(
        page_with(offers=(offer("no", "refuse"), offer("off", "handle", enabled=False), offer("go", "handle"),
                          offer("more", "plain", shown="menu"), offer("hidden", "plain", shown="never")))
    )  # fmt: skip
    assert layout.primary is not None
    assert layout.primary.code == "go"
    assert [one.code for one in layout.bar] == ["no", "go", "off"]
    assert [one.code for one in layout.rest] == ["more"]
