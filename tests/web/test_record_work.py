"""The record page at work: overtaken forms, links and order by hand, whole history, changes by others."""

from __future__ import annotations

import re

import pytest

from luongviec.services.record_page.reading import record_data
from luongviec.services.records import changing
from tests.web.conftest import Pages, Reader
from tests.web.doing import YES, make_task


def drawn(reader: Reader, address: str) -> dict[str, str]:
    """Give what a form that was opened sends along."""
    form = reader.get(address).text
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', form)[0] for name in ("_version", "_drawn")}


@pytest.mark.requirement("T-136", "T-107")
def test_what_was_typed_survives_when_the_action_is_gone(pages: Pages) -> None:
    record_id = make_task(pages)
    platform, town = pages.platform, pages.town
    reader = pages.as_("bao")
    sent = drawn(reader, f"/r/{record_id}/do/forward")
    changing.act(platform, town.actor("khanh"), record_id, "cancel", {"reason": "Không làm nữa"}, answers=YES)
    typed = {"to": str(town.users["thuha"]), "reason": "Nhờ chị Hà làm tiếp", **sent}
    for header, fragment in (({}, False), ({"X-Fragment": "dialog"}, True)):
        answer = reader.client.post(
            f"/r/{record_id}/do/forward", data={"csrf_token": reader.token(), **typed}, headers=header
        )
        assert answer.status_code == 409
        assert "Nhờ chị Hà làm tiếp" in answer.text
        assert "Nguyễn Thị Thu Hà" in answer.text  # a name, not a number
        assert "Lê Văn Khánh · Hủy nhiệm vụ" in answer.text
        assert "Không làm nữa" in answer.text
        assert ("<html" not in answer.text) is fragment
    # A button pressed on the old page says the same, and nothing happened.
    pressed = reader.post(f"/r/{record_id}/do/accept", _version=sent["_version"])
    assert pressed.status_code in (403, 409)
    assert record_data(platform, town.actor("bao"), record_id).record.status.code == "cancelled"


@pytest.mark.requirement("T-129", "T-136")
def test_what_was_typed_survives_when_the_record_is_out_of_sight(pages: Pages) -> None:
    record_id = make_task(pages)
    reader = pages.as_("stranger")
    said = reader.post(f"/r/{record_id}/do/forward", reason="Một đoạn rất dài đã gõ")
    assert said.status_code == 404
    assert "Một đoạn rất dài đã gõ" in said.text
    assert "Lập báo cáo" not in said.text
    assert reader.get(f"/r/{record_id}").status_code == 404


def test_records_are_joined_and_taken_apart_on_the_page(pages: Pages) -> None:
    first, second = make_task(pages, "Khảo sát hiện trạng"), make_task(pages, "Thi công cầu")
    reader = pages.as_("khanh")
    address = f"/r/{first}/link/successors"
    assert f'href="{address}"' in reader.get(f"/r/{first}").text
    found = reader.get(f"{address}?q=thi+cong").text
    assert "Thi công cầu" in found
    assert reader.post(address, other=first).status_code == 422
    assert reader.post(address, other=999_999).status_code == 422
    assert reader.post(address, other=second).status_code == 303
    assert "Bỏ liên kết" in reader.get(f"/r/{second}").text  # from the other end too
    assert "Đã liên kết" in reader.get(f"{address}?q=thi+cong").text
    assert "Không có hồ sơ nào" in reader.get(f"{address}?q=khong-co-gi").text
    assert reader.post(f"/r/{second}/unlink/predecessors/{first}").status_code == 303
    assert "Bỏ liên kết" not in reader.get(f"/r/{first}").text
    # Who may not link is refused, whatever he sends; what has no such relation is not found.
    other = pages.as_("nga")
    assert other.get(address).status_code == 404
    assert pages.as_("bao").post(address, other=second).status_code == 403
    assert reader.get(f"/r/{first}/link/children").status_code == 404


@pytest.mark.requirement("T-116")
def test_the_whole_history_narrows_and_keeps_what_was_typed(pages: Pages) -> None:
    record_id = make_task(pages)
    changing.act(pages.platform, pages.town.actor("bao"), record_id, "accept", {})
    reader = pages.as_("tuan")
    address = f"/r/{record_id}/history"
    assert f'href="{address}"' in reader.get(f"/r/{record_id}").text
    moves = reader.get(f"{address}?kind=moves&person={pages.town.users['bao']}").text
    assert "Tiếp nhận" in moves
    assert (
        "Giao nhiệm vụ mới"
        not in re.sub(r"<nav.*?</nav>|<header.*?</header>", "", moves, flags=re.S).split("event-list")[1]
    )
    wrong = reader.get(f"{address}?since=hom+nao")
    assert wrong.status_code == 422
    assert 'value="hom nao"' in wrong.text
    before = reader.get(f"/r/{record_id}/stamp").json
    changing.act(
        pages.platform, pages.town.actor("khanh"), record_id, "cancel", {"reason": "Thôi"}, answers=YES
    )
    assert reader.get(f"/r/{record_id}/stamp").json != before
    assert pages.as_("stranger").get(f"/r/{record_id}/stamp").status_code == 404


@pytest.mark.requirement("T-12", "T-138")
def test_the_page_says_who_has_it_and_shows_the_document(pages: Pages) -> None:
    record_id = make_task(pages)
    page = pages.as_("tuan").get(f"/r/{record_id}").text
    assert "Đang chờ" in page
    assert "Trần Quốc Bảo" in page.split("Đang chờ")[1].split("Tiếp theo")[0]
    assert "Thời gian ở từng trạng thái" in page
