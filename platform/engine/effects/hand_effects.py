"""The effects `hand_over` and `hand_back`: a role passes along a chain and returns along it."""

from __future__ import annotations

from luongviec.engine.errors import InvalidInput
from luongviec.engine.model import Role
from luongviec.engine.planning.people import add_holders, input_named, remove_holders, tell_gone, tell_joined
from luongviec.engine.planning.run import EffectStep, Run
from luongviec.engine.text import Text
from luongviec.engine.world import HandOver, Holder, HolderKind


def apply_hand_over(step: EffectStep) -> None:
    """Let one holder give the role to another and remember it on the role's chain.

    Who acts gives his own hold; who does not hold the role moves the longest holder's. Where nobody
    holds it, the person who acts counts as giver, so that a refusal comes back to him.
    """
    run, role = step.run, step.run.role(step.effect.role or "")
    place = input_named(step.effect.who)
    receivers = run.holders(step.effect.who, role.of)
    if len(receivers) != 1:
        raise InvalidInput({_place(run, place): (_text_one(role),)})
    receiver = receivers[0]
    leaver = _leaver(run, role)
    giver = leaver.id if leaver else run.actor.acting_for or run.actor.user_id
    if leaver == receiver:
        raise InvalidInput({_place(run, place): (_text_oneself(role),)})
    gone = remove_holders(run, role, (leaver,)) if leaver else ()
    joined = add_holders(run, role, (receiver,), place=place)
    if giver is not None:
        link = HandOver(role.code, giver, receiver.id, run.actor.user_id, run.session.draft.now)
        run.session.push_hand_over(run.entry, run.record_id, link)
    tell_gone(run, role, gone)
    tell_joined(run, role, joined)


def apply_hand_back(step: EffectStep) -> None:
    """Give the role back to whoever last handed it over to the leaver.

    Givers who are not active any more are passed by; an empty chain leaves the leaver's place empty.
    """
    run, role = step.run, step.run.role(step.effect.role or "")
    leaver = _leaver(run, role)
    if leaver is None:
        return
    returning = _pop_to_active(run, role, leaver.id)
    gone = remove_holders(run, role, (leaver,))
    joined: tuple[Holder, ...] = ()
    if returning is not None:
        joined = _returned(run, role, Holder(HolderKind.USER, returning))
    tell_gone(run, role, gone)
    tell_joined(run, role, joined)


def _leaver(run: Run, role: Role) -> Holder | None:
    """Give the holder whose hold passes on: on whose behalf, who acts, else the longest holder."""
    holders = run.record.holders(role.code)
    for user_id in (run.actor.acting_for, run.actor.user_id):
        own = Holder(HolderKind.USER, user_id or 0)
        if own in holders:
            return own
    return holders[0] if holders else None


def _pop_to_active(run: Run, role: Role, leaver: int) -> int | None:
    """Take links off the chain, back to the last giver who is still active."""
    receiver = leaver
    while True:
        link = next(
            (
                one
                for one in reversed(run.record.hand_overs)
                if (one.role, one.receiver) == (role.code, receiver)
            ),
            None,
        )
        if link is None:
            return None
        run.session.pop_hand_over(run.entry, run.record_id, link)
        giver = run.session.draft.person(link.giver)
        if giver is not None and giver.active:
            return link.giver
        receiver = link.giver


def _returned(run: Run, role: Role, holder: Holder) -> tuple[Holder, ...]:
    """Add without asking for candidates: who gave the role may have it again."""
    trusted, run.trusted = run.trusted, True
    try:
        return add_holders(run, role, (holder,))
    finally:
        run.trusted = trusted


def _place(run: Run, name: str) -> str:
    return f"{run.path}{name}" if name else ""


def _text_one(role: Role) -> Text:
    return Text(
        f"Hãy chọn một người nhận “{role.label.vi}”.",
        f"Choose one person to become '{role.label.in_language('en')}'.",
    )


def _text_oneself(role: Role) -> Text:
    return Text(
        f"Người này đang là “{role.label.vi}”: hãy chọn người khác.",
        f"This person is '{role.label.in_language('en')}' already: choose another.",
    )
