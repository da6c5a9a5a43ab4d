"""The one decision: may this actor do this, and why.

Everything that shows or changes a record asks here. An action is *open* when `view` and its
permission stand in the matrix for the record's status and some role of the actor, every move it
would make is in the transition table for some role of his, its guard holds and no refusing rule
speaks. What is not granted is denied. The proof is made on the way, never afterwards.

Read `tables` for how cells are looked up, `standing` for how roles are found, `proofs` for words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from luongviec.engine.asking import Asking
from luongviec.engine.conditions import (
    early_rules,
    value_or_refusal,
    waits_for_input,
)
from luongviec.engine.decisions import (
    Decision,
    HeldRole,
    ProofKind,
    ProofStep,
    RefusedBy,
)
from luongviec.engine.model import Action, Effect, EffectKind
from luongviec.engine.remedies import remedy_for
from luongviec.engine.scope import Scope, scope_for
from luongviec.engine.standing import Held, Standing, held_roles
from luongviec.engine.tables import Outline
from luongviec.engine.world import Actor, RecordState

if TYPE_CHECKING:
    from luongviec.engine.world import World

VIEW = "view"
RESTORE = "restore"
CHANGE_STATUS = "change_status"
#: All that may be done with a deleted record, by whoever may restore it.
OF_DELETED = frozenset({VIEW, "history", RESTORE})


def decide(
    world: World,
    actor: Actor,
    action: str,
    record: RecordState,
    *,
    input: Mapping[str, object] | None = None,  # noqa: A002 - the word of the language
    standing: Standing | None = None,
) -> Decision:
    """Decide whether an actor may do an action, or use a permission, on a record.

    Guards and moves that read `input` are judged only when input is given; rules that read `after`
    are the planner's, who knows what the action would leave.

    Args:
        world: where it happens.
        actor: who; for the system permissions are skipped and the column `system` moves.
        action: an action of the module, or a permission (`view`, `comment`, `add_RELATION` …).
        record: the record as it stands.
        input: what the action is given.
        standing: the actor's standing in this world, where several decisions are made.
    """
    return Case(standing or Standing(world, actor), record).decide(action, input)


def decide_move(
    world: World, actor: Actor, record: RecordState, status: str, *, standing: Standing | None = None
) -> Decision:
    """Decide whether an actor may make a bare move (permission `change_status` and a transition)."""
    return Case(standing or Standing(world, actor), record).decide_move(status)


class Case:
    """One actor before one record: what all decisions about the two share."""

    __slots__ = ("_scope", "held", "is_system", "is_unusual", "record", "standing", "status", "world")

    def __init__(self, standing: Standing, record: RecordState) -> None:
        self.standing = standing
        self.world = standing.world
        self.record = record
        self.status = record.status
        self.held: Held = standing.held(record)
        self._scope: Scope | None = None
        #: The system acts, whose permission is not asked.
        self.is_system = standing.actor.user_id is None
        #: More than status and roles decides: the system, a closed account, a deleted record.
        self.is_unusual = self.is_system or not standing.active or record.deleted_at is not None

    @property
    def scope(self) -> Scope:
        """What guards read while no input is known."""
        if self._scope is None:
            self._scope = scope_for(self.world, self.record, actor=self.standing.actor)
        return self._scope

    @property
    def may_view(self) -> bool:
        """The answer for `view`, without its proof."""
        return self.has_permission(RESTORE if self.record.deleted_at is not None else VIEW)

    def has_permission(self, permission: str) -> bool:
        """Whether a cell of the matrix grants a permission; nothing else is asked."""
        return self.is_system or bool(self.held.mask & self.held.table.granting(self.status, permission))

    # --- decisions ------------------------------------------------------------------------------

    def decide(self, action: str, input: Mapping[str, object] | None = None) -> Decision:  # noqa: A002
        """Decide an action of the module, or a permission that is no action."""
        defined = self.held.table.module.actions.get(action)
        permission = action if defined is None else defined.permission
        if self.is_unusual or permission == RESTORE:
            outline = self._unusual_outline(action, permission, defined)
        else:
            outline = self._outline(action, permission, defined)
        if outline.refused_by is not None:
            steps = list(outline.steps)
            return self._refused(action, permission, outline, steps, refused_by=outline.refused_by)
        if outline.is_settled:
            return self._allowed(action, outline.steps)
        asking = Asking(self, action, defined, input, outline)
        refused_by = asking.refused_by()
        if refused_by is None:
            return self._allowed(action, tuple(asking.steps))
        return self._refused(
            action, permission, outline, asking.steps, refused_by=refused_by, moves=asking.moves
        )

    def decide_move(self, to: str) -> Decision:
        """Decide a bare move to a status."""
        if self.is_unusual:
            outline = self._unusual_outline(CHANGE_STATUS, CHANGE_STATUS, None, to)
        else:
            outline = self._outline(CHANGE_STATUS, CHANGE_STATUS, None, to)
        if outline.refused_by is not None:
            steps = list(outline.steps)
            return self._refused(CHANGE_STATUS, CHANGE_STATUS, outline, steps, refused_by=outline.refused_by)
        asking = Asking(self, CHANGE_STATUS, None, None, outline)
        refused_by = asking.refused_by()
        if refused_by is None:
            return self._allowed(CHANGE_STATUS, tuple(asking.steps))
        return self._refused(CHANGE_STATUS, CHANGE_STATUS, outline, asking.steps, refused_by=refused_by)

    def _allowed(self, action: str, steps: tuple[ProofStep, ...]) -> Decision:
        proof = ProofStep(ProofKind.DECISION, True, {"action": action}, None, (self.held.step, *steps))
        return Decision(True, action, proof, None, None, self.held.roles)

    def _refused(
        self,
        action: str,
        permission: str,
        outline: Outline,
        steps: list[ProofStep],
        *,
        refused_by: RefusedBy,
        moves: tuple[str, ...] = (),
    ) -> Decision:
        text = steps[-1].text if steps else None
        proof = ProofStep(ProofKind.DECISION, False, {"action": action}, None, (self.held.step, *steps))
        needs = (RESTORE,) if self.record.deleted_at is not None else (VIEW, permission)
        remedy = remedy_for(
            self.held.table,
            self.held.mask,
            self.status,
            permissions=needs,
            moves=moves or outline.moves,
            refused_by=refused_by,
            text=text,
        )
        return Decision(False, action, proof, refused_by, text, self.held.roles, remedy)

    # --- what status and roles alone decide -------------------------------------------------------

    def _outline(
        self, action: str, permission: str, defined: Action | None, to: str | None = None
    ) -> Outline:
        table = self.held.table
        key = (self.status, self.held.mask, action if to is None else f"{action} {to}")
        outline = table.outlines.get(key)
        if outline is None:
            outline = table.outlines[key] = self._new_outline(action, permission, defined, to)
        return outline

    def _new_outline(self, action: str, permission: str, defined: Action | None, to: str | None) -> Outline:
        table, mask = self.held.table, self.held.mask
        moves, conditional = ((), ()) if defined is None else self._moves_of(defined)
        if to is not None:
            moves = (to,)
        steps = [table.cell_step(self.status, VIEW, mask)]
        if not steps[-1].holds:
            return Outline(tuple(steps), RefusedBy.VIEW, moves)
        if permission != VIEW:
            steps.append(table.cell_step(self.status, permission, mask))
            if not steps[-1].holds:
                return Outline(tuple(steps), RefusedBy.PERMISSION, moves)
        return self._with_moves(action, defined, steps, moves, conditional)

    def _unusual_outline(
        self, action: str, permission: str, defined: Action | None, to: str | None = None
    ) -> Outline:
        """Decisions of the system and of closed accounts, and on deleted records: seldom, so never kept."""
        table, mask, deleted_at = self.held.table, self.held.mask, self.record.deleted_at
        moves, conditional = ((), ()) if defined is None else self._moves_of(defined)
        if to is not None:
            moves = (to,)
        if not self.standing.active:
            return Outline((INACTIVE_STEP,), RefusedBy.INACTIVE)
        steps: list[ProofStep] = []
        is_closed = permission == RESTORE if deleted_at is None else permission not in OF_DELETED
        if is_closed:
            return Outline((ProofStep(ProofKind.DELETED, False, {"at": deleted_at}),), RefusedBy.DELETED)
        if deleted_at is not None and not self.is_system:
            steps.append(table.cell_step(self.status, RESTORE, mask))
            if not steps[-1].holds:
                return Outline(tuple(steps), RefusedBy.VIEW if permission == VIEW else RefusedBy.PERMISSION)
        return self._with_moves(action, defined, steps, moves, conditional)

    def _with_moves(
        self,
        action: str,
        defined: Action | None,
        steps: list[ProofStep],
        moves: tuple[str, ...],
        conditional: tuple[tuple[Effect, bool], ...],
    ) -> Outline:
        for to in moves:
            steps.append(self.held.table.move_step(self.status, to, self.held.mask))
            if not steps[-1].holds:
                return Outline(tuple(steps), RefusedBy.TRANSITION, moves)
        guard = None if defined is None else defined.when
        return Outline(
            tuple(steps),
            None,
            moves,
            conditional,
            tuple(early_rules(self.held.table.module, action)),
            has_guard=guard is not None,
            guard_waits=guard is not None and waits_for_input(guard, given=False),
            has_voices=defined is not None and defined.voices is not None and not self.is_system,
        )

    def _moves_of(self, action: Action) -> tuple[tuple[str, ...], tuple[tuple[Effect, bool], ...]]:
        """Part an action's moves into those certain in this status and those that the record decides."""
        certain: list[str] = []
        conditional: list[tuple[Effect, bool]] = []
        for effect in action.effects:
            if effect.kind != EffectKind.MOVE or effect.status is None:
                continue
            condition = effect.condition
            if condition is None:
                certain.append(effect.status)
            elif condition.names == {"status"} and not condition.calls:
                if value_or_refusal(condition, self.scope)[0]:
                    certain.append(effect.status)
            else:
                conditional.append((effect, waits_for_input(condition, given=False)))
        return tuple(certain), tuple(conditional)


INACTIVE_STEP = ProofStep(ProofKind.ACTIVE, False)

__all__ = ["Case", "Decision", "HeldRole", "decide", "decide_move", "held_roles"]
