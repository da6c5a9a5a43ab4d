"""Moving a record from status to status: who may, what the target demands, what happens then."""

from __future__ import annotations

from luongviec.engine.deciding.standing import held_roles
from luongviec.engine.errors import InvalidInput, Refused
from luongviec.engine.machines import may_move
from luongviec.engine.model import Status, StatusGroup
from luongviec.engine.planning.numbering import number_change
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.values import is_empty
from luongviec.engine.text import Text

#: The column under which rules themselves move records.
SYSTEM_COLUMN = "system"

#: The inputs that a status adds to whatever moves into it.
REASON = "reason"
FILES = "files"


def move_record(run: Run, status: str) -> None:
    """Move a record, tell it, and give the number that the status brings.

    Raises:
        Refused: no column of the actor may move it there.
        InvalidInput: the status demands a reason or files that were not given.
    """
    record = run.record
    group = run.session.draft.in_force(record).group
    if not may_move(group, record.status, columns_of(run), status):
        raise Refused(_text_no_transition(group, record.status, status))
    errors = missing_for(run, group.statuses[status])
    if errors:
        raise InvalidInput(errors)
    run.session.move(run.entry, run.record_id, status)
    run.moved = True
    run.occur(f"left.{record.status}")
    run.occur(f"entered.{status}")
    number_record(run, status)


def columns_of(run: Run) -> frozenset[str]:
    """Give the columns that the actor held on the record before the action."""
    if run.actor.is_system:
        return frozenset({SYSTEM_COLUMN})
    held = held_roles(run.before, run.actor, run.record_before)
    return frozenset(role.column for role in held)


def missing_for(run: Run, status: Status) -> dict[str, tuple[Text, ...]]:
    """Say what a status demands and was not given. Nobody can be asked when the system acts."""
    errors: dict[str, tuple[Text, ...]] = {}
    if run.actor.is_system:
        return errors
    if "reason" in status.requires and is_empty(run.reason):
        errors[run.path + REASON] = (Text("Hãy nhập lý do.", "Give a reason."),)
    if "attachment" in status.requires and is_empty(run.input.get(FILES)):
        errors[run.path + FILES] = (
            Text(
                f"Cần đính kèm tệp để chuyển sang “{status.name.vi}”.",
                f"Attach a file to move to '{status.name.in_language('en')}'.",
            ),
        )
    return errors


def number_record(run: Run, at: str) -> None:
    """Take the next number of the module's counter, if it is due now."""
    change = number_change(run.session.draft, run.record, at)
    if change is not None:
        run.session.log(run.entry, change)


def _text_no_transition(group: StatusGroup, before: str, after: str) -> Text:
    old, new = group.statuses[before].name, group.statuses[after].name
    return Text(
        f"Bạn không chuyển được từ “{old.vi}” sang “{new.vi}”.",
        f"You may not move this from '{old.in_language('en')}' to '{new.in_language('en')}'.",
    )
