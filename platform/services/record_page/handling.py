"""A record's way through hands: who gave it to whom, when and with what note (T-69, T-73, T-116).

Only roles that some action hands over have such a way; others are held side by side.
"""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.model import EffectKind, Module
from luongviec.engine.planning import plan
from luongviec.engine.world import Holder, HolderKind, RecordState
from luongviec.services.record_page.course import Handling
from luongviec.services.records.history import action_label
from luongviec.services.showing import Showing
from luongviec.store.moves import HandsEntry, hands_of

MOST_CHANGES = 120


def handling_of(showing: Showing, record: RecordState) -> tuple[Handling, ...]:
    """Give the steps, oldest first; for viewers who may read the history. One statement."""
    module = showing.module(record)
    roles = _handed_roles(module)
    if not roles:
        return ()
    entries = hands_of(showing.work.session, record.id, MOST_CHANGES)
    steps = tuple(
        step for entry in entries for role in roles for step in _steps(showing, module, entry, role)
    )
    return steps if any(step.giver is not None for step in steps) else ()


def _handed_roles(module: Module) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for action in module.actions.values():
        for effect in action.effects:
            if effect.kind in (EffectKind.HAND_OVER, EffectKind.HAND_BACK) and effect.role in module.roles:
                found[effect.role or ""] = None
    return tuple(found)


def _steps(showing: Showing, module: Module, entry: HandsEntry, role: str) -> Iterator[Handling]:
    left: int | None = None
    joined: list[int] = []
    givers: list[int] = []
    for change in entry.changes:
        if isinstance(change, plan.EndParticipant) and _is_person(change.role, change.holder, role):
            left = change.holder.id
        elif isinstance(change, plan.AddParticipant) and _is_person(change.role, change.holder, role):
            joined.append(change.holder.id)
        elif isinstance(change, plan.PopHandOver) and change.hand_over.role == role:
            givers.append(change.hand_over.giver)
    for receiver in joined:
        person = showing.person(receiver)
        if person is None:
            continue
        by = None if entry.actor_id in (left, receiver) else showing.person(entry.actor_id)
        words = action_label(module, entry.action)
        yield Handling(
            entry.at,
            module.roles[role].label,
            showing.person(left),
            person,
            words,
            receiver in givers,
            by,
            entry.reason,
        )


def _is_person(changed: str, holder: Holder, role: str) -> bool:
    return changed == role and holder.kind is HolderKind.USER
