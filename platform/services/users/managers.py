"""Direct managers: whom a person reports to, never himself and never in a circle (U-22, U-31)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert

from luongviec.engine.text import Text
from luongviec.services.platform import Work
from luongviec.store.models import UserManager
from luongviec.store.organisation.snapshot import Organisation

MOST_MANAGERS = 10


def manager_faults(
    work: Work, user_id: int | None, manager_ids: Sequence[int], held: Sequence[int] = ()
) -> Mapping[str, tuple[Text, ...]]:
    """Say what is wrong with somebody's direct managers; `user_id` None: he is only being made.

    Args:
        held: his managers so far; one of them may stay though he was switched off since.
    """
    organisation = work.world.organisation
    if len(manager_ids) > MOST_MANAGERS:
        return {"": (Text(f"Nhiều nhất {MOST_MANAGERS} người.", f"At most {MOST_MANAGERS} people."),)}
    for manager_id in manager_ids:
        manager = organisation.people.get(manager_id)
        if manager is None or (not manager.active and manager_id not in held):
            return {
                "": (
                    Text(
                        "Người quản lý không còn hoạt động. Hãy chọn người khác.",
                        "This manager is not active any more. Choose another.",
                    ),
                )
            }
        if user_id is None:
            continue
        if manager_id == user_id:
            return {
                "": (Text("Một người không thể tự quản lý mình.", "Nobody can be their own direct manager."),)
            }
        circle = _way_up(organisation, manager_id, user_id)
        if circle:
            names = " → ".join(organisation.people[one].name for one in (user_id, *circle))
            return {
                "": (
                    Text(
                        f"Thành vòng quản lý: {names}. Hãy chọn người khác.",
                        f"This makes a circle of managers: {names}. Choose another.",
                    ),
                )
            }
    return {}


def set_managers(work: Work, user_id: int, manager_ids: Sequence[int]) -> None:
    """Let somebody have exactly these direct managers, in this order."""
    work.session.execute(delete(UserManager).where(UserManager.user_id == user_id))
    fresh = [
        {"user_id": user_id, "manager_id": manager_id, "position": position}
        for position, manager_id in enumerate(dict.fromkeys(manager_ids))
    ]
    if fresh:
        work.session.execute(insert(UserManager), fresh)


def _way_up(organisation: Organisation, start: int, goal: int) -> tuple[int, ...]:
    """Give a way from a person up through direct managers to another, both included; () if none."""
    ways: list[tuple[int, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop()
        if way[-1] == goal:
            return way
        for manager_id in organisation.managers.get(way[-1], ()):
            if manager_id not in seen:
                seen.add(manager_id)
                ways.append((*way, manager_id))
    return ()
