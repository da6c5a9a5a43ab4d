"""Reading records into the states that the engine works on, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, Protocol

from sqlalchemy import RowMapping

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
from luongviec.store.database import AnySession
from luongviec.store.definitions.codes import Codes, StatusCode
from luongviec.store.statements import HAND_OVER, IDS, PARTICIPATION, PEOPLE, RECORDS, run

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
    """Read records as they stand, deleted ones too: two statements for up to `AT_ONCE` ids."""
    states: dict[int, RecordState] = {}
    for part in in_parts(ids):
        people = _load_people(session, part)
        for row in run(session, RECORDS, {IDS: part}).mappings():
            status = codes.statuses[row["record_status_id"]]
            states[row["id"]] = _state(row, status, module_of(status), people[row["id"]])
    return states


@dataclass(slots=True)
class _People:
    """Whom a record concerns, and in what order they came."""

    participations: list[tuple[datetime, int, Participation]] = field(default_factory=list)
    hand_overs: list[tuple[int, HandOver]] = field(default_factory=list)
    voices: list[tuple[int, Voice]] = field(default_factory=list)


def _load_people(session: AnySession, ids: Sequence[int]) -> dict[int, _People]:
    found: dict[int, _People] = defaultdict(_People)
    for kind, record_id, row_id, code, first, second, third, at, until, yes in run(
        session, PEOPLE, {IDS: ids}
    ):
        people = found[record_id]
        if kind == PARTICIPATION:
            holder = Holder(HolderKind.UNIT, second) if first is None else Holder(HolderKind.USER, first)
            people.participations.append((at, row_id, Participation(code, holder, at, until)))
        elif kind == HAND_OVER:
            people.hand_overs.append((row_id, HandOver(code, first, second, third, at)))
        else:
            people.voices.append((row_id, Voice(code, first, second, bool(yes), at)))
    for people in found.values():
        people.participations.sort(key=itemgetter(0, 1))
        people.hand_overs.sort(key=itemgetter(0))
        people.voices.sort(key=itemgetter(0))
    return found


def _state(
    row: RowMapping,
    status: StatusCode,
    module: Module | None,
    people: _People,
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
        participations=tuple(entry[-1] for entry in people.participations),
        hand_overs=tuple(entry[-1] for entry in people.hand_overs),
        voices=tuple(entry[-1] for entry in people.voices),
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
        found = None if module is None else module.fields.get(code)
        if found is None:
            continue
        try:
            values[code] = from_json(found, data)
        except NotOfType:
            continue
    return values
