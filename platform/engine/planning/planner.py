"""Plans: what an action would change, as data, before anybody writes it.

Every function here is pure: it reads a world, works on a draft laid over it and gives a `Plan`, or
raises why not. The dry run, the simulator, the tests and the store all take the same plan. Read
`planning_actions` for how one action runs and `planning_creation` for how a record is made.
"""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.engine.effects.built_in import EFFECTS
from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.model import Relation, RelationKind
from luongviec.engine.planning.actions import run_action
from luongviec.engine.planning.creation import CREATE, Birth
from luongviec.engine.planning.edit import EDIT
from luongviec.engine.planning.finish import finish
from luongviec.engine.planning.plan import Answers, Plan
from luongviec.engine.planning.relations import plan_link, plan_reorder, plan_unlink
from luongviec.engine.planning.session import Session
from luongviec.engine.planning.spread import create_all
from luongviec.engine.planning.status import plan_event, plan_move, plan_timer, plan_withdraw_voice
from luongviec.engine.planning.undo import Done, plan_undo
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState, World

NO_ANSWERS = Answers()
ONLY_BY_LINK = Text(
    "Chỉ làm được bằng mã hay liên kết đang hiển thị. Hãy quét lại mã.",
    "This is done through the code or link that is shown just now. Please scan it.",
)


def plan_action(
    world: World,
    actor: Actor,
    record_id: int,
    action: str,
    input: Mapping[str, object],  # noqa: A002 - the word of the language
    *,
    answers: Answers = NO_ANSWERS,
    reason: str | None = None,
    through_link: bool = False,
) -> Plan:
    """Plan an action on a record.

    Args:
        world: where it happens.
        actor: who does it.
        record_id: the record.
        action: an action of its module; `edit` takes fields and roles by name.
        input: what was typed, by name; roles as ids or `Holder`, rows as mappings.
        answers: what the person answered to questions asked before.
        reason: why, where the action has no input for it.
        through_link: whether a signed link led here, without which some actions are refused.

    Raises:
        NotFound: there is no such record or action for this actor.
        Refused: the actor may not do it now; `decision` holds the proof.
        InvalidInput: what was typed cannot be taken.
        NeedsAnswer: questions come first; nothing is planned.
        TooManyRecords: it must run as a job.
    """
    session = Session(world, actor, answers, EFFECTS)
    run = run_action(session, actor, record_id, action, input, reason=reason)
    if action == EDIT and not session.changes:
        session.entries.clear()  # nothing differs: no line in the history
    defined = run.module.actions[action]
    if defined.only_by_link and not through_link:
        raise Refused(ONLY_BY_LINK)
    return finish(session, undo_minutes=defined.undo_minutes)


def plan_edit(
    world: World,
    actor: Actor,
    record_id: int,
    changes: Mapping[str, object],
    *,
    answers: Answers = NO_ANSWERS,
    reason: str | None = None,
) -> Plan:
    """Plan an edit: fields and roles by name, only what changes need be given."""
    return plan_action(world, actor, record_id, EDIT, changes, answers=answers, reason=reason)


def plan_create(
    world: World,
    actor: Actor,
    module: str,
    input: Mapping[str, object],  # noqa: A002 - the word of the language
    *,
    owner_id: int | None = None,
    relation: str | None = None,
    answers: Answers = NO_ANSWERS,
    reason: str | None = None,
) -> Plan:
    """Plan a new record, or one for each row where the module's `create` spreads: all or none.

    Args:
        world: where it happens.
        actor: who makes it.
        module: what is made.
        input: what was typed, by the names of fields, roles and inputs.
        owner_id: the record from which it is made.
        relation: its relation to the new record; may be left out where one alone owns the module.
        answers: what the person answered to questions asked before.
        reason: why.

    Raises:
        NotFound, Refused, InvalidInput, NeedsAnswer: as `plan_action`.
    """
    return rehearse_create(
        world, actor, module, input, owner_id=owner_id, relation=relation, answers=answers, reason=reason
    )[0]


def rehearse_create(
    world: World,
    actor: Actor,
    module: str,
    input: Mapping[str, object],  # noqa: A002 - the word of the language
    *,
    owner_id: int | None = None,
    relation: str | None = None,
    answers: Answers = NO_ANSWERS,
    reason: str | None = None,
) -> tuple[Plan, World]:
    """Plan as `plan_create`, and give the world as it would be afterwards (W-28)."""
    made = world.workspace.modules.get(module)
    if made is None:
        raise NotFound()
    session = Session(world, actor, answers, EFFECTS)
    origin = None if owner_id is None else session.record(owner_id)
    through = None if origin is None else _relation_to(world, origin, module, relation)
    create_all(session, actor, Birth(module, input, origin, through, reason=reason))
    return finish(session, undo_minutes=made.actions[CREATE].undo_minutes), session.draft


def _relation_to(world: World, origin: RecordState, module: str, code: str | None) -> Relation:
    relations = world.in_force(origin).module.relations
    fitting = [
        one for one in relations.values() if one.target == module and (code is None or one.code == code)
    ]
    owning = [one for one in fitting if one.kind is RelationKind.OWNS and one.forward]
    found = fitting if code is not None else owning
    if len(found) != 1:
        raise NotFound()
    return found[0]


__all__ = [
    "Answers",
    "Done",
    "plan_action",
    "plan_create",
    "plan_edit",
    "plan_event",
    "plan_link",
    "plan_move",
    "plan_reorder",
    "plan_timer",
    "plan_undo",
    "plan_unlink",
    "plan_withdraw_voice",
    "rehearse_create",
]
