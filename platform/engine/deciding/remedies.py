"""The smallest change that would turn a refusal into a yes: a role, a status, a condition."""

from __future__ import annotations

from luongviec.engine.deciding.decisions import RefusedBy, Remedy
from luongviec.engine.deciding.tables import Table
from luongviec.engine.text import Text


def remedy_for(
    table: Table,
    mask: int,
    status: str,
    *,
    permissions: tuple[str, ...],
    moves: tuple[str, ...],
    refused_by: RefusedBy,
    text: Text | None,
) -> Remedy | None:
    """Find what would have been enough: another status with the roles held, one more role in this
    status, or one more role in another status, in this order.

    Args:
        table: the record's table.
        mask: the columns that the actor holds.
        status: the record's status.
        permissions: what the matrix must grant, `view` included.
        moves: the statuses that must be reachable.
        refused_by: what refused.
        text: what the guard or rule said.
    """
    if refused_by in (RefusedBy.GUARD, RefusedBy.RULE):
        return Remedy(texts=() if text is None else (text,))
    if refused_by in (RefusedBy.INACTIVE, RefusedBy.VOICE, RefusedBy.DELETED):
        return None
    key = (status, mask, permissions, moves)
    if key not in table.remedies:
        table.remedies[key] = _find(table, mask, status, permissions, moves)
    return table.remedies[key]


def _find(
    table: Table, mask: int, status: str, permissions: tuple[str, ...], moves: tuple[str, ...]
) -> Remedy | None:
    columns = _columns_that_suffice(table, mask, status, permissions, moves)
    statuses = tuple(
        other
        for other in table.group.statuses
        if other != status and _suffices(table, mask, other, permissions, moves)
    )
    if statuses or columns:
        return Remedy(columns=columns, statuses=statuses)
    for other in table.group.statuses:
        columns = _columns_that_suffice(table, mask, other, permissions, moves)
        if columns:
            return Remedy(columns=columns, statuses=(other,), together=True)
    return None


def _suffices(
    table: Table, mask: int, status: str, permissions: tuple[str, ...], moves: tuple[str, ...]
) -> bool:
    return all(mask & table.granting(status, permission) for permission in permissions) and all(
        mask & table.moving(status, to) for to in moves
    )


def _columns_that_suffice(
    table: Table, mask: int, status: str, permissions: tuple[str, ...], moves: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(
        code
        for code, bit in table.bits.items()
        if bit != table.system and not mask & bit and _suffices(table, mask | bit, status, permissions, moves)
    )
