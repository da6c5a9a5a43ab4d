"""List pages: filters, columns, trees, files, tags, and the small addresses behind them."""

from __future__ import annotations

import re

import pytest

from luongviec.engine.world import SYSTEM
from luongviec.services.tags.changing import NewTag, create_tag, record_tags
from tests.web.conftest import Pages
from tests.web.doing import make_task
from tests.web.test_pages import check_frame

LIST = "/m/task/created"
PARTS = "/list-parts/task/created"


@pytest.mark.requirement("T-13")
def test_a_list_page_offers_its_actions_filters_columns_and_files(pages: Pages) -> None:
    make_task(pages)
    reader = pages.as_("bao")
    html = reader.get("/m/task/assigned_to_me").text
    actions = re.search(r'<td class="actions-cell">.*?</td>', html, re.DOTALL)
    assert actions is not None
    for words in ("Chuyển xử lý", "Từ chối nhiệm vụ", "Tạo nhiệm vụ con", "Tiếp nhận"):
        assert words in actions.group()
    for words in ("Bộ lọc khác", "Gồm cả các đơn vị cấp dưới", "Tuần này", "Mật độ dòng", "Xuất tệp"):
        assert words in html
    tuan = pages.as_("tuan")
    moved = tuan.get(f"{LIST}?column=name&column=status&column=due_at&rows=compact&filter.name=bao cao")
    assert moved.location.endswith("filter.name=bao%20cao&columns=name%2Cstatus%2Cdue_at")
    shown = tuan.get(moved.location).text
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', shown)
    assert [head.strip() for head in heads if head.strip()][:3] == ["Nhiệm vụ", "Trạng thái", "Hạn xử lý"]
    assert "list-table compact" in shown
    file = tuan.get(f"{PARTS}/file/csv?filter.name=bao cao&columns=name,status")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.get_data(as_text=True).splitlines()[0].endswith("Nhiệm vụ,Trạng thái")
    assert tuan.get(f"{PARTS}/file/exe").status_code == 422
    assert tuan.get(f"{LIST}?filter.none=1").status_code == 422
    check_frame(tuan.get(f"{LIST}?filter.due_at__in=this_month&filter.assignee=me").text, "vi")


@pytest.mark.requirement("T-11", "T-56")
def test_an_empty_list_names_those_that_hold_something(pages: Pages) -> None:
    make_task(pages)
    reader = pages.as_("bao")
    empty = reader.get("/m/task/to_approve").text
    assert "Đang có hồ sơ ở:" in empty
    assert '<a href="/m/task/assigned_to_me?split=not-over">Nhiệm vụ được giao (1)</a>' in empty
    part = reader.get("/m/task/created?split=not-over").text  # the whole list is empty, not this part alone
    assert "Chưa có hồ sơ nào mà bạn giữ vai trò Người tạo." in part
    assert "Bỏ hết bộ lọc" not in part
    assert "Đang có hồ sơ ở:" not in reader.get("/m/task/assigned_to_me").text
    assert '<a class="small" href="/m/task/assigned_to_me?split=not-over">' in reader.get("/").text


def test_filters_ask_for_names_with_and_without_a_script(pages: Pages) -> None:
    make_task(pages)
    reader = pages.as_("tuan")
    found = reader.get(f"{PARTS}/names/executing?q=khoa hoc").get_json()
    assert [one["label"] for one in found["candidates"]] == ["Sở Khoa học và Công nghệ"]
    assert reader.get(f"{PARTS}/names/priority?q=cao").status_code == 422
    typed = reader.get(f"{LIST}?filter.executing__q=khoa hoc&_search=filter.executing").text
    assert "Lập báo cáo chuyển đổi số" in typed
    assert "Lập báo cáo chuyển đổi số" not in reader.get(f"{LIST}?filter.executing__q=y te").text


def test_a_tree_gives_its_branches_to_scripts_and_as_pages(pages: Pages) -> None:
    from luongviec.services.records import changing
    from tests.web.doing import YES

    parent = make_task(pages)
    town = pages.town
    changing.act(pages.platform, town.actor("bao"), parent, "accept", {}, answers=YES)
    raw = {
        "assigning": str(town.units["science"]), "assigner": str(town.users["bao"]), "name": "Việc của phòng",
        "recipients": [{"executing": str(town.units["digital"])}],
    }  # fmt: skip
    changing.create_record(
        pages.platform, town.actor("bao"), "task", raw, owner_id=parent, relation="children", answers=YES
    )
    reader = pages.as_("bao")
    html = reader.get("/m/task/of_my_unit?view=tree").text
    [branch] = re.findall(r'href="([^"]+)" data-branch="1"', html)
    part = reader.get(f"{branch.replace('&amp;', '&')}&part=1&depth=1").text
    assert "Việc của phòng" in part
    assert "<html" not in part
    whole = reader.get(branch.replace("&amp;", "&")).text
    check_frame(whole, "vi")
    assert "Việc của phòng" in whole
    assert pages.as_("stranger").get(branch.replace("&amp;", "&")).status_code == 404


@pytest.mark.requirement("C-02", "C-03", "C-04", "C-05", "T-131")
def test_tags_are_kept_on_their_page_and_put_on_records(pages: Pages) -> None:
    record_id = make_task(pages)
    admin, tuan = pages.as_("tung"), pages.as_("tuan")
    assert tuan.get("/settings/tags").status_code == 403
    made = admin.post("/settings/tags/new", name="Đề án 06", tone="red", _next="continue")
    assert made.location.endswith("/settings/tags/new")
    again = admin.post("/settings/tags/new", name="de an 06", tone="red")
    assert again.status_code == 422
    assert "Đã có thẻ" in again.text
    listed = admin.get("/settings/tags").text
    [tag_id] = re.findall(r'href="/settings/tags/(\d+)"', listed)[:1]
    saved = admin.post(f"/settings/tags/{tag_id}", name="Đề án 06/CP", tone="teal", _version="1")
    assert saved.status_code == 303
    assert admin.post(f"/settings/tags/{tag_id}", name="Cũ", tone="teal", _version="1").status_code == 409
    page = tuan.get(f"/r/{record_id}").text
    assert f'name="tag" value="{tag_id}"' in page
    tuan.post(f"/r/{record_id}/tags", tag=tag_id)
    assert f"/m/task?filter.tag={tag_id}" in tuan.get(f"/r/{record_id}").text
    narrowed = tuan.get(f"{LIST}?filter.tag={tag_id}&columns=name,tags").text
    assert '<span class="tag tone-teal">Đề án 06/CP</span>' in narrowed
    tuan.post(f"/r/{record_id}/tags", carried=tag_id)
    assert record_tags(pages.platform, pages.town.actor("tuan"), record_id).tags == ()
    other = create_tag(pages.platform, pages.town.actor("tung"), NewTag("Chung"))
    asked = admin.get(f"/settings/tags/{tag_id}/delete").text
    assert f'<option value="{other}">Chung</option>' in asked
    assert admin.post(f"/settings/tags/{tag_id}/delete", into=str(other), _version="2").status_code == 303
    assert admin.post(f"/settings/tags/{other}/delete", _version="1").status_code == 303
    assert "Chưa có thẻ nào" in admin.get("/settings/tags").text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_of_tags_and_filters_stand_in_both_languages(pages: Pages, language: str) -> None:
    tag = create_tag(pages.platform, SYSTEM, NewTag("06"))
    own = create_tag(pages.platform, pages.town.actor("tung"), NewTag("07"))
    record_id = make_task(pages)
    admin, reader = pages.as_("tung"), pages.as_("tuan")
    for one in (admin, reader):
        one.post("/preferences/language", language=language, next="/")
    for address in (
        "/settings/tags",
        "/settings/tags/new",
        f"/settings/tags/{own}",
        f"/settings/tags/{own}/delete",
    ):
        check_frame(admin.get(address).text, language)
    for address in (
        f"/r/{record_id}",
        f"{LIST}?view=tree",
        f"{LIST}?filter.tag={tag}&filter.executing=my_units",
    ):
        check_frame(reader.get(address).text, language)
