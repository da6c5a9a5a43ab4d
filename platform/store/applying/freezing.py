"""Files that the platform itself writes into a record's field, in the transaction of their plan."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import insert, select, update

from luongviec.engine.values import to_json
from luongviec.store.database import table_of
from luongviec.store.models import Attachment, File, RecordData
from luongviec.store.sharing import ATTACHED, remove_from_field
from luongviec.store.world import StoreWorld


def held_hash(world: StoreWorld, record_id: int, field: str) -> str | None:
    """Give the content hash of the newest file that a field holds."""
    return world.session.scalar(
        select(File.content_hash)
        .join(Attachment, Attachment.file_id == File.id)
        .where(Attachment.record_id == record_id, Attachment.field == field, Attachment.removed_at.is_(None))
        .order_by(Attachment.id.desc())
        .limit(1)
    )


def freeze_file(world: StoreWorld, record_id: int, code: str, file: File) -> None:
    """Let a field of files hold a new file: instead of its one file, or beside several.

    The record has its new version from the plan already; undoing that plan leaves the file.
    """
    record = world.record(record_id)
    if record is None:
        raise LookupError(f"no record {record_id}")
    session, fields = world.session, world.in_force(record).module.fields
    file.state = ATTACHED
    session.add(file)
    session.flush()
    held = record.values.get(code)
    before = held if isinstance(held, tuple) and fields[code].many else ()
    after = replace(record, values={**record.values, code: (*before, file.id)})
    world.remember(after)
    if not before:
        remove_from_field(session, record_id, code, by=file.uploaded_by_id, at=file.uploaded_at)
    session.execute(
        insert(table_of(Attachment)).values(
            record_id=record_id, file_id=file.id, field=code,
            added_by_id=file.uploaded_by_id, added_at=file.uploaded_at,
        )
    )  # fmt: skip
    values = {
        name: to_json(fields[name], value)
        for name, value in after.values.items()
        if name in fields and value not in (None, ())
    }
    session.execute(update(RecordData).where(RecordData.record_id == record_id).values(values=values))
