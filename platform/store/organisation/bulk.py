"""Writing many units, people, posts and roles in few statements, whatever their number.

The caller has checked everything and holds the tree's lock; rows come as plain mappings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from luongviec.store.database import AnySession, table_of
from luongviec.store.folding import fold, sort_key
from luongviec.store.models import (
    AuditEntry,
    Unit,
    UnitClosure,
    UnitHolding,
    UnitName,
    UnitSide,
    User,
    UserManager,
    WebSession,
)

AT_ONCE = 500
Row = Mapping[str, Any]


def insert_units(session: AnySession, rows: Sequence[Row]) -> Mapping[str, int]:
    """Add units with `key`, `name`, `kind`, `code`, `position`, `active`; give ids by key.

    Where they stand is written by `place_units`, which must follow.
    """
    if not rows:
        return {}
    table = table_of(Unit)
    values = [
        {
            "path": f"new:{row['key']}", "name": row["name"], "name_sort": sort_key(row["name"]),
            "name_folded": fold(row["name"]), "kind": row["kind"], "code": row["code"],
            "position": row["position"], "active": row["active"], "version": 1,
        }
        for row in rows
    ]  # fmt: skip
    made = session.execute(insert(table).returning(table.c.id, table.c.path), values)
    return {path.removeprefix("new:"): unit_id for unit_id, path in made}


def tree_of(session: AnySession) -> dict[int, tuple[int | None, str]]:
    """Give every unit's parent and path, deleted ones too."""
    rows = session.execute(select(Unit.id, Unit.parent_id, Unit.path))
    return {unit_id: (parent_id, path) for unit_id, parent_id, path in rows}


def place_units(session: AnySession, parents: Mapping[int, int | None]) -> list[int]:
    """Put units below others, all at one stroke, with their closure; give whose way from the root changed.

    The caller has seen to it that no circle comes of it.
    """
    if not parents:
        return []
    tree = tree_of(session)
    ways: dict[int, tuple[int, ...]] = {}

    def way(unit_id: int) -> tuple[int, ...]:
        missing: list[int] = []
        one: int | None = unit_id
        while one is not None and one not in ways:
            missing.append(one)
            one = parents[one] if one in parents else tree[one][0]
        found = () if one is None else ways[one]
        for part in reversed(missing):
            found = ways[part] = (*found, part)
        return found

    moved = [unit_id for unit_id, (_, path) in tree.items() if path != _path(way(unit_id))]
    values = [
        {"id": unit_id, "parent_id": parents.get(unit_id, tree[unit_id][0]), "path": _path(ways[unit_id])}
        for unit_id in moved
    ]
    if values:
        session.execute(update(Unit), values)
    for start in range(0, len(moved), AT_ONCE):
        part = moved[start : start + AT_ONCE]
        session.execute(delete(UnitClosure).where(UnitClosure.unit_id.in_(part)))
    closure = [{"unit_id": unit_id, "ancestor_id": above} for unit_id in moved for above in ways[unit_id]]
    if closure:
        session.execute(insert(table_of(UnitClosure)), closure)
    return moved


def _path(way: Sequence[int]) -> str:
    return f"/{'/'.join(map(str, way))}/"


def change_units(session: AnySession, changes: Sequence[tuple[int, str, Row]], now: datetime) -> None:
    """Write what changes of units, as (unit, its name so far, values); a former name is remembered."""
    former = [
        {"unit_id": unit_id, "name": name, "until": now}
        for unit_id, name, values in changes
        if "name" in values
    ]
    if former:
        session.execute(insert(UnitName), former)
    told = [{"id": unit_id, **_with_name_keys(values)} for unit_id, _, values in changes if values]
    if told:
        session.execute(update(Unit), told)


def insert_sides(session: AnySession, pairs: Sequence[tuple[int, str]]) -> None:
    """Let units carry sides that they did not carry."""
    if pairs:
        session.execute(insert(UnitSide), [{"unit_id": unit, "side": side} for unit, side in pairs])


def delete_sides(session: AnySession, pairs: Iterable[tuple[int, str]]) -> None:
    """Let units carry sides no more in which nobody stands."""
    for unit_id, side in pairs:
        session.execute(delete(UnitSide).where(UnitSide.unit_id == unit_id, UnitSide.side == side))


def insert_people(session: AnySession, rows: Sequence[Row], now: datetime) -> Mapping[str, int]:
    """Add accounts without a password; give ids by user name."""
    if not rows:
        return {}
    table = table_of(User)
    values = [
        {
            "name_sort": sort_key(row["name"]), "name_folded": fold(row["name"]), "post": "",
            "must_change_password": False, "theme": "system", "created_at": now, "version": 1, **row,
        }
        for row in rows
    ]  # fmt: skip
    made = session.execute(insert(table).returning(table.c.id, table.c.user_name), values)
    return {user_name: user_id for user_id, user_name in made}


def change_people(session: AnySession, changes: Sequence[tuple[int, Row]], now: datetime) -> None:
    """Write what changes of accounts; who is switched off is signed out."""
    told = [{"id": user_id, **_with_name_keys(values)} for user_id, values in changes if values]
    if told:
        session.execute(update(User), told)
    off = sorted(user_id for user_id, values in changes if values.get("active") is False)
    for start in range(0, len(off), AT_ONCE):
        ids = off[start : start + AT_ONCE]
        ended = update(WebSession).where(WebSession.user_id.in_(ids), WebSession.ended_at.is_(None))
        session.execute(ended.values(ended_at=now).execution_options(synchronize_session=False))


def replace_managers(
    session: AnySession, managers: Mapping[int, Sequence[int]], fresh: Collection[int]
) -> None:
    """Let people have exactly these direct managers; `fresh` people have none yet."""
    old = sorted(set(managers) - set(fresh))
    for start in range(0, len(old), AT_ONCE):
        session.execute(delete(UserManager).where(UserManager.user_id.in_(old[start : start + AT_ONCE])))
    rows = [
        {"user_id": user_id, "manager_id": manager_id, "position": position}
        for user_id, own in managers.items()
        for position, manager_id in enumerate(own)
    ]
    if rows:
        session.execute(insert(UserManager), rows)


def insert_holdings(session: AnySession, rows: Sequence[Row]) -> None:
    """Put people into slots: `user_id`, `unit_id`, `side`, `slot`, `title`, `position`, `since`."""
    if rows:
        session.execute(insert(UnitHolding), list(rows))


def change_holdings(session: AnySession, rows: Sequence[Row]) -> None:
    """Write titles and order of posts: `id`, `title`, `position`."""
    if rows:
        session.execute(update(UnitHolding), list(rows))


def raise_versions(session: AnySession, model: type[Unit] | type[User], ids: Iterable[int]) -> None:
    """Let forms that were drawn before find that somebody changed these rows."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), AT_ONCE):
        query = update(model).where(model.id.in_(wanted[start : start + AT_ONCE]))
        session.execute(query.values(version=model.version + 1).execution_options(synchronize_session=False))


def insert_audit(session: AnySession, rows: Sequence[Row]) -> None:
    """Add lines to the journal of changes."""
    if rows:
        session.execute(insert(table_of(AuditEntry)), list(rows))


def _with_name_keys(values: Row) -> dict[str, Any]:
    """Add what goes with a name: its key to sort by and what search reads."""
    if "name" not in values:
        return dict(values)
    return {**values, "name_sort": sort_key(values["name"]), "name_folded": fold(values["name"])}
