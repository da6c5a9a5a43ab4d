"""Joining records, taking them apart, deleting them with what they own and bringing them back."""

from __future__ import annotations

from luongviec.engine.errors import InvalidInput, Refused
from luongviec.engine.model import Relation, RelationKind
from luongviec.engine.planning.errors import MAX_RECORDS, TooManyRecords
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.session import EntryDraft
from luongviec.engine.related import related_ids
from luongviec.engine.text import Text
from luongviec.engine.world import RecordState

DELETE = "delete"
RESTORE = "restore"


def link_records(run: Run, relation: Relation, other_id: int, *, place: str = "") -> bool:
    """Join the run's record to another; whether they were apart before.

    Raises:
        InvalidInput: the other is of another module, there are too many, or a circle would close.
    """
    other = run.session.record(other_id)
    current = related_ids(run.session.draft, run.record, relation.code)
    if other_id in current:
        return False
    error = _link_error(run, relation, other, len(current))
    if error is not None:
        raise InvalidInput({run.path + place if place else "": (error,)})
    near, far = (run.record_id, other_id) if relation.forward else (other_id, run.record_id)
    run.session.link(run.entry, relation.home_module, relation.home_code or relation.code, near, far)
    tell_linked(run, relation, "linked", run.record_id, other_id)
    return True


def unlink_records(run: Run, relation: Relation, other_id: int) -> bool:
    """Take the run's record and another apart; whether they were joined before."""
    if other_id not in related_ids(run.session.draft, run.record, relation.code):
        return False
    near, far = (run.record_id, other_id) if relation.forward else (other_id, run.record_id)
    run.session.unlink(run.entry, relation.home_module, relation.home_code or relation.code, near, far)
    tell_linked(run, relation, "unlinked", run.record_id, other_id)
    return True


def tell_linked(run: Run, relation: Relation, word: str, here: int, there: int) -> None:
    """Tell both ends that they were joined or taken apart, each by its own name of the relation."""
    run.occur(f"{word}.{relation.code}", at=here)
    if relation.inverse is not None:
        run.occur(f"{word}.{relation.inverse}", at=there)


def _link_error(run: Run, relation: Relation, other: RecordState, count: int) -> Text | None:
    if other.module != relation.target or other.deleted_at is not None:
        return Text("Không liên kết được hồ sơ này.", "This record cannot be linked.")
    if other.id == run.record_id or (relation.tree and _leads_back(run, relation, other)):
        return Text(
            f"Liên kết “{relation.label.vi}” sẽ thành vòng tròn: hãy chọn hồ sơ khác.",
            f"'{relation.label.in_language('en')}' would go in a circle: choose another record.",
        )
    limit = limit_of(relation)
    if limit is not None and count >= limit:
        return text_full(relation, limit)
    return None


def limit_of(relation: Relation) -> int | None:
    """Give how many records a relation takes, None for any number."""
    return 1 if relation.one else relation.limit


def text_full(relation: Relation, limit: int) -> Text:
    """Say that a relation takes no more."""
    return Text(
        f"“{relation.label.vi}” chỉ được tối đa {limit} hồ sơ.",
        f"'{relation.label.in_language('en')}' takes at most {limit} records.",
    )


def _leads_back(run: Run, relation: Relation, start: RecordState) -> bool:
    """Whether the relation leads from a record back to the run's own."""
    seen, waiting = {start.id}, [start]
    while waiting:
        for i in related_ids(run.session.draft, waiting.pop(), relation.code):
            if i == run.record_id:
                return True
            state = run.session.draft.record(i)
            if state is not None and i not in seen:
                seen.add(i)
                waiting.append(state)
    return False


def delete_record(run: Run) -> None:
    """Delete the run's record; owned ones stop it or go with it, as their relation says.

    Raises:
        Refused: it owns records that must be dealt with first.
    """
    if run.record.deleted_at is not None:
        return
    for relation in run.module.relations.values():
        if relation.kind is not RelationKind.OWNS or not relation.forward:
            continue
        children = run.session.draft.children(run.record_id, relation.code)
        if children and relation.on_delete != "with":
            raise Refused(_text_owns(relation, len(children)))
        for child_id in children:
            child = _run_on(run, child_id, DELETE)
            delete_record(child)
            run.events += child.events
    run.session.delete(run.entry, run.record_id)
    run.occur("deleted")


def restore_record(run: Run) -> None:
    """Bring the run's record back, with the owned ones that were deleted at the same moment."""
    deleted_at = run.record.deleted_at
    if deleted_at is None:
        return
    run.session.restore(run.entry, run.record_id)
    run.occur("restored")
    for child_id in run.session.draft.deleted_children(run.record_id):
        if run.session.record(child_id).deleted_at == deleted_at:
            child = _run_on(run, child_id, RESTORE)
            restore_record(child)
            run.events += child.events


def _run_on(run: Run, record_id: int, action: str) -> Run:
    """Give a run on an owned record that goes the way of its owner, with an entry of its own."""
    if len(run.session.entries) > MAX_RECORDS:
        raise TooManyRecords(count=len(run.session.entries), limit=MAX_RECORDS)
    status = run.session.record(record_id).status
    entry = run.session.begin(
        EntryDraft(record_id, action, run.actor, run.reason, status, caused_by=run.entry)
    )
    return Run(
        session=run.session,
        actor=run.actor,
        record_id=record_id,
        action=action,
        entry=entry,
        before=run.before,
        input={},
        reason=run.reason,
        trusted=run.trusted,
        depth=run.depth,
    )


def _text_owns(relation: Relation, count: int) -> Text:
    return Text(
        f"Còn {count} “{relation.label.vi}”: hãy xử lý hoặc xóa trước.",
        f"There are {count} '{relation.label.in_language('en')}' left: deal with them or delete them first.",
    )
