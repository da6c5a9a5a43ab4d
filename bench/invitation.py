"""Measures an invitation of many people: making the meeting, confirming it, writing the messages, sending.

python bench/invitation.py [--people 500] [--only sqlite|postgresql] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import SYSTEM
from luongviec.services.records import changing
from luongviec.services.telling import delivery
from luongviec.services.users.making import NewUser, create_users
from tests.databases import Databases
from tests.services.house import House, build_house

YES = Answers(confirmed=True)


def timed(name: str, step: Callable[[], object]) -> None:
    """Print what a step takes."""
    began, worked = time.perf_counter(), time.process_time()
    step()
    print(f"| {name} | {time.perf_counter() - began:.2f} | {time.process_time() - worked:.2f} |")


def measure(house: House, people: int, *, profile: bool) -> None:
    """Print seconds, and seconds of the processor, of each step."""
    new = [NewUser(f"nd{one}", f"Người dự {one}", email=f"nd{one}@town.example") for one in range(people)]
    attendees = list(create_users(house.platform, SYSTEM, new))
    clerk, starts = house.actor("clerk"), house.clock.now + timedelta(days=3)
    raw: dict[str, object] = {
        "subject": "Họp toàn tỉnh", "host": [house.units["town"]], "venue": "Hội trường",
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat(),
        "chair": [house.users["chair"]], "secretary": [house.users["planner"]], "attendee": attendees,
    }  # fmt: skip
    made: list[int] = []

    def create() -> None:
        made.append(changing.create_record(house.platform, clerk, "meeting", raw, answers=YES).record_id)

    def tell() -> None:
        for job, key in delivery.waiting(house.platform):
            if job == delivery.TELL:
                delivery.tell(house.platform, key)

    def send() -> None:
        while waiting := delivery.waiting(house.platform):
            for job, key in waiting:
                delivery.do(house.platform, {"email": house.email, "sms": house.sms}, job, key)

    timed(f"make the meeting of {people}", create)
    timed("tell nobody yet", tell)
    timed(
        "confirm",
        lambda: changing.act(house.platform, clerk, made[0], "confirm_preparation", {}, answers=YES),
    )
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    timed("write the messages", tell)
    if profile:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)
    timed("send them", send)
    entries = sum(one.calendar is not None for one in house.email.sent)
    print(f"{len(house.email.sent)} mails, {entries} with an entry")


def main() -> None:
    """Measure on the databases asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--profile", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder), "bench")
        for name in ("sqlite", "postgresql"):
            if chosen.only in (None, name):
                database = databases.get(name)
                house = build_house(database.engine, database.url, Path(folder) / name, modules=None)
                print(f"\n| {name} | s | s of processor |\n|---|---|---|")
                measure(house, chosen.people, profile=chosen.profile)
        databases.close()


if __name__ == "__main__":
    main()
