"""One action at a time: its statements and its processor time, on SQLite and PostgreSQL.

    .venv/bin/python bench/action.py                      a table
    .venv/bin/python bench/action.py --show accept        every statement of one action
    .venv/bin/python bench/action.py --profile sqlite     where the time goes

Statements are what reaches the database, without BEGIN and COMMIT. Time is of this process alone,
the median of `--rounds` tasks that go through the same life.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from luongviec.engine.planning.plan import Answers
from luongviec.services.records import changing
from tests.databases import Databases
from tests.services.house import House, build_house

CONFIRMED = Answers(confirmed=True)
Step = Callable[[], object]


def life(house: House) -> dict[str, Step]:
    """Give the steps of one task's life, in order; each is one service call."""
    made: list[int] = []

    def create() -> None:
        made.append(house.assign("Sửa mặt đường").record_id)

    def create_for_two() -> None:
        raw = house.task_input("Sửa mặt đường hai phòng")
        row = {**raw["recipients"][0]}  # type: ignore[index]
        row |= {"executing": [house.units["health"]], "assignee": [house.users["other"]]}
        raw["recipients"] = [*raw["recipients"], row]  # type: ignore[misc]
        changing.create_record(house.platform, house.actor("planner"), "task", raw, answers=CONFIRMED)

    def progress() -> None:
        raw: dict[str, object] = {"text": "Đã rải đá", "percent": 40}
        changing.create_record(
            house.platform, house.actor("officer"), "progress_entry", raw, owner_id=made[0],
            relation="progress", answers=CONFIRMED,
        )  # fmt: skip

    def complete() -> None:
        house.act("officer", made[0], "complete", text="Đã xong", files=[file_id])

    file_id = house.file("officer")
    return {
        "create": create,
        "create for two units": create_for_two,
        "forward": lambda: house.act("contact", made[0], "forward", to=house.users["officer"], reason="Nhờ"),
        "accept": lambda: house.act("officer", made[0], "accept"),
        "progress entry": progress,
        "complete": complete,
        "approve": lambda: house.act("planner", made[0], "approve_result"),
        "comment": lambda: changing.comment(house.platform, house.actor("planner"), made[0], "Cảm ơn"),
    }


def measure(house: House, rounds: int, show: str | None) -> dict[str, tuple[int, float]]:
    """Give statements and milliseconds by step."""
    for step in life(house).values():
        step()
    counts: dict[str, int] = {}
    times: dict[str, list[float]] = defaultdict(list)
    for name, step in life(house).items():
        with house.statements() as found:
            step()
        counts[name] = len(found)
        if name == show:
            for number, statement in enumerate(found, start=1):
                print(f"{number:3} {' '.join(statement.split())[:230]}")
    for _ in range(rounds):
        for name, step in life(house).items():
            began = time.process_time()
            step()
            times[name].append((time.process_time() - began) * 1000)
    return {name: (counts[name], statistics.median(times[name])) for name in counts}


def profile(house: House, rounds: int) -> None:
    """Print where the time of whole lives goes."""
    profiler = cProfile.Profile()
    for _ in range(rounds):
        steps = life(house).values()
        profiler.enable()
        for step in steps:
            step()
        profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(35).sort_stats("cumulative").print_stats(90)


def main() -> None:
    """Measure on both databases and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--show", help="print the statements of this step")
    parser.add_argument("--profile", choices=("sqlite", "postgresql"))
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    chosen = parser.parse_args()
    names = [name for name in ("sqlite", "postgresql") if (chosen.profile or chosen.only) in (None, name)]
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder), "bench")
        found = {}
        for name in names:
            database = databases.get(name)
            house = build_house(database.engine, database.url, Path(folder) / name, modules=None)
            if chosen.profile:
                profile(house, chosen.rounds)
                break
            print(f"-- {name}")
            found[name] = measure(house, chosen.rounds, chosen.show)
        databases.close()
    if found:
        print("| action |" + "".join(f" {name} statements | ms |" for name in found))
        for step in next(iter(found.values())):
            cells = "".join(f" {found[name][step][0]} | {found[name][step][1]:.1f} |" for name in found)
            print(f"| {step} |{cells}")


if __name__ == "__main__":
    main()
