"""Lists as files: exactly what the page shows, with its columns, filters and order, as XLSX or CSV.

The file holds what the reader may see at that moment, and says what the list was narrowed by. Small ones
are written while he waits, large ones by a long job. Rows are read part by part, so memory stays small.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from luongviec.engine.errors import InvalidInput
from luongviec.engine.model import FieldType, Module
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.files.tables import CellKind, OutColumn, OutTable, write_csv, write_xlsx
from luongviec.services.files.written import AT_ONCE_RECORDS, PART, Advance, WrittenFile, keep_file
from luongviec.services.lists.plain_rows import PlainRows
from luongviec.services.lists.reading import Asked, ListRequest, stored_sort
from luongviec.services.long_jobs.running import JobKind, JobResult, RunningJob, start
from luongviec.services.platform import Platform, Work
from luongviec.services.rights.module_access import check_exports
from luongviec.services.showing import NUMBER_COLUMN, Showing, column_kind, column_label
from luongviec.store.lists.reading import select_page

LIST_FILE = "list_file"
KINDS = ("xlsx", "csv")
TITLE_WIDTH = 60
NO_SUCH_KIND = Text("Danh sách không xuất ra dạng đó.", "Lists do not leave in that form.")
_CELL_KINDS: Mapping[str, CellKind] = {
    FieldType.NUMBER: CellKind.NUMBER,
    FieldType.DATE: CellKind.DAY,
    FieldType.DATETIME: CellKind.MOMENT,
}
#: What long jobs keep of a request, beside its filters.
_KEPT = ("module", "list", "split", "q", "sort", "behalf")


@contextmanager
def list_file(
    platform: Platform,
    actor: Actor,
    request: ListRequest,
    kind: str,
    language: str,
    advance: Advance | None = None,
) -> Iterator[WrittenFile]:
    """Write a list into a file that is gone afterwards.

    Raises:
        NotFound, InvalidInput, Refused: as `lists.list_records`; also for a form in which lists do not leave,
            and where the actor may not export.
    """
    if kind not in KINDS:
        raise InvalidInput({"kind": (NO_SUCH_KIND,)})
    with platform.reading() as work:
        asked, zone, at = _exported(work, actor, request), zone_of(work.workspace), work.now
        label = asked.module.name if asked.listed is None else asked.listed.label
        columns = _columns(asked)
        table = OutTable(
            label.in_language(language),
            [_out_column(asked.module, code, place, language) for place, code in enumerate(columns)],
            _rows(platform, actor, request, columns, language, advance),
            _notes(asked, label, language),
        )
    with tempfile.TemporaryDirectory(prefix="luongviec-list-") as folder:
        path = Path(folder) / f"list.{kind}"
        if kind == "csv":
            write_csv(path, table, zone)
        else:
            write_xlsx(path, (table,), zone)
        yield WrittenFile(path, f"{label.in_language(language)} {at.astimezone(zone):%Y-%m-%d}.{kind}")


def is_small(platform: Platform, actor: Actor, request: ListRequest) -> bool:
    """Whether a list can be written while the reader waits."""
    with platform.reading() as work:
        selection = _exported(work, actor, request).selection()
        return select_page(work.world, actor.user_id, selection, size=AT_ONCE_RECORDS).next_cursor is None


def start_list_file(platform: Platform, actor: Actor, request: ListRequest, kind: str, language: str) -> int:
    """Have a worker write the file, and give the job's id."""
    if kind not in KINDS:
        raise InvalidInput({"kind": (NO_SUCH_KIND,)})
    with platform.reading() as work:
        _exported(work, actor, request)
    parameters: dict[str, Any] = {name: getattr(request, name) for name in _KEPT}
    parameters["filters"] = {name: list(values) for name, values in request.filters.items()}
    parameters["columns"] = list(request.columns)
    return start(platform, actor, LIST_FILE, parameters | {"kind": kind, "language": language})


def run_list_file(platform: Platform, job: RunningJob) -> JobResult:
    """Do a job of the kind `LIST_FILE`."""
    kept: Mapping[str, Any] = job.parameters
    said: dict[str, Any] = {name: str(kept[name]) for name in _KEPT}
    request = ListRequest(
        **said,
        filters={name: tuple(values) for name, values in kept["filters"].items()},
        columns=tuple(kept["columns"]),
    )
    kind, language = str(kept["kind"]), str(kept["language"])
    return keep_file(
        platform, job, list_file(platform, job.actor, request, kind, language, job.advance),
        Text("Danh sách đã sẵn sàng để tải về.", "The list is ready to download."),
        f"/m/{request.module}/{request.list}" if request.list else f"/m/{request.module}",
    )  # fmt: skip


LIST_FILE_KIND = JobKind(LIST_FILE, Text("Xuất danh sách", "List as a file"), run_list_file)


def _exported(work: Work, actor: Actor, request: ListRequest) -> Asked:
    """Find what is asked, and that the actor may take it away."""
    asked = Asked.of(work, actor, request)
    check_exports(work, actor, asked.module)
    return asked


def _columns(asked: Asked) -> tuple[str, ...]:
    """The columns that are shown; the number stands under the title there, and has one of its own here."""
    first, *others = asked.columns
    numbering = asked.module.numbering
    numbered = numbering is not None and not {NUMBER_COLUMN, numbering.field} & set(asked.columns)
    return (first, *((NUMBER_COLUMN,) if numbered else ()), *others)


def _out_column(module: Module, code: str, place: int, language: str) -> OutColumn:
    label = column_label(module, code).in_language(language)
    field = module.fields.get(code)
    unit = "" if field is None or field.unit is None else field.unit.in_language(language)
    kind = _CELL_KINDS.get(column_kind(module, code), CellKind.TEXT)
    many = field is not None and field.many
    width = TITLE_WIDTH if place == 0 else None
    return OutColumn(f"{label} ({unit})" if unit else label, CellKind.TEXT if many else kind, width)


def _rows(
    platform: Platform,
    actor: Actor,
    request: ListRequest,
    columns: Sequence[str],
    language: str,
    advance: Advance | None,
) -> Iterator[Sequence[object]]:
    """Give the rows, read part by part, each part at its own moment."""
    request, done = replace(request, cursor="", page=1), 0
    while True:
        with platform.reading() as work:
            asked = _exported(work, actor, request)
            ids = select_page(
                work.world, actor.user_id, asked.selection(), sort=stored_sort(work, asked, actor.user_id),
                size=PART, cursor=request.cursor,
            )  # fmt: skip
            yield from PlainRows(Showing(work, actor), columns, language).rows(ids.ids)
        done += len(ids.ids)
        if advance is not None:
            advance(done, done + (0 if ids.next_cursor is None else PART))
        if ids.next_cursor is None:
            return
        request = replace(request, cursor=ids.next_cursor)


def _notes(asked: Asked, label: Text, language: str) -> tuple[str, ...]:
    """Say what the list is and what it was narrowed by, so that a printed sheet can be read on its own."""
    said = [label.in_language(language)]
    part = next((one for one in asked.narrowing.split_options() if one.value == asked.request.split), None)
    if part is not None:
        said.append(part.label.in_language(language))
    for one in asked.narrowing.offered(asked.request.filters):
        if one.chosen:
            said.append(f"{one.label.in_language(language)}: {one.chosen_label.in_language(language)}")
    if asked.request.q:
        said.append(
            Text(f"Có chữ “{asked.request.q}”", f"With the words “{asked.request.q}”").in_language(language)
        )
    scope = Text("Chỉ gồm những hồ sơ người xuất được xem.", "Holds only what the reader may see.")
    return (*said, scope.in_language(language))
