"""Import and export, and the pages of long jobs: what one sees, in which order, and what others do not."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.store.models import LongJob
from tests.services.workbooks import organisation, read_back
from tests.web.conftest import Pages, Reader

ADDRESS = "/settings/import"
JOB = re.compile(r"/jobs/(\d+)$")


def send(reader: Reader, content: io.BytesIO, name: str = "tổ chức.xlsx") -> TestResponse:
    sent = FileStorage(content, name, "file")
    boundary, body = encode_multipart({"csrf_token": reader.token(ADDRESS), "file": sent})
    return reader.client.post(ADDRESS, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def job_of(answer: TestResponse) -> int:
    assert answer.status_code == 303, answer.text
    found = JOB.search(answer.location)
    assert found is not None
    return int(found[1])


def work(pages: Pages, job_id: int) -> None:
    running.run_job(pages.platform, JOB_KINDS, job_id)


def good() -> io.BytesIO:
    return organisation(
        units=[("MOI", "", "Sở Mới", "department", "")],
        people=[("nguyenvana", "Nguyễn Văn A", "", "", "", "")],
        posts=[("nguyenvana", "MOI", "[office.staff]", "Chuyên viên", "")],
    )


@pytest.mark.requirement("U-42")
def test_a_file_is_checked_read_about_confirmed_and_imported(pages: Pages) -> None:
    admin = pages.as_("tung")
    shown = admin.get(ADDRESS).text
    assert "không xóa gì" in shown
    checking = job_of(send(admin, good()))
    waiting = admin.get(f"/jobs/{checking}").text
    assert "Đang chờ đến lượt" in waiting
    assert f'hx-get="/jobs/{checking}/progress"' in waiting
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting
    assert admin.get(f"{ADDRESS}/{checking}").location == f"/jobs/{checking}"
    work(pages, checking)
    assert admin.get(f"/jobs/{checking}/progress").headers["HX-Redirect"] == f"{ADDRESS}/{checking}"
    report = admin.get(f"{ADDRESS}/{checking}").text
    for words in ("tổ chức.xlsx", "Nhập được", "MOI · Sở Mới", "nguyenvana · Nguyễn Văn A"):
        assert words in report
    assert "1 dòng mới, 0 dòng thay đổi" in admin.get(f"{ADDRESS}/{checking}/apply").text
    importing = job_of(admin.post(f"{ADDRESS}/{checking}/apply"))
    work(pages, importing)
    done = admin.get(f"/jobs/{importing}").text
    assert "Đã nhập xong." in done
    assert "/settings/accounts?state=never" in done
    assert "hx-get" not in done.split('id="job"')[1].split(">")[0]
    assert "Nguyễn Văn A" in admin.get("/settings/accounts").text
    again = job_of(send(admin, good()))
    work(pages, again)
    assert "Không có gì mới" in admin.get(f"{ADDRESS}/{again}").text
    assert admin.post(f"{ADDRESS}/{again}/apply").status_code == 422


@pytest.mark.requirement("U-42")
def test_problems_are_shown_with_their_places_and_nothing_can_be_imported(pages: Pages) -> None:
    admin = pages.as_("tung")
    content = organisation(
        units=[("X", "NOWHERE", "<script>alert(1)</script>", "division", "")],
        people=[("a b", "Tên", "", "", "", "")],
    )
    checking = job_of(send(admin, content))
    work(pages, checking)
    report = admin.get(f"{ADDRESS}/{checking}").text
    for words in ("Còn 2 lỗi", "B2", "A2", "Không có đơn vị mã “NOWHERE”", "Tải tệp có đánh dấu"):
        assert words in report
    assert "<script>alert" not in report
    assert "Nhập…" not in report
    assert admin.get(f"{ADDRESS}/{checking}/apply").status_code == 303
    assert admin.post(f"{ADDRESS}/{checking}/apply").status_code == 422
    found = re.search(r'href="(/files/\d+)"', report)
    assert found is not None
    assert "Vấn đề" in read_back(admin.get(found[1]).data)


@pytest.mark.requirement("U-42")
@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.4", "tep.pdf", "không phải tệp Excel"),
        (b"PK" + bytes(3 * 1024 * 1024), "lon.xlsx", "vượt quá 2 MB"),
        (b"", "", "Hãy chọn một tệp."),
    ],
)
def test_an_unusable_file_is_refused_at_its_field(
    pages: Pages, content: bytes, name: str, words: str
) -> None:
    from dataclasses import replace

    platform = pages.app.extensions["luongviec"]
    pages.app.extensions["luongviec"] = replace(platform, settings=replace(platform.settings, import_mb=2))
    answer = send(pages.as_("tung"), io.BytesIO(content), name)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.requirement("A-25", "U-42")
def test_others_neither_open_nor_take_what_is_not_theirs(pages: Pages) -> None:
    admin, staff = pages.as_("tung"), pages.as_("phuoc")
    checking = job_of(send(admin, good()))
    work(pages, checking)
    assert staff.get(ADDRESS).status_code == 403
    assert staff.get(f"{ADDRESS}/template.xlsx").status_code == 403
    token = staff.token()
    assert staff.post(f"{ADDRESS}/export", token=token).status_code == 403
    assert staff.client.post(
        ADDRESS, data={"csrf_token": token, "file": (good(), "x.xlsx")}, content_type="multipart/form-data"
    ).status_code == 403  # fmt: skip
    for address in (f"{ADDRESS}/{checking}", f"{ADDRESS}/{checking}/apply"):
        assert staff.get(address).status_code == 403
    assert staff.post(f"{ADDRESS}/{checking}/apply", token=token).status_code in (403, 404)
    for address in (
        f"/jobs/{checking}",
        f"/jobs/{checking}/progress",
        f"/jobs/{checking}/cancel",
        "/jobs/999",
    ):
        assert staff.get(address).status_code == 404
    assert staff.post(f"/jobs/{checking}/cancel", token=token).status_code == 404


def test_a_job_is_stopped_with_a_question(pages: Pages) -> None:
    admin = pages.as_("tung")
    job_id = job_of(send(admin, good()))
    assert f'href="/jobs/{job_id}/cancel"' in admin.get(f"/jobs/{job_id}").text
    assert "Dừng “Kiểm tra tệp nhập”?" in admin.get(f"/jobs/{job_id}/cancel").text
    assert admin.post(f"/jobs/{job_id}/cancel").status_code == 303
    assert "đã dừng theo yêu cầu" in admin.get(f"/jobs/{job_id}").text
    assert admin.get(f"/jobs/{job_id}/cancel").status_code == 303


def test_a_job_under_way_says_how_far_it_is_and_a_failed_one_why(pages: Pages) -> None:
    admin = pages.as_("tung")
    job_id = job_of(send(admin, good()))
    with pages.platform.transaction() as writing:
        row = writing.session.get_one(LongJob, job_id)
        row.state, row.done, row.total, row.started_at = "running", 250, 1000, writing.now
    part = admin.get(f"/jobs/{job_id}/progress").text
    assert 'max="1000" value="250"' in part
    assert "250 trên 1.000" in part
    assert "công việc vẫn chạy tiếp" in part
    with pages.platform.transaction() as writing:
        row = writing.session.get_one(LongJob, job_id)
        row.state, row.result = "failed", {"error": {"vi": "Hỏng rồi.", "en": "Broken."}, "code": "AB12"}
    failed = admin.get(f"/jobs/{job_id}").text
    assert "Hỏng rồi." in failed
    assert "AB12" in failed


@pytest.mark.requirement("U-42")
def test_an_export_is_downloaded_from_the_page_of_its_job(pages: Pages) -> None:
    admin = pages.as_("tung")
    job_id = job_of(admin.post(f"{ADDRESS}/export"))
    work(pages, job_id)
    found = re.search(r'href="(/files/\d+)"', admin.get(f"/jobs/{job_id}").text)
    assert found is not None
    sheets = read_back(admin.get(found[1]).data)
    assert len(sheets["Người dùng"]) == 10
    assert admin.post(f"{ADDRESS}/export", sheet="nothing").status_code == 404
    csv_job = job_of(admin.post(f"{ADDRESS}/export", sheet="people"))
    work(pages, csv_job)
    assert "Xuất dữ liệu tổ chức" in admin.get(ADDRESS).text


def test_the_template_is_a_workbook(pages: Pages) -> None:
    answer = pages.as_("tung").get(f"{ADDRESS}/template.xlsx")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert {"Hướng dẫn", "Đơn vị", "Người dùng", "Chức vụ", "Vai trò"} < set(read_back(answer.data))


def test_the_pages_ask_the_database_a_bounded_number_of_times(
    pages: Pages, count_statements: Callable[[Callable[[], object]], int]
) -> None:
    admin = pages.as_("tung")
    job_id = job_of(send(admin, good()))
    work(pages, job_id)
    admin.get(ADDRESS)
    assert count_statements(lambda: admin.get(ADDRESS)) <= 20
    assert count_statements(lambda: admin.get(f"{ADDRESS}/{job_id}")) <= 20
    admin.get(f"/jobs/{job_id}/progress")  # whoever sees the end needs its notice no more
    # the page of an ended job looks whether its notice is still unread
    assert count_statements(lambda: admin.get(f"/jobs/{job_id}/progress")) <= 7
