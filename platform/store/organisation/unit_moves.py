"""Moving a branch of the unit tree: paths, closure, and the access rows of every record concerned.

The tree itself is a few hundred rows and moves at once. Access rows of the branch's records name the
units above, so they are built anew: at once for few records, else by a job, in parts of
`states.AT_ONCE` with a commit after each. Until a part is done its records are seen from the old place.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text
from luongviec.store.database import AnySession, table_of
from luongviec.store.definitions.workspaces import ORGANISATION, touch_generation
from luongviec.store.models import AccessRow, Unit, UnitClosure


class MovesBelowItself(LuongViecError):
    """A unit cannot stand below itself or below one of its own branch."""

    code = "moves_below_itself"
    template = Text(
        "Không thể chuyển đơn vị vào chính nhánh của nó. Hãy chọn đơn vị cấp trên khác.",
        "A unit cannot move into its own branch. Choose another unit above.",
    )


def move_unit(session: AnySession, unit_id: int, parent_id: int | None) -> tuple[int, ...]:
    """Put a unit, with all below it, under another (None: at the top); gives the branch's units.

    Runs in the caller's transaction. The records to rebuild are those of `records_of_units`, looked
    up before or after: access rows still name the units.

    Raises:
        MovesBelowItself: the new parent stands in the branch.
    """
    unit = session.get_one(Unit, unit_id)
    parent = None if parent_id is None else session.get_one(Unit, parent_id)
    if parent is not None and parent.path.startswith(unit.path):
        raise MovesBelowItself()
    old, new = unit.path, f"{'/' if parent is None else parent.path}{unit.id}/"
    branch = session.scalars(select(Unit).where(Unit.path.like(f"{old}%"))).all()
    unit.parent_id = parent_id
    for one in branch:
        one.path = new + one.path.removeprefix(old)
    session.flush()
    ids = sorted(one.id for one in branch)
    session.execute(delete(UnitClosure).where(UnitClosure.unit_id.in_(ids)))
    rows = [
        {"unit_id": one.id, "ancestor_id": int(part)}
        for one in branch
        for part in one.path.strip("/").split("/")
    ]
    session.execute(insert(table_of(UnitClosure)), rows)
    touch_generation(session, ORGANISATION)
    return tuple(ids)


def records_of_units(
    session: AnySession, unit_ids: Sequence[int], *, after_id: int = 0, limit: int = 500
) -> tuple[int, ...]:
    """Give ids of records in which one of these units stands (in any role), in parts by id."""
    query = (
        select(AccessRow.record_id)
        .where(AccessRow.principal.in_([-unit_id for unit_id in unit_ids]), AccessRow.record_id > after_id)
        .distinct()
        .order_by(AccessRow.record_id)
        .limit(limit)
    )
    return tuple(session.execute(query).scalars())
