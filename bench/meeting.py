"""Measures the page of a running meeting with many people on its roll and many papers.

    python bench/meeting.py [--people 300] [--papers 60] [--on sqlite,postgresql] [--profile secretary]

The whole request through the application: session, rights, reading, deciding, drawing. Processor time
beside time on the clock, as the machine may be busy with other work.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

sys.path.insert(0, str(Path(__file__).parents[1]))

from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services.accounts.sessions import open_session
from luongviec.services.accounts.visitor import NOWHERE
from luongviec.services.records import changing
from luongviec.services.users.making import NewUser, create_users
from luongviec.store.models import User
from luongviec.web.application import create_app
from luongviec.web.sessions import SESSION_COOKIE
from tests.databases import Databases
from tests.services.house import House, build_house

YES = Answers(confirmed=True, reason="Đo")
MODULES = {"agenda": "agenda_item", "documents": "meeting_document"}
ITEMS = 12
AT_ONCE = 150  # people whom one change invites
REPEATS = 15


@dataclass
class Hall:
    """One running meeting, and who looks at it."""

    house: House
    meeting: int
    viewers: dict[str, int]

    def browser(self, viewer: str) -> FlaskClient:
        """Give a browser in which somebody is signed in."""
        platform = self.house.platform
        with platform.transaction() as work:
            secret, _ = open_session(work, work.session.get_one(User, self.viewers[viewer]), NOWHERE)
        client = create_app(platform).test_client()
        client.set_cookie(SESSION_COOKIE, secret)
        return client


def build(house: House, people: int, papers: int) -> Hall:
    """Make a meeting that runs: half of its people have come, each item of its agenda has its papers."""
    platform, clerk = house.platform, house.actor("clerk")
    new = [NewUser(f"nd{number}", f"Người dự {number}") for number in range(people)]
    attendees = list(create_users(platform, SYSTEM, new))
    starts = house.clock.now + timedelta(days=3)
    raw = {
        "subject": "Họp toàn tỉnh", "host": [house.units["town"]], "venue": "Hội trường",
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat(),
        "chair": [house.users["chair"]], "secretary": [house.users["planner"]],
        "guest": [house.users["stranger"]], "attendee": attendees[:AT_ONCE],
        "quorum_percent": 50,
    }  # fmt: skip
    meeting = changing.create_record(platform, clerk, "meeting", raw, answers=YES).record_id
    for many in range(2 * AT_ONCE, people + AT_ONCE, AT_ONCE):
        everybody = {"attendee": attendees[:many], "guest": raw["guest"]}
        changing.act(platform, clerk, meeting, "change_people", everybody, answers=YES)
    items = [_child(house, meeting, "agenda", subject=f"Nội dung {one}", minutes=10) for one in range(ITEMS)]
    for one in range(papers):
        files = [house.file("clerk", f"Báo cáo {one}.pdf")]
        paper = _child(
            house, meeting, "documents", name=f"Báo cáo {one}", item=items[one % ITEMS], files=files
        )
        if one % 10:
            changing.act(platform, clerk, paper, "approve", {}, answers=YES)
    changing.act(platform, clerk, meeting, "confirm_preparation", {}, answers=YES)
    house.clock.now = starts
    changing.act(platform, clerk, meeting, "start", {}, answers=YES)
    for user_id in attendees[: people // 2]:
        changing.act(platform, Actor(user_id), meeting, "check_in", {}, answers=YES)
    changing.act(platform, clerk, items[0], "begin", {}, answers=YES)
    viewers = {
        "secretary": house.users["planner"],
        "attendee": attendees[0],
        "guest": house.users["stranger"],
    }
    return Hall(house, meeting, viewers)


def _child(house: House, meeting: int, relation: str, **raw: object) -> int:
    return changing.create_record(
        house.platform, house.actor("clerk"), MODULES[relation], raw, owner_id=meeting, relation=relation,
        answers=YES,
    ).record_id  # fmt: skip


def measure(hall: Hall, viewer: str) -> str:
    """Give processor time, time on the clock, statements and size of the page for one person."""
    client, address = hall.browser(viewer), f"/r/{hall.meeting}"
    for _ in range(2):
        assert client.get(address, buffered=True).status_code == 200
    worked, whole, size = [], [], 0
    for _ in range(REPEATS):
        begun, began = time.perf_counter(), time.process_time()
        size = len(client.get(address, buffered=True).data)
        whole.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - began) * 1000)
    with hall.house.statements() as found:
        client.get(address, buffered=True)
    busy = f"{min(worked):.0f}–{statistics.median(worked):.0f}"
    return f"{busy} | {statistics.median(whole):.0f} | {len(found)} | {size // 1024}"


def profile(hall: Hall, viewer: str) -> None:
    """Print where the time of a page goes."""
    client, address = hall.browser(viewer), f"/r/{hall.meeting}"
    client.get(address)
    with cProfile.Profile() as profiler:
        for _ in range(5):
            client.get(address, buffered=True)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(70)


def main() -> None:
    """Measure on the databases asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--papers", type=int, default=60)
    parser.add_argument("--on", default="sqlite,postgresql")
    parser.add_argument("--profile", choices=("secretary", "attendee", "guest"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder), "bench")
        for kind in given.on.split(","):
            database = databases.get(kind)
            house = build_house(database.engine, database.url, Path(folder) / kind, modules=None)
            hall = build(house, given.people, given.papers)
            print(
                f"\n| {kind} | ms of processor | ms on the clock | statements | KB |\n|---|---|---|---|---|"
            )
            for viewer in hall.viewers:
                print(f"| {viewer} | {measure(hall, viewer)} |")
            if given.profile:
                profile(hall, given.profile)
        databases.close()


if __name__ == "__main__":
    main()
