"""Somebody must always be able to repair rights: the last administrator cannot be taken away (U-26)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services.platform import Work
from luongviec.store.organisation.function_rights import holders_of_function

#: Who holds both everywhere can undo whatever was done to rights.
REPAIRING = ("admin.groups", "admin.users")

NONE_LEFT = Text(
    "Không thể lưu: sau thay đổi này không còn ai đang hoạt động giữ cả hai quyền “Phân quyền chức năng”"
    " và “Quản lý tài khoản”. Hãy giao cho người khác trước.",
    "This cannot be saved: nobody active would hold both “Give function permissions” and “Manage"
    " accounts” any more. Give them to somebody else first.",
)


def administrators(work: Work) -> frozenset[int]:
    """Give the active people who can repair rights: holders of `REPAIRING` everywhere."""
    world = work.world
    holding = [
        {
            user_id
            for user_id, source in holders_of_function(world.organisation, world.workspace, function)
            if source.units is None
        }
        for function in REPAIRING
    ]
    people = world.organisation.people
    return frozenset(
        user_id
        for user_id in set.intersection(*holding)
        if (person := people.get(user_id)) is not None and person.active
    )


@contextmanager
def keeping_an_administrator(work: Work) -> Iterator[None]:
    """Undo what is done inside if it leaves the installation without an administrator.

    What is done inside ends with `organisation_changed` (or a publication): from then on nobody else
    changes rights until the commit, so that two cannot take away each other's last administrator.

    Raises:
        InvalidInput: nobody would be left.
    """
    had = bool(administrators(work))
    yield
    if had and not administrators(work):
        raise InvalidInput({"": (NONE_LEFT,)})
