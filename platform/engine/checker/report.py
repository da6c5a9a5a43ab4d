"""Problems as people and tools read them: lines of text, JSON, and the exit code of a check."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from luongviec.engine.sources.problems import Problem, Severity

_COUNT_WORDS = {
    "vi": {Severity.ERROR: "lỗi", Severity.WARNING: "cảnh báo", Severity.INFORMATION: "thông tin"},
    "en": {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFORMATION: "notes"},
}
_NO_PROBLEMS = {"vi": "Không có vấn đề nào.", "en": "No problems."}


def as_text(problems: Iterable[Problem], language: str = "vi") -> str:
    """Give one line for each problem and a last line that counts them."""
    found = tuple(problems)
    if not found:
        return _NO_PROBLEMS.get(language, _NO_PROBLEMS["en"])
    words = _COUNT_WORDS.get(language, _COUNT_WORDS["en"])
    counted = Counter(one.severity for one in found)
    summary = ", ".join(
        f"{counted[severity]} {word}" for severity, word in words.items() if counted[severity]
    )
    return "\n".join([*(one.in_language(language) for one in found), summary])


def as_json(problems: Iterable[Problem]) -> str:
    """Give the problems as a JSON array with both languages."""
    return json.dumps([as_data(one) for one in problems], ensure_ascii=False, indent=2)


def as_data(problem: Problem) -> dict[str, object]:
    """Give one problem as plain data."""
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "code": problem.code,
        "severity": problem.severity.value,
        "message": {"vi": problem.message.vi, "en": problem.message.en},
        "hint": {"vi": problem.hint.vi, "en": problem.hint.en},
    }


def exit_code(problems: Iterable[Problem], *, usable: bool = True, strict: bool = False) -> int:
    """Give the exit code of a check: 0 without errors, 1 with errors, 2 if nothing can be used.

    Args:
        problems: what was found.
        usable: whether a workspace came out of it at all.
        strict: whether warnings count as errors.
    """
    if not usable:
        return 2
    counted = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return int(any(one.severity in counted for one in problems))
