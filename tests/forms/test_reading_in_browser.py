"""What the browser makes of a typed text is what the server makes of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import luongviec.web
from luongviec.engine.model import Field
from luongviec.engine.text import Text
from luongviec.forms.reading import Clock, Unreadable, read_one
from luongviec.forms.tree import encode

SCRIPT = Path(luongviec.web.__file__).parent / "static" / "app" / "form_values.js"
NOW = datetime(2026, 11, 23, 6, 9, tzinfo=UTC)
CLOCK = Clock(NOW, ZoneInfo("Asia/Ho_Chi_Minh"))
CONTEXT = {"today": {"date": "2026-11-23"}, "offset_minutes": 420}

numbers = st.text("0123456789.,- %", max_size=9)
days = st.one_of(
    st.text("0123456789/-.+ ", max_size=10),
    st.from_regex(r"\A[0-3]?[0-9][/.-][01]?[0-9]([/.-](20)?[0-9]{2})?\Z"),
    st.sampled_from(["hôm nay", "Ngày mai", "mai", "+5", "+2 tuần", "-1", "2026-02-29", "today", "thứ 6"]),
)
clocks = st.one_of(
    st.from_regex(r"\A[0-2]?[0-9](:[0-5][0-9]|h([0-5][0-9])?)\Z"), st.text("0123456789:h", max_size=5)
)
moments = st.one_of(
    days, clocks, st.tuples(days, clocks).map(" ".join), st.tuples(clocks, days).map(" ".join)
)


@pytest.fixture(scope="module")
def in_browser() -> Iterator[Callable[[str, str], object]]:
    """Give a function that reads a text with the script that pages load."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node to run the script with")
    command = [node, str(Path(__file__).parent / "read_typed.mjs"), str(SCRIPT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def read(widget: str, text: str) -> object:
            process.stdin.write(json.dumps({"widget": widget, "text": text, "context": CONTEXT}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield read
        process.stdin.close()


def on_server(widget: str, text: str) -> object:
    try:
        return encode(read_one(Field("x", widget, Text("X")), text, CLOCK))
    except Unreadable:
        return None


@settings(max_examples=1200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    case=st.one_of(
        st.tuples(st.just("number"), numbers),
        st.tuples(st.just("date"), days),
        st.tuples(st.just("datetime"), moments),
    )
)
def test_what_the_browser_reads_the_server_reads_too(
    case: tuple[str, str], in_browser: Callable[[str, str], object]
) -> None:
    widget, text = case
    read = in_browser(widget, text)
    if read is not None:  # weekdays and the like only the server knows
        assert read == on_server(widget, text)


@pytest.mark.parametrize(
    ("widget", "text"),
    [
        ("number", "1,8"),
        ("number", "2.316"),
        ("date", "27/11"),
        ("date", "+5"),
        ("date", "hôm nay"),
        ("datetime", "27/11/2026 14:30"),
        ("datetime", "14h30 27/11"),
        ("datetime", "27/11"),
    ],
)
def test_what_both_must_read(widget: str, text: str, in_browser: Callable[[str, str], object]) -> None:
    assert in_browser(widget, text) == on_server(widget, text) is not None
