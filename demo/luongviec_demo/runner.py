"""Runs the whole scenario; `luongviec demo` calls `load`."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from ruamel.yaml import YAML

from luongviec.services.platform import Platform, announce_nothing, enqueue_nothing
from luongviec.services.telling import delivery
from luongviec_demo import organisation
from luongviec_demo.accounts_work import AccountsWork
from luongviec_demo.clock import MovingClock, working_moment
from luongviec_demo.meetings import MeetingMaker
from luongviec_demo.organisation import DemoAccount
from luongviec_demo.tasks import TaskMaker

SEED = 20261123
DAYS = 180
MEETING_DAYS = (-150, 14)  # before and after today
AT_ONCE = 40  # tasks in one transaction
TOLD_FOR = timedelta(days=2)  # older news is told to nobody

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made."""

    tasks: int
    meetings: int
    whole: bool


SIZES: Mapping[str, Size] = {
    "tiny": Size(24, 4, whole=False),
    "small": Size(300, 16, whole=True),
    "full": Size(5000, 200, whole=True),
}


def load(
    platform: Platform,
    folder: Path,
    *,
    size: str = "full",
    records: int | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Sequence[DemoAccount]:
    """Fill an empty installation with the demonstration.

    Args:
        platform: where; its definitions must be the shipped ones.
        folder: where the words lie.
        size: tiny, small or full.
        records: how many tasks, instead of those of the size.
        progress: told what is being made, how many there are, how many there will be.
        now: the end of the scenario; the present moment by default.

    Returns:
        The accounts to be printed.
    """
    tell = progress or (lambda what, done, total: None)
    chosen = SIZES[size]
    if records is not None:
        meetings = min(chosen.meetings, max(2, records // 25)) if records else 0
        chosen = replace(chosen, tasks=records, meetings=meetings)
    draw = random.Random(SEED)
    clock = MovingClock((now or datetime.now(UTC)).replace(microsecond=0))
    quiet = replace(platform, clock=clock, enqueue=enqueue_nothing, announce=announce_nothing)
    clock.go_to(clock.end - timedelta(days=DAYS + 5))
    tell("organisation", 0, 1)
    with quiet.transaction():
        province = organisation.load(quiet, folder, draw, whole=chosen.whole)
    tell("organisation", 1, 1)
    tasks = TaskMaker(quiet, clock, province, _words(folder, "tasks.yaml"), draw)
    _make(quiet, "tasks", _moments(clock.end, chosen.tasks, draw), tasks.make, tell)
    meetings = MeetingMaker(quiet, clock, province, _words(folder, "meetings.yaml"), tasks, draw)
    clock.go_to(clock.end - timedelta(days=DAYS))
    meetings.make_rooms()
    _make(quiet, "meetings", _meeting_moments(clock.end, chosen.meetings, draw), meetings.make, tell)
    if chosen.tasks:
        _make_accounts_work(quiet, AccountsWork(province, clock, tasks, meetings, draw), tell)
    clock.go_to(clock.end)
    delivery.settle(quiet, before=clock.end - TOLD_FOR)
    _tell_the_rest(quiet, tell)
    return province.accounts


def _words(folder: Path, name: str) -> Mapping[str, object]:
    found: Mapping[str, object] = YAML(typ="safe").load((folder / name).read_text(encoding="utf-8"))
    return found


def _make(
    platform: Platform,
    what: str,
    moments: Sequence[datetime],
    make: Callable[[datetime], None],
    tell: Progress,
) -> None:
    for start in range(0, len(moments), AT_ONCE):
        tell(what, start, len(moments))
        with platform.transaction():
            for moment in moments[start : start + AT_ONCE]:
                make(moment)
    tell(what, len(moments), len(moments))


def _make_accounts_work(platform: Platform, work: AccountsWork, tell: Progress) -> None:
    what = "work of the printed accounts"
    with platform.transaction():
        made = chain(work.make_tasks(), work.make_requests(), work.make_meetings(), work.make_absence())
        for done, _ in enumerate(made):
            tell(what, done, work.count)
    tell(what, work.count, work.count)


def _moments(end: datetime, count: int, draw: random.Random) -> list[datetime]:
    """Give moments of the last months, more of them lately, in order."""
    today = end.replace(hour=0, minute=0, second=0)
    days = [int(DAYS * draw.random() ** 1.6) for _ in range(count)]
    moments = [working_moment(today - timedelta(days=day), draw) for day in days]
    return sorted(min(moment, end - timedelta(minutes=draw.randint(30, 600))) for moment in moments)


def _meeting_moments(end: datetime, count: int, draw: random.Random) -> list[datetime]:
    today = end.replace(hour=0, minute=0, second=0)
    first, last = MEETING_DAYS
    days = [draw.randint(first, last) for _ in range(count)]
    starts = [today + timedelta(days=day, hours=draw.choice((0, 1, 2, 7, 8)), minutes=30) for day in days]
    return sorted(starts)


def _tell_the_rest(platform: Platform, tell: Progress) -> None:
    """Write the notifications of the last days; no mail leaves for what is only told."""
    waiting = [key for job, key in delivery.waiting(platform, limit=100_000) if job == delivery.TELL]
    for start in range(0, len(waiting), AT_ONCE):
        tell("notifications", start, len(waiting))
        with platform.transaction():
            for entry_id in waiting[start : start + AT_ONCE]:
                delivery.tell(platform, entry_id)
    tell("notifications", len(waiting), len(waiting))
    delivery.drop_outside(platform)
