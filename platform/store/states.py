"""Reading records into the states that the engine works on, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import RowMapping, select

from luongviec.engine.model import Module
from luongviec.engine.values import NotOfType, from_json
from luongviec.engine.world import (
    HandOver,
    Holder,
    HolderKind,
    Participation,
    RecordState,
    Value,
    Voice,
)
from luongviec.store.codes import Codes, StatusCode
from luongviec.store.database import AnySession
from luongviec.store.models import HandOverRow, ParticipationRow, Record, RecordData, VoiceRow

#: How many ids one statement names at most.
AT_ONCE = 500


class ModuleOf(Protocol):
    """Gives the module that a record of a status is read with."""

    def __call__(self, status: StatusCode) -> Module | None: ...


def in_parts(ids: Iterable[int], size: int = AT_ONCE) -> Iterable[list[int]]:
    """Give ids in sorted parts that one statement takes."""
    ordered = sorted(set(ids))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def load_states(
    session: AnySession, codes: Codes, module_of: ModuleOf, ids: Iterable[int]
) -> dict[int, RecordState]:
    """Read records as they stand, deleted ones too: four statements for up to `AT_ONCE` ids."""
    states: dict[int, RecordState] = {}
    for part in in_parts(ids):
        participations = _participations(session, part)
        hand_overs = _hand_overs(session, part)
        voices = _voices(session, part)
        rows = session.execute(
            select(Record.__table__, RecordData.__table__.c["values"])
            .join_from(Record, RecordData, RecordData.record_id == Record.id)
            .where(Record.id.in_(part))
        ).mappings()
        for row in rows:
            status = codes.statuses[row["record_status_id"]]
            states[row["id"]] = _state(
                row,
                status,
                module_of(status),
                participations[row["id"]],
                hand_overs[row["id"]],
                voices[row["id"]],
            )
    return states


def _state(
    row: RowMapping,
    status: StatusCode,
    module: Module | None,
    participations: Sequence[Participation],
    hand_overs: Sequence[HandOver],
    voices: Sequence[Voice],
) -> RecordState:
    return RecordState(
        id=row["id"],
        module=status.module,
        status_group=status.status_group,
        status=status.status,
        status_since=row["status_since"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        created_by=row["created_by_id"],
        version=row["version"],
        title=row["title"],
        values=read_values(module, row["values"] or {}),
        participations=tuple(participations),
        hand_overs=tuple(hand_overs),
        voices=tuple(voices),
        owner_id=row["owner_id"],
        owner_relation=row["owner_relation"],
        position=row["position"],
        deleted_at=row["deleted_at"],
        module_revision=status.module_revision,
        group_revision=status.group_revision,
    )


def read_values(module: Module | None, stored: Mapping[str, Any]) -> dict[str, Value]:
    """Read stored JSON as values; what a changed definition no longer understands stays out."""
    values: dict[str, Value] = {}
    for code, data in stored.items():
        field = None if module is None else module.fields.get(code)
        if field is None:
            continue
        try:
            values[code] = from_json(field, data)
        except NotOfType:
            continue
    return values


def _participations(session: AnySession, ids: Sequence[int]) -> dict[int, list[Participation]]:
    found: dict[int, list[Participation]] = defaultdict(list)
    table = ParticipationRow.__table__
    rows = session.execute(
        select(table).where(table.c.record_id.in_(ids)).order_by(table.c.record_id, table.c.since, table.c.id)
    )
    for row in rows:
        holder = (
            Holder(HolderKind.UNIT, row.unit_id)
            if row.user_id is None
            else Holder(HolderKind.USER, row.user_id)
        )
        found[row.record_id].append(Participation(row.role, holder, row.since, row.until))
    return found


def _hand_overs(session: AnySession, ids: Sequence[int]) -> dict[int, list[HandOver]]:
    found: dict[int, list[HandOver]] = defaultdict(list)
    table = HandOverRow.__table__
    for row in session.execute(select(table).where(table.c.record_id.in_(ids)).order_by(table.c.id)):
        found[row.record_id].append(HandOver(row.role, row.giver_id, row.receiver_id, row.by_id, row.at))
    return found


def _voices(session: AnySession, ids: Sequence[int]) -> dict[int, list[Voice]]:
    found: dict[int, list[Voice]] = defaultdict(list)
    table = VoiceRow.__table__
    for row in session.execute(select(table).where(table.c.record_id.in_(ids)).order_by(table.c.id)):
        found[row.record_id].append(Voice(row.action, row.person_id, row.cast_for_id, row.yes, row.at))
    return found
