"""Who has opened a record, the limit of attachments, and the first part of a list."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from luongviec.engine.errors import InvalidInput
from luongviec.services.files.keeping import upload
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.record_page.reading import record_page
from luongviec.services.records import talking
from tests.web.conftest import Pages
from tests.web.doing import make_task

MEGABYTE = 1024 * 1024


def test_receipts_name_who_has_opened_the_record_and_who_has_not(pages: Pages) -> None:
    record_id = make_task(pages)
    pages.as_("bao").get(f"/r/{record_id}")
    answer = pages.as_("tuan").get(f"/r/{record_id}/receipts")
    assert answer.status_code == 200
    seen, waiting = answer.text.split("người chưa xem")
    assert "Trần Quốc Bảo" in seen
    assert "Lê Văn Khánh" in waiting
    assert f'href="/r/{record_id}/receipts"' in pages.as_("tuan").get(f"/r/{record_id}").text


def test_receipts_of_a_record_that_is_not_ours_look_missing(pages: Pages) -> None:
    record_id = make_task(pages)
    assert pages.as_("nga").get(f"/r/{record_id}/receipts").status_code == 404


@pytest.mark.requirement("W-34")
def test_an_attachment_over_the_limit_of_its_module_is_refused(pages: Pages) -> None:
    record_id = make_task(pages)
    platform = replace(pages.platform, settings=replace(pages.platform.settings, upload_mb=64))
    actor = pages.town.actor("tuan")
    assert record_page(platform, actor, record_id).attach_limit_mb == 16
    big = upload(platform, actor, "lớn.bin", io.BytesIO(b"x" * (16 * MEGABYTE + 1)))
    for put in (
        lambda: talking.attach(platform, actor, record_id, (big.id,)),
        lambda: talking.comment(platform, actor, record_id, "Xem tệp", file_ids=(big.id,)),
    ):
        with pytest.raises(InvalidInput) as refused:
            put()
        assert "tối đa 16 MB" in refused.value.errors["files"][0].vi
    fitting = upload(platform, actor, "vừa.bin", io.BytesIO(b"x" * (16 * MEGABYTE)))
    talking.attach(platform, actor, record_id, (fitting.id,))


@pytest.mark.requirement("T-09")
def test_a_list_opens_at_what_is_not_finished(pages: Pages) -> None:
    make_task(pages)
    reader = pages.as_("tuan")
    assert 'href="/m/task/created?split=not-over"' in reader.get("/").text
    page = list_records(
        pages.platform, pages.town.actor("tuan"), ListRequest("task", "created", split="not-over")
    )
    counts = {part.value: part.count for part in page.split}
    assert counts["not-over"] == len(page.rows) == 1
    assert "Chưa kết thúc" in reader.get("/m/task/created?split=not-over").text


def test_the_way_back_is_the_list_that_was_seen_last(pages: Pages) -> None:
    record_id = make_task(pages)
    reader = pages.as_("tuan")
    reader.get("/m/task/followed")
    crumbs = reader.get(f"/r/{record_id}").text.split("breadcrumb-line")[1].split("</nav>")[0]
    assert "Nhiệm vụ theo dõi" in crumbs


def test_an_addition_is_called_so_and_what_nobody_may_is_not_asked(pages: Pages) -> None:
    record_id = make_task(pages)
    text = pages.as_("bao").get(f"/r/{record_id}/explain").text
    assert "Tạo nhiệm vụ con" in text
    assert "Liên kết: Nhiệm vụ con" not in text
    assert "Sắp xếp" not in text


def test_filters_of_a_bucket_and_of_its_field_have_names_of_their_own(pages: Pages) -> None:
    page = list_records(pages.platform, pages.town.actor("tuan"), ListRequest("task", "created"))
    labels = [one.label.vi for one in page.filters]
    assert len(set(labels)) == len(labels)
    assert "Theo hạn xử lý" in labels
