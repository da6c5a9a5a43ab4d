"""Who may open and send what: one table, as nobody, a stranger, a lesser role, the right person."""

from __future__ import annotations

import pytest

from tests.web.conftest import Pages
from tests.web.doing import make_task

NOBODY, STRANGER, LESSER, RIGHT = None, "stranger", "phuoc", "bao"
#: address → status for nobody, for a stranger, for somebody of another unit's office, for the assignee.
READING = {
    "/": (303, 200, 200, 200),
    "/m/task/assigned_to_me": (303, 200, 200, 200),
    "/notifications": (303, 200, 200, 200),
    "/search?q=bao": (303, 200, 200, 200),
    "/preferences": (303, 200, 200, 200),
    "/admin/mail": (303, 403, 403, 403),
    "/r/{id}": (303, 404, 404, 200),
    "/r/{id}/explain": (303, 404, 404, 200),
    "/r/{id}/edit": (303, 404, 404, 403),
    "/r/{id}/do/accept": (303, 404, 404, 200),
    "/r/{id}/do/forward": (303, 404, 404, 200),
    "/r/{id}/do/cancel": (303, 404, 404, 403),
    "/r/{id}/do/nothing": (303, 404, 404, 403),
    "/r/{id}/move/doing": (303, 404, 404, 200),
    "/r/{id}/add/children": (303, 404, 404, 200),
    "/r/{id}/add/progress": (303, 404, 404, 403),
    "/r/{id}/add/nothing": (303, 404, 404, 404),
    "/m/task/new": (303, 403, 403, 200),
    "/files/1": (303, 404, 404, 404),
}
SENDING = {
    "/r/{id}/do/accept": (401, 404, 404, 303),
    "/r/{id}/do/cancel": (401, 404, 404, 403),
    "/r/{id}/comment": (401, 404, 404, 303),
    "/r/{id}/edit": (401, 404, 404, 403),
    "/r/{id}/undo/1": (401, 404, 404, 404),
    "/notifications/read": (401, 303, 303, 303),
}


@pytest.mark.parametrize("column", range(4), ids=["nobody", "stranger", "lesser", "right"])
def test_reading(pages: Pages, column: int) -> None:
    record_id = make_task(pages)
    name = (NOBODY, STRANGER, LESSER, RIGHT)[column]
    reader = pages.as_(name) if name else pages.visitor()
    got = {address: reader.get(address.format(id=record_id)).status_code for address in READING}
    assert got == {address: statuses[column] for address, statuses in READING.items()}


@pytest.mark.parametrize("column", range(4), ids=["nobody", "stranger", "lesser", "right"])
def test_sending(pages: Pages, column: int) -> None:
    name = (NOBODY, STRANGER, LESSER, RIGHT)[column]
    reader = pages.as_(name) if name else pages.visitor()
    token = reader.token() if name else reader.token("/sign-in")
    got = {}
    for address in SENDING:
        record_id = make_task(pages)
        typed = {"text": "Đã nhận."} if address.endswith("comment") else {}
        got[address] = reader.post(address.format(id=record_id), token=token, **typed).status_code
    assert got == {address: statuses[column] for address, statuses in SENDING.items()}


@pytest.mark.requirement("T-129")
def test_what_one_may_not_see_is_in_no_page(pages: Pages) -> None:
    make_task(pages, "Việc riêng của Sở")
    stranger = pages.as_("stranger")
    for address in ("/", "/m/task", "/m/task/assigned_to_me", "/search?q=viec+rieng", "/notifications"):
        assert "Việc riêng của Sở" not in stranger.get(address).text, address
    assert "Việc riêng của Sở" in pages.as_("bao").get("/m/task/assigned_to_me").text
