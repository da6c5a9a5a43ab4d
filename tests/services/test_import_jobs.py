"""Import and export as long jobs: checked, then imported once, whatever dies in between."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import BinaryIO

import pytest
from sqlalchemy import func, select

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.services.exchange import importing, work
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.files.keeping import open_file
from luongviec.services.files.opening import UnusableFile
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import JobView
from luongviec.store.models import AuditEntry, User
from tests.services.house import House
from tests.services.workbooks import organisation, read_back

_number = iter(range(1, 1000))


class Died(BaseException):
    """A worker that is killed."""


@pytest.fixture
def n() -> str:
    return f"{next(_number):03d}"


@pytest.fixture
def roomy(house: House) -> House:
    """The house with room for files of the usual size."""
    return replace(
        house, platform=replace(house.platform, settings=replace(house.platform.settings, upload_mb=64))
    )


def people(n: str, count: int = 2) -> io.BytesIO:
    return organisation(people=[(f"viec{n}.{index}", "Người Việc", "", "", "", "") for index in range(count)])


def run(house: House, job_id: int) -> JobView:
    running.run_job(house.platform, JOB_KINDS, job_id, beat_seconds=0)
    return running.view_job(house.platform, JOB_KINDS, house.actor("admin"), job_id)


def check(house: House, content: BinaryIO) -> JobView:
    job_id = work.start_check(house.platform, house.actor("admin"), "thu.xlsx", content, language="vi")
    return run(house, job_id)


def made(house: House, n: str) -> int:
    with house.platform.reading() as reading:
        query = select(func.count()).where(User.user_name.startswith(f"viec{n}."))
        return reading.session.scalar(query) or 0


@pytest.mark.requirement("U-42")
def test_a_file_is_checked_shown_and_imported(roomy: House, n: str) -> None:
    checked = check(roomy, people(n))
    assert checked.result is not None
    assert (checked.state, checked.result.goes_on) == ("done", True)
    data = checked.result.data
    assert (data["errors"], data["changes"], data["counts"]["people"]["new"]) == (0, True, 2)
    assert made(roomy, n) == 0
    job_id = work.start_import(roomy.platform, JOB_KINDS, roomy.actor("admin"), checked.id)
    done = run(roomy, job_id)
    assert done.state == "done"
    assert done.result is not None
    assert [(fact.label.vi, fact.value) for fact in done.result.facts] == [("Tài khoản mới", 2)]
    assert done.result.address == work.FIRST_PASSWORDS_PAGE
    assert made(roomy, n) == 2
    with pytest.raises(NotFound):
        work.start_import(roomy.platform, JOB_KINDS, roomy.actor("chair"), checked.id)


@pytest.mark.requirement("U-42")
def test_problems_come_back_as_a_workbook_with_marked_cells(roomy: House, n: str) -> None:
    content = organisation(
        people=[(f"viec{n}.1", "", "123", "", "", ""), (f"viec{n}.2", "Tốt", "", "", "", "")]
    )
    checked = check(roomy, content)
    assert checked.result is not None
    data = checked.result.data
    assert [(one["sheet"], one["row"], one["letter"]) for one in data["problems"]] == [
        ("people", 2, "B"), ("people", 2, "C"),
    ]  # fmt: skip
    opened = open_file(roomy.platform, roomy.actor("admin"), data["marked_id"])
    marked = b"".join(opened.content)
    sheets = read_back(marked)
    assert [row[1:3] for row in sheets["Vấn đề"][1:]] == [[2.0, "B"], [2.0, "C"]]
    assert [row[0] for row in sheets["Người dùng"][1:]] == [f"viec{n}.1", f"viec{n}.2"]
    from openpyxl import load_workbook

    tab = load_workbook(io.BytesIO(marked))["Người dùng"]
    assert "9 hoặc 12 chữ số" in tab["C2"].comment.text
    assert tab["C2"].fill.start_color.rgb != tab["C3"].fill.start_color.rgb
    with pytest.raises(NotFound):
        open_file(roomy.platform, roomy.actor("chair"), data["marked_id"])
    with pytest.raises(InvalidInput):
        work.start_import(roomy.platform, JOB_KINDS, roomy.actor("admin"), checked.id)
    assert made(roomy, n) == 0


@pytest.mark.requirement("U-42")
def test_an_import_whose_worker_dies_is_done_once_by_the_next(
    roomy: House, n: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = check(roomy, people(n))
    job_id = work.start_import(roomy.platform, JOB_KINDS, roomy.actor("admin"), checked.id)

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(running.RunningJob, "finish", die)  # everything is written, nothing committed
        with pytest.raises(Died):
            run(roomy, job_id)
    assert made(roomy, n) == 0
    roomy.clock.pass_by(minutes=2)
    assert run(roomy, job_id).state == "done"
    assert made(roomy, n) == 2
    assert run(roomy, job_id).state == "done"
    with roomy.platform.reading() as reading:
        query = select(func.count()).where(
            AuditEntry.action == "user.created",
            AuditEntry.note == "thu.xlsx",
            AuditEntry.after["user_name"].as_string().startswith(f"viec{n}."),
        )  # fmt: skip
        assert reading.session.scalar(query) == 2


def test_an_import_stops_when_asked(roomy: House, n: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = check(roomy, people(n, 600))
    job_id = work.start_import(roomy.platform, JOB_KINDS, roomy.actor("admin"), checked.id)
    read = importing.read_file

    def read_and_ask(*given: object) -> object:
        running.cancel(roomy.platform, roomy.actor("admin"), job_id)
        return read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "read_file", read_and_ask)
    assert run(roomy, job_id).state == "cancelled"
    assert made(roomy, n) == 0


def test_an_import_is_refused_where_rights_went_meanwhile(roomy: House, n: str) -> None:
    checked = check(roomy, people(n))
    with pytest.raises(Refused):
        work.start_check(roomy.platform, roomy.actor("chair"), "x.xlsx", people(n), language="vi")
    job_id = work.start_import(roomy.platform, JOB_KINDS, roomy.actor("admin"), checked.id)
    with roomy.platform.transaction() as writing:
        from luongviec.store.models import LongJob

        writing.session.get_one(LongJob, job_id).owner_id = roomy.users["chair"]
    running.run_job(roomy.platform, JOB_KINDS, job_id)
    failed = running.view_job(roomy.platform, JOB_KINDS, roomy.actor("chair"), job_id)
    assert failed.state == "failed"
    assert made(roomy, n) == 0


@pytest.mark.requirement("U-42")
def test_a_file_over_the_limit_is_refused_before_it_is_kept(house: House) -> None:
    small = replace(house.platform, settings=replace(house.platform.settings, import_mb=1))
    with pytest.raises(UnusableFile) as refused:
        work.start_check(
            small,
            house.actor("admin"),
            "lon.xlsx",
            io.BytesIO(b"PK" + bytes(50 * 1024 * 1024)),
            language="vi",
        )
    assert "50 MB, over 1 MB" in refused.value.errors["file"][0].in_language("en")


@pytest.mark.requirement("U-42")
@pytest.mark.parametrize("sheet", [None, SheetCode.UNITS])
def test_an_export_is_a_file_for_its_owner(roomy: House, sheet: SheetCode | None) -> None:
    job_id = work.start_export(roomy.platform, roomy.actor("admin"), language="en", sheet=sheet)
    done = run(roomy, job_id)
    assert done.result is not None
    assert done.result.file_id is not None
    opened = open_file(roomy.platform, roomy.actor("admin"), done.result.file_id)
    content = b"".join(opened.content)
    if sheet is None:
        assert list(read_back(content))[:4] == ["Units", "People", "Posts", "Roles"]
        assert opened.file.name == "Organisation.xlsx"
    else:
        assert content.startswith(b"\xef\xbb\xbfUnit code,")
        assert "WORKS,TOWN,Phòng Xây dựng" in content.decode("utf-8-sig")


@pytest.mark.requirement("U-42")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_has_instructions_lists_and_an_example_that_is_no_data(
    house: House, language: str
) -> None:
    content = importing.template(house.platform, house.actor("admin"), language)
    sheets = read_back(content)
    assert len(sheets) == 6
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    for tab in book.worksheets[1:5]:
        assert tab.freeze_panes == "A2"
        assert tab.max_row == 2
    units = book.worksheets[1]
    rules = {rule.type for rule in units.data_validations.dataValidation}
    assert rules == {"list", "whole"}
    assert all(cell.number_format == "@" for cell in book.worksheets[2][2] if cell.value)
    raw = importing.read_file(
        house.platform, house.actor("admin"), io.BytesIO(content), lambda done, total: None
    )
    plan = importing.check(house.platform, house.actor("admin"), raw)
    assert (plan.problems, plan.counts) == ([], {})
