"""What the checker says of the words by which somebody stands in for another."""

from __future__ import annotations

import pytest

from luongviec.engine.checker.check import check_workspace
from luongviec.engine.compiler import compile_workspace
from tests.engine.standing_in import cases, errands, passes
from tests.engine.worlds import CATEGORIES


def codes_at(**words: object) -> set[str]:
    """Check errands written with other words; what is found there."""
    found = check_workspace(compile_workspace((CATEGORIES, *cases(), *errands(**words), *passes())))
    return {one.code for one in found if "errand" in str(one.place) and one.code.startswith("E")}


def test_the_words_as_they_are_written_are_sound() -> None:
    assert codes_at() == set()


@pytest.mark.parametrize(
    ("word", "value", "code"),
    [
        ("from", "record.name", "E310"),
        ("until", "record.areas", "E310"),
        ("depth", "record.name", "E310"),
        ("may", ["vanish"], "E222"),
        ("person_keeps", ["vanish"], "E222"),
        ("roles", ["ghost"], "E222"),
        ("deputy", "person", "E218"),
        ("where", "record.name", "E115"),
        ("where", "owner", "E115"),
        ("abilities", "record.areas", "E115"),
        ("while", ["never"], "E115"),
    ],
)
def test_what_cannot_be_is_named(word: str, value: object, code: str) -> None:
    assert code in codes_at(**{word: value})
