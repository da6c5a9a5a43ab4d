"""Problems as text, JSON and exit codes."""

from __future__ import annotations

import json

import pytest

from luongviec.engine.checker.report import as_json, as_text, exit_code
from luongviec.engine.sources.problems import Place, Problem
from luongviec.engine.text import Text

ERROR = Problem(Place("modules/a.yaml", 3, 5), "E102", Text("Sai", "Wrong"), Text("Sửa", "Mend it."))
WARNING = Problem(Place("modules/a.yaml", 1, 1), "W209", Text("Lạ", "Odd"), Text("Xem", "Look."))


def test_text_has_one_line_for_each_problem_and_counts_them():
    assert as_text([ERROR, WARNING], "en").splitlines() == [
        "modules/a.yaml:3:5: E102 Wrong Mend it.",
        "modules/a.yaml:1:1: W209 Odd Look.",
        "1 errors, 1 warnings",
    ]


def test_text_without_problems_says_so_in_the_language():
    assert as_text([], "vi") == "Không có vấn đề nào."
    assert as_text([], "en") == "No problems."


def test_json_has_place_code_and_both_languages():
    (found,) = json.loads(as_json([ERROR]))
    assert found == {
        "file": "modules/a.yaml",
        "line": 3,
        "column": 5,
        "code": "E102",
        "severity": "error",
        "message": {"vi": "Sai", "en": "Wrong"},
        "hint": {"vi": "Sửa", "en": "Mend it."},
    }


@pytest.mark.parametrize(
    ("problems", "usable", "strict", "code"),
    [
        ([], True, False, 0),
        ([WARNING], True, False, 0),
        ([WARNING], True, True, 1),
        ([ERROR, WARNING], True, False, 1),
        ([ERROR], False, False, 2),
    ],
)
def test_exit_code(problems, usable, strict, code):
    assert exit_code(problems, usable=usable, strict=strict) == code
