"""The effects `add`, `remove`, `replace`."""

from __future__ import annotations

from luongviec.engine.model import Role
from luongviec.engine.planning.people import add_holders, input_named, remove_holders, tell_gone, tell_joined
from luongviec.engine.planning.run import EffectStep, Run
from luongviec.engine.world import Holder


def _role(step: EffectStep) -> Role:
    return step.run.role(step.effect.role or "")


def apply_add(step: EffectStep) -> None:
    """Add people or units to a role; who holds it already changes nothing."""
    run, role = step.run, _role(step)
    holders = run.holders(step.effect.who, role.of)
    tell_joined(run, role, add_holders(run, role, holders, place=input_named(step.effect.who)))


def apply_remove(step: EffectStep) -> None:
    """End holds of a role; who does not hold it changes nothing."""
    run, role = step.run, _role(step)
    tell_gone(run, role, remove_holders(run, role, run.holders(step.effect.who, role.of)))


def apply_replace(step: EffectStep) -> None:
    """Let exactly these hold a role; its chain of handlers begins anew."""
    role = _role(step)
    holders = step.run.holders(step.effect.who, role.of)
    replace_holders(step.run, role, holders, place=input_named(step.effect.who))


def replace_holders(run: Run, role: Role, holders: tuple[Holder, ...], *, place: str = "") -> None:
    """Remove all other holders, then add those who are missing; the chain is left empty."""
    others = tuple(holder for holder in run.record.holders(role.code) if holder not in holders)
    tell_gone(run, role, remove_holders(run, role, others))
    tell_joined(run, role, add_holders(run, role, holders, place=place))
    for link in reversed(run.record.hand_overs):
        if link.role == role.code:
            run.session.pop_hand_over(run.entry, run.record_id, link)
