"""A clock that a scenario moves: months pass while it is made."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

ZONE = timedelta(hours=7)  # what Vietnam's clocks show beside UTC


class MovingClock:
    """Gives the scenario's moment; it never goes past `end`."""

    def __init__(self, end: datetime) -> None:
        self.end = end
        self._now = end

    def __call__(self) -> datetime:
        return self._now

    def go_to(self, moment: datetime) -> None:
        """Stand at a moment."""
        self._now = min(moment, self.end)

    def pass_some(self, draw: random.Random, until: datetime | None = None) -> None:
        """Let some hours of work pass, but not beyond a moment."""
        step = timedelta(minutes=draw.choice((25, 40, 90, 180, 300, 1440, 2880, 4320)))
        latest = self.end - timedelta(minutes=draw.randint(1, 240))
        self._now = max(self._now, min(self._now + step, latest, until or latest))


def deadline(end: datetime, days: int) -> datetime:
    """Give the end of work so many days from the last day; today's is never past."""
    local = end + ZONE
    evening = local.replace(hour=17, minute=0, second=0) + timedelta(days=days)
    if days == 0 and evening < local + timedelta(hours=1):
        evening = local.replace(hour=23, minute=45, second=0)
    return evening - ZONE


def working_moment(day: datetime, draw: random.Random) -> datetime:
    """Give a moment in the working hours of a day, moved off the weekend. `day` is at 00:00 UTC."""
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return day + timedelta(minutes=draw.randint(15, 9 * 60))  # 7:15 to 16:00 in Vietnam
