"""Live pages: many people look at one record, and hear of each change.

`python bench/live.py [--people 200] [--processes 1] [--relation roll]`. A real web server and Redis; each
onlooker is a connection of its own that stays open. Measured: from the commit to the event at the
onlooker, and to the block that he then fetches (waiting while it is drawn for all the others included);
the memory of the server's processes with and without onlookers, and their processor time.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from luongviec.bootstrap import build_redis
from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import SYSTEM, Actor
from luongviec.jobs.embedded import EmbeddedRedis
from luongviec.live_redis import RedisAnnouncer
from luongviec.services.accounts.sessions import open_session
from luongviec.services.accounts.visitor import NOWHERE
from luongviec.services.platform import Platform
from luongviec.services.records import changing
from luongviec.services.users.making import NewUser, create_users
from luongviec.store.models import User
from tests.web.town import Town, build_town, settings_in

ROOT = Path(__file__).parents[1]
YES = Answers(True, "Đo")
MOST_AT_ONCE = 197  # people whom one change may invite; more onlookers are their second windows
SESSION_COOKIE = "luongviec"


@dataclass
class Hall:
    """One running meeting, and the sessions of the people in it."""

    platform: Platform
    town: Town
    meeting: int
    items: list[int]
    attendees: list[int]
    secrets: list[str]

    def change_agenda(self, number: int) -> None:
        """Let the next line of the agenda begin."""
        clerk = self.town.actor("tuan")
        changing.act(self.platform, clerk, self.items[number], "begin", {}, answers=YES)

    def change_roll(self, number: int) -> None:
        """Let somebody check in, from the end of the roll."""
        actor = Actor(self.attendees[-1 - number])
        changing.act(self.platform, actor, self.meeting, "check_in", {}, answers=YES)


@dataclass
class Figures:
    """Seconds from commits to onlookers."""

    events: list[float] = field(default_factory=list)
    screens: list[float] = field(default_factory=list)
    failed: int = 0


def build(folder: Path, people: int) -> Hall:
    """Make the town, its people, and a meeting of all of them that runs."""
    town = build_town(folder)
    settings = settings_in(folder)
    platform = replace(town.platform(), announce=RedisAnnouncer(build_redis(settings)))
    new = [NewUser(f"nd{number}", f"Người dự {number}") for number in range(min(people, MOST_AT_ONCE))]
    attendees = list(create_users(platform, SYSTEM, new))
    clerk, starts = town.actor("tuan"), datetime.now(UTC) + timedelta(minutes=5)
    raw = {
        "subject": "Họp trực tiếp", "host": [town.units["province"]], "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=2)).isoformat(), "venue": "Hội trường",
        "chair": [town.users["khanh"]], "secretary": [town.users["tuan"]], "attendee": attendees,
    }  # fmt: skip
    meeting = changing.create_record(platform, clerk, "meeting", raw, answers=YES).record_id
    items = [
        changing.create_record(
            platform, clerk, "agenda_item", {"subject": f"Nội dung {number}", "minutes": 10},
            owner_id=meeting, relation="agenda", answers=YES,
        ).record_id
        for number in range(12)
    ]  # fmt: skip
    for action in ("confirm_preparation", "start"):
        changing.act(platform, clerk, meeting, action, {}, answers=YES)
    secrets = []
    with platform.transaction() as work:
        for number in range(people):
            user_id = attendees[number % len(attendees)]
            secret, _ = open_session(work, work.session.get_one(User, user_id), NOWHERE)
            secrets.append(secret)
    return Hall(platform, town, meeting, items, attendees, secrets)


async def look_on(
    port: int, hall: Hall, secret: str, block: str, figures: Figures, ready: asyncio.Event
) -> None:
    """Keep one stream open, and fetch the block after each event."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_request(f"/r/{hall.meeting}/events", secret))
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        figures.failed += 1
        ready.set()
        return
    ready.set()
    at, fetching = 0, []
    while line := await reader.readline():
        if line.startswith(b"id: "):
            at = int(line[4:])
        elif line.startswith(b"data: "):
            figures.events.append(time.time() - at / 1000)
            spread = int(re.findall(rb'"spread": (\d+)', line)[0])
            fetching.append(asyncio.create_task(fetch(port, secret, block, at, spread, figures)))


async def fetch(port: int, secret: str, block: str, at: int, spread: int, figures: Figures) -> None:
    """Fetch the block, some time after the event as browsers do."""
    await asyncio.sleep(random.random() * spread / 1000)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_request(block, secret, close=True))
    await writer.drain()
    answer = await reader.read()
    writer.close()
    if b" 200 " in answer[:20]:
        figures.screens.append(time.time() - at / 1000)
    else:
        figures.failed += 1


async def measure(port: int, hall: Hall, changes: int, pause: float, relation: str) -> Figures:
    """Open all streams, change the agenda or the roll some times, and collect what came."""
    figures = Figures()
    block = await find_block(port, hall, relation)
    change = hall.change_agenda if relation == "agenda" else hall.change_roll
    tasks, waiting = [], []
    for secret in hall.secrets:
        ready = asyncio.Event()
        tasks.append(asyncio.create_task(look_on(port, hall, secret, block, figures, ready)))
        waiting.append(ready.wait())
    await asyncio.gather(*waiting)
    for number in range(changes):
        await asyncio.to_thread(change, number)
        await asyncio.sleep(pause)
    for task in tasks:
        task.cancel()
    return figures


async def find_block(port: int, hall: Hall, relation: str) -> str:
    """Give the address of the largest block that shows a relation, as the page says it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_request(f"/r/{hall.meeting}", hall.secrets[0], close=True))
    page = (await reader.read()).decode(errors="replace")
    found = re.findall(r'block-(?:agenda|roll)"[^>]* data-live-url="([^"]+)" data-live-from="([^" ]+)', page)
    return next(address for address, shown in found if shown == relation)


def main() -> None:
    """Run and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--changes", type=int, default=5)
    parser.add_argument("--pause", type=float, default=6.0, help="seconds between changes")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--relation", choices=("agenda", "roll"), default="agenda")
    parser.add_argument("--port", type=int, default=8221)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with EmbeddedRedis(settings_in(folder).redis_socket):
            hall = build(folder, given.people)
            server = start(folder, given.port, given.processes)
            try:
                wait_for(given.port)
                before, worked = memory_mb(server.pid), processor_seconds(server.pid)
                figures = asyncio.run(measure(given.port, hall, given.changes, given.pause, given.relation))
                after, worked = memory_mb(server.pid), processor_seconds(server.pid) - worked
            finally:
                server.terminate()
                begun = time.monotonic()
                server.wait(timeout=30)
    print(f"| {given.people} onlookers, {given.processes} web process(es) | p50 ms | p95 ms | most ms | |")
    print("|---|---|---|---|---|")
    for label, seconds in (("commit → event", figures.events), ("commit → block fetched", figures.screens)):
        print(f"| {label} | {_line(seconds)} | {len(seconds)} of {given.people * given.changes} |")
    load = os.getloadavg()[0]
    each = 1000 * worked / max(1, len(figures.screens))
    print(f"\nThe server's processor: {worked:.1f} s in all, {each:.1f} ms for each onlooker and change, "
          f"streams opened and told included; load {load:.1f}")  # fmt: skip
    print(f"Memory {before:.0f} → {after:.0f} MB; failed {figures.failed}; "
          f"the server stopped in {time.monotonic() - begun:.1f} s")  # fmt: skip


def start(folder: Path, port: int, processes: int) -> subprocess.Popen[bytes]:
    """Start the web server alone."""
    settings = settings_in(folder)
    environment = {
        **os.environ, "LUONGVIEC_HOME": str(folder), "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key, "LUONGVIEC_PORT": str(port),
        "LUONGVIEC_WEB_PROCESSES": str(processes), "LUONGVIEC_FILES": str(settings.files),
    }  # fmt: skip
    command = [sys.executable, "-m", "luongviec.cli", "run", "--only", "web"]
    return subprocess.Popen(command, env=environment, cwd=ROOT)


def wait_for(port: int) -> None:
    """Wait until the server answers."""
    for _ in range(900):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def memory_mb(pid: int) -> float:
    """Give the memory of a process and all below it, shared pages counted once."""
    total = 0
    for one in [pid, *_below(pid)]:
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        total += int(re.findall(r"^Pss:\s+(\d+)", rollup, re.M)[0])
    return total / 1024


def processor_seconds(pid: int) -> float:
    """Give the processor time of a process and all below it."""
    total = 0
    for one in [pid, *_below(pid)]:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _below(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [one for child in children for one in (int(child), *_below(int(child)))]


def _request(path: str, secret: str, *, close: bool = False) -> bytes:
    ending = "Connection: close\r\n" if close else ""
    cookie = f"Cookie: {SESSION_COOKIE}={secret}\r\n"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}{ending}\r\n".encode()


def _line(seconds: list[float]) -> str:
    if len(seconds) < 2:
        return "– | – | –"
    ordered = sorted(seconds)
    p95 = ordered[int(len(ordered) * 0.95)]
    return f"{statistics.median(ordered) * 1000:.0f} | {p95 * 1000:.0f} | {ordered[-1] * 1000:.0f}"


if __name__ == "__main__":
    main()
