"""The page of parameters: a summary before saving, what was typed comes back, units, refusals."""

from __future__ import annotations

import pytest

from tests.web.conftest import Pages

PAGE = "/settings/parameters"


@pytest.mark.requirement("C-30", "W-37", "W-47")
def test_saving_takes_two_steps(pages: Pages) -> None:
    admin = pages.as_("tung")
    typed = {"value.qr_minutes": "30", "shown.qr_minutes": ""}
    summary = admin.send(PAGE, typed)
    assert summary.status_code == 200
    assert "30 phút" in summary.text
    assert 'value="10"' in admin.get(PAGE).text  # nothing is saved yet
    saved = admin.send(PAGE, {**typed, "_confirmed": "1"})
    assert saved.status_code == 303
    assert 'name="value.qr_minutes" type="text" value="30"' in admin.get(PAGE).text


@pytest.mark.requirement("C-80")
def test_what_was_typed_comes_back_with_its_fault(pages: Pages) -> None:
    answer = pages.as_("tung").send(PAGE, {"value.qr_minutes": "<script>", "value.due_soon_days": "8"})
    assert answer.status_code == 422
    assert "Hãy nhập một số" in answer.text
    assert 'value="&lt;script&gt;"' in answer.text
    assert 'name="value.due_soon_days" type="text" value="8"' in answer.text


def test_somebody_elses_change_is_told(pages: Pages) -> None:
    admin = pages.as_("tung")
    admin.send(PAGE, {"value.delegation_depth": "2", "_confirmed": "1"})
    answer = admin.send(
        PAGE, {"value.delegation_depth": "4", "shown.delegation_depth": "", "_confirmed": "1"}
    )
    assert answer.status_code == 409
    assert "Đỗ Thanh Tùng vừa đặt" in answer.text
    assert 'value="4"' in answer.text


@pytest.mark.requirement("U-29", "A-25")
def test_others_are_refused(pages: Pages) -> None:
    assert pages.as_("phuoc").get(PAGE).status_code == 403
    assert pages.as_("phuoc").send(PAGE, {"value.qr_minutes": "5", "_confirmed": "1"}).status_code == 403
    assert pages.as_("tung").get(f"{PAGE}?unit=999999").status_code == 404
    assert pages.as_("tung").get(f"{PAGE}?unit=x").status_code == 200


def test_unknown_and_foreign_names_are_left_alone(pages: Pages) -> None:
    typed = {"value.nothing": "1", "value.platform.nothing": "1", "reset": "nothing", "_confirmed": "1"}
    assert pages.as_("tung").send(PAGE, typed).status_code == 303
