"""Function permissions: what each opens, and giving them to persons (E-08, E-15)."""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.access import check_function
from luongviec.services.audit import Subject, note_change, organisation_changed
from luongviec.services.platform import Platform
from luongviec.store.organisation_writes import add_function_grants


def grant_functions(platform: Platform, actor: Actor, user_id: int, functions: Sequence[str]) -> None:
    """Give function permissions to one person; needs `admin.groups`."""
    with platform.transaction() as work:
        check_function(work, actor, "admin.groups")
        unknown = set(functions) - work.workspace.functions()
        if unknown:
            fault = Text(
                f"Không có quyền chức năng {', '.join(sorted(unknown))}.",
                f"There is no function permission {', '.join(sorted(unknown))}.",
            )
            raise InvalidInput({"functions": (fault,)})
        add_function_grants(work.session, user_id, functions)
        note_change(work, actor, "user.functions_granted", Subject("user", str(user_id), str(user_id)))
        organisation_changed(work)
