"""Merging a unit with many open records: the change of the tree, and handing the records over.

    .venv/bin/python bench/succession.py [--records 2000] [--on sqlite,postgresql]

Each record has a few participants, a deadline with its timers and its history, as pages make them.
Time is of this process alone; the database's own work on PostgreSQL is not in it, the wall's is.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from luongviec.engine.world import SYSTEM, Holder, HolderKind
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.succession import handing_over as succession
from luongviec.services.succession import work as succession_work
from luongviec.services.unit_changes import planning as unit_changes
from luongviec.services.unit_changes.plans import Merge
from luongviec.services.units import making as units
from luongviec.store.models import UnitChange
from tests.databases import Databases
from tests.services.house import House, build_house


def measure(house: House, count: int) -> None:
    """Make the records, merge their unit, and print what it took."""
    sides = ("assigning", "executing", "office")
    heir = units.create_unit(
        house.platform, SYSTEM, "Sở mới", parent_id=house.units["town"], kind="department", sides=sides
    )
    with house.platform.transaction():
        for number in range(count):
            house.task(f"Việc {number}")
    old = Holder(HolderKind.UNIT, house.units["works"])
    begun = time.perf_counter()
    with house.statements() as asked:
        found = succession.preview(house.platform, house.actor("admin"), old)
    preview = time.perf_counter() - begun
    unit_changes.AT_ONCE = 0  # records are left to the job, so that the parts can be told apart
    begun = time.perf_counter()
    change = unit_changes.make_change(
        house.platform, house.actor("admin"), Merge((old.id,), heir), "Nghị quyết"
    )
    tree = time.perf_counter() - begun
    with house.platform.reading() as work:
        job_id = int(work.session.get_one(UnitChange, change).result["job"])
    wall, used = time.perf_counter(), time.process_time()
    with house.statements() as told:
        running.run_job(house.platform, JOB_KINDS, job_id)
    wall, used = time.perf_counter() - wall, time.process_time() - used
    with house.platform.reading() as work:
        assert work.session.get_one(UnitChange, change).state == "done"
    print(
        f"| {house.engine.dialect.name} | {found.records} | {preview * 1000:.0f} ms / {len(asked)} |"
        f" {tree * 1000:.0f} ms | {wall:.1f} s | {used:.1f} s | {wall / count * 1000:.1f} ms |"
        f" {len(told) / count:.1f} |",
        flush=True,
    )


def main() -> None:
    """Measure on each database."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=2000, help="how many open records the unit has")
    parser.add_argument("--on", default="sqlite,postgresql", help="databases, with commas between")
    given = parser.parse_args()
    print(f"In transactions of {succession_work.AT_ONCE} records.\n")
    print("| | open records | preview | tree | handing over | processor | a record | statements a record |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="luongviec-bench-") as folder:
        databases = Databases(Path(folder), "bench")
        for kind in given.on.split(","):
            database = databases.get(kind)
            measure(build_house(database.engine, database.url, Path(folder) / kind), given.records)
        databases.close()


if __name__ == "__main__":
    main()
