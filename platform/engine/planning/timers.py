"""Timers of a record: which are armed, and for when.

A timer is armed while its `at` has a value and its `unless` is false. Nothing is kept between two
looks: the planner compares what is due before and after a plan and says what to arm and disarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from luongviec.engine.expressions.scope import Scope, scope_for
from luongviec.engine.model import Timer
from luongviec.engine.related import zone_of
from luongviec.engine.world import RecordState, World


@dataclass(frozen=True, slots=True)
class ArmedTimer:
    """A timer that waits for its moment."""

    timer: str
    at: datetime


def due_timers(world: World, record: RecordState) -> Mapping[str, ArmedTimer]:
    """Give the timers of a record that are armed, by their codes."""
    if record.deleted_at is not None:
        return {}
    armed: dict[str, ArmedTimer] = {}
    timers = world.in_force(record).module.timers
    if not timers:
        return armed
    scope = scope_for(world, record)
    for timer in timers.values():
        at = _moment(world, timer, scope)
        if at is not None:
            armed[timer.code] = ArmedTimer(timer.code, at)
    return armed


def _moment(world: World, timer: Timer, scope: Scope) -> datetime | None:
    at = timer.at.evaluate(scope)
    if not isinstance(at, date):
        return None
    if timer.unless is not None and timer.unless.holds(scope):
        return None
    if isinstance(at, datetime):
        return at
    return datetime.combine(at, time(), tzinfo=zone_of(world.workspace))


def next_due(
    world: World, record: RecordState, timer: Timer, at: datetime, occurrence: int
) -> datetime | None:
    """Give when a timer that has fired `occurrence` times fires again, if it does."""
    if timer.every is None or (timer.times is not None and occurrence >= timer.times):
        return None
    every = timer.every.evaluate(scope_for(world, record))
    if not isinstance(every, timedelta) or every <= timedelta():
        return None
    return at + every * occurrence
