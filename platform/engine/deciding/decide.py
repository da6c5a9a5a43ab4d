"""The one decision: may this actor do this, and why.

Everything that shows or changes a record asks here. An action is *open* when `view` and its
permission stand in the matrix for the record's status and some role of the actor, every move it
would make is in the transition table for some role of his, its guard holds and no refusing rule
speaks. What is not granted is denied. The proof is made on the way, never afterwards.

Read `tables` for how cells are looked up, `standing` for how roles are found, `proofs` for words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from luongviec.engine.deciding.asking import Asking
from luongviec.engine.deciding.conditions import early_rules, value_or_refusal, waits_for_input
from luongviec.engine.deciding.decisions import Decision, HeldRole, ProofKind, ProofStep, RefusedBy
from luongviec.engine.deciding.remedies import remedy_for
from luongviec.engine.deciding.standing import Held, Standing, held_roles
from luongviec.engine.deciding.tables import Outline, Table
from luongviec.engine.expressions.scope import Scope, scope_for
from luongviec.engine.model import Action, Effect, EffectKind
from luongviec.engine.world import Actor, HolderKind, RecordState

if TYPE_CHECKING:
    from luongviec.engine.deciding.authorities import Authority
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
        actor: who; for the system permissions are skipped and the column `system` moves. His own
            roles count first, then those of each person he stands in for, which `acting_for` of the
            decision tells; who already acts for a person is asked as his deputy alone.
        action: an action of the module, or a permission (`view`, `comment`, `add_RELATION` …).
        record: the record as it stands.
        input: what the action is given.
        standing: the actor's standing in this world, where several decisions are made.
    """
    if action == VIEW and actor.acting_for is not None:
        actor, standing = Actor(actor.user_id), None  # nobody sees less because he acts for somebody
    return Case(standing or Standing(world, actor), record).decide(action, input)


def decide_move(
    world: World, actor: Actor, record: RecordState, status: str, *, standing: Standing | None = None
) -> Decision:
    """Decide whether an actor may make a bare move (permission `change_status` and a transition)."""
    return Case(standing or Standing(world, actor), record).decide_move(status)


def sees(standing: Standing, record: RecordState) -> bool:
    """Say whether an actor may view a record, for long rows of them: the answer alone, without a case."""
    held = standing.held(record)
    is_plain = standing.authority is None and not standing.given and record.deleted_at is None
    if is_plain and held.mask & held.table.granting(record.status, VIEW):
        return True
    return Case(standing, record).may_view


class Case:
    """One actor before one record: what all decisions about the two share."""

    __slots__ = (
        "_barred", "_is_plain", "_others", "_scopes", "held", "is_system", "is_unusual", "record", "standing",
        "status", "world",
    )  # fmt: skip

    def __init__(self, standing: Standing, record: RecordState) -> None:
        self.standing = standing
        self.world = standing.world
        self.record = record
        self.status = record.status
        #: What the actor holds by this standing alone.
        self.held: Held = standing.held(record)
        standing.decided.add(id(record))
        self._scopes: tuple[Scope, ...] | None = None
        self._others: tuple[Case, ...] | None = None
        self._barred: int | None = None
        #: All columns held count for every permission.
        self._is_plain = standing.authority is None and not standing.given
        #: The system acts, whose permission is not asked.
        self.is_system = standing.actor.user_id is None
        #: More than status and roles decides: the system, a closed account, a deleted record.
        self.is_unusual = self.is_system or not standing.active or record.deleted_at is not None

    @property
    def others(self) -> tuple[Case, ...]:
        """Give the same record before each authority by which the actor holds something on it."""
        if self._others is None and not self.standing.others:
            self._others = ()
        if self._others is None:
            cases = (Case(other, self.record) for other in self.standing.others)
            self._others = tuple(case for case in cases if case.held.mask)
        return self._others

    @property
    def roles(self) -> tuple[HeldRole, ...]:
        """Give all that the actor holds, his own first, then on behalf of others."""
        return tuple(role for case in (self, *self.others) for role in case.held.roles)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What guards and rules read while no input is known: all must hold in each.

        Who stands in for a person passes nothing that the person himself would not.
        """
        if self._scopes is None:
            self._scopes = tuple(
                scope_for(self.world, self.record, actor=one) for one in self.standing.actor.readings
            )
        return self._scopes

    @property
    def scope(self) -> Scope:
        """What the conditions of effects read while no input is known."""
        return self.scopes[0]

    @property
    def may_view(self) -> bool:
        """The answer for `view`, without its proof."""
        return self.has_permission(RESTORE if self.record.deleted_at is not None else VIEW)

    def has_permission(self, permission: str) -> bool:
        """Whether a cell of the matrix grants a permission, to the actor or to one he stands in for."""
        granting = self.held.table.granting(self.status, permission)
        if self._is_plain and granting & self.held.mask:
            return True
        return self.has_it_alone(permission) or any(case.has_it_alone(permission) for case in self.others)

    def has_it_alone(self, permission: str) -> bool:
        """Whether a cell grants a permission by this standing alone; nothing else is asked."""
        granting = self.held.table.granting(self.status, permission)
        return self.is_system or bool(granting and self.mask_for(permission) & granting)

    def mask_for(self, permission: str) -> int:
        """Give the columns that count for a permission.

        For seeing all do. For anything else a deputy has none that his own roles exclude, none where
        the authority does not let the permission pass, and none on what lets somebody stand in, so
        that nobody widens an authority by it; and who has given his roles away keeps only what he was
        left.
        """
        if self._is_plain or permission == VIEW:
            return self.held.mask
        authority = self.standing.authority
        if authority is not None:
            passes = authority.lets(permission) and self.held.table.module.stands_in is None
            return self.held.mask & ~self.barred if passes else 0
        mask = self.held.mask
        for given, stands in self.standing.given:
            if permission not in (stands.person_keeps or ()) and given.covers(self.world, self.record):
                mask &= ~_passed_on(self.held, given)
        return mask

    @property
    def barred(self) -> int:
        """Give the columns of roles that the deputy's own roles on this record exclude."""
        if self._barred is None:
            self._barred = _excluded(self.held.table, self.record, self.standing.actor.user_id)
        return self._barred

    # --- decisions ------------------------------------------------------------------------------

    def decide(self, action: str, input: Mapping[str, object] | None = None) -> Decision:  # noqa: A002
        """Decide an action of the module, or a permission that is no action: by one's own roles first,
        then on behalf of each whom the actor stands in for."""
        own = self.decide_alone(action, input)
        return (
            own if own.allowed else first_of(own, (case.decide_alone(action, input) for case in self.others))
        )

    def decide_move(self, to: str) -> Decision:
        """Decide a bare move to a status."""
        own = self._decide_move_alone(to)
        if own.allowed or not self.others:
            return own
        return first_of(own, (case._decide_move_alone(to) for case in self.others))

    def decide_alone(self, action: str, input: Mapping[str, object] | None = None) -> Decision:  # noqa: A002
        """Decide by this standing alone: one's own roles, or those held by one authority."""
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

    def _decide_move_alone(self, to: str) -> Decision:
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
        proof = self._proof(action, steps, holds=True)
        return Decision(True, action, proof, None, None, self.held.roles, acting_for=self.standing.acting_for)

    def _proof(self, action: str, steps: Iterable[ProofStep], *, holds: bool) -> ProofStep:
        children = (*self.standing.steps, self.held.step, *steps)
        return ProofStep(ProofKind.DECISION, holds, {"action": action}, None, children)

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
        proof = self._proof(action, steps, holds=False)
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
        return Decision(
            False, action, proof, refused_by, text, self.held.roles, remedy, self.standing.acting_for
        )

    # --- what status and roles alone decide -------------------------------------------------------

    def _outline(
        self, action: str, permission: str, defined: Action | None, to: str | None = None
    ) -> Outline:
        table = self.held.table
        name = action if to is None else f"{action} {to}"
        key = (self.status, self.held.mask, self.mask_for(permission), name)
        outline = table.outlines.get(key)
        if outline is None:
            outline = table.outlines[key] = self._new_outline(action, permission, defined, to)
        return outline

    def _new_outline(self, action: str, permission: str, defined: Action | None, to: str | None) -> Outline:
        table, mask = self.held.table, self.mask_for(permission)
        moves, conditional = ((), ()) if defined is None else self._moves_of(defined)
        if to is not None:
            moves = (to,)
        steps = [table.cell_step(self.status, VIEW, self.held.mask)]
        if not steps[-1].holds:
            return Outline(tuple(steps), RefusedBy.VIEW, moves)
        if permission != VIEW:
            steps.append(table.cell_step(self.status, permission, mask))
            if not steps[-1].holds:
                return Outline(tuple(steps), RefusedBy.PERMISSION, moves)
        return self._with_moves(action, defined, steps, moves, conditional, mask)

    def _unusual_outline(
        self, action: str, permission: str, defined: Action | None, to: str | None = None
    ) -> Outline:
        """Decisions of the system and of closed accounts, and on deleted records: seldom, so never kept."""
        table, mask, deleted_at = self.held.table, self.mask_for(permission), self.record.deleted_at
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
            steps.append(table.cell_step(self.status, RESTORE, self.mask_for(RESTORE)))
            if not steps[-1].holds:
                return Outline(tuple(steps), RefusedBy.VIEW if permission == VIEW else RefusedBy.PERMISSION)
        return self._with_moves(action, defined, steps, moves, conditional, mask)

    def _with_moves(
        self,
        action: str,
        defined: Action | None,
        steps: list[ProofStep],
        moves: tuple[str, ...],
        conditional: tuple[tuple[Effect, bool], ...],
        mask: int,
    ) -> Outline:
        for to in moves:
            steps.append(self.held.table.move_step(self.status, to, mask))
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


def first_of(own: Decision, others: Iterable[Decision]) -> Decision:
    """Give the first decision that allows; else one's own if it is offered, the first that is, one's own."""
    offered = own if own.is_offered else None
    for decision in others:
        if decision.allowed:
            return decision
        if offered is None and decision.is_offered:
            offered = decision
    return offered or own


def _excluded(table: Table, record: RecordState, user_id: int | None) -> int:
    """Give the columns of roles that exclude, or are excluded by, what a person is to a record."""
    roles = table.module.roles
    own = {
        one.role
        for one in record.participations
        if one.until is None and one.holder.kind is HolderKind.USER and one.holder.id == user_id
    }
    mask = 0
    for role in roles.values() if own else ():
        barring = any(code in roles and role.code in roles[code].excludes for code in own)
        if barring or not own.isdisjoint(role.excludes):
            mask |= table.bits.get(role.code, 0)
    return mask


def _passed_on(held: Held, given: Authority) -> int:
    """Give the columns of one's own that an authority passes on."""
    mask = 0
    for role in held.roles:
        column = held.table.columns[role.column]
        code = column.role or ""
        if not all(not reach.roles or code in reach.roles for reach in given.reaches):
            continue
        mask |= held.table.bits[role.column]
    return mask


INACTIVE_STEP = ProofStep(ProofKind.ACTIVE, False)

__all__ = ["Case", "Decision", "HeldRole", "decide", "decide_move", "held_roles"]
