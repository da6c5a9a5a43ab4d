"""Import and export as long jobs: checking a file, importing it, exporting (U-42).

The file that is checked is an upload of the owner's; so are exports and files with marked problems.
They are kept for a day, like every upload that no record takes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, BinaryIO

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.exchange import importing
from luongviec.services.exchange.cells import Level, Problem
from luongviec.services.exchange.exporting import rows_of
from luongviec.services.exchange.plan import ImportPlan, Outcome, Shown
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.exchange.standing import allowed_sheets
from luongviec.services.exchange.writing import write_csv, write_export, write_marked
from luongviec.services.files.keeping import upload
from luongviec.services.files.opening import check_size, check_workbook
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.running import JobFact, JobKind, JobResult, Kinds, RunningJob
from luongviec.services.platform import Platform, Work
from luongviec.store.sharing import files_by_id

CHECK, IMPORT, EXPORT = "import_check", "import", "export"
IMPORT_PAGE = "/settings/import"
#: Who has never signed in: there the first passwords are printed.
FIRST_PASSWORDS_PAGE = "/settings/accounts?state=never"
MOST_PROBLEMS_SHOWN = 500

_GONE = Text("Tệp không còn được giữ. Hãy tải tệp lên lại.", "The file is no longer kept. Upload it again.")


def start_check(platform: Platform, actor: Actor, name: str, content: BinaryIO, *, language: str) -> int:
    """Take a file in, and have it checked; gives the job.

    Raises:
        UnusableFile: too large, no workbook, locked, with macros, or built to do harm.
        Refused: the actor may import nothing.
    """
    with platform.reading() as work:
        allowed_sheets(work, actor)
    limits = importing.limits_of(platform)
    check_size(content, limits)
    check_workbook(content, limits)
    file = upload(platform, actor, name or "import.xlsx", content)
    return running.start(
        platform, actor, CHECK, {"file_id": file.id, "name": file.name, "language": language}
    )


def start_import(platform: Platform, kinds: Kinds, actor: Actor, check_id: int) -> int:
    """Have a checked file imported; gives the job.

    Raises:
        NotFound: no such check of the actor's.
        InvalidInput: it found errors, or nothing to do.
    """
    checked = running.view_job(platform, kinds, actor, check_id)
    if checked.kind != CHECK or checked.result is None or not checked.is_own:
        raise NotFound
    data = checked.result.data
    if data["errors"] or not data["changes"]:
        raise InvalidInput({"": (Text("Tệp này chưa nhập được.", "This file cannot be imported as it is."),)})
    parameters = {**checked.parameters, "digest": data["digest"], "check_id": check_id}
    return running.start(platform, actor, IMPORT, parameters)


def start_export(platform: Platform, actor: Actor, *, language: str, sheet: SheetCode | None = None) -> int:
    """Have what the actor administers exported: all as a workbook, or one sheet as CSV; gives the job.

    Raises:
        Refused: the actor may not export it.
    """
    with platform.reading() as work:
        allowed = allowed_sheets(work, actor)
    if sheet is not None and sheet not in allowed:
        raise NotFound
    return running.start(
        platform, actor, EXPORT, {"sheet": None if sheet is None else sheet.value, "language": language}
    )


# --- Checking ---------------------------------------------------------------------------------------


def _check(platform: Platform, job: RunningJob) -> JobResult:
    content = content_of(platform, job)
    raw = importing.read_file(platform, job.actor, content, job.advance)
    plan = importing.check(platform, job.actor, raw)
    language = str(job.parameters["language"])
    marked = None
    if plan.problems:
        job.advance(0, 1)
        content = io.BytesIO(write_marked(raw, plan.problems, language))
        marked = upload(platform, job.actor, beside(str(job.parameters["name"]), language), content).id
    message = (
        Text("Tệp còn lỗi cần sửa.", "The file has errors to mend.")
        if plan.errors
        else Text("Tệp nhập được.", "The file can be imported.")
        if plan.changes_something
        else Text("Tệp không có gì mới so với dữ liệu đang có.", "The file brings nothing new.")
    )
    data = {**report_of(plan), "digest": plan.digest(), "marked_id": marked}
    return JobResult(message, address=f"{IMPORT_PAGE}/{job.id}", goes_on=True, data=data)


def report_of(plan: ImportPlan) -> dict[str, Any]:
    """Give a dry run as values that JSON knows."""
    return {
        "counts": {
            code.value: {outcome.value: counter[outcome] for outcome in Outcome}
            for code in SheetCode
            if (counter := plan.counts.get(code)) is not None
        },
        "errors": plan.errors,
        "warnings": len(plan.problems) - plan.errors,
        "problems": [problem_json(one) for one in _errors_first(plan)[:MOST_PROBLEMS_SHOWN]],
        "shown": [_shown_json(one) for one in plan.shown],
        "changes": plan.changes_something,
    }


def _errors_first(plan: ImportPlan) -> list[Problem]:
    return sorted(plan.problems, key=lambda one: one.level is not Level.ERROR)


# --- Importing --------------------------------------------------------------------------------------


def _import(platform: Platform, job: RunningJob) -> JobResult:
    result: list[JobResult] = []

    def finish(work: Work, plan: ImportPlan) -> None:
        result.append(_imported(plan))
        job.finish(work, result[0])

    name = str(job.parameters["name"])
    raw = importing.read_file(platform, job.actor, content_of(platform, job), job.advance)
    importing.write(
        platform, job.actor, raw, digest=str(job.parameters["digest"]), note=name,
        tell=lambda: job.advance(1, 2), finish=finish,
    )  # fmt: skip
    return result[0]


def _imported(plan: ImportPlan) -> JobResult:
    facts = [
        JobFact(label, count)
        for label, count in (
            (Text("Đơn vị mới", "New units"), len(plan.new_units)),
            (Text("Đơn vị thay đổi", "Changed units"), len(plan.unit_changes)),
            (Text("Tài khoản mới", "New accounts"), len(plan.new_people)),
            (Text("Tài khoản thay đổi", "Changed accounts"), len(plan.person_changes)),
            (Text("Chức vụ và vai trò mới", "New posts and roles"), len(plan.new_holdings)),
            (Text("Chức vụ thay đổi", "Changed posts"), len(plan.holding_changes)),
        )
        if count
    ]
    return JobResult(
        Text("Đã nhập xong.", "The import is done."), tuple(facts),
        address=FIRST_PASSWORDS_PAGE if plan.new_people else "",
        address_label=Text("Đến danh sách để cấp mật khẩu lần đầu", "Go on to the first passwords"),
    )  # fmt: skip


# --- Exporting --------------------------------------------------------------------------------------


def _export(platform: Platform, job: RunningJob) -> JobResult:
    language, only = str(job.parameters["language"]), job.parameters["sheet"]
    with platform.reading() as work:
        parts = list(rows_of(work, job.actor))
    total = sum(len(rows) for _, rows in parts)
    job.advance(0, total)
    if only is None:
        name = Text("To-chuc.xlsx", "Organisation.xlsx").in_language(language)
        content = write_export(parts, language)
    else:
        sheet, rows = next((sheet, rows) for sheet, rows in parts if sheet.code == only)
        total = len(rows)
        name = f"{sheet.title.in_language(language)}.csv"
        content = write_csv(sheet, rows, language)
    job.advance(total, total)
    file = upload(platform, job.actor, name, io.BytesIO(content))
    return JobResult(
        Text("Đã xuất xong.", "The export is done."),
        (JobFact(Text("Số dòng", "Rows"), total),),
        file_id=file.id,
    )


CHECK_KIND = JobKind(CHECK, Text("Kiểm tra tệp nhập", "Checking a file to import"), _check, home=IMPORT_PAGE)
IMPORT_KIND = JobKind(
    IMPORT, Text("Nhập dữ liệu tổ chức", "Importing the organisation"), _import, home=IMPORT_PAGE
)
EXPORT_KIND = JobKind(
    EXPORT, Text("Xuất dữ liệu tổ chức", "Exporting the organisation"), _export, home=IMPORT_PAGE
)


def content_of(platform: Platform, job: RunningJob) -> BinaryIO:
    """Give the owner's uploaded file."""
    with platform.reading() as work:
        file_id = int(job.parameters["file_id"])
        file = files_by_id(work.session, (file_id,)).get(file_id)
        if file is None or file.uploaded_by_id != job.actor.user_id:
            raise InvalidInput({"file": (_GONE,)})
        sha256 = file.content_hash
    try:
        return io.BytesIO(b"".join(platform.files.read(sha256)))
    except NotFound:
        raise InvalidInput({"file": (_GONE,)}) from None


def beside(name: str, language: str) -> str:
    """Call the file with marked problems after the one that was checked."""
    stem = name.rpartition(".")[0] or name
    return f"{stem} – {Text('vấn đề', 'problems').in_language(language)}.xlsx"


def problem_json(one: Problem) -> dict[str, Any]:
    """Give a problem as values that JSON knows."""
    return {
        "sheet": one.sheet.value if one.sheet else "", "row": one.row, "column": one.column,
        "letter": one.letter, "level": one.level.value, "text": _text_json(one.text),
        "remedy": _text_json(one.remedy),
    }  # fmt: skip


def _shown_json(one: Shown) -> dict[str, Any]:
    return {
        "sheet": one.sheet.value, "row": one.row, "outcome": one.outcome.value, "name": one.name,
        "changes": [[_text_json(what), before, after] for what, before, after in one.changes],
    }  # fmt: skip


def _text_json(text: Text) -> Mapping[str, str | None]:
    return {"vi": text.vi, "en": text.en}
