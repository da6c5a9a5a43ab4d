"""With whom somebody shares what he made for himself: a group of users, or everyone."""

from __future__ import annotations

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Work
from luongviec.services.records.access import has_function
from luongviec.services.views import FilterOption

EVERYONE = "everyone"
#: Whoever holds it may share with anybody.
SHARES_WITH_ALL = "admin.groups"

NOT_YOURS = Text(
    "Bạn không chia sẻ được với nhóm này. Hãy giữ cho riêng mình hoặc chọn nhóm của bạn.",
    "You cannot share with this group. Keep it for yourself, or choose a group of yours.",
)


def reach_of(work: Work, user_id: int) -> frozenset[str]:
    """Give the shares through which something reaches a person: his groups, and everyone."""
    return frozenset({EVERYONE, *work.world.groups(user_id)})


def share_options(work: Work, actor: Actor, *, may_all: bool = False) -> tuple[FilterOption, ...]:
    """Give with whom the actor may share: his own groups; whoever gives rights, with any and everyone.

    Args:
        may_all: the actor may share with anybody for another reason, say because the module is his.
    """
    if actor.user_id is None:
        return ()
    everybody = may_all or has_function(work, actor, SHARES_WITH_ALL)
    own = set(work.world.groups(actor.user_id))
    groups = tuple(
        FilterOption(group.code, group.name)
        for group in work.workspace.user_groups.values()
        if everybody or group.code in own
    )
    return (FilterOption(EVERYONE, Text("Mọi người", "Everyone")), *groups) if everybody else groups


def share_problem(options: tuple[FilterOption, ...], shared_with: str) -> tuple[Text, ...]:
    """Say why something cannot be shared so; nothing where it can, or stays one's own."""
    if not shared_with or shared_with in {option.value for option in options}:
        return ()
    return (NOT_YOURS,)
