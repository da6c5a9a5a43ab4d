"""Patterns of text fields, bounded so that no text makes a check run on.

Authors write patterns, anybody types texts. Python's engine backtracks; a repetition inside a
repetition (`(a+)+`) can take it years. Such patterns are not run: the field is then only limited in
length, and the checker tells the author.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

#: Longer texts are refused before a pattern is tried.
LONGEST_MATCHED = 1_000
LONGEST_PATTERN = 300

_EXACTLY = re.compile(r"\{\d{1,3}\}", re.ASCII)


@lru_cache(maxsize=1_000)
def safe_pattern(source: str) -> re.Pattern[str] | None:
    """Compile a pattern, `None` if it is wrong or may run on."""
    if len(source) > LONGEST_PATTERN or _repeats_repetition(source):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(source)
    except (re.error, OverflowError, RecursionError):
        return None


def _repeats_repetition(source: str) -> bool:
    """Whether a group that holds a repetition is itself repeated, or two such stand side by side.

    Reads the pattern left to right: escapes and classes are single signs. Conservative: what is
    doubtful counts as dangerous, lookarounds and back references too.
    """
    holds: list[bool] = [False]  # for every open group: does it hold a repetition or a choice?
    open_ended = 0  # how many repetitions without an end the pattern has
    index = 0
    closed_holding = False  # the item just read is a group that holds a repetition
    while index < len(source):
        sign = source[index]
        was_holding, closed_holding = closed_holding, False
        if sign == "\\":
            if source[index + 1 : index + 2].isdigit():
                return True
            index += 2
            continue
        if sign == "[":
            index = _end_of_class(source, index)
            continue
        if sign == "(":
            if source[index + 1 : index + 2] == "?" and source[index + 2 : index + 3] != ":":
                return True
            holds.append(False)
        elif sign == ")" and len(holds) > 1:
            closed_holding = holds.pop()
            holds[-1] = holds[-1] or closed_holding
        elif sign == "|":
            holds[-1] = True
        elif sign in "*+{":
            if was_holding:
                return True
            if _EXACTLY.match(source, index) is None:
                open_ended += 1
                holds[-1] = True
        index += 1
    return open_ended > 4


def _end_of_class(source: str, index: int) -> int:
    index += 1
    if source[index : index + 1] == "^":
        index += 1
    if source[index : index + 1] == "]":
        index += 1
    while index < len(source) and source[index] != "]":
        index += 2 if source[index] == "\\" else 1
    return index + 1
