"""What the first page of the settings area tells: what waits to be set right, for who may set it right.

Nothing that is in order is mentioned, so an empty list means that all is well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from luongviec.engine.related import zone_of
from luongviec.engine.world import Actor
from luongviec.services.accounts.journal import PASSWORD
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import has_function, reach
from luongviec.services.units.gaps import gaps_of
from luongviec.services.units.reach import reach_of
from luongviec.services.users.access import people_within
from luongviec.services.users.posts import belonging_sides
from luongviec.store import setup_counts
from luongviec.store.organisation.people import PeopleQuery, UserState, count_people


class Waiting(StrEnum):
    """What may wait to be set right."""

    UNITS_LACKING = "units_lacking"  # units that lack people for what their sides do
    NEVER_SIGNED_IN = "never_signed_in"
    PLANNED_CHANGES = "planned_changes"
    FAILED_CHANGES = "failed_changes"
    FAILED_SIGN_INS = "failed_sign_ins"  # today


@dataclass(frozen=True, slots=True)
class WaitingLine:
    what: Waiting
    count: int


def waiting_lines(platform: Platform, actor: Actor) -> tuple[WaitingLine, ...]:
    """Give what waits, the weightiest first; only what the actor may look after, only what is not zero."""
    with platform.reading() as work:
        counts = {**_of_units(work, actor), **_of_people(work, actor), **_of_journal(work, actor)}
        return tuple(WaitingLine(what, counts[what]) for what in ORDER if counts.get(what))


ORDER = (
    Waiting.FAILED_CHANGES, Waiting.UNITS_LACKING, Waiting.NEVER_SIGNED_IN,
    Waiting.PLANNED_CHANGES, Waiting.FAILED_SIGN_INS,
)  # fmt: skip


def _of_units(work: Work, actor: Actor) -> dict[Waiting, int]:
    units = reach(work, actor, "admin.units")
    if units is not None and not units:
        return {}
    own = reach_of(work, actor)
    found = {Waiting.UNITS_LACKING: sum(own.sees(one) for one in gaps_of(work).of_unit)}
    if units is None:
        planned, failed = setup_counts.changes_of_units(work.session)
        found |= {Waiting.PLANNED_CHANGES: planned, Waiting.FAILED_CHANGES: failed}
    return found


def _of_people(work: Work, actor: Actor) -> dict[Waiting, int]:
    units = reach(work, actor, "admin.users")
    if units is not None and not units:
        return {}
    never = PeopleQuery(
        belonging_sides(work.workspace), within=people_within(work, actor), state=UserState.NEVER
    )
    return {Waiting.NEVER_SIGNED_IN: count_people(work.session, never)}


def _of_journal(work: Work, actor: Actor) -> dict[Waiting, int]:
    if not has_function(work, actor, "admin.audit"):
        return {}
    zone = zone_of(work.workspace)
    midnight = datetime.combine(work.now.astimezone(zone), time(), zone)
    return {Waiting.FAILED_SIGN_INS: setup_counts.failed_sign_ins(work.session, PASSWORD, midnight)}
