"""What records use of a module's words: asked before a word goes away."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from luongviec.store.database import AnySession
from luongviec.store.models import ModuleCode, ParticipationRow, Record, RecordData


def count_holders(session: AnySession, module: str, role: str) -> int:
    """Count the records of a module in which somebody holds a role now."""
    return (
        session.scalar(
            select(func.count(func.distinct(ParticipationRow.record_id)))
            .join(Record, Record.id == ParticipationRow.record_id)
            .join(ModuleCode, ModuleCode.id == Record.module_id)
            .where(ModuleCode.code == module, ParticipationRow.role == role, ParticipationRow.until.is_(None))
        )
        or 0
    )


def count_values(session: AnySession, module: str, field: str) -> int:
    """Count the records of a module that hold a value of a field."""
    return (
        session.scalar(
            select(func.count(Record.id))
            .join(ModuleCode, ModuleCode.id == Record.module_id)
            .join(RecordData, RecordData.record_id == Record.id)
            .where(ModuleCode.code == module, RecordData.values[field].as_string().is_not(None))
        )
        or 0
    )


def modules_of(session: AnySession, record_ids: Sequence[int]) -> dict[int, str]:
    """Give the modules of records."""
    found: dict[int, str] = {}
    for start in range(0, len(record_ids), 500):
        rows = session.execute(
            select(Record.id, ModuleCode.code)
            .join(ModuleCode, ModuleCode.id == Record.module_id)
            .where(Record.id.in_(record_ids[start : start + 500]))
        )
        found.update((record_id, code) for record_id, code in rows)
    return found
