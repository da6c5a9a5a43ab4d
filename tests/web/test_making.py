"""Forms that make records: blocks, drafts, templates, groups, the preview, files of many records."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest

from luongviec.services.platform import utc_now
from tests.services.workbooks import workbook
from tests.web.conftest import Pages
from tests.web.doing import make_task, task_form
from tests.web.test_action_codes import running_meeting


def value_of(page: str, name: str) -> str:
    """Give the value of a hidden input."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found.group(1)


@pytest.mark.requirement("T-15", "T-43", "T-45", "T-46", "T-111")
def test_blocks_work_without_script_and_errors_stand_in_them(pages: Pages) -> None:
    reader = pages.as_("tuan")
    fresh = reader.get("/m/task/new").text
    assert "Thêm nhiệm vụ" in fresh
    second = {
        "more.0.name": "", "more.0.recipients.0.executing": str(pages.town.units["health"]),
        "more.0.recipients.0.assignee": str(pages.town.users["nga"]),
    }  # fmt: skip
    grown = reader.send("/m/task/new", {**task_form(pages), "_add_row": "more"})
    assert grown.status_code == 200
    assert 'name="more.0.name"' in grown.text
    assert 'value="Lập báo cáo chuyển đổi số"' in grown.text
    answer = reader.send("/m/task/new", {**task_form(pages), **second})
    assert answer.status_code == 422
    assert 'href="#control-more-0-name"' in answer.text
    made = reader.send(
        "/m/task/new", {**task_form(pages), **second, "more.0.name": "Việc thứ hai", "_again": "1"}
    )
    assert made.headers["Location"] == "/m/task/new"
    listed = reader.get("/m/task/created").text
    assert "Việc thứ hai" in listed
    assert "Lập báo cáo chuyển đổi số" in listed


@pytest.mark.requirement("T-49", "T-113", "W-24", "W-28")
def test_the_preview_counts_and_a_clash_is_mended_by_its_button(pages: Pages) -> None:
    reader, town = pages.as_("tuan"), pages.town
    both = task_form(pages, follower=[str(town.users["bao"]), str(town.users["tuan"])])
    page = reader.send("/my/preview", {**both, "_module": "task"}).text
    assert "Trần Quốc Bảo vừa ở “Người theo dõi” vừa ở “Người thực hiện”" in page
    assert "Trong ứng dụng" in page
    assert "Quản lý nhiệm vụ" in page
    drop = f"follower:{town.users['bao']}"
    assert f'value="{drop}"' in page
    mended = reader.send("/m/task/new", {**both, "_drop": drop}).text
    follower = mended[mended.index('data-name="follower"') :].split("</ul>")[0]
    assert "Trần Quốc Bảo" not in follower
    assert "Phạm Minh Tuấn" in follower
    missing = reader.send("/my/preview", {**both, "_module": "task", "name": ""}).text
    assert "Còn để trống" in missing
    assert 'href="#control-name"' in missing
    assert pages.as_("stranger").send("/my/preview", {**both, "_module": "task"}).status_code == 403


@pytest.mark.requirement("T-15", "T-46")
def test_a_draft_goes_on_at_another_device_and_ends_when_it_is_sent(pages: Pages) -> None:
    reader, typed = pages.as_("tuan"), task_form(pages, name="Nháp dở dang")
    kept = reader.send("/my/drafts/keep", {**typed, "_module": "task", "_address": "/m/task/new"})
    assert kept.status_code == 200
    draft = kept.get_json()
    other = pages.as_("tuan")
    assert "Nháp dở dang" in other.get("/my/drafts").text
    assert "Nháp dở dang" in other.get("/m/task/new").text  # offered, not forced
    opened = other.get(f"/m/task/new?draft={draft['id']}").text
    assert 'value="Nháp dở dang"' in opened
    assert "Trần Quốc Bảo" in opened
    assert value_of(opened, "_draft") == str(draft["id"])
    other.send("/my/drafts/keep", {
        **typed, "name": "Sửa ở máy khác", "_module": "task", "_address": "/m/task/new",
        "_draft": draft["id"], "_draft_version": draft["version"],
    })  # fmt: skip
    stale = {**typed, "_module": "task", "_address": "/m/task/new", "_draft": draft["id"]}
    assert reader.send("/my/drafts/keep", {**stale, "_draft_version": draft["version"]}).status_code == 409
    stranger = pages.as_("bao")
    assert "Sửa ở máy khác" not in stranger.get("/my/drafts").text
    assert stranger.get(f"/m/task/new?draft={draft['id']}").status_code in (403, 404)
    assert reader.send("/m/task/new", {**typed, "_draft": draft["id"]}).status_code == 303
    assert "Nháp dở dang" not in reader.get("/my/drafts").text
    saved = reader.send("/m/task/new", {**typed, "name": "Nháp hai", "_save_draft": "1"})  # without script
    assert 'value="Nháp hai"' in reader.get(saved.headers["Location"]).text


@pytest.mark.requirement("T-15")
def test_templates_and_another_record_fill_the_form(pages: Pages) -> None:
    reader, typed = pages.as_("tuan"), task_form(pages, directive="Theo mẫu")
    kept = reader.send("/m/task/new", {**typed, "_save_template": "1", "_template_name": "Giao hằng tuần"})
    assert kept.status_code == 200
    assert 'value="Lập báo cáo chuyển đổi số"' in kept.text  # nothing typed is lost
    assert reader.send("/m/task/new", {**typed, "_save_template": "1"}).status_code == 422
    page = reader.get("/my/templates").text
    link = re.search(r'href="(/m/task/new\?template=\d+)"', page)
    assert link is not None
    assert "Theo mẫu" in reader.get(link.group(1)).text
    record_id = make_task(pages, "Việc mẫu")
    like = reader.get(f"/m/task/new?like={record_id}").text
    assert 'value="Việc mẫu"' in like
    assert "Sở Khoa học và Công nghệ" in like
    assert f"/m/task/new?like={record_id}" in reader.get(f"/r/{record_id}").text


@pytest.mark.requirement("M-08")
def test_my_groups_are_made_changed_and_offered(pages: Pages) -> None:
    reader, town = pages.as_("thuha"), pages.town
    found = reader.get("/my/groups/pick/people?q=phuoc").get_json()
    assert [one["label"] for one in found["candidates"]] == ["Đặng Hữu Phước"]
    wrong = reader.send("/my/groups/new/people", {"name": "", "members": [str(town.users["phuoc"])]})
    assert wrong.status_code == 422
    assert "Đặng Hữu Phước" in wrong.text
    made = reader.send("/my/groups/new/people", {"name": "Tổ số", "members": [str(town.users["phuoc"])]})
    assert made.status_code == 303
    page = reader.get("/my/groups").text
    assert "Tổ số" in page
    edit = re.search(r'href="(/my/groups/\d+)"', page)
    assert edit is not None
    assert pages.as_("bao").get(edit.group(1)).status_code == 404
    form = reader.get(edit.group(1)).text
    changed = {"name": "Tổ số 2", "members": [str(town.users[one]) for one in ("phuoc", "bao")]}
    assert reader.send(edit.group(1), {**changed, "_version": value_of(form, "_version")}).status_code == 303
    assert reader.send(edit.group(1), {**changed, "_version": value_of(form, "_version")}).status_code == 409


@pytest.mark.requirement("T-45", "T-111")
def test_a_file_of_many_records_is_checked_on_pages(pages: Pages) -> None:
    reader = pages.as_("tuan")
    assert reader.get("/m/task/import").status_code == 200
    assert reader.get("/m/task/import/template.xlsx").data[:2] == b"PK"
    assert reader.send("/m/task/import", {}).status_code == 422
    bad = reader.send("/m/task/import", {"file": (io.BytesIO(b"khong phai"), "x.xlsx")})
    assert bad.status_code == 422
    content = workbook({"Nhiệm vụ": [("Nhiệm vụ [name]",), ("Một việc",)]})
    taken = reader.send("/m/task/import", {"file": (content, "viec.xlsx")})
    assert taken.status_code == 303
    assert "/jobs/" in taken.headers["Location"]
    assert pages.as_("stranger").get("/m/task/import").status_code == 403


@pytest.mark.requirement("M-01")
def test_who_copies_a_record_goes_on_with_the_copy(pages: Pages) -> None:
    meeting = running_meeting(pages)
    later = (utc_now() + timedelta(days=9)).strftime("%d/%m/%Y 09:00")
    tuan = pages.as_("tuan")
    answer = tuan.send(f"/r/{meeting}/do/copy_meeting", {"subject": "Họp chép", "starts_at": later})
    copy = answer.headers["Location"]
    assert copy not in ("", f"/r/{meeting}")
    page = tuan.get(copy).text
    assert "Đã tạo “Họp chép”." in page
    assert f'href="/r/{meeting}"' in page  # where it was copied from
