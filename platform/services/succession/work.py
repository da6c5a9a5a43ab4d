"""Handing open records over, in small transactions that may be stopped anywhere and gone on with.

What is left to do is asked of the records themselves: one that was handed over names nobody any more
who goes. So a killed run is simply begun again, and a record that somebody acts on meanwhile is
locked for its moment. Records that cannot be handed over stay as they are and are told with reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import OperationalError

from luongviec.engine.errors import Conflict, InvalidInput, LuongViecError
from luongviec.engine.model import Module, People, PeopleKind
from luongviec.engine.planning.succession import plan_succession
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind, RecordState
from luongviec.services.long_jobs.running import JobFact, JobKind, JobResult, RunningJob
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import check_function_somewhere
from luongviec.services.records.applying import apply
from luongviec.services.showing import Showing
from luongviec.services.succession.handing_over import FUNCTIONS, HAND_OVER, Succession
from luongviec.services.succession.notice import tell_successors
from luongviec.store.organisation import successions as rows

#: So many records are handed over in one transaction.
AT_ONCE = 50
#: Somebody else's action may hold a record; how often a part is tried.
TRIES = 5
#: Of so many records that stayed it is said why.
MOST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Left:
    """A record that could not be handed over, and why."""

    record_id: int
    title: Text
    reason: Text


@dataclass(slots=True)
class Outcome:
    """What was handed over, by successor, and what was left."""

    handed: Counter[int] = field(default_factory=Counter)
    left: list[Left] = field(default_factory=list)
    stayed: int = 0  # how many were left; `left` tells of the first ones


def run_hand_over(platform: Platform, job: RunningJob) -> JobResult:
    """Do a job of the kind `HAND_OVER`."""
    succession = Succession.from_json(job.parameters["succession"])
    with platform.reading() as work:  # whoever asked may have lost his rights since
        check_function_somewhere(work, job.actor, FUNCTIONS[succession.kind])
    outcome = carry_out(platform, job.actor, succession, job.advance)
    total = int(job.parameters["records"])
    with platform.transaction() as work:
        result = result_of(outcome, total, _address(succession))
        tell_successors(work, job.actor, succession, outcome.handed, job.parameters["first"])
        job.finish(work, result)
    return result


def result_of(outcome: Outcome, total: int, address: str) -> JobResult:
    """Say what came of it, as the job's page shows it; `address` is where to go on."""
    left = outcome.stayed
    done = max(0, total - left)
    return JobResult(
        Text(
            f"Đã bàn giao {done} hồ sơ." if not left else f"Đã bàn giao {done} hồ sơ, còn lại {left} hồ sơ.",
            f"{done} records were handed over."
            if not left
            else f"{done} records were handed over; {left} are left.",
        ),
        facts=(
            JobFact(Text("Hồ sơ đã bàn giao", "Records handed over"), done),
            JobFact(Text("Hồ sơ chưa bàn giao được", "Records left"), left),
        ),
        problems=tuple(
            Text(f"{one.title.vi}: {one.reason.vi}", f"{one.title.en}: {one.reason.en or one.reason.vi}")
            for one in outcome.left
        ),
        address=address,
        data={"handed": done, "left": [one.record_id for one in outcome.left]},
    )


def _address(succession: Succession) -> str:
    (holder,) = succession.holders[:1]
    where = "accounts" if holder.kind is HolderKind.USER else "units"
    return f"/settings/{where}/{holder.id}"


def carry_out(
    platform: Platform, actor: Actor, succession: Succession, advance: Callable[[int, int], None]
) -> Outcome:
    """Hand over every open record that names those who go; `advance` hears how far it is.

    Raises:
        whatever `advance` raises to stop; what is done by then stays done.
    """
    with platform.reading() as work:
        waiting = rows.open_records(work.world, succession.holders, succession.places)
    outcome, done = Outcome(), 0
    advance(0, len(waiting))
    for start in range(0, len(waiting), AT_ONCE):
        part = waiting[start : start + AT_ONCE]
        handed, left = _part(platform, actor, succession, part)
        outcome.handed.update(handed)
        outcome.stayed += len(left)
        outcome.left += left[: max(0, MOST_TOLD - len(outcome.left))]
        done += len(part)
        advance(done, len(waiting))
    return outcome


def _part(
    platform: Platform, actor: Actor, succession: Succession, part: Sequence[int]
) -> tuple[Counter[int], list[Left]]:
    for attempt in range(TRIES):
        try:
            with platform.transaction() as work:
                return _hand_over(work, actor, succession, part)
        except (OperationalError, Conflict):  # somebody's action came between, or the database is busy
            if attempt == TRIES - 1:
                raise
    raise AssertionError("the last try has returned or raised")


def _hand_over(
    work: Work, actor: Actor, succession: Succession, part: Sequence[int]
) -> tuple[Counter[int], list[Left]]:
    handed: Counter[int] = Counter()
    left: list[Left] = []
    found = rows.lock_open(work.session, part)
    work.world.preload(found)
    for record_id in found:
        record = work.world.record(record_id)
        if record is None:
            continue
        try:
            handed.update(_hand_one(work, actor, succession, record))
        except Conflict:
            raise
        except LuongViecError as error:
            left.append(Left(record_id, _title(work, actor, record), _reason(error)))
    return handed, left


def _hand_one(work: Work, actor: Actor, succession: Succession, record: RecordState) -> Collection[int]:
    """Hand one record over and give the successors that really took a place."""
    module = work.world.in_force(record).module
    successors = successors_in(succession, module, record)
    places = None if succession.places is None else succession.places.get(record.module, ())
    plan = plan_succession(
        work.world, actor, record.id, successors, places=places, reason=succession.reason,
        note=succession.about,
    )  # fmt: skip
    if not plan.changes:
        return ()  # it stays, or somebody has changed it meanwhile
    try:
        with work.session.begin_nested():
            apply(work, plan)
    except LuongViecError:
        work.look_afresh()  # the world holds what was taken back
        raise
    return {heir.id for heir in successors.values()}


# --- Which unit, by the person who handles a record --------------------------------------------------


def successors_in(succession: Succession, module: Module, record: RecordState) -> Mapping[Holder, Holder]:
    """Give who comes after whom in one record: units may follow the person who handles it."""
    kind = succession.kind
    found = {Holder(kind, old): Holder(kind, new) for old, new in succession.successors.items()}
    if succession.by_person and kind is HolderKind.UNIT:
        unit_id = _unit_of_handler(succession.by_person, module, record)
        if unit_id is not None:
            return {old: Holder(kind, unit_id) for old in found if old.id != unit_id}
    return found


def _unit_of_handler(by_person: Mapping[int, int], module: Module, record: RecordState) -> int | None:
    """Give the unit to which the record's handler goes: first whom a unit role offers, then anybody."""
    handling = {role.code for role in module.roles.values() if _comes_from_unit(role.candidates)}
    held = [one for one in record.participations if one.until is None and one.holder.kind is HolderKind.USER]
    for one in sorted(held, key=lambda each: each.role not in handling):
        if one.holder.id in by_person:
            return by_person[one.holder.id]
    return None


def _comes_from_unit(candidates: object) -> bool:
    kinds = (PeopleKind.SLOT, PeopleKind.ABILITY)
    return isinstance(candidates, People) and any(form.kind in kinds for form in candidates.any)


# --- What is told ------------------------------------------------------------------------------------


def _title(work: Work, actor: Actor, record: RecordState) -> Text:
    """Name a record to whoever asked: by its title only if he may see it."""
    if Showing(work, actor).may_view(record):
        return Text(record.title, record.title)
    name = work.world.in_force(record).module.name
    return Text(f"{name.vi} số {record.id}", f"{name.in_language('en')} {record.id}")


def _reason(error: LuongViecError) -> Text:
    if isinstance(error, InvalidInput):
        texts = [text for found in error.errors.values() for text in found]
        return Text(" ".join(t.vi for t in texts), " ".join(t.in_language("en") for t in texts))
    return error.message


HAND_OVER_KIND = JobKind(
    HAND_OVER, Text("Bàn giao hồ sơ đang xử lý", "Handing open records over"), run_hand_over
)
