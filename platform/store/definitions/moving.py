"""What a publication does to records, a few hundred in each transaction.

A module's records first *move* to the newest revisions, each by the steps of
`engine.planning.migration`; then what follows from the definitions is *settled*: computed fields,
titles, timers, derived tables. Both go by ascending ids and note how far they came in the same
transaction (`PublicationMove`), so that they may be stopped anywhere and be gone on with by anybody.
Nobody is told, nothing is emitted.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select, update

from luongviec.engine.errors import LuongViecError
from luongviec.engine.planning import plan as changes
from luongviec.engine.planning.migration import Migration, migrate, recomputed, value_changes
from luongviec.engine.planning.timers import due_timers
from luongviec.engine.planning.titles import title_of
from luongviec.engine.related import home_unit
from luongviec.engine.values import to_json
from luongviec.engine.world import HolderKind, RecordState
from luongviec.store.applying import derived
from luongviec.store.applying.dependents import dependents_of
from luongviec.store.applying.history_codec import encode, encode_texts
from luongviec.store.applying.titles import refresh_titles
from luongviec.store.database import AnySession, table_of
from luongviec.store.definitions.moving_notes import note_of
from luongviec.store.definitions.routes import Route, Routes
from luongviec.store.folding import sort_key
from luongviec.store.models import (
    AccessRow,
    Attachment,
    HandOverRow,
    HistoryEntry,
    HistoryRow,
    ParticipationRow,
    PublicationMove,
    Receipt,
    Record,
    TimerRow,
    VoiceRow,
)
from luongviec.store.statements import KEY, UPDATE_DATA, UPDATE_NEW_RECORDS, inserting, run
from luongviec.store.world import StoreWorld

log = logging.getLogger(__name__)

AT_ONCE = 500
MOVE, SETTLE, DONE = "move", "settle", "done"


def routes_of(world: StoreWorld) -> Routes:
    """Give what finds the routes to what counts now."""
    return Routes(
        world.session, world.workspace, world.published.revisions, world.codes,
        lambda revision: world.workspaces.workspace_at(world.session, revision),
    )  # fmt: skip


def begin_moves(
    world: StoreWorld, scope: str, *, settles: Iterable[str] = (), rebuilds: Iterable[str] = ()
) -> tuple[PublicationMove, ...]:
    """Note what is to be done to records under the newest definitions; the modules that need nothing
    are left out.

    Args:
        settles: modules of which computed fields, titles or timers follow other words than before.
        rebuilds: modules of which derived tables do.
    """
    found: list[PublicationMove] = []
    settling, rebuilding, routes = set(settles), set(rebuilds), routes_of(world)
    for module in world.workspace.modules:
        ways = routes.of(module, scope)
        settle = module in settling | rebuilding or any(not way.is_light for way in ways)
        if not ways and not settle:
            continue
        found.append(
            PublicationMove(
                publication_id=world.published.generation, module=module, scope=scope,
                stage=MOVE if ways else SETTLE, settles=settle, rebuilds=module in rebuilding, cursor=0,
                total=sum(way.records for way in ways), moved=0, settled=0, failed=0, at=world.now,
            )
        )  # fmt: skip
    world.session.add_all(found)
    world.session.flush()
    return tuple(found)


def unfinished(session: AnySession, limit: int) -> Sequence[int]:
    """Give the publications that still have something to do."""
    query = select(PublicationMove.publication_id).where(PublicationMove.stage != DONE).distinct()
    return session.scalars(query.order_by(PublicationMove.publication_id).limit(limit)).all()


def moves_of(session: AnySession, publication_id: int) -> Sequence[PublicationMove]:
    """Give what a publication does and did to records."""
    query = select(PublicationMove).where(PublicationMove.publication_id == publication_id)
    return session.scalars(query.order_by(PublicationMove.id).execution_options(populate_existing=True)).all()


def go_on(world: StoreWorld, publication_id: int) -> bool:
    """Do the next few hundred records of a publication; give whether there was anything to do.

    All modules move before any is settled: what is computed may read records of other modules.
    """
    row = world.session.scalars(
        select(PublicationMove)
        .where(PublicationMove.publication_id == publication_id, PublicationMove.stage != DONE)
        .order_by(PublicationMove.stage, PublicationMove.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None or row.stage == DONE:
        return row is not None
    if row.stage == MOVE:
        last = _move(world, row)
        following = SETTLE if row.settles else DONE
    else:
        last, following = _settle(world, row), DONE
    if last is None:
        row.stage, row.cursor = following, 0
        row.done_at = world.now if following == DONE else None
    else:
        row.cursor = last
    world.session.flush()
    return True


# --- Moving -----------------------------------------------------------------------------------------


def _move(world: StoreWorld, row: PublicationMove) -> int | None:
    ways = {way.source.id: way for way in routes_of(world).of(row.module, row.scope)}
    if not ways:
        return None
    found = world.session.execute(
        select(Record.id, Record.record_status_id)
        .where(Record.record_status_id.in_(ways), Record.id > row.cursor)
        .order_by(Record.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    if not found:
        return None
    by_way: dict[int, list[int]] = defaultdict(list)
    for record_id, status_id in found:
        by_way[status_id].append(record_id)
    changing: list[tuple[int, Route]] = []
    for status_id, ids in by_way.items():
        if ways[status_id].is_light:
            _move_light(world, ways[status_id], ids)
            row.moved += len(ids)
        else:
            changing += [(record_id, ways[status_id]) for record_id in ids]
    if changing:
        done = _move_changing(world, changing)
        row.moved += done
        row.failed += len(changing) - done
    return int(found[-1][0])


def _move_light(world: StoreWorld, way: Route, ids: Sequence[int]) -> None:
    target = world.codes.statuses[_target_id(world, way)]
    standing = {"record_status_id": target.id, "is_open": not target.final}
    record, access = table_of(Record), table_of(AccessRow)
    world.session.execute(update(record).where(record.c.id.in_(ids)).values(standing))
    world.session.execute(update(access).where(access.c.record_id.in_(ids)).values(standing))


def _target_id(world: StoreWorld, way: Route) -> int:
    source, pair = way.source, way.after
    return world.codes.status_id(
        (source.module, source.status_group, way.status, pair.module_revision, pair.group_revision)
    )


def _move_changing(world: StoreWorld, changing: Sequence[tuple[int, Route]]) -> int:
    """Move records of which more than the revisions changes; one that cannot stays. Gives how many."""
    world.preload(record_id for record_id, _ in changing)
    moved: list[tuple[Migration, RecordState, Route]] = []
    for record_id, way in changing:
        before = world.record(record_id)
        if before is None:
            continue
        try:
            migration = migrate(world, before, way.steps)
        except LuongViecError as error:
            log.warning("record %s stays under its revision: %s", record_id, error)
            continue
        after = replace(migration.record, version=before.version + 1)
        moved.append((replace(migration, record=after), before, way))
    for migration, _, _ in moved:
        world.remember(migration.record)
    _write_records(world, [migration.record for migration, _, _ in moved], data=True)
    _end_roles(world, [migration for migration, _, _ in moved])
    _rename(world, [migration for migration, _, _ in moved])
    _drop_voices(
        world, [after.record.id for after, before, _ in moved if before.voices and not after.record.voices]
    )
    _write_history(world, moved)
    states = [migration.record for migration, _, _ in moved]
    derived.refresh_access(world, states)
    derived.refresh_field_values(world, states)
    if any(step.roles for _, _, way in moved for step in way.steps):
        others = dependents_of(world, sorted(state.id for state in states))
        world.preload(others)
        derived.refresh_access(world, [one for i in sorted(others) if (one := world.record(i)) is not None])
    return len(moved)


def _write_records(world: StoreWorld, states: Sequence[RecordState], *, data: bool) -> None:
    if not states:
        return
    run(world.session, UPDATE_NEW_RECORDS, [_record_row(world, state) for state in states])
    if data:
        run(world.session, UPDATE_DATA, [{KEY: one.id, "values": _stored(world, one)} for one in states])


def _record_row(world: StoreWorld, state: RecordState) -> dict[str, Any]:
    status = world.codes.statuses[derived.status_id_of(world, state)]
    return {
        KEY: state.id, "record_status_id": status.id, "version": state.version, "title": state.title,
        "title_sort": sort_key(state.title), "status_since": state.status_since,
        "updated_at": state.updated_at, "position": state.position, "deleted_at": state.deleted_at,
        "is_open": not status.final, "sort_key": derived.sort_key_of(world, state),
        "home_unit_id": home_unit(world, state),
    }  # fmt: skip


def _stored(world: StoreWorld, state: RecordState) -> dict[str, Any]:
    fields = world.in_force(state).module.fields
    return {
        code: to_json(fields[code], value)
        for code, value in state.values.items()
        if code in fields and value not in (None, ())
    }


def _end_roles(world: StoreWorld, migrations: Sequence[Migration]) -> None:
    """End what somebody holds who already holds the role that takes its place."""
    table = table_of(ParticipationRow)
    for migration in migrations:
        for change in migration.changes:
            if isinstance(change, changes.EndParticipant):
                is_user = change.holder.kind is HolderKind.USER
                world.session.execute(
                    update(table)
                    .where(
                        table.c.record_id == change.record_id, table.c.role == change.role,
                        (table.c.user_id if is_user else table.c.unit_id) == change.holder.id,
                        table.c.until.is_(None),
                    )
                    .values(until=world.now)
                )  # fmt: skip


def _rename(world: StoreWorld, migrations: Sequence[Migration]) -> None:
    """Write roles and fields under their new names wherever rows name them."""
    roles: dict[tuple[str, str], list[int]] = defaultdict(list)
    fields: dict[tuple[str, str], list[int]] = defaultdict(list)
    for migration in migrations:
        for change in migration.changes:
            if isinstance(change, changes.Migrate):
                for names in change.roles.items():
                    roles[names].append(change.record_id)
                for names in change.fields.items():
                    fields[names].append(change.record_id)
    for (old, new), ids in roles.items():
        for table in (table_of(ParticipationRow), table_of(HandOverRow)):
            same = and_(table.c.record_id.in_(ids), table.c.role == old)
            world.session.execute(update(table).where(same).values(role=new))
    for (old, new), ids in fields.items():
        attached = table_of(Attachment)
        same = and_(attached.c.record_id.in_(ids), attached.c.field == old)
        world.session.execute(update(attached).where(same).values(field=new))
        _rename_receipts(world, old, new, ids)


def _rename_receipts(world: StoreWorld, old: str, new: str, ids: Sequence[int]) -> None:
    read, other = table_of(Receipt), table_of(Receipt).alias("other")
    same = and_(read.c.record_id.in_(ids), read.c.field == old)
    known = (
        select(other.c.id)
        .where(
            other.c.record_id == read.c.record_id, other.c.user_id == read.c.user_id,
            other.c.file_id == read.c.file_id, other.c.field == new,
        )
        .exists()
    )  # fmt: skip
    world.session.execute(update(read).where(same, ~known).values(field=new))


def _drop_voices(world: StoreWorld, ids: Sequence[int]) -> None:
    if ids:
        table = table_of(VoiceRow)
        world.session.execute(delete(table).where(table.c.record_id.in_(ids)))


def _write_history(world: StoreWorld, moved: Sequence[tuple[Migration, RecordState, Route]]) -> None:
    """Write one entry for each record: both revisions, and what became of its words."""
    if not moved:
        return
    table = table_of(HistoryEntry)
    notes: dict[tuple[int, int, int, int], Any] = {}
    rows = []
    for migration, before, _ in moved:
        after = migration.record
        pairs = (
            before.module_revision, after.module_revision, before.group_revision, after.group_revision
        )  # fmt: skip
        if pairs not in notes:
            notes[pairs] = {"confirmed": [], "notes": encode_texts((note_of(world.session, *pairs),))}
        rows.append(
            {
                "record_id": after.id, "record_version": after.version, "action": changes.MIGRATED,
                "at": world.now, "status_before": before.status, "status_after": after.status,
                "moved_to": after.status if after.status != before.status else None,
                "module_revision": after.module_revision, "group_revision": after.group_revision,
                "generation": world.published.generation, "confirmed": notes[pairs],
            }
        )  # fmt: skip
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    ids = world.session.execute(statement, rows).scalars().all()
    kept = [
        {"entry_id": entry_id, "position": position, "kind": type(change).__name__, "data": encode(change)}
        for entry_id, (migration, _, _) in zip(ids, moved, strict=True)
        for position, change in enumerate(migration.changes)
    ]
    run(world.session, inserting(HistoryRow), kept)
    for migration, _, _ in moved:
        world.forget_visits(migration.record.id)


# --- Settling ---------------------------------------------------------------------------------------


def _settle(world: StoreWorld, row: PublicationMove) -> int | None:
    ids = world.session.scalars(
        select(Record.id)
        .where(Record.module_id == world.codes.modules[row.module], Record.id > row.cursor)
        .order_by(Record.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    if not ids:
        return None
    world.preload(ids)
    before = {i: state for i in ids if (state := world.record(i)) is not None}
    after: dict[int, RecordState] = {}
    timers: dict[int, Mapping[str, datetime]] = {}
    for record_id, state in before.items():
        try:
            after[record_id] = _settled(world, state)
            timers[record_id] = {code: one.at for code, one in due_timers(world, after[record_id]).items()}
        except LuongViecError as error:
            log.warning("record %s is not settled: %s", record_id, error)
            after.setdefault(record_id, state)
            row.failed += 1
    _write_settled(world, before, after, rebuilds=row.rebuilds)
    _write_timers(world, timers)
    row.settled += len(ids)
    return int(ids[-1])


def _settled(world: StoreWorld, state: RecordState) -> RecordState:
    """Give a record with what its definitions compute now; a new version if a value is another."""
    if state.deleted_at is not None:
        return state
    after = recomputed(world, state)
    if value_changes(state, after):
        after = replace(after, version=state.version + 1)
    after = replace(after, title=title_of(world, after))
    world.remember(after)
    return after


def _write_settled(
    world: StoreWorld, before: Mapping[int, RecordState], after: Mapping[int, RecordState], *, rebuilds: bool
) -> None:
    changed = [state for i, state in after.items() if state != before[i]]
    valued = [state for state in changed if state.version != before[state.id].version]
    titled = [state for state in changed if state.title != before[state.id].title]
    everything = list(after.values())
    _write_records(world, everything if rebuilds else changed, data=False)
    if valued:
        run(world.session, UPDATE_DATA, [{KEY: one.id, "values": _stored(world, one)} for one in valued])
    derived.refresh_field_values(world, everything if rebuilds else valued)
    if rebuilds:
        derived.refresh_access(world, everything)
    else:
        derived.refresh_search(world, changed)
        derived.refresh_standing(world, valued)
    if titled:
        refresh_titles(world, [state.id for state in titled])


def _write_timers(world: StoreWorld, wanted: Mapping[int, Mapping[str, datetime]]) -> None:
    """Arm what is due under the new definitions; a moment that had passed already is told to nobody."""
    table = table_of(TimerRow)
    rows = world.session.execute(
        select(table.c.id, table.c.record_id, table.c.timer, table.c.at, table.c.occurrence).where(
            table.c.record_id.in_(wanted)
        )
    ).all()
    known = {(row.record_id, row.timer) for row in rows}
    gone = [row.id for row in rows if row.timer not in wanted[row.record_id]]
    other = [
        {KEY: row.id, "at": at, "due_at": at}
        for row in rows
        if (at := wanted[row.record_id].get(row.timer)) is not None and row.occurrence == 1 and at != row.at
    ]
    fresh = [
        {"record_id": record_id, "timer": timer, "at": at, "due_at": at, "occurrence": 1}
        for record_id, timers in wanted.items()
        for timer, at in timers.items()
        if (record_id, timer) not in known and at > world.now
    ]
    if gone:
        world.session.execute(delete(table).where(table.c.id.in_(gone)))
    if other:
        statement = update(table).where(table.c.id == bindparam(KEY))
        run(world.session, statement.values(at=bindparam("at"), due_at=bindparam("due_at")), other)
    if fresh:
        run(world.session, inserting(TimerRow), fresh)
