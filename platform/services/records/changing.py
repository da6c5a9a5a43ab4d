"""Changing records: create, act, edit, move, link, comment, attach, undo. One transaction each.

Every function reads the same way: *check* (access, permission, version, input), *do* (plan, apply),
*tell* (history and outbox are part of the plan; the queue hears after the commit). What was typed
(`raw`) comes as strings of an HTML form (then `whole=True`: an empty control may send nothing) or as
values of JSON, and is read against the form of the action.

All raise `NotFound`, `Refused`, `InvalidInput`, `NeedsAnswer` and `Conflict` as `engine.errors` says,
and change nothing then. `version` is the record's version that the person saw: a newer one raises
`Conflict`. A write that comes again under the same `idempotency_key` gives the first result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.deciding.offers import OfferKind, open_moves
from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.planning.actions import check_decision
from luongviec.engine.planning.plan import Answers, Plan
from luongviec.engine.planning.planner import (
    plan_action,
    plan_create,
    plan_edit,
    plan_link,
    plan_move,
    plan_reorder,
    plan_unlink,
)
from luongviec.engine.world import Actor, RecordState
from luongviec.forms.opening import OpenForm, open_action, open_create, open_edit, open_move
from luongviec.services.files.keeping import file_finder
from luongviec.services.forms.candidate_reasons import lack_to_create
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import access_record, check_may, check_version
from luongviec.services.records.applying import apply, result_of
from luongviec.services.records.once import once
from luongviec.services.records.talking import attach, comment, delete_comment, edit_comment
from luongviec.services.records.undoing import undo
from luongviec.services.rights.module_access import check_opens
from luongviec.services.views import ActionResult

Raw = Mapping[str, object]
NO_ANSWERS = Answers()
RESTORE = "restore"


def create_record(
    platform: Platform, actor: Actor, module: str, raw: Raw, *, owner_id: int | None = None,
    relation: str | None = None, answers: Answers = NO_ANSWERS, whole: bool = False,
    idempotency_key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Make a record (several, where the module's `create` is spread over rows: all or none).

    Args:
        owner_id: the owner, for modules that have one, or the record that the new one is linked to.
        relation: through which relation of that record.

    Returns:
        `record_id` of the first record made; `made` names all.
    """

    def do(work: Work) -> ActionResult:
        acting = check_may_create(work, actor, module, owner_id=owner_id, relation=relation)
        form = open_create(work.world, acting, module, owner_id=owner_id, relation=relation)
        typed = _read(work, actor, form, raw, None, whole=whole)
        # Whose unit was chosen decides on whose behalf it is made: the plan asks again.
        plan = plan_create(
            work.world, actor, module, typed, owner_id=owner_id, relation=relation, answers=answers
        )
        return result_of(plan, apply(work, plan), module=module)

    return once(platform, actor, idempotency_key, ("create", module, owner_id, relation, raw), do)


def act(
    platform: Platform, actor: Actor, record_id: int, action: str, raw: Raw, *, version: int | None = None,
    answers: Answers = NO_ANSWERS, whole: bool = False, idempotency_key: str | None = None,
    through_link: bool = False,
) -> ActionResult:  # fmt: skip
    """Run an action of the record's module, `edit`, `delete` and `restore` included.

    Args:
        through_link: a signed link was followed, see `action_links`.
    """

    def do(work: Work) -> ActionResult:
        record = _ready(work, actor, record_id, version, deleted=action == RESTORE)
        acting = check_may(work, actor, action, record)
        form = open_action(work.world, acting, record, action)
        typed = _read(work, actor, form, raw, record, whole=whole)
        plan = plan_action(
            work.world, acting, record_id, action, typed, answers=answers, through_link=through_link
        )
        return _done(work, plan, record_id)

    return once(platform, actor, idempotency_key, ("act", record_id, action, raw), do)


def check_input(platform: Platform, actor: Actor, record_id: int, action: str, raw: Raw) -> None:
    """Read what was typed for an action of a record, and do nothing.

    Raises:
        InvalidInput: what was typed.
        NotFound, Refused: as `act`.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id)
        acting = check_may(work, actor, action, record)
        _read(work, actor, open_action(work.world, acting, record, action), raw, record, whole=True)


def edit_record(
    platform: Platform, actor: Actor, record_id: int, raw: Raw, *, version: int | None = None,
    answers: Answers = NO_ANSWERS, whole: bool = False, idempotency_key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Change the fields and roles that are named in `raw` and that the actor may edit."""

    def do(work: Work) -> ActionResult:
        record = _ready(work, actor, record_id, version)
        acting = check_may(work, actor, "edit", record)
        typed = _read(work, actor, open_edit(work.world, acting, record), raw, record, whole=whole)
        return _done(work, plan_edit(work.world, acting, record_id, typed, answers=answers), record_id)

    return once(platform, actor, idempotency_key, ("edit", record_id, raw), do)


def move_record(
    platform: Platform, actor: Actor, record_id: int, status: str, raw: Raw, *, version: int | None = None,
    answers: Answers = NO_ANSWERS, whole: bool = False, idempotency_key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Bring a record into a status: the one open action that moves there, else a bare move.

    Raises:
        SeveralActions: several open actions move there; the caller must name one.
    """

    def do(work: Work) -> ActionResult:
        record = _ready(work, actor, record_id, version)
        form = form_of_move(work, actor, record, status)
        typed = _read(work, actor, form, raw, record, whole=whole)
        return _done(work, plan_move(work.world, actor, record_id, status, typed, answers=answers), record_id)

    return once(platform, actor, idempotency_key, ("move", record_id, status, raw), do)


def link_records(
    platform: Platform, actor: Actor, record_id: int, relation: str, other_id: int, *,
    version: int | None = None, answers: Answers = NO_ANSWERS, idempotency_key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Join two records; the actor must see both. Joined twice is nothing."""

    def do(work: Work) -> ActionResult:
        _ready(work, actor, record_id, version)
        plan = plan_link(work.world, actor, record_id, relation, other_id, answers=answers)
        return _done(work, plan, record_id)

    return once(platform, actor, idempotency_key, ("link", record_id, relation, other_id), do)


def unlink_records(
    platform: Platform, actor: Actor, record_id: int, relation: str, other_id: int, *,
    version: int | None = None, answers: Answers = NO_ANSWERS, idempotency_key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Take two records apart; apart already, nothing changes."""

    def do(work: Work) -> ActionResult:
        _ready(work, actor, record_id, version)
        plan = plan_unlink(work.world, actor, record_id, relation, other_id, answers=answers)
        return _done(work, plan, record_id)

    return once(platform, actor, idempotency_key, ("unlink", record_id, relation, other_id), do)


def reorder_records(
    platform: Platform, actor: Actor, owner_id: int, relation: str, order: Sequence[int]
) -> ActionResult:
    """Put the records that an ordered relation owns into another order."""
    with platform.transaction() as work:
        _ready(work, actor, owner_id, None)
        return _done(work, plan_reorder(work.world, actor, owner_id, relation, order), owner_id)


def check_may_create(
    work: Work, actor: Actor, module: str, *, owner_id: int | None, relation: str | None
) -> Actor:
    """Refuse who may not make a record of a module here; where, he must be able to see.

    Gives him as he may make it: for himself, or on whose behalf. The refusal says which slot he lacks
    and who can put him into it (T-104).
    """
    if module not in work.workspace.modules:
        raise NotFound()
    if owner_id is None:
        check_opens(work, actor, work.workspace.modules[module])
    owner = None if owner_id is None else access_record(work, actor, owner_id)
    decision = decide_create(work.world, actor, module, owner=owner, relation=relation)
    try:
        check_decision(decision)
    except Refused as refusal:
        lack = None if owner is not None else lack_to_create(work, actor, work.workspace.modules[module])
        if lack is None:
            raise
        raise Refused(lack.words, decision=decision) from refusal
    return decision.actor(actor)


def form_of_move(work: Work, actor: Actor, record: RecordState, status: str) -> OpenForm:
    """Give the form of what a move to a status would run: its one open action, or the bare move."""
    leading = [
        offer
        for offer in open_moves(work.world, actor, record)
        if offer.kind is OfferKind.ACTION and offer.moves_to == status
    ]
    if len(leading) == 1:
        return open_action(work.world, leading[0].decision.actor(actor), record, leading[0].action)
    return open_move(work.world, actor, record, status)


def _ready(
    work: Work, actor: Actor, record_id: int, version: int | None, *, deleted: bool = False
) -> RecordState:
    record = access_record(work, actor, record_id, deleted=deleted)
    check_version(work, record, version)
    return record


def _read(
    work: Work, actor: Actor, form: OpenForm, raw: Raw, record: RecordState | None, *, whole: bool
) -> Mapping[str, object]:
    record_id = None if record is None else record.id
    return form.read(raw, whole=whole, find_file=file_finder(work, actor, record_id))


def _done(work: Work, plan: Plan, record_id: int) -> ActionResult:
    return result_of(plan, apply(work, plan), record_id)


__all__ = [
    "NO_ANSWERS",
    "Answers",
    "Raw",
    "act",
    "attach",
    "check_input",
    "check_may_create",
    "comment",
    "create_record",
    "delete_comment",
    "edit_comment",
    "edit_record",
    "form_of_move",
    "link_records",
    "move_record",
    "reorder_records",
    "undo",
    "unlink_records",
]
