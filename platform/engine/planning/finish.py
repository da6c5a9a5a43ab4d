"""Closes a session: what was computed, what waits, what is refused or asked, and the plan itself."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from luongviec.engine.deciding.authorities import circle_of
from luongviec.engine.errors import InvalidInput, NeedsAnswer, Refused
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.planning.errors import MAX_RECORDS, TooManyRecords
from luongviec.engine.planning.plan import AddLink, CopyFiles, DisarmTimer, Occur, Plan, RemoveLink, TimerDue
from luongviec.engine.planning.readers import readers_of
from luongviec.engine.planning.session import Session
from luongviec.engine.planning.timers import due_timers
from luongviec.engine.planning.titles import title_of
from luongviec.engine.planning.values import field_value
from luongviec.engine.text import Text

TEXT_CIRCLE = Text(
    "Những người này sẽ làm thay lẫn nhau cùng lúc: {names}. Hãy chọn người khác hoặc thời gian khác.",
    "These people would stand in for each other at once: {names}. Choose somebody else, or another time.",
)

#: Computed fields that lead from record to record settle after this many rounds, or never.
MAX_ROUNDS = 10

#: Changes that leave the record as it is: they need no new version.
_LEAVE_VERSION = (Occur, TimerDue, DisarmTimer, CopyFiles)


def finish(session: Session, *, undo_minutes: int = 0) -> Plan:
    """Give the plan of a session.

    Raises:
        InvalidInput, Refused: rules refuse; all their messages at once.
        NeedsAnswer: rules or the action ask first; all questions at once.
        TooManyRecords: it must run as a job.
    """
    _raise_refusals(session)
    if session.questions:
        raise NeedsAnswer(tuple(session.questions.values()))
    recompute(session)
    _refuse_circles(session)
    _arm_timers(session)
    for record_id in session.draft.changed:
        record = session.record(record_id)
        session.draft.put_title(record_id, title_of(session.draft, record))
    touched = touched_by(session)
    if len(touched) > MAX_RECORDS:
        raise TooManyRecords(count=len(touched), limit=MAX_RECORDS)
    versions = {i: base.version for i in touched if i > 0 and (base := session.base.record(i)) is not None}
    until = session.draft.now + timedelta(minutes=undo_minutes) if undo_minutes else None
    return Plan(tuple(session.changes), session.finished_entries(), versions, until)


def touched_by(session: Session) -> tuple[int, ...]:
    """Give the records that the session really changes, in order of first mention."""
    seen: dict[int, None] = {}
    for change in session.changes:
        if isinstance(change, AddLink | RemoveLink):
            seen[change.near_id] = seen[change.far_id] = None
        elif not isinstance(change, _LEAVE_VERSION):
            seen[change.record_id] = None
    return tuple(seen)


def _raise_refusals(session: Session) -> None:
    refusals = session.refusals
    if not refusals:
        return
    if any(refusal.marks for refusal in refusals):
        errors: dict[str, tuple[Text, ...]] = {}
        for refusal in refusals:
            path = refusal.path + refusal.marks if refusal.marks else ""
            errors[path] = (*errors.get(path, ()), refusal.text)
        raise InvalidInput(errors)
    texts = list(dict.fromkeys(refusal.text for refusal in refusals))
    raise Refused(Text(". ".join(t.vi for t in texts), ". ".join(t.in_language("en") for t in texts)))


def _refuse_circles(session: Session) -> None:
    """Refuse to let people stand in for each other in a circle: then nobody would be there.

    Raises:
        Refused: naming the people.
    """
    for record_id in touched_by(session):
        record = session.record(record_id)
        if session.draft.in_force(record).module.stands_in is None:
            continue
        people = circle_of(session.draft, record)
        if people:
            known = (session.draft.person(user_id) for user_id in people)
            names = ", ".join(person.name for person in known if person is not None)
            raise Refused(TEXT_CIRCLE.filled({"names": names}))


# --- Computed fields --------------------------------------------------------------------------------


def recompute(session: Session) -> None:
    """Compute anew the fields whose sources may have changed: here, and in the records that read these."""
    touched = frozenset(touched_by(session))
    waiting = dict.fromkeys(touched_by(session))
    rounds: Counter[int] = Counter()
    while waiting:
        record_id = next(iter(waiting))
        del waiting[record_id]
        rounds[record_id] += 1
        changed = _recompute_one(session, record_id)
        first = record_id in touched and rounds[record_id] == 1
        if (changed or first) and rounds[record_id] < MAX_ROUNDS:
            waiting.update(dict.fromkeys(_readers(session, record_id)))


def _recompute_one(session: Session, record_id: int) -> bool:
    record = session.record(record_id)
    if record.deleted_at is not None:
        return False
    module = session.draft.in_force(record).module
    computed = [field for field in module.fields.values() if field.computed is not None]
    changed = False
    for field in computed:
        assert field.computed is not None  # noqa: S101 - narrowed above
        scope = scope_for(session.draft, session.record(record_id))
        value = field_value(field.computed.evaluate(scope), field)
        changed |= bool(session.set_values(_entry_for(session, record_id), record_id, {field.code: value}))
    return changed


def _readers(session: Session, record_id: int) -> tuple[int, ...]:
    return readers_of(session.draft, session.base, session.record(record_id))


def _entry_for(session: Session, record_id: int) -> int | None:
    """Give the last entry of a record in this session; what only followed has none."""
    places = [place for place, entry in enumerate(session.entries) if entry.record_id == record_id]
    return places[-1] if places else None


# --- Timers -----------------------------------------------------------------------------------------


def _arm_timers(session: Session) -> None:
    concerned = dict.fromkeys(touched_by(session))
    for record_id in tuple(concerned):
        concerned.update(dict.fromkeys(_readers(session, record_id)))
    for record_id in concerned:
        base = session.base.record(record_id) if record_id > 0 else None
        before = due_timers(session.base, base) if base is not None else {}
        after = due_timers(session.draft, session.record(record_id))
        for code in before.keys() - after.keys():
            session.log(None, DisarmTimer(record_id, code))
        for code, armed in after.items():
            if before.get(code) != armed:
                session.log(None, TimerDue(record_id, code, armed.at))
