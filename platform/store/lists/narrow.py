"""Some columns of many records and nothing else of them: what files of lists and reports are made of.

A file of ten thousand rows needs no states on which actions could be decided: one statement reads the
columns that are wanted, a second who holds the roles among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, bindparam, select

from luongviec.engine.world import Holder, HolderKind
from luongviec.store.database import AnySession, table_of
from luongviec.store.definitions.codes import Codes, StatusCode
from luongviec.store.models import ParticipationRow, Record, RecordData
from luongviec.store.statements import IDS, ids_parameter, run

#: What may be read of a record beside its id and its status, which are always read.
FACTS = ("status_since", "created_at", "updated_at", "created_by_id", "title", "owner_id", "position")
ROLES = "roles"

_record, _data, _participation = table_of(Record), table_of(RecordData), table_of(ParticipationRow)
_HOLDERS = select(
    _participation.c.record_id, _participation.c.role, _participation.c.user_id, _participation.c.unit_id,
    _participation.c.since, _participation.c.id,
).where(
    _participation.c.record_id.in_(ids_parameter()),
    _participation.c.role.in_(bindparam(ROLES, expanding=True)),
    _participation.c.until.is_(None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NarrowRecord:
    """What was read of one record. `stored`: its values as they are kept."""

    id: int
    status: StatusCode
    facts: Mapping[str, Any]
    stored: Mapping[str, Any]

    @property
    def closed_at(self) -> datetime | None:
        """Since when it is closed; `status_since` must be among the facts."""
        since: datetime | None = self.facts["status_since"]
        return since if self.status.final else None


def narrow_records(
    session: AnySession, codes: Codes, ids: Sequence[int], facts: Collection[str]
) -> Mapping[int, NarrowRecord]:
    """Read some facts of records, and their values."""
    wanted = tuple(name for name in FACTS if name in facts)
    found = {}
    for record_id, status_id, stored, *read in run(session, _reading(wanted), {IDS: list(ids)}):
        known = dict(zip(wanted, read, strict=True))
        found[record_id] = NarrowRecord(record_id, codes.statuses[status_id], known, stored or {})
    return found


def holders_now(
    session: AnySession, ids: Sequence[int], roles: Collection[str]
) -> Mapping[tuple[int, str], Sequence[Holder]]:
    """Give who holds some roles of records now, by record and role, longest first."""
    rows = run(session, _HOLDERS, {IDS: list(ids), ROLES: sorted(roles)}).all()
    found: dict[tuple[int, str], list[Holder]] = defaultdict(list)
    for record_id, role, user_id, unit_id, _since, _id in sorted(rows, key=itemgetter(4, 5)):
        holder = Holder(HolderKind.UNIT, unit_id) if user_id is None else Holder(HolderKind.USER, user_id)
        found[record_id, role].append(holder)
    return found


@lru_cache
def _reading(facts: tuple[str, ...]) -> Select[Any]:
    columns = (
        _record.c.id,
        _record.c.record_status_id,
        _data.c["values"],
        *(_record.c[name] for name in facts),
    )
    joined = select(*columns).join_from(_record, _data, _data.c.record_id == _record.c.id)
    return joined.where(_record.c.id.in_(ids_parameter()))
