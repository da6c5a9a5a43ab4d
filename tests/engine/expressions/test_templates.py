"""What templates print: days and numbers as people here write them, nothing for nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from luongviec.engine.text import Text
from tests.engine.expressions.things import Thing, text

LATE = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)  # already the 2nd in Vietnam


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ t | date }}", "02/03/2026"),
        ("{{ t | datetime }}", "02/03/2026 01:30"),
        ("{{ t }}", "02/03/2026 01:30"),
        ("{{ d | datetime }}", "05/03/2026"),
        ("{{ none | date }}|{{ none }}|{{ none | number }}|{{ none | pad(3) }}", "|||"),
        ("{{ 1234567.5 | number }}", "1.234.567,5"),
        ("{{ 3 | number(2) }}", "3,00"),
        ("{{ 7 | pad(3) }}", "007"),
        ("{{ true }} {{ false }}", "Có Không"),
        ("{{ people | join }}", "An, Bình"),
        ("{{ people | join(' và ') }}", "An và Bình"),
        ("{{ people }}", "An, Bình"),
        ("{{ none | default('chưa có') }}", "chưa có"),
        ("{{ 'Đường Láng' | plain }}", "Duong Lang"),
        ("{{ 'Nhiệm vụ dài' | truncate(8) }}", "Nhiệm v…"),
        ("{{ 'a' | upper }}{{ 'B' | lower }}{{ people | length }}", "Ab2"),
        ("{{ name }}", "Tên"),
        ("{{ days(1) + hours(2) }}", "1 ngày 2 giờ"),
        (
            "{% for p in people %}{{ loop.index }}{{ p.name }}{% if not loop.last %};{% endif %}{% endfor %}",
            "1An;2Bình",
        ),
        ("{% for p in none %}x{% else %}không ai{% endfor %}", "không ai"),
        ("{% if t > d %}a{% elif d %}b{% else %}c{% endif %}", "b"),
        ("{% for p in people if p.name == 'An' %}{{ p }}{% endfor %}", "An"),
    ],
)
def test_print(source, expected):
    scope = {
        "t": LATE,
        "d": date(2026, 3, 5),
        "people": (Thing(name="An"), Thing(name="Bình")),
        "name": Text("Tên", "Name"),
    }
    assert text(source, **scope) == expected


def test_language_and_timezone_come_from_the_scope():
    scope = {"t": LATE, "name": Text("Tên", "Name"), "_language": "en", "_timezone": UTC}
    assert text("{{ t | date }} {{ name }} {{ 1234.5 }} {{ true }}", **scope) == "01/03/2026 Name 1,234.5 Yes"


def test_durations_print_in_the_language():
    assert text("{{ d }}", d=timedelta(minutes=90), _language="en") == "1 h 30 min"
