"""Importing records as long jobs: a workbook is checked, shown, then imported row by row.

The check plans every row as its create form would, and changes nothing. The import makes each row's
record in a transaction of its own under a key made of check and row: run twice, nothing is made twice.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO

from luongviec.engine.errors import InvalidInput, LuongViecError, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.forms.opening import OpenForm, open_create
from luongviec.services.exchange.cells import Level, Problem, RawBook, RawSheet
from luongviec.services.exchange.reading import read_workbook
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.exchange.work import beside, content_of, problem_json
from luongviec.services.exchange.writing import write_marked, write_template
from luongviec.services.files.keeping import upload
from luongviec.services.files.opening import Limits, check_size, check_workbook
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.running import JobFact, JobKind, JobResult, Kinds, RunningJob
from luongviec.services.platform import Platform, Work
from luongviec.services.record_imports.rows import CONFIRMED, RowOfForm, RowReader
from luongviec.services.record_imports.sheet import INSTRUCTIONS, sheet_of
from luongviec.services.records.changing import check_may_create, create_record

CHECK_RECORDS, IMPORT_RECORDS = "record_import_check", "record_import"
#: Of one workbook; more are several files.
MOST_ROWS = 2_000
MOST_PROBLEMS_SHOWN = 300

NOT_READY = Text("Tệp này chưa nhập được.", "This file cannot be imported as it is.")


def template(platform: Platform, actor: Actor, module: str, language: str) -> bytes:
    """Give the workbook to fill in.

    Raises:
        NotFound, Refused: the actor may not make such records.
    """
    with platform.reading() as work:
        return write_template([sheet_of(_form(work, actor, module)[0])], language, INSTRUCTIONS)


def start_check(
    platform: Platform, actor: Actor, module: str, name: str, content: BinaryIO, *, language: str
) -> int:
    """Take a workbook in and have it checked; gives the job.

    Raises:
        UnusableFile: too large, no workbook, locked, with macros, or built to do harm.
        NotFound, Refused: the actor may not make such records.
    """
    with platform.reading() as work:
        _form(work, actor, module)
    limits = _limits(platform)
    check_size(content, limits)
    check_workbook(content, limits)
    file = upload(platform, actor, name or "import.xlsx", content)
    parameters = {"module": module, "file_id": file.id, "name": file.name, "language": language}
    return running.start(platform, actor, CHECK_RECORDS, parameters)


def start_import(platform: Platform, kinds: Kinds, actor: Actor, check_id: int) -> int:
    """Have a checked workbook imported; gives the job.

    Raises:
        NotFound: no such check of the actor's.
        InvalidInput: it found errors, or no rows.
    """
    checked = running.view_job(platform, kinds, actor, check_id)
    if checked.kind != CHECK_RECORDS or checked.result is None or not checked.is_own:
        raise NotFound
    if checked.result.data["errors"] or not checked.result.data["rows"]:
        raise InvalidInput({"": (NOT_READY,)})
    parameters = {**checked.parameters, "check_id": check_id}
    return running.start(platform, actor, IMPORT_RECORDS, parameters, total=checked.result.data["rows"])


def _check(platform: Platform, job: RunningJob) -> JobResult:
    module, language = str(job.parameters["module"]), str(job.parameters["language"])
    rows: list[RowOfForm] = []
    with platform.reading() as work:
        form, actor = _form(work, job.actor, module)
        raw, sheet = _read(platform, job, form)
        reader = RowReader(platform, work, actor, form, {} if sheet is None else sheet.letters)
        for place, row in enumerate(sheet.rows if sheet is not None else ()):
            found = reader.read(row)
            reader.plan(found)
            rows.append(found)
            job.advance(place, len(sheet.rows) if sheet is not None else 1)
    problems = [*raw.problems, *(one for row in rows for one in row.problems)]
    marked = None
    if problems:
        content = io.BytesIO(write_marked(raw, problems, language))
        marked = upload(platform, job.actor, beside(str(job.parameters["name"]), language), content).id
    return _report(module, job.id, len(rows), problems, marked)


def _report(
    module: str, job_id: int, count: int, problems: Sequence[Problem], marked_id: int | None
) -> JobResult:
    errors = sum(one.level is Level.ERROR for one in problems)
    message = (
        Text("Tệp còn lỗi cần sửa.", "The file has errors to mend.")
        if errors
        else Text("Tệp nhập được.", "The file can be imported.")
        if count
        else Text("Tệp không có dòng nào.", "The file has no rows.")
    )
    shown = sorted(problems, key=lambda one: one.level is not Level.ERROR)[:MOST_PROBLEMS_SHOWN]
    data = {
        "rows": count, "errors": errors, "warnings": len(problems) - errors,
        "problems": [problem_json(one) for one in shown], "marked_id": marked_id,
    }  # fmt: skip
    return JobResult(message, address=f"/m/{module}/import/{job_id}", goes_on=True, data=data)


def _import(platform: Platform, job: RunningJob) -> JobResult:
    module = str(job.parameters["module"])
    with platform.reading() as work:
        form, actor = _form(work, job.actor, module)
        _, sheet = _read(platform, job, form)
        reader = RowReader(platform, work, actor, form, {} if sheet is None else sheet.letters)
        rows = [reader.read(row) for row in (sheet.rows if sheet is not None else ())]
    made, refused = 0, []
    for place, row in enumerate(rows, start=1):
        key = f"import:{job.parameters['check_id']}:{row.number}"
        try:
            create_record(platform, job.actor, module, row.typed, answers=CONFIRMED, idempotency_key=key)
            made += 1
        except LuongViecError as error:
            refused.append(_words(row.number, error))
        job.advance(place, len(rows))
    return JobResult(
        Text(f"Đã tạo {made}/{len(rows)} hồ sơ.", f"{made} of {len(rows)} records were made."),
        facts=(
            JobFact(Text("Đã tạo", "Made"), made),
            JobFact(Text("Không tạo được", "Refused"), len(refused)),
        ),
        problems=tuple(refused),
        address=f"/m/{module}",
    )


def _words(number: int, error: LuongViecError) -> Text:
    said = error.message
    if isinstance(error, InvalidInput):
        said = next((texts[0] for texts in error.errors.values() if texts), said)
    return Text(f"Dòng {number}: {said.vi}", f"Row {number}: {said.in_language('en')}")


def _form(work: Work, actor: Actor, module: str) -> tuple[OpenForm, Actor]:
    acting = check_may_create(work, actor, module, owner_id=None, relation=None)
    return open_create(work.world, acting, module), acting


def _read(platform: Platform, job: RunningJob, form: OpenForm) -> tuple[RawBook, RawSheet | None]:
    raw = read_workbook(content_of(platform, job), [sheet_of(form)], _limits(platform), job.advance)
    return raw, raw.sheets.get(SheetCode.RECORDS)


def _limits(platform: Platform) -> Limits:
    return Limits(platform.settings.import_mb, rows=MOST_ROWS)


CHECK_RECORDS_KIND = JobKind(CHECK_RECORDS, Text("Kiểm tra tệp hồ sơ", "Checking a file of records"), _check)
IMPORT_RECORDS_KIND = JobKind(IMPORT_RECORDS, Text("Nhập hồ sơ từ tệp", "Importing records"), _import)
