"""Codes of actions on pages: shown by who may, followed by the right person, of no use to others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.services.platform import utc_now
from luongviec.services.records import changing
from luongviec.services.records.action_links import make_link
from tests.web.conftest import Pages
from tests.web.doing import YES

CODE = "check_in_by_code"


def running_meeting(pages: Pages, *attendees: str) -> int:
    """Make a meeting that begins in half an hour and has been announced."""
    town, starts = pages.town, utc_now() + timedelta(minutes=30)
    typed = {
        "subject": "Họp giao ban", "host": str(town.units["province"]), "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=1)).isoformat(), "venue": "Phòng họp A2",
        "attendee": [str(town.users[who]) for who in attendees or ("bao",)],
    }  # fmt: skip
    made = changing.create_record(pages.platform, town.actor("tuan"), "meeting", typed, answers=YES).record_id
    changing.act(pages.platform, town.actor("tuan"), made, "confirm_preparation", {}, answers=YES)
    return made


@pytest.mark.requirement("M-25", "M-32", "M-49", "M-78", "W-43")
def test_a_code_is_shown_scanned_and_followed(pages: Pages) -> None:
    meeting = running_meeting(pages)
    tuan, bao = pages.as_("tuan"), pages.as_("bao")
    address = f"/r/{meeting}/code/{CODE}"
    assert f'href="{address}"' in tuan.get(f"/r/{meeting}").text
    shown = tuan.get(address)
    assert shown.status_code == 200
    assert "paper-qr" in shown.text
    assert 'hx-trigger="load delay:' in shown.text  # a screen fetches the next one by itself
    assert "Mã in dùng được đến" in tuan.get(f"{address}?paper=1").text
    withdrawn = tuan.send(f"{address}/withdraw", {})
    assert (withdrawn.status_code, withdrawn.headers["Location"]) == (303, f"{address}?paper=1")
    assert "Thu hồi gần nhất" in tuan.get(f"{address}?paper=1").text
    assert bao.send(f"{address}/withdraw", {}).status_code in (403, 404)
    for reader in (bao, pages.as_("nga")):
        assert reader.get(address).status_code in (403, 404)
    assert tuan.get(f"/r/{meeting}/code/close").status_code == 404

    token = make_link(pages.platform, pages.town.actor("tuan"), meeting, CODE).token
    visitor = pages.visitor().get(f"/go/{token}")
    assert visitor.status_code in (302, 303)
    assert "sign-in" in visitor.headers["Location"]
    assert "Điểm danh bằng mã" in bao.get(f"/go/{token}").text
    answer = bao.post(f"/go/{token}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/r/{meeting}")
    assert "Có mặt" in bao.get(f"/r/{meeting}").text
    assert bao.post(f"/go/{token}").status_code in (403, 409)
    assert pages.as_("nga").get(f"/go/{token}").status_code == 404
    assert bao.get(f"/go/{token}x").status_code == 403
    changing.act(pages.platform, pages.town.actor("tuan"), meeting, "close", {}, answers=YES)
    assert f'href="{address}"' not in tuan.get(f"/r/{meeting}").text  # nobody joins any more
    assert "Điểm danh bằng mã" not in bao.get(f"/r/{meeting}").text  # it is reached through the code alone
