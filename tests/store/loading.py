"""Puts a world held in memory into a database, with the same ids, so that both can be asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from luongviec.engine.memory import MemoryWorld
from luongviec.engine.values import to_json
from luongviec.engine.world import HolderKind, RecordState
from luongviec.store import models
from luongviec.store.applying.derived import rebuild
from luongviec.store.database import writing
from luongviec.store.definitions.workspaces import ORGANISATION, FixedWorkspaces, touch_generation
from luongviec.store.folding import fold, sort_key
from luongviec.store.world import StoreWorld


def load_world(session: Session, memory: MemoryWorld) -> StoreWorld:
    """Write everything that the memory holds and give the store's world over it."""
    workspaces = FixedWorkspaces(memory.workspace)
    with writing(session):
        workspaces.register(session)
        _people(session, memory)
        _units(session, memory)
        touch_generation(session, ORGANISATION)
        world = StoreWorld(session, workspaces, memory.now)
        for record in memory.records.values():
            _record(session, world, memory, record)
        _links(session, memory)
        _counters(session)
        rebuild(world, memory.records)
    return StoreWorld(session, workspaces, memory.now)


def world_at(world: StoreWorld, now: datetime) -> StoreWorld:
    """Give a world over the same database at another moment."""
    return StoreWorld(world.session, world.workspaces, now)


def _people(session: Session, memory: MemoryWorld) -> None:
    for person in memory.people.values():
        session.execute(
            insert(models.User).values(
                id=person.id, user_name=person.user_name, name=person.name, name_sort=sort_key(person.name),
                name_folded=fold(person.name), active=person.active, language=person.language,
                email=person.email, phone=person.phone, created_at=memory.now,
            )
        )  # fmt: skip
    for user_id, managers in memory.manager_ids.items():
        for position, manager_id in enumerate(managers):
            session.add(models.UserManager(user_id=user_id, manager_id=manager_id, position=position))
    for code, people in memory.group_people.items():
        group = models.UserGroup(code=code, name=code)
        session.add(group)
        session.flush()
        for user_id in people:
            session.add(models.UserGroupMember(group_id=group.id, user_id=user_id))
    for user_id, functions in memory.personal_functions.items():
        for function in functions:
            session.add(models.FunctionGrant(user_id=user_id, function=function))
    session.flush()


def _units(session: Session, memory: MemoryWorld) -> None:
    for unit in memory.units.values():
        session.execute(
            insert(models.Unit).values(
                id=unit.id, parent_id=unit.parent_id, path="/" + "/".join(map(str, unit.path)) + "/",
                name=unit.name, name_sort=sort_key(unit.name), name_folded=fold(unit.name), kind=unit.kind,
                code=unit.code, active=unit.active,
            )
        )  # fmt: skip
        for ancestor in unit.path:
            session.add(models.UnitClosure(unit_id=unit.id, ancestor_id=ancestor))
        for side in memory.unit_sides[unit.id]:
            session.add(models.UnitSide(unit_id=unit.id, side=side))
    session.flush()
    for held in memory.all_holdings:
        session.add(
            models.UnitHolding(
                user_id=held.user_id, unit_id=held.unit_id, side=held.side, slot=held.slot, since=held.since
            )
        )
    for (module, unit_id), group in memory.unit_groups.items():
        session.add(models.Setting(unit_id=unit_id, kind="status_group", subject=module, value=group))
    for (code, unit_id), value in memory.parameters.items():
        session.add(models.Setting(unit_id=unit_id, kind="parameter", subject=code, value=value))
    session.flush()


def _record(session: Session, world: StoreWorld, memory: MemoryWorld, record: RecordState) -> None:
    key = (record.module, record.status_group, record.status, 0, 0)
    status = world.codes.statuses[world.codes.status_id(key)]
    session.execute(
        insert(models.Record).values(
            id=record.id, module_id=status.module_id, record_status_id=status.id, version=record.version,
            title=record.title, title_sort=sort_key(record.title), status_since=record.status_since,
            created_at=record.created_at, updated_at=record.updated_at, created_by_id=record.created_by,
            owner_id=record.owner_id, owner_relation=record.owner_relation, position=record.position,
            deleted_at=record.deleted_at, is_open=not status.final,
        )
    )  # fmt: skip
    fields = memory.workspace.modules[record.module].fields
    values = {
        code: to_json(fields[code], value) for code, value in record.values.items() if value is not None
    }
    session.execute(insert(models.RecordData).values(record_id=record.id, values=values))
    for held in record.participations:
        is_user = held.holder.kind is HolderKind.USER
        session.execute(
            insert(models.ParticipationRow).values(
                record_id=record.id, role=held.role, user_id=held.holder.id if is_user else None,
                unit_id=None if is_user else held.holder.id, since=held.since, until=held.until,
            )
        )  # fmt: skip


def _links(session: Session, memory: MemoryWorld) -> None:
    for (module, relation), pairs in memory.links.items():
        for near, far in pairs:
            session.add(models.Link(module=module, relation=relation, near_id=near, far_id=far))
    session.flush()


def _counters(session: Session) -> None:
    """Let PostgreSQL go on after the ids that were given here."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("record", "unit", "user_account"):
            session.execute(
                text(
                    f"SELECT setval('{table}_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"
                )
            )
