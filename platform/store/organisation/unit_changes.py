"""Rows of dated changes of units, and the steps in the tree that they are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from luongviec.store.database import AnySession
from luongviec.store.models import (
    BranchGrant,
    Setting,
    UnitChange,
    UnitChangeMember,
    UnitHolding,
    UnitName,
    UnitSide,
)

PLANNED, RUNNING, DONE, CANCELLED, FAILED = "planned", "running", "done", "cancelled", "failed"
#: How a unit takes part in a change.
FROM, TO = "from", "to"


def add_change(
    session: AnySession, kind: str, plan: Mapping[str, Any], effective_at: datetime, actor_id: int | None,
    at: datetime,
) -> UnitChange:  # fmt: skip
    """Add a planned change."""
    change = UnitChange(
        kind=kind, state=PLANNED, effective_at=effective_at, plan=dict(plan), actor_id=actor_id, created_at=at
    )
    session.add(change)
    session.flush()
    return change


def set_members(session: AnySession, change_id: int, members: Iterable[tuple[int, str]]) -> None:
    """Say which units take part in a change, and as what."""
    session.execute(delete(UnitChangeMember).where(UnitChangeMember.change_id == change_id))
    rows = [
        {"change_id": change_id, "unit_id": unit_id, "part": part} for unit_id, part in dict.fromkeys(members)
    ]
    if rows:
        session.execute(insert(UnitChangeMember), rows)


def change_for_update(session: AnySession, change_id: int) -> UnitChange | None:
    """Lock and give a change as it stands."""
    return session.get(UnitChange, change_id, populate_existing=True, with_for_update=True)


def change_by_id(session: AnySession, change_id: int) -> UnitChange | None:
    """Give a change."""
    return session.get(UnitChange, change_id, populate_existing=True)


def members_of(session: AnySession, change_ids: Collection[int]) -> Mapping[int, Sequence[tuple[int, str]]]:
    """Give the units that take part in changes."""
    found: dict[int, list[tuple[int, str]]] = {change_id: [] for change_id in change_ids}
    query = select(UnitChangeMember).where(UnitChangeMember.change_id.in_(change_ids))
    for row in session.scalars(query.order_by(UnitChangeMember.unit_id)):
        found[row.change_id].append((row.unit_id, row.part))
    return found


def changes(
    session: AnySession, *, units: Collection[int] | None, unit_id: int | None, states: Collection[str],
    offset: int, limit: int,
) -> Sequence[UnitChange]:  # fmt: skip
    """Give changes: those still to come first, the nearest before; then what was, the latest first.

    Args:
        units: only changes in which one of these units takes part; None: all.
        unit_id: only changes of this unit.
        states: only these states; none: all.
        offset, limit: which part of the list.
    """
    query = select(UnitChange)
    if units is not None:
        query = query.where(_concerns(units))
    if unit_id is not None:
        query = query.where(_concerns((unit_id,)))
    if states:
        query = query.where(UnitChange.state.in_(states))
    to_come = UnitChange.state.in_((PLANNED, RUNNING, FAILED))
    order = (to_come.desc(), UnitChange.effective_at.desc(), UnitChange.id.desc())
    return session.scalars(query.order_by(*order).offset(offset).limit(limit)).all()


def _concerns(unit_ids: Collection[int]) -> ColumnElement[bool]:
    parts = select(UnitChangeMember.change_id).where(UnitChangeMember.unit_id.in_(unit_ids))
    return UnitChange.id.in_(parts)


def due_changes(session: AnySession, now: datetime, limit: int) -> Sequence[int]:
    """Give the planned changes whose day has come, the earliest first."""
    query = select(UnitChange.id).where(UnitChange.state == PLANNED, UnitChange.effective_at <= now)
    return session.scalars(query.order_by(UnitChange.effective_at, UnitChange.id).limit(limit)).all()


def planned_with(
    session: AnySession, unit_ids: Collection[int], *, but: int | None = None
) -> UnitChange | None:
    """Give a planned change in which one of the units takes part, if there is one."""
    query = select(UnitChange).where(
        UnitChange.state.in_((PLANNED, RUNNING)), _concerns(unit_ids), UnitChange.id != (but or 0)
    )
    return session.scalars(query.order_by(UnitChange.effective_at, UnitChange.id).limit(1)).first()


def ended_by(session: AnySession, unit_id: int, kinds: Collection[str]) -> UnitChange | None:
    """Give the change that a unit went in, the latest one of these kinds."""
    went = select(UnitChangeMember.change_id).where(
        UnitChangeMember.unit_id == unit_id, UnitChangeMember.part == FROM
    )
    query = select(UnitChange).where(
        UnitChange.id.in_(went), UnitChange.kind.in_(kinds), UnitChange.state.in_((RUNNING, DONE))
    )
    return session.scalars(query.order_by(UnitChange.done_at.desc(), UnitChange.id.desc()).limit(1)).first()


# --- Steps ------------------------------------------------------------------------------------------


def holdings_now(session: AnySession, unit_ids: Collection[int]) -> Sequence[UnitHolding]:
    """Give who fills which slots of units now."""
    query = select(UnitHolding).where(UnitHolding.unit_id.in_(unit_ids), UnitHolding.until.is_(None))
    return session.scalars(
        query.order_by(UnitHolding.unit_id, UnitHolding.side, UnitHolding.slot, UnitHolding.id)
    ).all()


def end_holdings_of(session: AnySession, holding_ids: Collection[int], until: datetime) -> None:
    """End these; that they were is kept."""
    session.execute(
        update(UnitHolding)
        .where(UnitHolding.id.in_(holding_ids), UnitHolding.until.is_(None))
        .values(until=until)
        .execution_options(synchronize_session=False)
    )


def take_over_holdings(session: AnySession, holdings: Iterable[UnitHolding], unit_id: int) -> int:
    """Let the same people fill the same slots of another unit; give how many are new there.

    They go on since when they began: what they saw of the unit's records they go on seeing.
    """
    there = {(one.user_id, one.side, one.slot) for one in holdings_now(session, (unit_id,))}
    fresh: dict[tuple[int, str, str], UnitHolding] = {}
    for one in holdings:
        fresh.setdefault((one.user_id, one.side, one.slot), one)
    rows = [
        {
            "user_id": one.user_id, "unit_id": unit_id, "side": one.side, "slot": one.slot,
            "title": one.title, "position": one.position, "since": one.since,
        }
        for key, one in fresh.items()
        if key not in there
    ]  # fmt: skip
    if rows:
        session.execute(insert(UnitHolding), rows)
    return len(rows)


def sides_of_units(session: AnySession, unit_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """Give the sides that units carry."""
    found: dict[int, set[str]] = {unit_id: set() for unit_id in unit_ids}
    for unit_id, side in session.execute(
        select(UnitSide.unit_id, UnitSide.side).where(UnitSide.unit_id.in_(unit_ids))
    ):
        found[unit_id].add(side)
    return {unit_id: frozenset(sides) for unit_id, sides in found.items()}


def copy_choices(session: AnySession, from_id: int, to_id: int) -> None:
    """Let a new unit choose what another chose."""
    chosen = session.execute(
        select(Setting.kind, Setting.subject, Setting.value).where(Setting.unit_id == from_id)
    ).all()
    for kind, subject, value in chosen:
        session.add(Setting(unit_id=to_id, kind=kind, subject=subject, value=value))
    session.flush()


def end_grants_on(session: AnySession, unit_ids: Collection[int], until: datetime) -> None:
    """End what was granted on branches whose heads go."""
    session.execute(
        update(BranchGrant)
        .where(BranchGrant.unit_id.in_(unit_ids), BranchGrant.until.is_(None))
        .values(until=until)
        .execution_options(synchronize_session=False)
    )


def last_rename(session: AnySession, unit_id: int) -> datetime | None:
    """Give when a unit got the name it has now; None: it never had another."""
    query = select(UnitName.until).where(UnitName.unit_id == unit_id).order_by(UnitName.until.desc())
    return session.scalar(query.limit(1))
