"""What an actor may do with a record, as buttons: open actions, and those that a condition refuses.

An action is absent where roles never allow it (no permission, no transition), disabled with its text
where a guard or rule says no. Deciding and offering run the same code, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from luongviec.engine.deciding.decide import CHANGE_STATUS, Case
from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.deciding.decisions import Decision, ProofKind, ProofStep, RefusedBy, Remedy
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.model import Relation, RelationKind, Shown
from luongviec.engine.related import related_ids
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState

if TYPE_CHECKING:
    from luongviec.engine.world import World


class OfferKind(StrEnum):
    """What stands behind a button."""

    ACTION = "action"
    MOVE = "move"  # a bare move
    ADD = "add"  # a new record through a relation
    LINK = "link"  # an existing record through a relation
    PERMISSION = "permission"  # comment, attach, history, receipts, print, reorder


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to do. `moves_to` is where an action or bare move leads as things stand."""

    kind: OfferKind
    action: str
    decision: Decision
    moves_to: str | None = None
    relation: str | None = None

    @property
    def bare_move(self) -> bool:
        """Whether it is a move without an action of its own."""
        return self.kind is OfferKind.MOVE

    @property
    def enabled(self) -> bool:
        """Whether it may be done now."""
        return self.decision.allowed


#: Permissions that pages offer without an action, and what a module must have for them.
_PERMISSIONS: tuple[tuple[str, str | None], ...] = (
    ("comment", "comments"),
    ("attach", "attachments"),
    ("history", None),
    ("receipts", None),
    ("print", None),
    ("reorder", None),
)

ALREADY_THERE = Text("Đã có “{name}”, mỗi hồ sơ chỉ có một.", "There is a “{name}” already; only one may be.")
LIMIT_REACHED = Text("“{name}” đã đủ {limit} mục.", "“{name}” has reached its limit of {limit}.")


def offers(
    world: World,
    actor: Actor,
    record: RecordState,
    *,
    kinds: Collection[OfferKind] = tuple(OfferKind),
    shown: Collection[Shown] = (Shown.BUTTON, Shown.MENU, Shown.ROW),
    relations: Collection[str] | None = None,
    actions: Collection[str] | None = None,
    standing: Standing | None = None,
) -> tuple[Offer, ...]:
    """Give everything that a record offers an actor, actions in the order of their definition.

    Args:
        world: where the record lives.
        actor: who looks.
        record: the record.
        kinds: what is asked for; a list of rows needs actions alone.
        shown: actions of which places.
        relations: through which relations records may be added or linked; None: through all.
        actions: which actions are asked for, no bare moves then; None: all.
        standing: the actor's standing, where a page of records is decided.
    """
    case = Case(standing or Standing(world, actor), record)
    if not case.may_view:
        return ()
    found: list[Offer] = []
    if OfferKind.ACTION in kinds or OfferKind.MOVE in kinds:
        # Bare moves go only where no open action leads, so all actions are decided for these.
        open_ones = tuple(_actions(case, tuple(Shown) if OfferKind.MOVE in kinds else shown, actions))
        if OfferKind.ACTION in kinds:
            defined = case.held.table.module.actions
            found += [offer for offer in open_ones if defined[offer.action].shown in shown]
        if OfferKind.MOVE in kinds and actions is None:
            found += _bare_moves(case, {offer.moves_to for offer in open_ones if offer.enabled})
    if record.deleted_at is None:
        if OfferKind.ADD in kinds or OfferKind.LINK in kinds:
            found += [offer for offer in _relations(case, relations) if offer.kind in kinds]
        if OfferKind.PERMISSION in kinds:
            found += _permissions(case)
    return tuple(found)


def open_moves(
    world: World, actor: Actor, record: RecordState, *, standing: Standing | None = None
) -> tuple[Offer, ...]:
    """Give what moves the record to another status now: open actions and bare moves (API, board)."""
    given = offers(world, actor, record, kinds=(OfferKind.ACTION, OfferKind.MOVE), standing=standing)
    return tuple(offer for offer in given if offer.enabled and offer.moves_to is not None)


def _actions(case: Case, shown: Collection[Shown], wanted: Collection[str] | None) -> Iterator[Offer]:
    table = case.held.table
    permitted = table.permissions.get(case.status, {})
    mask = case.held.mask
    for other in case.others:
        mask |= other.held.mask
    for code, action in table.module.actions.items():
        if (
            code == "create"
            or action.shown is Shown.NEVER
            or action.shown not in shown
            or action.only_by_link
            or (wanted is not None and code not in wanted)
        ):
            continue
        if not case.is_unusual and not permitted.get(action.permission, 0) & mask:
            continue
        decision = case.decide(code)
        if decision.is_offered:
            yield Offer(OfferKind.ACTION, code, decision, _target(decision) if action.moves else None)


def _target(decision: Decision) -> str | None:
    """Where the action leads, by the transition that its proof used."""
    for step in reversed(decision.proof.children):
        if step.kind is ProofKind.TRANSITION:
            return str(step.facts["to"])
    return None


def _bare_moves(case: Case, taken: Collection[str | None]) -> Iterator[Offer]:
    if case.is_system or not case.has_permission(CHANGE_STATUS) or case.record.deleted_at is not None:
        return
    table, cases = case.held.table, (case, *case.others)
    for to in table.group.statuses:
        if to not in taken and any(one.held.mask & table.moving(case.status, to) for one in cases):
            decision = case.decide_move(to)
            if decision.is_offered:
                yield Offer(OfferKind.MOVE, CHANGE_STATUS, decision, to)


def _permissions(case: Case) -> Iterator[Offer]:
    module = case.held.table.module
    for permission, needs in _PERMISSIONS:
        if permission in module.actions or (needs is not None and needs not in module.has):
            continue
        if case.has_permission(permission):
            decision = case.decide(permission)
            if decision.is_offered:
                yield Offer(OfferKind.PERMISSION, permission, decision)


def _relations(case: Case, wanted: Collection[str] | None) -> Iterator[Offer]:
    for relation in case.held.table.module.relations.values():
        if wanted is not None and relation.code not in wanted:
            continue
        owns = relation.kind is RelationKind.OWNS and relation.forward
        add, link = f"add_{relation.code}", f"link_{relation.code}"
        if (owns or relation.adds) and case.has_permission(add):
            decision = decide_create(
                case.world,
                case.standing.actor,
                relation.target,
                owner=case.record,
                relation=relation.code,
                standing=case.standing,
            )
            if decision.is_offered:
                decision = _within_limit(case, relation, decision)
                yield Offer(OfferKind.ADD, add, decision, relation=relation.code)
        if relation.kind is RelationKind.LINKS and case.has_permission(link):
            decision = case.decide(link)
            if decision.is_offered:
                yield Offer(OfferKind.LINK, link, decision, relation=relation.code)


def _within_limit(case: Case, relation: Relation, decision: Decision) -> Decision:
    """Refuse a further record where a relation holds as many as it may."""
    limit = 1 if relation.one else relation.limit
    if not decision.allowed or limit is None:
        return decision
    if len(related_ids(case.world, case.record, relation.code)) < limit:
        return decision
    template = ALREADY_THERE if relation.one else LIMIT_REACHED
    text = Text(
        template.vi.format(name=relation.label.vi, limit=limit),
        (template.en or "").format(name=relation.label.in_language("en"), limit=limit),
    )
    step = ProofStep(ProofKind.GUARD, False, {"source": relation.code, "limit": limit}, text)
    proof = ProofStep(ProofKind.DECISION, False, decision.proof.facts, None, (*decision.proof.children, step))
    return Decision(
        False,
        decision.action,
        proof,
        RefusedBy.GUARD,
        text,
        decision.roles,
        Remedy(texts=(text,)),
        decision.acting_for,
    )
