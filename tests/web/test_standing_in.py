"""Pages of somebody who stands in for another: marks, parts of a list, buttons, forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from luongviec.engine.planning.plan import Answers
from luongviec.services.records import changing
from tests.web.conftest import Pages
from tests.web.doing import make_task


def test_pages_say_in_whose_place(pages: Pages) -> None:
    task = make_task(pages)
    stranger = pages.as_("stranger")
    assert stranger.get(f"/r/{task}").status_code == 404
    today = (datetime.now(UTC) + timedelta(hours=7)).date()
    bao = pages.town.users["bao"]
    raw = {
        "person": [bao], "deputy": [pages.town.users["stranger"]],
        "from_day": today.isoformat(), "to_day": today.isoformat(), "areas": ["task"],
    }  # fmt: skip
    made = changing.create_record(
        pages.platform, pages.town.actor("bao"), "substitution", raw, answers=Answers(confirmed=True)
    )
    for address in ("/m/substitution/mine", "/m/substitution", f"/r/{made.record_id}"):
        answer = stranger.get(address)
        assert answer.status_code == 200
        assert "Nhiệm vụ" in answer.text
    page = stranger.get(f"/r/{task}").text
    assert "Bạn đang xem hồ sơ này thay Trần Quốc Bảo." in page
    assert f"for={bao}" in page
    assert "thay Trần Quốc Bảo" in page
    listed = stranger.get("/m/task/assigned_to_me").text
    assert "thay Trần Quốc Bảo" in listed
    assert "Thay Trần Quốc Bảo" in listed
    assert "thay Trần Quốc Bảo" not in stranger.get("/m/task/assigned_to_me?for=me").text
    form = stranger.get(f"/r/{task}/do/forward?for={bao}").text
    assert f'name="_for" value="{bao}"' in form
    for address in (f"/r/{task}/do/forward?for=x", f"/r/{task}/do/forward?for=999999"):
        assert stranger.get(address).status_code == 404
