"""A roll that is called on its page: a press a line, what may be pressed, and what others may not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from luongviec.services.record_page.marking import mark_sheet
from luongviec.services.records import changing
from tests.web.conftest import Pages, Reader
from tests.web.doing import YES
from tests.web.test_action_codes import running_meeting


def pressed(reader: Reader, address: str) -> str:
    """Press a button of a line as a script does: the line alone comes back."""
    sent = {"csrf_token": reader.token()}
    return reader.client.post(address, headers={"HX-Request": "true"}, data=sent).text


@pytest.mark.requirement("M-39", "M-40", "S12")
def test_a_roll_is_called_line_by_line(
    pages: Pages, count_statements: Callable[[Callable[[], object]], int]
) -> None:
    alone, meeting = running_meeting(pages), running_meeting(pages, "bao", "nga", "long")
    sheet = mark_sheet(pages.platform, pages.town.actor("tuan"), meeting, "roll")
    assert [(view.code, count) for view, count in sheet.counts][:2] == [("expected", 3), ("present", 0)]
    reader = pages.as_("tuan")
    few = count_statements(lambda: reader.get(f"/r/{alone}/mark/roll"))
    assert count_statements(lambda: reader.get(f"/r/{meeting}/mark/roll")) <= few + 2  # not by lines
    first, second, third = (line.row.record.id for line in sheet.lines)
    tuan, address = pages.as_("tuan"), f"/r/{meeting}/mark/roll"
    assert f'href="{address}"' in tuan.get(f"/r/{meeting}").text
    drawn = tuan.get(address).text
    assert drawn.count('<li class="related-row mark-line') == 3
    assert f'hx-post="{address}/{first}/mark_absent"' in drawn  # the reason may stay open

    answer = tuan.post(f"{address}/{first}/mark_present")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}#line-{first}")
    part = pressed(tuan, f"{address}/{second}/mark_absent")
    assert part.count("<li") == 1
    assert 'data-status="absent"' in part
    assert "Ghi lý do vắng…" in part
    again = pressed(tuan, f"{address}/{second}/mark_departed")
    assert 'role="alert"' in again  # not now: said on the line, which stays as it was
    assert 'data-status="absent"' in again

    rest = tuan.get(f"{address}/rest/mark_absent")
    assert re.search(rf"/bulk/mark_absent/{third}\?", rest.headers["Location"])
    said = {"absence_reason": "Ốm"}
    changing.act(pages.platform, pages.town.actor("tuan"), second, "explain_absence", said, answers=YES)
    assert "Ốm" in tuan.get(address).text
    bao = pages.as_("bao")
    assert address not in bao.get(f"/r/{meeting}").text
    seen = bao.get(address).text  # an attendee reads the roll, without reasons, and marks nobody
    assert "Ốm" not in seen
    assert "hx-post" not in seen
    assert bao.post(f"{address}/{third}/mark_present").status_code == 303
    assert mark_sheet(pages.platform, pages.town.actor("tuan"), meeting, "roll").counts[0][1] == 1
    assert tuan.get(f"/r/{meeting}/mark/agenda").status_code == 404
    assert pages.as_("phuoc").get(address).status_code == 404
