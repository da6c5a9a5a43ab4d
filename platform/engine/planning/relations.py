"""Plans about how records stand to one another: joining, taking apart, putting in order."""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.rules import check_rules
from luongviec.engine.effects.built_in import EFFECTS
from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.model import Relation, RelationKind
from luongviec.engine.planning.actions import check_decision
from luongviec.engine.planning.finish import finish
from luongviec.engine.planning.inputs import TEXT_NOT_THERE
from luongviec.engine.planning.links import link_records, unlink_records
from luongviec.engine.planning.plan import Answers, Plan
from luongviec.engine.planning.reactions import react
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.session import EntryDraft, Session
from luongviec.engine.world import Actor, RecordState, World

LINK = "link"
UNLINK = "unlink"
REORDER = "reorder"
VIEW = "view"

NO_ANSWERS = Answers()


def plan_link(
    world: World, actor: Actor, record_id: int, relation: str, other_id: int, *, answers: Answers = NO_ANSWERS
) -> Plan:
    """Plan to join a record to another; joined already, nothing changes.

    Raises:
        NotFound, Refused: the actor may not (`link_REL` on the record, `view` on the other).
        InvalidInput: the two cannot be joined.
    """
    run, through = _begin(world, actor, record_id, relation, LINK, answers)
    other = run.session.draft.record(other_id)
    if other is None or not decide(world, actor, VIEW, other).allowed:
        raise InvalidInput({relation: (TEXT_NOT_THERE,)})
    if link_records(run, through, other_id, place=relation):
        check_rules(run, frozenset({f"link_{relation}"}), frozenset())
        react(run)
    return _finished(run)


def plan_unlink(
    world: World, actor: Actor, record_id: int, relation: str, other_id: int, *, answers: Answers = NO_ANSWERS
) -> Plan:
    """Plan to take a record and another apart, by the same permission that joins them.

    Raises:
        NotFound, Refused: the actor may not.
    """
    run, through = _begin(world, actor, record_id, relation, UNLINK, answers)
    if unlink_records(run, through, other_id):
        check_rules(run, frozenset({f"link_{relation}"}), frozenset())
        react(run)
    return _finished(run)


def _begin(
    world: World, actor: Actor, record_id: int, code: str, word: str, answers: Answers
) -> tuple[Run, Relation]:
    session = Session(world, actor, answers, EFFECTS)
    record = session.record(record_id)
    relation = world.in_force(record).module.relations.get(code)
    if relation is None or relation.kind is not RelationKind.LINKS:
        raise NotFound()
    decision = decide(world, actor, f"link_{code}", record)
    check_decision(decision)
    return _run_on(session, decision.actor(actor), record, f"{word}_{code}"), relation


def plan_reorder(world: World, actor: Actor, owner_id: int, relation: str, order: Sequence[int]) -> Plan:
    """Plan a new order of the records that a relation owns.

    Args:
        world: where it happens.
        actor: who orders; needs `reorder` on the owner.
        owner_id: the owner.
        relation: its ordered relation.
        order: the ids of owned records as they shall stand; those not named follow as they stood.

    Raises:
        NotFound, Refused: the actor may not, or the relation has no order.
    """
    session = Session(world, actor, NO_ANSWERS, EFFECTS)
    owner = session.record(owner_id)
    through = world.in_force(owner).module.relations.get(relation)
    if through is None or not through.ordered:
        raise NotFound()
    decision = decide(world, actor, REORDER, owner)
    check_decision(decision)
    run = _run_on(session, decision.actor(actor), owner, REORDER)
    current = session.draft.children(owner_id, relation)
    named = [i for i in dict.fromkeys(order) if i in current]
    for place, child_id in enumerate((*named, *(i for i in current if i not in named)), start=1):
        session.reposition(run.entry, child_id, place)
    return _finished(run)


def _run_on(session: Session, actor: Actor, record: RecordState, action: str) -> Run:
    entry = session.begin(EntryDraft(record.id, action, actor, session.answers.reason, record.status))
    return Run(
        session=session,
        actor=actor,
        record_id=record.id,
        action=action,
        entry=entry,
        before=session.draft.snapshot(),
        input={},
        reason=session.answers.reason,
    )


def _finished(run: Run) -> Plan:
    """Give the plan; what changed nothing leaves no history."""
    if not run.session.changes:
        run.session.entries.clear()
    return finish(run.session)
