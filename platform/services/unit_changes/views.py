"""What pages show of changes of units: the list, one change, and what one would do, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from luongviec.engine.errors import NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind, Unit
from luongviec.services.platform import Platform, Work
from luongviec.services.showing import Showing
from luongviec.services.succession.handing_over import PlaceCount, preview_of
from luongviec.services.unit_changes.checks import check_change
from luongviec.services.unit_changes.plans import (
    DISSOLVE,
    KINDS,
    MERGE,
    SPLIT,
    Change,
    Merge,
    Move,
    Rename,
    Split,
    Target,
    change_from_json,
    ending,
    going,
)
from luongviec.services.units.reach import UnitReach, reach_of
from luongviec.services.views import PersonView, UnitView
from luongviec.store.models import UnitChange
from luongviec.store.organisation import unit_changes as rows
from luongviec.store.organisation import unit_rows

PAGE = 50
#: So many places of people are listed for choosing; of more all come along.
MOST_HOLDINGS = 300

STATES = {
    rows.PLANNED: (Text("Dự kiến", "Planned"), "blue"),
    rows.RUNNING: (Text("Đang thực hiện", "Under way"), "yellow"),
    rows.DONE: (Text("Đã thực hiện", "Done"), "green"),
    rows.CANCELLED: (Text("Đã hủy", "Cancelled"), "grey"),
    rows.FAILED: (Text("Chưa thực hiện được", "Could not be done"), "red"),
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change in a list. `left`: open records that could not be handed over."""

    id: int
    kind: str
    kind_label: Text
    sentence: Text
    state: str
    state_label: Text
    tone: str
    effective_at: datetime
    actor: PersonView | None
    handed: int
    left: int

    @property
    def hands_over(self) -> bool:
        """Whether records go from one unit to another."""
        return self.kind in (MERGE, SPLIT, DISSOLVE)


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One change with all that is known of it."""

    line: ChangeLine
    reason: str
    created_at: datetime
    done_at: datetime | None
    units_from: tuple[UnitView, ...]
    units_to: tuple[UnitView, ...]
    job_id: int | None
    problems: tuple[Text, ...]
    error: Text | None
    may_change: bool
    change: Change
    open_units: frozenset[int]  # those of the units whose pages the actor may open


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """Somebody in a slot of a unit that goes."""

    id: int
    person: PersonView
    unit: str
    side: Text
    slot: Text
    title: str


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change would do, in numbers; `ending` are the units that are switched off."""

    sentence: Text
    ending: tuple[str, ...]
    below: int
    people: int
    holdings: tuple[HoldingLine, ...]
    grants: int
    records: int
    places: tuple[PlaceCount, ...]


@dataclass(frozen=True, slots=True)
class Divisible:
    """What a split divides: units directly below, and the people of the unit."""

    unit: UnitView
    kind: str | None
    parent: UnitView | None
    children: tuple[UnitView, ...]
    people: tuple[PersonView, ...]


def list_changes(
    platform: Platform, actor: Actor, *, states: Sequence[str] = (), unit_id: int | None = None, page: int = 1
) -> tuple[tuple[ChangeLine, ...], bool]:
    """Give a page of the changes of an actor's units, and whether there are more.

    Raises:
        Refused: the actor administers no units.
    """
    with platform.reading() as work:
        reach = reach_of(work, actor)
        found = rows.changes(
            work.session, units=_reached(reach), unit_id=unit_id, states=tuple(states),
            offset=(max(1, page) - 1) * PAGE, limit=PAGE + 1,
        )  # fmt: skip
        showing = Showing(work, actor)
        return tuple(_line(showing, row) for row in found[:PAGE]), len(found) > PAGE


def change_page(platform: Platform, actor: Actor, change_id: int) -> ChangePage:
    """Give one change.

    Raises:
        NotFound: there is none, or none of its units is the actor's.
    """
    with platform.reading() as work:
        reach = reach_of(work, actor)
        row = rows.change_by_id(work.session, change_id)
        if row is None:
            raise NotFound()
        members = rows.members_of(work.session, (change_id,))[change_id]
        units = _reached(reach)
        if units is not None and not any(unit_id in units for unit_id, _ in members):
            raise NotFound()
        return _page(Showing(work, actor), reach, row, members)


def foresee(
    platform: Platform, actor: Actor, change: Change, reason: str, effective_at: datetime | None = None,
    *, but: int | None = None,
) -> Consequences:  # fmt: skip
    """Say what a change would do now; refuse it as `make_change` would."""
    with platform.reading() as work:
        check_change(work, actor, change, effective_at or work.now, reason, but=but)
        showing, organisation = Showing(work, actor), work.world.organisation
        gone = ending(change)
        emptied = gone or ((change.unit_id,) if isinstance(change, Split) else ())
        holdings = rows.holdings_now(work.session, emptied) if emptied else ()
        branch = {one for unit in going(change) for one in organisation.branch.get(unit, ())} - set(
            going(change)
        )
        people = {held.user_id for held in holdings}
        if isinstance(change, Move):
            units = branch | {change.unit_id}
            people = {
                held.user_id
                for key, found in organisation.holders.items()
                if key[0] in units
                for held in found
            }
        concerned = preview_of(work, [Holder(HolderKind.UNIT, one) for one in going(change)])
        return Consequences(
            sentence=sentence_of(work, change),
            ending=tuple(organisation.name_at(one, None) for one in gone),
            below=len(branch),
            people=len(people),
            holdings=tuple(_holding(showing, held) for held in holdings[:MOST_HOLDINGS]),
            grants=len(unit_rows.grants_of(work.session, gone)) if gone else 0,
            records=concerned.records,
            places=concerned.places,
        )


def divisible(platform: Platform, actor: Actor, unit_id: int) -> Divisible:
    """Give what a split of a unit divides.

    Raises:
        NotFound, Refused: the unit is not the actor's.
    """
    with platform.reading() as work:
        reach_of(work, actor).check_edits((unit_id,))
        showing, organisation = Showing(work, actor), work.world.organisation
        unit = organisation.units[unit_id]
        people = dict.fromkeys(held.user_id for held in rows.holdings_now(work.session, (unit_id,)))
        views = [view for one in people if (view := showing.person(one)) is not None]
        return Divisible(
            unit=showing.unit(unit_id),
            kind=unit.kind,
            parent=None if unit.parent_id is None else showing.unit(unit.parent_id),
            children=tuple(showing.unit(one) for one in organisation.below.get(unit_id, ())),
            people=tuple(views),
        )


def unit_for_change(platform: Platform, actor: Actor, unit_id: int) -> tuple[UnitView, Unit]:
    """Give a unit that an actor may change: for the heads of forms.

    Raises:
        NotFound, Refused: the unit is not the actor's.
    """
    with platform.reading() as work:
        reach_of(work, actor).check_edits((unit_id,))
        return Showing(work, actor).unit(unit_id), work.world.organisation.units[unit_id]


def ended_by(work: Work, unit_id: int) -> tuple[int, Text, datetime] | None:
    """Say through which change a unit went, for its page: the change, in words, and when."""
    row = rows.ended_by(work.session, unit_id, (MERGE, SPLIT, DISSOLVE))
    if row is None or unit_id not in ending(change_from_json(row.kind, row.plan["change"])):
        return None
    return (
        row.id,
        sentence_of(work, change_from_json(row.kind, row.plan["change"]), row.effective_at),
        row.effective_at,
    )


# --- Words --------------------------------------------------------------------------------------------


def sentence_of(work: Work, change: Change, at: datetime | None = None) -> Text:
    """Say a change in one sentence, with the names that units bore just before it."""
    moment = None if at is None else at - timedelta(microseconds=1)

    def name(target: Target | None) -> str:
        if target is None:
            return ""
        return work.world.organisation.name_at(target, moment) if isinstance(target, int) else target.name

    if isinstance(change, Rename):
        old = name(change.unit_id)
        return Text(f"Đổi tên “{old}” thành “{change.name}”", f"“{old}” is renamed “{change.name}”")
    if isinstance(change, Move):
        unit, above = name(change.unit_id), name(change.parent_id)
        if change.parent_id is None:
            return Text(f"Chuyển “{unit}” lên cấp cao nhất", f"“{unit}” moves to the top")
        return Text(f"Chuyển “{unit}” về dưới “{above}”", f"“{unit}” moves below “{above}”")
    if isinstance(change, Merge):
        old = ", ".join(f"“{name(one)}”" for one in ending(change))
        return Text(f"Sáp nhập {old} vào “{name(change.into)}”", f"{old} go into “{name(change.into)}”")
    if isinstance(change, Split):
        parts = ", ".join(f"“{name(part.unit)}”" for part in change.parts if part.unit != change.unit_id)
        old = name(change.unit_id)
        if change.goes_on:
            return Text(f"Tách {parts} từ “{old}”", f"{parts} come out of “{old}”")
        return Text(f"Chia “{old}” thành {parts}", f"“{old}” is divided into {parts}")
    old = name(change.unit_id)
    if change.successor_id is None:
        return Text(f"Giải thể “{old}”", f"“{old}” is dissolved")
    heir = name(change.successor_id)
    return Text(f"Giải thể “{old}”, “{heir}” kế nhiệm", f"“{old}” is dissolved; “{heir}” comes after it")


def _line(showing: Showing, row: UnitChange) -> ChangeLine:
    change = change_from_json(row.kind, row.plan["change"])
    result: dict[str, Any] = row.result or {}
    label, tone = STATES[row.state]
    happened = row.state in (rows.RUNNING, rows.DONE)
    left = len(result.get("left", ()))
    if left and row.state == rows.DONE:
        tone = "orange"
    return ChangeLine(
        id=row.id,
        kind=row.kind,
        kind_label=KINDS[row.kind],
        sentence=sentence_of(showing.work, change, row.effective_at if happened else None),
        state=row.state,
        state_label=label,
        tone=tone,
        effective_at=row.effective_at,
        actor=showing.person(row.actor_id),
        handed=int(result.get("handed", 0)),
        left=left,
    )


def _page(
    showing: Showing, reach: UnitReach, row: UnitChange, members: Sequence[tuple[int, str]]
) -> ChangePage:
    result: dict[str, Any] = row.result or {}
    error = result.get("error")
    change = change_from_json(row.kind, row.plan["change"])
    return ChangePage(
        line=_line(showing, row),
        reason=row.plan["reason"],
        created_at=row.created_at,
        done_at=row.done_at,
        units_from=tuple(showing.unit(unit_id) for unit_id, part in members if part == rows.FROM),
        units_to=tuple(showing.unit(unit_id) for unit_id, part in members if part == rows.TO),
        job_id=result.get("job"),
        problems=tuple(Text(one["vi"], one["en"]) for one in result.get("problems", ())),
        error=None if error is None else Text(error["vi"], error["en"]),
        may_change=all(reach.edits(unit_id) for unit_id in going(change)),
        change=change,
        open_units=frozenset(unit_id for unit_id, _ in members if reach.sees(unit_id)),
    )


def _holding(showing: Showing, held: Any) -> HoldingLine:
    side = showing.world.workspace.sides.get(held.side)
    slot = None if side is None else side.slots.get(held.slot)
    return HoldingLine(
        held.id,
        showing.person(held.user_id) or PersonView(held.user_id, f"#{held.user_id}"),
        showing.unit(held.unit_id).name,
        Text(held.side) if side is None else side.name,
        Text(held.slot) if slot is None else slot.label,
        held.title,
    )


def _reached(reach: UnitReach) -> frozenset[int] | None:
    return None if reach.units is None else reach.units
