"""What a person waits for in a big installation: pages, reports, files, many units, many records at once.

    .venv/bin/python bench/pages.py [--records 10000,1000000] [--on sqlite,postgresql]
                                    [--parts pages,file,many]

`pages`: the whole request on the server, signed in, as the leader and the heavy user of `data.py`.
`file`: the leader's list as XLSX through the service, beside openpyxl writing the same cells with no
platform behind it; peak memory of the process. `many`: one assignment to 50 units, an action on 1,000.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from python_calamine import load_workbook
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from data import HEAVY, LEADER, NOW, Office, load
from store import Watch, open_database

from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services.accounts.sessions import open_session
from luongviec.services.accounts.visitor import NOWHERE
from luongviec.services.files.store import FolderStore
from luongviec.services.lists.files import list_file
from luongviec.services.lists.reading import ListRequest
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import run_job
from luongviec.services.platform import Platform
from luongviec.services.records import bulk, changing
from luongviec.services.units.making import create_unit, fill_slot
from luongviec.settings import Settings
from luongviec.store.models import User
from luongviec.web.application import create_app
from luongviec.web.sessions import SESSION_COOKIE
from tests.databases import Databases
from tests.services.house import CONFIRMED, House, build_house

REPEATS = 9
VIEWERS = {"leader": LEADER, "heavy user": HEAVY}
FILE_LIST = "of_my_unit"
UNITS_AT_ONCE, RECORDS_AT_ONCE = 50, 1_000


def platform_over(engine: Engine, office: Office, folder: Path) -> Platform:
    """Give the platform over a filled database, at the moment at which its data was made."""
    settings = Settings(
        home=folder, database_url=str(engine.url), secret_key="only-for-measuring", files=folder / "files"
    )
    return Platform(
        settings=settings,
        sessions=sessionmaker(engine, class_=Session, expire_on_commit=False),
        workspaces=office.workspaces,
        files=FolderStore(settings.files),
        clock=lambda: NOW,
    )


def signed_in(app: Flask, platform: Platform, user_id: int) -> FlaskClient:
    """Give a browser in which somebody is signed in."""
    with platform.transaction() as work:
        secret, _ = open_session(work, work.session.get_one(User, user_id), NOWHERE)
    client = app.test_client()
    client.set_cookie(SESSION_COOKIE, secret)
    return client


# --- Pages ---------------------------------------------------------------------------------------------


def addresses(office: Office) -> Iterator[str]:
    """Give the pages that people open most: home, every list of the menu, every report."""
    yield "/"
    module = office.module
    for listed in module.lists.values():
        if listed.menu is not None:
            yield f"/m/{module.code}/{listed.code}"
    yield f"/m/{module.code}/{FILE_LIST}?view=tree"
    for code, report in office.workspace.reports.items():
        if report.module == module.code:
            yield f"/reports/{code}"


def measure_pages(engine: Engine, office: Office, folder: Path) -> dict[str, str]:
    """Give server time, time in the database and statements of each page, by viewer and address."""
    platform, watch = platform_over(engine, office, folder), Watch(engine)
    app = create_app(platform)
    found = {}
    for name, user_id in VIEWERS.items():
        client = signed_in(app, platform, user_id)
        for address in addresses(office):
            cell = _measured(client, watch, address)
            if cell is not None:
                found[f"{name}: `{address}`"] = cell
    return found


def _measured(client: FlaskClient, watch: Watch, address: str) -> str | None:
    if client.get(address).status_code != 200:
        return None
    whole, inside, statements = [], [], 0
    for _ in range(REPEATS):
        watch.reset()
        begun = time.perf_counter()
        client.get(address, buffered=True)
        whole.append((time.perf_counter() - begun) * 1000)
        inside.append(watch.seconds * 1000)
        statements = watch.statements
    return f"{statistics.median(whole):.0f} / {statistics.median(inside):.0f} / {statements}"


# --- A file --------------------------------------------------------------------------------------------


@contextmanager
def memory() -> Iterator[Callable[[], int]]:
    """Forget the process's peak; what is given says by how many MB memory has risen since."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    yield lambda: _status("VmHWM") - before


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(f"{name}:"))


def measure_file(engine: Engine, office: Office, folder: Path) -> dict[str, str]:
    """Write the leader's list as XLSX, and the same cells with openpyxl alone."""
    platform = platform_over(engine, office, folder)
    asked = ListRequest(office.module.code, FILE_LIST)
    rows = 0

    def advance(done: int, _total: int) -> None:
        nonlocal rows
        rows = done

    with memory() as risen:
        begun = time.process_time()
        with list_file(platform, Actor(LEADER), asked, "xlsx", "vi", advance) as written:
            ours, ours_memory = time.process_time() - begun, risen()
            size = written.path.stat().st_size / 1_000_000
            cells = load_workbook(written.path).get_sheet_by_index(0).to_python()
    with memory() as risen:
        begun = time.process_time()
        _write_bare(folder / "bare.xlsx", cells)
        bare, bare_memory = time.process_time() - begun, risen()
    return {
        f"{rows:,} rows by the platform": f"{ours:.1f} s / {ours_memory} MB / file {size:.1f} MB",
        "the same cells by openpyxl alone": f"{bare:.1f} s / {bare_memory} MB",
        "ratio": f"{ours / bare:.2f}",
    }


def _write_bare(path: Path, rows: Iterable[Sequence[object]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(path)


# --- Many at once --------------------------------------------------------------------------------------


def measure_many(databases: Databases, kind: str, folder: Path) -> dict[str, str]:
    """One assignment to many units, and one action on many records, through the services."""
    database = databases.get(kind)
    house = build_house(database.engine, database.url, folder, modules=None)
    units = _units(house)
    for _ in range(2):  # the second time everything is warm
        begun = time.process_time()
        with house.statements() as found:
            made = _assign(house, units)
        seconds = time.process_time() - begun
    results = {f"one assignment to {len(made)} units": f"{seconds * 1000:.0f} ms / {len(found)} statements"}
    waiting, chair = _completed(house, units), house.actor("chair")
    asked = bulk.Chosen(request=ListRequest("task", "to_approve"))
    begun = time.process_time()
    with house.statements() as found:
        job = bulk.start_bulk(
            house.platform, JOB_KINDS, chair, bulk.bulk_choices(house.platform, chair, asked),
            "approve_result", {},
            answers=Answers(confirmed=True),
        )  # fmt: skip
        started = time.process_time() - begun
        run_job(house.platform, JOB_KINDS, job)
    seconds = time.process_time() - begun
    each = len(found) / len(waiting)
    results[f"approving {len(waiting):,} records"] = (
        f"{seconds:.1f} s ({started:.2f} s until the job runs) / {each:.1f} statements each"
    )
    return results


def _units(house: House) -> list[int]:
    made = []
    for number in range(UNITS_AT_ONCE):
        unit = create_unit(
            house.platform, SYSTEM, f"Đơn vị {number}", parent_id=house.units["town"], sides=("executing",)
        )
        fill_slot(house.platform, SYSTEM, unit, "executing", "head", (house.users["contact"],))
        made.append(unit)
    return made


def _assign(house: House, units: list[int]) -> tuple[int, ...]:
    raw = house.task_input("Báo cáo cải cách hành chính")
    raw["recipients"] = [{"executing": [unit], "assignee": [house.users["contact"]]} for unit in units]
    made = changing.create_record(house.platform, house.actor("planner"), "task", raw, answers=CONFIRMED)
    return made.made


def _completed(house: House, units: list[int]) -> list[int]:
    ids: list[int] = []
    while len(ids) < RECORDS_AT_ONCE:
        ids += _assign(house, units)
    for one in ids:
        house.act("contact", one, "accept")
        house.act("contact", one, "complete", text="Đã xong", files=[house.file("contact")])
    return ids


# --- Printing ------------------------------------------------------------------------------------------


def print_table(title: str, results: dict[str, dict[str, str]]) -> None:
    """Print one table: a row for each thing measured, a column for each run."""
    print(f"\n### {title}\n\n| | {' | '.join(results)} |\n|---{'|---' * len(results)}|")
    for name in dict.fromkeys(name for column in results.values() for name in column):
        print(f"| {name} | " + " | ".join(column.get(name, "–") for column in results.values()) + " |")


def main() -> None:
    """Measure and print tables of Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", default="10000,100000")
    parser.add_argument("--on", default="sqlite,postgresql")
    parser.add_argument("--parts", default="pages,file,many")
    given = parser.parse_args()
    parts, kinds = given.parts.split(","), given.on.split(",")
    pages: dict[str, dict[str, str]] = {}
    files: dict[str, dict[str, str]] = {}
    for kind in kinds if {"pages", "file"} & set(parts) else ():
        for count in map(int, given.records.split(",")):
            with open_database(kind) as engine, tempfile.TemporaryDirectory() as folder:
                office = load(engine, count)
                if "pages" in parts:
                    pages[f"{kind} {count:,}"] = measure_pages(engine, office, Path(folder))
                if "file" in parts:
                    files[f"{kind} {count:,}"] = measure_file(engine, office, Path(folder))
    if pages:
        print_table("Pages: ms on the server / ms in the database / statements", pages)
    if files:
        print_table("A list as XLSX: seconds of processor / rise of memory", files)
    if "many" in parts:
        with tempfile.TemporaryDirectory() as folder:
            databases = Databases(Path(folder), "bench")
            print_table(
                "Many at once: processor time",
                {kind: measure_many(databases, kind, Path(folder) / kind) for kind in kinds},
            )
            databases.close()


if __name__ == "__main__":
    main()
