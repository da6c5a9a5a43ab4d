"""Writing the organisation: units with their closure, sides, slots, groups and grants.

Whoever writes here tells the other processes with `note_organisation_change` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from luongviec.store.database import AnySession
from luongviec.store.folding import fold, sort_key
from luongviec.store.models import (
    Unit,
    UnitClosure,
    UnitHolding,
    UnitSide,
)


def add_unit(
    session: AnySession, *, name: str, parent: Unit | None, kind: str | None, code: str, position: int
) -> Unit:
    """Add a node below another with its closure rows."""
    unit = Unit(
        parent_id=None if parent is None else parent.id, path=f"new:{code}:{name}"[:400], name=name,
        name_sort=sort_key(name), name_folded=fold(name), kind=kind, code=code, position=position,
    )  # fmt: skip
    session.add(unit)
    session.flush()
    unit.path = f"{'/' if parent is None else parent.path}{unit.id}/"
    ancestors = [int(part) for part in unit.path.split("/") if part]
    session.execute(insert(UnitClosure), [{"unit_id": unit.id, "ancestor_id": a} for a in ancestors])
    return unit


def unit_by_id(session: AnySession, unit_id: int) -> Unit | None:
    """Give a node."""
    return session.get(Unit, unit_id)


def next_position(session: AnySession, parent_id: int | None) -> int:
    """Give the place after the last child of a unit."""
    positions = session.scalars(select(Unit.position).where(Unit.parent_id == parent_id)).all()
    return max(positions, default=-1) + 1


def used_codes(session: AnySession) -> set[str]:
    """Give the codes of all units that were not deleted."""
    return set(session.scalars(select(Unit.code).where(Unit.deleted_at.is_(None))))


def add_sides(session: AnySession, pairs: Iterable[tuple[int, str]]) -> None:
    """Let units carry sides; those that do already stay."""
    wanted = set(pairs)
    if not wanted:
        return
    there = set(
        session.execute(
            select(UnitSide.unit_id, UnitSide.side).where(UnitSide.unit_id.in_({unit for unit, _ in wanted}))
        )
    )
    fresh = sorted(wanted - there)
    if fresh:
        session.execute(insert(UnitSide), [{"unit_id": unit, "side": side} for unit, side in fresh])


def sides_of(session: AnySession, unit_id: int) -> frozenset[str]:
    """Give the sides that a unit carries."""
    return frozenset(session.scalars(select(UnitSide.side).where(UnitSide.unit_id == unit_id)))


def add_holdings(
    session: AnySession, holdings: Iterable[tuple[int, int, str, str]], since: datetime
) -> Sequence[tuple[int, int, str, str]]:
    """Put people into slots, as (user, unit, side, slot); give those that were not there yet.

    Args:
        holdings: a mapping gives the title that goes with each.
    """
    titles = holdings if isinstance(holdings, Mapping) else {}
    wanted = set(holdings)
    there = set(
        session.execute(
            select(UnitHolding.user_id, UnitHolding.unit_id, UnitHolding.side, UnitHolding.slot).where(
                UnitHolding.until.is_(None), UnitHolding.unit_id.in_({unit for _, unit, _, _ in wanted})
            )
        )
    )
    fresh = sorted(wanted - there)
    if fresh:
        session.execute(
            insert(UnitHolding),
            [
                {
                    "user_id": user,
                    "unit_id": unit,
                    "side": side,
                    "slot": slot,
                    "since": since,
                    "title": titles.get((user, unit, side, slot), ""),
                }
                for user, unit, side, slot in fresh
            ],
        )
    return fresh


def end_holdings(
    session: AnySession, unit_id: int, side: str, slot: str, user_ids: Sequence[int], until: datetime
) -> None:
    """Take people out of a slot; that they were there is kept."""
    session.execute(
        update(UnitHolding)
        .where(
            UnitHolding.unit_id == unit_id, UnitHolding.side == side, UnitHolding.slot == slot,
            UnitHolding.user_id.in_(user_ids), UnitHolding.until.is_(None),
        )
        .values(until=until)
    )  # fmt: skip


def units_named(
    session: AnySession, names: Mapping[str, None] | Sequence[str]
) -> Mapping[str, Sequence[int]]:
    """Give the units of each name, in tree order."""
    found: dict[str, list[int]] = {name: [] for name in names}
    for unit_id, name in session.execute(
        select(Unit.id, Unit.name).where(Unit.name.in_(list(names))).order_by(Unit.path)
    ):
        found[name].append(unit_id)
    return found
