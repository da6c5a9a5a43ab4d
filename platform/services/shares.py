"""With whom somebody shares what he made for himself: his unit, a group of users, a role in units, everyone.

A share is kept as one word: a group's code, `unit:ID`, `role:SIDE.SLOT` or `everyone`.
"""

from __future__ import annotations

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services import wording
from luongviec.services.platform import Work
from luongviec.services.records.access import has_function
from luongviec.services.views import FilterOption

EVERYONE, UNIT, ROLE = "everyone", "unit:", "role:"
#: Whoever holds it may share with anybody.
SHARES_WITH_ALL = "admin.groups"

NOT_YOURS = Text(
    "Bạn không chia sẻ được với những người này. Hãy giữ cho riêng mình, hoặc chọn đơn vị, nhóm của bạn.",
    "You cannot share with these people. Keep it for yourself, or choose a unit or group of yours.",
)


def reach_of(work: Work, user_id: int) -> frozenset[str]:
    """Give the shares through which something reaches a person."""
    posts = work.world.holdings(user_id)
    units = (f"{UNIT}{post.unit_id}" for post in posts)
    roles = (f"{ROLE}{post.side}.{post.slot}" for post in posts)
    return frozenset({EVERYONE, *work.world.groups(user_id), *units, *roles})


def share_options(work: Work, actor: Actor, *, may_all: bool = False) -> tuple[FilterOption, ...]:
    """Give with whom the actor may share: his own units and groups; whoever gives rights, with any group,
    with those who fill a role in any unit, and with everyone.

    Args:
        may_all: the actor may share with anybody for another reason, say because the module is his.
    """
    if actor.user_id is None:
        return ()
    everybody = may_all or has_function(work, actor, SHARES_WITH_ALL)
    own = set(work.world.groups(actor.user_id))
    units = dict.fromkeys(f"{UNIT}{post.unit_id}" for post in work.world.holdings(actor.user_id))
    codes = [*units, *(code for code in work.workspace.user_groups if everybody or code in own)]
    if everybody:
        sides = work.workspace.sides.values()
        codes = [EVERYONE, *codes, *(f"{ROLE}{side.code}.{slot}" for side in sides for slot in side.slots)]
    named = ((code, shared_words(work, code)) for code in codes)
    return tuple(FilterOption(code, name) for code, name in named if name is not None)


def shared_words(work: Work, shared_with: str | None) -> Text | None:
    """Say with whom something is shared; nothing where that is nobody any more."""
    if shared_with is None:
        return None
    if shared_with == EVERYONE:
        return wording.EVERYONE
    if shared_with.startswith(UNIT):
        unit = work.world.unit(int(shared_with.removeprefix(UNIT)))
        return None if unit is None else Text(unit.name, unit.name)
    if shared_with.startswith(ROLE):
        code, _, name = shared_with.removeprefix(ROLE).partition(".")
        side = work.workspace.sides.get(code)
        slot = None if side is None else side.slots.get(name)
        return None if side is None or slot is None else _in_side(slot.label, side.name)
    group = work.workspace.user_groups.get(shared_with)
    return None if group is None else group.name


def _in_side(slot: Text, side: Text) -> Text:
    return Text(f"{slot.vi} ({side.vi})", f"{slot.in_language('en')} ({side.in_language('en')})")


def share_problem(options: tuple[FilterOption, ...], shared_with: str) -> tuple[Text, ...]:
    """Say why something cannot be shared so; nothing where it can, or stays one's own."""
    if not shared_with or shared_with in {option.value for option in options}:
        return ()
    return (NOT_YOURS,)
