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

from luongviec.engine.conditions import (
    guard_step,
    refusing_rule_step,
    rules_concerning,
    value_or_refusal,
    waits_for_input,
)
from luongviec.engine.decisions import (
    Decision,
    HeldRole,
    ProofKind,
    ProofStep,
    RefusedBy,
    Remedy,
)
from luongviec.engine.model import Action, EffectKind
from luongviec.engine.people import is_among
from luongviec.engine.remedies import remedy_for
from luongviec.engine.scope import Scope, scope_for
from luongviec.engine.standing import Held, Standing, held_roles
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

    __slots__ = ("_roles_step", "_scope", "held", "record", "standing", "status", "world")

    def __init__(self, standing: Standing, record: RecordState) -> None:
        self.standing = standing
        self.world = standing.world
        self.record = record
        self.status = record.status
        self.held: Held = standing.held(record)
        self._scope: Scope | None = None
        self._roles_step: ProofStep | None = None

    @property
    def scope(self) -> Scope:
        """What guards read while no input is known."""
        if self._scope is None:
            self._scope = scope_for(self.world, self.record, actor=self.standing.actor)
        return self._scope

    @property
    def is_system(self) -> bool:
        """Whether the system acts, whose permission is not asked."""
        return self.standing.actor.is_system

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
        steps, refused_by = self._standing_steps(permission)
        if refused_by is None and defined is not None:
            refused_by = self._moves(defined, input, steps)
        reason = None
        if refused_by is None:
            refused_by = self._conditions(action, defined, input, steps)
            reason = steps[-1].text if refused_by is not None else None
        return self._decision(action, defined, steps, refused_by, reason, input)

    def decide_move(self, to: str) -> Decision:
        """Decide a bare move to a status."""
        steps, refused_by = self._standing_steps(CHANGE_STATUS)
        if refused_by is None:
            steps.append(self._move_step(to))
            refused_by = None if steps[-1].holds else RefusedBy.TRANSITION
        reason = None
        if refused_by is None:
            refused_by = self._rules(CHANGE_STATUS, (to,), None, steps)
            reason = steps[-1].text if refused_by is not None else None
        proof = ProofStep(
            ProofKind.DECISION, refused_by is None, {"action": CHANGE_STATUS, "to": to}, children=tuple(steps)
        )
        remedy = None
        if refused_by is not None:
            remedy = self._remedy(CHANGE_STATUS, (to,), refused_by, reason)
        return Decision(
            refused_by is None, CHANGE_STATUS, proof, refused_by, reason, self.held.roles, remedy
        )

    def _decision(
        self,
        action: str,
        defined: Action | None,
        steps: list[ProofStep],
        refused_by: RefusedBy | None,
        reason: object,
        input: Mapping[str, object] | None,  # noqa: A002
    ) -> Decision:
        allowed = refused_by is None
        text = steps[-1].text if reason is not None else None
        proof = ProofStep(ProofKind.DECISION, allowed, {"action": action}, children=tuple(steps))
        remedy = None
        if refused_by is not None:
            permission = action if defined is None else defined.permission
            moves = self.required_moves(defined, input) if defined else ()
            remedy = self._remedy(permission, moves, refused_by, text)
        return Decision(allowed, action, proof, refused_by, text, self.held.roles, remedy)

    def _remedy(
        self, permission: str, moves: tuple[str, ...], refused_by: RefusedBy, text: object
    ) -> Remedy | None:
        needs = (RESTORE,) if self.record.deleted_at is not None else (VIEW, permission)
        return remedy_for(self.held.table, self.held.mask, self.status, needs, moves, refused_by, text)

    # --- what each step asks ----------------------------------------------------------------------

    def _standing_steps(self, permission: str) -> tuple[list[ProofStep], RefusedBy | None]:
        """Roles, the deleted record, `view` and the permission."""
        if self.is_system:
            return [SYSTEM_STEP], None
        steps = [self.roles_step]
        if not self.standing.active:
            return [INACTIVE_STEP], RefusedBy.INACTIVE
        table, mask = self.held.table, self.held.mask
        if self.record.deleted_at is not None:
            steps.append(table.cell_step(self.status, RESTORE, mask))
            open_then = permission in OF_DELETED and steps[-1].holds
            steps.append(ProofStep(ProofKind.DELETED, open_then, {"at": self.record.deleted_at}))
            return steps, None if open_then else RefusedBy.DELETED
        if permission == RESTORE:
            steps.append(ProofStep(ProofKind.DELETED, False, {"at": None}))
            return steps, RefusedBy.DELETED
        steps.append(table.cell_step(self.status, VIEW, mask))
        if not steps[-1].holds:
            return steps, RefusedBy.VIEW
        if permission != VIEW:
            steps.append(table.cell_step(self.status, permission, mask))
            if not steps[-1].holds:
                return steps, RefusedBy.PERMISSION
        return steps, None

    @property
    def roles_step(self) -> ProofStep:
        """The columns that the actor holds, made once for all decisions."""
        if self._roles_step is None:
            self._roles_step = roles_step(self.held.roles)
        return self._roles_step

    def required_moves(self, action: Action, input: Mapping[str, object] | None) -> tuple[str, ...]:  # noqa: A002
        """Give the statuses that the action would move to as things stand.

        A move whose condition waits for input that is not there is left to the moment of doing.
        """
        targets = []
        for effect in action.effects:
            if effect.kind != EffectKind.MOVE or effect.status is None:
                continue
            if effect.condition is not None:
                if waits_for_input(effect.condition, given=input is not None):
                    continue
                if not value_or_refusal(effect.condition, self._scope_with(action, input))[0]:
                    continue
            targets.append(effect.status)
        return tuple(targets)

    def _scope_with(self, action: Action | None, input: Mapping[str, object] | None) -> Scope:  # noqa: A002
        if input is None:
            return self.scope
        return scope_for(self.world, self.record, actor=self.standing.actor, input=input, action=action)

    def _move_step(self, to: str) -> ProofStep:
        return self.held.table.move_step(self.status, to, self.held.mask)

    def _moves(
        self, action: Action, input: Mapping[str, object] | None, steps: list[ProofStep]  # noqa: A002
    ) -> RefusedBy | None:
        for to in self.required_moves(action, input):
            steps.append(self._move_step(to))
            if not steps[-1].holds:
                return RefusedBy.TRANSITION
        if action.voices is not None and not self.is_system:
            asked = is_among(
                self.world,
                action.voices.of,
                self.standing.actor.user_id or 0,
                record=self.record,
                actor=self.standing.actor,
            )
            steps.append(ProofStep(ProofKind.VOICE, asked, {"action": action.code}))
            if not asked:
                return RefusedBy.VOICE
        return None

    def _conditions(
        self,
        action: str,
        defined: Action | None,
        input: Mapping[str, object] | None,  # noqa: A002
        steps: list[ProofStep],
    ) -> RefusedBy | None:
        guard = None if defined is None else defined.when
        if defined is not None and guard is not None and not waits_for_input(guard, given=input is not None):
            steps.append(guard_step(defined, self._scope_with(defined, input)))
            if not steps[-1].holds:
                return RefusedBy.GUARD
        moves = self.required_moves(defined, input) if defined is not None else ()
        return self._rules(action, moves, input, steps, defined)

    def _rules(
        self,
        action: str,
        moves: tuple[str, ...],
        input: Mapping[str, object] | None,  # noqa: A002
        steps: list[ProofStep],
        defined: Action | None = None,
    ) -> RefusedBy | None:
        """Ask the rules that can refuse already now; the first that does ends the decision."""
        for rule in rules_concerning(self.held.table.module, action, moves):
            if waits_for_input(rule.when, given=input is not None):
                continue
            step = refusing_rule_step(rule, self._scope_with(defined, input))
            if step is not None:
                steps.append(step)
                if not step.holds:
                    return RefusedBy.RULE
        return None


SYSTEM_STEP = ProofStep(ProofKind.SYSTEM, True)
INACTIVE_STEP = ProofStep(ProofKind.ACTIVE, False)


def roles_step(roles: tuple[HeldRole, ...]) -> ProofStep:
    """Give the proof step that lists roles held."""
    return ProofStep(
        ProofKind.ROLES,
        bool(roles),
        children=tuple(ProofStep(ProofKind.ROLE, True, {"held": role}) for role in roles),
    )


__all__ = ["Case", "Decision", "HeldRole", "decide", "decide_move", "held_roles", "roles_step"]
