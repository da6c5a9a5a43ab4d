"""Import of an organisation from a workbook: 700 units, 10,000 people with posts and roles.

`python bench/exchange.py [--people 10000] [--on sqlite,postgresql]`. Each step in a process of its own
would hide what the steps share, so all run in one; memory is that process's peak so far.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

sys.path.append(str(Path(__file__).parents[1]))

from openpyxl import Workbook
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker
from store import open_database  # type: ignore[import-not-found]

from luongviec.engine.world import SYSTEM
from luongviec.services.definitions import load_definitions
from luongviec.services.exchange import importing
from luongviec.services.exchange.exporting import rows_of
from luongviec.services.exchange.writing import write_export
from luongviec.services.files.store import FolderStore
from luongviec.services.platform import Platform
from luongviec.settings import Settings
from luongviec.store.definitions.revisions import make_workspaces

ROOT = Path(__file__).parents[1]
UNITS = 700
Result = TypeVar("Result")


def workbook(people: int) -> bytes:
    """Write a province: units in four levels, everybody with a post and, mostly, a role."""
    book = Workbook(write_only=True)
    units = book.create_sheet("Units")
    units.append(["Unit code", "Code of the unit above", "Unit name", "Kind of unit", "Order", "[executing]"])
    units.append(["R", "", "Tỉnh", "province", 1, "Yes"])
    for number in range(1, UNITS):
        above = "R" if number <= 25 else f"U{(number - 26) % 25 + 1}" if number <= 350 else f"U{number - 325}"
        units.append([f"U{number}", above, f"Đơn vị số {number}", "department", number, "Yes"])
    accounts, posts, roles = (book.create_sheet(name) for name in ("People", "Posts", "Roles"))
    accounts.append(["User name", "Full name", "Identity number", "E-mail", "Phone", "Direct managers"])
    posts.append(["User name", "Unit code", "Place", "Title", "Order"])
    roles.append(["Unit code", "Role", "User name"])
    for number in range(people):
        unit = f"U{number % (UNITS - 1) + 1}"
        accounts.append(
            [f"nv{number}", f"Nguyễn Thị Thu Hà {number}", f"{10**11 + number}", f"nv{number}@tinh.example",
             f"09{number:08d}", f"nv{number // 20}" if number >= 20 else ""]
        )  # fmt: skip
        posts.append([f"nv{number}", unit, "[office.staff]", "Chuyên viên", 1])
        if number % 5:
            roles.append([unit, "[executing.officer]", f"nv{number}"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class Meter:
    """Times steps, counts their statements, and looks at the peak of memory."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.name = name
        self.statements = 0
        event.listen(engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self.statements += 1

    def measure(self, step: str, work: Callable[[], Result]) -> Result:
        """Run a step and print its line."""
        self.statements, begun, used = 0, time.perf_counter(), time.process_time()
        result = work()
        spent, processor = time.perf_counter() - begun, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| {self.name} | {step} | {spent:.1f} | {processor:.1f} | {self.statements} | {peak:.0f} |",
            flush=True,
        )
        return result


@contextmanager
def platform_on(kind: str) -> Iterator[tuple[Platform, Engine]]:
    """Give an empty platform with the shipped definitions."""
    with open_database(kind) as engine, tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), database_url=str(engine.url), import_mb=100)
        sessions = sessionmaker(engine, class_=Session, expire_on_commit=False)
        platform = Platform(settings, sessions, make_workspaces(), FolderStore(Path(folder) / "files"))
        load_definitions(platform, ROOT / "definitions")
        yield platform, engine


def run(kind: str, content: bytes) -> None:
    """Check, import, check again and export on one database."""
    with platform_on(kind) as (platform, engine):
        meter = Meter(engine, kind)
        raw = meter.measure(
            "read the workbook",
            lambda: importing.read_file(platform, SYSTEM, io.BytesIO(content), lambda done, total: None),
        )
        plan = meter.measure("check (dry run)", lambda: importing.check(platform, SYSTEM, raw))
        if plan.errors:
            raise SystemExit(str(plan.problems[:5]))
        meter.measure("import", lambda: importing.write(platform, SYSTEM, raw, digest=plan.digest()))
        again = meter.measure("check again: nothing new", lambda: importing.check(platform, SYSTEM, raw))
        if again.changes_something:
            raise SystemExit("importing twice is not the same as once")

        def export() -> bytes:
            with platform.reading() as work:
                return write_export(rows_of(work, SYSTEM), "vi")

        meter.measure("export", export)


def main() -> None:
    """Measure on each database."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--on", default="sqlite,postgresql", help="databases, with commas between")
    given = parser.parse_args()
    content = workbook(given.people)
    print(f"{UNITS} units, {given.people} people; the workbook has {len(content) / 1024:.0f} KB.\n")
    print("| on | step | seconds | of processor | statements | peak MB |\n|---|---|---|---|---|---|")
    for kind in given.on.split(","):
        run(kind, content)


if __name__ == "__main__":
    main()
