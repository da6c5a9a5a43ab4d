"""The rows that hang on a plan's records: people, links, files, timers; history and outbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, insert, or_, select, update

from luongviec.engine.model import FieldType
from luongviec.engine.planning import plan as changes
from luongviec.engine.world import Holder, HolderKind
from luongviec.store.applying.history_codec import KEPT, encode, encode_texts
from luongviec.store.database import table_of
from luongviec.store.models import (
    Attachment,
    File,
    HandOverRow,
    HistoryRow,
    Link,
    ParticipationRow,
    TimerRow,
    VoiceRow,
)
from luongviec.store.sharing import remove_from_field
from luongviec.store.statements import INSERT_ENTRY, INSERT_OCCURRENCES, inserting, run

if TYPE_CHECKING:
    from luongviec.store.applying.changes import Hand


def write_rows(hand: Hand) -> None:
    """Write everything but history, outbox and derived tables; changes of one kind go together."""
    _end_participations(hand)
    _add_participations(hand)
    _change_hand_overs(hand)
    _change_voices(hand)
    _change_links(hand)
    _hold_files(hand)
    _arm_timers(hand)


def _of(hand: Hand, *kinds: type) -> list[Any]:
    return [change for change in hand.plan.changes if isinstance(change, kinds)]


def _holder(holder: Holder) -> dict[str, int | None]:
    is_user = holder.kind is HolderKind.USER
    return {"user_id": holder.id if is_user else None, "unit_id": None if is_user else holder.id}


def _end_participations(hand: Hand) -> None:
    table = table_of(ParticipationRow)
    for change in _of(hand, changes.EndParticipant, changes.ReopenParticipant):
        column = table.c.user_id if change.holder.kind is HolderKind.USER else table.c.unit_id
        same = and_(
            table.c.record_id == hand.real(change.record_id),
            table.c.role == change.role,
            column == change.holder.id,
        )
        if isinstance(change, changes.EndParticipant):
            hand.world.session.execute(
                update(table).where(same, table.c.until.is_(None)).values(until=hand.now)
            )
        else:
            hand.world.session.execute(
                update(table).where(same, table.c.since == change.since).values(until=None)
            )


def _add_participations(hand: Hand) -> None:
    """Write who is new, unless the same plan also ends it."""
    rows = []
    for change in _of(hand, changes.AddParticipant):
        record_id = hand.real(change.record_id)
        ends = any(
            p.role == change.role and p.holder == change.holder and p.until is None
            for p in hand.states[record_id].participations
        )
        rows.append(
            {
                "record_id": record_id, "role": change.role, **_holder(change.holder), "since": hand.now,
                "until": None if ends else hand.now,
            }
        )  # fmt: skip
    if rows:
        run(hand.world.session, inserting(ParticipationRow), rows)


def _change_hand_overs(hand: Hand) -> None:
    session = hand.world.session
    for change in _of(hand, changes.PushHandOver, changes.PopHandOver):
        link, record_id = change.hand_over, hand.real(change.record_id)
        if isinstance(change, changes.PushHandOver):
            session.execute(
                insert(table_of(HandOverRow)).values(
                    record_id=record_id,
                    role=link.role,
                    giver_id=link.giver,
                    receiver_id=link.receiver,
                    by_id=link.by,
                    at=link.at,
                )
            )
            continue
        newest = (
            select(HandOverRow.id)
            .where(
                HandOverRow.record_id == record_id,
                HandOverRow.role == link.role,
                HandOverRow.giver_id == link.giver,
                HandOverRow.receiver_id == link.receiver,
                HandOverRow.at == link.at,
            )
            .order_by(HandOverRow.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        session.execute(delete(HandOverRow).where(HandOverRow.id == newest))


def _change_voices(hand: Hand) -> None:
    for change in _of(hand, changes.GiveVoice, changes.ClearVoices):
        record_id = hand.real(change.record_id)
        if isinstance(change, changes.ClearVoices):
            gone = [
                and_(VoiceRow.action == voice.action, VoiceRow.cast_for_id == voice.cast_for)
                for voice in change.voices
            ]
            if gone:
                hand.world.session.execute(
                    delete(VoiceRow).where(VoiceRow.record_id == record_id, or_(*gone))
                )
            continue
        voice = change.voice
        hand.world.session.execute(
            insert(table_of(VoiceRow)).values(
                record_id=record_id,
                action=voice.action,
                person_id=voice.person,
                cast_for_id=voice.cast_for,
                yes=voice.yes,
                at=voice.at,
            )
        )


def _change_links(hand: Hand) -> None:
    session = hand.world.session
    for change in _of(hand, changes.AddLink, changes.RemoveLink):
        near, far = hand.real(change.near_id), hand.real(change.far_id)
        same = (
            Link.module == change.module,
            Link.relation == change.relation,
            Link.near_id == near,
            Link.far_id == far,
        )
        if isinstance(change, changes.RemoveLink):
            session.execute(delete(Link).where(*same))
        elif session.execute(select(Link.id).where(*same)).first() is None:
            session.execute(
                insert(table_of(Link)).values(
                    module=change.module, relation=change.relation, near_id=near, far_id=far
                )
            )


# --- Files --------------------------------------------------------------------------------------------


def _hold_files(hand: Hand) -> None:
    """Keep `attachment` in step with file fields and with files that a step asked for."""
    actor = hand.plan.entries[0].actor.user_id if hand.plan.entries else None
    common = {"added_by_id": actor, "added_at": hand.now}
    rows: list[dict[str, Any]] = []
    for change in _of(hand, changes.SetValues):
        rows += _field_files(hand, change, common)
    for change in _of(hand, changes.AttachFiles):
        record_id = hand.real(change.record_id)
        rows += [
            {"record_id": record_id, "file_id": file_id, "field": None, **common} for file_id in change.files
        ]
    for change in _of(hand, changes.CopyFiles):
        files = hand.world.session.execute(
            select(Attachment.file_id)
            .where(
                Attachment.record_id == hand.real(change.from_id),
                Attachment.field.is_(None),
                Attachment.comment_id.is_(None),
                Attachment.removed_at.is_(None),
            )
            .order_by(Attachment.id)
        ).scalars()
        to_id = hand.real(change.to_id)
        rows += [{"record_id": to_id, "file_id": file_id, "field": None, **common} for file_id in files]
    if rows:
        run(hand.world.session, inserting(Attachment), rows)
        file = table_of(File)
        hand.world.session.execute(
            update(file)
            .where(file.c.id.in_({row["file_id"] for row in rows}), file.c.state == "uploaded")
            .values(state="attached")
        )


def _field_files(hand: Hand, change: changes.SetValues, common: dict[str, Any]) -> list[dict[str, Any]]:
    state = hand.state(change.record_id)
    fields = hand.world.in_force(state).module.fields
    rows = []
    for name, value in change.after.items():
        if name not in fields or fields[name].type != FieldType.FILES:
            continue
        before = _file_ids(change.before.get(name))
        after = _file_ids(value)
        gone = set(before) - set(after)
        if gone:
            remove_from_field(
                hand.world.session, state.id, name, by=common["added_by_id"], at=hand.now, file_ids=gone
            )
        rows += [
            {"record_id": state.id, "file_id": file_id, "field": name, **common}
            for file_id in after
            if file_id not in before
        ]
    return rows


def _file_ids(value: object) -> tuple[int, ...]:
    parts = value if isinstance(value, tuple) else (value,)
    return tuple(part for part in parts if isinstance(part, int))


# --- Timers, history, outbox -----------------------------------------------------------------------------


def _arm_timers(hand: Hand) -> None:
    """The last word about a timer counts; a fired one has already been taken out by its job."""
    last: dict[tuple[int, str], changes.TimerDue | None] = {}
    for change in _of(hand, changes.TimerDue, changes.DisarmTimer):
        key = (hand.real(change.record_id), change.timer)
        last[key] = change if isinstance(change, changes.TimerDue) else None
    if not last:
        return
    by_record: dict[int, list[str]] = defaultdict(list)
    made = set(hand.ids.values())
    for record_id, timer in last:
        if record_id not in made:
            by_record[record_id].append(timer)
    for record_id, timers in by_record.items():
        hand.world.session.execute(
            delete(TimerRow).where(TimerRow.record_id == record_id, TimerRow.timer.in_(timers))
        )
    rows = [
        {
            "record_id": record_id, "timer": timer, "at": due.at, "due_at": due.at,
            "occurrence": due.occurrence,
        }
        for (record_id, timer), due in last.items()
        if due is not None
    ]  # fmt: skip
    if rows:
        run(hand.world.session, inserting(TimerRow), rows)


def write_history(hand: Hand, undoes: int | None) -> tuple[int, ...]:
    """Write one entry for each action and a row for each change that history keeps."""
    ids: list[int] = []
    rows: list[dict[str, Any]] = []
    for entry in hand.plan.entries:
        record_id = hand.real(entry.record_id)
        state = hand.state(record_id)
        kept = {index: hand.plan.changes[index] for index in entry.changes}
        row = {
            "record_id": record_id,
            "record_version": state.version,
            "action": entry.action,
            "actor_id": entry.actor.user_id,
            "acting_for_id": entry.actor.acting_for,
            "at": entry.at,
            "reason": entry.reason,
            "status_before": entry.status_before,
            "status_after": entry.status_after,
            "moved_to": _moved_to(hand, record_id, list(kept.values())),
            "caused_by_id": None if entry.caused_by is None else ids[entry.caused_by],
            "together_with_id": ids[0] if ids else None,
            "undoes_id": undoes if not ids else None,
            "undo_until": hand.plan.undo_until if not ids else None,
            "module_revision": state.module_revision,
            "group_revision": state.group_revision,
            "generation": hand.world.published.generation,
            "confirmed": {"confirmed": encode_texts(entry.confirmed), "notes": encode_texts(entry.notes)}
            if entry.confirmed or entry.notes
            else None,
        }
        entry_id = int(run(hand.world.session, INSERT_ENTRY, row).scalar_one())
        ids.append(entry_id)
        rows += [
            {"entry_id": entry_id, "position": position, "kind": type(change).__name__,
             "data": _real_ids(hand, encode(change))}
            for position, change in kept.items()
            if type(change).__name__ in KEPT
        ]  # fmt: skip
    if rows:
        run(hand.world.session, inserting(HistoryRow), rows)
    return tuple(ids)


def _moved_to(hand: Hand, record_id: int, kept: list[changes.Change]) -> str | None:
    moved = None
    for change in kept:
        if isinstance(change, changes.CreateRecord) and hand.real(change.record_id) == record_id:
            moved = change.status
        elif isinstance(change, changes.MoveStatus) and hand.real(change.record_id) == record_id:
            moved = change.after if change.since is None else None
    return moved


_ID_NAMES = frozenset({"record_id", "owner_id", "from_id", "to_id", "near_id", "far_id"})


def _real_ids(hand: Hand, data: dict[str, Any]) -> dict[str, Any]:
    """Write real ids where the plan names records that it made."""
    real = {
        name: hand.real(part) if name in _ID_NAMES and part is not None else part
        for name, part in data.items()
    }
    if "after" in real and isinstance(real["after"], dict):
        real["after"] = {name: _real_value(hand, part) for name, part in real["after"].items()}
    return real


def _real_value(hand: Hand, part: Any) -> Any:
    if isinstance(part, list):
        return [hand.value(one) for one in part]
    return hand.value(part)


def _root(entries: Sequence[changes.Entry], number: int) -> int:
    """Find the entry that led to one, so that a person is told once of an action as a whole."""
    while (cause := entries[number].caused_by) is not None:
        number = cause
    return number


def write_occurrences(hand: Hand, entries: tuple[int, ...]) -> tuple[int, ...]:
    """Write the events into the outbox, held back while the action may still be undone."""
    entry_of: dict[int, int] = {}
    for entry_number, entry in enumerate(hand.plan.entries):
        entry_of.update(dict.fromkeys(entry.changes, entry_number))
    rows = []
    for index, change in enumerate(hand.plan.changes):
        if isinstance(change, changes.Occur):
            told = entry_of.get(index, 0)
            said = hand.plan.entries[told] if hand.plan.entries else None
            data = dict(encode({name: hand.value(part) for name, part in change.data.items()}))
            rows.append(
                {
                    "record_id": hand.real(change.record_id), "event": change.event,
                    "entry_id": entries[_root(hand.plan.entries, told)] if entries else None,
                    "actor_id": said.actor.user_id if said else None,
                    "acting_for_id": said.actor.acting_for if said else None,
                    "people": list(change.people), "data": data, "reason": change.reason,
                    "source_id": None if change.source_id is None else hand.real(change.source_id),
                    "at": hand.now, "due_at": hand.plan.undo_until or hand.now,
                }
            )  # fmt: skip
    if not rows:
        return ()
    found = run(hand.world.session, INSERT_OCCURRENCES, rows)
    return tuple(sorted(found.scalars()))
