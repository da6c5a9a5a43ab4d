"""Rows of the unit tree as administrators change it: one unit, its neighbours, what hangs on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from luongviec.store.database import AnySession
from luongviec.store.definitions.workspaces import ORGANISATION
from luongviec.store.folding import fold, sort_key
from luongviec.store.models import (
    AccessRow,
    AuditEntry,
    BranchGrant,
    Generation,
    ParticipationRow,
    Setting,
    Unit,
    UnitChange,
    UnitChangeMember,
    UnitClosure,
    UnitHolding,
    UnitName,
    UnitSide,
    User,
)
from luongviec.store.world import StoreWorld


def lock_tree(session: AnySession) -> None:
    """Let changes of the tree follow one another: two moves at once could make a circle of two branches."""
    session.get(Generation, ORGANISATION, with_for_update=True, populate_existing=True)


def unit_row(session: AnySession, unit_id: int) -> Unit | None:
    """Give a unit that was not deleted, as it is now."""
    unit = session.get(Unit, unit_id, populate_existing=True)
    return None if unit is None or unit.deleted_at is not None else unit


def code_is_taken(session: AnySession, code: str, *, but: int | None = None) -> bool:
    """Whether another unit bears a code, however it is written (O-08)."""
    query = select(Unit.id).where(func.upper(Unit.code) == code.upper(), Unit.deleted_at.is_(None))
    return session.scalar(query.where(Unit.id != (but or 0)).limit(1)) is not None


def rename(session: AnySession, unit: Unit, name: str, now: datetime) -> None:
    """Give a unit another name; the old one is remembered with its end."""
    session.add(UnitName(unit_id=unit.id, name=unit.name, until=now))
    unit.name, unit.name_sort, unit.name_folded = name, sort_key(name), fold(name)


def siblings(session: AnySession, parent_id: int | None) -> Sequence[Unit]:
    """Give the units below another (None: at the top) in their order."""
    query = select(Unit).where(Unit.parent_id == parent_id, Unit.deleted_at.is_(None))
    return session.scalars(query.order_by(Unit.position, Unit.id)).all()


def write_order(units: Sequence[Unit]) -> None:
    """Number units that stand beside each other as they are given."""
    for position, unit in enumerate(units):
        if unit.position != position:
            unit.position = position


def children_of(session: AnySession, unit_id: int) -> int:
    """Count the units directly below."""
    query = select(func.count()).select_from(Unit)
    return session.scalar(query.where(Unit.parent_id == unit_id, Unit.deleted_at.is_(None))) or 0


# --- Sides and slots --------------------------------------------------------------------------------


def remove_sides(session: AnySession, unit_id: int, sides: Collection[str], until: datetime) -> None:
    """Let a unit carry sides no more; who filled their slots is out, and kept in the past."""
    if not sides:
        return
    session.execute(delete(UnitSide).where(UnitSide.unit_id == unit_id, UnitSide.side.in_(sides)))
    session.execute(
        update(UnitHolding)
        .where(UnitHolding.unit_id == unit_id, UnitHolding.side.in_(sides), UnitHolding.until.is_(None))
        .values(until=until)
    )


def holders_now(session: AnySession, unit_id: int) -> Mapping[tuple[str, str], tuple[int, ...]]:
    """Give who fills which slot of a unit now, longest first."""
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    query = select(UnitHolding.side, UnitHolding.slot, UnitHolding.user_id)
    query = query.where(UnitHolding.unit_id == unit_id, UnitHolding.until.is_(None)).order_by(UnitHolding.id)
    for side, slot, user_id in session.execute(query):
        found[side, slot] = (*found.get((side, slot), ()), user_id)
    return found


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works in a unit, as a list of its people shows him."""

    user_id: int
    unit_id: int
    side: str
    slot: str
    title: str


def members(
    session: AnySession, unit_id: int, sides: Collection[str], *, branch: bool, offset: int, limit: int
) -> Sequence[Member]:
    """Give a part of the people who work in a unit, or in its branch, by name."""
    query = (
        select(
            UnitHolding.user_id, UnitHolding.unit_id, UnitHolding.side, UnitHolding.slot, UnitHolding.title
        )
        .join(User, User.id == UnitHolding.user_id)
        .where(UnitHolding.until.is_(None), UnitHolding.side.in_(sides), User.deleted_at.is_(None))
        .order_by(User.name_sort, User.id, UnitHolding.id)
        .offset(offset)
        .limit(limit)
    )
    if branch:
        below = UnitClosure.unit_id == UnitHolding.unit_id
        query = query.join(UnitClosure, below).where(UnitClosure.ancestor_id == unit_id)
    else:
        query = query.where(UnitHolding.unit_id == unit_id)
    return [Member(*row) for row in session.execute(query)]


# --- Records, choices, grants -----------------------------------------------------------------------


def open_records_by_module(
    world: StoreWorld, unit_id: int, roles: Mapping[str, Collection[str]] | None = None
) -> Mapping[str, int]:
    """Count the open records in which a unit stands itself, by module, each record once.

    Args:
        roles: module → the roles that count; None: all.
    """
    query = (
        select(AccessRow.module_id, func.count(func.distinct(AccessRow.record_id)))
        .join(ParticipationRow, ParticipationRow.record_id == AccessRow.record_id)
        .where(
            AccessRow.principal == -unit_id, AccessRow.is_open, ParticipationRow.unit_id == unit_id,
            ParticipationRow.until.is_(None),
        )
        .group_by(AccessRow.module_id)
    )  # fmt: skip
    if roles is not None:
        chosen = [
            (AccessRow.module_id == world.codes.modules[module]) & ParticipationRow.role.in_(sorted(named))
            for module, named in roles.items()
            if module in world.codes.modules and named
        ]
        if not chosen:
            return {}
        query = query.where(or_(*chosen))
    names = world.codes.module_names
    return {names[module]: int(count) for module, count in world.session.execute(query) if module in names}


def open_records_in_branch(session: AnySession, unit_id: int) -> int:
    """Count the open records in which a unit or one below it stands: access rows name every unit above."""
    query = select(func.count()).select_from(AccessRow)
    return session.scalar(query.where(AccessRow.principal == -unit_id, AccessRow.is_open)) or 0


def write_choices(session: AnySession, unit_id: int, choices: Mapping[tuple[str, str], str | None]) -> None:
    """Keep what a unit chooses, by kind and subject; None: what the units above chose."""
    for (kind, subject), value in choices.items():
        session.execute(
            delete(Setting).where(
                Setting.unit_id == unit_id, Setting.kind == kind, Setting.subject == subject
            )
        )
        if value is not None:
            session.add(Setting(unit_id=unit_id, kind=kind, subject=subject, value=value))
    session.flush()


def grants_of(session: AnySession, unit_ids: Collection[int]) -> Sequence[BranchGrant]:
    """Give what is granted on these units now."""
    query = select(BranchGrant).where(BranchGrant.unit_id.in_(unit_ids), BranchGrant.until.is_(None))
    return session.scalars(query.order_by(BranchGrant.id)).all()


def add_grants(session: AnySession, unit_id: int, pairs: Iterable[tuple[int, str]], since: datetime) -> None:
    """Give people function permissions on a branch, as (user, function)."""
    rows = [
        {"unit_id": unit_id, "user_id": user, "function": function, "since": since}
        for user, function in pairs
    ]
    if rows:
        session.execute(insert(BranchGrant), rows)


def end_grants(
    session: AnySession, unit_id: int, pairs: Collection[tuple[int, str]], until: datetime
) -> None:
    """Take function permissions on a branch back; that they were held is kept."""
    for grant in grants_of(session, (unit_id,)):
        if (grant.user_id, grant.function) in pairs:
            grant.until = until
    session.flush()


# --- What happened ----------------------------------------------------------------------------------


def last_change(session: AnySession, kind: str, subject_id: str) -> AuditEntry | None:
    """Give the newest line of the journal about something."""
    query = select(AuditEntry).where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id)
    return session.scalar(query.order_by(AuditEntry.id.desc()).limit(1))


def journal(session: AnySession, unit_id: int, *, before: int | None, limit: int) -> Sequence[AuditEntry]:
    """Give a part of the journal about a unit, newest first."""
    query = select(AuditEntry).where(AuditEntry.subject_kind == "unit", AuditEntry.subject_id == str(unit_id))
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def dated_changes(session: AnySession, unit_id: int, limit: int = 20) -> Sequence[UnitChange]:
    """Give the changes with a date in which a unit takes part, the latest first."""
    members_of = select(UnitChangeMember.change_id).where(UnitChangeMember.unit_id == unit_id)
    query = select(UnitChange).where(UnitChange.id.in_(members_of))
    return session.scalars(query.order_by(UnitChange.effective_at.desc(), UnitChange.id).limit(limit)).all()


def former_names(session: AnySession, unit_id: int) -> Sequence[tuple[str, datetime]]:
    """Give the names that a unit bore before, with their ends, newest first."""
    query = select(UnitName.name, UnitName.until).where(UnitName.unit_id == unit_id)
    return [(name, until) for name, until in session.execute(query.order_by(UnitName.until.desc()))]


def settings_snapshot(session: AnySession, unit_id: int) -> Mapping[tuple[str, str], Any]:
    """Give what a unit itself chose, by kind and subject."""
    query = select(Setting.kind, Setting.subject, Setting.value).where(Setting.unit_id == unit_id)
    return {(kind, subject): value for kind, subject, value in session.execute(query)}
