"""Pages of changes of units and of handing over: filled in, looked at, done; a branch keeps to itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from luongviec.engine.world import SYSTEM
from luongviec.services.journal.writing import organisation_changed
from luongviec.services.telling import delivery
from luongviec.services.unit_changes import planning as unit_changes
from luongviec.services.unit_changes.plans import Rename
from luongviec.store.models import BranchGrant
from tests.web.conftest import Pages, Reader
from tests.web.doing import make_task

WHY = "Nghị quyết 15/NQ-HĐND"


def fields(text: str) -> dict[str, list[str]]:
    """Give what the form of a page that asks would send."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]+>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and not ('type="checkbox"' in tag and " checked" not in tag):
            found.setdefault(name[1], []).append(value[1])
    return found


def confirm(reader: Reader, address: str, page: str) -> str:
    """Press the button of the page that asks, and give where it leads."""
    sent = {**fields(page[page.index("settings-form") :]), "_next": ["confirm"]}
    answer = reader.client.post(address, data=sent)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


@pytest.mark.requirement("O-14")
def test_a_merger_is_previewed_in_numbers_and_then_done(pages: Pages) -> None:
    reader, units = pages.as_("tung"), pages.town.units
    chooser = reader.get(f"/settings/unit-changes/new?unit={units['finance']}")
    address = f"/settings/unit-changes/new/merge?unit={units['finance']}"
    assert address.replace("&", "&amp;") in chooser.text
    assert reader.get(address).status_code == 200
    typed = {"units": units["finance"], "into": units["science"], "target": "existing", "reason": WHY}
    day = re.search(r'name="day" type="date"|value="(\d{4}-\d{2}-\d{2})"', reader.get(address).text)
    assert day
    asked = reader.post(address, **typed, day=day[1], _next="preview")
    assert asked.status_code == 200
    assert "Sáp nhập “Sở Tài chính” vào “Sở Khoa học và Công nghệ”" in asked.text

    done = reader.get(confirm(reader, address, asked.text))

    assert "Đã thực hiện" in done.text
    with pages.platform.reading() as work:
        assert not work.world.organisation.units[units["finance"]].active
    assert "Sáp nhập “Sở Tài chính”" in reader.get("/settings/unit-changes").text


@pytest.mark.requirement("O-14")
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(pages: Pages) -> None:
    reader, units = pages.as_("tung"), pages.town.units
    address = f"/settings/unit-changes/new/rename?unit={units['finance']}"
    answer = reader.post(address, name="Sở Tài chính", reason="", day="2026-02-31", _next="preview")
    assert answer.status_code == 422
    assert "Hãy chọn ngày có hiệu lực." in answer.text
    assert 'value="Sở Tài chính"' in answer.text
    below = f"/settings/unit-changes/new/move?unit={units['science']}"
    answer = reader.post(below, parent=units["digital"], reason=WHY, day="2099-01-01", _next="confirm")
    assert answer.status_code == 422


@pytest.mark.requirement("O-14")
def test_a_split_asks_who_goes_where(pages: Pages) -> None:
    reader, units, users = pages.as_("tung"), pages.town.units, pages.town.users
    address = f"/settings/unit-changes/new/split?unit={units['science']}"
    form = reader.get(address)
    assert f'name="person.{users["thuha"]}"' in form.text
    assert f'name="below.{units["digital"]}"' in form.text
    day = re.search(r'value="(\d{4}-\d{2}-\d{2})"', form.text)
    assert day
    pairs = {
        "goes_on": "true", "parts": "1", "parts.0.name": "Sở Chuyển đổi số", "parent": units["province"],
        f"below.{units['digital']}": "0", f"person.{users['thuha']}": "0", "heir": "old", "records": "person",
        "reason": WHY, "day": day[1],
    }  # fmt: skip
    more = reader.send(address, {**pairs, "_next": "add_part"})
    assert 'name="parts.1.name"' in more.text
    asked = reader.send(address, {**pairs, "_next": "preview"})
    assert asked.status_code == 200, asked.text
    confirm(reader, address, asked.text)
    with pages.platform.reading() as work:
        organisation = work.world.organisation
        made = organisation.units[organisation.units[units["digital"]].parent_id or 0]
        assert made.name == "Sở Chuyển đổi số"
        assert made.parent_id == units["province"]
        assert {one.unit_id for one in organisation.holdings[users["thuha"]]} == {made.id, units["digital"]}
        assert organisation.units[units["science"]].active


@pytest.mark.requirement("U-29", "C-83", "O-14")
def test_a_branch_keeps_to_itself(pages: Pages) -> None:
    units, users = pages.town.units, pages.town.users
    _grant(pages, users["bao"], units["science"])
    change_id = unit_changes.make_change(pages.platform, SYSTEM, Rename(units["health"], "Sở Y tế mới"), WHY)
    reader = pages.as_("bao")
    own = f"/settings/unit-changes/new/rename?unit={units['digital']}"
    assert reader.get(own).status_code == 200
    for address in (
        f"/settings/unit-changes/new/rename?unit={units['health']}",
        f"/settings/unit-changes/new?unit={units['health']}",
        f"/settings/unit-changes/{change_id}",
        f"/settings/unit-changes/{change_id}/edit",
        f"/settings/units/{units['health']}/hand-over",
    ):
        assert reader.get(address).status_code == 404, address
    people = [f"/settings/accounts/{one}/hand-over" for one in (users["nga"], 999999)]
    assert [reader.get(address).status_code for address in people] == [403, 403]
    foreign = reader.post(
        f"/settings/unit-changes/new/merge?unit={units['digital']}", units=units["digital"],
        into=units["clinic"], target="existing", reason=WHY, day="2099-01-01", _next="confirm",
    )  # fmt: skip
    assert foreign.status_code in (404, 422)
    assert "Sở Y tế" not in reader.get("/settings/unit-changes").text
    stranger = pages.as_("stranger")
    assert stranger.get("/settings/unit-changes").status_code == 403
    assert stranger.get(own).status_code in (403, 404)


def _grant(pages: Pages, user_id: int, unit_id: int) -> None:
    with pages.platform.transaction() as work:
        work.session.add(
            BranchGrant(unit_id=unit_id, user_id=user_id, function="admin.units", since=work.now)
        )
        organisation_changed(work)


@pytest.mark.requirement("U-32", "W-46")
def test_handing_over_shows_what_there_is_and_leads_to_its_progress(pages: Pages) -> None:
    reader, users = pages.as_("tung"), pages.town.users
    make_task(pages)
    address = f"/settings/accounts/{users['bao']}/hand-over"
    page = reader.get(address)
    assert "1 hồ sơ đang xử lý" in page.text
    (place,) = re.findall(r'name="places" value="([^"]+)"', page.text)
    refused = reader.post(address, places=place, successor=users["bao"], reason="")
    assert refused.status_code == 422
    assert "Hãy nhập lý do" in refused.text
    sent = reader.post(address, places=place, successor=users["thuha"], reason="Nghỉ hưu", tell="true")
    assert sent.status_code == 303
    job = reader.get(sent.headers["Location"])
    assert "Bàn giao hồ sơ đang xử lý" in job.text
    for code, key in delivery.waiting(pages.platform):
        delivery.do(pages.platform, {}, code, key)
    assert "Đã bàn giao 1 hồ sơ." in reader.get(sent.headers["Location"]).text
    assert "Không có hồ sơ đang xử lý nào" in reader.get(address).text
    assert "Bạn được bàn giao 1 hồ sơ từ Trần Quốc Bảo" in pages.as_("thuha").get("/notifications").text


@pytest.mark.requirement("W-11", "E-21")
def test_from_when_on_a_new_holder_sees_is_chosen_where_it_matters(pages: Pages) -> None:
    reader, units, users = pages.as_("tung"), pages.town.units, pages.town.users
    address = f"/settings/units/{units['health']}"
    page = reader.get(address).text
    assert re.findall(r'name="since\.(\w+)"', page) == ["meeting"]

    def fill(who: str, **chosen: str) -> int:
        version = re.search(r'name="_version" value="(\d+)"', reader.get(address).text)
        assert version
        typed = {"_version": version[1], "slot.meeting.clerk": str(users[who]), **chosen}
        return reader.send(f"{address}/roles", typed).status_code

    def since(who: str) -> str:
        with pages.platform.reading() as work:
            held = [one for one in work.world.holdings(users[who]) if one.side == "meeting"]
            return held[0].since.isoformat()

    assert fill("long", **{"since.meeting": "day", "since_day.meeting": "hôm qua"}) == 422
    assert fill("long", **{"since.meeting": "day", "since_day.meeting": "2999-01-01"}) == 422
    assert fill("long", **{"since.meeting": "day", "since_day.meeting": "2026-01-05"}) == 303
    assert since("long") == "2026-01-04T17:00:00+00:00"
    assert fill("stranger", **{"since.meeting": "everything"}) == 303
    assert since("stranger").startswith("1970")


def test_the_list_takes_a_bounded_number_of_statements(
    pages: Pages, count_statements: Callable[[Callable[[], object]], int]
) -> None:
    reader, units = pages.as_("tung"), pages.town.units
    counts = []
    for number, unit in enumerate(("science", "health", "finance", "digital", "clinic", "office")):
        unit_changes.make_change(pages.platform, SYSTEM, Rename(units[unit], f"Đơn vị {number}"), WHY)
        reader.get("/settings/unit-changes")
        counts.append(count_statements(lambda: reader.get("/settings/unit-changes")))
    assert counts[-1] <= counts[0] <= 20
