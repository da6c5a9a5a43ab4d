"""The small parts of pages that Python draws."""

from __future__ import annotations

import pytest

from luongviec.engine.text import Text
from luongviec.services.views import PersonView, StatusView
from luongviec.web import drawn

MEAN = '<b>"An" & Bình</b>'


@pytest.mark.parametrize(
    "part",
    [
        drawn.avatar(MEAN),
        drawn.unit_avatar(MEAN),
        drawn.person(PersonView(1, MEAN, MEAN, active=False), me=1),
        drawn.person(PersonView(1, MEAN, MEAN), short=True),
        drawn.status(StatusView("new", Text(MEAN, MEAN), "blue", "open", final=False)),
    ],
)
def test_names_bring_no_markup(part: str) -> None:
    assert "<b>" not in part
    assert '"An"' not in part
    assert "&lt;b&gt;" in part or drawn.avatar_tone(MEAN) in part


def test_who_looks_and_who_has_left_are_marked() -> None:
    own = drawn.person(PersonView(7, "Lê Văn Khánh"), me=7)
    left = drawn.person(PersonView(8, "Phạm Minh Tuấn", active=False), me=7)
    assert ("Bạn" in own, "đã nghỉ" in own) == (True, False)
    assert ("Bạn" in left, "đã nghỉ" in left) == (False, True)
